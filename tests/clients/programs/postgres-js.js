const postgres = require('postgres');
const sql = @SNIPPET@;
require('jobs')((seconds) => sql`SELECT pg_sleep(${seconds})`);
