#!/usr/bin/env python3
"""A real PgBouncer with the ini that pgsize prints, under a storm of twice the clients that it lets connect: at no
time are there more clients, or more server connections, than pgsize said there could be. And who ends a client that is
idle. Speaks TAP.

    pooler_test.py PGSIZE [CACHE_DIR]

Two databases and two roles, so four pools, with reserve pools. Counted every few milliseconds, both by PgBouncer
(SHOW POOLS) and by the server (pg_stat_activity). The clients speak the protocol themselves: hundreds of psql would
measure the machine.
"""
import asyncio
import contextlib
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from servers import Kind, Skip, Suite, all_is_required, clean_environment, equal

DATABASES, ROLES = ("one", "two"), ("red", "blue")
SQL = [f"CREATE ROLE {role} LOGIN" for role in ROLES] + [f"CREATE DATABASE {name}" for name in DATABASES]
SUITE = Suite("pooler", {"own": Kind(None, ("--tcp", "--set", "max_connections=100"), tuple(SQL))})
test = SUITE.test

STORM_S = 6
QUERY = "SELECT pg_sleep(0.02)"
QUERIES_EACH = 25  # then a client goes, and comes back


# --- clients ---

class Refused(Exception):
    """The pooler, or the server, said no."""


async def message(reader):
    kind, length = struct.unpack("!cI", await reader.readexactly(5))
    return kind, await reader.readexactly(length - 4)


async def until_ready(reader):
    rows = []
    while True:
        kind, body = await message(reader)
        if kind == b"E":
            raise Refused(body.decode(errors="replace"))
        if kind == b"D":
            row, at = [], 2
            for _ in range(struct.unpack("!H", body[:2])[0]):
                size = struct.unpack("!i", body[at:at + 4])[0]
                row.append(body[at + 4:at + 4 + max(size, 0)].decode())
                at += 4 + max(size, 0)
            rows.append(row)
        if kind == b"Z":
            return rows


class Client:
    def __init__(self, port, database, role):
        self.port, self.database, self.role = port, database, role

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        named = f"user\0{self.role}\0database\0{self.database}\0\0".encode()
        self.writer.write(struct.pack("!II", 8 + len(named), 196608) + named)
        try:
            await until_ready(self.reader)
        except BaseException:
            self.writer.close()
            raise
        return self

    async def __aexit__(self, *_):
        with contextlib.suppress(ConnectionError):
            self.writer.write(struct.pack("!cI", b"X", 4))
            await self.writer.drain()
        self.writer.close()

    async def query(self, sql):
        said = sql.encode() + b"\0"
        self.writer.write(struct.pack("!cI", b"Q", 4 + len(said)) + said)
        return await until_ready(self.reader)


async def client_runs(port, database, role, end, seen):
    """Comes, asks, goes, and comes back; who is refused tries again."""
    while time.monotonic() < end:
        try:
            async with Client(port, database, role) as client:
                for _ in range(QUERIES_EACH):
                    await client.query(QUERY)
                    seen["answers"] += 1
                    if time.monotonic() >= end:
                        return
        except Refused as refused:
            seen["refused"].append(str(refused))
            await asyncio.sleep(0.05)


# --- counting ---

async def pools_count(port, end, seen):
    """By PgBouncer itself: clients in all, server connections of each pool."""
    async with Client(port, "pgbouncer", "admin") as admin:
        while time.monotonic() < end:
            rows = [row for row in await admin.query("SHOW POOLS") if row[0] != "pgbouncer"]
            names = seen["columns"]
            clients = sum(int(row[names.index(name)]) for row in rows for name in ("cl_active", "cl_waiting"))
            seen["clients"][port] = max(seen["clients"].get(port, 0), clients)
            for row in rows:
                servers = sum(int(row[i]) for i, name in enumerate(names) if name.startswith("sv_"))
                pool = (port, row[0], row[1])
                seen["servers"][pool] = max(seen["servers"].get(pool, 0), servers)
            await asyncio.sleep(0.01)


async def backends_count(port, end, seen):
    """By the server: of each database and role, and in all."""
    asked = ("SELECT datname, usename, count(*) FROM pg_stat_activity WHERE usename IN ('red', 'blue')"
             " GROUP BY datname, usename")
    async with Client(port, "postgres", "postgres") as counter:
        while time.monotonic() < end:
            rows = await counter.query(asked)
            for database, role, count in rows:
                pair = (database, role)
                seen["backends"][pair] = max(seen["backends"].get(pair, 0), int(count))
            for database in DATABASES:
                count = sum(int(row[2]) for row in rows if row[0] == database)
                seen["databases"][database] = max(seen["databases"].get(database, 0), count)
            seen["total"] = max(seen["total"], sum(int(row[2]) for row in rows))
            seen["samples"] += 1
            await asyncio.sleep(0.01)


