#!/usr/bin/env python3
"""Do real clients open what pgsize says? Against a real server. TAP.

    clients_test.py PGSIZE CACHE_DIR [--all] [CLIENT]...

Each client gets the URL and the snippet as pgsize prints them, in a small program (programs/) that asks for
three times the limit of connections at once. The server counts. For each client:
- limit: never more, and at some time just as many, and every request succeeds; pool.idle_timeout is obeyed;
- default: without pgsize's settings the pool is as large as `pgsize list clients` says;
- foreign: what pgsize says of a URL parameter that is another client's: ignored, or a failure.

Without --all and CLIENTs: some clients that are quickly installed. CACHE_DIR: where npm puts packages, once.
The others are of Debian (cli/install-packages clients). A client that is not there is skipped; with CI=true or
SERVERS_REQUIRED=true it is a failure.
"""
import collections
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "server"))
from servers import Kind, Skip, Suite, all_is_required, clean_environment, equal

LIMIT, TIMES, HOLD_S = 4, 3, 0.4
MOST_JOBS_OF_DEFAULT = 45
TIMEOUT_S = 120

# How it is run; what it needs: packages of npm, or a command that succeeds; how long after its idle time-out
# it closes at the latest (None: it has no time-out), which is asked for in seconds; the pool without pgsize's
# settings; what is added to the URL, which it must leave alone.
Client = collections.namedtuple("Client", "run needs late_s idle_s plain url short", defaults=(
    None, 2, None, "", False))

PG_OPTIONS = "{ connectionString: process.env.DATABASE_URL }"
PYTHON_URL = 'os.environ["DATABASE_URL"]'
CLIENTS = {
    "node-postgres": Client("node", ["pg@8.23.1"], 2, plain=f"new Pool({PG_OPTIONS})", short=True),
    "postgres-js": Client("node", ["postgres@3.4.9"], 2, plain="postgres(process.env.DATABASE_URL)"),
    "drizzle": Client("node", ["drizzle-orm@0.45.4", "pg@8.23.1"], 2,
                      plain="drizzle({ connection: " + PG_OPTIONS + " })"),
    "typeorm": Client("node", ["typeorm@1.1.1", "pg@8.23.1"], 2,
                      plain="new DataSource({ type: 'postgres', url: process.env.DATABASE_URL })"),
    "sequelize": Client("node", ["sequelize@6.37.8", "pg@8.23.1"], 3,
                        plain="new Sequelize(process.env.DATABASE_URL)"),
    "knex": Client("node", ["knex@3.3.0", "pg@8.23.1"], 3,
                   plain="knex({ client: 'pg', connection: process.env.DATABASE_URL })"),
    "prisma-7": Client("node", ["prisma@7.10.1", "@prisma/client@7.10.0", "@prisma/adapter-pg@7.10.1",
                                "pg@8.23.1"], 2,
                       plain="new PrismaClient({ adapter: new PrismaPg(" + PG_OPTIONS + ") })"),
    "sqlalchemy": Client("python", "import sqlalchemy, psycopg2", plain=f"create_engine({PYTHON_URL})",
                         short=True),
    "sqlalchemy-async": Client("python", "import sqlalchemy, asyncpg",
                               plain=f"create_async_engine({PYTHON_URL})"),
    "psycopg-pool": Client("python", "import psycopg_pool", 3, plain=f"ConnectionPool({PYTHON_URL}, timeout=5)",
                           short=True),
    "asyncpg": Client("python", "import asyncpg", 2, plain=f"await asyncpg.create_pool({PYTHON_URL})"),
    "django": Client("python", "import django, psycopg2", plain=""),
    "hikaricp": Client("java", None, 3, idle_s=10,
                       plain="spring.datasource.url=${DATABASE_URL}"),
    "go-database-sql": Client("go", "lib/pq", 3, plain=""),
    "pgxpool": Client("go", "jackc/pgx/v4", 4, plain="", url="pool_health_check_period=1s"),
    "rails": Client("ruby", "active_record", 4, plain="", url="reaping_frequency=1"),
    "php": Client("python", None, plain="pm.max_children = 5"),
    "r2d2": Client("rust", ["r2d2"], 32,  # it looks every 30 s
                   plain="r2d2::Pool::builder().build(ConnectionManager::<PgConnection>::new("
                         'std::env::var("DATABASE_URL")?))?'),
}
NO_POOL = {"django"}  # Debian's is older than its pool
KEEPS_NONE = {"php"}
TEMPLATE_KEYS = "schema=public&connection_limit=99&application_name=pgsize-clients&connect_timeout=5"

