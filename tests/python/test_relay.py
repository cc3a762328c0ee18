"""Goal: a subscriber shows what the relay holds, whatever was lost on the way to it.

Method: a fake relay publishes a board that changes and drops messages at random, or all
after a moment; what the subscriber shows at a version must be the relay's view of that version.
"""
import collections
import os
import queue
import random
import threading
import time
import unittest
from unittest import mock

import zmq
from zmq.utils import z85

from yixian import Refused, Subscriber
from yixian import relay as module
from yixian.keys import new_pair
from yixian_proto import wire_pb2

SEED = int(os.environ.get("YIXIAN_SEED", "20250106"))


def delta(base, version, rows, gone=()):
    head = {"account": "A", "group": "G", "scheme": "S", "ranked": 0, "not_ranked": 0, "provisional": True, "offset": 0,
            "rows": [{"subject": code, "standing": wire_pb2.RANKED, "rank": rank, "total": 0, "error": 0, "observations": 1,
                      "inspectors": 1, "ratings": 1} for code, rank in sorted(rows.items())]}
    return wire_pb2.Delta(base_version=base, version=version, part=0, parts=1, board=head, gone=gone)


class FakeRelay:
    """Boards by group; the thread serves last values, beats and publishes what is put into its queue."""

    def __init__(self, groups):
        self.pair = new_pair()
        self.live, self.meanwhile = b"live", lambda: None
        self.boards = {group: (1, {"a": 1}) for group in groups}
        self.asked = collections.Counter()
        self._context = zmq.Context()
        self._pub, self._router = self._socket(zmq.PUB), self._socket(zmq.ROUTER)
        self.endpoints = [s.getsockopt_string(zmq.LAST_ENDPOINT) for s in (self._pub, self._router)]
        self._out, self._lock, self._ending = queue.Queue(), threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _socket(self, kind):
        socket = self._context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.CURVE_SERVER, 1)
        socket.setsockopt(zmq.CURVE_SECRETKEY, z85.encode(self.pair.secret))
        socket.setsockopt(zmq.CURVE_PUBLICKEY, z85.encode(self.pair.public))
        socket.bind("tcp://127.0.0.1:*")
        return socket

    def _run(self):
        while not self._ending.is_set():
            if self._router.poll(5):
                peer, topic = self._router.recv_multipart()
                with self._lock:
                    answer = self._last_value(topic.decode())
                self.meanwhile()
                self._router.send_multipart([peer, *answer])
            self.publish()
            with self._lock:
                if self.live:
                    top = max(version for version, _ in self.boards.values())
                    self._pub.send_multipart([b"relay", self.live + b" %d" % top,
                                              *(f"board/{g} {v}".encode() for g, (v, _) in self.boards.items())])

    def publish(self):
        with self._lock:
            while not self._out.empty():
                self._pub.send_multipart(self._out.get())

    def _last_value(self, topic):
        self.asked[topic] += 1
        group = topic.removeprefix("board/")
        if group not in self.boards:
            return [b"E3117 no such comparison group"]
        return [topic.encode(), delta(0, *self.boards[group]).SerializeToString()]

    def change(self, group, rows, lost=False):
        """The next version of a board; `lost` on its way to everybody."""
        with self._lock:
            version, old = self.boards[group]
            self.boards[group] = (version + 1, dict(rows))
            changed = {code: rank for code, rank in rows.items() if old.get(code) != rank}
            gone = [code for code in old if code not in rows]
            if not lost:
                self._out.put([f"board/{group}".encode(), delta(version, version + 1, changed, gone).SerializeToString()])
            return version + 1

    def close(self):
        self._ending.set()
        self._thread.join()
        self._context.destroy()


