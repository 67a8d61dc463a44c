"""What the checks of the tree share: C files, their code without comments and strings, their strings, their report."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'', re.S)


def files(*folders, suffixes=(".c", ".h")):
    """Files of ours below folders of the tree, in order."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and "node_modules" not in path.parts:
                yield path


def name(path):
    return path.relative_to(ROOT).as_posix()


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without(text, comments=True, strings=True):
    """The text with comments and the insides of strings blanked, every line and column where it was."""

    def blank(match):
        token = match.group()
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token) if comments else token
        return token[0] + " " * (len(token) - 2) + token[-1] if strings else token

    return TOKEN.sub(blank, text)


def strings(text):
    """Every string literal outside comments and #include as (position, its inside, adjacent literals joined)."""
    text = re.sub(r"(?m)^#[ \t]*include[^\n]*", lambda match: " " * len(match.group()), text)
    end = joined = start = None
    for match in TOKEN.finditer(text):
        if match.group()[0] != '"':
            continue
        if end is not None and not without(text[end:match.start()]).strip():
            joined += match.group()[1:-1]
        else:
            if end is not None:
                yield start, joined
            start, joined = match.start(), match.group()[1:-1]
        end = match.end()
    if end is not None:
        yield start, joined


class Report:
    """One line for each check, "ok NAME" or "not ok NAME: WHY", with the places below it."""

    MOST = 40

    def __init__(self):
        self.failed = 0

    def check(self, title, faults):
        faults = list(faults)
        if not faults:
            print(f"ok {title}")
            return
        self.failed += 1
        print(f"not ok {title}: {len(faults)} place{'s' if len(faults) > 1 else ''}")
        for fault in faults[:self.MOST]:
            print(f"    {fault}")
        if len(faults) > self.MOST:
            print(f"    ... and {len(faults) - self.MOST} more")

    def end(self):
        sys.exit(1 if self.failed else 0)
