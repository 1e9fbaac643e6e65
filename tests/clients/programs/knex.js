const knex = require('knex');
const db = @SNIPPET@;
require('jobs')((seconds) => db.raw('SELECT pg_sleep(?)', [seconds]));
