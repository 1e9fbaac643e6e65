const { DataSource } = require('typeorm');
const source = @SNIPPET@;
const ready = source.initialize();
require('jobs')(async (seconds) => (await ready).query('SELECT pg_sleep($1)', [seconds]));
