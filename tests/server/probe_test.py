#!/usr/bin/env python3
"""The probe against real servers, and against some that nobody should have. Speaks TAP.

    probe_test.py PROBE_PRINT [CACHE_DIR]

PROBE_PRINT is the program made of probe_print.c. With CACHE_DIR, further versions of PostgreSQL are
downloaded there once; where that is not possible their tests are skipped.
"""
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.dont_write_bytecode = True
from impostor import PASSWORD, READY, Impostor, command, error, message, rows, welcome
from servers import Kind, Suite, clean_environment, equal, matches

REPEATED = ("group", "role_limit", "database_limit", "superuser", "setting")


# --- the probe, and what it prints ---

class Facts(dict):
    """Single facts as strings; those that repeat as lists of their columns."""

    def __init__(self, lines):
        super().__init__({key: [] for key in REPEATED})
        for line in lines:
            key, *values = line.split("\t")
            if key in REPEATED:
                self[key].append(values)
            else:
                self[key] = values[0]

    @property
    def settings(self):
        return dict(self["setting"])


def probe_all(urls, timeout_ms=10000, env=None):
    done = subprocess.run([PROBE_PRINT, str(timeout_ms), *urls], capture_output=True, text=True,
                          timeout=60, env={**clean_environment(), **(env or {})}, check=False)
    equal(done.returncode, 0, done.stderr)
    equal(done.stderr, "")
    servers = done.stdout.split("server\t")[1:]
    equal(len(servers), len(urls))
    return [Facts(server.splitlines()[1:]) for server in servers]


def probe(url, timeout_ms=10000, env=None):
    return probe_all([url], timeout_ms, env)[0]


# --- assertions, and the tests ---

def unreachable(facts, pattern):
    equal(facts["answer"], "unreachable", facts["reason"])
    equal(facts["full_kind"], "unknown")
    matches(facts["reason"], pattern)
    equal(PASSWORD in facts["reason"], False, facts["reason"])
    for unknown in ("max_connections", "superuser_reserved_connections", "sessions"):
        equal(facts[unknown], "-1")


def full(facts, kind, pattern):
    equal(facts["answer"], "full", facts["reason"])
    equal(facts["full_kind"], kind, facts["reason"])
    matches(facts["reason"], pattern)
    equal(re.search("53300|LOCATION|\\.c:", facts["reason"]), None, facts["reason"])


SQL_OF_15 = (
    "CREATE ROLE app LOGIN CONNECTION LIMIT 2", "CREATE ROLE plain LOGIN",
    "CREATE ROLE reader LOGIN IN ROLE pg_read_all_stats",
    "CREATE ROLE noinherit LOGIN NOINHERIT IN ROLE pg_read_all_stats",
    "CREATE ROLE deployer SUPERUSER NOLOGIN",
    f"CREATE ROLE secret LOGIN PASSWORD '{PASSWORD}'",
    "CREATE DATABASE core CONNECTION LIMIT 4", "CREATE DATABASE small CONNECTION LIMIT 1",
    "ALTER ROLE reader SET statement_timeout = '7min'",
    "ALTER ROLE reader SET default_transaction_isolation = 'serializable'",
)
# For the view that a_hanging_statement_ends_in_time locks.
LOCKABLE = ("--set", "max_connections=20", "--set", "allow_system_table_mods=on")
OPTIONS_OF_15 = LOCKABLE + (
    "--set", "superuser_reserved_connections=3", "--set", "idle_session_timeout=15min",
    "--set", "log_connections=on", "--set", "log_statement=all",
    "--hba", "local all secret scram-sha-256")
OTHERS = ("10", "11", "12", "13", "14", "16", "17")

SUITE = Suite("probe", {
    "15": Kind("15", OPTIONS_OF_15, SQL_OF_15),
    # What can be fetched has no translations.
    "fr": Kind(None, ("--messages", "fr_FR.UTF-8", "--set", "max_connections=5")),
    "18": Kind("18", LOCKABLE + ("--set", "reserved_connections=5")),
    **{major: Kind(major, LOCKABLE) for major in OTHERS},
})
test = SUITE.test


