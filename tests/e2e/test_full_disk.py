"""Goal: a full disk costs nothing acknowledged and is survived without a hand.

Method: yxd runs with the fault shim in front of the C library; four load processes
write down what was acknowledged; then writes to the journal meet a full disk, once
(the ballast covers it) or for good (the process ends, and a restart serves again).
"""
import contextlib
import os
import signal
import unittest

import faults
import harness
import loads
import town

BINARIES = os.environ["YIXIAN_BIN"]


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.faults = faults.Faults(BINARIES, id(self))
        self.addCleanup(self.faults.close)
        self.site = harness.Site(BINARIES, extra_env=self.faults.environment)
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.loads = loads.start_loads(self.site)
        for load in self.loads:
            self.addCleanup(load.kill)
            load.await_progress()

    def stats(self):
        counters = self.site.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]
        return {c["name"]: c["value"] for c in counters}

    @contextlib.contextmanager
    def quiet(self):
        """Stops the load processes and waits until all they sent is stored."""
        for load in self.loads:
            load.process.send_signal(signal.SIGSTOP)
        before, after = None, self.site.administrator.digest()
        while before != after:
            before, after = after, self.site.administrator.digest()
        yield
        for load in self.loads:
            load.process.send_signal(signal.SIGCONT)

    def end(self):
        for load in self.loads:
            load.await_progress()
            load.kill()
        self.site.broker.stop()
        loads.check_exactly_once(self, self.site, self.loads, 200)

    def test_disk_full_once__under_load__ballast_covers_it(self):
        with self.quiet():  # so that the first write is of pages, which grow the file
            self.faults.arm(faults.WRITE | faults.PWRITE, 0, b"data.mdb")
        for load in self.loads:  # an acknowledgement that was under way needs no write
            load.await_sent_anew()
        self.assertEqual(self.faults.hits(), 1)
        self.assertEqual(self.stats()["ballast_released"], 1)
        self.assertIsNone(self.site.broker.process.poll())
        self.end()

    def test_disk_full_for_good__under_load__ends_and_restart_serves(self):
        self.faults.arm(faults.WRITE | faults.PWRITE, 1, b"data.mdb")
        self.assertEqual(self.site.broker.process.wait(timeout=60), 1)
        self.site.broker.notify.close()
        self.assertRegex(self.site.broker.log.read_text(), r"\[E510[12]\]")
        self.faults.disarm()
        self.site.broker.start()
        self.end()

    def test_disk_still_full__restart__reads_are_served_and_commands_refused(self):
        for load in self.loads:
            load.kill()
        digest = self.site.administrator.digest()
        self.site.broker.kill()
        self.site.broker.config["low_water_mib"] = 1048576
        self.faults.arm(faults.WRITE | faults.PWRITE | faults.ALLOCATE, 1, b"data/ballast")
        (self.site.broker.data / "ballast").unlink()
        self.site.broker.start()
        self.assertEqual(self.site.administrator.digest(), digest)
        said = self.site.clients["O1"].put(("person", {"code": "H99"}), check=False)
        self.assertIn("[E5101]", said.stdout + said.stderr)
        self.site.broker.kill()


if __name__ == "__main__":
    unittest.main()
