#!/usr/bin/env python3
"""watch against real servers: peaks that are known, one session, a server that goes and comes back, alerts,
signals, the live view on a terminal. Speaks TAP.

    watch_test.py PGSIZE [CACHE_DIR]             short, as tests/run does
    watch_test.py PGSIZE --long [SECONDS]        10 looks a second for SECONDS (600) under a varying load:
                                                 compares the peaks, and prints memory and CPU
"""
import contextlib
import ctypes
import ctypes.util
import fcntl
import http.client
import json
import os
import pathlib
import pty
import pwd
import random
import re
import resource
import select
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
from servers import Kind, Server, Skip, Suite, clean_environment, equal, matches, server_bin

SQL = ("CREATE ROLE app LOGIN", "CREATE ROLE blind LOGIN", "CREATE DATABASE core")
SETTINGS = ("--set", "max_connections=20")
SUITE = Suite("watch", {"own": Kind(None, SETTINGS, SQL), "10": Kind("10", SETTINGS, SQL),
                        "18": Kind("18", SETTINGS, SQL)})
test = SUITE.test


# --- running it ---

def environment(**variables):
    kept = {name: value for name, value in clean_environment().items()
            if not name.startswith("PGSIZE_") and name not in ("DATABASE_URL", "NO_COLOR", "COLUMNS")}
    return kept | {"LC_ALL": "C.UTF-8", "TERM": "xterm"} | variables


