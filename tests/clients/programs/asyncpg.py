import os

import asyncpg
import jobs


async def make_job():
    pool = @SNIPPET@

    async def job(seconds):
        async with pool.acquire() as connection:
            await connection.execute("SELECT pg_sleep($1)", seconds)
    return job


jobs.tasks(make_job)