@test("15")
def facts_of_15(server):
    before = int(time.time())
    facts = probe(server.url)
    equal(facts["answer"], "live", facts["reason"])
    equal(facts["reason"], "NULL")
    equal(facts["version"], server.sql("SHOW server_version_num"))
    equal(facts["version"][:-4], "15")
    equal(facts["max_connections"], "20")
    equal(facts["superuser_reserved_connections"], "3")
    equal(facts["reserved_connections"], "0")
    equal((facts["role"], facts["database"]), ("postgres", "postgres"))
    equal((facts["role_is_superuser"], facts["hidden"], facts["in_recovery"]), ("1", "0", "0"))
    equal(facts["sessions"], "0")
    equal(facts["group"], [])
    equal(facts["role_limit"], [["app", "2"]])
    equal(facts["database_limit"], [["core", "4"], ["small", "1"]])
    equal(facts["superuser"], [["postgres"]])
    equal(facts.settings["idle_session_timeout"], "900000")
    equal(facts.settings["shared_buffers"], "2048")
    equal(facts.settings["statement_timeout"], "0")
    equal(before <= int(facts["taken_at_s"]) <= time.time() + 1, True)


@test("15")
def a_configured_statement_timeout_is_told(server):
    facts = probe(server.url_as("reader"))
    equal(facts["answer"], "live", facts["reason"])
    equal(facts.settings["statement_timeout"], str(7 * 60 * 1000))


@test("15")
def a_database_dropped_halfway_takes_nobody(server):
    server.sql("CREATE DATABASE half", "UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'half'")
    try:
        equal(["half", "0"] in probe(server.url)["database_limit"], True)
    finally:
        server.sql("UPDATE pg_database SET datconnlimit = -1 WHERE datname = 'half'", "DROP DATABASE half")


def groups_of(facts):
    return {tuple(group[:5]): int(group[5]) for group in facts["group"]}


@test("15")
def sessions_are_counted(server):
    with server.sessions(3, "plain", "core", application_name="api"), \
            server.sessions(1, application_name="admin"):
        server.sql("SELECT 1")
        server.settle(4)
        for role in ("postgres", "reader"):
            facts = probe(server.url_as(role))
            equal((facts["answer"], facts["hidden"]), ("live", "0"))
            equal(facts["sessions"], "4")
            equal(groups_of(facts), {("api", "plain", "core", "NULL", "idle"): 3,
                                     ("admin", "postgres", "postgres", "NULL", "idle"): 1})
            for group in facts["group"]:
                equal(0 <= int(group[6]) < 60, True, group)
            server.settle(4)


@test("15")
def hidden_sessions_are_counted_too(server):
    with server.sessions(3, "reader", "core", application_name="api"), \
            server.sessions(1, "plain", application_name="own"):
        for role in ("plain", "noinherit"):
            server.settle(4)
            facts = probe(server.url_as(role))
            equal((facts["answer"], facts["hidden"], facts["sessions"]), ("live", "1", "4"))
            groups = groups_of(facts)
            equal(groups[("api", "reader", "core", "NULL", "NULL")], 3)
            state = "idle" if role == "plain" else "NULL"
            equal(groups[("own", "plain", "postgres", "NULL", state)], 1)
            hidden_ages = {group[6] for group in facts["group"] if group[4] == "NULL"}
            equal(hidden_ages, {"-1"})


@test("15")
def ages_are_those_of_the_oldest(server):
    with server.sessions(1, "plain", application_name="old"):
        time.sleep(1.2)
        with server.sessions(1, "plain", application_name="old"):
            group = probe(server.url)["group"][0]
            equal(group[5], "2")
            equal(1 <= int(group[6]) <= 30, True, group)

