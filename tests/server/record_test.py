#!/usr/bin/env python3
"""What watch --record writes of a real server, and --history says of it: tests/server/record_test.py PROGRAM [SERVERS]

The sessions are opened here, so their peaks are known; the watcher is killed in between, and the server is lost.   (TAP)
"""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from servers import Kind, Suite, clean_environment, equal

SUITE = Suite("record", {"own": Kind(None, ("--set", "max_connections=20"),
                                     ("CREATE ROLE app LOGIN", "CREATE DATABASE core"))})
test = SUITE.test
TOPOLOGY = {"servers": {"main": {"max_connections": 20, "reserved": 1}},
            "services": {"api": {"role": "app", "databases": ["core"], "connection_limit": 3, "rollout": "recreate"}}}


def environment():
    return {name: value for name, value in clean_environment().items()
            if not name.startswith("PGSIZE_") and name != "DATABASE_URL"} | {"LC_ALL": "C.UTF-8"}


@contextlib.contextmanager
def watching(server, record):
    running = subprocess.Popen([PROGRAM, "watch", "--interval", "100ms", "--record", record, server.url], cwd="/",
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=environment())
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.wait()


def looks(record, *keys):
    """The looks that are in the record by now."""
    text = record.read_text(encoding="utf-8") if record.exists() else ""
    lines = [json.loads(line) for line in text.split("\n")[:-1]]
    return [line for line in lines if any(key in line for key in keys)]


def until(record, count, *keys):
    for _ in range(300):
        if len(looks(record, *keys)) >= count:
            return
        time.sleep(0.05)
    raise AssertionError(f"{record} never holds {count} looks")


def more(record, *keys):
    until(record, len(looks(record, *keys)) + 4, *keys)


def history_of(server, record):
    topology = server.directory / "topology.json"
    topology.write_text(json.dumps(TOPOLOGY), encoding="utf-8")
    done = subprocess.run([PROGRAM, "check", topology, "--history", record, "-f", "json"], env=environment(),
                          capture_output=True, text=True, check=False, timeout=60)
    equal(done.stderr, "")
    report = json.loads(done.stdout)
    return report["servers"][0]["history"], {finding["rule"] for finding in report["findings"]}


@test("own")
def recorded_peaks_are_the_known_ones(server):
    record = pathlib.Path(server.directory) / "main.record"
    with watching(server, record) as running:
        more(record, "by")  # its own connection is open
        for count in (2, 5):
            with server.sessions(count, "app", "core", application_name="api"):
                more(record, "by")
        running.send_signal(signal.SIGKILL)
    with watching(server, record) as running:  # goes on with the same file
        more(record, "by")
        with server.sessions(4, "app", "core", application_name="api"), \
                server.sessions(2, "app", "core", application_name="psql"):
            more(record, "by")
        running.send_signal(signal.SIGTERM)
        equal(running.wait(timeout=20), 0)
    history, findings = history_of(server, record)
    api = history["services"][0]
    equal((api["peak"], api["peak_at_most"], api["declared_at_peak"]), (5, 5, 3))
    equal((history["nobodys"]["peak"], history["sessions"]), (2, 6))
    equal((history["lost"], history["full"], history["damaged_lines"]), (0, 0, 0))
    equal(history["seen"], len(looks(record, "by")))
    equal(findings & {"declared-exceeded", "undeclared-in-history"}, {"declared-exceeded", "undeclared-in-history"})


@test("own")
def full_is_an_observation(server):
    record = pathlib.Path(server.directory) / "full.record"
    with server.sessions(17, "postgres"):
        with server.sessions(3, "postgres"):
            with watching(server, record) as running:
                until(record, 2, "full")
                running.send_signal(signal.SIGTERM)
                running.wait(timeout=20)
    history, _ = history_of(server, record)
    equal((history["seen"], history["full"] >= 2, history["lost"]), (0, True, 0))
    equal(history["services"][0]["peak"], None)


@test(None)
def asking_again_is_no_look(*_):
    """That the breaker lets somebody ask again is said in the lines, but nobody has looked yet."""
    with tempfile.TemporaryDirectory() as place:
        record = pathlib.Path(place) / "lost.record"
        done = subprocess.run([PROGRAM, "watch", "--interval", "100ms", "--for", "900ms", "--record", record,
                               "--breaker-failures", "1", "--breaker-time", "100ms", "postgresql://app@127.0.0.1:1/core"],
                              cwd="/", env=environment(), capture_output=True, text=True, check=False, timeout=60)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        equal("half-open" in [line.get("breaker") for line in lines], True)
        equal(len(looks(record, "lost")), lines[-1]["lost"])


def main():
    global PROGRAM
    PROGRAM = os.path.abspath(sys.argv[1])
    return SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None)


if __name__ == "__main__":
    sys.exit(main())
