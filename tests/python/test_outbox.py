"""Goal: what the outbox took is there after any crash, under its number, and never twice.

Method: an outbox in a folder of its own is opened again after every kind of end: closed,
cut off at every byte, killed between steps, refused room by the system.
"""
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

from yixian import BadOutbox, Outbox, OutboxFull
from yixian import outbox as module

ADDER = """
import os, sys
from yixian import Outbox
outbox = Outbox(sys.argv[1])
outbox.add([(b"one", b"eins"), (b"two", None)])
outbox.settle([1])
print("kept", flush=True)
os.kill(os.getpid(), 9)
"""


class OutboxTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="yixian-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "outbox"

    def opened(self):
        outbox = Outbox(self.path)
        self.addCleanup(outbox.close)
        return outbox

    def test_new__twice__own_instances(self):
        first = self.opened()
        other = Outbox(self.path.with_name("other"))
        self.addCleanup(other.close)
        self.assertNotEqual(first.instance, 0)
        self.assertNotEqual(first.instance, other.instance)

    def test_file__made__only_for_its_owner(self):
        self.opened()
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)

    def test_added__opened_again__same_bytes_and_numbers(self):
        outbox = self.opened()
        self.assertEqual(outbox.add([(b"one", b"\x00\xff"), (b"two", None)]), [1, 2])
        outbox.close()
        again = self.opened()
        self.assertEqual(again.instance, outbox.instance)
        self.assertEqual([(w.number, w.public, w.private) for w in again], [(1, b"one", b"\x00\xff"), (2, b"two", None)])
        self.assertEqual(again.add([(b"three", None)]), [3])

    def test_settled__opened_again__numbers_not_used_again(self):
        outbox = self.opened()
        outbox.add([(b"one", None), (b"two", None)])
        outbox.settle([1, 2])
        outbox.close()
        again = self.opened()
        self.assertEqual(len(again), 0)
        self.assertEqual(again.add([(b"three", None)]), [3])

    def test_process_killed__after_add__all_there(self):
        done = subprocess.run([sys.executable, "-B", "-c", ADDER, str(self.path)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stdout, "kept\n", done.stderr)
        self.assertEqual([w.public for w in self.opened()], [b"two"])

    def test_file__cut_at_every_byte__whole_steps_or_none(self):
        outbox = self.opened()
        instance, head = outbox.instance, self.path.stat().st_size
        outbox.add([(b"one", None)])
        one = self.path.stat().st_size
        outbox.add([(b"two", None), (b"three", None)])
        outbox.close()
        whole = self.path.read_bytes()
        for size in range(head, len(whole) + 1):
            self.path.write_bytes(whole[:size])
            cut = Outbox(self.path)
            expected = 3 if size == len(whole) else 1 if size >= one else 0
            self.assertEqual((cut.instance, len(cut)), (instance, expected), f"cut at {size}")
            self.assertEqual(cut.add([(b"next", None)]), [expected + 1])
            cut.close()
            Outbox(self.path).close()  # what was written behind the cut can be read

    def test_file__damaged_in_the_middle__refused(self):
        outbox = self.opened()
        outbox.add([(b"one", None)])
        outbox.add([(b"two", None)])
        outbox.close()
        lines = self.path.read_bytes().splitlines(keepends=True)
        self.path.write_bytes(lines[0] + lines[1][:9] + b"\n" + lines[2])
        with self.assertRaisesRegex(BadOutbox, "damaged"):
            self.opened()

    def test_second_process__same_file__refused(self):
        self.opened()
        with self.assertRaisesRegex(BadOutbox, "another process"):
            self.opened()

    def test_no_room__add__nothing_kept_and_usable(self):
        outbox = self.opened()
        outbox.add([(b"one", None)])
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.path.stat().st_size + 20, hard))
        try:
            with self.assertRaises(BadOutbox):
                outbox.add([(b"two" * 100, None)])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        self.assertEqual(outbox.add([(b"three", None)]), [2])
        outbox.close()
        self.assertEqual([w.public for w in self.opened()], [b"one", b"three"])

    def test_copied__opened_again__takes_nothing(self):
        outbox = self.opened()
        outbox.mark_copied()
        outbox.close()
        with self.assertRaisesRegex(BadOutbox, "copy"):
            self.opened().add([(b"one", None)])

    def test_full__add__refused_whole(self):
        outbox = self.opened()
        outbox.add([(b"x", None)] * (module.WAITING_MAX - 1))
        with self.assertRaises(OutboxFull):
            outbox.add([(b"a", None), (b"b", None)])
        self.assertEqual(len(outbox), module.WAITING_MAX - 1)

    def test_grown__all_settled__written_anew_with_its_numbers(self):
        outbox = self.opened()
        instance, numbers = outbox.instance, []
        while self.path.stat().st_size <= module.REWRITE_BYTES:
            numbers = outbox.add([(b"x" * 10_000, None)] * 20)
            last = numbers.pop()
            outbox.settle(numbers)
            if self.path.stat().st_size <= module.REWRITE_BYTES:
                outbox.settle([last])
        outbox.settle([last])
        self.assertLess(self.path.stat().st_size, 200)
        self.assertEqual(outbox.add([(b"y", None)]), [last + 1])
        outbox.close()
        again = self.opened()
        self.assertEqual((again.instance, [w.number for w in again]), (instance, [last + 1]))


if __name__ == "__main__":
    unittest.main()
