"""Servers that misbehave: sockets that speak as much of PostgreSQL's protocol as a test wants."""
import contextlib
import socket
import struct
import threading

PASSWORD = "s3cret-hunter2"


def message(kind, body=b""):
    return kind + struct.pack("!I", len(body) + 4) + body


def parameter(name, value):
    return message(b"S", name.encode() + b"\0" + value.encode() + b"\0")


def rows(columns, *values):
    """A RowDescription, its DataRows and the end of the command; None is NULL."""
    description = struct.pack("!H", columns) + b"".join(
        b"c\0" + struct.pack("!IhIhih", 0, 0, 25, -1, -1, 0) for _ in range(columns))
    data = b"".join(message(b"D", struct.pack("!H", len(row)) + b"".join(
        struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
        for value in row)) for row in values)
    return message(b"T", description) + data + command(f"SELECT {len(values)}")


def command(tag):
    return message(b"C", tag.encode() + b"\0")


def error(**fields):
    return message(b"E", b"".join(
        key.encode() + value.encode() + b"\0" for key, value in fields.items()) + b"\0")


READY = message(b"Z", b"I")


def welcome(version="15.18"):
    return (message(b"R", struct.pack("!I", 0)) + parameter("server_version", version)
            + parameter("client_encoding", "UTF8") + READY)


class Impostor:
    """Listens on 127.0.0.1, and answers a startup packet and then a query with the bytes given; None is
    silence. One that closes does so after the last that it has."""

    def __init__(self, to_startup=None, to_query=None, closes=False):
        self.to_startup, self.to_query, self.closes = to_startup, to_query, closes
        self.startups, self.queries, self.connections = [], [], 0

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"postgresql://app:{PASSWORD}@127.0.0.1:{self.port}/core"
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError, struct.error), connection:
            while True:
                length, code = struct.unpack("!II", connection.recv(8, socket.MSG_WAITALL))
                body = connection.recv(length - 8, socket.MSG_WAITALL) if length > 8 else b""
                if code != 80877103:  # SSLRequest
                    break
                connection.sendall(b"N")
            self.startups.append(body)
            if self.to_startup is not None:
                connection.sendall(self.to_startup)
                if self.closes and self.to_query is None:
                    return
                kind, length = struct.unpack("!cI", connection.recv(5, socket.MSG_WAITALL))
                body = connection.recv(length - 4, socket.MSG_WAITALL)
                if kind != b"Q":
                    return
                self.queries.append(body)
                if self.to_query is not None:
                    connection.sendall(self.to_query)
                if self.closes:
                    return
            while connection.recv(4096):
                pass
