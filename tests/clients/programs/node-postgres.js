const { Pool } = require('pg');
const pool = @SNIPPET@;
require('jobs')((seconds) => pool.query('SELECT pg_sleep($1)', [seconds]));