SUITE = Suite("clients", {"own": Kind(None, ("--tcp", "--set", "max_connections=100"), (
    "CREATE ROLE app LOGIN", "CREATE DATABASE app OWNER app"))})


# --- what pgsize says ---

def pgsize(*arguments):
    done = subprocess.run([PGSIZE, *arguments], cwd=WORK, text=True, capture_output=True, check=False)
    equal(done.returncode in (0, 1), True, f"{arguments} {done.stderr}")
    return json.loads(done.stdout)


def recommended(server, name):
    """The service as `recommend` answers it, with that client and LIMIT."""
    client = CLIENTS[name]
    keys = TEMPLATE_KEYS + (f"&{client.url}" if client.url else "")
    api = {"client": name, "at_least": LIMIT, "at_most": LIMIT, "rollout": "recreate"}
    if client.late_s is not None:
        api["pool"] = {"idle_timeout": f"{client.idle_s}s"}
    topology = {"servers": {"main": {"max_connections": 100, "url": app_url(server) + "&" + keys}},
                "services": {"api": {**api, "env": {"url": "DATABASE_URL"}}}}
    (WORK / "topology.json").write_text(json.dumps(topology), encoding="utf-8")
    service = pgsize("recommend", "topology.json", "--offline", "--reveal", "--format", "json")["services"][0]
    equal(service["limit"], LIMIT)
    return service


def row(name):
    rows = pgsize("list", "clients", name, "--format", "json")
    return next(row for row in rows if row["id"] == name)


def app_url(server):
    return server.url_as("app", "app", sslmode="disable")  # lib/pq wants TLS otherwise


def plain_url(server, name):
    """Without any setting of pgsize's, in the client's own dialect."""
    done = subprocess.run([PGSIZE, "url", app_url(server), "--client", name, "--reveal"], text=True,
                          capture_output=True, check=True)
    return done.stdout.strip()


# --- the clients ---

def npm_home(name):
    """Where its packages are, put there once."""
    packages = CLIENTS[name].needs
    home = CACHE_DIR / re.sub(r"[^A-Za-z0-9.@]+", "-", " ".join(packages))
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as parts:
            new = pathlib.Path(parts) / "new"
            done = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund",
                                   "--ignore-scripts", "--prefix", new, *packages],
                                  stdout=sys.stderr, check=False)
            if done.returncode != 0:
                missing(f"npm cannot install {packages}")
            if name == "prisma-7":
                prisma_generate(new)
            with contextlib.suppress(OSError):  # another process was faster
                os.rename(new, home)
    return home


def prisma_generate(home):
    for source in (HERE / "prisma").iterdir():
        shutil.copy(source, home)
    environment = {**os.environ, "PRISMA_SCHEMA_ENGINE_BINARY": "/bin/true", "CHECKPOINT_DISABLE": "1",
                   "PRISMA_HIDE_UPDATE_MESSAGE": "1"}
    subprocess.run(["node", "node_modules/prisma/build/index.js", "generate"], cwd=home, env=environment,
                   stdout=sys.stderr, check=True)


def missing(what):
    if all_is_required():
        raise AssertionError(what)
    raise Skip(what)


def needs(command, what):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        missing(f"{what} is not here: cli/install-packages clients")


def write(file, name, snippet):
    """The program with the snippet in its place, as a user would put it there."""
    source = next((HERE / "programs").glob(f"{name}.*"))
    path = WORK / file
    path.write_text(source.read_text(encoding="utf-8").replace("@SNIPPET@", snippet), encoding="utf-8")
    return path


