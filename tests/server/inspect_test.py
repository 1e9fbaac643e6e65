#!/usr/bin/env python3
"""pgsize inspect against real servers: the room it tells is what PostgreSQL then lets in, to the last slot. Speaks TAP.

    inspect_test.py PGSIZE [CACHE_DIR]

With CACHE_DIR, a version of PostgreSQL that the machine lacks is downloaded there once.
"""
import contextlib
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from servers import Kind, Suite, clean_environment, client_backends, equal, matches

OPTIONS = ("--set", "max_connections=20", "--set", "log_connections=on")
SQL = (
    "CREATE ROLE app LOGIN", "CREATE ROLE other LOGIN",
    "CREATE ROLE reader LOGIN IN ROLE pg_read_all_stats",
    "CREATE ROLE capped LOGIN CONNECTION LIMIT 7", "CREATE ROLE boss LOGIN SUPERUSER CONNECTION LIMIT 1",
    "CREATE DATABASE small CONNECTION LIMIT 5",
)
RESERVED = (
    "CREATE ROLE agent LOGIN IN ROLE pg_use_reserved_connections",
    "CREATE ROLE agents IN ROLE pg_use_reserved_connections",
    "CREATE ROLE deep LOGIN IN ROLE agents",
    "CREATE ROLE member LOGIN", "GRANT pg_use_reserved_connections TO member WITH INHERIT FALSE",
)
SUITE = Suite("inspect", {
    "15": Kind("15", OPTIONS, SQL),
    "18": Kind("18", (*OPTIONS, "--tcp", "--set", "reserved_connections=4"), SQL + RESERVED),
})
test = SUITE.test


# --- asking ---

def pgsize(*arguments, status=0, **variables):
    kept = {key: value for key, value in os.environ.items() if key == "PATH" or key.endswith("SAN_OPTIONS")}
    done = subprocess.run([PGSIZE, *arguments], capture_output=True, text=True, timeout=60, cwd=WORK, check=False,
                          env={**kept, "HOME": str(WORK), "LC_ALL": "C.UTF-8", **variables},
                          stdin=subprocess.DEVNULL)
    equal(done.returncode, status, f"of {arguments}\n{done.stdout}{done.stderr}")
    return done


@contextlib.contextmanager
def calm(server):
    """Leaves as many sessions as it found."""
    before = client_backends(server.postmaster())
    yield
    server.settle(before)


def inspected(server, *options, role="reader", **more):
    with calm(server):
        run = pgsize("inspect", server.url_as(role), "--format", "json", *options, **more)
    equal(run.stderr, "")
    return json.loads(run.stdout)


def facts_of(answer):
    return answer["servers"][0]


def rules(answer):
    return sorted(finding["id"] for finding in answer["findings"])


def row(facts, role, database="postgres"):
    return next(one for one in facts["room_by"] if (one["role"], one["database"]) == (role, database))


# --- trying ---

def refusal(server, role, database=None):
    """What the server says to one more session; None: it let it in."""
    with calm(server):
        done = subprocess.run(["psql", "-qXAt", "-c", "SELECT 1", server.url_as(role, database)], text=True,
                              env=clean_environment(), capture_output=True, check=False)
    return None if done.returncode == 0 else done.stderr


def holds(server, room, role, database=None, words=""):
    """Exactly so many more sessions are let in: all of them, and not one more."""
    with server.sessions(room, role, database):
        said = refusal(server, role, database)
        matches(said or "let in", words or "remaining connection slots are reserved|too many clients")


ROLES = {"ordinary": "app", "reserved_role": "agent", "superuser": "postgres"}


def room_is_true(server, kinds):
    told = facts_of(inspected(server, "--fail-on", "never", role="postgres"))["room"]
    equal(told["at_least"], False)
    for kind in kinds:
        holds(server, told[kind], ROLES[kind])
    return told


# --- room ---

@test("15", "18")
def the_room_is_what_is_let_in(server):
    kinds = ("ordinary", "superuser") if server.directory.name == "15" else tuple(ROLES)
    kept = 3 if server.directory.name == "15" else 7
    equal(room_is_true(server, kinds)["ordinary"], 20 - kept)
    with server.sessions(2), server.sessions(3, "other"):  # superusers take from everybody
        told = room_is_true(server, kinds)
        equal((told["ordinary"], told["superuser"]), (15 - kept, 15))
    with server.sessions(20 - kept, "other"):
        told = room_is_true(server, kinds)
        equal((told["ordinary"], told["superuser"]), (0, kept))


@test("15", "18")
def a_full_server_is_a_finding(server):
    kept = 3 if server.directory.name == "15" else 7
    with server.sessions(19 - kept, "other"):
        equal("PGS021" in rules(inspected(server)), False)
    with server.sessions(20 - kept, "other"):
        answer = inspected(server, role="postgres", status=1)
        equal(answer["status"], "error")
        equal("PGS021" in rules(answer), True)
        answer = inspected(server, role="app", status=1)  # refused itself
        equal((rules(answer), facts_of(answer)["live"]), (["PGS021"], None))
        matches(facts_of(answer)["full"]["of"], "reserved")


