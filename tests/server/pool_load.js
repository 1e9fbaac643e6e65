/*
 * Pools of node-postgres under a given demand, against a real server: the load of prediction_test.py.
 *
 *     node pool_load.js <ORDER >RECORD
 *
 * ORDER: {"client": DIRECTORY of pg, "url", "rate_per_s", "held_ms", "pools": [{"from_ms", "settings"}],
 *         "warm_ms", "windows", "at_most_ms", "stall_ms", "after_stall_ms"}
 * From its time on each pool gets requests of its own: Poisson arrivals that do not look at what the
 * pool does. Each holds its connection for a pg_sleep, and an exponential time in all. It ends when so
 * many windows of a second were calm after warm_ms: none of their requests came stall_ms late, nor did one
 * less than after_stall_ms before.
 *
 * RECORD: {"calm": numbers of those windows, "pools": [ROWS of each pool]}, a row for each request, in ms:
 *     [arrival since from_ms, 1 if no connection was idle, wait, held]
 * held is null where the pool gave up.
 *
 * node-postgres serves first come first served, in one thread, with some 0.2 ms of CPU for a request.
 */
'use strict';

const order = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const { Pool } = require(order.client);
const now = () => performance.now();
const exponential = (mean) => -mean * Math.log(1 - Math.random());
const TIMED_OUT = /timeout exceeded when trying to connect/;

/* What a checkout takes beyond its pg_sleep, which ends at a whole millisecond: so that the whole of
 * it, and not the sleep, is exponential. Only those shorter than this last too long. */
const ROUND_TRIP_MS = 1.2;

/* All connections are open before the first request, and stay. */
async function poolOpen(settings) {
  const pool = new Pool({ ...settings, connectionString: order.url, idleTimeoutMillis: 0 });
  const clients = await Promise.all(Array.from({ length: settings.max }, () => pool.connect()));
  for (const client of clients) {
    await client.query(sleepOf(0));
    client.release();
  }
  return pool;
}

function sleepOf(ms) {
  return { name: 'sleep', text: 'SELECT pg_sleep($1)', values: [ms / 1000] };
}

async function requestServe(pool, row) {
  const arrival = now();
  row[1] = pool.idleCount === 0 ? 1 : 0;
  let client;
  try {
    client = await pool.connect();
  } catch (error) {
    if (!TIMED_OUT.test(error.message)) throw error;
    row[2] = now() - arrival;
    return;
  }
  const granted = now();
  row[2] = granted - arrival;
  await client.query(sleepOf(Math.max(0, exponential(order.held_ms) - ROUND_TRIP_MS)));
  row[3] = now() - granted;
  client.release();
}

/* Which windows were calm. While this program does not run nothing arrives, and then all at once; among so
 * many arrivals none of that stays hidden. */
class Calm {
  constructor() {
    this.disturbed = new Set();
  }

  note(due_ms, came_ms) {
    if (came_ms - due_ms <= order.stall_ms) return;
    const last = windowOf(came_ms + order.after_stall_ms);
    for (let window = windowOf(due_ms); window <= last; window++) this.disturbed.add(window);
  }

  /* Those that are over, and cannot be found disturbed any more. */
  windows(now_ms) {
    const calm = [];
    for (let window = windowOf(order.warm_ms); window < windowOf(now_ms) - 1; window++)
      if (!this.disturbed.has(window)) calm.push(window);
    return calm;
  }

  isEnough(now_ms) {
    return now_ms > order.at_most_ms || this.windows(now_ms).length >= order.windows;
  }
}

const windowOf = (ms) => Math.floor(ms / 1000);

/* A timer that is late does not move the arrivals after it. */
function poolDrive(pool, start, from_ms, calm, rows) {
  return new Promise((resolve, reject) => {
    const served = [];
    const arrive = (due) => {
      if (calm.isEnough(due)) {
        Promise.all(served).then(resolve, reject);
        return;
      }
      setTimeout(() => {
        const came = now() - start;
        calm.note(due, came);
        const row = [came - from_ms, 0, 0, null];
        rows.push(row);
        served.push(requestServe(pool, row));
        served[served.length - 1].catch(reject);
        arrive(due + exponential(1000 / order.rate_per_s));
      }, Math.max(0, due - (now() - start)));
    };
    arrive(from_ms + exponential(1000 / order.rate_per_s));
  });
}

async function main() {
  const pools = [];
  for (const { settings } of order.pools) pools.push(await poolOpen(settings));
  const record = pools.map(() => []);
  const start = now();
  const calm = new Calm();
  await Promise.all(pools.map((pool, index) =>
    poolDrive(pool, start, order.pools[index].from_ms, calm, record[index])));
  const ended_ms = Math.min(...record.map((rows, index) => order.pools[index].from_ms + rows.at(-1)[0]));
  await Promise.all(pools.map((pool) => pool.end()));
  const rounded = (number) => (number === null ? null : Math.round(number * 1000) / 1000);
  const rows_of = (rows) => rows.map((row) => row.map(rounded));
  const all = { calm: calm.windows(ended_ms), pools: record.map(rows_of) };
  process.stdout.write(JSON.stringify(all) + '\n');
}

main().catch((error) => {
  process.stderr.write(`pool_load: ${error.stack}\n`);
  process.exitCode = 1;
  process.exit();
});