def node(name, snippet):
    home = npm_home(name)
    return ["node", write("program.js", name, snippet)], {"NODE_PATH": f"{home}/node_modules:{HERE}/jobs"}


def python(name, snippet):
    if CLIENTS[name].needs is not None:
        needs(["/usr/bin/python3", "-c", CLIENTS[name].needs], name)
    return (["/usr/bin/python3", "-B", write("program.py", name, snippet)],
            {"PYTHONPATH": str(HERE / "jobs")})


def go(name, snippet):
    needs(["test", "-d", f"/usr/share/gocode/src/github.com/{CLIENTS[name].needs}"], CLIENTS[name].needs)
    needs(["go", "version"], "go")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
                   "GOCACHE": str(CACHE_DIR / "go")}
    done = subprocess.run(["go", "build", "-o", WORK / "program", write("program.go", name, snippet)],
                          env=environment, cwd=WORK, text=True, capture_output=True, check=False)
    equal(done.returncode, 0, done.stderr)
    return [WORK / "program"], {}


def java(name, snippet):
    jars = [f"/usr/share/java/{jar}.jar" for jar in ("HikariCP", "postgresql", "slf4j-api", "slf4j-nop")]
    needs(["java", "--version"], "java")
    needs(["ls", *jars], name)
    return ["java", "-Dcom.zaxxer.hikari.housekeeping.periodMs=1000", "-cp", ":".join(jars),
            write("Program.java", name, snippet)], {}


def ruby(name, snippet):
    needs(["ruby", "-e", f"require '{CLIENTS[name].needs}'; require 'pg'"], name)
    return ["ruby", write("program.rb", name, snippet)], {}


CARGO_TOML = """\
[package]
name = "program"
version = "0.0.0"
edition = "2021"

[[bin]]
name = "program"
path = "program.rs"

[dependencies]
"""
CARGO_CONFIG = """\
[source.crates-io]
replace-with = "debian"

[source.debian]
directory = "/usr/share/cargo/registry"
"""


def rust(name, snippet):
    """With Debian's compiler and its crates: nothing is fetched."""
    crates = CLIENTS[name].needs
    needs(["sh", "-c", " && ".join(f"ls -d /usr/share/cargo/registry/{crate}-[0-9]*" for crate in crates)], name)
    needs(["/usr/bin/cargo", "--version"], "cargo")
    (WORK / ".cargo").mkdir(exist_ok=True)
    (WORK / ".cargo" / "config.toml").write_text(CARGO_CONFIG, encoding="utf-8")
    (WORK / "Cargo.toml").write_text(CARGO_TOML + "".join(f'{crate} = "*"\n' for crate in crates), encoding="utf-8")
    write("program.rs", name, snippet)
    environment = {**os.environ, "PATH": f"/usr/bin:{os.environ['PATH']}", "CARGO_HOME": str(WORK / "cargo"),
                   "RUSTC": "/usr/bin/rustc", "CARGO_TARGET_DIR": str(WORK / "target")}
    done = subprocess.run(["/usr/bin/cargo", "build", "--offline", "--quiet"], env=environment, cwd=WORK, text=True,
                          capture_output=True, check=False)
    equal(done.returncode, 0, done.stderr)
    return [WORK / "target" / "debug" / "program"], {}


RUNNERS = {"node": node, "python": python, "go": go, "java": java, "ruby": ruby, "rust": rust}


# --- what happens ---

class Watch:
    """Counts the role's sessions in the server, again and again."""

    def __init__(self, server):
        self.psql = subprocess.Popen(["psql", "-qXAt", server.url], text=True, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, env=clean_environment())
        self.counts = []  # of (time, count)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.psql.communicate()

    def watch(self):
        while not self.ended.is_set():
            self.psql.stdin.write("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app';\n")
            self.psql.stdin.flush()
            self.counts.append((time.monotonic(), int(self.psql.stdout.readline())))
            time.sleep(0.005)

    def peak(self):
        return max(count for _, count in self.counts)

    def now(self):
        return self.counts[-1][1]

    def fell_below(self, count, since, within_s):
        """When there were first fewer, in seconds after `since`."""
        while time.monotonic() < since + within_s:
            for at, number in self.counts:
                if at > since and number < count:
                    return at - since
            time.sleep(0.02)
        raise AssertionError(f"{within_s} s later there are still {self.now()}")


