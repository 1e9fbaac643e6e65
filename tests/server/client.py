"""A session of PostgreSQL on a socket, without a library or a process of its own: many of them cost nearly
nothing, and a refusal is its SQLSTATE. It logs in where it is trusted, and asks nothing.
"""
import socket
import struct


class Refused(Exception):
    """The server said no; `args[0]` is the SQLSTATE."""


class Session:
    def __init__(self, server, role, database="postgres", replication=False):
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.settimeout(30)
            self.socket.connect(str(server.directory / ".s.PGSQL.5432"))
            words = {"user": role, "database": database, "application_name": "session"}
            if replication:
                words["replication"] = "true"
            body = b"\0\3\0\0" + b"".join(part.encode() + b"\0" for pair in words.items() for part in pair) + b"\0"
            self.socket.sendall(struct.pack("!I", len(body) + 4) + body)
            self.wait()
        except BaseException:
            self.close()
            raise

    def wait(self):
        """Until it is ready for a query."""
        while True:
            kind, length = struct.unpack("!cI", self.receive(5))
            body = self.receive(length - 4)
            if kind == b"E":
                fields = {field[:1]: field[1:].decode() for field in body.split(b"\0") if field}
                raise Refused(fields[b"C"])
            if kind == b"Z":
                return

    def receive(self, count):
        """A server that has no slot may close the socket at once, behind its error."""
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError("the server closed the connection")
            data += part
        return data

    def close(self):
        self.socket.close()


def fill(server, role, most, database="postgres"):
    """Sessions until the server refuses one for want of a slot; more than `most` are an error."""
    held = []
    try:
        while len(held) <= most:
            held.append(Session(server, role, database))
    except Refused as refused:
        if refused.args[0] != "53300":
            raise
        return held
    raise AssertionError(f"more than {most} of {role}")