async def storm(ports, server_port, clients_each_pool, columns):
    seen = {"answers": 0, "refused": [], "clients": {}, "servers": {}, "backends": {}, "databases": {}, "total": 0,
            "samples": 0, "columns": columns}
    end = time.monotonic() + STORM_S
    # In turn, so that no pool is left without a client by those before it.
    runs = [client_runs(port, database, role, end, seen) for _ in range(clients_each_pool) for port in ports
            for database in DATABASES for role in ROLES]
    runs += [pools_count(port, end, seen) for port in ports] + [backends_count(server_port, end, seen)]
    tasks = [asyncio.ensure_future(run) for run in runs]
    done, waiting = await asyncio.wait(tasks, timeout=STORM_S + 4)
    for task in waiting:  # clients that nobody serves any more
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for task in done:
        task.result()
    return seen


# --- a pooler ---

def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def bouncer(place, ini):
    """With what pgsize printed, and what is its owner's business."""
    port = free_port()
    (place / "printed.ini").write_text(ini)
    (place / "users.txt").write_text("".join(f'"{name}" ""\n' for name in (*ROLES, "admin")))
    (place / "pgbouncer.ini").write_text(
        f"%include {place}/printed.ini\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\n"
        f"auth_file = {place}/users.txt\nadmin_users = admin\nreserve_pool_timeout = 0.03\n")
    as_user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with open(place / f"log.{port}", "w", encoding="utf-8") as log, subprocess.Popen(
            ["pgbouncer", *as_user, place / "pgbouncer.ini"], stdout=log, stderr=log,
            env=clean_environment()) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                    break
                time.sleep(0.02)
            else:
                raise AssertionError("it does not start: " + (place / f"log.{port}").read_text())
            yield port
        finally:
            process.kill()


