#!/usr/bin/env python3
"""The whole program against real servers: what pgsize says is what PostgreSQL then does. Speaks TAP.

    recommend_test.py PGSIZE [CACHE_DIR]

The limits are taken as a user takes them, from the variables that `--format env` writes, and filled with
sessions of psql. With CACHE_DIR, a version of PostgreSQL that the machine lacks is downloaded there once.
"""
import collections
import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from servers import Kind, Server, Suite, clean_environment, client_backends, equal, matches

PASSWORD = "s3cret-hunter2"
LOGGED = ("--set", "max_connections=20", "--set", "log_connections=on", "--set", "log_statement=all",
          "--set", "log_line_prefix=%m [%p] %e ", "--hba", "local all secret scram-sha-256")
SQL = (
    "CREATE ROLE app LOGIN", "CREATE ROLE other LOGIN",
    "CREATE ROLE reader LOGIN IN ROLE pg_read_all_stats",
    "CREATE ROLE capped LOGIN CONNECTION LIMIT 7", "CREATE ROLE tiny LOGIN CONNECTION LIMIT 1",
    "CREATE ROLE boss LOGIN SUPERUSER CONNECTION LIMIT 2",
    f"CREATE ROLE secret LOGIN PASSWORD '{PASSWORD}'",
    "CREATE DATABASE core", "CREATE DATABASE small CONNECTION LIMIT 5",
    "CREATE DATABASE one CONNECTION LIMIT 1",
)

RESERVED = ("--set", "reserved_connections=5", "--set", "wal_level=logical")
AGENT = ("CREATE ROLE agent LOGIN IN ROLE pg_use_reserved_connections",)

SUITE = Suite("recommend", {
    "own": Kind(None, LOGGED, SQL),
    "fr": Kind(None, LOGGED + ("--messages", "fr_FR.UTF-8"), SQL),
    "16": Kind("16", LOGGED + RESERVED, SQL + AGENT),
    "17": Kind("17", LOGGED + RESERVED, SQL + AGENT),
    "18": Kind("18", LOGGED + ("--tcp", *RESERVED), SQL + AGENT + (
        "CREATE ROLE monitor LOGIN IN ROLE pg_use_reserved_connections, pg_read_all_stats",)),
})
test = SUITE.test


# --- running pgsize ---

Run = collections.namedtuple("Run", "status out err")


def environment(**variables):
    """Of the caller's only what a program needs, and what the sanitizers are told."""
    kept = {key: value for key, value in os.environ.items()
            if key == "PATH" or key.endswith("SAN_OPTIONS")}
    return {**kept, "HOME": str(WORK), "LC_ALL": "C.UTF-8", **variables}


def pgsize(*arguments, status=0, **variables):
    done = subprocess.run([PGSIZE, *arguments], capture_output=True, text=True, timeout=60, cwd=WORK,
                          env=environment(**variables), stdin=subprocess.DEVNULL, check=False)
    equal(done.returncode, status, f"of {arguments}\n{done.stdout}{done.stderr}")
    return Run(done.returncode, done.stdout, done.stderr)


def written(topology):
    (WORK / "topology.json").write_text(json.dumps(topology, indent=2), encoding="utf-8")
    return "topology.json"


def asked(topology, *options, command="recommend", **more):
    """What pgsize answers to a program."""
    run = pgsize(command, written(topology), "--format", "json", *options, **more)
    equal(run.err, "")
    return json.loads(run.out)


def variables_of(topology, *options, **more):
    """What a shell has once it has read the file that pgsize wrote."""
    run = pgsize("recommend", written(topology), "--format", "env=" + str(WORK / "pools.env"), *options,
                 **more)
    equal((run.out, run.err), ("", ""))
    equal((WORK / "pools.env").stat().st_mode & 0o777, 0o600)
    done = subprocess.run(["sh", "-c", "set -a; . ./pools.env; exec env -0"], cwd=WORK, text=True,
                          capture_output=True, env={"PATH": os.environ["PATH"]}, check=True)
    return dict(line.split("=", 1) for line in done.stdout.rstrip("\0").split("\0"))


def error_of(*arguments, status, **more):
    """The line of an error; a hint may follow it."""
    run = pgsize(*arguments, status=status, **more)
    equal(run.out, "")
    lines = run.err.splitlines()
    equal(lines[0].startswith("pgsize: ") and all(line.startswith("  ") for line in lines[1:]), True,
          run.err)
    equal(len(lines) <= 2, True, run.err)
    return lines[0]


def rules(answer, severity=None):
    return [finding["id"] for finding in answer["findings"]
            if severity in (None, finding["severity"])]


def finding(answer, rule):
    found = [finding for finding in answer["findings"] if finding["id"] == rule]
    equal(len(found), 1, rules(answer))
    return found[0]


def service(answer, name):
    return next(service for service in answer["services"] if service["name"] == name)


