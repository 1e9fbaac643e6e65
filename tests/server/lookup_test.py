#!/usr/bin/env python3
"""Names of hosts: looked up by all at once, within the deadline. Speaks TAP.

    lookup_test.py PGSIZE [CACHE_DIR]

Where this is root's, pgsize runs with a resolver of its own: a socket that answers late, or never.
"""
import contextlib
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from servers import Kind, Skip, Suite, equal, matches

PASSWORD = "s3cret-hunter2"
NAMESERVER = "127.77.77.77"
START_S = 0.3  # of unshare, and of the sanitizers
SUITE = Suite("lookup", {"own": Kind(None, ("--tcp", "--set", "log_connections=on", "--hba",
                                            "host all secret 127.0.0.1/32 scram-sha-256"),
                                     (f"CREATE ROLE secret LOGIN PASSWORD '{PASSWORD}'", "CREATE ROLE app LOGIN"))})
test = SUITE.test


class Resolver:
    """Says after a while that any name is 127.0.0.1, but nothing of names that begin with `never`."""

    def __init__(self, delay_s):
        self.delay_s = delay_s

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((NAMESERVER, 53))
        self.socket.settimeout(0.1)
        self.is_over = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()
        self.socket.close()

    def run(self):
        while not self.is_over:
            with contextlib.suppress(TimeoutError):
                question, address = self.socket.recvfrom(4096)
                if question[13:18] != b"never":
                    threading.Timer(self.delay_s, self.answer, (question, address)).start()

    def answer(self, question, address):
        end = question.index(b"\0", 12) + 5
        is_a = question[end - 4:end - 2] == b"\0\1"
        head = question[:2] + struct.pack("!HHHHH", 0x8180, 1, 1 if is_a else 0, 0, 0)
        found = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + bytes([127, 0, 0, 1]) if is_a else b""
        with contextlib.suppress(OSError):
            self.socket.sendto(head + question[12:end] + found, address)


def own_resolver():
    """What a command begins with to see it."""
    (WORK / "resolv.conf").write_text(f"nameserver {NAMESERVER}\n", encoding="utf-8")
    prefix = ["unshare", "-m", "sh", "-c", f'mount --bind {WORK}/resolv.conf /etc/resolv.conf && exec "$@"', "sh"]
    if os.geteuid() != 0 or subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode:
        raise Skip("only root can have another resolver")
    return prefix


def asked(urls, *options, prefix=(), status=0, **variables):
    topology = {"servers": {name: {"url": url} for name, url in urls.items()},
                "services": {f"of-{name}": {"server": name} for name in urls}}
    (WORK / "names.json").write_text(json.dumps(topology), encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if key == "PATH" or key.endswith("SAN_OPTIONS")}
    start = time.monotonic()
    done = subprocess.run([*prefix, PGSIZE, "recommend", "names.json", "--format", "json", *options], text=True, cwd=WORK,
                          env={**kept, "HOME": str(WORK), "LC_ALL": "C.UTF-8", **variables}, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)
    seconds = time.monotonic() - start
    equal(done.returncode, status, done.stdout + done.stderr)
    return done, seconds


@test("own")
def a_resolver_that_hangs_hides_nobody(server):
    prefix = own_resolver()
    urls = {"alive": server.url, "hanging": "postgresql://app@never.example/core",
            "list": server.url.replace("@127.0.0.1:", "@never.example:5432,127.0.0.1:")}
    with Resolver(0):
        done, seconds = asked({"alone": urls["hanging"]}, "--timeout", "3s", prefix=prefix, status=4)
        equal(3 <= seconds <= 3.3 + START_S, True, seconds)
        equal(done.stdout, "")
        matches(done.stderr, '^pgsize: server alone does not answer: host name "never.example" was not looked up '
                             "within 3 s\n  check .*\n$")
        done, seconds = asked(urls, "--timeout", "3s", prefix=prefix, status=4)
    equal(3 <= seconds <= 3.3 + START_S, True, seconds)
    equal([facts["source"] for facts in json.loads(done.stdout)["servers"]], ["live", None, None])
    server.settle(0)


@test("own")
def names_are_looked_up_at_once(server):
    prefix = own_resolver()
    urls = {f"s{number}": server.url.replace("@127.0.0.1:", f"@s{number}.example:") for number in range(20)}
    with Resolver(0.4):
        done, seconds = asked(urls, prefix=prefix)
    equal([facts["source"] for facts in json.loads(done.stdout)["servers"]], ["live"] * 20)
    equal(seconds < 4, True, f"{seconds}: one after the other, they take 8 s")
    server.settle(0)


@test("own")
def a_name_stays_a_name(server):
    """For the password file, and in what is said; whatever its addresses are."""
    named = server.url_as("secret").replace("127.0.0.1", "localhost")
    (WORK / "passwords").write_text(f"localhost:*:*:secret:{PASSWORD}\n", encoding="utf-8")
    (WORK / "passwords").chmod(0o600)
    for url, variables in ((named, {}), (named.replace("localhost", "127.0.0.1:1,localhost").replace(":1,", ",", 1), {}),
                           (named.replace("localhost:", ":"), {"PGHOST": "localhost"})):
        asked({"one": url}, PGPASSFILE="passwords", **variables)
    (WORK / "services.conf").write_text(f"[one]\nhost=localhost\nport={named.split(':')[2].split('/')[0]}\nuser=secret\n"
                                        "dbname=postgres\n", encoding="utf-8")
    asked({"one": "service=one"}, PGPASSFILE="passwords", PGSERVICEFILE="services.conf")
    done, _ = asked({"one": named}, status=4)
    matches(done.stderr, r'connection to server at "localhost" \(127.0.0.1\), port \d+ failed: .*no password supplied')
    done, _ = asked({"one": "postgresql://app@localhost:1/core"}, status=4)
    matches(done.stderr, r'server at "localhost" \(127.0.0.1\), port 1 failed: Connection refused\n  nobody listens there')
    done, _ = asked({"one": "postgresql://app@nobody.invalid,127.0.0.1:1/core"}, status=4)
    matches(done.stderr, r'could not translate host name "nobody.invalid" to address: [^;]+; connection to server at "127')
    # Where hostaddr is given, no name is looked up.
    url = named.replace("localhost", "nobody.invalid") + "?hostaddr=127.0.0.1"
    (WORK / "passwords").write_text(f"nobody.invalid:*:*:secret:{PASSWORD}\n", encoding="utf-8")
    asked({"one": url}, PGPASSFILE="passwords")
    server.settle(0)


if __name__ == "__main__":
    PGSIZE = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pgsize-work-") as work:
        WORK = pathlib.Path(work)
        sys.exit(SUITE.run(sys.argv[2] if len(sys.argv) > 2 else None))
