"""php-fpm with the pool of the snippet, and as many requests at once as there are jobs, over FastCGI."""
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import time

import jobs

PAGE = """<?php
$url = parse_url(getenv('DATABASE_URL'));
parse_str($url['query'] ?? '', $keys);
$dsn = "pgsql:host={$url['host']};port={$url['port']};dbname=" . substr($url['path'], 1);
foreach ($keys as $key => $value)
    $dsn .= ";$key=$value";
$pdo = new PDO($dsn, $url['user']);
$pdo->query('SELECT pg_sleep(' . getenv('HOLD') . ')');
echo 'slept';
"""
CONFIGURATION = """[global]
error_log = {home}/log
[www]
{user}
listen = {home}/socket
pm = static
clear_env = no
@SNIPPET@
"""


def fpm():
    found = [shutil.which("php-fpm")] + sorted(map(str, pathlib.Path("/usr/sbin").glob("php-fpm[0-9]*")))
    return [path for path in found if path][-1]


def record(kind, content):
    return struct.pack("!BBHHBx", 1, kind, 1, len(content), 0) + content


def pair(name, value):
    name, value = name.encode(), value.encode()
    return struct.pack("!II", len(name) | 1 << 31, len(value) | 1 << 31) + name + value


def request(home):
    parameters = {"SCRIPT_FILENAME": f"{home}/page.php", "REQUEST_METHOD": "GET", "SCRIPT_NAME": "/page.php"}
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect(f"{home}/socket")
        stream.sendall(record(1, struct.pack("!HB5x", 1, 0))
                       + record(4, b"".join(pair(*item) for item in parameters.items()))
                       + record(4, b"") + record(5, b""))
        answer = b"".join(iter(lambda: stream.recv(65536), b""))
    if b"slept" not in answer:
        raise RuntimeError(answer[:400].decode(errors="replace"))


with tempfile.TemporaryDirectory() as home:
    os.chmod(home, 0o755)
    user = "user = nobody" if os.geteuid() == 0 else ""
    pathlib.Path(home, "page.php").write_text(PAGE)
    pathlib.Path(home, "fpm.conf").write_text(CONFIGURATION.format(home=home, user=user))
    manager = subprocess.Popen([fpm(), "-F", "-y", f"{home}/fpm.conf"], stdin=subprocess.DEVNULL)
    jobs.before_failing.append(manager.terminate)
    try:
        while not os.path.exists(f"{home}/socket"):
            if manager.poll() is not None:
                jobs.fail(RuntimeError(pathlib.Path(home, "log").read_text()))
            time.sleep(0.02)
        jobs.threads(lambda _: request(home))
    finally:
        manager.terminate()
        manager.wait()
