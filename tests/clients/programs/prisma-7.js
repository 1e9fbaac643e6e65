const { PrismaClient } = require('prisma-generated');
const { PrismaPg } = require('@prisma/adapter-pg');
const prisma = @SNIPPET@;
require('jobs')((seconds) => prisma.$queryRawUnsafe(`SELECT pg_sleep(${seconds})::text`));
