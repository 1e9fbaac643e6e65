const { drizzle } = require('drizzle-orm/node-postgres');
const { sql } = require('drizzle-orm');
const db = @SNIPPET@;
require('jobs')((seconds) => db.execute(sql`SELECT pg_sleep(${seconds})`));
