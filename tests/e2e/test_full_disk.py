"""Goal: a full disk costs nothing acknowledged and is survived without a hand.

Method: yxd runs with the fault shim in front of the C library; four load processes
write down what was acknowledged; then writes to the journal meet a full disk, once
(the ballast covers it) or for good (the process ends, and a restart serves again).
Where the machine allows it, the data folder is a small disk of its own that is really
filled and freed, again and again.
"""
import contextlib
import ctypes
import os
import signal
import subprocess
import unittest
import unittest.mock

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


CLONE_NEWNS = 0x20000
DISK_MIB, LOW_WATER_MIB, BALLAST_MIB = 192, 8, 32
CYCLES = 3


class SmallDisk(harness.Broker):
    """A broker whose data folder is a file system of its own, gone with this process."""

    def init(self, administrator="admin", words=()):
        self.data.mkdir(mode=0o700)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=0700", "yixian-test", str(self.data)],
                       check=True, capture_output=True)
        return super().init(administrator, words)

    def close(self):
        super().close()
        subprocess.run(["umount", str(self.data)], check=False, capture_output=True)

    def fill(self):
        """Takes all the room there is, to the last page."""
        with open(self.data / "filler", "ab", buffering=0) as file:
            for size in (1 << 20, 4096):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def free(self):
        (self.data / "filler").unlink()


class FilledAndFreed(unittest.TestCase):
    def setUp(self):
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
            self.skipTest("this machine allows no mounts of one's own")
        if subprocess.run(["mount", "--make-rprivate", "/"], check=False, capture_output=True).returncode != 0:
            self.skipTest("this machine allows no mounts of one's own")
        with unittest.mock.patch.object(harness, "Broker", SmallDisk):
            self.site = harness.Site(BINARIES, config={"low_water_mib": LOW_WATER_MIB, "ballast_mib": BALLAST_MIB})
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.loads = loads.start_loads(self.site, rate=500)
        for load in self.loads:
            self.addCleanup(load.kill)
            load.await_progress()

    def figure(self, name):
        stats = self.site.administrator.json("admin", "stats")[0]["answer"]["stats"]
        return next(int(figure["value"]) for kind in stats.values() if isinstance(kind, list)
                    for figure in kind if figure.get("name") == name)

    def test_disk_filled_and_freed_under_load__goes_on_by_itself__exactly_once(self):
        for _ in range(CYCLES):
            self.site.broker.fill()
            while self.figure("storage_low") == 0:  # every answer is a turn of the broker
                self.assertIsNone(self.site.broker.process.poll())
            digest = self.site.administrator.digest()
            while digest != (digest := self.site.administrator.digest()):
                pass  # what was under way when it got low
            self.site.broker.free()
            for load in self.loads:
                load.await_sent_anew()
        for load in self.loads:
            load.assert_runs()
            load.kill()
        self.site.broker.kill()
        self.site.broker.start()
        self.site.broker.stop()
        loads.check_exactly_once(self, self.site, self.loads, 500)


if __name__ == "__main__":
    unittest.main()
