#!/usr/bin/env python3
"""plans --identify against real servers: one of one's own is nobody's, and one that shows a provider's role is
recognised. Speaks TAP.

    identify_test.py PGSIZE [CACHE_DIR]
"""
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
from servers import Kind, Suite, equal, matches

PLAIN = ("--set", "max_connections=100")
ODD = ('CREATE ROLE "rds_superuser "', 'CREATE ROLE "x\'); DROP ROLE app; --"', "CREATE ROLE app LOGIN",
       'CREATE ROLE "\x1b[31m\u202ered"')
SHAPED = ("--set", "max_connections=200", "--set", "log_statement=all")
SUITE = Suite("identify", {
    "own": Kind(None, PLAIN, ODD),
    "10": Kind("10", PLAIN, ODD),
    "18": Kind("18", SHAPED, ("CREATE ROLE cloudsqlsuperuser", "CREATE ROLE app LOGIN")),
})
test = SUITE.test


def plans(*arguments, status=0):
    kept = {key: value for key, value in os.environ.items()
            if key == "PATH" or key.endswith("SAN_OPTIONS")}
    done = subprocess.run([PGSIZE, "plans", *arguments], capture_output=True, text=True, timeout=60, check=False,
                          env={**kept, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL)
    equal(done.returncode, status, done.stdout + done.stderr)
    return done


@test("own", "10")
def a_server_of_ones_own_is_nobodys(server):
    done = plans("--identify", server.url, status=1)
    matches(done.stdout, r"^server  nobody can know\n")
    matches(done.stdout, "max_connections 100 is that of [0-9]+ plans")
    answer, = json.loads(plans("--identify", server.url, "--format", "json", status=1).stdout)
    equal((answer["known"], answer["guesses"]), (False, []))


@test("own", "10")
def a_role_without_privileges_is_enough(server):
    matches(plans("--identify", server.url_as("app"), status=1).stdout, "nobody can know")


@test("18")
def a_providers_role_is_seen(server):
    answer, = json.loads(plans("--identify", server.url_as("app"), "--format", "json").stdout)
    best = [f"{guess['provider']}/{guess['plan']}" for guess in answer["guesses"] if guess["best"]]
    equal(best, ["gcp-cloudsql/from-6gb"])
    equal(answer["guesses"][0]["reasons"],
          ["it has the role cloudsqlsuperuser", "max_connections is its 200"])


@test("18")
def offline_asks_nobody(server):
    matches(plans("--identify", server.url, "--offline", status=1).stdout, "it said nothing")


if __name__ == "__main__":
    PGSIZE = os.path.abspath(sys.argv[1])
    sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
