"""The fault shim in front of the C library of a real yxd (tests/support/faults/control.h)."""
import mmap
import os
import pathlib
import struct

# tests/support/faults/control.h
HEAD, ARMED, HITS, SIZE = "=IIIiII64s", 88, 96, 100
MAGIC = 0x59584654
WRITE, PWRITE, SYNC, ALLOCATE = 2, 4, 8, 64
FAIL, SLOW = 0, 4
NO_SPACE = 28


class Faults:
    """The shim's control file, and what a process needs to run with it."""

    def __init__(self, binaries, name):
        self.path = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"yixian-faults-{os.getpid()}-{name}"
        self.path.write_bytes(bytes(SIZE))
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), SIZE)
        self._head(0, False, b"", FAIL, NO_SPACE)
        shim = pathlib.Path(binaries).parent / "tests" / "fault" / "libyx_fault_shim.so"
        # a sanitizer's runtime wants to be first; the shim has no need to be
        self.environment = {
            "LD_PRELOAD": str(shim), "YIXIAN_FAULT_FILE": str(self.path),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def _head(self, calls, for_ever, path, action, error):
        struct.pack_into(HEAD, self.map, 0, MAGIC, calls, action, error, 1, for_ever, path)

    def arm(self, calls, for_ever, path, action=FAIL, error=NO_SPACE):
        """`error`: an errno, or with SLOW the milliseconds that a call waits."""
        self._head(calls, for_ever, path, action, error)
        struct.pack_into("=III", self.map, ARMED, 1, 0, 0)

    def disarm(self):
        struct.pack_into("=I", self.map, ARMED, 0)

    def hits(self):
        return struct.unpack_from("=I", self.map, HITS)[0]

    def close(self):
        self.path.unlink()
