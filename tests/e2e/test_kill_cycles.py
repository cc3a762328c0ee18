"""Goal: every acknowledged observation is there exactly once, however often broker and
clients are killed.

Method: four load processes, each with a key and an outbox of its own, write down what
was acknowledged. Again and again, once every load process has reported progress, one
side is killed with SIGKILL and started anew. At the end the journal itself is read,
without the broker: codes, outbox numbers and seqs are held against what was written
down, the digest survives a restart and the chain verifies. The number of cycles is
YIXIAN_KILL_CYCLES (100 unless told otherwise); with many the loads send less, so that
the journal that each start reads stays small.
"""
import os
import random
import unittest

import harness
import loads
import town

BINARIES = os.environ["YIXIAN_BIN"]
CYCLES = int(os.environ.get("YIXIAN_KILL_CYCLES", "100" if not os.environ.get("YIXIAN_SANITIZE") else "20"))


class KillCycles(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES)
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.loads = loads.start_loads(self.site, rate=min(loads.RATE, max(200, loads.RATE * 100 // CYCLES)))
        for load in self.loads:
            self.addCleanup(load.kill)

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
        records = loads.check_exactly_once(self, self.site, self.loads, CYCLES * 50)
        self.assertEqual(records, scrub["records"])

    def test_sigterm_under_load__drained_each_time__exactly_once(self):
        for _ in range(5):
            for load in self.loads:
                load.await_progress()
            self.site.broker.stop()  # fails unless it ends with 0
            self.site.broker.start()
        for load in self.loads:
            load.await_progress()
            load.kill()
        self.site.broker.stop()
        loads.check_exactly_once(self, self.site, self.loads, 250)


if __name__ == "__main__":
    unittest.main()