# --- a fleet, and its sessions ---

# Pools of each service of the fleet: SQLAlchemy's URL holds nothing that psql would refuse.
POOLS = {"api": 2, "jobs": 3, "worker": 1}
SERVICES = {
    "api": {"client": "sqlalchemy", "instances": 2, "rollout": "recreate"},
    "jobs": {"client": "sqlalchemy", "concurrent": 3},
    "worker": {"client": "sqlalchemy", "rollout": "recreate"},
}


def fleet(url, services=None, **server):
    return {"servers": {"main": {"url": url, "margin": 0, "alert_at": "100%", **server}},
            "services": services or SERVICES}


def one(**service_keys):
    return {"api": {"client": "sqlalchemy", "rollout": "recreate", "want": 10, **service_keys}}


@contextlib.contextmanager
def calm(server):
    """Leaves as many sessions as it found: what pgsize or psql took is given back."""
    before = client_backends(server.postmaster())
    yield before
    server.settle(before)


@contextlib.contextmanager
def pools_open(server, variables, pools):
    """All pools of all services, full."""
    with contextlib.ExitStack() as stack:
        for name, count in pools.items():
            limit = int(variables[f"{name.upper()}_CONNECTION_LIMIT"])
            stack.enter_context(server.sessions(
                limit * count, url=variables[f"{name.upper()}_DATABASE_URL"]))
        yield


def refused(server, url):
    with calm(server):
        before = len(server.log())
        done = subprocess.run(["psql", "-qXAt", "-c", "SELECT 1", url], env=clean_environment(),
                              text=True, capture_output=True, check=False)
        equal((done.returncode, done.stdout), (2, ""), done.stderr)
        matches(server.log()[before:], " 53300 FATAL")


def admitted(server, url):
    with calm(server):
        equal(server.sql("SELECT 'in'", url=url), "in")


def holds(server, topology, budget, pools=None, **more):
    """The recommended pools fill the budget, the server lets all of them in, and nobody else."""
    pools = pools or POOLS
    with calm(server):
        answer = asked(topology, **more)
    facts = answer["servers"][0]
    equal((facts["source"], facts["budget"], facts["peak"]), ("live", budget, budget))
    with calm(server):
        variables = variables_of(topology, **more)
    for name, count in pools.items():
        said = service(answer, name)
        equal(variables[said["env"]["limit"]], str(said["limit"]))
        equal(variables[said["env"]["url"]], said["url"])
        equal(said["pools_at_peak"], count)
    equal(sum(int(variables[f"{name.upper()}_CONNECTION_LIMIT"]) * count
              for name, count in pools.items()), budget)
    with pools_open(server, variables, pools):
        for name in pools:
            refused(server, variables[f"{name.upper()}_DATABASE_URL"])
    return answer


# --- the division ---

@test("own", "fr")
def the_pools_fit_and_one_more_is_refused(server):
    answer = holds(server, fleet(server.url_as("app")), 17)
    facts = answer["servers"][0]
    equal((facts["max_connections"], facts["superuser_reserved_connections"]), (20, 3))
    equal((facts["reserved_connections"], facts["used_at_peak"]), (0, 20))
    equal(facts["percent_at_peak"], 100.0)
    equal(rules(answer, "error"), [])


@test("own", "fr")
def superusers_inside_take_from_the_services(server):
    with server.sessions(2):
        answer = holds(server, fleet(server.url_as("app"), reserved=2), 15)
        equal(answer["servers"][0]["live"]["sessions"], 2)
        equal("PGS022" in rules(answer), False)
        # Not told, the budget is that of a server without them: and the finding says so.
        with calm(server):
            answer = asked(fleet(server.url_as("app")))
        equal(answer["servers"][0]["budget"], 17)
        matches(finding(answer, "PGS022")["message"], "psql 2")


@test("own", "fr", "18")
def the_margin_and_the_alert_keep_more_back(server):
    reserved = 8 if server.directory.name == "18" else 3
    topology = fleet(server.url_as("app"), margin="10%", alert_at="80%")
    with calm(server):
        answer = asked(topology)
    facts = answer["servers"][0]
    equal((facts["margin"], facts["budget"]), (2, 20 - reserved - 2))
    equal((facts["alert_at"], facts["alert_connections"]), (80.0, 16))
    equal(facts["used_at_peak"] <= 16, True)
    equal(rules(answer, "error"), [])


