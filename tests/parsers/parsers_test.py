#!/usr/bin/env python3
"""Do the clients' own parsers see in a URL what pgsize sees? TAP.

    parsers_test.py URL_LOOK CACHE_DIR [COUNT [SEED]]      or PGSIZE_TEST_INSTANCES, PGSIZE_TEST_SEED

libpq's PQconninfoParse, node's pg-connection-string, postgres.js and URL standard, and SQLAlchemy's make_url, on
COUNT URLs made at random, half of them hostile:
- raw: what each accepts, and the host, port, user, password and database that it sees there;
- made: what it sees in what pgsize makes of the URL for this client.
A difference must be in the table of those that are known, with its reason; others fail, and so does a row
that no URL needs any more, where there are 20,000.
"""
import contextlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
URL_LOOK = os.path.abspath(sys.argv[1])
CACHE_DIR = pathlib.Path(sys.argv[2]).resolve()
COUNT = int(sys.argv[3] if len(sys.argv) > 3 else os.environ.get("PGSIZE_TEST_INSTANCES", 4000))
SEED = int(sys.argv[4] if len(sys.argv) > 4 else os.environ.get("PGSIZE_TEST_SEED", 20260301))
ALL_ROWS_COUNT = 20000  # so many URLs need every row of the table
PACKAGES = ["pg-connection-string@2.14.1", "postgres@3.4.9"]
MADE_FOR = {"node-postgres": "node-postgres", "postgres-js": "postgres-js", "sqlalchemy": "sqlalchemy",
            "libpq": "r2d2"}
PARSERS = ("libpq", "node-postgres", "postgres-js", "whatwg", "sqlalchemy")
PARTS = ("host", "port", "user", "password", "database")


# --- URLs ---

PIECES = ["u", ":", "p", "@", "h", "/", "d", "?", "&", "=", "#", ",", "[::1]", "5432", "1", "%2F", "%40", "%3A", "%",
          "user=a", "password=", "host=", "host=h2", "dbname=x", "port=", "port=7", "ssl=true", "schema", "%20", "+",
          "'", "\\", "%23", "%3F", "ü", "%C3%BC", "sslmode=require", "0", "70000", "::1", "[", "]", "H", "$", ";",
          "%25", "%E9", "port=7,", ":01", "?host=h2&host=h3"]
TEXTS = ["app", "a b", "a/b", "a:b", "a@b", "a#b", "a?b", "a+b", "a%b", "a&b=c", "ü", "🐘", "a;b'\"\\c", "", "[x]",
         "%41", "a,b", "~-._", "$!*()", "<>{}|^`"]
HOSTS = ["db.internal", "10.0.0.1", "[::1]", "[2001:db8::7]", "h-1", "localhost"]
PARAMETERS = ["sslmode=require", "application_name=a%20b", "connect_timeout=5", "host=/run/pg", "port=6432",
              "user=other", "password=hush", "dbname=elsewhere", "schema=s"]


def well_formed(rng):
    def text():
        return urllib.parse.quote("".join(rng.choice(TEXTS) for _ in range(rng.randint(1, 2))), safe="")
    user = text() if rng.random() < 0.8 else ""
    userinfo = f"{user}:{text()}@" if rng.random() < 0.7 else f"{user}@" if user else ""
    hosts = ",".join(rng.choice(HOSTS) + (f":{rng.randint(1, 65535)}" if rng.random() < 0.5 else "")
                     for _ in range(rng.choice((0, 1, 1, 1, 1, 2)) if not userinfo or rng.random() < 0.1
                                    else rng.choice((1, 1, 1, 2))))
    database = f"/{text()}" if rng.random() < 0.8 else ""
    query = "&".join(rng.sample(PARAMETERS, rng.choice((0, 0, 1, 2))))
    return f"{rng.choice(('postgresql', 'postgres'))}://{userinfo}{hosts}{database}{'?' if query else ''}{query}"


def hostile(rng):
    return "postgresql://" + "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 12)))


# --- asking ---

def npm_home():
    home = CACHE_DIR / "+".join(PACKAGES)
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as parts:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix",
                            f"{parts}/new", *PACKAGES], check=True, stdout=sys.stderr)
            with contextlib.suppress(OSError):  # another process was faster
                os.rename(f"{parts}/new", home)
    return home


def lines_of(command, lines, **variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(command, input="".join(f"{line}\n" for line in lines), env=kept | variables, text=True,
                          stdout=subprocess.PIPE, check=True, timeout=1200)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines), (command, len(answers), len(lines))
    return answers


def ask(questions):
    """What each parser sees: questions are (parser, string)."""
    answers = {}
    for command, names, variables in (
            (["node", str(HERE / "look.js")], ("node-postgres", "postgres-js", "whatwg"),
             {"NODE_PATH": str(npm_home() / "node_modules"), "NODE_NO_WARNINGS": "1", "PGUSER": "nobody-was-said"}),
            (["/usr/bin/python3", "-B", str(HERE / "look.py")], ("libpq", "sqlalchemy"), {})):
        mine = [question for question in questions if question[0] in names]
        lines = [json.dumps({"parser": parser, "string": string}) for parser, string in mine]
        answers.update(zip(mine, lines_of(command, lines, **variables)))
    return answers


