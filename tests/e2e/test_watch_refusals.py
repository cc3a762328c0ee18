"""Goal: every wrong watch, credit, view and feed is refused with its code and place, and harms no other.

Method: frames made by hand where the messages would not let them be wrong, on a connection
whose good watches must go on; the same from the command line, with words.
"""
import os
import struct
import unittest

import harness
import town
from test_bad_input import field, varint
from watching import SECONDS, Watch, Wire, view_of
from yixian_proto import statuses, wire_pb2

BINARIES = os.environ["YIXIAN_BIN"]
WATCH, CREDIT, QUERY, UNWATCH = 13, 14, 11, 15
WATCHES_MAX = 16
GROUP = town.GROUP.encode()
UNKNOWN = varint(99 << 3) + varint(1)  # a field that no message has


def frame(correlation, kind, body):
    return b"\x08\x01\x11" + struct.pack("<Q", correlation) + field(kind, body)


def watch_of(view, until=1):
    return field(1, view) + b"\x10" + varint(until)


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.organiser = town.found(cls.site)
        cls.sheets = 0
        cls.supervisor = cls.site.enrolled("W", "--role", "supervisor", "--everything")
        cls.narrow = cls.site.enrolled("N", "--role", "supervisor", "--unit", "U010")
        cls.service = cls.site.enrolled("F", "--role", "service", "--everything")

    def setUp(self):
        self.wire = self.wire_of(self.supervisor)
        self.good = Watch(self.wire, view_of(town.GROUP, unranked=True))
        self.assertIsNotNone(self.good.next())

    def tearDown(self):
        """Whatever was sent, the good watch goes on."""
        type(self).sheets += 1
        code = f"HT{self.sheets}"
        self.organiser.put(("person", {"code": code}), ("subject", {"code": f"T{self.sheets}", "kind": "CADRE", "person": code,
                                                                    "unit": "U012", "group": town.GROUP}))
        self.good.until_true(lambda: f"T{self.sheets}" in self.good.board().subjects(), "the good watch")
        self.assertEqual(self.good.begun, 1)

    def wire_of(self, client):
        wire = Wire(client)
        self.addCleanup(wire.close)
        return wire

    def failure(self, wire, correlation):
        reply = wire.next(correlation)
        self.assertIsNotNone(reply, "no answer")
        self.assertTrue(reply.HasField("failure"), reply)
        return reply.failure

    def raw(self, kind, body, wire=None):
        """The failure that a body made by hand is answered with."""
        wire = wire or self.wire
        correlation = wire.new()
        wire.socket.send(frame(correlation, kind, body))
        return self.failure(wire, correlation)

    def refused(self, status, failure, place=None):
        self.assertEqual(failure.status, status, failure)
        if place is not None:
            self.assertIn(place, failure.place)

    # ---- views ----

    def test_view__with_an_unknown_field__not_skipped(self):
        unit = field(1, b"U010")
        for where, view in (("view", field(2, GROUP) + UNKNOWN), ("filter", field(2, GROUP) + field(3, unit + UNKNOWN)),
                            ("filter", field(2, GROUP) + field(3, UNKNOWN)), ("window", field(2, GROUP) + field(4, UNKNOWN)),
                            ("text", field(2, GROUP) + field(3, field(99, b"C01")))):
            with self.subTest(where=where):
                self.refused(statuses.UNKNOWN_FILTER, self.raw(WATCH, watch_of(view)))
                self.refused(statuses.UNKNOWN_FILTER, self.raw(QUERY, field(1, view)))

    def test_window__of_ten_thousand__too_large(self):
        view = view_of(town.GROUP, count=10000)
        self.refused(statuses.WINDOW_TOO_LARGE, self.wire.refused(watch=wire_pb2.Watch(view=view, until=1)), "window")
        self.refused(statuses.WINDOW_TOO_LARGE, self.wire.refused(query=wire_pb2.Query(board=view)), "window")

    def test_view__of_what_is_not_there__named(self):
        for status, view in ((statuses.UNKNOWN_GROUP, view_of("没有")), (statuses.UNKNOWN_UNIT, view_of(town.GROUP, unit="U999")),
                             (statuses.UNKNOWN_ACCOUNT, view_of(town.GROUP, account="A1900")),
                             (statuses.UNKNOWN_LABEL, view_of(town.GROUP, front="没有"))):
            with self.subTest(view=view):
                self.refused(status, self.wire.refused(watch=wire_pb2.Watch(view=view, until=1)))

    def test_view__without_group_or_with_damaged_text__refused(self):
        self.refused(statuses.FIELD_MISSING, self.raw(WATCH, watch_of(b"")))
        self.refused(statuses.FIELD_MISSING, self.raw(WATCH, field(1, field(2, GROUP))))
        self.refused(statuses.NOT_UTF8, self.raw(WATCH, watch_of(field(2, b"\xff\xfe"))))
        self.refused(statuses.MALFORMED, self.raw(WATCH, b"\x0a\x7f"))

    def test_watch__outside_the_scope_or_the_role__refused(self):
        wire = self.wire_of(self.narrow)
        self.refused(statuses.OUT_OF_SCOPE, wire.refused(watch=wire_pb2.Watch(view=view_of(town.GROUP, unit="U011"), until=1)))
        roles = {"inspector": ("--person", "HI01", "--unit", "U001"), "reviewer": ("--person", "HS01", "--unit", "U001"),
                 "office": ("--unit", "U010")}
        for role, words in roles.items():
            name = f"{role}-{self.sheets}"
            wire = self.wire_of(self.site.enrolled(name, "--role", role, *words))
            self.refused(statuses.NOT_ALLOWED, wire.refused(watch=wire_pb2.Watch(view=view_of(town.GROUP), until=1)))
        wire = self.wire_of(self.site.administrator)
        self.refused(statuses.NOT_ALLOWED, wire.refused(watch=wire_pb2.Watch(view=view_of(town.GROUP), until=1)))

    # ---- watches and credit ----

    def test_seventeenth_watch__refused_and_the_sixteen_go_on(self):
        views = [view_of(town.GROUP, offset=n, unranked=True) for n in range(1, WATCHES_MAX)]
        more = [Watch(self.wire, view) for view in views]  # with the good one sixteen
        for watch in more:
            self.assertIsNotNone(watch.next())
        one_more = wire_pb2.Watch(view=view_of(town.GROUP), until=1)
        self.refused(statuses.TOO_MANY_WATCHES, self.wire.refused(watch=one_more))
        for watch in more:
            self.wire.ping()
            watch.pump()
            self.assertEqual(watch.begun, 1)
        self.wire.send(more[0].correlation, unwatch=wire_pb2.Empty())
        self.assertIsNotNone(Watch(self.wire, view_of(town.GROUP)).next())

    def test_credit__garbage__refused(self):
        self.refused(statuses.UNKNOWN_WATCH, self.wire.refused(credit=wire_pb2.Credit(until=7)))
        self.refused(statuses.FIELD_MISSING, self.raw(CREDIT, b""))
        for body in (b"\x08", b"\x08" + b"\xff" * 11, b"\xff\xff\xff", field(1, b"7")):
            with self.subTest(body=body):
                self.refused(statuses.MALFORMED, self.raw(CREDIT, body))
        self.wire.socket.send(frame(self.good.correlation, CREDIT, b"\x08" + b"\xff" * 9 + b"\x01"))  # 2^64 - 1
        self.good.until = (1 << 64) - 1
        self.good.credit = 0

    def test_credit__for_the_watch_of_another_connection__unknown_there(self):
        other = self.wire_of(self.supervisor)
        other.send(self.good.correlation, credit=wire_pb2.Credit(until=1000))
        self.refused(statuses.UNKNOWN_WATCH, self.failure(other, self.good.correlation))
        other.send(self.good.correlation, unwatch=wire_pb2.Empty())
        other.ping()

    def test_watch__began_anew_under_its_correlation__whole_view_from_number_one(self):
        watch = Watch(self.wire, view_of(town.GROUP, count=7))
        self.assertIsNotNone(watch.next())
        for _ in range(3):
            self.wire.send(watch.correlation, watch=wire_pb2.Watch(view=view_of(town.GROUP, count=5), until=1))
            reply = self.wire.next(watch.correlation)
            self.assertEqual((reply.update.number, reply.update.delta.base_version, reply.update.delta.part), (1, 0, 0))

    def test_watch__unwatched__silent_and_its_credit_unknown(self):
        watch = Watch(self.wire, view_of(town.GROUP))
        self.assertIsNotNone(watch.next())
        self.wire.send(watch.correlation, unwatch=wire_pb2.Empty())
        self.wire.send(watch.correlation, unwatch=wire_pb2.Empty())
        self.wire.send(watch.correlation, credit=wire_pb2.Credit(until=1000))
        self.refused(statuses.UNKNOWN_WATCH, self.failure(self.wire, watch.correlation))
        self.refused(statuses.MALFORMED, self.raw(UNWATCH, b"\xff"))

    # ---- the feed ----

    def test_feed__beyond_the_head__refused(self):
        wire = self.wire_of(self.service)
        head = wire.query(feed=wire_pb2.FeedQuery(**{"from": 1}))[2].head
        at_head = wire.query(feed=wire_pb2.FeedQuery(**{"from": head + 1}))[2]
        self.assertEqual((at_head.next, len(at_head.facts)), (head + 1, 0))
        for start in (head + 2, 1 << 63):
            self.refused(statuses.BEYOND_HEAD, wire.refused(query=wire_pb2.Query(feed=wire_pb2.FeedQuery(**{"from": start}))))

    def test_feed__more_than_the_limits__refused(self):
        wire = self.wire_of(self.service)
        for more in ({"from": 1, "count": 201}, {"from": 1, "wait_ms": 10001}):
            failure = wire.refused(query=wire_pb2.Query(feed=wire_pb2.FeedQuery(**more)))
            self.assertNotEqual(failure.status, statuses.OK)
            self.assertTrue(failure.place, failure)

    # ---- in words ----

    def test_command_line__same_refusals__codes_and_next_step(self):
        for code, client, words in (("E1105", self.supervisor, ("watch", town.GROUP, "--count", "10000", "--updates", "1")),
                                    ("E4102", self.narrow, ("watch", town.GROUP, "--unit", "U011", "--updates", "1")),
                                    ("E3117", self.supervisor, ("watch", "没有", "--updates", "1")),
                                    ("E1107", self.service, ("feed", "--from", "1000000"))):
            with self.subTest(words=words):
                done = client.run(*words, timeout=SECONDS)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(f"[{code}]", done.stdout + done.stderr)
                self.assertGreater(len(done.stderr.split()), 5, "no words")


if __name__ == "__main__":
    unittest.main()
