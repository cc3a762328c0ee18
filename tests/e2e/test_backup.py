"""Goal: a copy made beside a serving broker holds every record, is checked byte by byte,
and makes a broker that serves the same state to the same clients.

Method: copies in steps while four load processes run; one more when they rest; the
copy is verified, spoiled at many places and verified again, restored into a new folder
and served; digests, clients' keys and sockets must work as before.
"""
import os
import random
import shutil
import subprocess
import unittest

import harness
import loads
import town

BINARIES = os.environ["YIXIAN_BIN"]


class Backup(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES)
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.copy = self.site.folder / "copy"

    def yxd(self, *words):
        return subprocess.run([self.site.broker.yxd, *map(str, words)], capture_output=True, text=True, timeout=120)

    def backup(self):
        done = self.yxd("backup", self.copy, "--data", self.site.broker.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        return int(done.stdout.split()[0])

    def load_a_while(self):
        processes = loads.start_loads(self.site)
        try:
            for _ in range(3):
                for load in processes:
                    load.await_progress()
                self.backup()
        finally:
            for load in processes:
                load.kill()
        return processes

    def files(self):
        return sorted(self.copy.glob("*.yxb"))

    def test_copies_under_load__restored__serve_the_same(self):
        processes = self.load_a_while()
        digest = self.site.administrator.digest()
        self.backup()
        self.assertEqual(self.backup(), 0)
        self.assertGreaterEqual(len(self.files()), 3)
        self.site.broker.stop()
        loads.check_exactly_once(self, self.site, processes, 100)

        new = self.site.folder / "data2"
        done = self.yxd("restore", self.copy, "--data", new, "--dry-run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nothing was written", done.stdout)
        self.assertFalse(new.exists())
        done = self.yxd("restore", self.copy, "--data", new)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.site.broker.data = new
        self.site.broker.start()
        self.assertEqual(self.site.administrator.digest(), digest)
        scrub = self.site.administrator.json("admin", "scrub")[0]["answer"]["scrub"]
        self.assertNotIn("damaged_seq", scrub)
        self.site.clients["O1"].put(("person", {"code": "H99"}))  # it takes commands
        self.assertEqual(self.backup(), 1)  # and the copy goes on with the new folder

        done = self.yxd("restore", self.copy, "--data", new)
        self.assertEqual(done.returncode, 1)
        self.assertIn("[E5110]", done.stderr)

    def test_copy_spoiled_anywhere__verify_says_where(self):
        self.load_a_while()
        self.backup()
        seed = int(os.environ.get("YIXIAN_SEED", "1"))
        print("seed", seed)
        chance = random.Random(seed)
        for _ in range(40):
            file = chance.choice(self.files())
            good = file.read_bytes()
            bad = bytearray(good)
            if chance.random() < 0.3:
                bad = bad[:chance.randrange(len(bad))]
            else:
                bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
            file.write_bytes(bytes(bad))
            done = self.yxd("verify", self.copy)
            self.assertEqual(done.returncode, 1)
            self.assertIn(file.name, done.stderr)
            self.assertRegex(done.stderr, r"\[E510[48]\]")
            restored = self.yxd("restore", self.copy, "--data", self.site.folder / "never")
            self.assertEqual(restored.returncode, 1)
            self.assertFalse((self.site.folder / "never").exists())
            file.write_bytes(good)
        self.assertEqual(self.yxd("verify", self.copy).returncode, 0)
        shutil.move(self.files()[1], self.site.folder / "aside")
        self.assertIn("does not follow", self.yxd("verify", self.copy).stderr)

    def test_copy_of_another_journal__refused(self):
        self.backup()
        other = harness.Site(BINARIES)
        self.addCleanup(other.close)
        town.found(other)
        done = self.yxd("backup", self.copy, "--data", other.broker.data)
        self.assertEqual(done.returncode, 1)
        self.assertIn("[E5103]", done.stderr)


if __name__ == "__main__":
    unittest.main()