# --- comparing ---

def plain(parser, parts):
    """Without the defaults that a client puts in where nothing is said."""
    parts = dict(parts)
    if parser == "postgres-js":
        if parts["database"] == parts["user"]:
            parts["database"] = ""
        parts["user"] = "" if parts["user"] == "nobody-was-said" else parts["user"]
        parts["port"] = ",".join("" if port == "5432" else port for port in parts["port"].split(","))
    if parts["host"] == "localhost":
        parts["host"] = ""
    parts["host"] = parts["host"] if parts["host"].strip(",") else ""
    if "," not in parts["host"] and len(set(parts["port"].split(","))) == 1:
        parts["port"] = parts["port"].split(",")[0]
    if "," not in parts["port"]:  # one is for all
        parts["port"] = ",".join([parts["port"]] * (parts["host"].count(",") + 1))
    for name in ("host", "port"):
        parts[name] = "" if not parts[name].strip(",") else parts[name]
    return parts


def difference(parser, ours, theirs):
    """How they differ: "refused" by them alone, "accepted" by them alone, or the part; None: they agree."""
    if "error" in ours and "error" in theirs:
        return None
    if "error" in ours or "error" in theirs:
        return "refused" if "error" in theirs else "accepted"
    ours, theirs = plain(parser, ours), plain(parser, theirs)
    for side in ours, theirs:  # a port is a number: 01 is 1
        side["port"] = re.sub(r"\b0+(?=[0-9])", "", side["port"])
    if parser == "postgres-js":
        ours["port"] = ",".join("" if port == "5432" else port for port in ours["port"].split(","))
        ours["port"] = "" if not ours["port"].strip(",") else ours["port"]
        ours["database"] = "" if ours["database"] == ours["user"] else ours["database"]
    return next((part for part in PARTS if ours[part] != theirs[part]), None)


# --- differences that are known ---

def authority(string):
    return re.split("[/?#]", string.partition("://")[2])[0]


def has_odd_host(string, **_):
    """Several hosts, or none, or what is no host's name."""
    place = authority(string).rpartition("@")[2]
    return not re.fullmatch(r"(\[[0-9a-f]*:[0-9a-f]*:[0-9a-f:]*\]|[A-Za-z0-9.-]+)(:[0-9]*)?", place)


def written_database(string):
    return string.partition("?")[0].rpartition("@")[2].partition("/")[2]


def has_loose_userinfo(string, **_):
    """`#`, `?` or a second `:` before the `@`, unencoded, as libpq takes them."""
    return bool(re.match(r"\w+://[^/@]*([#?]|:[^@/]*:)[^/]*@", string)) or "[" in authority(string).rpartition("@")[0]


def has_parameter(*names):
    return lambda string, **_: re.search(f"[?&]({'|'.join(names)})(=|&|$)", string)


def is_said(*patterns):
    """Of the one who refuses."""
    return lambda error, **_: re.search("|".join(patterns), error)


def database_has(characters):
    return lambda our, **_: set(our.get("database", "")) & set(characters)


OUR_CAUTION = ("unencoded `@`", "unencoded `#`", "`/` before", r"`\?` and `=`", "without `=` follows")
OUR_RULES = ("the port is not", "IPv6", "hexadecimal", "a blank")
JS = "node-postgres postgres-js whatwg"