@contextlib.contextmanager
def watching(*words, cwd=None, **variables):
    """The program, with its output in files; ended if it still runs."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        running = subprocess.Popen([PROGRAM, "watch", *words], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   env=environment(**variables), cwd=cwd or "/")
        running.out, running.err = out, err
        try:
            yield running
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()


def text_of(file):
    return os.pread(file.fileno(), 1 << 28, 0).decode()


def lines_of(running):
    """What it has printed so far, whole lines only."""
    return [json.loads(line) for line in text_of(running.out).splitlines(keepends=True) if line.endswith("\n")]


def until(running, condition, seconds=20, what="that"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lines = lines_of(running)
        if condition(lines):
            return lines
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen: {text_of(running.out)[-2000:]} {text_of(running.err)}")


def watch(*words, status=0, **more):
    """Runs it to its end."""
    with watching(*words, **more) as running:
        got = running.wait(timeout=60)
        equal(got, status, text_of(running.err))
        return lines_of(running), text_of(running.err)


def own_pids(server):
    return server.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'pgsize'").split()


def control(server, *words):
    user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
    subprocess.run([server.directory / "bin" / "pg_ctl", "-D", server.directory / "data", "-w", "-s", *words],
                   cwd=server.directory, user=user, env=clean_environment() | {"LC_ALL": "C"},
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


# --- what is seen ---

@test("own", "10", "18")
def peaks_are_the_known_ones(server):
    seen = []
    with watching("--interval", "100ms", server.url) as running:
        for count in (2, 6, 3):
            before = len(until(running, lambda lines: lines))
            with server.sessions(count, "app", "core", application_name="api"):
                until(running, lambda lines: len(lines) > before + 3 and lines[-1]["sessions"] == count,
                      what=f"{count} sessions")
            until(running, lambda lines: lines[-1]["sessions"] == 0, what="their end")
        seen.append(own_pids(server))
        running.send_signal(signal.SIGTERM)
        equal(running.wait(timeout=20), 0)
        lines = lines_of(running)
    equal([len(pids) for pids in seen], [1])
    end = lines.pop()
    equal(max(line["sessions"] for line in lines), 6)
    equal((end["kind"], end["peak_sessions"], end["peak"], end["percent"], end["lost"]), ("end", 6, 9, 45.0, 0))
    equal(end["users"][0]["name"], "api")
    equal(end["users"][0]["peak"], 6)
    first = next(line for line in lines if line["sessions"] == 6)
    equal(end["peak_at"], first["at"])
    equal(first["by"], [{"service": None, "application_name": "api", "role": "app", "database": "core",
                         "sessions": 6, "active": 0, "idle": 6, "idle_in_transaction": 0, "waiting": 0}])
    equal([line["breaker"] for line in lines if line["breaker"] != "closed"], [])
    server.settle(0)


@test("own")
def one_connection_is_kept(server):
    with watching("--interval", "100ms", server.url) as running:
        until(running, lambda lines: lines)
        first = own_pids(server)
        until(running, lambda lines: len(lines) > 10)
        equal(own_pids(server), first)
        running.send_signal(signal.SIGINT)
        equal(running.wait(timeout=20), 0)
    server.settle(0)


@test("own")
def moments_do_not_drift(server):
    lines, _ = watch("--interval", "100ms", "--for", "3s", server.url)
    end = lines.pop()
    equal(end["seen"] + end["skipped"], 30)
    begun = time_of(lines[0])
    # The first one connects first; those after it are at whole intervals of the start.
    offsets = [time_of(line) - begun for line in lines[1:]]
    late = [offset - round(offset * 10) / 10 for offset in offsets]
    drift = statistics.median(late[-7:]) - statistics.median(late[:7])
    assert abs(drift) < 0.04, late


def time_of(line):
    whole, part = line["at"][:-1].split(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + int(part) / 1000


@test("own")
def states_are_counted(server):
    with server.sessions(1, "app", "core", application_name="api") as held, \
            watching("--interval", "100ms", server.url) as running:
        held[0].stdin.write("BEGIN; SELECT 1;\n")
        held[0].stdin.flush()
        lines = until(running, lambda lines: lines and lines[-1]["by"] and
                      lines[-1]["by"][0]["idle_in_transaction"] == 1, what="a transaction")
        equal(lines[-1]["by"][0]["idle"], 0)


@test("own", "10")
def who_waits_for_a_lock_is_counted(server):
    with server.sessions(2, "app", "core", application_name="api") as held, \
            watching("--interval", "100ms", server.url) as running:
        for session in held:
            session.stdin.write("BEGIN; SELECT pg_advisory_lock(1);\n")
            session.stdin.flush()
            time.sleep(0.2)
        lines = until(running, lambda lines: lines and lines[-1]["by"] and lines[-1]["by"][0]["active"] == 1,
                      what="a lock")
        equal([lines[-1]["by"][0][key] for key in ("waiting", "idle_in_transaction")], [1, 1])
        held[0].stdin.write("ROLLBACK; SELECT pg_advisory_unlock(1);\n")
        held[0].stdin.flush()
        until(running, lambda lines: lines[-1]["by"][0]["waiting"] == 0, what="its end")


@test("own")
def a_topology_names_services_and_alert(server):
    with tempfile.TemporaryDirectory() as place:
        topology = {"servers": {"core": {"url": server.url_as("app", "core"), "alert_at": 10},
                                "other": {"max_connections": 9}},
                    "services": {"web": {"server": "core", "application_name": "api*"}}}
        pathlib.Path(place, "pgsize.json").write_text(json.dumps(topology))
        with server.sessions(4, "app", "core", application_name="api-1"), \
                server.sessions(2, application_name="psql"):
            _, said = watch(cwd=place, status=2)
            matches(said, "several servers.*\n.*--server: core, other")
            _, said = watch("--server", "other", cwd=place, status=2)
            matches(said, "servers.other: there is no url")
            _, said = watch("--server", "nobody", cwd=place, status=2)
            matches(said, 'there is no server "nobody"')
            lines, _ = watch("--server", "core", "--for", "100ms", cwd=place)
            equal((lines[0]["server"], lines[0]["alert_connections"], lines[0]["over_alert"]), ("core", 10, False))
            equal([(group["service"], group["sessions"]) for group in lines[0]["by"]], [("web", 4), (None, 2)])
            equal([user["name"] for user in lines[-1]["users"]], ["web", "psql (not declared)"])
            lines, _ = watch("--server", "other", "--for", "100ms", server.url, cwd=place)
            equal((lines[0]["server"], lines[0]["sessions"]), ("other", 6))


@test("own")
def a_blind_role_says_at_most(server):
    with server.sessions(3, "app", "core", application_name="api"):
        lines, _ = watch("--for", "100ms", server.url_as("blind", "core"))
    equal((lines[0]["sessions"], lines[0]["upper_bound"]), (3, True))
    equal(lines[0]["by"][0]["idle"], 0)  # hidden, not idle


# --- a server that goes, and comes back ---

def changes(lines):
    """The states of the breaker, each once."""
    states = [line["breaker"] for line in lines if "breaker" in line]
    return [state for i, state in enumerate(states) if i == 0 or states[i - 1] != state]


@test("own")
def a_server_is_killed_and_comes_back(server):
    with watching("--interval", "100ms", "--breaker-failures", "2", "--breaker-time", "700ms", server.url) as running:
        until(running, lambda lines: len(lines) > 3)
        control(server, "stop", "-m", "immediate")
        try:
            until(running, lambda lines: lines[-1]["breaker"] == "open", what="an open breaker")
            until(running, lambda lines: changes(lines)[-3:] == ["open", "half-open", "open"], what="another try")
        finally:
            control(server, "start", "-l", str(server.directory / "log"))
        until(running, lambda lines: lines[-1]["kind"] == "seen" and lines[-1]["breaker"] == "closed", what="its return")
        running.send_signal(signal.SIGTERM)
        equal(running.wait(timeout=20), 0)
        lines, said = lines_of(running), text_of(running.err)
    end = lines.pop()
    equal(changes(lines)[:3], ["closed", "open", "half-open"])
    equal(changes(lines)[-3:], ["open", "half-open", "closed"])
    # Between the last look before and the first one after, nothing is a number.
    gap = [line for line in lines if line["kind"] != "seen"]
    equal({(line["sessions"], line["used"], line["percent"], line["by"]) for line in gap}, {(None, None, None, None)})
    assert all(line["reason"] for line in gap)
    equal((end["gaps"], end["lost"] >= 2), (1, True))
    assert end["gap_ms"] > 500, end
    back = next(i for i, line in enumerate(lines) if line["kind"] == "seen" and i > lines.index(gap[0]))
    equal(lines[back]["breaker"], "half-open")  # one answer is not enough
    matches(said, "no data: ")
    for words in ("closed -> open; not asked for 700 ms: ", "open -> half-open; asked again",
                  "half-open -> open", "half-open -> closed; the server answers again", "data again"):
        matches(said, f"Z (breaker )?{words}")


@test("own")
def a_session_that_is_ended_is_opened_again(server):
    with watching("--interval", "100ms", server.url) as running:
        until(running, lambda lines: lines)
        first = own_pids(server)
        server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgsize'")
        until(running, lambda lines: [line["kind"] for line in lines[-2:]] == ["seen"] * 2 and
              any(line["kind"] == "lost" for line in lines), what="its return")
        assert own_pids(server) != first
        lost = next(line for line in lines_of(running) if line["kind"] == "lost")
        # Where a look was being sent when the session ended, the system throws the server's last words away.
        matches(lost["reason"], "^terminating connection due to administrator command$|^server closed the connection")
        equal(len(own_pids(server)), 1)
        equal(changes(lines_of(running)), ["closed"])


@test("own")
def a_session_that_was_idle_for_too_long_is_no_gap(server):
    server.sql("ALTER ROLE app SET idle_session_timeout = '200ms'")
    try:
        lines, said = watch("--interval", "600ms", "--for", "2s", server.url_as("app", "core"))
    finally:
        server.sql("ALTER ROLE app RESET idle_session_timeout")
    end = lines.pop()
    equal([line["kind"] for line in lines], ["seen"] * 4)
    equal((end["seen"], end["lost"], end["gaps"], said), (4, 0, 0, ""))


@test("own")
def a_full_server_is_an_observation(server):
    with server.sessions(17, "app", "core", application_name="api"):
        lines, said = watch("--interval", "200ms", "--for", "1s", server.url_as("app", "core"), status=1)
        end = lines.pop()
        equal({line["kind"] for line in lines}, {"full"})
        equal((end["full"] >= 1, end["seen"], end["lost"], end["gaps"], end["alerts"]), (True, 0, 0, 0, 1))
        matches(lines[0]["reason"], "remaining connection slots are reserved")
        equal(changes(lines), ["closed"])
        matches(said, "above the alert")
        # The superuser still gets in, and sees that nobody else does.
        lines, _ = watch("--for", "100ms", server.url, status=1)
        equal((lines[0]["kind"], lines[0]["used"], lines[0]["percent"]), ("seen", 20, 100.0))
        watch("--for", "100ms", "--fail-on", "never", server.url)


@test(None)
def a_server_that_never_answers(*_):
    lines, said = watch("--interval", "100ms", "--for", "500ms", "postgresql://app:secret@127.0.0.1:1/core",
                        "--breaker-failures", "1", "--breaker-time", "10s", status=4)
    equal((lines[-1]["seen"], lines[-1]["peak"], lines[-1]["lost"]), (0, None, 1))
    matches(said, "the server never answered: .*Connection refused")
    assert "secret" not in said + json.dumps(lines)
    for words in (("--interval", "99ms"), ("--interval", "5"), ("--breaker-failures", "0"),
                  ("--breaker-time", "1ms"), ("postgresql://a", "postgresql://b"),
                  ("postgresql://a", "--url", "postgresql://b")):
        watch(*words, *(() if "postgresql://a" in words else ("postgresql://127.0.0.1:1/x",)), status=2)
    _, said = watch("/nonexistent/pgsize.json", status=3)
    matches(said, "cannot be read")


# --- alerts ---

@test(None)
def without_descriptors_for_who_asks_it_rests(*_):
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (18, 18))
    words = [PROGRAM, "watch", "--listen", "0", "--breaker-failures", "1", "postgresql://app@127.0.0.1:1/core"]
    with tempfile.TemporaryFile("w+") as err, contextlib.ExitStack() as stack:
        running = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
                                   env=environment(), preexec_fn=few)
        stack.callback(lambda: (running.kill(), running.wait()))
        wait_for(lambda: "metrics at" in text_of(err))
        port = int(re.search(r"127\.0\.0\.1:(\d+)/metrics", text_of(err)).group(1))
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        time.sleep(0.5)
        _, before = usage(running.pid)
        time.sleep(2)
        _, after = usage(running.pid)
        equal(after - before < 0.2, True, (before, after))


@test(None)
def a_full_standard_output_is_said(*_):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([PROGRAM, "watch", "--for", "100ms", "-q", "postgresql://app@127.0.0.1:1/core"], stdout=full,
                              stderr=subprocess.PIPE, env=environment(), text=True, check=False, timeout=60)
    equal((done.returncode, done.stderr), (70, "pgsize: standard output: cannot be written: No space left on device\n"))


@test(None)
def why_it_never_answered_is_said_though_it_is_asked_again(*_):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://app@127.0.0.1:{silent.getsockname()[1]}/core"
        with watching("--interval", "100ms", "--timeout", "1s", "--breaker-failures", "1", "--breaker-time", "100ms",
                      url) as running:
            until(running, lambda lines: lines and lines[-1]["breaker"] == "half-open", what="another try")
            running.send_signal(signal.SIGTERM)
            equal(running.wait(timeout=20), 4)
            matches(text_of(running.err), "the server never answered: .*no answer within 1 s")


@test("own")
def until_the_alert(server):
    with watching("--interval", "100ms", "--until-alert", server.url) as running:
        until(running, lambda lines: lines)
        with server.sessions(13, "app", "core"):  # 13 + 3 is the line, not above it
            until(running, lambda lines: lines[-1]["used"] == 16)
            time.sleep(0.3)
            equal(running.poll(), None)
            with server.sessions(1, "app", "core"):
                equal(running.wait(timeout=20), 1)
        lines = lines_of(running)
        equal((lines[-2]["used"], lines[-2]["over_alert"], lines[-1]["alerts"]), (17, True, 1))
        matches(text_of(running.err), "above the alert of 16: 17 of 20")


@test("own")
def a_command_is_told_with_hysteresis(server):
    with tempfile.TemporaryDirectory() as place:
        told = pathlib.Path(place, "told")
        command = ('echo "$PGSIZE_STATE $PGSIZE_SERVER $PGSIZE_USED $PGSIZE_MAX_CONNECTIONS $PGSIZE_PERCENT '
                   f'$PGSIZE_ALERT_AT ${{PGSIZE_ALERT-none}}" >>{told}; echo noise')
        with watching("--interval", "100ms", "--fail-on", "warning", server.url, PGSIZE_ALERT=command) as running:
            until(running, lambda lines: lines)
            with server.sessions(13, "app", "core"):
                with server.sessions(2, "app", "core"):
                    wait_for(lambda: told.exists() and told.read_text().count("\n") == 1)
                # 16 of 20 is not above the line of 16, but above 15, where it is over.
                until(running, lambda lines: lines[-1]["used"] == 16)
                with server.sessions(2, "app", "core"):
                    until(running, lambda lines: lines[-1]["used"] == 18)
                equal(told.read_text().count("\n"), 1)
            wait_for(lambda: told.read_text().count("\n") == 2)
            running.send_signal(signal.SIGTERM)
            equal(running.wait(timeout=20), 1)
            end = lines_of(running)[-1]
            matches(text_of(running.err), "noise")
        equal(end["alerts"], 1)
        over, under = told.read_text().splitlines()
        matches(over, r"^over server (17 20 85\.0|18 20 90\.0) 16 none$")
        matches(under, r"^under server (1[0-5]|\d) 20 \d+\.\d 16 none$")


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@test("own")
def a_slow_command_delays_nothing(server):
    with server.sessions(14, "app", "core"):
        begun = time.monotonic()
        lines, said = watch("--interval", "100ms", "--for", "1s", "--alert", "sleep 2; exit 3", server.url)
    equal(lines[-1]["seen"] + lines[-1]["skipped"], 10)
    assert lines[-1]["seen"] >= 4, lines[-1]
    assert time.monotonic() - begun < 8
    matches(said, "the alert command ended with status 3")


# --- a terminal ---

class Terminal:
    """The live view on a terminal of its own, with what it draws put on a grid."""

    def __init__(self, *words, width=100, height=24, shell=None, cwd="/", **variables):
        self.main, self.side = pty.openpty()
        self.resize(width, height, tell=False)
        self.before = termios.tcgetattr(self.side)
        self.raw = b""

        def own():
            os.setsid()
            fcntl.ioctl(self.side, termios.TIOCSCTTY, 0)
        words = [PROGRAM, "watch", "--interval", "100ms", *words]
        self.running = subprocess.Popen(["sh", "-mc", shell, "sh", *words] if shell else words, cwd=cwd,
                                        stdin=self.side, stdout=self.side, stderr=self.side, preexec_fn=own,
                                        env=environment(**variables))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.running.poll() is None:
            self.running.kill()
        self.running.wait()
        os.close(self.main)
        os.close(self.side)

    def resize(self, width, height, tell=True):
        self.size = width, height
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        if tell:
            self.running.send_signal(signal.SIGWINCH)

    def read(self, seconds=0.0):
        end = time.monotonic() + seconds
        while select.select([self.main], [], [], max(0, end - time.monotonic()))[0]:
            self.raw += os.read(self.main, 65536)

    def until(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while re.search(pattern, "\n".join(self.lines()), re.M) is None:
            assert time.monotonic() < end, f"no /{pattern}/ in {self.lines()}"
            self.read(0.05)
        return "\n".join(self.lines())

    def lines(self):
        """The last whole drawing."""
        drawings = self.raw.decode(errors="replace").split("\x1b[H")
        if len(drawings) < 2:
            return []
        shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawings[-1])
        return [line.rstrip("\r") for line in shown.split("\n")]

    def ended(self, status):
        end = time.monotonic() + 20
        while self.running.poll() is None:
            assert time.monotonic() < end, "it does not end"
            self.read(0.05)
        self.read(0.1)
        equal(self.running.returncode, status)
        equal(termios.tcgetattr(self.side), self.before, "the terminal's attributes")
        text = self.raw.decode()
        equal(text.count("\x1b[?1049h"), text.count("\x1b[?1049l"))
        equal(text.count("\x1b[?25l"), text.count("\x1b[?25h"))
        equal(text.count("\x1b[?7l"), text.count("\x1b[?7h"))
        assert text.rindex("\x1b[?1049l") > text.rindex("\x1b[H"), "it is drawn after the screen was left"
        return text[text.rindex("\x1b[?1049l") + len("\x1b[?1049l"):]


@test("own")
def a_live_view(server):
    with server.sessions(5, "app", "core", application_name="evil\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}"), \
            Terminal(server.url) as terminal:
        shown = terminal.until(r"^now +8 of 20  40\.0 %")
        matches(shown, "█+░+│░+  alert above 16")
        matches(shown, r"(?m)^peak +8 of 20 ")
        matches(shown, r"(?m)^USER +NOW +ACTIVE +IDLE +IN TRANSACTION +PEAK\n.* 5 +0 +5 +0 +5$")
        for width, height in ((40, 5), (200, 50), (60, 1), (80, 12)):
            terminal.raw = b"\x1b[?1049h\x1b[?25l\x1b[?7l"
            terminal.resize(width, height)
            terminal.until("^server")
            terminal.read(0.5)
            lines = terminal.lines()
            assert len(lines) <= height and max(map(len, lines)) <= width, (width, height, lines)
        assert "\x1b[2J" not in terminal.raw.decode().replace("\x1b[?7l\x1b[2J", "")
        os.write(terminal.main, b"q")
        matches(terminal.ended(0), r"peak +5 sessions \+ 3 kept by the server = 8 of 20 \(40\.0 %\) at\s+20")


@test("own")
def the_terminal_is_given_back(server):
    for number, status in ((signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGHUP, 0),
                           (signal.SIGQUIT, -signal.SIGQUIT), (signal.SIGSEGV, -signal.SIGSEGV),
                           (signal.SIGABRT, -signal.SIGABRT)):
        with Terminal(server.url) as terminal:
            terminal.until("^now +3 of 20")
            terminal.running.send_signal(number)
            terminal.ended(status)


@test("own")
def a_second_signal_ends_it_at_once(server):
    with server.sessions(14, "app", "core"), Terminal(server.url, "--alert", "sleep 8") as terminal:
        terminal.until("OVER: alert above 16")
        terminal.running.send_signal(signal.SIGTERM)
        wait_for(lambda: terminal.read(0.1) or b"\x1b[?1049l" in terminal.raw)  # waits for the command
        equal(terminal.running.poll(), None)
        terminal.running.send_signal(signal.SIGTERM)
        terminal.ended(-signal.SIGTERM)


@test("own")
def it_stops_and_goes_on(server):
    """Ctrl-Z, and `fg`: of a shell, since a program without one cannot be stopped so."""
    with tempfile.TemporaryDirectory() as place:
        script = 'stty -a >before; "$@"; stty -a >stopped; echo stopped; fg >/dev/null; stty -a >after'
        with Terminal(server.url, shell=script, cwd=place) as terminal:
            terminal.until("^now +3 of 20")
            os.write(terminal.main, b"\x1a")
            wait_for(lambda: terminal.read(0.05) or b"stopped\r\n" in terminal.raw)
            left, again = terminal.raw.split(b"stopped\r\n")
            assert b"\x1b[?1049l" in left and left.rindex(b"\x1b[?1049l") > left.rindex(b"\x1b[H"), left[-200:]
            terminal.raw = again
            terminal.until("^now +3 of 20")
            matches(terminal.raw.decode(), r"\x1b\[\?1049h\x1b\[\?25l\x1b\[\?7l")
            os.write(terminal.main, b"q")
            wait_for(lambda: terminal.read(0.05) or terminal.running.poll() is not None)
        settings = {name: pathlib.Path(place, name).read_text() for name in ("before", "stopped", "after")}
        equal((settings["stopped"], settings["after"]), (settings["before"], settings["before"]))


@test("own")
def plain_screens(server):
    with server.sessions(1, "app", "core", application_name="api"), \
            Terminal(server.url, LC_ALL="C", NO_COLOR="1") as terminal:
        terminal.until(r"^now +4 of 20 .*#+\.+\|\.+")
        terminal.read(0.3)
        assert terminal.raw.isascii()
        assert re.search(rb"\x1b\[[0-9;]*m", terminal.raw) is None
    with Terminal(server.url, "--for", "300ms", TERM="dumb") as terminal:
        equal(terminal.running.wait(timeout=20), 0)
        terminal.read(0.1)
        assert b"\x1b" not in terminal.raw and terminal.raw.startswith(b'{"at":')


@test(None)
def a_live_view_of_nothing(*_):
    with Terminal("postgresql://127.0.0.1:1/x", "--for", "1s") as terminal:
        terminal.until("^now +not known for .*Connection refused")
        matches(terminal.ended(4), "the server never answered")


# --- metrics ---

def port_of(running):
    """Where it listens, as it says itself."""
    wait_for(lambda: "/metrics" in text_of(running.err))
    return int(re.search(r"Z metrics at http://127\.0\.0\.1:(\d+)/metrics\n", text_of(running.err))[1])


def ask(port, path, **headers):
    """Status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    with contextlib.closing(connection):
        return response.status, response.read().decode()


