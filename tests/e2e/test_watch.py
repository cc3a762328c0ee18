"""Goal: what a watcher holds is the board, at every version, whatever befalls it.

Method: watching.py is a watcher written from the protocol's page alone; it checks each
update for numbers, bases and versions without a hole. Under the load of four processes
its copies are held against board queries of the same seq and against the bare rule of
the rank. Connections are cut in the middle of messages, readers fall asleep, credit runs
out; with a slow disk the broker is killed as soon as an update was seen.
"""
import collections
import os
import random
import time
import unittest

import faults
import harness
import loads
import proxy
import town
from test_flood import GROWTH_MIB, LEAN, resident_mib
from watching import SECONDS, Watch, Wire, naive_faults, view_of

BINARIES = os.environ["YIXIAN_BIN"]
SEED = int(os.environ.get("YIXIAN_SEED", "20250106"))
CROWD = 40
RATE = 50  # observations a second and load: several queries fit between two
VERSIONS = 30
MATCHES = 10
CUTS = 6
KILLS = 4
SYNC_MS = 150

WHOLE = view_of(town.GROUP, count=1000)
TOP = view_of(town.GROUP, count=5)
VIEWS = {"whole": WHOLE, "top": TOP, "page": view_of(town.GROUP, offset=10, count=7),
         "around": view_of(town.GROUP, around="C01", count=7), "unit": view_of(town.GROUP, unit="U010"),
         "unranked": view_of(town.GROUP, unranked=True)}


class Town(unittest.TestCase):
    """A crowded town under load."""

    environment = LEAN

    @classmethod
    def setUpClass(cls):
        print("seed", SEED)
        cls.chance = random.Random(SEED)
        cls.site = harness.Site(BINARIES, extra_env=cls.environment)
        cls.addClassCleanup(cls.site.close)
        town.found(cls.site).put(*loads.crowd(CROWD))
        subjects = [code for code, _, _ in town.SUBJECTS] + [f"X{at:03d}" for at in range(CROWD)]
        cls.loads = loads.start_loads(cls.site, RATE, subjects)
        for load in cls.loads:
            cls.addClassCleanup(load.kill)
        cls.client = cls.site.enrolled("W", "--role", "supervisor", "--everything")
        # many sheets at once, so that most are ranked when the tests begin
        first = cls.site.clients["O1"]
        first.put(*(("observe", town.observation(f"S{n:04d}", "V01", f"I0{1 + n % 3}", code, {
            d: 50 * cls.chance.randrange(120, 200) for d in (1, 2, 3)}))
            for n, code in enumerate(code for code in subjects[:30] for _ in range(4))))

    def wire(self, **more):
        wire = Wire(self.client, **more)
        self.addCleanup(wire.close)
        return wire

    def pause(self):
        for load in self.loads:
            load.pause()

    def go_on(self):
        for load in self.loads:
            load.go_on()

    def stats(self):
        counters = self.site.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]
        return {c["name"]: c["value"] for c in counters}

    def moved(self, watch, versions):
        """Waits until a watcher saw so many versions more; each may take its time."""
        for aim in range(len(watch.updates) + 1, len(watch.updates) + versions + 1):
            watch.until_true(lambda: self.under_load() and len(watch.updates) >= aim, "the board moves")

    def under_load(self):
        """Without load no board moves, and its last words say more than a time-out."""
        for load in self.loads:
            load.assert_runs()
        return True

    def assert_naive(self, watch):
        for version, board in watch.held.items():
            self.assertEqual(naive_faults(board), [], f"at version {version}")


