"""Goal: the shape of the code stays as ARCHITECTURE says: include lines, sizes, purity.

Method: all tracked C files are held against rules.py; then every rule sees a planted
fault and must find it.
"""
import pathlib
import subprocess
import unittest

import rules

TOP = pathlib.Path(__file__).resolve().parents[2]


def tracked_files():
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", "*.c", "*.h"],
                           cwd=TOP, check=True, capture_output=True, text=True).stdout.split()
    return {name: (TOP / name).read_text(encoding="utf-8") for name in names if (TOP / name).exists()}


class Structure(unittest.TestCase):
    maxDiff = None

    def test_tree__as_it_is__keeps_every_rule(self):
        files = tracked_files()
        self.assertGreater(len(files), 20)
        self.assertEqual(rules.check(files), [])

    def assert_planted(self, path, line, expected):
        files = tracked_files()
        files[path] = files.get(path, "/* planted. */\n") + line + "\n"
        found = [f for f in rules.check(files) if expected in f]
        self.assertTrue(found, f"planted in {path}: {line}")

    def test_include__across_a_line__is_found(self):
        for path, line in (
                ("broker/core/state.h", '#include "broker/runtime/loop.h"'),
                ("broker/core/decide.c", '#include "broker/ranking/score.h"'),
                ("broker/core/decide.c", '#include <zmq.h>'),
                ("broker/core/decide.c", '#include <time.h>'),
                ("broker/ranking/score.c", '#include <stdio.h>'),
                ("storage/journal.h", '#include "proto/wire.h"'),
                ("storage/journal.h", '#include "broker/core/state.h"'),
                ("clients/lib/client.h", '#include "broker/core/state.h"'),
                ("clients/lib/client.h", '#include "storage/journal.h"'),
                ("clients/cli/planted.c", '#include "storage/journal.h"'),
                ("proto/wire.h", '#include "storage/record.h"'),
                ("broker/runtime/loop.c", '#include <lmdb.h>'),
                ("broker/runtime/loop.c", '#include "wire.pb-c.h"')):
            with self.subTest(path=path, line=line):
                self.assert_planted(path, line, path + ": ")

    def test_cycle__of_headers__is_found(self):
        self.assert_planted("broker/core/table.h", '#include "broker/core/state.h"', "circle")

    def test_floating_point__in_the_core__is_found(self):
        self.assert_planted("broker/core/decide.c", "static double planted;", "floating point")

    def test_long_function__is_found(self):
        body = "\nvoid planted(void)\n{\n" + "    ;\n" * 75 + "}"
        self.assert_planted("broker/core/planted.c", body, "planted")

    def test_left_for_later__is_found(self):
        self.assert_planted("broker/core/decide.c", "/* TO" + "DO: planted */", "left for later")


if __name__ == "__main__":
    unittest.main()