@test("18")
def reserved_connections_are_kept_back(server):
    answer = holds(server, fleet(server.url_as("app")), 12)
    equal(answer["servers"][0]["reserved_connections"], 5)
    with calm(server):
        variables = variables_of(fleet(server.url_as("app")))
    with pools_open(server, variables, POOLS):
        refused(server, server.url_as("app"))
        admitted(server, server.url_as("agent"))
        for role in ("app", "agent", "monitor", "postgres"):
            with calm(server):
                answer = asked(fleet(server.url_as(role)), status=1)
            told = finding(answer, "PGS021")
            if role != "app":
                matches(told["message"], r"12 sessions / \(20 - 3 - 5\) = 100 %; an ordinary role is ref")
                equal(answer["servers"][0]["live"]["sessions"], 12)
                equal(answer["servers"][0]["live"]["percent"], 100.0)
        with server.sessions(5, "agent"):
            refused(server, server.url_as("agent"))
            admitted(server, server.url)


@test("16", "17", "18")
def who_may_use_reserved_slots_sees_a_full_server(server):
    """The agent gets in where ordinary roles do not, and may not see what kind others' sessions are. Since 17
    a backend's number tells: a walsender of a database is not taken for a client."""
    exact = server.directory.name != "16"
    walsender = server.url_as(replication="database")
    with server.sessions(11, "app"), server.sessions(1, url=walsender), calm(server):
        answer = asked(fleet(server.url_as("agent")))
        live = answer["servers"][0]["live"]
        equal((live["sessions"], live["hidden"]), (11 if exact else 12, True))
        equal("PGS021" in rules(answer), False)
        told = finding(answer, "PGS026")["message"]
        equal("is an upper bound" in told, not exact, told)
        equal("whether an ordinary role would be refused now is not known" in told, not exact, told)
        admitted(server, server.url_as("app"))
    with server.sessions(12, "app"), server.sessions(1, url=walsender), calm(server):
        refused(server, server.url_as("app"))
        answer = asked(fleet(server.url_as("agent")), status=1 if exact else 0)
        equal(answer["servers"][0]["live"]["sessions"], 12 if exact else 13)
        if exact:
            matches(finding(answer, "PGS021")["message"], r"12 sessions / \(20 - 3 - 5\) = 100 %")
        else:
            matches(finding(answer, "PGS026")["message"], "whether an ordinary role would be refused now")


# --- a server that is full ---

@test("own", "fr")
def a_full_server_is_an_answer(server):
    with server.sessions(17, "other"), calm(server):
        # To an ordinary role: it is refused itself, and nobody else says how many there are.
        answer = asked(fleet(server.url_as("app")), status=1)
        matches(finding(answer, "PGS021")["message"], "refused this very connection")
        equal((answer["status"], finding(answer, "PGS021")["severity"]), ("error", "error"))
        facts = answer["servers"][0]
        for unknown in ("max_connections", "superuser_reserved_connections", "budget", "peak",
                        "used_at_peak", "percent_at_peak", "live"):
            equal(facts[unknown], None, unknown)
        equal([service["limit"] for service in answer["services"]], [None, None, None])
        server.settle(17)
        # The topology says it: it is sized all the same.
        answer = asked(fleet(server.url_as("app"), max_connections=20), status=1)
        finding(answer, "PGS021")
        facts = answer["servers"][0]
        equal((facts["source"], facts["budget"], facts["peak"]), ("topology", 17, 17))
        server.settle(17)
        # To a superuser, who gets in and counts.
        answer = asked(fleet(server.url), status=1)
        equal(finding(answer, "PGS021")["severity"], "error")
        facts = answer["servers"][0]
        equal((facts["source"], facts["budget"], facts["live"]["sessions"]), ("live", 17, 17))
        equal((facts["live"]["used"], facts["live"]["percent"]), (20, 100.0))
        server.settle(17)
        with server.sessions(3), calm(server):
            finding(asked(fleet(server.url), status=1), "PGS021")
    with server.sessions(16, "other"), calm(server):
        for role in ("app", "postgres"):
            equal("PGS021" in rules(asked(fleet(server.url_as(role)))), False)
            server.settle(16)


@test("own", "fr")
def a_full_server_is_an_answer_for_people_too(server):
    with server.sessions(17, "other"), calm(server):
        for role, words in (("app", "refused"), ("postgres", "17 sessions")):
            for options in ((), ("--quiet",), ("--format", "table")):
                run = pgsize("recommend", written(fleet(server.url_as(role))), *options, status=1)
                matches(run.out, "server-full")
                matches(run.out, words)
                equal("\n\n\n" in run.out, False, run.out)
                equal(run.err, "")
                server.settle(17)
            run = pgsize("check", written(fleet(server.url_as(role))), status=1)
            matches(run.out, "server-full")
            server.settle(17)
            # Whom it does not concern is not stopped.
            pgsize("recommend", written(fleet(server.url_as(role))), "--ignore", "PGS021")
            server.settle(17)
            pgsize("recommend", written(fleet(server.url_as(role))), "--fail-on", "never")
            server.settle(17)