@test("15")
def replication_takes_no_slot(server):
    walsender = subprocess.Popen(
        ["psql", "-qXAt", server.url_as(None, None, replication="true")], text=True,
        env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        walsender.stdin.write("IDENTIFY_SYSTEM;\n")
        walsender.stdin.flush()
        walsender.stdout.readline()
        for role in ("postgres", "plain"):
            equal(probe(server.url_as(role))["sessions"], "0")
            server.settle(1)
    finally:
        walsender.stdin.close()
        walsender.wait()
        walsender.stdout.close()
        server.settle(0)


@test("15")
def one_connection_and_one_round_trip(server):
    before = len(server.log())
    equal(probe(server.url_as(application_name="other"))["answer"], "live")
    server.settle(0)
    log = server.log()[before:]
    equal(log.count("connection received"), 1)
    equal(log.count("connection authorized"), 1)
    matches(log, "application_name=pgsize")
    equal(log.count("statement: "), 1, log)
    matches(log, "statement: BEGIN [A-Z ]*READ ONLY")
    equal(server.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgsize'"), "0")
    equal("ERROR" in log or "WARNING" in log, False, log)


@test("15")
def the_environment_names_a_server(server):
    environment = {"PGHOST": str(server.directory), "PGUSER": "plain", "PGDATABASE": "core",
                   "PGAPPNAME": "other", "PGCONNECT_TIMEOUT": "3"}
    before = len(server.log())
    facts = probe("-", env=environment)
    equal((facts["answer"], facts["role"], facts["database"]), ("live", "plain", "core"))
    matches(server.log()[before:], "application_name=pgsize")
    server.settle(0)


@test("15")
def parameters_of_the_url_are_kept(server):
    facts = probe(server.url_as(options="-c statement_timeout=4321", sslmode="disable",
                                connect_timeout="5", schema="public", connection_limit="3"))
    equal(facts["answer"], "live", facts["reason"])
    equal(facts.settings["statement_timeout"], "4321")
    unreachable(probe(server.url_as(sslmode="nonsense")), "invalid sslmode value")
    server.settle(0)


@test("15")
def a_keyword_string_works(server):
    facts = probe(f"host={server.directory} user=plain dbname=core application_name=other")
    equal((facts["answer"], facts["role"], facts["database"]), ("live", "plain", "core"))
    server.settle(0)


@test("15")
def a_function_in_the_search_path_is_not_called(server):
    """What a service's owner can create must not run as the superuser who looks."""
    trap = "CREATE FUNCTION trap.{0} RETURNS {1} LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$"
    functions = {
        "host(inet)": "text", "current_setting(text)": "text", "current_setting(text, boolean)": "text",
        "date_part(text, interval)": "float8", "date_part(text, timestamptz)": "float8",
        "pg_get_userbyid(oid)": "name", "pg_stat_get_activity(int)": "int", "pg_backend_pid()": "int",
        "differs(int, int)": "boolean",
    }
    server.sql("CREATE SCHEMA trap", *(trap.format(*function) for function in functions.items()),
               "CREATE OPERATOR trap.<> (FUNCTION = trap.differs, LEFTARG = int, RIGHTARG = int)",
               *(f"CREATE VIEW trap.{view} AS SELECT 1" for view in ("pg_roles", "pg_database")),
               "ALTER ROLE postgres SET search_path = trap, pg_catalog")
    try:
        facts = probe(server.url)
        equal(facts["answer"], "live", facts["reason"])
    finally:
        server.sql("ALTER ROLE postgres RESET search_path", "DROP SCHEMA trap CASCADE")
        server.settle(0)


@test("15")
def limits_of_roles_and_databases_refuse(server):
    with server.sessions(2, "app"):
        full(probe(server.url_as("app")), "role", 'too many connections for role "app"')
    with server.sessions(1, "plain", "small"):
        facts = probe(server.url_as("plain", "small"))
        full(facts, "database", 'too many connections for database "small"')
        equal((facts["role"], facts["database"]), ("plain", "small"))
        equal(probe(server.url_as("postgres", "small"))["answer"], "live")


@test("15")
def slots_run_out(server):
    with server.sessions(17, "plain"):
        full(probe(server.url_as("plain")), "reserved", "remaining connection slots are reserved")
        server.settle(17)
        facts = probe(server.url)
        equal((facts["answer"], facts["sessions"]), ("live", "17"))
        server.settle(17)
        with server.sessions(3):
            full(probe(server.url), "slots", "sorry, too many clients already")
            full(probe(server.url_as("plain")), "slots", "sorry, too many clients already")


@test("15")
def refusals_are_reasons(server):
    wrong = server.url.replace("//postgres@", f"//secret:{PASSWORD}x@")
    unreachable(probe(wrong), 'password authentication failed for user "secret"')
    right = server.url.replace("//postgres@", f"//secret:{PASSWORD}@")
    equal(probe(right)["answer"], "live")
    unreachable(probe(server.url_as("secret")), "no password supplied")
    unreachable(probe(server.url_as("plain", "nowhere")), 'database "nowhere" does not exist')
    unreachable(probe(server.url_as("nobody-here")), 'role "nobody-here" does not exist')
    unreachable(probe(server.url_as("deployer")), "not permitted to log in")
    newline = server.url_as("plain", urllib.parse.quote("a\nb\x1b[31m"))
    unreachable(probe(newline), r'database "a b \[31m" does not exist')


@test("15")
def a_hanging_statement_ends_in_time(server):
    locker = subprocess.Popen(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", server.url], text=True,
                              env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        # Held by nobody but the probe's queries: a new session can still start.
        locker.stdin.write("BEGIN; ALTER VIEW pg_roles SET (security_barrier = false);\n"
                           "SELECT 'ready';\n")
        locker.stdin.flush()
        equal(locker.stdout.readline(), "ready\n")
        start = time.monotonic()
        facts = probe(server.url, 1000)
        took = time.monotonic() - start
        unreachable(facts, r'^server at ".*", port 5432: no answer to the queries within 1 s$')
        equal(1 <= took < 1.5, True, took)
        # And the server does not go on with it.
        server.settle(1)
    finally:
        locker.stdin.close()
        locker.wait()
        locker.stdout.close()
        server.settle(0)


@test("fr")
def a_french_server_is_understood(server):
    server.sql("CREATE ROLE app LOGIN CONNECTION LIMIT 0", "CREATE ROLE plain LOGIN",
               "CREATE DATABASE small CONNECTION LIMIT 0")
    equal(probe(server.url)["answer"], "live")
    full(probe(server.url_as("app")), "role", "trop de connexions pour le rôle «\\s?app\\s?»")
    full(probe(server.url_as("plain", "small")), "database", "trop de connexions")
    unreachable(probe(server.url_as("plain", "nowhere")), "nowhere.* n'existe pas")
    server.settle(0)
    with server.sessions(2, "plain"):
        full(probe(server.url_as("plain")), "reserved", "connexions? .*réservé")
        server.settle(2)
        with server.sessions(3):
            full(probe(server.url), "slots", "désolé, trop de clients sont déjà connectés")


@test("18")
def facts_of_18(server):
    server.sql("CREATE ROLE plain LOGIN", "CREATE ROLE app LOGIN CONNECTION LIMIT 7",
               "CREATE ROLE agent LOGIN IN ROLE pg_use_reserved_connections")
    facts = probe(server.url)
    equal(facts["answer"], "live", facts["reason"])
    equal(facts["version"][:-4], "18")
    equal(facts["max_connections"], "20")
    equal(facts["superuser_reserved_connections"], "3")
    equal(facts["reserved_connections"], "5")
    equal(facts["sessions"], "0")
    equal(facts["role_limit"], [["app", "7"]])
    equal(facts.settings["transaction_timeout"], "0")
    with server.sessions(12, "plain"):
        full(probe(server.url_as("plain")), "reserved", "reserved")
        server.settle(12)
        facts = probe(server.url_as("agent"))
        equal((facts["answer"], facts["role_is_superuser"]), ("live", "0"))
        equal((facts["hidden"], facts["sessions"]), ("1", "12"))
        server.settle(12)
        with server.sessions(5, "agent"):
            full(probe(server.url_as("agent")), "reserved", "SUPERUSER")
            server.settle(17)
            facts = probe(server.url)
            equal((facts["answer"], facts["sessions"]), ("live", "17"))
            server.settle(17)
            with server.sessions(3):
                full(probe(server.url), "slots", "sorry, too many clients already")


@test("10")
def facts_of_10(server):
    server.sql("CREATE ROLE plain LOGIN",
               "CREATE ROLE noinherit LOGIN NOINHERIT IN ROLE pg_read_all_stats")
    facts = probe(server.url)
    equal(facts["answer"], "live", facts["reason"])
    equal(facts["version"][:-4], "10")
    equal((facts["max_connections"], facts["reserved_connections"]), ("20", "0"))
    equal(facts["sessions"], "0")
    equal("idle_session_timeout" in facts.settings, False)
    # Before 15 membership is enough, and before 12 walsenders take slots.
    equal(probe(server.url_as("noinherit"))["hidden"], "0")
    server.settle(0)
    walsender = subprocess.Popen(
        ["psql", "-qXAt", server.url_as(replication="true")], text=True, env=clean_environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        walsender.stdin.write("IDENTIFY_SYSTEM;\n")
        walsender.stdin.flush()
        walsender.stdout.readline()
        equal(probe(server.url)["sessions"], "1")
        facts = probe(server.url_as("plain"))
        equal((facts["hidden"], int(facts["sessions"]) >= 1), ("1", True), facts["sessions"])
    finally:
        walsender.stdin.close()
        walsender.wait()
        walsender.stdout.close()
    a_hanging_statement_ends_in_time(server)


@test("15", "10", "18", *OTHERS[1:])
def settings_are_those_of_pg_settings(server):
    """In its units, which are not those that SHOW and current_setting() tell."""
    url = server.url_as(options="-c statement_timeout=36h -c idle_in_transaction_session_timeout=90s")
    facts = probe(url)
    names = ",".join(f"'{name}'" for name in facts.settings)
    rows = server.sql(f"SELECT name, setting FROM pg_settings WHERE name IN ({names}) ORDER BY name", url=url)
    equal(facts["setting"], [row.split("|") for row in rows.splitlines()])
    equal(facts.settings["statement_timeout"], str(36 * 60 * 60 * 1000))
    for name in ("authentication_timeout", "max_wal_senders", "tcp_keepalives_count"):
        equal(name in facts.settings, True)
    server.settle(0)


@test(*OTHERS[1:])
def each_major_answers(server):
    facts = probe(server.url)
    equal(facts["answer"], "live", facts["reason"])
    equal(facts["sessions"], "0")
    a_hanging_statement_ends_in_time(server)


@test(None)
def nobody_is_there():
    unreachable(probe(f"postgresql://app:{PASSWORD}@127.0.0.1:1/core"), "Connection refused")
    unreachable(probe(f"postgresql://app:{PASSWORD}@/core?host=/nonexistent"),
                "No such file or directory")
    unreachable(probe(f"postgresql://app:{PASSWORD}@nobody.invalid/core"),
                'could not translate host name "nobody.invalid"')
    unreachable(probe(f"postgresql://app:{PASSWORD}@127.0.0.1:1,127.0.0.1:2/core"), "port 1 .*port 2 ")


@test(None)
def parts_of_a_password_are_not_told():
    for url in ("postgresql://app:one@hunter2@127.0.0.1:1/core",
                "postgresql://app:one%ZZhunter2@127.0.0.1:1/core",
                "host=127.0.0.1 port=1 password='hunter2"):
        done = subprocess.run([PROBE_PRINT, "1000", url], capture_output=True, text=True,
                              env=clean_environment(), check=False)
        equal("hunter2" in done.stdout + done.stderr, False, done.stdout + done.stderr)


@test(None)
def the_password_of_the_next_host_is_not_told():
    said = error(S="ERROR", C="42501", M=f"was {PASSWORD}")
    with Impostor(welcome(), said + READY) as impostor, tempfile.NamedTemporaryFile("w") as passwords:
        passwords.write(f"*:1:*:*:another\n*:{impostor.port}:*:*:{PASSWORD}\n")
        passwords.flush()
        url = f"postgresql://app@127.0.0.1:1,127.0.0.1:{impostor.port}/core"
        unreachable(probe(url, 5000, {"PGPASSFILE": passwords.name}), r"query begin: was \*\*\*$")


def timed(urls, timeout_ms):
    start = time.monotonic()
    facts = probe_all(urls, timeout_ms)
    return facts, time.monotonic() - start


@test(None)
def silence_ends_in_time():
    with Impostor() as silent, Impostor(welcome()) as hanging:
        facts, took = timed([silent.url, hanging.url, silent.url], 700)
        unreachable(facts[0], r'^server at "127.0.0.1", port \d+: no answer within 700 ms$')
        unreachable(facts[1], r"no answer to the queries within 700 ms$")
        unreachable(facts[2], r"no answer within 700 ms$")
        equal(0.7 <= took < 1.1, True, took)
        equal(hanging.connections, 1)


@test(None)
def connect_timeout_is_shorter():
    with Impostor() as silent:
        facts, took = timed([silent.url + "?connect_timeout=2"], 10000)
        unreachable(facts[0], "no answer within 2 s$")
        equal(2 <= took < 2.6, True, took)


@test("15")
def a_silent_host_is_left_for_the_next(server):
    with Impostor() as silent:
        hosts = f"127.0.0.1:{silent.port},{urllib.parse.quote(str(server.directory), safe='')}:5432"
        url = f"postgresql://plain@{hosts}/core"
        facts, took = timed([url], 1000)
        equal(facts[0]["answer"], "live", facts[0]["reason"])
        equal(0.5 <= took < 0.9, True, took)
        server.settle(0)
        hosts = f"127.0.0.1:1,127.0.0.1:{silent.port},127.0.0.1:2"
        facts, took = timed([f"postgresql://plain@{hosts}/core"], 1000)
        unreachable(facts[0], f"port {silent.port}: no answer; .*port 2 failed: Connection refused")


@test(None)
def wrong_answers_are_told():
    begin = command("BEGIN") + rows(1, [b"0"]) + command("SET") + command("SET")
    identity = [b"150018", b"app", b"core", b"f", b"t", b"t", b"1795251600"]
    wrong_version = [b"8.1"] + identity[1:]
    cases = (
        (b"", "no answer to query begin"),
        (rows(1, [b"1"]), "unexpected answer to query begin"),
        (command("BEGIN") + rows(1, [None]), "unexpected answer to query statement-timeout"),
        (begin + rows(6, identity[:6]), "unexpected answer to query identity"),
        (begin + rows(7), "unexpected answer to query identity"),
        (begin + rows(7, wrong_version), "unexpected answer to query identity"),
        (begin + rows(7, identity) + rows(2, [b"max_connections", b"-1"]),
         "unexpected answer to query settings"),
        (begin + command("SELECT 1"), "unexpected answer to query identity"),
        (begin + message(b"G", struct.pack("!bH", 0, 0)), "unexpected answer to query identity"),
        (begin + message(b"H", struct.pack("!bH", 0, 0)), "unexpected answer to query identity"),
        (begin + message(b"I"), "unexpected answer to query identity"),
        (begin + error(S="ERROR", C="42501", M="no\nway\x1b \u009b"), "^query identity: no; way   $"),
        (begin + error(S="ERROR", C="42501", M=f"was {PASSWORD}"), r"^query identity: was \*\*\*$"),
        (error(S="ERROR"), "query begin: "),
    )
    for answer, pattern in cases:
        with Impostor(welcome(), answer + READY) as impostor:
            unreachable(probe(impostor.url, 5000), pattern)
            equal(len(impostor.queries), 1)


@test(None)
def a_long_answer_is_not_kept():
    much = rows(1, *[[b"x" * 1_000_000]] * 140)
    many = rows(1, *[[b""]] * 1_000_001)
    for answer in (much, many):
        with Impostor(welcome(), command("BEGIN") + answer + READY) as impostor:
            unreachable(probe(impostor.url, 20000), "^too long an answer to query statement-timeout$")


@test(None)
def a_broken_connection_is_told():
    with Impostor(welcome(), command("BEGIN"), closes=True) as impostor:
        unreachable(probe(impostor.url, 5000), "server closed the connection unexpectedly")
    with Impostor(welcome(), b"\x00\xff\xff\xff\xff" * 10, closes=True) as impostor:
        unreachable(probe(impostor.url, 5000), ".")
    with Impostor(b"HTTP/1.1 400 Bad Request\r\n\r\n", closes=True) as impostor:
        unreachable(probe(impostor.url, 5000), ".")


@test(None)
def full_poolers_and_old_servers():
    with Impostor(error(S="FATAL", C="08P01", M="no more connections allowed")) as pooler:
        unreachable(probe(pooler.url, 5000), "FATAL:  no more connections allowed$")
    with Impostor(error(S="FATAL", C="53300", M="no more")) as pooler:
        full(probe(pooler.url, 5000), "unknown", "FATAL:  no more$")
    with Impostor(welcome(), error(S="ERROR", C="53300", M="no more") + READY) as pooler:
        full(probe(pooler.url, 5000), "unknown", "^query begin: no more$")
    with Impostor(welcome("9.6.24")) as old:
        unreachable(probe(old.url, 5000), "^PostgreSQL 9.6: pgsize can ask 10 and later$")
        equal(old.queries, [])
    with Impostor(welcome("1.18.0/bouncer")) as console:
        unreachable(probe(console.url, 5000), "^this is PgBouncer's console: name a database it serves$")
        equal(console.queries, [])
    with Impostor(welcome("none")) as unversioned:
        unreachable(probe(unversioned.url, 5000), "^it does not say which PostgreSQL it is$")
        equal(unversioned.queries, [])


@test(None)
def the_start_of_the_conversation():
    with Impostor(welcome()) as impostor:
        probe(impostor.url + "?application_name=other&client_encoding=LATIN1", 300)
        words = impostor.startups[0].split(b"\0")
        said = dict(zip(words[0::2], words[1::2]))
        equal(said[b"application_name"], b"pgsize")
        equal(said[b"client_encoding"], b"UTF8")
        query = impostor.queries[0].decode()
        left = int(re.search("statement_timeout = ([0-9]+)", query)[1])
        equal(200 <= left <= 300, True, left)


if __name__ == "__main__":
    PROBE_PRINT = os.path.abspath(sys.argv[1])
    sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
