import os

import jobs
from sqlalchemy import create_engine, text

engine = @SNIPPET@


def job(seconds):
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(:s)"), {"s": seconds})


jobs.threads(job)
