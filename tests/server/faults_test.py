#!/usr/bin/env python3
"""What pgsize says when a server cannot be asked: real servers that refuse, stop, and die, and sockets that
are none. Speaks TAP.

    faults_test.py PGSIZE [CACHE_DIR]

Of each fault: exit status 4, one line with what and which server, one line with what to do, nothing of a
password, no control character, nothing on standard output, and no session left behind.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.dont_write_bytecode = True
from impostor import PASSWORD, READY, Impostor, command, error, message, rows, welcome
from servers import Kind, Skip, Suite, clean_environment, client_backends, equal, matches

HBA = ("host all secret 127.0.0.1/32 scram-sha-256", "hostssl all tls 127.0.0.1/32 trust",
       "hostnossl all tls 127.0.0.1/32 reject", "host all outsider 127.0.0.1/32 reject")
OPTIONS = ("--tcp", *(part for line in HBA for part in ("--hba", line)), "--set", "max_connections=20",
           "--set", "log_connections=on", "--set", "authentication_timeout=20s",
           # For the view that `stuck` locks.
           "--set", "allow_system_table_mods=on")
SQL = (f"CREATE ROLE secret LOGIN PASSWORD '{PASSWORD}'", "CREATE ROLE app LOGIN", "CREATE ROLE tls LOGIN",
       "CREATE ROLE outsider LOGIN", "CREATE ROLE nologin", "CREATE DATABASE shut ALLOW_CONNECTIONS false",
       "CREATE ROLE capped LOGIN CONNECTION LIMIT 0", "CREATE DATABASE closed",
       "REVOKE CONNECT ON DATABASE closed FROM public")

SUITE = Suite("faults", {
    "own": Kind(None, OPTIONS, SQL),
    # What can be fetched has no translations.
    "fr": Kind(None, OPTIONS + ("--messages", "fr_FR.UTF-8"), SQL),
    "de": Kind(None, OPTIONS + ("--messages", "de_DE.UTF-8"), SQL),
    "dying": Kind(None, OPTIONS, SQL),
})
test = SUITE.test


# --- running pgsize ---

def environment(**variables):
    kept = {key: value for key, value in os.environ.items()
            if key == "PATH" or key.endswith("SAN_OPTIONS")}
    return {**kept, "HOME": str(WORK), "LC_ALL": "C.UTF-8", **variables}


def started(*arguments, prefix=(), **variables):
    return subprocess.Popen([*prefix, PGSIZE, *arguments], text=True, cwd=WORK, env=environment(**variables),
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process, status=4):
    with process:
        out, err = process.communicate(timeout=60)
    equal(process.returncode, status, out + err)
    for text in (out, err):
        equal(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), None, repr(text))
        equal(PASSWORD in text, False, text)
    return out, err


def told(process, pattern, advice):
    """One line with what and where, one with what to do."""
    out, err = ended(process)
    equal(out, "")
    lines = err.splitlines()
    equal(len(lines), 2, err)
    matches(lines[0], "^pgsize: the server (refuses|does not answer): " + pattern)
    matches(lines[1], "^  " + advice)
    equal(len(lines[0]) < 460 and len(lines[1]) < 160, True, err)
    if VERBOSE:
        print("# " + err.replace("\n", "\n# "), flush=True)


def fails(url, pattern, advice, timeout="10s", **variables):
    told(started("recommend", "--url", url, "--timeout", timeout, **variables), pattern, advice)


@contextlib.contextmanager
def one_connection(server):
    """That is all that was made, and it is gone."""
    before = len(server.log())
    yield
    server.settle(0)
    log = server.log()[before:].replace("\xa0", " ")
    equal(len(re.findall("connection received|connexion reçue|Verbindung empfangen", log)), 1, log)


# --- refusals, by servers of three languages ---

REFUSALS = (
    ("secret:wrong-" + PASSWORD, "postgres", '"secret"|« secret »|»secret«', "check user and password: "),
    ("nobody-here", "postgres", "nobody-here", "check the user, or let it in: CREATE ROLE"),
    ("nologin", "postgres", "nologin", "check the user, or let it in: .*LOGIN"),
    ("app", "nowhere", "nowhere", "check the name of the database"),
    ("app", "shut", "shut", "name another database: "),
    ("app", "closed", "closed", "name another database, or GRANT CONNECT"),
    ("outsider", "postgres", "outsider", r"the server's pg_hba\.conf must let this user in"),
)


@test("own", "fr", "de")
def refusals_say_what_to_do(server):
    for role, database, who, advice in REFUSALS:
        with one_connection(server):
            fails(server.url_as(role, database),
                  rf'connection to server at "127\.0\.0\.1", port \d+ failed: [A-Z]+ ?:  .*({who})', advice)
    with one_connection(server):
        fails(server.url_as("secret"), ".*no password supplied", "give a password: in the URL, PGPASSWORD")


@test("own", "fr", "de")
def a_limit_is_an_answer_in_any_language(server):
    with one_connection(server):
        out, err = ended(started("recommend", "--url", server.url_as("capped"), "--format", "json"), 1)
    equal(err, "")
    answer = json.loads(out)
    equal([finding["id"] for finding in answer["findings"] if finding["severity"] == "error"], ["PGS021"])
    matches(answer["findings"][0]["message"], "capped")


# --- TLS ---

@contextlib.contextmanager
def with_tls(server):
    """Its certificate is of db.example, signed by itself. Yields it, and that of a stranger."""
    data, stranger = server.directory / "data", WORK / "stranger.crt"
    certificate_make("db.example", data / "server.crt", data / "server.key")
    certificate_make("stranger", stranger, WORK / "stranger.key")
    owner = data.stat()
    for name in ("server.crt", "server.key"):
        os.chown(data / name, owner.st_uid, owner.st_gid)
        (data / name).chmod(0o600)
    shutil.copy(data / "server.crt", WORK / "server.crt")
    switch_tls(server, "on")
    try:
        yield WORK / "server.crt", stranger
    finally:
        switch_tls(server, "off")


def certificate_make(name, certificate, key):
    subprocess.run(["openssl", "req", "-new", "-x509", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout",
                    key, "-out", certificate], check=True, capture_output=True)


def switch_tls(server, state):
    server.sql(f"ALTER SYSTEM SET ssl = {state}", "SELECT pg_reload_conf()")
    for _ in range(200):
        if server.sql("SHOW ssl") == state:
            server.settle(0)
            return
        time.sleep(0.02)
    raise AssertionError(f"TLS does not switch {state}")


@test("own")
def tls_that_is_required_or_not_trusted(server):
    with one_connection(server):
        fails(server.url_as("app", sslmode="require"), ".*server does not support SSL, but SSL was required",
              "sslmode=prefer goes without TLS")
    with with_tls(server) as (certificate, stranger):
        with one_connection(server):
            fails(server.url_as("tls", sslmode="disable"), '.*"tls".*no encryption$', ".*sslmode=require")
        modes = (("verify-full", stranger, ".*SSL error: certificate verify failed$"),
                 ("verify-ca", WORK / "nowhere.crt", r'.*root certificate file "/.*" does not exist'))
        for mode, root, why in modes:
            fails(server.url_as("tls", sslmode=mode, sslrootcert=root), why, "sslrootcert=FILE names the authority")
        fails(server.url_as("tls", sslmode="verify-full", sslrootcert=certificate),
              '.*server certificate for "db.example" does not match host name "127.0.0.1"$',
              "name the host as the certificate does")
        server.settle(0)
        address = server.url_as("tls", sslmode="verify-full", sslrootcert=certificate, hostaddr="127.0.0.1")
        with one_connection(server):
            ended(started("recommend", "--url", address.replace("@127.0.0.1:", "@db.example:")), 0)
        # TLS was offered and refused, then it goes without: one after the other.
        fails(server.url_as("outsider"), ".*no encryption$", "the server's pg_hba.conf")
        server.settle(0)


# --- nobody there ---

@test(None)
def nobody_is_there():
    fails(f"postgresql://app:{PASSWORD}@127.0.0.1:1/core", ".*port 1 failed: Connection refused$",
          "nobody listens there: check host and port")
    fails(f"postgresql://app:{PASSWORD}@/core?host=/nonexistent", '.*socket "/nonexistent/.*: No such file',
          "no server has its socket there")
    fails("postgresql://app@nobody.invalid/core", 'could not translate host name "nobody.invalid" to address: ',
          "check the host's name")
    fails("service=nowhere", 'definition of service "nowhere" not found$', "check the name, and the service file")
    fails("postgresql://app@127.0.0.1:1/core?sslmode=nonsense", 'invalid sslmode value: "nonsense"$', "--offline")
    fails("postgresql://app@127.0.0.1:1,127.0.0.1:2/core", ".*port 1 .*port 2 failed: Connection refused$",
          "nobody listens there")


@test(None)
def no_way_leads_there():
    """In a network without any but itself, which is down."""
    alone = ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-rn")
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        raise Skip("this machine gives no network of one's own")
    told(started("recommend", "--url", "postgresql://app@192.0.2.1/core", prefix=alone),
         '.*at "192.0.2.1", port 5432 failed: Network is unreachable$', "no way leads from here")


@test(None)
def others_answer():
    for said in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00" * 64, bytes(range(256))):
        with Impostor(said) as impostor:
            fails(impostor.url, ".*expected authentication request from server, but received ", "something else than")
            equal(impostor.connections, 1)
    with Impostor(error(S="FATAL", C="57P03", M="the database system is in recovery mode")) as recovering:
        fails(recovering.url, ".*the database system is in recovery mode$", "it starts, stops, recovers")
    with Impostor(b"", closes=True) as closing:
        fails(closing.url, ".*server closed the connection unexpectedly$", "ask again; ")
    with Impostor(welcome(), command("BEGIN") + message(b"D", b"\xff\xff" * 8) + READY) as wrong:
        fails(wrong.url, "no answer to query statement-timeout$", "that is not PostgreSQL's own answer")
    with Impostor(welcome(), b"-" * 4096) as wrong:
        fails(wrong.url, "query begin: lost synchronization with server: ", "that is not PostgreSQL's own answer")


# --- servers that come and go ---

def control(server, *words):
    """pg_ctl, as whoever owns the server."""
    data = server.directory / "data"
    owner = data.stat()
    change = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run([server.directory / "bin" / "pg_ctl", *words, "-s", "-D", data, "-l", server.directory / "log"],
                          cwd=server.directory, env={**clean_environment(), "LC_ALL": "C"}, check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **change).returncode


@contextlib.contextmanager
def configured(server, signal_file, **settings):
    """Stopped, and started anew with these; afterwards as it was."""
    data = server.directory / "data"
    kept = (data / "postgresql.conf").read_text(encoding="utf-8")
    equal(control(server, "stop", "-m", "fast"), 0)
    (data / signal_file).touch()
    os.chown(data / signal_file, data.stat().st_uid, data.stat().st_gid)
    (data / "postgresql.conf").write_text(
        kept + "".join(f"{name} = '{value}'\n" for name, value in settings.items()), encoding="utf-8")
    try:
        control(server, "start", "-W")
        yield
    finally:
        equal(control(server, "stop", "-m", "immediate"), 0)
        (data / signal_file).unlink(missing_ok=True)
        (data / "postgresql.conf").write_text(kept, encoding="utf-8")
        equal(control(server, "start", "-w"), 0)


@test("dying")
def a_server_that_starts_up_says_so(server):
    with configured(server, "recovery.signal", restore_command="sleep 60; false"):
        time.sleep(0.5)
        fails(server.url_as("app"), ".*: FATAL:  the database system is starting up$",
              "it starts, stops, recovers, .*: ask again later$")


@test("dying")
def a_standby_answers(server):
    with configured(server, "standby.signal"):
        for _ in range(200):
            if "database system is ready to accept read-only connections" in server.log() or \
                    "database system is ready to accept read only connections" in server.log():
                break
            time.sleep(0.05)
        with one_connection(server):
            out, err = ended(started("recommend", "--url", server.url_as("app"), "--format", "json"), 0)
        facts = json.loads(out)["servers"][0]
        equal((err, facts["source"], facts["in_recovery"], facts["max_connections"]), ("", "live", True, 20))
        out, _ = ended(started("recommend", "--url", server.url_as("app")), 0)
        matches(out, r"20 connections +\(a standby\)")
        server.settle(0)
    # Nobody may ask one without hot_standby.
    with configured(server, "standby.signal", hot_standby="off"):
        time.sleep(0.5)
        fails(server.url_as("app"), ".*: FATAL:  the database system is not (yet )?accepting connections",
              "it starts, stops, recovers, or is a standby without hot_standby")


@contextlib.contextmanager
def stuck(server):
    """Who asks for roles waits: a new session can still start. Yields a function that waits until one does."""
    locker = subprocess.Popen(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", server.url], text=True,
                              env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)

    def wait():
        for _ in range(200):
            asked = "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgsize' AND wait_event_type = 'Lock'"
            pid = server.sql(asked)
            if pid:
                return int(pid)
            time.sleep(0.02)
        raise AssertionError("it does not wait")
    try:
        locker.stdin.write("BEGIN; ALTER VIEW pg_roles SET (security_barrier = false);\nSELECT 'ready';\n")
        locker.stdin.flush()
        equal(locker.stdout.readline(), "ready\n")
        yield wait
    finally:
        with contextlib.suppress(BrokenPipeError):
            locker.stdin.close()
        locker.wait()
        locker.stdout.close()


def asking(server):
    return started("recommend", "--url", server.url_as("app"), "--timeout", "20s")


@test("dying")
def a_query_that_is_cancelled(server):
    with stuck(server) as wait:
        process = asking(server)
        server.sql(f"SELECT pg_cancel_backend({wait()})")
        told(process, "query roles: canceling statement due to user request$", "somebody cancelled it")
        process = asking(server)
        server.sql(f"SELECT pg_terminate_backend({wait()})")
        told(process, "query roles: terminating connection due to administrator command$", "somebody stopped the server")
    server.settle(0)


@test("dying")
def a_shutdown_during_a_query(server):
    modes = (("fast", "query roles: terminating connection due to administrator command$",
              "somebody stopped the server or ended this session"),
             # It tells with a warning, and goes.
             ("immediate", "server closed the connection unexpectedly$", "ask again; the server's log"))
    for mode, why, advice in modes:
        with stuck(server) as wait:
            process = asking(server)
            wait()
            equal(control(server, "stop", "-m", mode), 0)
            told(process, why, advice)
        fails(server.url_as("app"), ".*Connection refused$", "nobody listens there")
        equal(control(server, "start", "-w"), 0)
        with one_connection(server):
            ended(started("recommend", "--url", server.url_as("app")), 0)


@test("dying")
def a_server_that_is_killed(server):
    with stuck(server) as wait:
        process = asking(server)
        backend = wait()
        postmaster = server.postmaster()
        os.kill(postmaster, signal.SIGSTOP)  # so that it cannot tell the others
        os.kill(backend, signal.SIGKILL)
        told(process, ".*server closed the connection unexpectedly$", "ask again; the server's log says why")
        os.kill(postmaster, signal.SIGKILL)
    for _ in range(100):  # its processes notice
        if control(server, "start", "-w") == 0:
            break
        time.sleep(0.1)
    with one_connection(server):
        ended(started("recommend", "--url", server.url_as("app")), 0)


# --- time ---

@contextlib.contextmanager
def blackhole():
    """An address that takes no connection and refuses none: its queue is full."""
    with socket.socket() as listener, contextlib.ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"postgresql://app:{PASSWORD}@127.0.0.1:{listener.getsockname()[1]}/core"


TIMEOUT_S = 3


@test("own")
def the_deadline_holds(server):
    """Within 10 % of --timeout, whatever hangs, and for all of them together."""
    hba = error(S="FATAL", C="28000", M="x")
    half_query = welcome()[:-3]
    with stuck(server), blackhole() as hole, Impostor() as silent, Impostor(hba[:9]) as half, Impostor(half_query) as late, \
            Impostor(welcome(), command("BEGIN") + rows(1, [b"0"])[:-7]) as torn, Impostor(welcome()) as mute:
        urls = {"hole": hole, "silent": silent.url, "half": half.url, "late": late.url, "torn": torn.url, "mute": mute.url,
                "list": f"postgresql://app@127.0.0.1:{silent.port},127.0.0.1:{mute.port}/core",
                "stuck": server.url_as("app")}
        topology = {"servers": {name: {"url": url} for name, url in urls.items()},
                    "services": {name: {"server": name} for name in urls}}
        (WORK / "late.json").write_text(json.dumps(topology), encoding="utf-8")
        start = time.monotonic()
        out, err = ended(started("recommend", "late.json", "--timeout", f"{TIMEOUT_S}s"))
        took = time.monotonic() - start
    equal(out, "")
    equal(TIMEOUT_S <= took <= 1.1 * TIMEOUT_S, True, f"{took} s of {TIMEOUT_S}")
    lines = err.splitlines()
    for number, name in enumerate(urls):
        queries = " to the queries" if name in ("torn", "mute", "stuck", "list") else ""
        if name == "list":
            matches(lines[2 * number], r"^pgsize: server list does not answer: .*: no answer; .*: no answer to the queries")
            continue
        matches(lines[2 * number], rf'^pgsize: server {name} does not answer: server at "127.0.0.1", port \d+: '
                                   rf"no answer{queries} within {TIMEOUT_S} s$")
        matches(lines[2 * number + 1], "^  a (firewall|lock) .*--timeout 30s")
    for impostor in (half, late, torn):
        equal(impostor.connections, 1)
    server.settle(0)


# --- slots ---

@test("own")
def sockets_in_authentication_fill_a_server(server):
    """As many as max_connections hang between their first packet and a password: nobody gets in, superusers neither."""
    port = urllib.parse.urlsplit(server.url).port
    body = b"\x00\x03\x00\x00user\x00secret\x00database\x00postgres\x00\x00"
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            hanging = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            hanging.sendall((len(body) + 4).to_bytes(4, "big") + body)
            equal(hanging.recv(1), b"R")
        for role in ("app", "postgres"):
            out, err = ended(started("recommend", "--url", server.url_as(role), "--format", "json"), 1)
            equal(err, "")
            facts = json.loads(out)["servers"][0]
            equal((facts["full"]["of"], facts["max_connections"]), ("slots", None))
            matches(out, "sorry, too many clients already")
        equal(client_backends(server.postmaster()) >= 20, True)
    server.settle(0)
    with one_connection(server):
        ended(started("recommend", "--url", server.url_as("app")), 0)


HOSTILE = ("\x1b[31mred\x1b[0m", "a\nb\rc\td", "'\";DROP TABLE x;--", "<script>alert(1)</script>&amp;",
           "::error::no ${{ secrets }} `id` $(id) |x|", "\u202egnp.exe \u200b\u0085", "%s%n%x " * 5, "x" * 63)


@test("own")
def hostile_names_stay_names(server):
    """Of applications, roles and databases: they show nothing but themselves, in any format."""
    names = [name for name in HOSTILE if len(name.encode()) < 63]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    server.sql(*(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 5" for name in quoted),
               *(f"CREATE DATABASE {name} CONNECTION LIMIT 7 TEMPLATE template0" for name in quoted))
    try:
        with contextlib.ExitStack() as stack:
            for application in HOSTILE:
                stack.enter_context(server.sessions(1, application_name=application))
            for name in names:
                encoded = urllib.parse.quote(name, safe="")
                stack.enter_context(server.sessions(1, encoded, encoded))
            for form in ("table", "json", "markdown", "html", "github", "junit"):
                out, err = ended(started("recommend", "--url", server.url_as("postgres"), "--format", form, "--fail-on",
                                         "never"), 0)
                equal("<script>" in out and form in ("html", "markdown", "junit"), False, out)
                equal(re.search("\u202e|\u200b|\u0085", out if form != "json" else ""), None, out)
                equal(err, "")
                server.settle(len(HOSTILE) + len(names))
            live = json.loads(ended(started("recommend", "--url", server.url, "--format", "json", "--fail-on", "never"),
                                    0)[0])["servers"][0]
            equal({group["role"] for group in live["live"]["by"]}, {"postgres", *names})
            equal({group["database"] for group in live["live"]["by"]}, {"postgres", *names})
            equal(live["live"]["sessions"], len(HOSTILE) + len(names))
            equal(set(names) <= set(live["role_limits"]), True)
        for name in names:
            encoded = urllib.parse.quote(name + "?", safe="")
            ended(started("recommend", "--url", server.url_as("app", encoded)))
    finally:
        for name in quoted:
            server.sql(f"DROP DATABASE {name}", f"DROP ROLE {name}")


if __name__ == "__main__":
    VERBOSE = os.environ.get("FAULTS_SHOWN") is not None
    PGSIZE = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pgsize-work-") as work:
        WORK = pathlib.Path(work)
        sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
