import os
import urllib.parse

import jobs
from django.conf import settings

URL = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql", "HOST": URL.hostname, "PORT": URL.port, "USER": URL.username,
    "NAME": URL.path[1:], "OPTIONS": dict(urllib.parse.parse_qsl(URL.query))}}
@SNIPPET@
settings.configure(DATABASES=DATABASES)
from django.db import connection


def job(seconds):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])
    finally:
        connection.close()  # as at the end of a request


jobs.threads(job)
