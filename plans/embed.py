#!/usr/bin/env python3
"""Writes the provider files of a directory as a C array, for the build.

usage: embed.py PLANS_DIR OUTPUT.c

The output is only touched when it changes, so that the build may run this every time: a new file
in the directory needs no list anywhere. Bytes are written one by one, because ISO C promises no
string literal longer than 4095 bytes. What a server may be known by stands beside them, so that a
program need not read every file to find the few that may be meant.
"""
import json
import pathlib
import re
import sys

HEAD = """/* Written by plans/embed.py: change the JSON files, not this. */
#include "plan.h"
"""
BYTES_PER_LINE = 20


def c_byte(byte):
    if byte == 0x0A:
        return r"'\n'"
    character = chr(byte)
    if character in "'\\":
        return f"'\\{character}'"
    return f"'{character}'" if 0x20 <= byte < 0x7F else f"0x{byte:02x}"


def c_lines(data):
    """Each line of JSON begins a line of C: small changes stay small."""
    for line in data.splitlines(keepends=True):
        for start in range(0, len(line), BYTES_PER_LINE):
            yield "    " + ",".join(map(c_byte, line[start : start + BYTES_PER_LINE])) + ","


def c_strings(symbol, strings):
    """A list of strings, with a NULL at its end."""
    if not all(isinstance(string, str) and re.fullmatch(r"[ -~]+", string) for string in strings):
        sys.exit(f"embed.py: {symbol}: {strings}: not printable ASCII")
    quoted = "".join('"' + string.replace("\\", "\\\\").replace('"', '\\"') + '", ' for string in strings)
    return f"static const char *const {symbol}[] = {{{quoted}NULL}};\n"


def known_by(path, data):
    """Patterns of host names, and names of signs; what is wrong with a file is said by its reader."""
    try:
        provider = json.loads(data)
        return ([*provider.get("hosts", []), *provider.get("hosts_unverified", [])],
                [sign["name"] for sign in provider.get("signs", [])])
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        sys.exit(f"embed.py: {path}: {error!r}")


def c_file(paths):
    arrays, rows = [], []
    for path in paths:
        data = path.read_bytes()
        if not re.fullmatch(r"[a-z0-9-]+\.json", path.name) or not data:
            sys.exit(f"embed.py: {path}: empty, or not named [a-z0-9-]+.json")
        symbol = "plan_" + path.stem.replace("-", "_")
        body = "\n".join(c_lines(data))
        hosts, signs = known_by(path, data)
        arrays.append(f"static const unsigned char {symbol}[] = {{\n{body}\n}};\n")
        arrays.append(c_strings(f"{symbol}_hosts", hosts) + c_strings(f"{symbol}_signs", signs))
        rows.append(f'    {{"{path.name}", (const char *){symbol}, sizeof {symbol}, {symbol}_hosts, {symbol}_signs}},')
    table = "const struct plan_file plan_files[] = {\n" + "\n".join(rows) + "\n};\n"
    count = "const size_t plan_file_count = sizeof plan_files / sizeof plan_files[0];\n"
    return "\n".join([HEAD, *arrays, table + count])


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    directory, output = map(pathlib.Path, arguments)
    paths = sorted(directory.glob("*.json"), key=lambda path: path.stem)
    if not paths:
        sys.exit(f"embed.py: {directory}: no .json file")
    text = c_file(paths)
    if not output.exists() or output.read_text(encoding="ascii") != text:
        output.write_text(text, encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
