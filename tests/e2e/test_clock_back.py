"""Goal: a wall clock that jumps back costs nothing: times in records never decrease, nothing
is refused for it, and what was acknowledged is there once.

Method: yxd runs with a shim in front of clock_gettime; four load processes send
observations without pause while its clock jumps back by a second, by a minute, forward
again, and back while the broker is killed and started anew. The journal is then read.
"""
import mmap
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

import harness
import loads
import town

BINARIES = os.environ["YIXIAN_BIN"]
SECOND_NS = 1000000000


class Clock:
    """The shim's control file (tests/support/faults/clock_shim.c)."""

    def __init__(self):
        self.file = tempfile.NamedTemporaryFile(prefix="yixian-clock-")
        self.file.write(bytes(16))
        self.file.flush()
        self.map = mmap.mmap(self.file.fileno(), 16)
        shim = pathlib.Path(BINARIES).parent / "tests" / "fault" / "libyx_clock_shim.so"
        # a sanitizer's runtime wants to be first; the shim has no need to be
        self.environment = {
            "LD_PRELOAD": str(shim), "YIXIAN_CLOCK_FILE": self.file.name,
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def move(self, seconds):
        """From now on the broker's clock is that many seconds off."""
        struct.pack_into("=qq", self.map, 0, seconds * SECOND_NS, 0)

    def asked(self):
        return struct.unpack_from("=q", self.map, 8)[0]


class ClockBack(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.addCleanup(self.clock.file.close)
        self.site = harness.Site(BINARIES, extra_env=self.clock.environment)
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.loads = loads.start_loads(self.site)
        for load in self.loads:
            self.addCleanup(load.kill)
            load.await_progress()

    def move_under_load(self, seconds):
        self.clock.move(seconds)
        for load in self.loads:
            load.await_sent_anew()
        self.assertGreater(self.clock.asked(), 0, "the broker does not ask this clock")

    def times(self):
        dump = subprocess.run([str(pathlib.Path(BINARIES) / "journal_dump"), "--times", str(self.site.broker.data)],
                              check=True, capture_output=True, text=True).stdout
        return [int(line.split()[1]) for line in dump.splitlines()]

    def test_clock_jumps_back_under_load__times_never_decrease__nothing_refused(self):
        for seconds in (-1, 0, -1, -60, 30, -1):
            self.move_under_load(seconds)
        self.clock.move(-3600)
        self.site.broker.kill()
        self.site.broker.start()  # replays a journal whose newest record lies ahead of the clock
        self.move_under_load(-3600)
        self.site.clients["O1"].put(("person", {"code": "H98"}))  # fails when it is refused
        for load in self.loads:
            load.assert_runs()
            load.kill()
        self.site.broker.stop()
        times = self.times()
        self.assertEqual([pair for pair in zip(times, times[1:]) if pair[1] < pair[0]], [])
        self.assertGreater(times[-1] - times[0], 25000, "the jump forward left no trace")
        loads.check_exactly_once(self, self.site, self.loads, 500)


if __name__ == "__main__":
    unittest.main()
