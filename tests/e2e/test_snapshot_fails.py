"""Goal: a snapshot that cannot be written costs nothing but the snapshot.

Method: yxd runs with the fault shim in front of the C library, its snapshot child too;
under load every write, sync and rename of a snapshot fails, each kind for a while. The
broker goes on, says so in its figures, keeps the snapshot that it had, and writes the
next one as soon as it can.
"""
import os
import unittest

import faults
import harness
import loads
import town

BINARIES = os.environ["YIXIAN_BIN"]
EVERY = 1000
RENAME = 128  # tests/support/faults/control.h
NO_SPACE, IO_ERROR = 28, 5


class SnapshotFails(unittest.TestCase):
    def setUp(self):
        self.faults = faults.Faults(BINARIES, id(self))
        self.addCleanup(self.faults.close)
        self.site = harness.Site(BINARIES, config={"snapshot_records": EVERY}, extra_env=self.faults.environment)
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.loads = loads.start_loads(self.site)
        for load in self.loads:
            self.addCleanup(load.kill)

    def counter(self, name):
        counters = self.site.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]
        return next(c["value"] for c in counters if c["name"] == name)

    def run_until_one_more(self, name):
        before = self.counter(name)
        while self.counter(name) == before:
            for load in self.loads:
                load.await_progress()

    def test_every_snapshot_fails__broker_goes_on__next_one_comes(self):
        self.run_until_one_more("snapshots")
        for calls, error in ((faults.PWRITE, NO_SPACE), (faults.SYNC, IO_ERROR), (RENAME, IO_ERROR)):
            self.faults.arm(calls, 1, b"snapshot", error=error)
            self.run_until_one_more("snapshots_failed")
            self.assertGreater(self.faults.hits(), 0)
            self.assertIsNone(self.site.broker.process.poll())
            self.faults.disarm()
            self.assertTrue((self.site.broker.data / "snapshot").exists())
            self.run_until_one_more("snapshots")
        for load in self.loads:
            load.assert_runs()
            load.kill()
        self.site.broker.kill()
        before = len(self.site.broker.log.read_text())
        self.site.broker.start()
        self.assertRegex(self.site.broker.log.read_text()[before:], r"snapshot of record \d+ read")
        self.site.broker.stop()
        loads.check_exactly_once(self, self.site, self.loads, EVERY)


if __name__ == "__main__":
    unittest.main()
