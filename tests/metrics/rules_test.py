#!/usr/bin/python3
"""What Prometheus and Grafana make of our formats: rules_test.py PGSIZE METRICS_LOOK CACHE_DIR   (TAP)

Metrics are read by promtool (the text format) and by the reference reader of OpenMetrics. Rules are checked by
promtool, and its unit tests fire every alert, and let it rest. Of the dashboard each expression is parsed by promtool,
and its structure is held against Grafana's own types of a dashboard, and against what Grafana documents of its classic
model. Rules and dashboard ask only for metrics that are exposed. (System Python: it has Debian's prometheus_client and
yaml.) CACHE_DIR: where Grafana's types are put, fetched once from npm.
"""
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families

PGSIZE, LOOK = (os.path.abspath(word) for word in sys.argv[1:3])
CACHE_DIR = pathlib.Path(sys.argv[3]).resolve()
GRAFANA = ("@grafana/schema@13.2.3", "typescript@5.9.3")
EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
SCENES = ("none", "seen", "full", "lost", "hostile", "many")
# Of postgres_exporter, as it documents them.
EXPORTER = {"pg_stat_activity_count", "pg_settings_max_connections", "pg_settings_superuser_reserved_connections",
            "pg_up"}
HOSTILE = ("it's \"a\" `b` \\ $HOME", "\\x1b \x1b[31m", "{{ query \"up\" }} {{", "a\nb\r\tc", "# EOF", "a: b # c", "- x",
           "'", "''", "$server [[server]] ${server}", "\u202eevil\u2028", "\U0001f418\ufeff\ufffe\U0001ffff",
           "::error::x ##[x]", "a|b.*+?()^$", "} 1", "%!s", "n" * 3000, "\x85\x9b", "!!python/x", "*", "&a")
points = []


def point(faults, name):
    points.append(not faults)
    print(f"{'not ok' if faults else 'ok'} {len(points)} - {name}", flush=True)
    for fault in faults[:5]:
        print(f"# {fault!r:.1500}")