def recommended(topology, place):
    (place / "topology.json").write_text(json.dumps(topology), encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if key == "PATH" or key.endswith("SAN_OPTIONS")}
    done = subprocess.run([PGSIZE, "recommend", "topology.json", "-f", "json", "-f", "pgbouncer=printed"],
                          capture_output=True, text=True, timeout=60, cwd=place, check=False,
                          env={**kept, "HOME": str(place), "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL)
    equal(done.returncode, 0, done.stdout + done.stderr)
    return json.loads(done.stdout)["poolers"][0], (place / "printed").read_text()


def topology_of(server, pooler, instances=1):
    return {"servers": {"main": {"url": server.url, "reserved": 2}},
            "poolers": {"bouncer": {"instances": instances, **pooler}},
            "services": {f"{role}-{name}": {"via": "bouncer", "role": role, "databases": [name],
                                            "at_most": 10, "rollout": "recreate"}
                         for role in ROLES for name in DATABASES}}


def columns_of(port):
    done = subprocess.run(["psql", "-XA", "-F", ",", f"postgresql://admin@127.0.0.1:{port}/pgbouncer",
                           "-c", "SHOW POOLS"], text=True, capture_output=True, check=True, env=clean_environment())
    return done.stdout.splitlines()[0].split(",")


def needs_pgbouncer():
    if shutil.which("pgbouncer") is None:
        if all_is_required():
            raise AssertionError("no pgbouncer on this machine")
        raise Skip("no pgbouncer on this machine")


def judge(server, pooler, instances=1):
    """Returns what was predicted and what was seen, once nothing seen was more."""
    needs_pgbouncer()
    with tempfile.TemporaryDirectory(prefix="pgsize-pooler-") as made, contextlib.ExitStack() as stack:
        place = pathlib.Path(made)
        place.chmod(0o755)
        predicted, ini = recommended(topology_of(server, pooler, instances), place)
        ports = [stack.enter_context(bouncer(place, ini)) for _ in range(instances)]
        most = predicted["max_client_conn"]
        each = 2 * most // (len(DATABASES) * len(ROLES))  # twice the limit
        seen = asyncio.run(storm(ports, int(server.sql("SHOW port")), each, columns_of(ports[0])))
    assert seen["samples"] > 20 and seen["answers"] > 100, seen
    assert seen["refused"] and all("no more connections allowed" in said for said in seen["refused"]), \
        seen["refused"][:3]
    for port, clients in seen["clients"].items():
        assert clients <= most, (port, clients, most)
    limits = {(pool["database"], pool["role"]): pool["peak"] for pool in predicted["pools"]}
    for pair, count in seen["backends"].items():
        assert count <= limits[pair], (pair, count, limits)
    for (port, *pair), count in seen["servers"].items():
        assert count <= limits[tuple(pair)] // instances, (port, pair, count, limits)
    assert seen["total"] <= predicted["server_connections"], (seen["total"], predicted)
    print(f"# at most {seen['total']} server connections, predicted {predicted['server_connections']}; at most"
          f" {max(seen['clients'].values())} clients of {most}, {len(seen['refused'])} refused,"
          f" {seen['answers']} answers", flush=True)
    return predicted, seen


@test("own")
def transactions_with_a_reserve(server):
    predicted, seen = judge(server, {"default_pool_size": 3, "reserve_pool_size": 2, "max_client_conn": 60})
    equal(predicted["server_connections"], 20)
    assert seen["total"] > 4 * 3, "the reserve is used"


@test("own")
def sessions_with_a_reserve(server):
    predicted, seen = judge(server, {"mode": "session", "default_pool_size": 10, "reserve_pool_size": 2,
                                     "max_client_conn": 80})
    equal(predicted["server_connections"], 48)
    assert seen["total"] > 4 * 10, "the reserve is used"


@test("own")
def a_limit_of_each_database(server):
    predicted, seen = judge(server, {"default_pool_size": 3, "max_db_connections": 4, "max_client_conn": 60})
    equal(predicted["server_connections"], 8)
    equal(seen["total"], 8)
    assert max(seen["databases"].values()) <= 4, seen["databases"]


@test("own")
def two_instances_sized_by_pgsize(server):
    predicted, seen = judge(server, {"max_client_conn": 40}, instances=2)
    equal(predicted["server_connections"], 2 * 4 * predicted["default_pool_size"])
    assert seen["total"] > predicted["server_connections"] * 3 // 4, "they are used"


@test("own")
def names_of_databases(server):
    """Whatever they are called, PgBouncer starts, and serves those that its own version can name."""
    needs_pgbouncer()
    names = ["my-shop", "v1.2", "UPPER_case", "*", "pgbouncer", "we'ird", "line\nbreak = x", "x" * 64]
    topology = {"servers": {"main": {"url": server.url, "reserved": 2}}, "poolers": {"bouncer": {"default_pool_size": 1}},
                "services": {"api": {"via": "bouncer", "role": ROLES[0], "databases": names, "at_most": 1}}}
    with tempfile.TemporaryDirectory(prefix="pgsize-pooler-") as made:
        place = pathlib.Path(made)
        place.chmod(0o755)
        _, ini = recommended(topology, place)
        with bouncer(place, ini) as port:
            done = subprocess.run(["psql", "-XAt", f"postgresql://admin@127.0.0.1:{port}/pgbouncer", "-c", "SHOW DATABASES"],
                                  text=True, capture_output=True, check=True, env=clean_environment())
    equal(sorted(line.split("|")[0] for line in done.stdout.splitlines()), ["UPPER_case", "my-shop", "pgbouncer", "v1.2"])


# --- idle clients ---

IDLE_S = 3


async def idle_client(port, role):
    """Asks once, and is idle: whether it could ask again."""
    async with Client(port, "one", role) as client:
        await client.query("SELECT 1")
        await asyncio.sleep(IDLE_S)
        try:
            return await client.query("SELECT 1") == [["1"]]
        except (Refused, ConnectionError, asyncio.IncompleteReadError):
            return False


def idle_judge(server, pooler, role):
    needs_pgbouncer()
    with tempfile.TemporaryDirectory(prefix="pgsize-pooler-") as made:
        place = pathlib.Path(made)
        place.chmod(0o755)
        _, ini = recommended(topology_of(server, pooler), place)
        with bouncer(place, ini) as port:
            return asyncio.run(idle_client(port, role))


@test("own")
def idle_clients_are_ended_by_the_pooler(server):
    """What the rule idle-timeout takes for true, of client_idle_timeout as pgsize prints it."""
    equal(idle_judge(server, {"client_idle_timeout": "1s"}, "blue"), False)
    equal(idle_judge(server, {"client_idle_timeout": "1m"}, "blue"), True)
    equal(idle_judge(server, {}, "blue"), True)


@test("own")
def idle_clients_are_ended_by_the_server_in_session_mode_alone(server):
    server.sql("ALTER ROLE red SET idle_session_timeout = '1s'")
    try:
        equal(idle_judge(server, {"mode": "session"}, "red"), False)
        equal(idle_judge(server, {"mode": "transaction"}, "red"), True)
    finally:
        server.sql("ALTER ROLE red RESET idle_session_timeout")


PGSIZE = os.path.abspath(sys.argv[1])
sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
