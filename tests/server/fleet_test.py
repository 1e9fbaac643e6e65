#!/usr/bin/env python3
"""A hundred servers at once. Speaks TAP.

    fleet_test.py PGSIZE [CACHE_DIR]

They are a hundred addresses of 127.0.0.0/8, all answered by one PostgreSQL, through a proxy that adds 50 ms on
the way back.
"""
import asyncio
import collections
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
from servers import Kind, Skip, Suite, equal, matches

SERVERS, DELAY_S = 100, 0.05
SUITE = Suite("fleet", {"own": Kind(None, ("--set", "max_connections=250"), ("CREATE ROLE app LOGIN",))})
test = SUITE.test


class Proxy:
    """Takes connections to any address of this machine, and hands on what the server says 50 ms later. One that
    repeats asks the server once, and gives all others the same answers: a hundred servers have their own processors,
    and here one machine would have to be all of them."""

    def __init__(self, server, repeats=False):
        self.path = str(server.directory / ".s.PGSQL.5432")
        self.loop = asyncio.new_event_loop()
        self.repeats, self.answers = repeats, None
        self.addresses, self.connections = set(), 0

    def __enter__(self):
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        listening = asyncio.start_server(self.serve, "0.0.0.0", 0, backlog=1000)
        listener = asyncio.run_coroutine_threadsafe(listening, self.loop).result(10)
        self.port = listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    async def serve(self, reader, writer):
        self.connections += 1
        self.addresses.add(writer.get_extra_info("sockname")[0])
        with contextlib.suppress(ConnectionError):
            if self.repeats and self.answers is not None:
                await self.repeat(reader, writer)
            else:
                await self.pass_on(reader, writer)
        writer.close()

    async def repeat(self, reader, writer):
        for answer in self.answers:
            if not await reader.read(65536):
                return
            self.loop.call_later(DELAY_S, writer.write, answer)
        await reader.read(1)

    async def pass_on(self, reader, writer):
        answers = []
        server_reader, server_writer = await asyncio.open_unix_connection(self.path)
        back = asyncio.create_task(self.back(server_reader, writer, answers))
        while (data := await reader.read(65536)) and data[:1] != b"X":
            answers.append(b"")
            server_writer.write(data)
        server_writer.close()
        await back
        self.answers = answers

    async def back(self, reader, writer, answers):
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                answers[-1] += data
                self.loop.call_later(DELAY_S, writer.write, data)


def fleet(port, numbers, **others):
    urls = {f"s{number}": f"postgresql://app@127.1.0.{number}:{port}/postgres?sslmode=disable" for number in numbers}
    urls.update(others)
    return {"servers": {name: {"url": url, "reserved": {"admin": 1}} for name, url in urls.items()},
            "services": {f"of-{name}": {"server": name, "connection_limit": 5} for name in urls}}


Run = collections.namedtuple("Run", "answer err seconds kibibytes")

# Not from here: a child has at least the memory of its parent on its bill.
MEASURE = """import os, sys, time
start = time.monotonic()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, state, usage = os.wait4(pid, 0)
print(time.monotonic() - start, usage.ru_maxrss, file=sys.stderr)
os._exit(os.waitstatus_to_exitcode(state))"""


def asked(*topologies, command="check", options=(), status=0, files=1000):
    names = []
    for number, topology in enumerate(topologies):
        names.append(f"fleet-{number}.json")
        (WORK / names[-1]).write_text(json.dumps(topology), encoding="utf-8")
    if command == "inspect":  # which takes no files, and finds one
        (WORK / names.pop()).rename(WORK / "pgsize.json")
    kept = {key: value for key, value in os.environ.items() if key == "PATH" or key.endswith("SAN_OPTIONS")}
    done = subprocess.run(
        ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", sys.executable, "-IS", "-c", MEASURE, PGSIZE, command, *names,
         "--format", "json", *options], capture_output=True, text=True, cwd=WORK, stdin=subprocess.DEVNULL, timeout=60,
        env={**kept, "HOME": str(WORK), "LC_ALL": "C.UTF-8"}, check=False)
    equal(done.returncode, status, done.stderr)
    *err, used = done.stderr.splitlines()
    seconds, kibibytes = used.split()
    return Run(json.loads(done.stdout), err, float(seconds), int(kibibytes))


def sources(run):
    return collections.Counter(facts["source"] for facts in run.answer["servers"])


@test("own")
def a_hundred_servers_answer(server):
    """All of them at once, each on one connection; one after the other, the delays alone are 10 s."""
    with Proxy(server) as proxy:
        run = asked(fleet(proxy.port, range(1, SERVERS + 1)))
        equal((sources(run), run.err), ({"live": SERVERS}, []))
        equal({facts["max_connections"] for facts in run.answer["servers"]}, {250})
        equal((len(proxy.addresses), proxy.connections), (SERVERS, SERVERS))
        equal(run.seconds < SERVERS * 2 * DELAY_S / 2, True, run.seconds)
        server.settle(0)


