"""Goal: the demo holds what it promises, in batch, and leaves nothing behind; and what
it stands on: commands fed through a pipe are answered one by one, with their times.
Method: the real script as `./dev demo --batch` runs it, at the shortest year that the
clock allows, in a temporary folder of its own that must be empty afterwards."""
import fcntl
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

import harness
import town
from terminal import require_pseudo_terminals

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts"))
import demo_check  # noqa: E402

BIN = os.environ["YIXIAN_BIN"]
SECONDS = "33"
PATIENCE_SECONDS = 500


class Play:
    """One run of the script; its temporary files go where the test can see them."""

    def __init__(self, *words):
        self.folder = tempfile.mkdtemp(prefix="yx-demo-")
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-B", str(TOP / "scripts" / "demo.py"), "--bin", BIN, "--batch", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "TMPDIR": self.folder})
        self.said = ""

    def until(self, words):
        """Reads on until a line holds the words."""
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return
        raise harness.Failed(f"the demo ended without saying {words}:\n{self.said}")

    def end(self):
        self.said += self.process.communicate(timeout=PATIENCE_SECONDS)[0]
        return self.process.returncode

    def left_behind(self):
        """Files in its temporary folder, and processes that were started with it."""
        found = os.listdir(self.folder)
        mark = b"TMPDIR=" + self.folder.encode()
        for entry in pathlib.Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in entry.read_bytes():
                    found.append((entry.parent / "cmdline").read_text())
            except OSError:
                continue  # it ended meanwhile, or is somebody else's
        return found

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def read_terminal(process, terminal):
    """All that was written to it until its process ended, and the exit code."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 110, 0, 0))
    said, end = b"", time.monotonic() + PATIENCE_SECONDS
    while select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
        try:
            some = os.read(terminal, 65536)
        except OSError:
            break  # the other end is closed
        if not some:
            break
        said += some
    else:
        os.kill(process, signal.SIGKILL)
    os.close(terminal)
    return said.decode(errors="replace"), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


class Demo(unittest.TestCase):
    def play(self, *words):
        play = Play(*words)
        self.addCleanup(play.close)
        return play

    def test_demo__in_batch__everything_holds(self):
        play = self.play("--seconds", SECONDS)
        self.assertEqual(play.end(), 0, play.said)
        self.assertNotIn("FAILED", play.said)
        for words in ("28 devices, 12 township offices", "is killed (SIGKILL)", "p50", "p99", "version",
                      "every observation is there exactly once: 1766", "项目领办专员", "党政正职"):
            self.assertIn(words, play.said)
        self.assertEqual(play.left_behind(), [])

    def test_demo__on_a_terminal__shows_the_board_and_comes_back(self):
        require_pseudo_terminals()
        process, terminal = pty.fork()
        if process == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", str(TOP / "scripts" / "demo.py"), "--bin", BIN,
                                          "--seconds", SECONDS])
        said, code = read_terminal(process, terminal)
        self.assertEqual(code, 0, said[-3000:])
        self.assertIn("\x1b[?1049h", said)  # the screen of its own
        self.assertIn("演示时钟 x", said)
        self.assertLess(said.rindex("\x1b[?1049l"), said.index("the year is over"))
        self.assertNotIn("FAILED", said)

    def test_demo__broken_off__leaves_nothing_behind(self):
        play = self.play("--seconds", SECONDS)
        play.until("a year in")
        play.process.send_signal(signal.SIGINT)
        self.assertEqual(play.end(), 130, play.said)
        self.assertEqual(play.left_behind(), [])

    def test_demo__year_too_short_for_the_clock__usage(self):
        play = self.play("--seconds", "5")
        self.assertEqual(play.end(), 2, play.said)
        self.assertIn("--seconds: at least", play.said)


class Opinion(unittest.TestCase):
    """The second opinion, and that a board which says otherwise is found."""

    @classmethod
    def setUpClass(cls):
        cls.boards = demo_check.second_opinion.boards(TOP / "tests" / "scenarios" / "dingtao")

    def test_opinion__dingtao__is_the_one_that_was_published(self):
        sums = {group: sum(row["total"] for row in ranked + others) for group, (ranked, others) in self.boards.items()}
        self.assertEqual(sums, {"项目领办专员": 161199754388000, "党政正职": 74146816424000})
        self.assertEqual([len(ranked) for ranked, _ in self.boards.values()], [158, 73])
        best = [(ranked[0]["subject"], ranked[0]["total"]) for ranked, _ in self.boards.values()]
        self.assertEqual(best, [("C0133", 922244208000), ("C0018", 941737868000)])

    def test_differences__one_figure_changed__found(self):
        rows = self.boards["党政正职"][0]
        self.assertEqual(demo_check.differences(rows, rows, demo_check.RANKED), [])
        for field in demo_check.RANKED:
            spoiled = [dict(row) for row in rows]
            spoiled[7][field] = None
            self.assertEqual(len(demo_check.differences(spoiled, rows, demo_check.RANKED)), 1, field)
        self.assertEqual(len(demo_check.differences(rows[:-1], rows, demo_check.RANKED)), 1)
        swapped = [rows[1], rows[0], *rows[2:]]
        self.assertEqual(len(demo_check.differences(swapped, rows, demo_check.RANKED)), 2)


class Pipe(unittest.TestCase):
    """`yx put many --file -` as a program uses it."""

    def test_put__one_line_at_a_time__answered_at_once_and_timed(self):
        with harness.Site(BIN) as site:
            organiser = town.found(site)
            process = organiser.start("--json", "put", "many", "--timing", "--file", "-")
            answers = []
            for verb, fields in (("unit", {"code": "U100"}), ("unit", {"code": "U101", "parent": "U999"}),
                                 ("unit", {"code": "U102", "parent": "U100"})):
                process.stdin.write(json.dumps({"verb": verb, **fields}) + "\n")
                process.stdin.flush()
                answers.append(json.loads(process.stdout.readline()))  # while the pipe is open
            process.communicate()
            self.assertEqual([a["line"] for a in answers], [1, 2, 3])
            self.assertEqual([a["name"] for a in answers], ["OK", "UNKNOWN_UNIT", "OK"])
            for answer in answers:
                self.assertGreater(answer["ms"], 0)

    def test_put__timing_without_json__usage(self):
        with harness.Site(BIN) as site:
            done = site.administrator.run("put", "many", "--timing", "--file", "-", stdin="")
            self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
