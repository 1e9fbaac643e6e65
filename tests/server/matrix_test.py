#!/usr/bin/env python3
"""Whom PostgreSQL 10 to 18 lets in, to the last slot, and what pgsize says about it. Speaks TAP.

    matrix_test.py PGSIZE [CACHE_DIR]

The same tests for every version, on servers of 12 connections of which 3 are kept for superusers and, from 16
on, 2 for members of pg_use_reserved_connections. With CACHE_DIR, versions that the machine lacks are fetched once.
"""
import collections
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from client import Session, fill
from servers import Kind, Suite, client_backends, equal, matches

MOST, SUPERUSERS, RESERVED = 12, 3, 2
VERSIONS = ("10", "11", "12", "13", "14", "15", "16", "17", "18")
WITH_RESERVED = ("16", "17", "18")
PASSWORD = "s3cret-hunter2"
OPTIONS = ("--set", f"max_connections={MOST}", "--set", f"superuser_reserved_connections={SUPERUSERS}",
           "--set", "max_wal_senders=4", "--set", "autovacuum=off", "--hba", "local all secret scram-sha-256")
SQL = ("CREATE ROLE app LOGIN", "CREATE ROLE blind LOGIN", "CREATE ROLE capped LOGIN CONNECTION LIMIT 3",
       "CREATE ROLE reader LOGIN IN ROLE pg_read_all_stats", "CREATE ROLE nologin",
       "SET password_encryption = 'scram-sha-256'", f"CREATE ROLE secret LOGIN PASSWORD '{PASSWORD}'",
       "CREATE DATABASE other", "CREATE DATABASE small CONNECTION LIMIT 4",
       "CREATE DATABASE closed", "REVOKE CONNECT ON DATABASE closed FROM public")
AGENT = ("CREATE ROLE agent LOGIN IN ROLE pg_use_reserved_connections",)


def kind_of(major):
    if major not in WITH_RESERVED:
        return Kind(major, OPTIONS, SQL)
    return Kind(major, OPTIONS + ("--set", f"reserved_connections={RESERVED}"), SQL + AGENT)


SUITE = Suite("matrix", {major: kind_of(major) for major in VERSIONS}, ahead=True)
test = SUITE.test


# --- what pgsize says ---

def pgsize(url, *options, status=0, command=("recommend", "topology.json")):
    kept = {key: value for key, value in os.environ.items() if key == "PATH" or key.endswith("SAN_OPTIONS")}
    topology = {"servers": {"main": {"url": url, "margin": 0, "alert_at": "100%"}},
                "services": {"api": {"rollout": "recreate"}}}
    (WORK / "topology.json").write_text(json.dumps(topology), encoding="utf-8")
    done = subprocess.run([PGSIZE, *command, *options], capture_output=True, text=True, timeout=60,
                          cwd=WORK, env={**kept, "HOME": str(WORK), "LC_ALL": "C.UTF-8"}, check=False,
                          stdin=subprocess.DEVNULL)
    equal(done.returncode, status, done.stdout + done.stderr)
    return done


def said(server, role="postgres", database="postgres", status=0):
    """The server's facts, and the findings by rule; its session is gone."""
    with calm(server):
        answer = json.loads(pgsize(server.url_as(role, database), "--format", "json", status=status).stdout)
    return answer["servers"][0], {finding["id"]: finding for finding in answer["findings"]}


Room = collections.namedtuple("Room", "ordinary reserved superuser")


def predicted_room(server, facts):
    """How many more sessions get in where only such come, of each kind of role: what inspect says. It is what the
    figures of recommend, `facts`, come to."""
    with calm(server):
        run = pgsize(server.url, "--format", "json", "--fail-on", "never", command=("inspect", server.url))
    told = json.loads(run.stdout)["servers"][0]["room"]
    equal(told["at_least"], False)
    room = Room(told["ordinary"], told["reserved_role"], told["superuser"])
    free = facts["max_connections"] - facts["live"]["sessions"]
    superusers, reserved = (facts[f"{kind}_connections"] for kind in ("superuser_reserved", "reserved"))
    equal(facts["budget"], facts["max_connections"] - superusers - reserved)
    equal(room, Room(*(max(0, free - kept) for kept in (superusers + reserved, superusers, 0))))
    return room


# --- who gets in ---

def major_of(server):
    return int(server.directory.name)


