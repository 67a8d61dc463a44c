#!/usr/bin/env python3
"""Turns a .po catalogue into the C table that src/base/language.c searches.

usage: catalogue.py IN.po OUT.c NAME    writes catalogue_NAME and catalogue_NAME_count
       catalogue.py --missing IN.po DIRECTORY...
                                        lists texts marked N_("...") or tr(x, "...") that IN.po lacks; exit 1 if any

Stops with file:line at a text given twice, a translation that is empty or marked fuzzy, placeholders that differ
between text and translation, and at anything else that it does not understand.
"""
import os
import re
import sys

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
PLACEHOLDER = re.compile(r"%(?:(\d+)\$)?([-+#0]*[\d*]*(?:\.[\d*]+)?(?:hh|h|ll|l|z|j|t)?[a-zA-Z%])")


class Fault(Exception):
    pass


def unquote(text, where):
    match = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', text)
    if not match:
        raise Fault(f"{where}: not a quoted text: {text}")

    def replace(escape):
        if escape.group(1) not in ESCAPES:
            raise Fault(f"{where}: unknown escape \\{escape.group(1)}")
        return ESCAPES[escape.group(1)]

    return re.sub(r"\\(.)", replace, match.group(1))


def read(path):
    """The entries of a catalogue as (line, msgid, msgstr), the header included."""
    entries = []
    entry = part = None
    fuzzy = False
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            where = f"{path}:{number}"
            if not line or line.startswith("#"):
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
                part = None
            elif line.startswith('"'):
                if part is None:
                    raise Fault(f"{where}: a text that belongs to nothing")
                entry[part] += unquote(line, where)
            else:
                word, _, rest = line.partition(" ")
                if word == "msgid" and (entry is None or "msgstr" in entry):
                    if fuzzy:
                        raise Fault(f"{where}: a fuzzy translation; check it and take the mark away")
                    entry = {"line": number}
                    entries.append(entry)
                elif word != "msgstr" or entry is None or "msgstr" in entry:
                    raise Fault(f"{where}: {word} is not expected here")
                part = word
                entry[part] = unquote(rest.strip(), where)
    if entry and "msgstr" not in entry:
        raise Fault(f"{path}:{entry['line']}: a text without its translation")
    return [(entry["line"], entry["msgid"], entry["msgstr"]) for entry in entries]


def placeholders(text):
    """What a text asks for, as the conversion of each argument in the order of the arguments."""
    found = []
    for index, (position, conversion) in enumerate(
        match for match in PLACEHOLDER.findall(text) if match[1] != "%"
    ):
        found.append((int(position) if position else index + 1, conversion))
    return sorted(found)


def check(path, entries):
    seen = {}
    for line, msgid, msgstr in entries:
        where = f"{path}:{line}"
        if msgid in seen:
            raise Fault(f"{where}: given already in line {seen[msgid]}: {msgid!r}")
        seen[msgid] = line
        if not msgstr:
            raise Fault(f"{where}: no translation: {msgid!r}")
        if msgid and placeholders(msgid) != placeholders(msgstr):
            raise Fault(f"{where}: the placeholders of text and translation differ: {msgid!r}")
    if "" not in seen or "charset=UTF-8" not in entries[0][2]:
        raise Fault(f"{path}:1: the catalogue must begin with a header that says charset=UTF-8")


def c_literal(text):
    out = []
    for byte in text.encode("utf-8"):
        if byte in b'"\\':
            out.append("\\" + chr(byte))
        elif byte < 0x20 or byte == 0x7F or byte == ord("?"):  # no trigraphs
            out.append(f"\\{byte:03o}")
        else:
            out.append(chr(byte) if byte < 0x80 else f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def write(path, name, source, entries):
    rows = sorted((e for e in entries if e[1]), key=lambda e: e[1].encode("utf-8"))
    with open(path, "w", encoding="ascii") as out:
        out.write(f"/* Made by tools/catalogue.py from {os.path.basename(source)}. */\n")
        out.write('#include "base/catalogue.h"\n\n')
        out.write(f"const struct catalogue_entry catalogue_{name}[] = {{\n")
        for _, msgid, msgstr in rows:
            out.write(f"\t{{{c_literal(msgid)},\n\t {c_literal(msgstr)}}},\n")
        out.write("\t{NULL, NULL},\n};\n")
        out.write(f"const size_t catalogue_{name}_count = {len(rows)};\n")


LITERAL = r'((?:"(?:[^"\\\n]|\\.)*"\s*)+)'
MARKED = re.compile(r"\b(?:N_\(\s*|tr\(\s*[^,()]+(?:\([^()]*\))?,\s*)" + LITERAL + r"\)")


def missing(path, directories):
    known = {msgid for _, msgid, _ in read(path)}
    found = False
    for directory in directories:
        for folder, _, names in sorted(os.walk(directory)):
            for name in sorted(n for n in names if n.endswith((".c", ".h"))):
                file = os.path.join(folder, name)
                with open(file, encoding="utf-8") as source:
                    text = source.read()
                for match in MARKED.finditer(text):
                    where = f"{file}:{text.count(chr(10), 0, match.start()) + 1}"
                    parts = re.findall(r'"(?:[^"\\\n]|\\.)*"', match.group(1))
                    msgid = "".join(unquote(part, where) for part in parts)
                    if msgid and msgid not in known:
                        print(f"{where}: not in {path}: {msgid!r}")
                        found = True
    return 1 if found else 0


def main(arguments):
    try:
        if len(arguments) >= 3 and arguments[0] == "--missing":
            return missing(arguments[1], arguments[2:])
        if len(arguments) != 3:
            print(__doc__, file=sys.stderr)
            return 2
        source, target, name = arguments
        entries = read(source)
        check(source, entries)
        write(target, name, source, entries)
        return 0
    except (Fault, OSError, UnicodeError) as fault:
        print(f"catalogue.py: {fault}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
