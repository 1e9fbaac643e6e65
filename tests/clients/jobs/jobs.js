/* JOBS jobs at once, each HOLD seconds long; then "done", and the pool stays until standard input ends. */
'use strict';

module.exports = async (job) => {
  try {
    const hold = Number(process.env.HOLD);
    await Promise.all(Array.from({ length: Number(process.env.JOBS) }, () => job(hold)));
  } catch (error) {
    console.log(`failed: ${error.cause?.message ?? error.message}`);
    process.exit(1);
  }
  console.log('done');
  process.stdin.on('end', () => process.exit(0)).resume();
};
