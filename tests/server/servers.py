"""What tests with real servers share: throw-away servers, who is connected to them, and the running of the
tests, which speaks TAP. It knows nothing of pgsize.

Which PostgreSQL there is depends on the machine: its own, and others that `pg fetch` downloads once. A test
whose server cannot be had is skipped; with CI=true or SERVERS_REQUIRED=true it fails instead.
"""
import collections
import concurrent.futures
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

PG = pathlib.Path(__file__).resolve().parent / "pg"


# --- assertions ---

def equal(got, wanted, why=""):
    if got != wanted:
        raise AssertionError(f"got {got!r}, wanted {wanted!r} {why}")


def matches(got, pattern):
    if re.search(pattern, got) is None:
        raise AssertionError(f"got {got!r}, wanted /{pattern}/")


class Skip(Exception):
    """Raised by a test that cannot say anything here, and why."""


# --- a server ---

def clean_environment():
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}


class Server:
    def __init__(self, place, *options):
        self.directory = place
        self.options = options

    def __enter__(self):
        done = subprocess.run([PG, "start", self.directory, *self.options], text=True,
                              stdout=subprocess.PIPE, check=True)
        self.url = done.stdout.strip()
        return self

    def __exit__(self, *_):
        subprocess.run([PG, "stop", self.directory], check=True)

    def url_as(self, role=None, database=None, **parameters):
        url = self.url
        if role is not None:
            url = url.replace("//postgres@", f"//{role}@")
        if database is not None:
            url = re.sub("/postgres$", f"/{database}", url)
        return url + ("?" + urllib.parse.urlencode(
            parameters, quote_via=urllib.parse.quote) if parameters else "")

    def sql(self, *statements, url=None):
        commands = [part for statement in statements for part in ("-c", statement)]
        done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url or self.url, *commands],
                              env=clean_environment(), text=True, capture_output=True, check=False)
        equal(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def log(self):
        return (self.directory / "log").read_text(errors="replace")

    @contextlib.contextmanager
    def sessions(self, count, role=None, database=None, url=None, **parameters):
        """Holds idle sessions, beside those that are there."""
        before = client_backends(self.postmaster())
        held = []
        try:
            for _ in range(count):
                held.append(subprocess.Popen(
                    ["psql", "-qXAt", url or self.url_as(role, database, **parameters)],
                    env=clean_environment(), text=True, stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE))
            for session in held:
                session.stdin.write("SELECT 'ready';\n")
                session.stdin.flush()
            for session in held:
                equal(session.stdout.readline(), "ready\n")
            yield held
        finally:
            for session in held:
                with contextlib.suppress(BrokenPipeError):  # of one that never got in
                    session.stdin.close()
                session.wait()
                session.stdout.close()
            self.settle(before)

    def postmaster(self):
        return int((self.directory / "data" / "postmaster.pid").read_text().split()[0])

    def settle(self, expected):
        """A slot is free only once its backend has exited. Looks at processes, not through a slot."""
        for _ in range(200):
            if client_backends(self.postmaster()) <= expected:
                return
            time.sleep(0.02)
        raise AssertionError("sessions do not end")


def client_backends(postmaster):
    count = 0
    children = pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for child in children:
        with contextlib.suppress(OSError):
            title = pathlib.Path(f"/proc/{child}/cmdline").read_bytes().rstrip(b"\0 ").decode(
                errors="replace")
            count += " [local] " in title or re.search(r" 127\.0\.0\.1\(\d+\) ", title) is not None
    return count


# --- the tests, by the kind of server that they need ---

# A major version, or None for the machine's newest; options of `pg start`; statements to begin with.
Kind = collections.namedtuple("Kind", "major options sql", defaults=((), ()))


class Suite:
    """With `ahead`, the next servers start while tests run: not where tests measure time."""

    def __init__(self, name, kinds, ahead=False):
        self.name, self.kinds, self.ahead = name, kinds, ahead
        self.tests, self.failed, self.number = [], [], 0

    def test(self, *needs):
        """The function is called with a server of a kind, once for each; of kind None: without any."""
        def add(function):
            self.tests += [(kind, function) for kind in needs]
            return function
        return add

    def run(self, cache_dir):
        """Status of the program. With a cache_dir, versions that the machine lacks are fetched there."""
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
        print(f"1..{len(self.tests)}", flush=True)
        with tempfile.TemporaryDirectory(prefix=f"pgsize-{self.name}-") as place:
            os.chmod(place, 0o755)
            names = list(dict.fromkeys(kind for kind, _ in self.tests))
            with Starting(self.kinds, pathlib.Path(place), cache_dir) as starting:
                for number, name in enumerate(names):
                    for one in names[number:number + (3 if self.ahead else 1)]:
                        starting.begin(one)
                    functions = [function for kind, function in self.tests if kind == name]
                    self.run_kind(name, functions, starting)
        return 1 if self.failed else 0

    def run_kind(self, name, functions, starting):
        if name is None:
            for function in functions:
                self.run_test(function)
            return
        try:
            server = starting.await_one(name)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            self.run_none(name, functions, f"its server does not start: {error}", True)
            return
        if server is None:
            self.run_none(name, functions, f"no PostgreSQL {self.kinds[name].major or 'on this machine'}",
                          all_is_required())
            return
        for function in functions:
            self.run_test(function, server)
        starting.end(name)

    def run_none(self, name, functions, why, is_failure):
        for function in functions:
            self.number += 1
            label = f"{name}/{function.__name__}"
            if is_failure:
                print(f"not ok {self.number} - {label}\n# {why}", flush=True)
                self.failed.append(label)
            else:
                print(f"ok {self.number} - {label} # SKIP {why}", flush=True)

    def run_test(self, function, *arguments):
        self.number += 1
        label = "/".join([server.directory.name for server in arguments] + [function.__name__])
        try:
            function(*arguments)
            print(f"ok {self.number} - {label}", flush=True)
        except Skip as why:
            print(f"ok {self.number} - {label} # SKIP {why}", flush=True)
        except Exception:  # whatever it is, the next test shall run
            print(f"not ok {self.number} - {label}")
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
            self.failed.append(label)


class Starting:
    """Servers that start, two at a time, and those that run; at the end, none does."""

    def __init__(self, kinds, place, cache_dir):
        self.kinds, self.place, self.cache_dir = kinds, place, cache_dir
        self.begun, self.running = {}, {}

    def __enter__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(2)
        return self

    def __exit__(self, *_):
        for future in self.begun.values():
            future.cancel()
        self.pool.shutdown()
        for name in list(self.running):
            self.end(name)

    def begin(self, name):
        if name is not None and name not in self.begun:
            self.begun[name] = self.pool.submit(self.start, name)

    def start(self, name):
        kind = self.kinds[name]
        bindir = server_bin(kind.major, self.cache_dir, self.place)
        if bindir is None:
            return None
        server = Server(self.place / name, "--bin", bindir, *kind.options)
        self.running[name] = server.__enter__()
        if kind.sql:
            server.sql(*kind.sql)
        return server

    def await_one(self, name):
        """None: the machine has no such version."""
        return self.begun[name].result()

    def end(self, name):
        self.running.pop(name).__exit__()


def all_is_required():
    """Whether what cannot be had is a failure."""
    return "true" in (os.environ.get("CI"), os.environ.get("SERVERS_REQUIRED"))


def own_bins():
    """Directories of the machine's own servers, and their major versions, the newest first."""
    bindirs = set(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if shutil.which("pg_ctl") is not None:
        bindirs.add(pathlib.Path(shutil.which("pg_ctl")).resolve().parent)
    found = []
    for bindir in bindirs:
        with contextlib.suppress(OSError):
            told = subprocess.run([bindir / "postgres", "--version"], text=True, check=False,
                                  stdout=subprocess.PIPE)
            if (bindir / "initdb").exists() and told.returncode == 0:
                found.append((re.search(r"\d+", told.stdout)[0], bindir))
    return sorted(found, key=lambda pair: int(pair[0]), reverse=True)


def server_bin(major, cache_dir, place):
    """The machine's own server where it is of that version, else one that is fetched. None: neither."""
    for number, bindir in own_bins():
        if major in (None, number):
            return bindir
    if cache_dir is None or major is None:
        return None
    done = subprocess.run([PG, "fetch", major, cache_dir], text=True, stdout=subprocess.PIPE,
                          check=False)
    return for_everybody(pathlib.Path(done.stdout.strip()), place) if done.returncode == 0 else None


def for_everybody(bindir, place):
    """Of root's own directories the user who runs the server sees nothing: then a copy."""
    if os.geteuid() != 0 or all(above.stat().st_mode & 1 for above in bindir.parents):
        return bindir
    native = bindir.parent
    copy = place / native.parents[1].name
    shutil.copytree(native, copy, symlinks=True)
    return copy / "bin"