@test("own", "fr", "18")
def a_full_limit_names_who_has_it(server):
    with server.sessions(1, "tiny"), calm(server):
        answer = asked(fleet(server.url_as("tiny")), status=1)
        matches(finding(answer, "PGS021")["message"], "role \"tiny\"|rôle «\\s?tiny\\s?»")
        equal(answer["servers"][0]["max_connections"], None)
        server.settle(1)
        finding(asked(fleet(server.url_as("tiny"), max_connections=20), status=1), "PGS021")
    with server.sessions(1, "app", "one"), calm(server):
        answer = asked(fleet(server.url_as("app", "one")), status=1)
        matches(finding(answer, "PGS021")["message"], "database \"one\"|base de données «\\s?one\\s?»")


# --- who is connected ---

@test("own", "fr", "18")
def an_unprivileged_role_hears_the_total(server):
    with server.sessions(4, "other", "core", application_name="api"), server.sessions(2), calm(server):
        for role, hidden in (("app", True), ("reader", False), ("postgres", False)):
            answer = asked(fleet(server.url_as(role), reserved=2))
            live = answer["servers"][0]["live"]
            equal((live["sessions"], live["hidden"]), (6, hidden), role)
            equal(sum(group["count"] for group in live["by"]), 6)
            equal(rules(answer, "note"), ["PGS026"] if hidden else [])
            if hidden:
                matches(finding(answer, "PGS026")["message"], 'role "app" may not see')
            server.settle(6)


def two_applications(url, admins):
    services = {
        "api": {"client": "sqlalchemy", "instances": 2, "rollout": "recreate", "role": "app"},
        "jobs": {"client": "sqlalchemy", "concurrent": 2, "role": "app",
                 "application_name": "cron-*"},
    }
    return fleet(url, services, reserved={"admin": admins})


@test("own", "18")
def applications_are_told_apart(server):
    reserved = 8 if server.directory.name == "18" else 3
    address = "127.0.0.1" if server.directory.name == "18" else None
    url = server.url_as("reader")
    with server.sessions(3, "app", application_name="api"), \
            server.sessions(1, "app", application_name="cron-import"), \
            server.sessions(1, "app", application_name="cron-export"), \
            server.sessions(1, "other", application_name="api"), \
            server.sessions(1), calm(server):
        answer = asked(two_applications(url, admins=2))
        live = answer["servers"][0]["live"]
        equal((live["sessions"], live["used"]), (7, 7 + reserved))
        equal(live["percent"], 100.0 * (7 + reserved) / 20)
        seen = {(group["service"], group["application_name"], group["role"]): group
                for group in live["by"]}
        equal({key: group["count"] for key, group in seen.items()}, {
            ("api", "api", "app"): 3, ("jobs", "cron-import", "app"): 1,
            ("jobs", "cron-export", "app"): 1, (None, "api", "other"): 1,
            (None, "psql", "postgres"): 1})
        for group in live["by"]:
            equal((group["database"], group["state"], group["client_addr"]),
                  ("postgres", "idle", address))
            equal(0 <= group["oldest_s"] < 60, True, group)
        equal("PGS022" in rules(answer), False)
        server.settle(7)

        answer = asked(two_applications(url, admins=1))
        told = finding(answer, "PGS022")
        matches(told["message"], "^2 sessions .*1 reserved: 1 too many")
        equal((told["severity"], told["pointer"]), ("warning", "/servers/main/reserved"))
        server.settle(7)

        table = " ".join(pgsize("recommend", "topology.json").out.split())
        matches(table, rf" now 7 sessions \+ {reserved} kept by the server = {7 + reserved} of 20 "
                       rf"\({(7 + reserved) * 5} %\): api 3, jobs 2, others 2 ")
        server.settle(7)
        run = pgsize("recommend", written(two_applications(server.url_as("app"), admins=2)))
        exact = answer["servers"][0]["version"] >= 170000
        matches(run.out, rf"\n  now +{'' if exact else 'at most '}7 sessions ")


@test("own", "18")
def too_many_now_is_told(server):
    reserved = 8 if server.directory.name == "18" else 3
    with server.sessions(16 - reserved, "app", application_name="api"), calm(server) as inside:
        topology = two_applications(server.url_as("reader"), admins=2)
        topology["servers"]["main"]["alert_at"] = "80%"
        equal("PGS020" in rules(asked(topology)), False)
        server.settle(inside)
        with server.sessions(1, "app", application_name="api"), calm(server):
            answer = asked(topology)
            matches(finding(answer, "PGS020")["message"], "= 17 of 20")
            equal(answer["servers"][0]["live"]["percent"], 85.0)


DOCUMENT = {"pgsize", "format", "command", "status", "formula", "servers", "services", "findings"}
SERVER = {
    "name", "source", "version", "taken_at", "max_connections", "superuser_reserved_connections",
    "reserved_connections", "reserved", "margin", "budget", "alert_at", "alert_connections", "peak",
    "steady", "used_at_peak", "percent_at_peak", "today_peak", "max_connections_needed", "role_limits",
    "database_limits", "superusers", "in_recovery", "settings", "live"}
