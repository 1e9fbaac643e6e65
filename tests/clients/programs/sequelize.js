const { Sequelize } = require('sequelize');
const sequelize = @SNIPPET@;
sequelize.options.logging = false;
require('jobs')((seconds) => sequelize.query(`SELECT pg_sleep(${seconds})`));
