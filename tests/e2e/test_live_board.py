"""Goal: whatever somebody watches the board with, the same version shows the same rows.

Method: under the load of four processes a bare watcher, the Python client, `yx watch`, a
plain SUB socket and the Python subscriber behind a relay look at one board; what each held
at a version is compared with what the others held at it. The broker is killed in between.
At rest all of them stand at one version and hold what a query answers.
"""
import json
import os
import threading
import time
import unittest

import harness
import loads
import relays
import town
from watching import SECONDS, Watch, Wire, view_of
from yixian import Client, Subscriber, enrol
from yixian.keys import Pair

BINARIES = os.environ["YIXIAN_BIN"]
RATE = 50  # a second and load
MEETINGS = 15  # versions that each has in common with the bare watcher
VIEW = view_of(town.GROUP, count=1000)


def rows_of(board):
    """What is compared, of a BoardAnswer or of its JSON."""
    if isinstance(board, dict):
        return tuple((row["subject"], int(row["rank"]), int(row["low"]), int(row["high"]), int(row["total"]), int(row["error"]),
                      int(row["observations"]), row["name"]) for row in board.get("rows", []))
    return tuple((row.subject, row.rank, row.low, row.high, row.total, row.error, row.observations, row.name) for row in board.rows)


class Onlooker(threading.Thread):
    """Calls `look` again and again; it gives (version, rows), or None when nothing came."""

    def __init__(self, name, look, close=None):
        super().__init__(name=name)
        self.look, self.close_look, self.over = look, close, threading.Event()
        self.held, self.newest, self.error = {}, 0, None
        self.start()

    def run(self):
        try:
            while not self.over.is_set():
                seen = self.look()
                if seen is not None:
                    self.keep(*seen)
        except Exception as error:  # shown by the one who waits
            self.error = error
        finally:
            if self.close_look:
                self.close_look()

    def keep(self, version, rows):
        assert version >= self.newest, f"{self.name}: from {self.newest} back to {version}"
        assert self.held.get(version, rows) == rows, f"{self.name}: two boards of version {version}"
        self.held[version], self.newest = rows, version

    def close(self):
        self.over.set()
        self.join()


class LiveBoard(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES)
        self.addCleanup(self.site.close)
        town.found(self.site)
        self.loads = loads.start_loads(self.site, RATE)
        for load in self.loads:
            self.addCleanup(load.kill)
        self.relay = relays.Relay(self.site, self.site.enrolled("relay", "--role", "service", "--everything"))
        self.addCleanup(self.relay.close)
        self.wire = Wire(self.site.enrolled("bare", "--role", "supervisor", "--everything"))
        self.addCleanup(self.wire.close)
        self.watch = Watch(self.wire, VIEW)
        self.onlookers = [self.python_client(), self.command_line(), self.plain_subscriber(), self.python_subscriber()]

    def onlooker(self, name, look, close=None):
        onlooker = Onlooker(name, look, close)
        self.addCleanup(onlooker.close)
        return onlooker

    def python_client(self):
        code = self.site.administrator.invite("python", "--role", "supervisor", "--everything")
        client = Client(enrol(code, self.site.broker.endpoint, self.site.folder / "python.json", timeout=SECONDS), timeout=SECONDS)
        watch = client.watch(town.GROUP, count=1000)

        def look():
            view = watch.next_view(0.1)
            return (view.version, rows_of(view.board)) if view and view.live else None
        return self.onlooker("python client", look, client.close)

    def command_line(self):
        process = self.site.enrolled("screen", "--role", "supervisor", "--everything").start(
            "--json", "watch", town.GROUP, "--count", "1000")

        def look():
            line = process.stdout.readline()
            said = json.loads(line) if line.startswith("{") else {}
            return (int(said["version"]), rows_of(said["board"])) if "board" in said else None

        def close():
            process.stdout.close()
            process.stderr.close()
            process.stdin.close()
        onlooker = self.onlooker("yx watch", look, close)

        def end():
            onlooker.over.set()
            process.terminate()
            process.wait()
        self.addCleanup(end)  # before the thread is waited for
        return onlooker

    def subscriber_pair(self, name):
        return relays.pair_of(self.site.enrolled(name, "--role", "service", "--everything"))

    def plain_subscriber(self):
        subscriber = relays.Subscriber(self.relay, self.subscriber_pair("display"), town.GROUP)
        joined = []

        def look():
            if not joined:
                subscriber.join()
                joined.append(True)
            elif subscriber.sub.poll(100):
                subscriber.take()
            rows = sorted(subscriber.rows.values(), key=lambda row: (row.rank, row.subject.encode()))
            return (subscriber.version, tuple((row.subject, row.rank, row.low, row.high, row.total, row.error, row.observations, row.name)
                                              for row in rows)) if subscriber.version else None
        return self.onlooker("plain SUB", look, subscriber.close)

    def python_subscriber(self):
        subscriber = Subscriber(self.relay.endpoints["publish"], self.relay.endpoints["last_value"], self.relay.key,
                                Pair(*self.subscriber_pair("service")), [town.GROUP])

        def look():
            ready = subscriber.next_view(0.1)
            return (ready[1].version, rows_of(ready[1].board)) if ready and ready[1].live else None
        return self.onlooker("python subscriber", look, subscriber.close)

    def common(self, onlooker, since):
        return [version for version in self.watch.held if version > since and version in onlooker.held]

    def until(self, condition, what):
        """Takes updates meanwhile; an onlooker's trouble ends it."""
        held, end = 0, time.monotonic() + SECONDS
        while not condition():
            for onlooker in self.onlookers:
                if onlooker.error is not None:
                    raise onlooker.error
            for load in self.loads:
                load.assert_runs()
            moved = sum(len(self.common(o, 0)) for o in self.onlookers)
            if moved > held:  # a slow machine moves slowly
                held, end = moved, time.monotonic() + SECONDS
            self.assertLess(time.monotonic(), end, f"{what}: " + ", ".join(
                f"{o.name} at {o.newest} with {len(o.held)}" for o in self.onlookers) + f", bare at {self.watch.version}")
            self.watch.next(0.05)

    def assert_alike(self):
        for onlooker in self.onlookers:
            for version in self.common(onlooker, 0):
                self.assertEqual(onlooker.held[version], rows_of(self.watch.held[version]), f"{onlooker.name} at {version}")

    def test_board__through_everything__the_same_rows_at_the_same_version(self):
        since = 0
        for _ in range(2):
            self.until(lambda: all(len(self.common(o, since)) >= MEETINGS for o in self.onlookers), "they meet")
            self.assert_alike()
            self.site.broker.kill()
            since = max([self.watch.newest] + [o.newest for o in self.onlookers])
            self.site.broker.start()
        self.until(lambda: all(self.common(o, since) for o in self.onlookers), "they meet again")
        for load in self.loads:
            load.pause()
        expected = rows_of(self.watch.settle())
        self.until(lambda: all(o.newest == self.watch.version for o in self.onlookers), "all at one version")
        self.assertEqual([o.held[o.newest] for o in self.onlookers], [expected] * len(self.onlookers))
        self.assert_alike()
        print("versions", {o.name: len(o.held) for o in self.onlookers}, "in common with the bare watcher's",
              {o.name: len(self.common(o, 0)) for o in self.onlookers})


if __name__ == "__main__":
    unittest.main()