@test("18")
def the_room_of_reserved_roles_goes_on_longer(server):
    facts = facts_of(inspected(server))
    equal(facts["reserved_roles"], ["agent", "deep"])  # not who is a member and does not inherit it
    with server.sessions(13, "other"):
        told = facts_of(inspected(server, role="postgres", status=1))["room"]
        equal((told["ordinary"], told["reserved_role"], told["superuser"]), (0, 4, 7))
        equal((refusal(server, "agent"), refusal(server, "deep")), (None, None))
        matches(refusal(server, "member"), "pg_use_reserved_connections")
        with server.sessions(4, "deep"):
            told = facts_of(inspected(server, role="postgres", status=1))["room"]
            equal((told["ordinary"], told["reserved_role"], told["superuser"]), (0, 0, 3))
            matches(refusal(server, "agent"), "SUPERUSER attribute")
            holds(server, 3, "postgres", words="too many clients")


# --- limits ---

@test("15", "18")
def the_limit_that_binds_first_is_named(server):
    with server.sessions(3, "capped"), server.sessions(2, "capped", "small"), server.sessions(1, "other", "small"), \
            server.sessions(1, "boss", "small"), server.sessions(1, "other"):
        facts = facts_of(inspected(server))
        for role, database, room, stop, limit, words in (
                ("capped", "postgres", 2, "role", 7, 'too many connections for role "capped"'),
                ("capped", "small", 1, "database", 5, 'too many connections for database "small"'),
                ("other", "small", 1, "database", 5, 'too many connections for database "small"')):
            told = row(facts, role, database)
            equal((told["room"], told["stopped_by"], told["limit"], told["at_least"]), (room, stop, limit, False))
            holds(server, room, role, database, words)
        told = row(facts, "other")
        equal((told["room"], told["stopped_by"]), (facts["room"]["ordinary"], "slots"))
        holds(server, told["room"], "other", words="remaining connection slots")
        told = row(facts, "boss", "small")  # no limit holds for superusers
        equal((told["room"], told["stopped_by"]), (12, "slots"))
        holds(server, 12, "boss", "small", "too many clients")


# --- who sees what ---

@test("15", "18")
def an_unprivileged_role_is_told_what_it_cannot_see(server):
    exact = server.directory.name != "15"
    with server.sessions(4, "other", application_name="api"):
        seen, hidden = inspected(server), inspected(server, role="app")
        equal(("PGS026" in rules(seen), "PGS026" in rules(hidden)), (False, True))
        equal(facts_of(hidden)["live"]["sessions"], 4)
        equal(facts_of(hidden)["room"], {**facts_of(seen)["room"], "at_least": not exact})
        of_api = facts_of(hidden)["use"]["services"][0]
        equal((of_api["sessions"], of_api["idle"], of_api["oldest_s"]), (4, None, None))
        equal(facts_of(seen)["use"]["services"][0]["idle"], 4)


@test("15", "18")
def one_connection_and_nothing_left_behind(server):
    before = len(server.log())
    with calm(server):
        pgsize("inspect", server.url_as("reader"))
    equal(len(re.findall("connection authorized: ", server.log()[before:])), 1)
    equal(re.findall("ERROR|WARNING", server.log()[before:]), [])


# --- whose plan it looks like ---

@test("18")
def a_providers_role_tells_whose_plan_it_is(server):
    equal(facts_of(inspected(server))["likely_plans"], [])
    server.sql("CREATE ROLE cloudsqlsuperuser")
    try:
        (WORK / "pgsize.json").write_text(json.dumps(
            {"servers": {"main": {"url": server.url_as("app"), "plan": "rds/db.t4g.small"}}}), encoding="utf-8")
        with calm(server):
            run = pgsize("inspect", "--quiet")
        matches(run.stdout, "\n  plan +looks not like aws-rds/db.t4g.small, which is declared, but like\n +gcp-cloudsql ")
        with calm(server):
            told = facts_of(json.loads(pgsize("inspect", "--quiet", "-f", "json").stdout))
        equal((told["plan_is_likely"], told["likely_plans"]),
              (False, [{"provider": "gcp-cloudsql", "plan": None,
                        "why": ["it has the role cloudsqlsuperuser",
                                "its limit of 20 is none of the plans' that are known"]}]))
        equal("cloudsqlsuperuser" in json.dumps({**told, "likely_plans": None}), False)
    finally:
        (WORK / "pgsize.json").unlink()
        server.sql("DROP ROLE cloudsqlsuperuser")


# --- what is idle ---

def again(sessions):
    for session in sessions:
        session.stdin.write("SELECT 'again';\n")
        session.stdin.flush()
        equal(session.stdout.readline(), "again\n")


