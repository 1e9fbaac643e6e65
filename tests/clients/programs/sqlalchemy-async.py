import os

import jobs
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def make_job():
    engine = @SNIPPET@

    async def job(seconds):
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_sleep(:s)"), {"s": seconds})
    return job


jobs.tasks(make_job)
