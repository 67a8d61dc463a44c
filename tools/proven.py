#!/usr/bin/env python3
"""Which demands of the register our tests prove: proven.py [--tests] [OUT.tsv] [--depfile FILE]

A demand is proven by a case in tests/tables/demands/*.yaml (`demand:`), by a line in tests/register.tsv, or by a test of the
API whose title begins with its id ("4.1.1.1-c, 4.1.1.2-b: ..."). The program knows the list, so that a demand without a test
never counts as met (src/insight/conformity.h). --tests writes "DEMAND, TEST" instead, as tools/run-tests names tests.
"""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
ID = r"[0-9A][0-9.]*\.[0-9]+(?:-[a-z0-9-]+)?"
IDS = re.compile(rf"({ID}(?:, {ID})*): \S")
DEMAND = re.compile(rf"\s*-?\s*demand: *\[?({ID}(?:, *{ID})*)\]?")


def listed():
    for line in (TESTS / "register.tsv").read_text("utf-8").splitlines():
        words = line.split("\t")
        if len(words) == 2 and not line.startswith("#"):
            yield words[0], words[1]


def titled():
    """Tests of the API that say in their title what they prove; a case of a table is such a test (proofs_test.mjs)."""
    for path in sorted((TESTS / "api").glob("*_test.mjs")):
        for title in re.findall(r"(?m)^\t*test\('([^'\\]+)'", path.read_text("utf-8")):
            found = IDS.match(title)
            for demand in found.group(1).split(", ") if found else ():
                yield demand, f"api: {title}"
    for path in tables():
        demands = []
        for line in path.read_text("utf-8").splitlines():
            found = DEMAND.match(line)
            if found:
                demands = re.split(", *", found.group(1))
            title = re.match(r"\s+title: *\"?(.*?)\"?$", line)
            if title and demands:
                for demand in demands:
                    yield demand, f"api: {', '.join(demands)}: {title.group(1)}"
                demands = []


def tables():
    return sorted((TESTS / "tables/demands").glob("*.yaml"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", action="store_true")
    parser.add_argument("--depfile", type=pathlib.Path)
    parser.add_argument("out", nargs="?", type=pathlib.Path)
    options = parser.parse_args()
    proofs = dict.fromkeys([*listed(), *titled()])
    if options.tests:
        text = "".join(f"{demand}\t{test}\n" for demand, test in proofs)
    else:
        text = "".join(f"{demand}\n" for demand in sorted({demand for demand, _ in proofs}))
    if options.out:
        options.out.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    if options.depfile:
        used = [TESTS / "register.tsv", TESTS / "api", TESTS / "tables/demands", *sorted((TESTS / "api").glob("*_test.mjs")), *tables()]
        options.depfile.write_text(f"{options.out}: {' '.join(map(str, used))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