def scrape(port):
    status, text = ask(port, "/metrics")
    equal(status, 200)
    return text


def metrics_of(text):
    """Each sample line by its name and labels."""
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def promtool(text, name):
    """What the linter says of it; its advice (exit status 3) is not about the syntax."""
    if shutil.which("promtool") is None:
        raise Skip("promtool is not installed")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True, check=False)
    assert done.returncode in (0, 3), (name, done.stderr, text)


def folder(server, more=None, **keys):
    """A directory with a topology of the server, its keys, and more services."""
    place = pathlib.Path(tempfile.mkdtemp(dir=server.directory))
    topology = {"servers": {"core": {"url": server.url, **keys}},
                "services": {"api": {"application_name": "api*", "role": "app", "databases": ["core"],
                                     "connection_limit": 4, "instances": {"max": 2}, "rollout": "recreate"},
                             **(more or {})}}
    (place / "pgsize.json").write_text(json.dumps(topology), encoding="utf-8")
    return place


def stopped(running, status=0):
    running.send_signal(signal.SIGTERM)
    equal(running.wait(timeout=20), status, text_of(running.err))
    return lines_of(running)[-1], text_of(running.err)


def sized_of(text, command):
    """What a topology says, without who says it."""
    return {name.replace(f',command="{command}"', ""): value for name, value in metrics_of(text).items()
            if f',command="{command}"' in name and not name.startswith("pgsize_findings")}