def pgsize(command, topology, *words):
    if isinstance(topology, dict):
        pathlib.Path("pgsize.json").write_text(json.dumps(topology), encoding="utf-8")
        topology = "pgsize.json"
    kept = {key: value for key, value in os.environ.items() if key == "PATH" or key.endswith("SAN_OPTIONS")}
    done = subprocess.run([PGSIZE, command, str(topology), "--offline", "-q", *words], capture_output=True, timeout=60,
                          env={**kept, "LC_ALL": "C", "HOME": "/nonexistent"}, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(done.stderr.decode())
    return done.stdout.decode()


def promtool(*words, text=None):
    done = subprocess.run(["promtool", *words], input=text, capture_output=True, text=True, timeout=120, check=False)
    return [] if done.returncode == 0 else [f"promtool {words}: {done.returncode}: {done.stdout}{done.stderr}"]


# --- metrics ---

def samples_of(text):
    """(name, labels, value) of each sample, by the reference reader."""
    return [(sample.name, tuple(sorted(sample.labels.items())), sample.value)
            for family in text_string_to_metric_families(text) for sample in family.samples]


def metrics_faults(text):
    try:
        read = samples_of(text)
    except ValueError as error:
        return [f"not OpenMetrics: {error}"]
    keys = [sample[:2] for sample in read]
    controls = re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    return ["a series stands there twice"] * (len(set(keys)) != len(keys)) + controls


def watched():
    names = set()
    for scene in SCENES:
        text = {form: subprocess.run([LOOK, "print", form, scene], capture_output=True, check=True).stdout.decode()
                for form in ("openmetrics", "prometheus")}
        point(metrics_faults(text["openmetrics"]), f"a watch, as OpenMetrics: {scene}")
        seconds = re.compile(r"(?<=_timestamp_seconds{server=\"core\"} )\S+")  # two runs, at two times
        text = {form: seconds.sub("0", words) for form, words in text.items()}
        same = re.sub(r"^# (HELP|TYPE) pgsize_samples ", r"# \1 pgsize_samples_total ", text["openmetrics"], flags=re.M)
        point(promtool("check", "metrics", text=text["prometheus"]) + ["another text"] * (same != text["prometheus"]),
              f"a watch, as Prometheus' text, the same but for the name of a counter: {scene}")
        names |= {sample[0] for sample in samples_of(text["openmetrics"])}
    return names


def sized():
    names = set()
    topologies = [*(EXAMPLES / f"{name}.json" for name in ("readme", "fifteen-jobs", "observed")), hostile_topology(),
                  {"servers": {"x": {}}, "services": {}}]
    for topology in topologies:
        for command in ("check", "recommend"):
            text = pgsize(command, topology, "-f", "openmetrics")
            point(metrics_faults(text) + promtool("check", "metrics", text=text),
                  f"of {command}: {getattr(topology, 'name', 'a topology')}, by both readers")
            names |= {sample[0] for sample in samples_of(text)}
    return names


# --- rules ---

def hostile_topology():
    def value(name):
        return name.replace("${", "$${")  # not a variable of the environment's
    services = {name: {"server": value(HOSTILE[(i + 1) % len(HOSTILE)]), "client": "prisma", "connection_limit": 2,
                       "application_name": value(name), "role": value(name),
                       "env": {"url": f"URL_{i}", "limit": f"LIMIT_{i}"}} for i, name in enumerate(HOSTILE)}
    return {"servers": {name: {"max_connections": 100} for name in HOSTILE}, "services": services}


def rules_of(text):
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


def literal_of(expression, label):
    """The string of PromQL that a label is compared with, read as a string of JSON."""
    return json.loads(re.search(rf'\b{label}=("(?:[^"\\]|\\.)*")', expression)[1])


def shown_of(template):
    return template.replace('{{"{"}}', "{")


def hostile_rules():
    topology = hostile_topology()
    text = pgsize("check", topology, "-f", "prometheus-rules=rules.yml")
    text = pathlib.Path("rules.yml").read_text(encoding="utf-8")
    point(promtool("check", "rules", "rules.yml"), "promtool takes rules of hostile names")
    exposed = {dict(labels)["service"] for name, labels, _ in samples_of(pgsize("check", topology, "-f", "openmetrics"))
               if name == "pgsize_limit"}
    rules = [rule for rule in rules_of(text)
             if rule["alert"] == "PgsizeServiceOverLimit" and rule["labels"]["source"] == "pgsize"]
    faults = [rule["expr"] for rule in rules if literal_of(rule["expr"], "service") not in exposed
              or literal_of(rule["expr"], "service") != shown_of(rule["labels"]["service"])]
    point(faults + ["not every service"] * (len(rules) != len(HOSTILE) or len(exposed) != len(HOSTILE)),
          "each service's rule asks for the very name that is exposed")
    fires, value = [], 100
    for rule in rules:
        series = f'pgsize_connections{{server={json.dumps(literal_of(rule["expr"], "server"), ensure_ascii=False)},' \
                 f'service={json.dumps(literal_of(rule["expr"], "service"), ensure_ascii=False)}}}'
        fires.append((rule, {series: f"{value}x20"}, "10m", str(value), {}))
    point(unit_faults("rules.yml", fires), "they fire, and their texts hold the names and nothing else")


def expanded(texts, value):
    """What Prometheus makes of our templates."""
    percent = f"{float(value) * 100:.4g}%" if value else ""
    return {key: shown_of(text.replace("{{ $value }}", value).replace("{{ $value | humanizePercentage }}", percent))
            for key, text in texts.items()}


def unit_faults(path, cases):
    """promtool's unit tests: (rule, series, when, value or None where it does not fire, labels of the expression)."""
    tests = []
    for rule, series, when, value, labels in cases:
        alert = {"eval_time": when, "alertname": rule["alert"], "exp_alerts": []}
        if value is not None:
            alert["exp_alerts"] = [{"exp_labels": {**labels, **{key: shown_of(text) for key, text in rule["labels"].items()}},
                                    "exp_annotations": expanded(rule["annotations"], value)}]
        tests.append({"interval": "1m", "alert_rule_test": [alert],
                      "input_series": [{"series": name, "values": values} for name, values in series.items()]})
    pathlib.Path("unit.yml").write_text(json.dumps({"rule_files": [path], "evaluation_interval": "1m", "tests": tests},
                                                   ensure_ascii=False), encoding="utf-8")
    return promtool("test", "rules", "unit.yml")


# 2 x 10 of api at peak, in one rollout without surge; the alert at 80 of 100.
PLAIN = {"servers": {"core": {"url": "postgresql://app@db.internal/core", "max_connections": 100, "reserved": 2}},
         "services": {"api": {"client": "prisma", "instances": 2, "rollout": "recreate", "connection_limit": 10}}}
CORE = 'server="core"'
EXPORTED = 'server="db.internal:5432"'
TARGET = 'instance="exporter:9187",job="postgres"'
SILENT = {f"pgsize_last_sample_timestamp_seconds{{{CORE}}}": "0+60x40",
          f"pg_settings_max_connections{{{EXPORTED},{TARGET}}}": "100x40",
          f"pg_settings_superuser_reserved_connections{{{EXPORTED},{TARGET}}}": "3x40"}


def looks(seen, full, lost):
    return {f'pgsize_samples_total{{{CORE},outcome="{name}"}}': values
            for name, values in (("seen", seen), ("full", full), ("lost", lost))}


def activity(count, application="api", backend="client backend", role="app"):
    return {f'pg_stat_activity_count{{{EXPORTED},{TARGET},application_name="{application}",usename="{role}",'
            f'backend_type="{backend}",datname="core",state="idle"}}': f"{count}x40"}


FULL = f"pgsize_ordinary_connections{{{CORE}}}"
SESSIONS = f"pgsize_sessions{{{CORE}}}"
USED = f"pgsize_connections_used{{{CORE}}}"
API = f'pgsize_connections{{{CORE},service="api",role="app",state="idle"}}'
API_ACTIVE = f'pgsize_connections{{{CORE},service="api",role="app",state="active"}}'
LAST = f"pgsize_last_sample_timestamp_seconds{{{CORE}}}"
SETTING = f"pg_settings_max_connections{{{EXPORTED},{TARGET}}}"
UP = f"pg_up{{{TARGET}}}"
# alert, source, name; what is exposed; when; the value where it fires, else None
CASES = [
    ("PgsizeOverAlert", "pgsize", "above the line for 5 minutes", {USED: "81x40"}, "5m", "81"),
    ("PgsizeOverAlert", "pgsize", "above it, but not for long", {USED: "81x40"}, "4m", None),
    ("PgsizeOverAlert", "pgsize", "below it in between", {USED: "81x3 80 81x3 80 81x30"}, "8m", None),
    ("PgsizeOverAlert", "pgsize", "at the line", {USED: "80x40"}, "20m", None),
    ("PgsizeServerFull", "pgsize", "no slot of an ordinary role is left", {SESSIONS: "97x40", FULL: "97x40"}, "1m", "97"),
    ("PgsizeServerFull", "pgsize", "one is left", {SESSIONS: "96x40", FULL: "97x40"}, "20m", None),
    ("PgsizeServerFull", "pgsize", "it refused once", looks("0+6x40", "0x5 1x40", "0x40"), "7m", "1.25"),
    ("PgsizeServerFull", "pgsize", "it refused ten minutes ago", looks("0+6x40", "0x5 1x40", "0x40"), "17m", None),
    ("PgsizeConnectionFailures", "pgsize", "20 % lost", looks("0+4x40", "0x40", "0+1x40"), "10m", "0.2"),
    ("PgsizeConnectionFailures", "pgsize", "10 % refused", looks("0+9x40", "0+1x40", "0x40"), "10m", "0.1"),
    ("PgsizeConnectionFailures", "pgsize", "5 %, but not more", looks("0+95x40", "0+2x40", "0+3x40"), "10m", None),
    ("PgsizeConnectionFailures", "pgsize", "none", looks("0+6x40", "0x40", "0x40"), "10m", None),
    ("PgsizeNoData", "pgsize", "nothing is exposed", {LAST: "_x40"}, "6m", ""),
    ("PgsizeNoData", "pgsize", "the last look was 5 minutes ago", {LAST: "0+60x5 300x40"}, "11m", ""),
    ("PgsizeNoData", "pgsize", "it was 4 minutes ago", {LAST: "0+60x5 300x40"}, "9m", None),
    ("PgsizeNoData", "pgsize", "nothing is exposed since 5 minutes", {LAST: "0+60x5 _x40"}, "11m", ""),
    ("PgsizeNoData", "pgsize", "nothing is exposed since 3 minutes", {LAST: "0+60x5 _x40"}, "8m", None),
    ("PgsizeNoData", "pgsize", "looks come", {}, "20m", None),
    ("PgsizeServiceOverLimit", "pgsize", "more than 2 x 10", {API: "15x40", API_ACTIVE: "6x40"}, "6m", "21"),
    ("PgsizeServiceOverLimit", "pgsize", "2 x 10", {API: "15x40", API_ACTIVE: "5x40"}, "20m", None),
    ("PgsizeServiceOverLimit", "pgsize", "2 x 10, as two watches see it",
     {API.replace("{", f'{{instance="{name}:9187",'): "20x40" for name in "ab"}, "20m", None),
    ("PgsizeServiceOverLimit", "pgsize", "another's", {API.replace('"api"', '"b"'): "90x40"}, "20m", None),
    ("PgsizeOverAlert", "postgres_exporter", "78 and 3 reserved", activity(78), "5m", "81"),
    ("PgsizeOverAlert", "postgres_exporter", "77 and 3", activity(77), "20m", None),
    ("PgsizeOverAlert", "postgres_exporter", "background processes do not count",
     activity(70) | activity(20, backend="parallel worker"), "20m", None),
    ("PgsizeServerFull", "postgres_exporter", "no slot of an ordinary role is left", activity(97), "1m", "97"),
    ("PgsizeServerFull", "postgres_exporter", "one is left", activity(96), "20m", None),
    ("PgsizeConnectionFailures", "postgres_exporter", "one of five scrapes", {UP: "1 1 1 1 0x40"}, "4m", "0.2"),
    ("PgsizeConnectionFailures", "postgres_exporter", "it is down, and so are its settings",
     {UP: "1x5 0x40", SETTING: "100x5 _x40"}, "20m", "1"),
    ("PgsizeConnectionFailures", "postgres_exporter", "it is down, and its target has the label server",
     {UP.replace("{", f"{{{EXPORTED},"): "0x40"}, "20m", "1"),
    ("PgsizeConnectionFailures", "postgres_exporter", "it is up", {UP: "1x40"}, "20m", None),
    ("PgsizeConnectionFailures", "postgres_exporter", "another's is down",
     {UP: "1x40", UP.replace("exporter:9187", "other:9187"): "0x40"}, "20m", None),
    ("PgsizeNoData", "postgres_exporter", "nothing is exposed", {SETTING: "_x40"}, "6m", ""),
    ("PgsizeNoData", "postgres_exporter", "it is", {}, "20m", None),
    ("PgsizeServiceOverLimit", "postgres_exporter", "more than 2 x 10", activity(21), "6m", "21"),
    ("PgsizeServiceOverLimit", "postgres_exporter", "2 x 10", activity(20), "20m", None),
    ("PgsizeServiceOverLimit", "postgres_exporter", "another role's", activity(30, role="b"), "20m", None),
    ("PgsizeServiceOverLimit", "postgres_exporter", "another's", activity(30, application="b"), "20m", None),
]


def alerts():
    pgsize("check", PLAIN, "-f", "prometheus-rules=rules.yml")
    # The test of one alert would see the same alert of the other source.
    rules = rules_of(pathlib.Path("rules.yml").read_text(encoding="utf-8"))
    fired, rested = set(), set()
    for alert, source, name, series, when, value in CASES:
        (rule,) = [rule for rule in rules if rule["alert"] == alert and rule["labels"]["source"] == source]
        pathlib.Path("one.yml").write_text(json.dumps({"groups": [{"name": "one", "rules": [rule]}]}), encoding="utf-8")
        labels = {}
        if (alert, source) == ("PgsizeConnectionFailures", "postgres_exporter"):
            labels = {"instance": "exporter:9187", "job": "postgres"}
        (fired if value is not None else rested).add((alert, source))
        point(unit_faults("one.yml", [(rule, SILENT | series, when, value, labels)]),
              f"{alert} of {source} {'rests' if value is None else 'fires'}: {name}")
    every = {(rule["alert"], rule["labels"]["source"]) for rule in rules}
    point([f"{every - fired} {every - rested}"] * (every != fired or every != rested), "each alert fired, and each rested")


# --- the dashboard ---

PANEL_KEYS = {"id": int, "type": str, "title": str, "description": str, "datasource": dict, "gridPos": dict,
              "fieldConfig": dict, "options": dict, "targets": list}
TARGET_KEYS = {"refId": str, "datasource": dict, "expr": str, "legendFormat": str, "instant": bool, "range": bool}
TYPES = {"stat", "timeseries", "state-timeline", "bargauge"}
SOURCE = {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}


def keys_faults(thing, keys, what):
    return [f"{what}: {key}" for key in keys.keys() | thing.keys()
            if key not in thing or key not in keys or type(thing[key]) is not keys[key]]


def grid_faults(panels):
    taken, faults = {}, []
    for panel in panels:
        place = panel["gridPos"]
        if keys_faults(place, dict.fromkeys("hwxy", int), "gridPos") or min(place.values()) < 0 or \
                place["w"] < 1 or place["h"] < 1 or place["x"] + place["w"] > 24:
            faults.append(f"{panel['title']}: {place}")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if taken.setdefault((x, y), panel["id"]) != panel["id"]:
                    faults.append(f"{panel['title']} lies on another")
    return faults


def fields_faults(panel):
    fields, faults = panel["fieldConfig"], []
    if set(fields) != {"defaults", "overrides"}:
        faults.append(f"{panel['title']}: {fields}")
    steps = fields["defaults"]["thresholds"]["steps"]
    values = [step["value"] for step in steps]
    if values[0] is not None or values[1:] != sorted(values[1:]) or not all(step["color"] for step in steps):
        faults.append(f"{panel['title']}: {steps}")
    queries = {target["refId"] for target in panel["targets"]}
    for override in fields["overrides"]:
        if override["matcher"]["id"] != "byFrameRefID" or override["matcher"]["options"] not in queries or \
                not all(set(one) == {"id", "value"} for one in override["properties"]):
            faults.append(f"{panel['title']}: {override}")
    return faults


def dashboard_faults(board):
    keys = {"__inputs": list, "__requires": list, "id": type(None), "title": str, "description": str,
            "tags": list, "schemaVersion": int, "version": int, "editable": bool, "graphTooltip": int, "timezone": str,
            "refresh": str, "time": dict, "annotations": dict, "templating": dict, "panels": list}
    faults = keys_faults(board, keys, "dashboard")
    (given,) = board["__inputs"]
    if (given["name"], given["type"], given["pluginId"]) != ("DS_PROMETHEUS", "datasource", "prometheus"):
        faults.append(given)
    (variable,) = board["templating"]["list"]
    if (variable["name"], variable["type"], variable["datasource"]) != ("server", "query", SOURCE):
        faults.append(variable)
    panels = board["panels"]
    if len({panel["id"] for panel in panels}) != len(panels):
        faults.append("two panels have one id")
    for panel in panels:
        faults += keys_faults(panel, PANEL_KEYS, panel["title"]) + fields_faults(panel)
        for target in panel["targets"]:
            faults += keys_faults(target, TARGET_KEYS, panel["title"])
            faults += [target] * (target["datasource"] != SOURCE or target["instant"] == target["range"])
        refs = [target["refId"] for target in panel["targets"]]
        if panel["type"] not in TYPES or panel["datasource"] != SOURCE or not refs or len(set(refs)) != len(refs):
            faults.append(panel["title"])
    return faults + grid_faults(panels)


def types_fetch():
    """The folder with Grafana's types, and the compiler that holds a dashboard against them."""
    home = CACHE_DIR / "-".join(GRAFANA).replace("/", "-").replace("@", "")
    if not home.is_dir():
        CACHE_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE_DIR) as parts:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts",
                            "--prefix", f"{parts}/new", *GRAFANA], check=True, stdout=sys.stderr)
            with contextlib.suppress(OSError):  # another process was faster
                os.rename(f"{parts}/new", home)
    return home / "node_modules"


