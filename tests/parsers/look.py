"""What libpq and SQLAlchemy see in each URL on standard input: a line of JSON each, for parsers_test.py."""
import ctypes
import ctypes.util
import json
import sys

from sqlalchemy.engine import make_url


class Option(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("keyword", "envvar", "compiled", "val", "label", "dispchar")]
    _fields_ += [("dispsize", ctypes.c_int)]


LIBPQ = ctypes.CDLL(ctypes.util.find_library("pq"))
LIBPQ.PQconninfoParse.restype = ctypes.POINTER(Option)
LIBPQ.PQconninfoParse.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)]
LIBPQ.PQconninfoFree.argtypes = [ctypes.POINTER(Option)]


def libpq(string):
    error = ctypes.c_char_p()
    options = LIBPQ.PQconninfoParse(string.encode(), ctypes.byref(error))
    if not options:
        return {"error": (error.value or b"").decode(errors="replace")}
    found, index = {}, 0
    while options[index].keyword is not None:
        found[options[index].keyword.decode()] = (options[index].val or b"").decode(errors="replace")
        index += 1
    LIBPQ.PQconninfoFree(options)
    return {"host": found["host"], "port": found["port"], "user": found["user"], "password": found["password"],
            "database": found["dbname"]}


def texts(value):
    return ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def sqlalchemy(string):
    try:
        url = make_url(string)
        query = dict(url.query)  # which psycopg2 hands to libpq, where it wins
        return {"host": texts(query.get("host", url.host)), "port": texts(query.get("port", url.port)),
                "user": texts(query.get("user", url.username)), "password": texts(query.get("password", url.password)),
                "database": texts(query.get("dbname", url.database))}
    except Exception as error:  # of whatever kind: it is not accepted
        return {"error": str(error)}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"libpq": libpq, "sqlalchemy": sqlalchemy}[asked["parser"]](asked["string"])))
