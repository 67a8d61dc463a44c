#!/usr/bin/env python3
"""Turns files into one C source with a table of struct embedded_file (src/web/embedded.h).

    embed.py --assets WEB DIRECTORY OUT.c   lets WEB/build.mjs write to DIRECTORY; names with a hash, .gz and .br beside each
    embed.py --sources ROOT [--symbol NAME] OUT.c
                                            the declared processes and their data, plain, named by their path below ROOT
    embed.py --program FILE --symbol NAME OUT.c
                                            a program without what only debuggers read, as NAME and NAME_size

A depfile can be asked for with --depfile, so that the build notices changed files.
"""
import argparse
import json
import mimetypes
import pathlib
import subprocess
import sys

TYPES = {'.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml',
         '.yaml': 'application/yaml', '.csv': 'text/csv; charset=utf-8', '.json': 'application/json', '.tsv': 'text/tab-separated-values; charset=utf-8'}


def literal(data):
    """Bytes as C string literals, 96 bytes a line. Octal, so that no digit after an escape can join it."""
    lines = []
    for start in range(0, len(data), 96):
        out = []
        for byte in data[start:start + 96]:
            if byte in (0x22, 0x5c):
                out.append('\\' + chr(byte))
            elif 0x20 <= byte < 0x7f and byte != 0x3f:
                out.append(chr(byte))
            else:
                out.append('\\%03o' % byte)
        lines.append('\t\t"%s"' % ''.join(out))
    return '\n'.join(lines) or '\t\t""'


def slice_of(data):
    return '{\n%s,\n\t\t%d}' % (literal(data), len(data)) if data else '{"", 0}'


def entry(name, path, url, compressed):
    variants = [path.read_bytes()]
    for suffix in ('.gz', '.br'):
        variant = path.with_name(path.name + suffix)
        variants.append(variant.read_bytes() if compressed else b'')
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or 'application/octet-stream'
    return '\t{"%s", "%s", "%s",\n\t %s,\n\t %s,\n\t %s},\n' % (name, url, kind, *map(slice_of, variants))


def write_program(program, symbol, out):
    stripped = out.with_suffix('.stripped')
    subprocess.run(['strip', '--strip-debug', '-o', str(stripped), str(program)], check=True)
    data = stripped.read_bytes()
    stripped.unlink()
    out.write_text('/* Written by tools/embed.py. */\n#include <stddef.h>\n\nextern const char %s[];\nextern const size_t %s_size;\nconst char %s[] =\n%s;\nconst size_t %s_size = %d;\n'
                   % (symbol, symbol, symbol, literal(data), symbol, len(data)))
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument('--assets', type=pathlib.Path, nargs=2, metavar=('WEB', 'DIRECTORY'))
    kind.add_argument('--sources', type=pathlib.Path)
    kind.add_argument('--program', type=pathlib.Path)
    parser.add_argument('--symbol', default='embedded_sources')
    parser.add_argument('--with', dest='more', type=pathlib.Path, action='append', default=[], help='a file beside those of ROOT')
    parser.add_argument('--depfile', type=pathlib.Path)
    parser.add_argument('out', type=pathlib.Path)
    options = parser.parse_args()
    if options.program:
        return write_program(options.program, options.symbol, options.out)

    entries, used = [], []  # used: folders as well, so that a new file is noticed
    if options.assets:
        symbol = 'embedded_assets'
        web, directory = options.assets
        subprocess.run(['node', str(web / 'build.mjs'), str(directory)], check=True)
        manifest = json.loads((directory / 'manifest.json').read_text())
        used += sorted(web.rglob('*'))
        used += [web.parent / 'package-lock.json', web.parent / 'src/web/icon.h']
        for name, hashed in sorted(manifest.items()):
            entries.append(entry(name, directory / hashed, '/assets/' + hashed, True))
    else:
        symbol = options.symbol
        root = options.sources
        used += [root, *(path for path in root.rglob('*') if path.is_dir())]
        for path in sorted(root.rglob('*')):
            if path.is_file() and path.suffix in TYPES and not path.name.startswith('.'):
                used.append(path)
                entries.append(entry(path.relative_to(root).as_posix(), path, '', False))
        for path in options.more:
            used.append(path)
            entries.append(entry(path.name, path, '', False))
    text = ('/* Written by tools/embed.py. */\n#include "web/embedded.h"\n\n'
            'const struct embedded_file %s[] = {\n%s\t{NULL, NULL, NULL, {NULL, 0}, {NULL, 0}, {NULL, 0}},\n};\n'
            'const size_t %s_count = %d;\n' % (symbol, ''.join(entries), symbol, len(entries)))
    options.out.write_text(text)
    if options.depfile:
        options.depfile.write_text('%s: %s\n' % (options.out, ' '.join(str(path) for path in used)))
    return 0


if __name__ == '__main__':
    sys.exit(main())