def type_faults(board):
    """Without what only an import has. A string of JSON is no enum of TypeScript, so they become unions of strings."""
    modules = types_fetch()
    types = (modules / "@grafana/schema/dist/types/raw/dashboard/x/types.gen.d.ts").read_text(encoding="utf-8")
    types = re.sub(r"export declare (?:const )?enum (\w+) \{(.*?)\}", lambda enum: f"export type {enum[1]} = " + " | ".join(
        re.findall(r'= *("[^"]*"|-?\d+)', enum[2])), types, flags=re.S)
    pathlib.Path("types.d.ts").write_text(types, encoding="utf-8")
    plain = {key: value for key, value in board.items() if key not in ("__inputs", "__requires")}
    pathlib.Path("board.ts").write_text('import type { Dashboard } from "./types";\nexport const board: Dashboard = '
                                        f"{json.dumps(plain, indent=1)};\n", encoding="utf-8")
    done = subprocess.run(["node", modules / "typescript/bin/tsc", "--strict", "--noEmit", "--skipLibCheck", "board.ts"],
                          capture_output=True, text=True, timeout=120, check=False)
    return [] if done.returncode == 0 else done.stdout.splitlines() + [done.stderr]


def expressions_of(board):
    """As Grafana would send them."""
    for panel in board["panels"]:
        for target in panel["targets"]:
            words = target["expr"].replace("$server", "core").replace("$__rate_interval", "4m").replace("$__range", "6h")
            yield words