LIVE = {"sessions", "used", "percent", "hidden", "by"}
GROUP = {"service", "application_name", "role", "database", "client_addr", "state", "count", "oldest_s"}
SERVICE = {
    "name", "server", "database", "client", "via", "pools_steady", "pools_at_peak", "today", "limit",
    "need", "peak", "reason", "max_instances", "wait_p99_ms", "timeout_chance", "url", "settings", "env",
    "snippet"}
FINDING = {"rule", "id", "severity", "message", "help", "subject", "file", "line", "column", "pointer"}


def has_keys(objects, keys):
    equal(len(objects) > 0, True)
    for one_of_them in objects:
        equal(keys - set(one_of_them), set())


@test("own", "18")
def every_key_is_there(server):
    services = {**SERVICES, "widget": {"databases": []}}
    with server.sessions(2, "app", application_name="api"), calm(server):
        answer = asked(fleet(server.url_as("reader"), services))
        has_keys([answer], DOCUMENT)
        has_keys(answer["servers"], SERVER)
        has_keys([answer["servers"][0]["live"]], LIVE)
        has_keys(answer["servers"][0]["live"]["by"], GROUP)
        has_keys(answer["services"], SERVICE)
        has_keys(answer["findings"], FINDING)
    equal((answer["format"], answer["command"]), (1, "recommend"))
    facts = answer["servers"][0]
    equal(str(facts["version"]), server.sql("SHOW server_version_num"))
    taken = time.mktime(time.strptime(facts["taken_at"] + "UTC", "%Y-%m-%dT%H:%M:%SZ%Z")) - time.timezone
    equal(abs(taken - time.time()) < 60, True, facts["taken_at"])
    equal((facts["superusers"], facts["in_recovery"]), (["boss", "postgres"], False))
    equal(facts["settings"]["idle_session_timeout"], "0")
    equal(facts["role_limits"]["capped"], 7)
    equal(facts["database_limits"], {"one": 1, "small": 5})


# --- limits within the server ---

@test("own", "18")
def limits_of_roles_and_databases_bind(server):
    cases = (("capped", "core", 7, "role capped"), ("app", "small", 5, "database small"))
    for role, database, most, reason in cases:
        topology = fleet(server.url_as(role, database))
        # 7 = 2 x 1 + 3 x 1 + 1 x 2; but 5 does not go into 6 pools: then with a service less.
        if most < sum(POOLS.values()):
            with calm(server):
                told = finding(asked(topology, status=1), "PGS004")
            matches(told["message"], 'database "small": CONNECTION LIMIT 5, short by 1')
            topology["services"] = {name: SERVICES[name] for name in ("api", "worker")}
        with calm(server):
            answer = asked(topology)
        pools = {name: POOLS[name] for name in topology["services"]}
        equal(rules(answer, "error"), [])
        equal(answer["servers"][0]["peak"], most)
        equal(reason in {service["reason"] for service in answer["services"]}, True, reason)
        with calm(server):
            variables = variables_of(topology)
        with pools_open(server, variables, pools):
            refused(server, server.url_as(role, database))
            admitted(server, server.url_as("other", "core"))


@test("own")
def a_superuser_is_exempt(server):
    services = one(at_least=3, at_most=10)
    with calm(server):
        answer = asked(fleet(server.url_as("boss", "one"), services))
    equal((service(answer, "api")["limit"], service(answer, "api")["reason"]), (10, "need met"))
    matches(finding(answer, "PGS027")["message"], 'superuser "boss"')
    equal(rules(answer, "error"), [])
    with calm(server):
        variables = variables_of(fleet(server.url_as("boss", "one"), services))
    with pools_open(server, variables, {"api": 1}):
        refused(server, server.url_as("app", "one"))


# --- where the number comes from ---

@test("own", "18")
def the_server_knows_better(server):
    budget = 12 if server.directory.name == "18" else 17
    with calm(server):
        answer = asked(fleet(server.url_as("app"), max_connections=100,
                             superuser_reserved_connections=10))
    facts = answer["servers"][0]
    equal((facts["source"], facts["max_connections"], facts["budget"]), ("live", 20, budget))
    told = [finding["message"] for finding in answer["findings"] if finding["id"] == "PGS019"]
    equal(len(told), 2)
    matches(told[0], "^max_connections is 20 on the server, 100 in the topology")
    matches(told[1], "^superuser_reserved_connections is 3 on the server, 10 in the topology")
    with calm(server):
        equal("PGS019" in rules(asked(fleet(server.url_as("app"), max_connections=20))), False)
    with calm(server):
        answer = asked(fleet(server.url_as("app"), plan="scaleway/db-dev-s"))
    equal((answer["servers"][0]["source"], answer["servers"][0]["max_connections"]), ("live", 20))