def has_agent(server):
    return server.directory.name in WITH_RESERVED


@contextlib.contextmanager
def calm(server):
    before = client_backends(server.postmaster())
    yield
    server.settle(before)


@contextlib.contextmanager
def inside(server, *roles, database="postgres", replication=False):
    """Sessions of these roles."""
    before = client_backends(server.postmaster())
    with contextlib.ExitStack() as stack:
        for role in roles:
            stack.callback(Session(server, role, database, replication).close)
        yield
    server.settle(before)


@contextlib.contextmanager
def filled(server, role, wanted, database="postgres"):
    """As many as there is room for, counted: neither more nor fewer than predicted."""
    before = client_backends(server.postmaster())
    held = fill(server, role, MOST, database)
    try:
        equal(len(held), wanted, f"sessions of {role}")
        server.settle(before + wanted)  # whom it refused is gone
        yield
    finally:
        for session in held:
            session.close()
        server.settle(before)


def refused(server, role, of, database="postgres"):
    facts, findings = said(server, role, database, status=1)
    equal((facts["full"]["of"], facts["max_connections"], facts["budget"], facts["live"]), (of, None, None, None))
    matches(findings["PGS021"]["message"], "full: the server refused this very connection")


def holds_to_the_last_slot(server):
    """Ordinary roles, then those with reserved slots, then superusers."""
    facts, _ = said(server)
    room = predicted_room(server, facts)
    equal(facts["live"]["hidden"], False)
    with filled(server, "app", room.ordinary), contextlib.ExitStack() as stack:
        refused(server, "app", "reserved")
        if has_agent(server):
            stack.enter_context(filled(server, "agent", room.reserved - room.ordinary))
            refused(server, "agent", "reserved")
        else:
            equal(room.reserved, room.ordinary)
        stack.enter_context(filled(server, "postgres", room.superuser - room.reserved))
        refused(server, "postgres", "slots")