# The way, parsers, what differs (None: whatever), whether it is this row's, and why it may stay.
KNOWN = (
    ("raw", "libpq", "refused", is_said("query parameter"),
     "parameters of other clients, and `=` in a value, are kept from it by url_for_libpq()"),
    ("raw", f"libpq sqlalchemy {JS}", "accepted", is_said(*OUR_CAUTION),
     "what might be a part of a password is refused, so that it is never shown as something else"),
    ("raw", f"libpq sqlalchemy {JS}", "accepted", is_said(*OUR_RULES),
     "they look at ports, addresses or a lone % only when they connect, or not at all"),
    ("raw", "libpq sqlalchemy", None, lambda string, **_: "#" in string,
     "to them a `#` is a character; others drop what is behind it, which is said"),
    ("both", JS, None, has_odd_host,
     "the URL standard has one host, with a name's characters, and no port or user without it"),
    ("raw", JS, None, has_loose_userinfo,
     "`#`, `?` and `[` in a password are characters to libpq, and are encoded in what is made for others"),
    ("raw", "postgres-js whatwg", None, has_parameter("user", "password", "host", "port", "dbname"),
     "the URL's parts are no parameters to them; they are moved in what is made for others"),
    ("raw", "node-postgres", "database", has_parameter("dbname"), "dbname is no parameter to it; likewise"),
    ("both", "node-postgres", "database", database_has(";/?:@&=+$,#"),
     "it decodes with decodeURI(), which leaves what has a meaning in URLs: it cannot have this name from a URL"),
    ("both", "postgres-js", "database", lambda string, **_: re.search("[^ -$&-~]|%", written_database(string)),
     "it does not decode the database's name: it cannot have this name from a URL"),
    ("both", "postgres-js", None, lambda string, **_: "[" in authority(string),
     "it takes an IPv6 address apart at its `:`"),
    ("both", "node-postgres postgres-js", None, lambda string, **_: "#" in string,
     "they look into what is behind a `#` too, for % and hosts"),
    ("both", JS, "refused", lambda our, **_: any("\ufffd" in our[part] for part in PARTS),
     "they decode UTF-8 alone; to libpq a name is bytes"),
    ("made", "postgres-js", "host", lambda our, **_: "/" in our["host"],
     "it takes no directory of sockets from a URL, and the host is named as left out"),
    ("both", "sqlalchemy node-postgres", None, lambda string, **_: "+" in string.partition("?")[2],
     "to them a `+` in a parameter is a blank, to libpq itself; who wrote it meant one of them"),
    ("both", "sqlalchemy", None, lambda string, **_: re.search("[?&][^=]+=(&|$)", string),
     "to it an empty parameter is none, to libpq it wins over what stands before the `?`"),
    ("raw", "node-postgres", "host", lambda string, **_: re.search("[?&]host=(&|$)", string),
     "to it an empty host is none; likewise"),
    ("raw", "sqlalchemy", "refused", lambda string, **_: re.search(":([/?]|$)", string),
     "it takes no empty port, and gets none in what is made for it"),
    ("raw", "sqlalchemy", None, lambda string, **_: "%" in string.rpartition("@")[2],
     "it decodes neither host nor database, which are parameters in what is made for it"),
    ("raw", "sqlalchemy", None, lambda string, **_: "," in authority(string),
     "it knows one host; several are parameters in what is made for it"),
    ("both", "libpq sqlalchemy node-postgres", "port", lambda string, **_: "," in string,
     "whether there are as many ports as hosts is looked at when they connect"),
    ("both", "sqlalchemy", "host", lambda string, **_: string.count("host=") > 1,
     "a parameter that is there twice is a list to it; to libpq the last one wins"),
    ("both", "sqlalchemy", None, lambda string, **_: "@" in string.partition("?")[2],
     "where no `/` follows the host, the user's name reaches to the last `@`, also behind a `?`"),
)


def known(way, parser, what, string, our, their):
    facts = {"string": string, "our": our, "their": their, "error": our.get("error") or their.get("error", "")}
    for index, (row_way, names, differs, is_this, _) in enumerate(KNOWN):
        if row_way in (way, "both") and parser in names.split() and differs in (what, None) and is_this(**facts):
            return index
    return None


def main():
    rng = random.Random(SEED)
    strings = list(dict.fromkeys((well_formed if i % 2 else hostile)(rng) for i in range(COUNT)))
    ours = lines_of([URL_LOOK, *dict.fromkeys(MADE_FOR.values())], strings)
    asked = [("raw", parser, string, string, our) for string, our in zip(strings, ours) for parser in PARSERS]
    asked += [("made", parser, string, our[client], our) for string, our in zip(strings, ours) if "error" not in our
              for parser, client in MADE_FOR.items()]
    seen = ask(list(dict.fromkeys((parser, given) for _, parser, _, given, _ in asked)))
    agreed, used, unknown = {}, {}, {}
    for way, parser, string, given, our in asked:
        their = seen[parser, given]
        what = difference(parser, our, their)
        row = known(way, parser, what, given, our, their) if what else None
        if not what:
            agreed[way, parser] = agreed.get((way, parser), 0) + 1
        elif row is not None:
            used[row] = used.get(row, 0) + 1
        else:
            unknown.setdefault((way, parser), []).append((what, string, given, our, their))
    print(f"# seed {SEED}, {len(strings)} URLs")
    number = 0
    for way, parser in dict.fromkeys((way, parser) for way, parser, *_ in asked):
        number += 1
        bad = unknown.get((way, parser), [])
        print(f"{'not ok' if bad else 'ok'} {number} - {parser} sees in "
              f"{'a URL' if way == 'raw' else 'what is made for it'} what pgsize does "
              f"({agreed.get((way, parser), 0)} alike)")
        for what, string, given, our, their in bad[:4]:
            mine = our["error"] if "error" in our else [our[name] for name in PARTS]
            made = "" if given == string else f" made {given!r},"
            print(f"# {what}: {string!r},{made} ours {mine}, theirs {list(their.values())}"[:600])
    for index, (way, names, what, _, why) in enumerate(KNOWN):
        number += 1
        is_fine = index in used or COUNT < ALL_ROWS_COUNT
        print(f"{'ok' if is_fine else 'not ok'} {number} - known: {names}: {why} ({used.get(index, 0)} URLs)")
    print(f"1..{number}")


main()
