"""Goal: every block of code in docs/integration.md does what the page says.

Method: the blocks are taken out by their titles and run as they stand, in a folder of their
own; only addresses and the one-time code are put in. Programs that run for ever are killed.
"""
import os
import pathlib
import queue
import re
import sqlite3
import subprocess
import sys
import threading
import unittest

import python_field
import python_relay
import town
from yixian import Client, Profile

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = TOP / "docs" / "integration.md"
BLOCK = re.compile(r"^```(\w*) ?(\w*)\n(.*?)^```", re.M | re.S)
SECONDS = 240


def blocks():
    return {title: text for _, title, text in BLOCK.findall(PAGE.read_text(encoding="utf-8"))}


class Program:
    """A block that runs; its lines are read as they come."""

    def __init__(self, test, folder, text):
        path = pathlib.Path(folder) / "program.py"
        path.write_text(text, encoding="utf-8")
        self.process = subprocess.Popen([sys.executable, "-B", path.name], cwd=folder, text=True, encoding="utf-8",
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env={**os.environ, "PYTHONUTF8": "1"})
        self.said, self._lines = [], queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        test.addCleanup(self.kill)

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def until(self, pattern):
        """The first line from here on in which the pattern is found."""
        while True:
            line = self._lines.get(timeout=SECONDS)
            if line is None:
                raise AssertionError(f"ended without saying {pattern}:\n" + "\n".join(self.said))
            self.said.append(line)
            found = re.search(pattern, line)
            if found:
                return found

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class IntegrationDoc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.field = python_field.Field()
        cls.addClassCleanup(cls.field.close)
        cls.field.observe(200)
        cls.blocks = blocks()

    def folder(self, name, *words):
        """A folder with a profile in it, enrolled as the page says."""
        return self.enrolled(name, self.field.site.administrator.invite(name, *words))

    def enrolled(self, name, code):
        folder = self.field.site.folder / name
        folder.mkdir()
        self.run_to_end(folder, self.text("enrol").replace("yx1-...", code))
        return folder

    def text(self, title):
        return self.blocks[title].replace("tcp://broker.example:7750", self.field.site.broker.endpoint)

    def run_to_end(self, folder, text):
        done = subprocess.run([sys.executable, "-B", "-c", text], cwd=folder, capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_page__every_block__has_a_title_and_a_test(self):
        tested = {"invite", "enrol", "messages", "subscriber", "relay", "watcher", "feed", "submit"}
        self.assertEqual({title for _, title, _ in BLOCK.findall(PAGE.read_text(encoding="utf-8"))}, tested)

    def test_invitation__as_on_the_page__enrols(self):
        admin = self.field.site.administrator
        path = python_field.BINARIES + os.pathsep + os.environ["PATH"]
        said = subprocess.run(["sh", "-ec", self.blocks["invite"]], env={**admin.env(), "PATH": path}, check=True,
                              capture_output=True, text=True, timeout=SECONDS).stdout
        folder = self.enrolled("hall-display", next(word for word in said.split() if word.startswith("yx1-")))
        with Client(Profile.load(folder / "profile.json"), timeout=SECONDS) as client:
            me = client.whoami()
        self.assertEqual((me.principal, list(me.units)), ("hall-display", ["U010"]))

    def test_messages__made__can_be_imported(self):
        folder = self.field.site.folder / "messages"
        folder.mkdir()
        (folder / "proto").symlink_to(TOP / "proto")
        subprocess.run(["sh", "-ec", self.blocks["messages"]], cwd=folder, check=True, timeout=SECONDS)
        self.run_to_end(folder, "import wire_pb2; wire_pb2.Delta()")

    def test_subscriber__is_ten_lines(self):
        lines = [line for line in self.blocks["subscriber"].splitlines() if line.strip()]
        self.assertLessEqual(len(lines), 12)
        self.assertEqual(len([line for line in lines if "import" not in line]), 10)

    def test_submit__run__a_seq_and_a_refusal(self):
        said = self.run_to_end(self.folder("doc-organiser", "--role", "organiser", "--everything"), self.text("submit"))
        self.assertRegex(said, r"fact \d+\n1012 unit.code ")

    def test_watcher__run__follows_the_board_over_a_kill(self):
        watcher = Program(self, self.folder("doc-watcher", "--role", "service", "--everything"), self.text("watcher"))
        watcher.until(r"version \d+ live")
        seq = self.field.observe(20)
        while int(watcher.until(r"version (\d+) live").group(1)) < seq:
            pass
        watcher.until(r"^\d+ \d+-\d+ C0\d \d+\.\d\d \d+$")
        self.field.restart()
        seq = self.field.observe(20)
        while int(watcher.until(r"version (\d+) live").group(1)) < seq:
            pass

    def relayed(self, folder, title):
        relay = python_relay.Relay(self.field, f"relay-{title}")
        self.addCleanup(relay.close)
        (folder / "relay.pub").write_text(relay.key)
        text = self.text(title)
        for shown, real in zip(("tcp://relay.example:7751", "tcp://relay.example:7752"), relay.endpoints):
            text = text.replace(shown, real)
        return Program(self, folder, text)

    def test_subscriber__run__prints_rows_that_change(self):
        folder = self.folder("doc-subscriber", "--role", "service", "--everything")
        subprocess.run(["protoc", f"--proto_path={TOP}/proto", f"--python_out={folder}",
                        *map(str, (TOP / "proto").glob("*.proto"))], check=True, timeout=SECONDS)
        subscriber = self.relayed(folder, "subscriber")
        found = []
        reader = threading.Thread(target=lambda: found.append(subscriber.until(r"^\d+ \d+-\d+ C0\d \d+\.\d\d \d+$")))
        reader.start()
        while reader.is_alive():  # what was published before it had subscribed is not for it
            self.field.observe(5)
            reader.join(0.2)
        self.assertTrue(found, subscriber.said)

    def test_relay__run__has_the_last_value_and_goes_on(self):
        program = self.relayed(self.folder("doc-relay", "--role", "service", "--everything"), "relay")
        program.until(rf"{town.GROUP} \d+ live 8")
        seq = self.field.observe(20)
        while int(program.until(rf"{town.GROUP} (\d+) live 8").group(1)) < seq:
            pass

    def test_feed__killed_again_and_again__every_fact_once(self):
        folder = self.folder("doc-feed", "--role", "auditor", "--everything")
        for _ in range(3):
            consumer = Program(self, folder, self.text("feed"))
            consumer.until("stored up to")
            self.field.observe(30)
            consumer.kill()
        seq = self.field.observe(5)
        consumer = Program(self, folder, self.text("feed"))
        while int(consumer.until(r"stored up to (\d+)").group(1)) < seq:
            pass
        consumer.kill()
        with sqlite3.connect(folder / "facts.db") as store:
            stored = store.execute("SELECT seq, kind FROM fact ORDER BY seq").fetchall()
        self.assertEqual(stored, [(seq, kind) for seq, (kind, _) in sorted(self.field.records().items())])


if __name__ == "__main__":
    unittest.main()