Result = collections.namedtuple("Result", "said peak kept fell_after_s seconds")


def run(server, name, url, snippet, jobs, idle_within_s=None):
    """What the program said, and what the server counted."""
    client = CLIENTS[name]
    command, environment = RUNNERS[client.run](name, snippet)
    environment = {**clean_environment(), **environment, "DATABASE_URL": url, "JOBS": str(jobs),
                   "HOLD": str(HOLD_S)}
    kept = fell_after_s = None
    with Watch(server) as watch, open(WORK / "stderr", "w+", encoding="utf-8") as errors:
        started = time.monotonic()
        program = subprocess.Popen(command, cwd=WORK, env=environment, text=True, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=errors)
        timer = threading.Timer(TIMEOUT_S, program.kill)
        timer.start()
        try:
            said = program.stdout.readline().strip()
            done = time.monotonic()
            if said == "done":
                time.sleep(0.25)
                kept = watch.now()
                if idle_within_s is not None:
                    fell_after_s = watch.fell_below(kept, done + 0.2, idle_within_s) + 0.2
            program.communicate()
        finally:
            timer.cancel()
            program.kill()
            program.wait()
        errors.seek(0)
        if not said:
            said = "nothing: " + errors.read()[-2000:]
    server.settle(0)
    return Result(said, watch.peak(), kept, fell_after_s, done - started)


def limit(server, name):
    client = CLIENTS[name]
    if name in NO_POOL:
        raise Skip("its pool came later than this version")
    service = recommended(server, name)
    within_s = None if client.late_s is None else client.idle_s + client.late_s
    result = run(server, name, service["url"], service["snippet"] or "", LIMIT * TIMES, within_s)
    print(f"# {name}: {result}", flush=True)
    equal((result.said, result.peak), ("done", LIMIT))
    equal(result.kept, 0 if name in KEEPS_NONE else LIMIT)
    if within_s is not None:
        equal(result.fell_after_s > client.idle_s - 0.8, True, f"too early: {result.fell_after_s} s")


def default(server, name):
    told = row(name)["default_limit"]
    jobs = min(TIMES * (told or 5), MOST_JOBS_OF_DEFAULT)
    result = run(server, name, plain_url(server, name), CLIENTS[name].plain, jobs)
    print(f"# {name}: {result}", flush=True)
    wanted = told
    if name == "pgxpool":
        wanted = max(4, os.cpu_count())
    elif told is None:  # unlimited, or one for each thread
        wanted = jobs
    equal((result.said, result.peak), ("done", wanted))


def foreign(server, name):
    url = plain_url(server, name)
    others = "nobodys_key=2"
    url += ("&" if "?" in url else "?") + others
    result = run(server, name, url, CLIENTS[name].plain, 2)
    print(f"# {name}: {result}", flush=True)
    told = row(name)["other_parameters"]
    equal(result.said == "done", told == "ignored", f"{told}: {result.said}")


def add_all(names):
    for name in names:
        for check in (limit, default, foreign):
            def function(server, check=check, name=name):
                check(server, name)
            function.__name__ = f"{name}_{check.__name__}"
            SUITE.test("own")(function)


if __name__ == "__main__":
    PGSIZE = os.path.abspath(sys.argv[1])
    CACHE_DIR = pathlib.Path(sys.argv[2]).absolute()
    chosen = sys.argv[3:]
    if not chosen:
        chosen = [name for name, client in CLIENTS.items() if client.short]
    add_all(CLIENTS if "--all" in chosen else chosen)
    with tempfile.TemporaryDirectory(prefix="pgsize-work-") as work:
        WORK = pathlib.Path(work)
        sys.exit(SUITE.run(None))