@test(*VERSIONS)
def an_empty_server_has_its_budget(server):
    facts, findings = said(server)
    reserved = RESERVED if has_agent(server) else 0
    equal(facts["version"] // 10000, major_of(server))
    equal((facts["source"], facts["max_connections"], facts["superuser_reserved_connections"],
           facts["reserved_connections"], facts["budget"]),
          ("live", MOST, SUPERUSERS, reserved, MOST - SUPERUSERS - reserved))
    equal({"PGS021", "PGS026", "PGS029"} & set(findings), set())
    holds_to_the_last_slot(server)


@test(*VERSIONS)
def superusers_inside_are_in_the_way(server):
    """The reserved slots are a threshold, no seats: two superusers take two from everybody."""
    alone = predicted_room(server, said(server)[0])
    with inside(server, "postgres", "postgres"):
        equal(predicted_room(server, said(server)[0]), Room(*(count - 2 for count in alone)))
        holds_to_the_last_slot(server)


@test(*WITH_RESERVED)
def so_are_reserved_roles(server):
    with inside(server, "agent", "agent", "agent", "postgres"):
        holds_to_the_last_slot(server)


@test(*VERSIONS)
def walsenders_take_slots_before_12(server):
    taken = 2 if major_of(server) < 12 else 0
    with inside(server, "postgres", "postgres", replication=True):
        facts, _ = said(server)
        equal(facts["live"]["sessions"], taken)
        holds_to_the_last_slot(server)


@test(*VERSIONS)
def limits_of_roles_and_databases(server):
    facts, _ = said(server)
    equal((facts["role_limits"], facts["database_limits"]), ({"capped": 3}, {"small": 4}))
    # A role's sessions count in all databases, a database's of all roles; superusers count, and are exempt.
    with inside(server, "capped", database="other"), filled(server, "capped", facts["role_limits"]["capped"] - 1):
        refused(server, "capped", "role")
    with inside(server, "postgres", "capped", database="small"), \
            filled(server, "app", facts["database_limits"]["small"] - 2, "small"):
        refused(server, "app", "database", "small")
        with inside(server, "postgres", database="small"):
            pass


@test(*VERSIONS)
def refusals_are_understood(server):
    cases = ((server.url_as(f"secret:{PASSWORD}x"), "check user and password"),
             (server.url_as("nobody"), "check the user, or let it in"), (server.url_as("nologin"), "check the user"),
             (server.url_as("app", "nowhere"), "check the name of the database"),
             (server.url_as("app", "closed"), "name another database, or GRANT"))
    for url, advice in cases:
        with calm(server):
            done = pgsize(url, status=4)
        equal(done.stdout, "")
        matches(done.stderr, f"^pgsize: server main refuses: .*FATAL:  .*\n  {advice}.*\n$")
        equal(PASSWORD in done.stderr, False, done.stderr)


# --- where other programs answer wrongly ---

def taken_for_a_walsender(server, role):
    """Before 12 walsenders count, and who may not see kinds cannot tell the launcher of logical replication from
    one: the bound is one too high."""
    return 1 if role == "blind" and major_of(server) < 12 else 0


@test(*VERSIONS)
def sessions_that_a_role_may_not_see_count(server):
    """A checker that counts backend_type = 'client backend' as an unprivileged role finds 1."""
    with inside(server, *["app"] * 5, "postgres"):
        for role in ("blind", "reader", "postgres"):
            facts, findings = said(server, role)
            more = taken_for_a_walsender(server, role)
            equal(facts["live"]["sessions"], 6 + more, role)
            equal((facts["live"]["hidden"], "PGS026" in findings), (role == "blind",) * 2)
            counts = {(group["role"], group["database"]): group["count"] for group in facts["live"]["by"]}
            equal((counts[("app", "postgres")], counts[("postgres", "postgres")]), (5, 1))
        server.settle(6)
        with calm(server):
            table = pgsize(server.url_as("blind")).stdout
        bound = "" if major_of(server) >= 17 else "at most "
        matches(table, rf"\n  now +{bound}{6 + taken_for_a_walsender(server, 'blind')} sessions")


@test(*VERSIONS)
def reserved_slots_are_not_free(server):
    """With all but those taken no service gets in: others call that a warning, 90 %."""
    facts, findings = said(server)
    equal("PGS021" in findings, False)
    budget = facts["budget"]
    with inside(server, *["app"] * (budget - 1)):
        equal("PGS021" in said(server)[1], False)
        with inside(server, "app"):
            facts, findings = said(server, status=1)
            equal((facts["live"]["sessions"], facts["live"]["used"], facts["live"]["percent"]), (budget, MOST, 100.0))
            kept = f"{MOST} - {SUPERUSERS}" + (f" - {RESERVED}" if has_agent(server) else "")
            matches(findings["PGS021"]["message"], rf"{budget} sessions / \({kept}\) = 100 %; an ordinary role is ")


@test(*VERSIONS)
def a_full_server_is_an_answer_for_services_too(server):
    """Others cannot say: neither full nor not."""
    with inside(server, *["app"] * said(server)[0]["budget"]):
        refused(server, "app", "reserved")
        done = pgsize(server.url_as("app"), status=1)
        matches(done.stdout, "main  full, and nobody said how many connections it has")
        equal(done.stderr, "")


@test(*VERSIONS)
def the_servers_own_processes_do_not_count(server):
    """Six of them run on an idle server."""
    matches(server.sql("SELECT count(*) > 2 FROM pg_stat_activity"), "t")
    server.settle(0)
    for role in ("postgres", "reader", "blind"):
        facts, _ = said(server, role)
        equal(facts["live"]["sessions"], taken_for_a_walsender(server, role), role)


@test(*WITH_RESERVED)
def reserved_connections_are_kept_back(server):
    """Not only those of superusers."""
    facts, _ = said(server)
    equal((facts["budget"], facts["live"]["used"]), (MOST - SUPERUSERS - RESERVED, SUPERUSERS + RESERVED))
    matches(pgsize(server.url).stdout, rf"{SUPERUSERS} superuser \+ {RESERVED} reserved")


@test(*VERSIONS)
def walsenders_are_no_sessions(server):
    """Since 12. Those of a logical standby have a database, and are none either."""
    taken = 3 if major_of(server) < 12 else 0
    with inside(server, "postgres", "postgres", "postgres", replication=True), inside(server, "app"):
        facts, _ = said(server)
        equal(facts["live"]["sessions"], taken + 1)
        equal(facts["live"]["used"], taken + 1 + MOST - facts["budget"])


if __name__ == "__main__":
    PGSIZE = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pgsize-work-") as work:
        WORK = pathlib.Path(work)
        sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