@test("15", "18")
def an_idle_leak_is_found_by_how_long_it_is(server):
    with server.sessions(10, "app", application_name="next") as held:
        time.sleep(6)
        again(held[:1])  # within 5 s of which a busy machine, too, has looked
        answer = inspected(server, "--idle-after", "5s")
        told = next(finding for finding in answer["findings"] if finding["id"] == "PGS024")
        matches(told["message"], "^next: 9 of 10 sessions idle for over 5.0 s")
        (WORK / "look.json").write_text(json.dumps(answer), encoding="utf-8")
        read = json.loads(pgsize("inspect", "--snapshot", "look.json", "--idle-after", "5s", "-f", "json").stdout)
        facts_of(read)["source"] = "live"
        equal(read, answer)
        later = json.loads(pgsize("inspect", "--snapshot", "look.json", "--idle-after", "1h", "-f", "json").stdout)
        equal("PGS024" in rules(later), False)
        again(held[:2])
        equal("PGS024" in rules(inspected(server, "--idle-after", "5s")), False)


# --- snapshots ---

def without_time(value):
    """The same of two moments: ages go on."""
    if isinstance(value, dict):
        return {key: None if key in ("taken_at", "source", "oldest_s", "idle_s") else without_time(one)
                for key, one in value.items()}
    return [without_time(one) for one in value] if isinstance(value, list) else value


@test("15", "18")
def recommend_of_the_look_is_recommend_of_the_server(server):
    fleet = {"servers": {"main": {"url": server.url_as("reader"), "reserved": 1}},
             "services": {"api": {"role": "app", "client": "sqlalchemy", "connection_limit": 2, "rollout": "recreate"},
                          "jobs": {"role": "capped", "concurrent": 2, "connection_limit": 2}}}
    (WORK / "pgsize.json").write_text(json.dumps(fleet), encoding="utf-8")
    try:
        with server.sessions(6, "app", application_name="api"), server.sessions(1, application_name="psql"):
            for command in ("recommend", "check"):
                with calm(server):
                    pgsize("inspect", "-q", "--fail-on", "never", "--format", "json=look.json")
                with calm(server):
                    live = pgsize(command, "-q", "--fail-on", "never", "-f", "json")
                later = pgsize(command, "-q", "--fail-on", "never", "-f", "json", "--snapshot", "look.json")
                one, other = json.loads(live.stdout), json.loads(later.stdout)
                equal((facts_of(one)["source"], facts_of(other)["source"]), ("live", "snapshot"))
                equal(without_time(other), without_time(one))
    finally:
        (WORK / "pgsize.json").unlink()


@test("15", "18")
def before_and_after_stand_side_by_side(server):
    with server.sessions(10, "app", application_name="next"):
        (WORK / "before.json").write_text(json.dumps(inspected(server)), encoding="utf-8")
    with server.sessions(2, "app", application_name="next"), server.sessions(1, "other", application_name="new"):
        use = facts_of(inspected(server, "--before", "before.json"))["use"]
        equal([(one["application_name"], one["before"], one["sessions"]) for one in use["services"]],
              [("next", 10, 2), ("new", 0, 1)])
        equal([(one["role"], one["before"], one["sessions"]) for one in use["roles"]],
              [("app", 10, 2), ("other", 0, 1)])
        with calm(server):
            run = pgsize("inspect", server.url_as("reader"), "--before", "before.json")
        matches(run.stdout, r"\nAPPLICATION  BEFORE  NOW .*\nnext +10 +2 ")


# --- what stands in between ---

def pumped(source, target, change=None):
    """Passes on what comes, message by message where a change is asked for."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(change(data) if change else data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def greeted_anew(data):
    """As poolers do: BackendKeyData with a process of their own."""
    at = data.find(b"K\0\0\0")
    return data if at < 0 else data[:at + 5] + struct.pack("!I", 4242) + data[at + 9:]


@contextlib.contextmanager
def in_between(host, port, change):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            with contextlib.suppress(OSError):
                client, _ = listener.accept()
                with client, socket.create_connection((host, port)) as server:
                    back = threading.Thread(target=pumped, args=(server, client, change))
                    back.start()
                    pumped(client, server)
                    back.join()
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@test("18")
def a_pooler_in_between_is_noticed(server):
    port = int(server.sql("SHOW port"))
    for change, expected in ((None, False), (greeted_anew, True)):
        with in_between("127.0.0.1", port, change) as near:
            run = pgsize("inspect", f"postgresql://reader@127.0.0.1:{near}/postgres?sslmode=disable&gssencmode=disable",
                         "-f", "json")
        equal(facts_of(json.loads(run.stdout))["live"]["through_pooler"], expected)


# --- the SQL ---

@test("15", "18")
def the_queries_can_be_pasted_into_psql(server):
    script = pgsize("list", "queries", "--verbose").stdout
    done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", server.url_as("reader")], input=script,
                          text=True, capture_output=True, check=False, env=clean_environment())
    equal((done.returncode, done.stderr), (0, ""))
    matches(done.stdout, "(?m)^reader\\|-1\\|f\\|t\\|f$")


if __name__ == "__main__":
    PGSIZE = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pgsize-inspect-") as work:
        WORK = pathlib.Path(work)
        sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
