#!/usr/bin/env python3
"""What tools/catalogue.py accepts and refuses. usage: catalogue_test.py CATALOGUE.PY"""
import os
import subprocess
import sys
import tempfile
import unittest

TOOL = os.path.abspath(sys.argv.pop())
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


class Catalogue(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.target = os.path.join(self.folder.name, "out.c")

    def path(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def run_tool(self, *arguments):
        return subprocess.run([sys.executable, TOOL, *arguments], capture_output=True, text=True)

    def made(self, body):
        done = self.run_tool(self.path("ja.po", HEADER + body), self.target, "ja")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.target, encoding="ascii") as out:
            return out.read()

    def refused(self, body, line, reason):
        done = self.run_tool(self.path("ja.po", HEADER + body), self.target, "ja")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"ja.po:{line}:", done.stderr)
        self.assertIn(reason, done.stderr)
        self.assertFalse(os.path.exists(self.target))

    def test_sorted_table(self):
        text = self.made('msgid "b"\nmsgstr "B"\n# note\n\nmsgid "a"\nmsgstr "あ"\n\nmsgid "B"\nmsgstr "x"\n')
        self.assertLess(text.index('{"B",'), text.index('{"a",'))
        self.assertLess(text.index('{"a",'), text.index('{"b",'))
        self.assertIn("catalogue_ja_count = 3;", text)
        self.assertIn('"\\343\\201\\202"', text)

    def test_lines_and_escapes(self):
        text = self.made('msgid ""\n"one "\n"\\"two\\"\\n"\nmsgstr "a\\\\b"\n'.replace('msgid ""', 'msgid "x"', 1))
        self.assertIn('{"xone \\"two\\"\\012",', text)
        self.assertIn('"a\\\\b"', text)

    def test_placeholders(self):
        self.made('msgid "%s of %s, 50% done, 100%%"\nmsgstr "%2$s の %1$s"\n')
        os.unlink(self.target)
        self.refused('msgid "%s"\nmsgstr "x"\n', 4, "placeholders")
        self.refused('msgid "x"\nmsgstr "%s"\n', 4, "placeholders")
        self.refused('msgid "%s %s"\nmsgstr "%1$s %1$s"\n', 4, "placeholders")
        self.refused('msgid "%d"\nmsgstr "%s"\n', 4, "placeholders")

    def test_faults(self):
        self.refused('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n', 6, "already in line 4")
        self.refused('msgid "a"\nmsgstr ""\n', 4, "no translation")
        self.refused('msgid "a"\n', 4, "without its translation")
        self.refused('msgid "a"\nmsgid "b"\nmsgstr "c"\n', 5, "not expected")
        self.refused('msgctxt "a"\nmsgid "b"\nmsgstr "c"\n', 4, "not expected")
        self.refused('#, fuzzy\nmsgid "a"\nmsgstr "b"\n', 5, "fuzzy")
        self.refused('msgid "a\nmsgstr "b"\n', 4, "quoted")
        self.refused('msgid "a\\q"\nmsgstr "b"\n', 4, "escape")
        self.refused('\n# x\n"b"\n', 6, "belongs to nothing")

    def test_header(self):
        done = self.run_tool(self.path("ja.po", 'msgid "a"\nmsgstr "b"\n'), self.target, "ja")
        self.assertEqual(done.returncode, 1)
        self.assertIn("header", done.stderr)

    def test_missing(self):
        catalogue = self.path("ja.po", HEADER + 'msgid "known"\nmsgstr "x"\n')
        self.path("a.c", 'f(N_("known"), tr(page->language, "known"), "not marked");\n')
        self.assertEqual(self.run_tool("--missing", catalogue, self.folder.name).returncode, 0)
        self.path("b.c", '\nf(tr(of(page), "other"),\n  N_("two "\n     "lines"));\n')
        done = self.run_tool("--missing", catalogue, self.folder.name)
        self.assertEqual(done.returncode, 1)
        self.assertIn("b.c:2: not in", done.stdout)
        self.assertIn("'other'", done.stdout)
        self.assertIn("b.c:3:", done.stdout)
        self.assertIn("'two lines'", done.stdout)


if __name__ == "__main__":
    unittest.main()