class Watching(Town):
    def collect(self, watches, asker):
        """Pumps and asks until there is enough of each; {view: {seq: Board}}."""
        asked, under_way = {name: {} for name in VIEWS}, collections.deque()
        names = [name for other in VIEWS if other != "whole" for name in ("whole", other)]

        def take_answer():
            name, correlation = under_way.popleft()
            seq, board = asker.board_of(correlation)
            asked[name][seq] = board

        seen, end, turn = 0, time.monotonic() + SECONDS, 0
        while turn % 20 != 0 or not self.enough(watches, asked):
            moved = self.under_load() and sum(len(watch.held) for watch in watches.values())
            if moved > seen:  # a slow machine moves slowly
                seen, end = moved, time.monotonic() + SECONDS
            self.assertLess(time.monotonic(), end, "versions and queries do not meet")
            self.pumped(watches.values())
            while len(under_way) < 4:
                under_way.append((names[turn % len(names)], asker.ask(board=VIEWS[names[turn % len(names)]])))
                turn += 1
            take_answer()
            watches["whole", 1].wire.receive()
        while under_way:
            take_answer()
        return asked

    @staticmethod
    def enough(watches, asked):
        moving = [watch for (name, _), watch in watches.items() if name in ("whole", "top", "page")]
        hits = sum(version in asked["whole"] for version in watches["whole", 1].held)
        return min(len(watch.held) for watch in moving) >= VERSIONS and hits >= MATCHES

    def test_views__under_load__each_version_is_the_query_of_that_seq(self):
        wire, asker = self.wire(), self.wire()
        watches = {(name, credit): Watch(wire, view, credit) for name, view in VIEWS.items() for credit in (1, 4)}
        asked = self.collect(watches, asker)
        met = collections.Counter()
        for (name, _), watch in watches.items():
            for version, board in watch.held.items():
                if version in asked[name]:
                    met[name] += 1
                    self.assertEqual(board, asked[name][version], f"{name} at {version}")
        print("versions", {key: len(watch.held) for key, watch in watches.items()}, "met by queries", dict(met))
        for credit in (1, 4):
            self.assert_naive(watches["whole", credit])
            self.assert_windows(watches, credit)
        for _ in range(3):
            self.pause()
            for (name, _), watch in watches.items():
                watch.settle(asker)
            self.go_on()
            self.moved(watches["whole", 1], 2)

    def assert_windows(self, watches, credit):
        """At one version every window is cut from the whole group's board."""
        compared = 0
        for version, whole in watches["whole", credit].held.items():
            rows = whole.rows
            at = {row.subject: n for n, row in enumerate(rows)}
            cut = {"top": rows[:5], "page": rows[10:17], "unit": [row for row in rows if row.unit == "U010"]}
            for name, expected in cut.items():
                held = watches[name, credit].held.get(version)
                if held is not None:
                    compared += 1
                    self.assertEqual(held.rows, expected, f"{name} at {version}")
            around = watches["around", credit].held.get(version)
            if around is not None and around.rows:
                first = at[around.rows[0].subject]
                self.assertEqual(around.rows, rows[first:first + 7])
                self.assertIn("C01", around.subjects())
            unranked = watches["unranked", credit].held.get(version)
            if unranked is not None:
                self.assertEqual(set(unranked.subjects()) & set(at), set())
        self.assertGreater(compared, VERSIONS)

    def test_credit__used_up__nothing_comes_until_it_is_raised(self):
        wire = self.wire()
        other, watch = Watch(self.wire(), WHOLE), Watch(wire, WHOLE, credit=0)
        watch.begin(until=1)
        self.assertIsNotNone(watch.next())
        for until in (1, 1, 0):  # repeated, and taken back, which nobody can
            watch.until, kept = until, watch.until
            watch.grant()
            watch.until = kept
            self.moved(other, 3)
            wire.ping()
            self.assertIsNone(watch.pump())
        for number in (2, 3, 4):
            watch.grant(1)
            self.assertIsNotNone(watch.next())
            self.moved(other, 2)
            wire.ping()
            self.assertIsNone(watch.pump())
            self.assertEqual(watch.number, number)
        watch.grant(2)
        watch.until_true(lambda: watch.number == 6, "two more")
        self.assertEqual([update[0] for update in watch.updates], [1, 2, 3, 4, 5, 6])
        self.assert_naive(watch)

    def test_reader__asleep_with_credit_of_three__costs_nothing_and_catches_up_at_once(self):
        other, sleeper = Watch(self.wire(), WHOLE), Watch(self.wire(), WHOLE, credit=0)
        sleeper.begin(until=3)
        self.moved(other, 5)
        before, resident = self.stats(), resident_mib(self.site.broker.process)
        self.moved(other, 40)
        after = self.stats()
        for name in ("sessions", "watches", "views", "replies_dropped", "watches_ended"):
            self.assertLessEqual(after[name], before[name] + (name == "sessions"), name)  # one more: yx admin stats
        self.assertLess(resident_mib(self.site.broker.process) - resident, GROWTH_MIB / 4)
        sleeper.wire.ping()
        while sleeper.pump():
            pass
        self.assertEqual(sleeper.number, 3)
        self.pause()
        self.addCleanup(self.go_on)
        other.settle()
        sleeper.grant(1)
        board = sleeper.next()
        self.assertEqual((sleeper.number, board), (4, other.board()))
        self.assertEqual(len(sleeper.updates), 4)
        sleeper.credit = 1
        sleeper.settle()

    def test_reader__that_reads_nothing_on_endless_credit__loses_its_watches_only(self):
        other, wire = Watch(self.wire(), WHOLE), self.wire(window=1)
        before, resident = self.stats(), resident_mib(self.site.broker.process)
        views = [view_of(town.GROUP, offset=at, count=40) for at in range(16)]
        watches = [Watch(wire, view, credit=1000000) for view in views]
        gone = before["watches_ended"] + len(watches)
        other.until_true(lambda: self.stats()["watches_ended"] >= gone, "nobody reads")
        self.assertLess(resident_mib(self.site.broker.process) - resident, GROWTH_MIB / 4)
        self.moved(other, 3)
        for watch in watches:
            watch.until_true(lambda: watch.begun > 1 and watch.version, "begun anew")
        self.pause()
        self.addCleanup(self.go_on)
        for watch in watches[:3]:
            watch.settle()

    def test_connection__cut_in_the_middle__watched_anew_and_never_back(self):
        through = proxy.Proxy(self.site.broker.endpoint)
        self.addCleanup(through.close)
        wire = self.wire(endpoint=through.endpoint)
        watches = [Watch(wire, WHOLE, credit=1), Watch(wire, TOP, credit=4)]
        for cut in range(1, CUTS + 1):
            for watch in watches:
                count = len(watch.updates)
                watch.until_true(lambda: len(watch.updates) >= count + 2, "updates")
            begun = [watch.begun for watch in watches]
            through.cut_after(self.chance.randrange(1, 20000))
            watches[0].until_true(lambda: self.pumped(watches) and through.cuts >= cut, "the cut")
            watches[0].until_true(lambda: self.pumped(watches) and all(
                watch.begun > was and watch.version for watch, was in zip(watches, begun)), "begun anew")
        self.assert_naive(watches[0])
        self.pause()
        self.addCleanup(self.go_on)
        for watch in watches:
            watch.settle(self.wire())

    @staticmethod
    def pumped(watches):
        for watch in watches:
            watch.pump()
        return True