@test("own")
def an_option_knows_best(server):
    with calm(server):
        answer = asked(fleet(server.url_as("app")), "--max-connections", "50")
    facts = answer["servers"][0]
    equal((facts["source"], facts["max_connections"], facts["budget"]), ("option", 50, 47))
    # What is now, is of the server as it is.
    equal((facts["live"]["used"], facts["live"]["percent"]), (3, 15.0))


@test("own", "18")
def a_snapshot_answers_as_the_server_did(server):
    topology = two_applications(server.url_as("reader"), admins=1)
    with server.sessions(3, "app", application_name="api"), server.sessions(2), calm(server):
        for command in ("recommend", "check"):
            status = 1 if command == "check" else 0
            live = asked(topology, command=command, status=status)
            equal("PGS022" in rules(live), True)
            equal(live["servers"][0]["source"], "live")
            (WORK / "taken.json").write_text(json.dumps(live), encoding="utf-8")
            server.settle(5)
            with untouched(server):
                later = asked(topology, "--snapshot", "taken.json", command=command, status=status)
                table = pgsize(command, "topology.json", "--snapshot", "taken.json", status=status).out
            equal(later["servers"][0]["source"], "snapshot")
            later["servers"][0]["source"] = "live"
            equal(later, live)
            matches(table, "PostgreSQL .*, snapshot ")
    # Names need not agree where there is one on each side.
    topology["servers"] = {"renamed": topology["servers"]["main"]}
    with untouched(server):
        equal(asked(topology, "--snapshot", "taken.json")["servers"][0]["live"]["sessions"], 5)


# --- nothing is left, nothing is asked that need not be ---

def asked_of(log):
    return log.count("connection received"), log.count(" statement: ")


@contextlib.contextmanager
def untouched(server):
    before = len(server.log())
    yield
    equal(asked_of(server.log()[before:]), (0, 0))


