#!/usr/bin/env python3
"""The listener of watch, with clients that behave and clients that do not: listen_test.py METRICS_LOOK   (TAP)

Each scene is a listener of its own (metrics_look listen), driven by poll(2) as the watch drives it. Through all of it
a client that behaves must be answered, and memory and descriptors must not grow.
"""
import contextlib
import http.client
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time

LOOK = os.path.abspath(sys.argv[1])
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
# What Prometheus 2 and 3 send.
PROMETHEUS = ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
              "text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
CONNECTIONS = 16
LIFE_S = 10
points = []


def point(passed, name, why=""):
    points.append(bool(passed))
    print(f"{'ok' if passed else 'not ok'} {len(points)} - {name}", flush=True)
    if not passed:
        print(f"# {str(why)[:1000]}")


@contextlib.contextmanager
def listener(scene="seen", where="0"):
    """(host, port) and the process of a listener that ends well."""
    # A sanitizer keeps what was freed for a while: not so long that it looks like a leak.
    kept = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
    process = subprocess.Popen([LOOK, "listen", where, scene], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=kept)
    try:
        host, port = process.stdout.readline().decode().strip().rsplit(":", 1)
        yield host.strip("[]"), int(port), process
    finally:
        process.stdin.close()
        status = process.wait(timeout=30)
        process.stdout.close()
        if status != 0:
            point(False, f"the listener of {scene} ends well", f"status {status}")


