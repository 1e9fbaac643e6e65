#!/usr/bin/env python3
"""The format sql against real servers: psql runs it, pg_roles then shows the limits, PostgreSQL holds to them, and
the undo brings back what was. Speaks TAP.

    sql_test.py PGSIZE [CACHE_DIR]
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from servers import Kind, Suite, clean_environment, equal, matches

# Names as people and attackers give them, and the CONNECTION LIMIT that each has before.
HOSTILE = {
    "plain": -1, "Two Words": 30, "UPPER": 0, 'quo"te': 25, '"': 12, "it's": -1, "back\\slash": 9, "U&x": 8,
    'a"; DROP ROLE victim; --': 17, "a'; DROP ROLE victim; --": -1, "-- comment": 5, "/* comment": 6, "$$": 7,
    "new\nline": 11, "new\nDROP ROLE victim;": -1, "car\rriage\ttab": 13, "\x1b[31mred\x07": -1, "\\\n": 10,
    "d\u00e9veloppeur": 14, "\u540d\u524d \U0001f418": -1, "\u202eevil\u202c": 15, "\U0001d173": -1, "\x9bcsi": 16,
    "select": -1, "current_user": 18, ":var": -1, ":'var'": 19, "n" * 63: 20,
}
LOGGED = ("--set", "max_connections=300", "--set", "log_line_prefix=%e ")
SQL = ("CREATE ROLE victim LOGIN CONNECTION LIMIT 3", "CREATE ROLE app LOGIN CONNECTION LIMIT 40",
       "CREATE ROLE other LOGIN", "CREATE ROLE boss LOGIN SUPERUSER CONNECTION LIMIT 2",
       "CREATE DATABASE core", "CREATE DATABASE side")
SUITE = Suite("sql", {"own": Kind(None, LOGGED, SQL), "18": Kind("18", LOGGED, SQL)})
test = SUITE.test


def pgsize(topology, *options, status=0):
    (WORK / "topology.json").write_text(json.dumps(topology), encoding="utf-8")
    kept = {key: value for key, value in os.environ.items()
            if key == "PATH" or key.endswith("SAN_OPTIONS")}
    done = subprocess.run([PGSIZE, "recommend", "topology.json", *options], capture_output=True, text=True,
                          timeout=60, cwd=WORK, env={**kept, "HOME": str(WORK), "LC_ALL": "C.UTF-8"},
                          stdin=subprocess.DEVNULL, check=False)
    equal(done.returncode, status, done.stdout + done.stderr)
    return done


def sized(topology, status=0):
    """Writes limits.sql, and returns what json says of the same run."""
    done = pgsize(topology, "-f", "json", "-f", "sql=limits.sql", status=status)
    return json.loads(done.stdout)


def peaks(answer, topology):
    """Of each role, added up from the json."""
    sums = {}
    for service in answer["services"]:
        role = topology["services"][service["name"]]["role"]
        sums[role] = sums.get(role, 0) + service["peak"]
    return sums


def run_sql(command, server, status=0, **variables):
    """As the head of the file says, FILE and URL put in."""
    command = command.replace("FILE", "limits.sql").replace("URL", '"$URL"')
    done = subprocess.run(["sh", "-c", command], cwd=WORK, text=True, capture_output=True, check=False,
                          env={**clean_environment(), "URL": server.url, **variables})
    equal(done.returncode, status, done.stdout + done.stderr)
    return done


def commands():
    """The two that the head of the file gives: to run it, and to take it back."""
    lines = (WORK / "limits.sql").read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("--   ") for line in lines if line.startswith("--   ")]


def limits(server):
    return json.loads(server.sql("SELECT json_object_agg(rolname, rolconnlimit) FROM pg_roles"))


def literal(string):
    return "'" + string.replace("'", "''") + "'"


def hostile_roles(server):
    for name, limit in HOSTILE.items():
        statement = f"format('CREATE ROLE %I LOGIN CONNECTION LIMIT {limit}', {literal(name)})"
        server.sql(f"DO $do$ BEGIN EXECUTE {statement}; END $do$")


def wants(**services):
    return {name: {"rollout": "recreate", "want": 2, **keys} for name, keys in services.items()}


@test("own", "18")
def whatever_a_role_is_called(server):
    if "plain" not in limits(server):
        hostile_roles(server)
    usable = [name for name, limit in HOSTILE.items() if limit != 0]
    topology = {"servers": {"main": {"url": server.url, "alert_at": "100%"}},
                "services": wants(**{f"of {i} {name}": {"role": name, "want": 3 + i % 4}
                                     for i, name in enumerate(usable)})}
    before = limits(server)
    equal({name: before[name] for name in HOSTILE}, HOSTILE)
    wanted = peaks(sized(topology), topology)
    written = (WORK / "limits.sql").read_bytes()
    equal([byte for byte in written if byte < 0x20 and byte != 0x0a or byte == 0x7f], [])
    run, undo = commands()
    for encoding in ("UTF8", "LATIN1", "SQL_ASCII"):
        done = run_sql(run, server, PGCLIENTENCODING=encoding)
        equal(done.stderr, "")
        equal(limits(server), {**before, **wanted}, encoding)
        equal(run_sql(undo, server, PGCLIENTENCODING=encoding).stderr, "")
        equal(limits(server), before, encoding)


@test("own", "18")
def the_next_session_is_refused(server):
    topology = {"servers": {"main": {"url": server.url}}, "services": wants(
        api={"role": "app", "instances": 2, "want": 3, "extra": 1, "databases": ["core", "side"]},
        worker={"role": "app", "want": 2}, aside={"role": "other", "want": 2}, root={"role": "boss"})}
    before = limits(server)
    answer = sized(topology)
    equal(answer["servers"][0]["role_limits"], {"app": 40, "boss": 2, "victim": 3} | {
        name: limit for name, limit in HOSTILE.items() if limit >= 0 and name in before})
    run, undo = commands()
    run_sql(run, server)
    # Two instances: three to each of two databases and one outside the pools; and the worker.
    equal((limits(server)["app"], limits(server)["other"]), (2 * (3 + 3 + 1) + 2, 2))
    equal(limits(server)["boss"], 2)  # a superuser keeps what it had
    matches((WORK / "limits.sql").read_text(encoding="utf-8"), "-- role boss: a superuser")
    for role, count in (("app", 16), ("other", 2)):
        with server.sessions(count, role, "core"):
            log = len(server.log())
            done = run_sql(f"psql -XAtc 'SELECT 1' {server.url_as(role, 'side')!r}", server, status=2)
            matches(done.stderr, f'too many connections for role "{role}"')
            matches(server.log()[log:], f'53300 FATAL:  too many connections for role "{role}"')
    # Under these limits the same is recommended; to take that back leaves them as they are.
    (WORK / "limits.sql").rename(WORK / "first.sql")
    held = limits(server)
    equal(peaks(sized(topology), topology), {"app": 16, "other": 2, "boss": 2})
    run_sql(undo, server)
    equal(limits(server), held)
    run_sql(undo.replace("FILE", "first.sql"), server)
    equal(limits(server), before)


@test("own")
def all_or_nothing(server):
    topology = {"servers": {"main": {"url": server.url}},
                "services": wants(api={"role": "app"}, ghost={"role": "nobody has it"})}
    before = limits(server)
    sized(topology)
    run, _ = commands()
    matches(run_sql(run, server, status=3).stderr, 'role "nobody has it" does not exist')
    equal(limits(server), before)
    run_sql(run.replace("-v ON_ERROR_STOP=1", ""), server)
    equal(limits(server), before)
    # What does not fit is not enforced.
    topology["services"] = wants(api={"role": "app", "instances": 400})
    pgsize(topology, "-f", "sql=limits.sql", status=1)
    equal([line for line in (WORK / "limits.sql").read_text(encoding="utf-8").splitlines()
           if line and not line.startswith("--")], [])


if __name__ == "__main__":
    PGSIZE = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pgsize-work-") as work:
        WORK = pathlib.Path(work)
        sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
