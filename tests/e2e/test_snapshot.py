"""Goal: a snapshot saves time at a start and changes nothing else.

Method: load processes make thousands of records while the broker forks snapshots; then
the broker is killed and started, with its snapshot, without it, with a damaged one and
with one of another history; the digests and the names shown must be the same each time.
"""
import os
import re
import shutil
import unittest

import harness
import loads
import town

BINARIES = os.environ["YIXIAN_BIN"]
EVERY = 2000


class Snapshots(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES, config={"snapshot_records": EVERY})
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.broker = self.site.broker
        self.file = self.broker.data / "snapshot"

    def log(self):
        return self.broker.log.read_text()

    def counter(self, name):
        counters = self.site.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]
        return next(c["value"] for c in counters if c["name"] == name)

    def run_loads_until(self, snapshots):
        processes = loads.start_loads(self.site)
        try:
            while self.counter("snapshots") < snapshots:
                for load in processes:
                    load.await_progress()
        finally:
            for load in processes:
                load.kill()
        return processes

    def names(self):
        """Names on the board, once the log says that all are read."""
        rows = self.site.clients["O1"].json("board", town.GROUP)[0]["answer"]["board"]["rows"]
        return sorted((row["subject"], row.get("name")) for row in rows)

    def restart_says(self, pattern):
        before = len(self.log())
        self.broker.start()
        self.assertRegex(self.log()[before:], pattern)

    def test_snapshots_under_load__any_start__same_state(self):
        processes = self.run_loads_until(3)
        names = self.names()
        self.assertTrue(all(name for _, name in names), names)
        self.broker.kill()
        kept = self.broker.folder / "kept"
        shutil.copy(self.file, kept)

        # what the loads had sent before they were killed was still coming in: asked only now
        self.restart_says(r"snapshot of record \d+ read")
        digest = self.site.administrator.digest()
        while "names of" not in self.log():  # read behind the start; each question is a turn of the broker
            self.site.administrator.ok("ping")
        self.assertEqual(self.names(), names)
        replayed = int(re.findall(r"replayed (\d+) records", self.log())[-1])
        self.assertLess(replayed, 4 * EVERY + 20000)

        self.broker.kill()
        self.file.unlink()
        self.restart_says(r"replayed \d{4,} records")
        self.assertEqual(self.site.administrator.digest(), digest)

        self.broker.kill()
        damaged = bytearray(kept.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        self.file.write_bytes(damaged)
        self.restart_says(r"the snapshot is not used \[E5104\]")
        self.assertEqual(self.site.administrator.digest(), digest)
        self.assertEqual(self.names(), names)
        self.broker.stop()
        loads.check_exactly_once(self, self.site, processes, EVERY)

    def test_snapshot_of_another_history__not_used(self):
        self.run_loads_until(1)
        self.broker.kill()
        other = harness.Site(BINARIES)
        self.addCleanup(other.close)
        town.found(other)
        digest = other.administrator.digest()
        other.broker.kill()
        shutil.copy(self.file, other.broker.data / "snapshot")
        other.broker.start()
        self.assertRegex(other.broker.log.read_text(), r"the snapshot is not used \[E5103\]")
        self.assertEqual(other.administrator.digest(), digest)

    def test_stop_after_enough_records__leaves_a_last_snapshot(self):
        processes = loads.start_loads(self.site)
        for load in processes:
            self.addCleanup(load.kill)
        while self.counter("head_seq") < 12000 or self.counter("snapshots") == 0:
            for load in processes:
                load.await_progress()
        self.broker.config["snapshot_records"] = 100000000
        self.broker.kill()
        self.file.unlink()
        self.broker.start()
        for load in processes:
            load.await_progress()
        for load in processes:
            load.kill()
        self.broker.stop()
        self.assertTrue(self.file.exists())
        self.restart_says(r"replayed 0 records")
        digest = self.site.administrator.digest()
        self.broker.kill()
        self.file.unlink()
        self.restart_says(r"replayed \d{5,} records")
        self.assertEqual(self.site.administrator.digest(), digest)


if __name__ == "__main__":
    unittest.main()