def ask(port, path="/metrics", method="GET", host="127.0.0.1", body=None, **headers):
    connection = http.client.HTTPConnection(host, port, timeout=LIFE_S * 2)
    connection.request(method, path, body=body, headers={name.replace("_", "-"): value
                                                         for name, value in headers.items()})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def raw(port, data, wait=True):
    """All that is answered to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIFE_S * 2) as client:
        client.sendall(data)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while wait and (part := client.recv(65536)):
                answer += part
        return answer


def answers():
    with listener() as (host, port, _):
        point(host == "127.0.0.1", "a port alone is one of the loopback interface", host)
        response, content = ask(port, Accept=PROMETHEUS)
        point(response.status == 200 and response.getheader("Content-Type") == OPENMETRICS
              and content.endswith(b"\n# EOF\n") and b"# TYPE pgsize_samples counter\n" in content,
              "who takes OpenMetrics gets it", response.getheaders())
        response, content = ask(port)
        point(response.status == 200 and response.getheader("Content-Type") == TEXT
              and b"# TYPE pgsize_samples_total counter\n" in content, "others get Prometheus' text", response.getheaders())
        point(response.getheader("Connection") == "close", "each connection is one request", response.getheaders())
        length = response.getheader("Content-Length")
        response, content = ask(port, method="HEAD")
        point(response.status == 200 and content == b"" and response.getheader("Content-Length") == length,
              "HEAD is GET without a body", (response.getheaders(), content))
        response, content = ask(port, "/metrics?x=1")
        point(response.status == 200, "a query changes nothing", response.status)
        for path in ("/", "/metrics/", "/healthz/x", "//metrics", "/../metrics", "/METRICS", "/" + "a" * 3000):
            response, content = ask(port, path)
            point(response.status == 404, f"404: {path[:20]}", (response.status, content))
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"):
            response, content = ask(port, method=method, body=b"x" * 10)
            point(response.status == 405 and response.getheader("Allow") == "GET, HEAD", f"405: {method}",
                  (response.status, response.getheaders()))
        answer = raw(port, b"GET /metrics HTTP/1.0\r\n\r\n")
        point(answer.startswith((b"HTTP/1.0 200", b"HTTP/1.1 200")) and b"\r\n\r\n# HELP" in answer, "HTTP/1.0", answer[:200])
        answer = raw(port, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        point(answer.count(b"HTTP/1.1 200") == 1, "a second request on one connection is not read", answer[:200])


def health():
    for scene, status, body in (("seen", 200, b"ok\n"), ("full", 200, b"ok\n"), ("lost", 200, b"ok\n"),
                                ("none", 503, b"core: not observed yet\n"),
                                ("stale", 503, b"core: not observed for 600 s: the server said nothing\n")):
        with listener(scene) as (_, port, __):
            response, content = ask(port, "/healthz")
            said = re.sub(rb"60\d", b"600", content)
            point(response.status == status and said == body, f"/healthz is {status}: {scene}", (response.status, content))


def addresses():
    with listener(where="[::1]:0") as (host, port, _):
        response, content = ask(port, host=host)
        point(response.status == 200, "IPv6", response.status)
    with listener(where="0.0.0.0:0") as (host, port, _):
        point(host == "0.0.0.0" and ask(port)[0].status == 200, "all interfaces, where asked for", host)
    with listener() as (_, port, __):
        done = subprocess.run([LOOK, "listen", str(port), "seen"], stdin=subprocess.DEVNULL, capture_output=True,
                              check=False, timeout=30)
        point(done.returncode == 2 and f"--listen: cannot listen on 127.0.0.1:{port}: Address already in use"
              in done.stderr.decode() and "choose another port" in done.stderr.decode(), "a port that is taken",
              done.stderr)
    with listener(where=str(port)) as (_, again, __):
        point(again == port, "a port that was just given back", again)
    done = subprocess.run([LOOK, "listen", "192.0.2.1:9187", "seen"], stdin=subprocess.DEVNULL, capture_output=True,
                          check=False, timeout=30)
    point(done.returncode == 2 and "no such address" in done.stderr.decode(), "an address of another machine", done.stderr)


def garbage():
    random.seed(9187)
    requests = [b"", b"\r\n" * 1000, b"\0" * 10000, b"GET", b"GET /metrics\r\n\r\n", b"GET  HTTP/1.1\r\n\r\n",
                b"GET /metrics HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
                b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"A: " + b"b" * 20000 + b"\r\n\r\n",
                b"GET /metrics HTTP/1.1\r\n" + b"".join(b"H%d: x\r\n" % i for i in range(2000)) + b"\r\n",
                b"GET /" + b"m" * 100000 + b" HTTP/1.1\r\n\r\n", b"GET /%00metrics%zz%ff HTTP/1.1\r\nHost: x\r\n\r\n",
                b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
                b"POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                b"GET /metrics HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
                *(random.randbytes(random.randrange(1, 5000)) for _ in range(60)),
                *(b"GET /metrics HTTP/1.1\r\n" + random.randbytes(random.randrange(1, 3000)) for _ in range(60))]
    with listener("many") as (_, port, process):
        for request in requests:
            with contextlib.suppress(ConnectionError):
                raw(port, request, wait=False)
        response, content = ask(port)
        point(response.status == 200 and len(content) > 50000, f"{len(requests)} times garbage, then a request",
              response.status)
        big = raw(port, requests[8])
        point(big.startswith(b"HTTP/1.1 4") or big == b"", "a header of 20,000 bytes", big[:100])
        point(process.poll() is None, "it still runs")


def resident_kib(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def descriptors(process):
    """How many are open, in a moment: who was answered is closed shortly after."""
    time.sleep(0.02)
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def memory():
    with listener("many") as (_, port, process):
        def round_of(count):
            for _ in range(count):
                ask(port)
            return resident_kib(process), min(descriptors(process) for _ in range(20))
        before, after = round_of(150), round_of(150)
        point(after[0] - before[0] < 1024 and after[1] <= before[1], "memory and descriptors stay what they were",
              (before, after))


def slow():
    """Clients that hold all connections, each in its way; then one that behaves."""
    ways = {"nothing is sent": (b"", b""), "a byte a second": (b"GET /metrics HTTP/1.1\r\nX: ", b"x"),
            "an empty line a second": (b"", b"\r\n")}
    for name, (first, then) in ways.items():
        with listener() as (_, port, __):
            clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
            ended = threading.Event()

            def trickle(clients=clients, first=first, then=then, ended=ended):
                for client in clients:
                    with contextlib.suppress(OSError):
                        client.sendall(first)
                while not ended.wait(1):
                    for client in clients:
                        with contextlib.suppress(OSError):
                            client.sendall(then)
            thread = threading.Thread(target=trickle)
            thread.start()
            began = time.monotonic()
            response, _ = ask(port)
            took = time.monotonic() - began
            ended.set()
            thread.join()
            point(response.status == 200 and took < LIFE_S / 2, f"answered although {CONNECTIONS} stand there: {name}",
                  f"{response.status} after {took:.1f} s")
            for client in clients:
                client.close()


def reader_that_stops():
    """It asks for much and takes nothing: it is ended, and others are served meanwhile."""
    with listener("many") as (_, port, __):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            point(ask(port)[0].status == 200, "others are served while one does not read")


def crowd():
    with listener("many") as (_, port, __):
        statuses = []

        def one():
            with contextlib.suppress(OSError, http.client.HTTPException):
                statuses.append(ask(port)[0].status)
        threads = [threading.Thread(target=one) for _ in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        point(statuses.count(200) == 60, "60 at a time are all answered", statuses)


def lifetime():
    """Nobody else comes, and it is ended all the same."""
    with listener() as (_, port, __), socket.create_connection(("127.0.0.1", port), timeout=3) as client:
        began, ended = time.monotonic(), False
        client.settimeout(0.5)
        while not ended and time.monotonic() - began < LIFE_S + 5:
            try:
                client.sendall(b"G")
                ended = client.recv(1000) == b""
            except TimeoutError:
                pass
            except OSError:
                ended = True
        took = time.monotonic() - began
        point(ended and LIFE_S - 1 < took < LIFE_S + 3, "a connection that trickles ends", f"{ended} after {took:.1f} s")


for test in (answers, health, addresses, garbage, memory, reader_that_stops, crowd, slow, lifetime):
    test()
print(f"1..{len(points)}")
sys.exit(not all(points))