def checked(place):
    """The same, as `check` says it of the live server."""
    done = subprocess.run([PROGRAM, "check", "--fail-on", "never", "-f", "openmetrics"], cwd=place, check=True,
                          env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return sized_of(done.stdout, "check")


HOSTILE = 'x"} 1\n# EOF\\ {\'\u00e4'


@test("own", "10", "18")
def metrics_in_a_file_and_for_who_asks(server):
    place = folder(server, alert_at="50%")
    with server.sessions(3, "app", "core", application_name="api-1"), \
            server.sessions(1, "app", "core", application_name=HOSTILE), \
            watching("--interval", "100ms", "--openmetrics", "watch.prom", "--listen", "0", cwd=place) as running:
        port = port_of(running)
        until(running, lambda lines: lines)
        wait_for(lambda: "pgsize_up{" in (place / "watch.prom").read_text())
        equal(ask(port, "/healthz"), (200, "ok\n"))
        equal(ask(port, "/other")[0], 404)
        shown = scrape(port)
        status, openmetrics = ask(port, "/metrics", Accept="application/openmetrics-text;version=1.0.0")
        assert status == 200 and "# TYPE pgsize_samples counter\n" in openmetrics, openmetrics
        end, _ = stopped(running)
    filed = (place / "watch.prom").read_text()
    figures = metrics_of(filed)
    for name, value in {"up": 1, "sessions": 4, "connections_used": 7, "connections_used_peak": 7,
                        "max_connections": 20}.items():
        equal(figures[f'pgsize_{name}{{server="core"}}'], value, name)
    equal(figures['pgsize_connections{server="core",service="api",application="api-1",role="app",database="core",'
                  'state="idle"}'], 3)
    equal(figures['pgsize_samples_total{server="core",outcome="seen"}'], end["seen"])
    # 20 - 3 for superusers - 2 of margin are 15. Of them 10 - 5 are below the alert: 2 for each of two instances.
    for name, value in {"connections_alert": 10, "budget": 15, "sized_max_connections": 20}.items():
        equal(figures[f'pgsize_{name}{{server="core",command="watch"}}'], value, name)
    pool = 'server="core",service="api",database="core",of="{}",command="watch"'
    equal([figures[f"pgsize_{name}{{{pool.format(of)}}}"] for name in ("limit", "peak")
           for of in ("declared", "recommended")], [4, 2, 8, 4])
    equal(sized_of(filed, "watch"), checked(place))
    equal({name for name in metrics_of(shown) if "connections{" in name},
          {name for name in figures if "connections{" in name})
    assert any("# EOF" in name for name in figures), filed
    for name, text in (("file", filed), ("scrape", shown)):
        promtool(text, name)


@test("own")
def without_a_topology_the_alert_is_the_watchs(server):
    file = pathlib.Path(server.directory, "watch.txt")
    with watching("--interval", "100ms", "--quiet", server.url, "--openmetrics", file, "--listen", "0") as running:
        until(running, lambda lines: lines)
        equal(stopped(running)[1], "")
        text = file.read_text()
    figures = metrics_of(text)
    equal(figures['pgsize_connections_alert{server="server",command="watch"}'], 16)
    equal([name for name in figures if re.match("pgsize_(budget|limit|peak|server_peak)", name)], [])
    matches(text, "# TYPE pgsize_samples counter\n")  # OpenMetrics, but for *.prom


@test("own")
def limits_of_roles_are_the_topologys(server):
    place = folder(server, role_limits={"app": 3})
    with watching("--interval", "100ms", "--openmetrics", "watch.prom", cwd=place) as running:
        until(running, lambda lines: lines)
        stopped(running)
    pool = 'pgsize_limit{server="core",service="api",database="core",of="recommended",command="watch"}'
    equal(metrics_of((place / "watch.prom").read_text())[pool], 1)  # two instances, of 3 connections


@test("own")
def what_cannot_be_sized_is_said_and_watched(server):
    broken = {"schedules": [{"name": "n", "cron": "0 3 * * *", "timezone": "Nowhere/None", "duration": "2h"}]}
    for place, said in ((folder(server, {"nightly": broken}), 'hold no limits: .*there is no time zone "Nowhere/None"'),
                        (folder(server, alert_at=50), "hold no limits: .*servers.core.alert_at: must be at most")):
        _, told = watch("--interval", "100ms", "--for", "500ms", "--openmetrics", "watch.prom", cwd=place)
        matches(told, said)
        equal(told.count("hold no limits"), 1)
        figures = metrics_of((place / "watch.prom").read_text())
        equal(figures['pgsize_connections_alert{server="core",command="watch"}'],
              50 if "alert_at" in said else 16)
        equal([name for name in figures if "pgsize_budget" in name or "pgsize_limit" in name], [])


@test("own")
def the_file_is_the_old_or_the_new_one(server):
    place = folder(server)
    file, seen = place / "watch.prom", set()
    with watching("--interval", "100ms", "--openmetrics", "watch.prom", cwd=place) as running:
        wait_for(lambda: file.exists())
        end = time.monotonic() + 4
        while time.monotonic() < end:
            with open(file, encoding="utf-8") as one:
                text, inode = one.read(), os.fstat(one.fileno()).st_ino
            assert text.startswith("# HELP pgsize_up ") and text.endswith("\n# EOF\n"), text
            equal(text.count("# EOF"), 1)
            seen.add((inode, text))
        assert len(seen) >= 4, len(seen)
        running.kill()  # and is begun again
    equal(file.read_text().count("# EOF"), 1)
    with watching("--interval", "100ms", "--openmetrics", "watch.prom", cwd=place) as running:
        until(running, lambda lines: lines)
        ended, _ = stopped(running)
    equal(metrics_of(file.read_text())['pgsize_samples_total{server="core",outcome="seen"}'], ended["seen"])


@test("own")
def a_port_is_free_after_kill(server):
    with watching("--interval", "100ms", "--listen", "0", server.url) as running:
        port = port_of(running)
        scrape(port)
        _, said = watch("--listen", str(port), "--for", "100ms", server.url, status=2)
        matches(said, rf"--listen: cannot listen on 127.0.0.1:{port}: Address already in use\n  something listens")
        running.kill()
        running.wait()
    with watching("--interval", "100ms", "--listen", f"127.0.0.1:{port}", server.url) as running:
        equal(port_of(running), port)
        wait_for(lambda: ask(port, "/healthz")[0] == 200)
        stopped(running)


@test("own")
def metrics_of_a_server_that_is_lost(server):
    nightly = {"connection_limit": 1, "schedules": [{"name": f"at-{hour}", "cron": f"0 {hour} * * *", "duration": "2h",
                                                    "timezone": "Europe/Paris"} for hour in (3, 4)]}
    place = folder(server, {"nightly": nightly}, plan="aws-rds/db.t4g.small")
    with watching("--interval", "100ms", "--breaker-failures", "2", "--breaker-time", "500ms", "--openmetrics",
                  "watch.prom", "--listen", "0", cwd=place) as running:
        port = port_of(running)
        until(running, lambda lines: len(lines) > 3)
        server.sql("ALTER SYSTEM SET max_connections = 30")
        control(server, "stop", "-m", "immediate")
        try:
            until(running, lambda lines: changes(lines)[-2:] == ["half-open", "open"], what="another try")
            wait_for(lambda: ask(port, "/healthz")[0] == 503)
            matches(ask(port, "/healthz")[1], r"^core: not observed for \d+ s: ")
            figures = metrics_of(scrape(port))
            filed = place / "watch.prom"
            wait_for(lambda: metrics_of(filed.read_text())['pgsize_up{server="core"}'] == 0)
            for one in (figures, metrics_of(filed.read_text())):
                equal(one['pgsize_up{server="core"}'], 0)
                equal([name for name in one if re.match(r"pgsize_(connections|sessions|connections_used)\{", name)], [])
                equal(one['pgsize_max_connections{server="core"}'], 20)  # as last known
        finally:
            control(server, "start", "-l", str(server.directory / "log"))
        try:
            wait_for(lambda: ask(port, "/healthz")[0] == 200)
            sized = 'pgsize_sized_max_connections{server="core",command="watch"}'
            wait_for(lambda: metrics_of(scrape(port))[sized] == 30)
            equal(sized_of(scrape(port), "watch"), checked(place))
            end, _ = stopped(running)
        finally:
            server.sql("ALTER SYSTEM RESET max_connections")
            control(server, "restart", "-l", str(server.directory / "log"))
        figures = metrics_of((place / "watch.prom").read_text())
        equal([figures[f'pgsize_samples_total{{server="core",outcome="{kind}"}}'] for kind in ("seen", "lost")],
              [end["seen"], end["lost"]])


@test("own")
def a_file_that_cannot_be_written(server):
    place = folder(server)
    for words, status, said in (
            (("--openmetrics", "none/a"), 2, "none/a: cannot be written: No such file.*\n  --openmetrics must"),
            (("--openmetrics", "/dev/full"), 2, "/dev/full: this is not a regular file\n  "),
            (("--openmetrics", "./pgsize.json"), 2, r"--openmetrics: ./pgsize.json is the topology itself\n  "),
            (("--openmetrics", "a", "--record", "./a"), 2, "--openmetrics: a is the record itself\n  "),
            (("--record", "b", "--openmetrics", "none/c"), 2, "none/c: cannot be written"),
            (("--record", "b", "--listen", "nowhere:1"), 2, "--listen: .*nowhere")):
        matches(watch(*words, "--for", "100ms", status=status, cwd=place)[1], said)
    limited = subprocess.run(["sh", "-c", 'ulimit -f 0; "$@" >/dev/null', "sh", PROGRAM, "watch", "--openmetrics", "d",
                              "--for", "100ms"], cwd=place, env=environment(), stderr=subprocess.PIPE, check=False)
    equal(limited.returncode, 70)
    matches(limited.stderr.decode(), "d: cannot be written: File too large\n  ")
    equal(sorted(path.name for path in place.iterdir()), ["a", "b", "pgsize.json"])
    (place / "sub").mkdir()
    with watching("--interval", "100ms", "--openmetrics", "sub/watch.prom", cwd=place) as running:
        until(running, lambda lines: lines)
        (place / "sub").rename(place / "away")
        wait_for(lambda: "cannot be written" in text_of(running.err))
        time.sleep(2.5)  # is tried again, and not said again
        (place / "away").rename(place / "sub")
        wait_for(lambda: "is written again" in text_of(running.err))
        end, said = stopped(running)
        equal((said.count("cannot be written"), said.count("is written again")), (1, 1), said)
        equal(end["seen"] > 20, True)


@test("own")
def the_live_view_says_where(server):
    with Terminal(server.url, "--listen", "0") as terminal:
        shown = terminal.until(r"metrics at http://127\.0\.0\.1:\d+/metrics")
        scrape(int(re.search(r"127\.0\.0\.1:(\d+)/metrics", shown)[1]))
        os.write(terminal.main, b"q")
        terminal.ended(0)


# --- for long ---

def libpq():
    library = ctypes.CDLL(ctypes.util.find_library("pq"))
    library.PQconnectdb.restype = ctypes.c_void_p
    library.PQconnectdb.argtypes = [ctypes.c_char_p]
    library.PQfinish.argtypes = [ctypes.c_void_p]
    library.PQstatus.argtypes = [ctypes.c_void_p]
    return library


def usage(pid):
    """Resident KiB, and seconds of CPU so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return int(fields[21]) * resource.getpagesize() // 1024, (int(fields[11]) + int(fields[12])) / ticks


LOAD = ('pgsize_connections{server="server",service="load",application="load",role="postgres",database="postgres",'
        'state="idle"}')


def long_run(seconds):
    """Steps of 1 to 90 sessions, each held for 1 to 3 seconds: every step must be seen, and its height."""
    library, chance, held, steps, memory = libpq(), random.Random(7), [], [], []
    scraped = 0
    with tempfile.TemporaryDirectory(prefix="pgsize-watch-") as place:
        os.chmod(place, 0o755)
        pathlib.Path(place, "pgsize.json").write_text(json.dumps(
            {"servers": {"server": {}}, "services": {"load": {"application_name": "load", "connection_limit": 90}}}))
        with Server(pathlib.Path(place) / "long", "--bin", server_bin(None, None, place),
                    "--set", "max_connections=100") as server, \
                watching("--interval", "100ms", "--record", "record", "--openmetrics", "watch.prom",
                         "--listen", "0", server.url, cwd=place) as running:
            url = server.url_as(application_name="load").encode()
            until(running, lambda lines: lines)
            port = port_of(running)
            begun, (_, cpu) = time.monotonic(), usage(running.pid)
            while time.monotonic() - begun < seconds:
                wanted = chance.randint(1, 90)
                while len(held) > wanted:
                    library.PQfinish(held.pop())
                while len(held) < wanted:
                    held.append(library.PQconnectdb(url))
                    equal(library.PQstatus(held[-1]), 0)
                server.settle(wanted + 1)
                at = time.time()
                time.sleep(chance.uniform(1, 3))
                steps.append((at, time.time(), wanted))
                idle = metrics_of(scrape(port))[LOAD]
                scraped += idle == wanted
                memory.append(usage(running.pid)[0])
                equal(len(own_pids(server)), 1)
            elapsed, cpu = time.monotonic() - begun, usage(running.pid)[1] - cpu
            running.send_signal(signal.SIGTERM)
            equal(running.wait(timeout=20), 0)
            lines = lines_of(running)
            for connection in held:
                library.PQfinish(connection)
        kept = recorded_peak(place), scraped, metrics_of(pathlib.Path(place, "watch.prom").read_text())
    return report_long(lines, steps, memory, cpu, elapsed, kept)


def recorded_peak(place):
    """Of the sessions called `load`, as `check --history` reads the record: at least, and at most."""
    done = subprocess.run([PROGRAM, "check", "--history", "record", "-f", "json"], cwd=place, env=environment(),
                          capture_output=True, text=True, check=False, timeout=60)
    history = json.loads(done.stdout)["servers"][0]["history"]
    return history["services"][0]["peak"], history["services"][0]["peak_at_most"], history["seen"]


def report_long(lines, steps, memory, cpu, elapsed, kept):
    end = lines.pop()
    recorded, scraped, metrics = kept
    zone = time.timezone
    wrong = []
    for begin, finish, wanted in steps:
        inside = [line["sessions"] for line in lines if begin + 0.1 < time_of(line) - zone < finish - 0.1]
        load = max((sum(group["sessions"] for group in line["by"] if group["application_name"] == "load")
                    for line in lines if begin + 0.1 < time_of(line) - zone < finish - 0.1), default=None)
        if load != wanted:
            wrong.append((wanted, load, inside))
    highest = max(wanted for _, _, wanted in steps)
    peak = next(user["peak"] for user in end["users"] if user["name"] == "load")
    third = len(memory) // 3
    print(f"# {elapsed:.0f} s, {len(lines)} samples, {end['skipped']} left out, {len(steps)} steps")
    print(f"# peak {peak}, known {highest}; steps with another peak: {len(wrong)}")
    print(f"# recorded peak {recorded[0]} to {recorded[1]} of {recorded[2]} looks")
    print(f"# memory {memory[third]} KiB after a third, {memory[-1]} KiB at the end, {max(memory)} KiB at most")
    print(f"# CPU {cpu:.2f} s = {100 * cpu / elapsed:.2f} % of a core")
    points = [("the peak is the known one", peak == highest), ("every step was seen", not wrong),
              ("memory is flat", memory[-1] <= memory[third] * 1.05 + 64),
              ("CPU is under 2 %", cpu / elapsed < 0.02), ("nothing was lost", end["lost"] == 0),
              ("so is the recorded one", recorded == (highest, highest, end["seen"])),
              ("every step was scraped", scraped == len(steps)),
              ("the file has the figures of the end",
               (metrics['pgsize_samples_total{server="server",outcome="seen"}'],
                metrics['pgsize_connections_used_peak{server="server"}']) == (end["seen"], end["peak"]))]
    print(f"1..{len(points)}")
    for number, (name, passed) in enumerate(points, 1):
        print(f"{'ok' if passed else 'not ok'} {number} - long/{name}")
    return all(passed for _, passed in points)


def main():
    global PROGRAM
    PROGRAM = os.path.abspath(sys.argv[1])
    if "--long" in sys.argv:
        rest = sys.argv[sys.argv.index("--long") + 1:]
        return 0 if long_run(int(rest[0]) if rest else 600) else 1
    return SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None)


if __name__ == "__main__":
    sys.exit(main())