class RelayTest(unittest.TestCase):
    def setUp(self):
        for name, value in (("STALE_SECONDS", 2.0), ("ASK_SECONDS", 0.5), ("STEP_SECONDS", 0.05)):
            patch = mock.patch.object(module, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def joined(self, groups, served=None):
        relay = FakeRelay(served or groups)
        self.addCleanup(relay.close)
        subscriber = Subscriber(*relay.endpoints, relay.pair.public, new_pair(), groups)
        self.addCleanup(subscriber.close)
        return relay, subscriber

    def until(self, subscriber, version, group="G", seconds=60):
        """The view of that version; earlier ones are passed over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            got = subscriber.next_view(0.2)
            if got is not None and (got[0], got[1].version) == (group, version):
                return {row.subject: row.rank for row in got[1].board.rows}
        self.fail(f"no view of version {version} came")

    def test_joined__nothing_published__has_the_last_value(self):
        _, subscriber = self.joined(["G"])
        self.assertEqual(self.until(subscriber, 1), {"a": 1})

    def test_published__taken_up(self):
        relay, subscriber = self.joined(["G"])
        self.until(subscriber, 1)
        self.assertEqual(self.until(subscriber, relay.change("G", {"b": 1, "a": 2})), {"a": 2, "b": 1})
        self.assertEqual(self.until(subscriber, relay.change("G", {"b": 1})), {"b": 1})

    def test_last_message_lost__noticed_by_the_beat(self):
        relay, subscriber = self.joined(["G"])
        self.until(subscriber, 1)
        self.assertEqual(self.until(subscriber, relay.change("G", {"b": 1}, lost=True)), {"b": 1})
        self.assertEqual(relay.asked["board/G"], 2)

    def test_published__while_the_last_value_is_under_way__kept(self):
        relay, subscriber = self.joined(["G"])
        self.until(subscriber, 1)

        def meanwhile():
            relay.meanwhile = lambda: None
            relay.change("G", {"c": 1})
            relay.publish()
            time.sleep(0.2)  # so that it overtakes the last value
        relay.meanwhile = meanwhile
        relay.change("G", {"b": 1}, lost=True)
        self.assertEqual(self.until(subscriber, 3), {"c": 1})
        self.assertEqual(relay.asked["board/G"], 2)

    def test_groups__one_begins_like_the_other__kept_apart(self):
        relay, subscriber = self.joined(["G"], served=["G", "G2"])
        self.until(subscriber, 1)
        relay.change("G2", {"x": 1})
        self.assertEqual(self.until(subscriber, relay.change("G", {"b": 1})), {"b": 1})

    def test_unknown_group__refused(self):
        _, subscriber = self.joined(["H"], served=["G"])
        with self.assertRaises(Refused) as caught:
            self.until(subscriber, 1, "H")
        self.assertEqual(caught.exception.code, 3117)

    def test_broker_or_relay_silent__not_live_then_live_again(self):
        relay, subscriber = self.joined(["G"])
        self.until(subscriber, 1)
        for silence in (b"stale", b""):
            relay.live = silence
            self.assertFalse(self.next(subscriber).live)
            relay.live = b"live"
            self.assertTrue(self.next(subscriber).live)

    def next(self, subscriber):
        got = subscriber.next_view(60)
        self.assertIsNotNone(got)
        return got[1]

    def test_walk__with_losses__every_view_is_one_that_was(self):
        print("seed", SEED)
        chance, groups = random.Random(SEED), ["G", "H"]
        relay, subscriber = self.joined(groups)
        were = {(group, 1): {"a": 1} for group in groups}
        seen = 0
        for _ in range(600):
            group = chance.choice(groups)
            rows = {code: chance.randrange(1, 5) for code in "abcdefgh" if chance.random() < 0.7}
            version = relay.change(group, rows, lost=chance.random() < 0.1)
            were[group, version] = rows
            while (got := subscriber.next_view(0.002)) is not None:
                seen += 1
                self.assertEqual({r.subject: r.rank for r in got[1].board.rows}, were[got[0], got[1].version])
        for group in groups:
            version = relay.change(group, {"z": 1}, lost=True)
            self.assertEqual(self.until(subscriber, version, group), {"z": 1})
        self.assertGreater(seen, 50)


if __name__ == "__main__":
    unittest.main()
