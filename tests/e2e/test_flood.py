"""Goal: whoever floods the broker costs it no memory and the others little time.

Method: enrolled keys send complete messages as fast as they can over several sockets
and never read an answer, while another client goes on asking; the broker's resident
memory is read before and after. A reader that came back late must find the broker
serving. All sockets are closed as soon as the other client has had its answers.
"""
import os
import struct
import threading
import unittest

import zmq
from zmq.utils import z85

import harness
import town
from test_bad_input import field, ping, secret_of, server_secret, submit, unit, varint  # noqa: F401

BINARIES = os.environ["YIXIAN_BIN"]
# A sanitizer makes the broker ten times slower, but not those who flood it.
ASKED = 6 if os.environ.get("YIXIAN_SANITIZE") else 60
PATIENCE = 100 if os.environ.get("YIXIAN_SANITIZE") else 10
GROWTH_MIB = 400 if os.environ.get("YIXIAN_SANITIZE") else 200
# Freed memory that a sanitizer keeps from use (256 MiB unless told) is not held by the broker.
LEAN = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=8"}


def resident_mib(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


class Flood(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES, extra_env=LEAN)
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.flooder = self.site.enrolled("F1", "--role", "supervisor", "--unit", "U001")
        self.context = zmq.Context()
        self.addCleanup(self.context.term)
        self.over = threading.Event()
        self.sent = 0

    def dealer(self):
        secret = z85.encode(bytes.fromhex(secret_of(self.flooder.profile)))
        socket = self.context.socket(zmq.DEALER)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.SNDTIMEO, 200)
        socket.curve_serverkey = zmq.curve_public(z85.encode(server_secret(self.site.broker.data)))
        socket.curve_publickey, socket.curve_secretkey = zmq.curve_public(secret), secret
        socket.connect(self.site.broker.endpoint)
        return socket

    def flood(self, frame):
        """Sends until told to end; a full queue is waited at, never emptied by reading."""
        socket = self.dealer()
        while not self.over.is_set():
            try:
                socket.send(frame)
                self.sent += 1
            except zmq.Again:
                pass
        socket.close()

    def run_flood(self, frame, sockets):
        before = resident_mib(self.site.broker.process)
        threads = [threading.Thread(target=self.flood, args=(frame,)) for _ in range(sockets)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(ASKED):
                self.site.clients["O1"].ok("--timeout", PATIENCE, "whoami")
            after = resident_mib(self.site.broker.process)
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
        print(f"sent {self.sent}, resident {before} -> {after} MiB")
        self.assertGreater(self.sent, 1000)
        self.assertLess(after - before, GROWTH_MIB)
        self.site.administrator.ok("--timeout", PATIENCE, "admin", "stats")

    def test_small_messages__never_read__memory_bounded_and_others_served(self):
        self.run_flood(ping(1), 4)

    def test_large_submits__never_read__memory_bounded_and_others_served(self):
        items = b"".join(field(2, b"\x08" + varint(n) + field(2, unit(b"UF%d" % n)) + field(3, field(1, b"x" * 180)))
                         for n in range(1, 250))
        frame = (b"\x08\x01\x11" + struct.pack("<Q", 5)
                 + field(10, b"\x09" + struct.pack("<Q", 99) + items))
        self.assertLess(len(frame), 64 * 1024)
        self.run_flood(frame, 3)


if __name__ == "__main__":
    unittest.main()