class Killed(Town):
    """With a disk that takes its time, what was only applied would be seen long before it is durable."""

    @classmethod
    def setUpClass(cls):
        cls.faults = faults.Faults(BINARIES, "watch")
        cls.addClassCleanup(cls.faults.close)
        cls.environment = cls.faults.environment
        super().setUpClass()

    def test_broker__killed_once_an_update_was_seen__it_was_on_disk(self):
        wire = self.wire()
        watch = Watch(wire, WHOLE, credit=4)
        for _ in range(KILLS):
            self.faults.arm(faults.SYNC, True, b"journal", faults.SLOW, SYNC_MS)
            self.moved(watch, 3)
            self.assertGreater(self.faults.hits(), 0)
            self.pause()
            self.site.broker.kill()
            while wire.receive(0.1):  # what had left it
                pass
            watch.pump()
            seen, begun = watch.newest, watch.begun
            self.faults.disarm()
            self.site.broker.start()
            seq, _ = self.wire().board(WHOLE)
            self.assertGreaterEqual(seq, seen, "an update rested on what was not on disk")
            self.go_on()
            watch.until_true(lambda: watch.begun > begun and watch.version, "begun anew")
            self.moved(watch, 2)
        self.assert_naive(watch)
        self.pause()
        watch.settle(self.wire())


if __name__ == "__main__":
    unittest.main()