@test("own")
def in_less_than_three_times_the_time_of_one(server):
    with Proxy(server, repeats=True) as proxy:
        asked(fleet(proxy.port, [1]))
        server.settle(0)
        tried = []
        while len(tried) < 8 and (not tried or tried[-1] >= 3):  # on a machine that has other things to do
            one, many = asked(fleet(proxy.port, [1])), asked(fleet(proxy.port, range(1, SERVERS + 1)))
            equal((sources(one), sources(many)), ({"live": 1}, {"live": SERVERS}))
            tried.append(many.seconds / one.seconds)
        print(f"# one {one.seconds:.2f} s, {SERVERS} {many.seconds:.2f} s", flush=True)
        if tried[-1] >= 3 and os.getloadavg()[0] > 3 * os.cpu_count():
            raise Skip(f"this machine is too busy to say: {os.getloadavg()[0]:.0f} programs want to run")
        equal(tried[-1] < 3, True, tried)


@test("own")
def each_takes_little_memory(server):
    """64 KiB, with the answer about it; with the address sanitizer, which gives nothing back, far more."""
    with Proxy(server, repeats=True) as proxy:
        one, many = asked(fleet(proxy.port, [1])), asked(fleet(proxy.port, range(1, SERVERS + 1)))
        each = (many.kibibytes - one.kibibytes) / (SERVERS - 1)
        print(f"# {one.kibibytes} KiB, and {each:.0f} for each further server", flush=True)
        equal(each < (2048 if b"__asan_init" in pathlib.Path(PGSIZE).read_bytes() else 64), True, each)


@test("own")
def those_that_do_not_answer_hide_nobody(server):
    with Proxy(server) as proxy, socket.create_server(("127.0.0.1", 0)) as listener:
        silent = f"postgresql://app@127.0.0.1:{listener.getsockname()[1]}/core"
        others = {"refusing": "postgresql://app@127.0.0.1:1/core", "silent": silent,
                  "unknown": "postgresql://app@nobody.invalid/core", "wrong": server.url_as("nobody-here")}
        run = asked(fleet(proxy.port, range(1, 21), **others), options=("--timeout", "3s"), status=4)
        equal(3 <= run.seconds <= 3.3 + 0.3, True, run.seconds)
        equal(sources(run), {"live": 20, None: 4})
        lines = [line for line in run.err if not line.startswith("  ")]
        for line, (name, why) in zip(lines, (
                ("refusing", "does not answer: .*Connection refused"), ("silent", "does not answer: .*no answer within 3 s"),
                ("unknown", "does not answer: could not translate"), ("wrong", 'refuses: .*"nobody-here"'))):
            matches(line, f"^pgsize: server {name} {why}")
        equal(len(lines), 4)
        server.settle(0)


@test("own")
def several_topologies_are_one_fleet(server):
    with Proxy(server) as proxy:
        for command in ("check", "recommend"):
            run = asked(fleet(proxy.port, range(1, 11)),
                        fleet(proxy.port, range(11, 21), dead="postgresql://127.0.0.1:1/c"),
                        command=command, options=("--timeout", "20s"), status=4)
            equal(sources(run), {"live": 20, None: 1})
            equal(len(proxy.addresses), 20)
            equal(run.seconds < 10, True, run.seconds)
            limits = {service["name"]: service["limit"] for service in run.answer["services"]}
            equal((len(limits), limits["of-dead"], limits["of-s1"] is None), (21, None, False))
            server.settle(0)


@test("own")
def inspect_shows_all_that_answer(server):
    with Proxy(server) as proxy:
        run = asked(fleet(proxy.port, range(1, 6), dead="postgresql://127.0.0.1:1/c"), command="inspect",
                    options=("--timeout", "20s", "--quiet", "--format", "table=all.txt"), status=4)
        equal(sources(run), {"live": 5, None: 1})
        matches("\n".join(run.err), "^pgsize: server dead does not answer: .*Connection refused")
        for facts in run.answer["servers"]:
            dead = facts["name"] == "dead"
            equal((facts["live"] is None, facts["room"] is None, facts["likely_plans"]), (dead, dead, []))
        table = (WORK / "all.txt").read_text(encoding="utf-8")
        for name in ("s1", "s5"):
            matches(table, rf"(?m)^{name} +PostgreSQL .*live +250 connections$")
        matches(table, r"(?m)^dead  .*\n(.*\n)*  used +not known: it does not answer$")
        server.settle(0)


@test("own")
def more_than_may_be_open_say_so(server):
    with Proxy(server) as proxy:
        run = asked(fleet(proxy.port, range(1, 41)), status=4, files=30)
        equal(sources(run)["live"] > 10, True, sources(run))
        equal(sources(run)["live"] + sources(run)[None], 40)
        matches("\n".join(run.err), "Too many open files\n  ulimit -n ")
        server.settle(0)


if __name__ == "__main__":
    PGSIZE = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pgsize-work-") as work:
        WORK = pathlib.Path(work)
        sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