@test("own", "fr", "18")
def one_connection_and_one_statement(server):
    words = ("connexion reçue", " instruction :") if server.directory.name == "fr" else (
        "connection received", " statement:")
    for command in ("recommend", "check"):
        before = len(server.log())
        with calm(server):
            pgsize(command, written(fleet(server.url_as("app"), one(connection_limit=5))),
                   "--format", "json", "--format", "table=" + os.devnull)
        log = server.log()[before:].replace("\xa0", " ")
        equal([log.count(word) for word in words], [1, 1], log)
        equal(re.search("ERR|WARN|ATTENTION|FATAL", log), None, log)
        matches(log, "READ ONLY")
        equal(server.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgsize'"), "0")
        server.settle(0)


@test("own")
def offline_means_offline(server):
    with untouched(server):
        answer = asked(fleet(server.url_as("app"), max_connections=40), "--offline",
                       DATABASE_URL=server.url)
        equal((answer["servers"][0]["source"], answer["servers"][0]["budget"]), ("topology", 37))
        equal(answer["servers"][0]["live"], None)
        answer = asked(fleet(server.url_as("app")), "--offline")
        equal((answer["servers"][0]["source"], answer["servers"][0]["budget"]), ("default", 97))
        finding(answer, "PGS029")
        run = pgsize("recommend", "--offline", "--format", "env", DATABASE_URL=server.url_as("app"))
        matches(run.out, f"APP_DATABASE_URL='{re.escape(server.url_as('app'))}")
        run = pgsize("recommend", "--offline", "--format", "json", PGHOST=str(server.directory),
                     PGUSER="app")
        equal(json.loads(run.out)["servers"][0]["source"], "default")
        run = pgsize("recommend", "--url", server.url_as("app"), "--format", "json", PGSIZE_OFFLINE="1")
        equal(json.loads(run.out)["servers"][0]["source"], "default")


# --- several servers, and such as do not answer ---

@contextlib.contextmanager
def silence():
    """A server that takes every connection and says nothing. Yields its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"postgresql://app:{PASSWORD}@127.0.0.1:{listener.getsockname()[1]}/core"


def many(servers):
    return {"servers": {name: {"margin": 0, "alert_at": "100%", **keys}
                        for name, keys in servers.items()},
            "services": {f"of-{name}": {**SERVICES["worker"], "server": name} for name in servers}}


def timed(function):
    start = time.monotonic()
    result = function()
    return result, time.monotonic() - start


@test("own")
def several_servers_share_one_deadline(server):
    options = ("--set", "max_connections=30", "--set", "superuser_reserved_connections=7")
    with Server(server.directory.parent / "second", *options) as second, silence() as silent, \
            silence() as mute, calm(server):
        servers = {"first": {"url": server.url_as("app")}, "second": {"url": second.url},
                   "silent": {"url": silent, "max_connections": 50},
                   "mute": {"url": mute, "plan": "scaleway/db-gp-s"}}
        answer, took = timed(lambda: asked(many(servers), "--timeout", "1s"))
        equal(1 <= took < 1.9, True, took)
        equal([(facts["name"], facts["source"], facts["max_connections"], facts["budget"])
               for facts in answer["servers"]],
              [("first", "live", 20, 17), ("second", "live", 30, 23), ("silent", "topology", 50, 47),
               ("mute", "plan", 100, 97)])
        unreachable = [finding["subject"] for finding in answer["findings"] if finding["id"] == "PGS031"]
        equal(unreachable, ["servers/silent", "servers/mute"])
        equal(PASSWORD in json.dumps(answer), False)
        server.settle(0)
        second.settle(0)

        # Nobody else knows how many this one has: then it must answer.
        del servers["silent"]["max_connections"]
        run, took = timed(lambda: pgsize("recommend", written(many(servers)), "--timeout", "1s",
                                         "--format", "json", status=4))
        equal(1 <= took < 1.9, True, took)
        matches(run.err, "^pgsize: server silent does not answer: .*no answer within 1 s\n  .*\n$")
        equal(PASSWORD in run.err + run.out, False)
        # And what the others answered is told all the same.
        answer = json.loads(run.out)
        equal([(facts["source"], facts["budget"]) for facts in answer["servers"]],
              [("live", 17), ("live", 23), (None, None), ("plan", 97)])
        equal(finding(answer, "PGS041")["subject"], "servers/silent")
        # So must one that is named on the command line, whoever knows.
        line = error_of("recommend", written(many({"only": {"max_connections": 50}})), "--url", silent,
                        "--timeout", "200ms", status=4)
        matches(line, "server only does not answer: ")


@test("own")
def a_wrong_password_is_told_without_it(server):
    wrong = server.url.replace("//postgres@", f"//secret:{PASSWORD}x@")
    topology = written(fleet(wrong))
    for arguments in (("recommend", "--url", wrong), ("check", topology),
                      ("recommend", topology, "--explain", "--reveal")):
        with calm(server):
            line = error_of(*arguments, status=4)
        matches(line, 'authentication failed for user "secret"')
        with calm(server):
            run = pgsize(*arguments, "--verbose", status=4)
        equal(PASSWORD in line + run.out + run.err, False)
    with calm(server):
        answer = asked(fleet(wrong, max_connections=20))
    equal(PASSWORD in json.dumps(answer), False)
    finding(answer, "PGS031")
    finding(answer, "PGS028")
    # And the right one is told to whom it is meant for only.
    right = server.url.replace("//postgres@", f"//secret:{PASSWORD}@")
    for options in ((), ("--format", "json"), ("--format", "table", "--explain")):
        with calm(server):
            run = pgsize("recommend", written(fleet(right)), *options)
        equal(PASSWORD in run.out + run.err, False)
    with calm(server):
        variables = variables_of(fleet(right))
    admitted(server, variables["API_DATABASE_URL"])
    with calm(server):
        matches(pgsize("recommend", "topology.json", "--reveal").out, PASSWORD)


@test("own")
def a_status_says_how_it_went(server):
    silent = ("--timeout", "200ms")
    with calm(server):
        pgsize("recommend", "--url", server.url_as("app"))
    with calm(server):
        pgsize("check", written(fleet(server.url_as("app"), one(connection_limit=17))))
    with calm(server):
        pgsize("check", written(fleet(server.url_as("app"), one(connection_limit=18))), status=1)
    with calm(server):
        pgsize("recommend", written(fleet(server.url_as("app"), one(instances=18))), status=1)
    for url in ("postgresql://app@127.0.0.1:1/core", server.url_as("nobody-here"),
                server.url_as("app", "nowhere"), "postgresql://app@nobody.invalid/core",
                "host=/nonexistent user=app"):
        with calm(server):
            error_of("recommend", "--url", url, *silent, status=4)
        with calm(server):
            error_of("recommend", written(fleet(url)), *silent, status=4)
    with silence() as url:
        error_of("check", "--url", url, *silent, status=4)
    error_of("recommend", written(fleet(server.url_as("app"))), "--timeout", "5", status=2)


# --- which server ---

@test("own")
def the_environment_names_only_what_nothing_else_does(server):
    named = ({"DATABASE_URL": server.url_as("app")},
             {"PGHOST": str(server.directory), "PGUSER": "app", "PGDATABASE": "postgres"})
    bare = {"servers": {"main": {"margin": 0}}, "services": one()}
    for variables in named:
        with calm(server):
            answer = asked(bare, **variables)
        equal((answer["servers"][0]["source"], answer["servers"][0]["budget"]), ("live", 17))
        with calm(server):
            run = pgsize("recommend", "--format", "json", **variables)
        equal(json.loads(run.out)["servers"][0]["source"], "live")
    others = (({"max_connections": 40}, "topology"), ({"plan": "scaleway/db-gp-s"}, "plan"))
    for keys, source in others:
        topology = {"servers": {"main": keys}, "services": one()}
        for variables in named:
            with untouched(server):
                equal(asked(topology, **variables)["servers"][0]["source"], source)
    two = {"servers": {"main": {}, "archive": {}}, "services": one(server="main")}
    for variables in named:
        with untouched(server):
            answer = asked(two, **variables)
        equal([facts["source"] for facts in answer["servers"]], ["default", "default"])
    # A url in the topology is the one, wherever the shell points.
    with calm(server):
        answer = asked(fleet(server.url_as("app")), DATABASE_URL="postgresql://app@127.0.0.1:1/core")
    equal(answer["servers"][0]["source"], "live")
    # And the command line beats both.
    with calm(server):
        answer = asked(fleet("postgresql://app@127.0.0.1:1/core"), "--url", server.url_as("app"),
                       DATABASE_URL="postgresql://app@127.0.0.1:2/core")
    equal(answer["servers"][0]["source"], "live")
    error_of("recommend", written(bare), status=4, DATABASE_URL="postgresql://app@127.0.0.1:1/core")


@test("own")
def libpqs_own_files_and_variables_work(server):
    (WORK / "pgpass").write_text(f"*:*:*:secret:{PASSWORD}\n", encoding="utf-8")
    (WORK / "pgpass").chmod(0o600)
    (WORK / "services.conf").write_text(
        f"[core]\nhost={server.directory}\nuser=app\ndbname=core\n", encoding="utf-8")
    cases = ((server.url_as("secret"), {"PGPASSFILE": "pgpass"}),
             (server.url_as("secret"), {"PGPASSWORD": PASSWORD}),
             ("postgresql:///core", {"PGHOST": str(server.directory), "PGUSER": "app"}),
             ("service=core", {"PGSERVICEFILE": "services.conf"}))
    for url, variables in cases:
        with calm(server):
            run = pgsize("recommend", "--url", url, "--format", "json", **variables)
        equal(json.loads(run.out)["servers"][0]["source"], "live", url)
    with calm(server):
        run = pgsize("recommend", "--format", "json", PGSERVICE="core", PGSERVICEFILE="services.conf")
    equal(json.loads(run.out)["servers"][0]["live"]["database"], "core")


@test("own")
def every_way_to_write_a_server_works(server):
    socket_path = str(server.directory)
    of_others = server.url_as("app", schema="public", connection_limit="5", pgbouncer="true",
                              sslmode="disable")
    strings = (
        f"host={socket_path} user=app dbname=postgres", f"host='{socket_path}' user='app' dbname=core",
        server.url_as("app").replace("postgresql://", "postgres://"),
        f"postgres://app@/core?host={socket_path}&pool_timeout=3", of_others,
        server.url_as("app").replace("postgresql://", "postgresql+psycopg2://"))
    for string in strings:
        with calm(server):
            run = pgsize("recommend", "--url", string, "--format", "json")
        equal(run.err, "")
        facts = json.loads(run.out)["servers"][0]
        equal((facts["source"], facts["max_connections"], facts["live"]["role"]), ("live", 20, "app"))
        with calm(server):
            equal(asked(fleet(string))["servers"][0]["source"], "live")
    # What is another client's stays in the answer, and the limit there is the new one.
    with calm(server):
        run = pgsize("recommend", "--url", of_others, "--client", "prisma", "--format", "json")
    said = json.loads(run.out)["services"][0]
    matches(said["url"], rf"\?schema=public&connection_limit={said['limit']}&pgbouncer=true&")
    # And psql takes it once it is rewritten.
    with calm(server):
        plain = pgsize("url", said["url"], "--client", "sqlalchemy", "--format", "json", "--reveal")
    admitted(server, json.loads(plain.out)["url"])


@test("own")
def no_topology_is_needed(server):
    with server.sessions(2, "reader", application_name="anything"), calm(server):
        run = pgsize("recommend", "--url", server.url_as("reader"), "--client", "sqlalchemy",
                     "--instances", "2", "--format", "json")
        answer = json.loads(run.out)
        equal([(service["name"], service["client"], service["pools_steady"])
               for service in answer["services"]], [("app", "sqlalchemy", 2)])
        facts = answer["servers"][0]
        equal((facts["budget"], facts["margin"]), (15, 2))
        equal([group["service"] for group in facts["live"]["by"]], ["app"])
        equal("PGS022" in rules(answer), False)
        server.settle(2)
        run = pgsize("recommend", "--url", server.url_as("app"))
        matches(run.out, "^server  PostgreSQL .*, live  20 connections\n")
        matches(run.out, r"\napp +generic ")
        matches(run.out, r"\napp +postgresql://app@.*connection_limit=\d+")


if __name__ == "__main__":
    PGSIZE = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pgsize-work-") as work:
        WORK = pathlib.Path(work)
        sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
