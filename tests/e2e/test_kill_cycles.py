"""Goal: every acknowledged observation is there exactly once, however often broker and
clients are killed.

Method: four load processes, each with a key and an outbox of its own, write down what
was acknowledged. Again and again, once every load process has reported progress, one
side is killed with SIGKILL and started anew. At the end the journal itself is read,
without the broker: codes, outbox numbers and seqs are held against what was written
down, the digest survives a restart and the chain verifies. The number of cycles is
YIXIAN_KILL_CYCLES (100 unless told otherwise).
"""
import collections
import os
import pathlib
import random
import signal
import subprocess
import unittest

import harness
import town

BINARIES = os.environ["YIXIAN_BIN"]
CYCLES = int(os.environ.get("YIXIAN_KILL_CYCLES", "100" if not os.environ.get("YIXIAN_SANITIZE") else "20"))


class Load:
    """One load process; killed and started again under a new generation of codes."""

    def __init__(self, site, client, inspector, visits):
        self.client, self.inspector, self.visits = client, inspector, visits
        self.log = site.folder / f"acked-{inspector}"
        self.generation = 0
        self.process = None

    def start(self):
        self.generation += 1
        self.process = subprocess.Popen(
            [str(pathlib.Path(BINARIES) / "load"), "--profile", str(self.client.profile),
             "--inspector", self.inspector, "--visits", ",".join(self.visits), "--subjects", ",".join(
                 code for code, _, _ in town.SUBJECTS),
             "--prefix", f"{self.inspector}-{self.generation}-", "--count", "100000000", "--batch", "16",
             "--in-flight", "256", "--observed-ms", str(town.OPENED_MS + 1000), "--log", str(self.log),
             "--report", "50"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def await_progress(self):
        """Blocks until the process says that 50 more were acknowledged."""
        line = self.process.stdout.readline()
        if not line:
            raise harness.Failed("load ended: " + self.process.stderr.read())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def acknowledged(self):
        """(code, seq) of every whole line written down."""
        text = self.log.read_text()
        for line in text[:text.rfind("\n") + 1].splitlines():
            code, seq = line.split()
            yield code, int(seq)


class KillCycles(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES)
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.loads = []
        for inspector, team in (("I01", "T1"), ("I02", "T1"), ("I04", "T2"), ("I05", "T2")):
            client = self.site.enrolled(inspector, "--role", "inspector", "--person", "H" + inspector, "--unit", "U001")
            load = Load(self.site, client, inspector, [v for v, t, _ in town.VISITS if t == team])
            self.loads.append(load)
            load.start()
            self.addCleanup(lambda one=load: one.process.poll() is None and one.kill())

    def test_kills_under_load__a_hundred_times__exactly_once(self):
        seed = int(os.environ.get("YIXIAN_SEED", "1"))
        print("seed", seed, "cycles", CYCLES)
        chance = random.Random(seed)
        for cycle in range(CYCLES):
            for load in self.loads:
                load.await_progress()
            if cycle % 2 == 0:
                self.site.broker.kill()
                self.site.broker.start()
            else:
                victim = chance.choice(self.loads)
                victim.kill()
                victim.start()
        for load in self.loads:
            load.await_progress()
            load.kill()
        self.check()

    def check(self):
        digest = self.site.administrator.digest()
        self.site.broker.kill()
        self.site.broker.start()
        self.assertEqual(self.site.administrator.digest(), digest)
        scrub = self.site.administrator.json("admin", "scrub")[0]["answer"]["scrub"]
        self.assertNotIn("damaged_seq", scrub)
        self.site.broker.stop()
        dump = subprocess.run([str(pathlib.Path(BINARIES) / "journal_dump"), str(self.site.broker.data)],
                              check=True, capture_output=True, text=True).stdout
        records = [line.split() for line in dump.splitlines()]
        self.assertEqual(len(records), scrub["records"])
        numbers = collections.Counter((key, instance, number) for _, key, instance, number, _, _ in records if key != "0")
        self.assertEqual([n for n, times in numbers.items() if times > 1], [])
        stored = collections.defaultdict(list)
        for seq, _, _, _, _, code in records:
            if code != "-":
                stored[code].append(int(seq))
        acknowledged = [pair for load in self.loads for pair in load.acknowledged()]
        print("acknowledged", len(acknowledged), "stored", len(stored))
        self.assertGreater(len(acknowledged), CYCLES * 50)
        wrong = [(code, seq, stored.get(code)) for code, seq in acknowledged if stored.get(code) != [seq]]
        self.assertEqual(wrong[:10], [])


if __name__ == "__main__":
    unittest.main()