def dashboards(exposed):
    for name, topology in (("plain", PLAIN), ("hostile", hostile_topology()),
                           ("many servers", {"servers": {f"s{i}": {"max_connections": 100} for i in range(60)}})):
        board = json.loads(pgsize("recommend", topology, "-f", "grafana"))
        faults = dashboard_faults(board) + (type_faults(board) if name != "many servers" else [])
        rules = [{"record": "x", "expr": words} for words in expressions_of(board)]
        pathlib.Path("board.yml").write_text(json.dumps({"groups": [
            {"name": str(i), "rules": [rule]} for i, rule in enumerate(rules)]}, ensure_ascii=False), encoding="utf-8")
        point(faults + promtool("check", "rules", "board.yml"), f"a dashboard, and its {len(rules)} expressions: {name}")
        asked = set().union(*(names_of(rule["expr"]) for rule in rules))
        point(sorted(asked - exposed), f"the dashboard asks for what is exposed: {name}")


def names_of(expression):
    """Names of metrics in an expression: what stands before a brace or alone, outside strings and labels."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    return set(re.findall(r"\b(?:pgsize|pg)_[a-z_]+", bare))


def rules_ask_for(exposed):
    asked = set()
    for topology in (PLAIN, hostile_topology()):
        for rule in rules_of(pgsize("check", topology, "-f", "prometheus-rules")):
            asked |= names_of(rule["expr"])
    point(sorted(asked - exposed), "rules ask for what is exposed")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    EXPOSED = watched() | sized() | EXPORTER
    rules_ask_for(EXPOSED)
    dashboards(EXPOSED)
    alerts()
    hostile_rules()
    os.chdir("/")
print(f"1..{len(points)}")
sys.exit(not all(points))
