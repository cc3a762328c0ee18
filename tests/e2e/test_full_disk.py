"""Goal: a full disk costs nothing acknowledged and is survived without a hand.

Method: yxd runs with the fault shim in front of the C library; four load processes
write down what was acknowledged; then writes to the journal meet a full disk, once
(the ballast covers it) or for good (the process ends, and a restart serves again).
"""
import contextlib
import mmap
import os
import pathlib
import signal
import struct
import unittest

import harness
import loads
import town

BINARIES = os.environ["YIXIAN_BIN"]
SHIM = pathlib.Path(BINARIES).parent / "tests" / "fault" / "libyx_fault_shim.so"
# tests/support/faults/control.h
HEAD, ARMED, HITS, SIZE = "=IIIiII64s", 88, 96, 100
WRITE, PWRITE, ALLOCATE, FAIL, NO_SPACE = 2, 4, 64, 0, 28


class Faults:
    """The shim's control file."""

    def __init__(self, path):
        path.write_bytes(bytes(SIZE))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), SIZE)
        self.head(0, False, b"")

    def head(self, calls, for_ever, path):
        struct.pack_into(HEAD, self.map, 0, 0x59584654, calls, FAIL, NO_SPACE, 1, for_ever, path)

    def arm(self, calls, for_ever, path):
        self.head(calls, for_ever, path)
        struct.pack_into("=III", self.map, ARMED, 1, 0, 0)

    def disarm(self):
        struct.pack_into("=I", self.map, ARMED, 0)

    def hits(self):
        return struct.unpack_from("=I", self.map, HITS)[0]


class FullDisk(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"yixian-faults-{os.getpid()}-{id(self)}"
        self.faults = Faults(folder)
        self.addCleanup(folder.unlink)
        # a sanitizer's runtime wants to be first; the shim has no need to be
        self.site = harness.Site(BINARIES, extra_env={
            "LD_PRELOAD": str(SHIM), "YIXIAN_FAULT_FILE": str(folder),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})
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
            self.faults.arm(WRITE | PWRITE, 0, b"data.mdb")
        for load in self.loads:  # an acknowledgement that was under way needs no write
            load.await_sent_anew()
        self.assertEqual(self.faults.hits(), 1)
        self.assertEqual(self.stats()["ballast_released"], 1)
        self.assertIsNone(self.site.broker.process.poll())
        self.end()

    def test_disk_full_for_good__under_load__ends_and_restart_serves(self):
        self.faults.arm(WRITE | PWRITE, 1, b"data.mdb")
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
        self.faults.arm(WRITE | PWRITE | ALLOCATE, 1, b"data/ballast")
        (self.site.broker.data / "ballast").unlink()
        self.site.broker.start()
        self.assertEqual(self.site.administrator.digest(), digest)
        said = self.site.clients["O1"].put(("person", {"code": "H99"}), check=False)
        self.assertIn("[E5101]", said.stdout + said.stderr)
        self.site.broker.kill()


if __name__ == "__main__":
    unittest.main()
