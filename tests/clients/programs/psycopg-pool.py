import os

import jobs
from psycopg_pool import ConnectionPool

pool = @SNIPPET@


def job(seconds):
    with pool.connection() as connection:
        connection.execute("SELECT pg_sleep(%s)", [seconds])


jobs.threads(job)
