"""Names that want to be more than names, in every place of a topology and of a server's answer."""

NAMES = (
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</title></style></svg></table><script>alert(1)</script>",
    "]]>--><!-- <svg onload=alert(1)>",
    "&lt;b&gt; &amp; &#60;",
    "\u202egnp.exe\u2066",
    "\u001b[31mred\u001b[0m\u009b2J",
    "\U0001F418 \U0001F469\u200d\U0001F467 \u00e9 \u6f22\u5b57",
    "\u05e9\u05dc\u05d5\u05dd \u0639\u0631\u0628\u064a",
    "two\nlines\tand a tab",
    "\ufffe\uffff\ufdd0\U0001ffff",
    "|pipe|`tick`$(alert)%0A::error",
    "x" * 10000,
    "\u6f22" * 3000,
)


def hostile_service(number, name):
    return {
        "client": ("prisma", "sqlalchemy", "generic")[number % 3], "role": name, "application_name": name,
        "databases": [f"{name.replace(':', '.')} {kind}" for kind in "ab"], "instances": 2,
        "connection_limit": 5 + number, "at_least": 2, "want": 9,
    }


def hostile_topology():
    services = {name: hostile_service(number, name) for number, name in enumerate(NAMES)}
    services["plain"] = {"instances": 1, "connection_limit": 3}
    services["jobs " + NAMES[0]] = {"connection_limit": 2, "schedules": [
        {"name": name, "cron": "0 3 * * *", "duration": "20m"} for name in NAMES]}
    return {"servers": {NAMES[2]: {
        "url": "postgresql://app@db.internal/core", "max_connections": 300, "reserved": {name: 1 for name in NAMES},
        "role_limits": {name: 12 for name in NAMES},
    }}, "services": services}


def hostile_snapshot(snapshot):
    """A server that answered with such names."""
    server = snapshot["servers"][0]
    server["name"] = NAMES[2]
    server["max_connections"] = 300
    server["role_limits"] = {name: 12 for name in NAMES}
    group = server["live"]["by"][0]
    server["live"]["by"] = [{**group, "application_name": name, "role": name, "database": name, "state": "idle",
                             "count": 1} for name in NAMES]
    server["live"]["sessions"] = len(NAMES)
    return snapshot
