#!/usr/bin/python3
"""The format html, read by a strict parser and looked at in headless Chromium. Speaks TAP.

    html_test.py PGSIZE

Every page is opened in light, dark and print, narrow and wide: nothing complains, nothing is wider than the
page, no letters of a picture are cut or overlap, letters stand out from what is behind them, and the parts of
the pictures are as wide as the numbers of the json of the same run say.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import html5lib

sys.dont_write_bytecode = True
from browser import Browser
from hostile import NAMES, hostile_snapshot, hostile_topology

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests/examples"
CASES = ROOT / "tests/cases"
LOOK = (ROOT / "tests/html/look.js").read_text(encoding="utf-8")
VIEWS = [(media, width) for media in ("light", "dark", "print") for width in (360, 1280)]
SVG = "{http://www.w3.org/2000/svg}"
HTML = "{http://www.w3.org/1999/xhtml}"
points = []


def point(passed, name, *why):
    points.append(bool(passed))
    print(f"{'ok' if passed else 'not ok'} {len(points)} - {name}")
    for line in "" if passed else why:
        print(f"# {str(line)[:2000]}")


def fleet(count, servers=1, most=2000, **changed):
    """Services of every size, on every server in turn."""
    return {
        "servers": {f"server-{number}": {"max_connections": most, "reserved": 3} for number in range(servers)},
        "services": {f"service-{number:03}": {
            "server": f"server-{number % servers}", "client": "prisma", "rollout": "recreate",
            "instances": 1 + number % 3, "connection_limit": 1 + number % 40, "want": 1 + number % 7} | changed
            for number in range(count)},
    }


def pages(directory):
    """What is looked at: name, topology, arguments."""
    def write(name, value):
        path = directory / f"{name}.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return path
    hostile = write("hostile", hostile_topology())
    facts = write("facts", hostile_snapshot(json.loads((EXAMPLES / "readme-snapshot.json").read_text())))
    jobs = EXAMPLES / "fifteen-jobs.json"
    readme = (EXAMPLES / "readme.json", "--snapshot", EXAMPLES / "readme-snapshot.json")
    return {
        "recommend": ("recommend", *readme),
        "check": ("check", *readme),
        "explain": ("check", *readme, "--explain"),
        "changes": ("check", CASES / "diff/html/topology.json", "--diff", CASES / "diff/html/earlier.json"),
        "changes-hostile": ("check", CASES / "diff/html/topology.json", "--diff", CASES / "diff/hostile/earlier.json"),
        "passes": ("check", CASES / "control/baseline-gone/topology.json", "--baseline",
                   CASES / "control/baseline-gone/baseline.json", "--set", "services.api.connection_limit=7",
                   "--set", "services.jobs.client=go-database-sql", "--set", "services.jobs.connection_limit=null",
                   "--ignore", "unbounded-pool"),
        "curve": ("recommend", jobs, "--curve", "services.api.instances.max=1..14",
                  "--scenario", "three APIs:services.api.instances.max=3"),
        "curve-max": ("recommend", jobs, "--curve", "servers.core.max_connections=30..500:10"),
        "thirty": ("recommend", write("thirty", fleet(30, 2))),
        "only": ("recommend", directory / "thirty.json", "--only", "service-006"),
        "apart": ("check", write("apart", {"servers": {"main": {"max_connections": 60}}, "services": {
            name: {"connection_limit": limit, "schedules": [{"name": name, "cron": cron, "duration": "20m"}]}
            for name, limit, cron in (("one", 5, "0 1 * * *"), ("two", 9, "0 2 * * *"), ("three", 7, "0 3 * * *"))}})),
        "full": ("recommend", write("full", fleet(30, 1, 20))),
        "far-over": ("check", write("far", fleet(100, 1, 60))),
        "nobody": ("check", write("nobody", {"servers": {"main": {"max_connections": 100}}, "services": {}})),
        "databases": ("check", write("databases", {
            "servers": {"main": {"max_connections": 50, "alert_at": 3}},
            "services": {"api": {"databases": ["a", "b"], "extra": 2, "instances": 3, "connection_limit": 4}}})),
        "hostile": ("recommend", hostile, "--offline", "--snapshot", facts,
                    "--scenario", f"{NAMES[0]}:services.plain.instances=2"),
        "hostile-check": ("check", hostile, "--snapshot", facts, "--explain"),
    }


def pgsize(program, words):
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")}
    kept |= {"LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "SOURCE_DATE_EPOCH": "1795219200",
             "DATABASE_URL": "postgresql://app:secret@db.internal:5432/core?schema=public"}
    return subprocess.run([program, *map(str, words)], env=kept, capture_output=True, timeout=60, check=False)


def markup_faults(data):
    """What a strict parser, and the promise of one file without references, say against it."""
    try:
        tree = html5lib.HTMLParser(strict=True).parse(data)
    except html5lib.html5parser.ParseError as error:
        return [f"does not parse: {error}"]
    faults, ids = [], set()
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.replace(HTML, "").replace(SVG, "svg:")
        if tag in ("script", "svg:script", "img", "iframe", "object", "embed", "base", "form", "svg:use", "svg:image"):
            faults.append(f"<{tag}>")
        if tag == "th" and element.get("scope") not in ("row", "col"):
            faults.append("a heading of a table without scope")
        for name, value in element.items():
            if name.startswith("on") or (name in ("href", "src") and not re.match(r"#|data:,$", value)):
                faults.append(f"{tag} {name}={value[:60]}")
        if element.get("id") in ids:
            faults.append(f"id {element.get('id')} twice")
        ids.update({element.get("id")} - {None})
    links = {element.get("href")[1:] for element in tree.iter(f"{HTML}a")}
    text = data.decode("utf-8")
    if not links <= ids:
        faults.append(f"links to nowhere: {links - ids}")
    if re.search(r"url\((?!#)|@import", text) or "default-src 'none'" not in text:
        faults.append("refers to something outside")
    return faults


def expected_parts(answer):
    """Of every server: connections by moment, as the json has them."""
    for server in answer["servers"]:
        kept = server["superuser_reserved_connections"] + server["reserved_connections"] \
            + server["reserved"] + server["margin"]
        own = [one for one in answer["services"] if one["server"] == server["name"]]
        yield server, kept, own


def parts_faults(answer, slots):
    """`slots`: for each picture its width and the parts: moment, count and width."""
    faults = []
    if len(slots) != len(answer["servers"]):
        return [f"{len(slots)} pictures for {len(answer['servers'])} servers"]
    for picture, (server, kept, own) in zip(slots, expected_parts(answer)):
        most = server["max_connections"]
        used = {moment: sum(part["count"] for part in picture["parts"]
                            if part["moment"] == moment and "free" not in part["style"]) for moment in ("steady", "at peak")}
        scale = max(most, *used.values())
        if server["peak"] is not None:
            said = {"steady": server["steady"] + kept, "at peak": server["peak"] + kept}
            if said != used:
                faults.append(f"{server['name']}: {used}, not {said}")
        for part in picture["parts"]:
            if abs(part["width"] - part["count"] * picture["width"] / scale) > 1:
                faults.append(f"{part} is not as wide as its number")
        pictured = {part["name"]: part["count"] for part in picture["parts"]
                    if part["moment"] == "at peak" and re.fullmatch(r"part c\d", part["style"])}
        names = {(f"{one['name']}/{one['database']}" if f"{one['name']}/{one['database']}" in pictured
                  else one["name"]): one["peak"] for one in own if one["peak"]}
        largest = sorted(names.values(), reverse=True)[:12]
        meets = sum(names.values()) == server["peak"]  # else jobs that never meet: the sum is judged above
        if meets and not picture["partial"] and (
                sorted(pictured.values(), reverse=True) != largest
                or any(names.get(name) != count for name, count in pictured.items())):
            faults.append(f"{server['name']}: {pictured} of {names}")
    return faults


def look(browser, name, page, answer):
    seen = {}
    browser.open(page)
    for media, width in VIEWS:
        browser.media(media)
        browser.size(width)
        said = browser.value(LOOK)
        where = f"{name}, {media}, {width} px"
        point(not browser.complaints() and not said["executed"], f"{where}: nothing is run or complained of",
              *browser.complaints())
        point(said["overflow"] <= 0, f"{where}: nothing is wider than the page", f"{said['overflow']} px",
              *said["widest"])
        point(not said["letters"], f"{where}: letters in pictures are whole and apart", *said["letters"])
        point(not said["contrast"], f"{where}: letters stand out", *said["contrast"])
        faults = parts_faults(answer, said["slots"])
        point(not faults, f"{where}: the parts are as wide as the numbers", *faults)
        seen[media, width] = said
    point(seen["print", 1280]["unfolded"], f"{name}: on paper the arithmetic is unfolded")
    point(seen["light", 1280]["unfolded"] == ("explain" in name or name == "hostile-check"),
          f"{name}: on a screen it is folded unless --explain asks for it")
    point(seen["dark", 360]["page"] != seen["light", 360]["page"] == seen["print", 360]["page"],
          f"{name}: dark is dark, paper is light")
    if name not in ("recommend", "hostile"):
        return
    browser.media("print")
    point(browser.pdf().startswith(b"%PDF"), f"{name}: prints")


def curve_faults(answer, said):
    """Every value has its dot, as far above the axis as its number says."""
    known = [(one["value"], one["servers"][0]["used_at_peak"], one["breaks"]) for one in answer["curve"]["points"]
             if one["servers"][0]["used_at_peak"] is not None]
    if [(one["label"], one["used"], one["broken"]) for one in said["dots"]] != [(str(v), u, b) for v, u, b in known]:
        return [said["dots"], known]
    step = (said["axis"] - said["full"]) / answer["curve"]["points"][0]["servers"][0]["max_connections"]
    return [one for one in said["dots"] if abs(said["axis"] - one["used"] * step - one["y"]) > 1]


def size_is_bounded(program, directory):
    """Each of 1,000 services short of what it needs: a finding, a URL and its arithmetic."""
    topology, page = directory / "thousand.json", directory / "thousand.html"
    topology.write_text(json.dumps(fleet(1000, 3, 1500, want=20)), encoding="utf-8")
    done = pgsize(program, ("recommend", topology, "--format", f"html={page}"))
    size = page.stat().st_size
    point(done.returncode == 0 and page.read_bytes().count(b"need-unmet") >= 1000 and size < 2_000_000,
          "a page of 1,000 services stays below 2 MB", done.returncode, size)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pgsize-html.") as folder, Browser() as browser:
        browser.call("Page.addScriptToEvaluateOnNewDocument",
                     source="window.executed = false; window.alert = () => { window.executed = true; };")
        directory = pathlib.Path(folder)
        for name, words in pages(directory).items():
            page, numbers = directory / f"{name}.html", directory / f"{name}.numbers"
            done = pgsize(program, (*words, "--format", f"html={page}", "--format", f"json={numbers}"))
            good = done.returncode in (0, 1) and page.exists()
            point(good, f"{name}: is written", done.stderr.decode())
            if not good:
                continue
            faults = markup_faults(page.read_bytes())
            point(not faults, f"{name}: is valid, and whole in one file", *faults)
            answer = json.loads(numbers.read_text(encoding="utf-8"))
            look(browser, name, page, answer)
            if "curve" in answer:
                faults = curve_faults(answer, browser.value(LOOK))
                point(not faults, f"{name}: every value has its dot", *faults)
            point(b"secret" not in page.read_bytes(), f"{name}: no password is in it")
        size_is_bounded(program, directory)
    print(f"1..{len(points)}")
    return 0 if all(points) else 1


sys.exit(main())
