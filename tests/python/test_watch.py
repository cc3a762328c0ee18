"""Goal: a watch shows whole boards only, grants credit, and comes back from whatever broke.

Method: a fake broker keeps watches by correlation as PROTOCOL.md section 5 says and breaks
them on purpose: holes, lost parts, forgotten watches, silence.
"""
import unittest
from unittest import mock

import fake_broker
from fake_broker import failure
from yixian import Refused
from yixian import connection as connection_module
from yixian import watch as module
from yixian_proto import statuses, wire_pb2


def update(correlation, number, base, version, rows, gone=(), part=0, parts=1):
    head = {"account": "A", "group": "G", "scheme": "S", "ranked": 0, "not_ranked": 0, "provisional": True, "offset": 0,
            "rows": [{"subject": code, "standing": wire_pb2.RANKED, "rank": rank, "total": 0, "error": 0, "observations": 1,
                      "inspectors": 1, "ratings": 1} for code, rank in rows]}
    delta = {"base_version": base, "version": version, "part": part, "parts": parts, "board": head, "gone": gone}
    return wire_pb2.Reply(correlation=correlation, update={"number": number, "delta": delta})


def codes(view):
    return [row.subject for row in view.board.rows]


class WatchTest(unittest.TestCase):
    def setUp(self):
        for owner, name, value in ((module, "ASK_SECONDS", 0.1), (module, "STALE_SECONDS", 3.0), (module, "STEP_SECONDS", 0.05),
                                   (connection_module, "PING_SECONDS", 0.1)):
            patch = mock.patch.object(owner, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def desk(self, answer):
        return fake_broker.Desk(self, answer)

    def view(self, watch, seconds=30):
        view = watch.next_view(seconds)
        self.assertIsNotNone(view, "no view came")
        return view

    def test_whole_then_difference__credit_grows_with_each(self):
        def answer(request):
            if request.HasField("watch"):
                return [update(request.correlation, 1, 0, 5, [("b", 2), ("a", 1)])]
            if request.HasField("credit") and request.credit.until == 4:
                return [update(request.correlation, 2, 5, 8, [("c", 1)], ["a"])]
            return []
        desk = self.desk(answer)
        watch = desk.client.watch("G", credit=3)
        self.assertEqual((codes(self.view(watch)), codes(self.view(watch))), (["a", "b"], ["c", "b"]))
        self.assertEqual(desk.broker.requests[0].watch.until, 3)
        watch.close()

    def test_hole__watches_anew_under_another_correlation(self):
        begun = []

        def answer(request):
            if not request.HasField("watch"):
                return []
            begun.append(request.correlation)
            if len(begun) == 1:
                return [update(request.correlation, 1, 0, 5, [("a", 1)]), update(request.correlation, 3, 7, 9, [("b", 1)])]
            return [update(begun[0], 4, 9, 10, [("x", 1)]), update(request.correlation, 1, 0, 10, [("a", 2), ("b", 1)])]
        watch = self.desk(answer).client.watch("G")
        self.assertEqual((codes(self.view(watch)), codes(self.view(watch))), (["a"], ["b", "a"]))
        self.assertEqual(len(set(begun)), 2)

    def test_part_lost__nothing_shown_then_anew(self):
        begun = []

        def answer(request):
            if not request.HasField("watch"):
                return []
            begun.append(request.correlation)
            first = update(request.correlation, 1, 0, 5, [("a", 1)], part=0, parts=3)
            rest = [update(request.correlation, 1, 0, 5, [("b", 2)], part=p, parts=3) for p in (1, 2)]
            return [first, rest[1]] if len(begun) == 1 else [first, *rest]
        watch = self.desk(answer).client.watch("G")
        self.assertEqual(codes(self.view(watch)), ["a", "b"])
        self.assertEqual(len(begun), 2)

    def test_watch_forgotten_by_the_broker__anew(self):
        begun = []

        def answer(request):
            if request.HasField("watch"):
                begun.append(request.correlation)
                return [update(request.correlation, 1, 0, len(begun), [(f"v{len(begun)}", 1)])]
            if request.HasField("credit") and len(begun) == 1:
                return [failure(request, statuses.UNKNOWN_WATCH)]
            return []
        watch = self.desk(answer).client.watch("G")
        self.assertEqual((codes(self.view(watch)), codes(self.view(watch))), (["v1"], ["v2"]))

    def test_silence__stale_once_then_live_again_by_itself(self):
        known = set()

        def answer(request):
            if request.HasField("watch"):
                known.add(request.correlation)
                return [update(request.correlation, 1, 0, 5, [("a", 1)])]
            return [] if request.correlation in known else [failure(request, statuses.UNKNOWN_WATCH)]
        desk = self.desk(answer)
        watch = desk.client.watch("G")
        self.assertTrue(self.view(watch).live)
        desk.broker.answer, desk.broker.pongs = lambda r: [], False
        stale = self.view(watch)
        self.assertEqual((stale.live, stale.version, codes(stale)), (False, 5, ["a"]))
        self.assertIsNone(watch.next_view(1.0))
        desk.broker.answer, desk.broker.pongs = answer, True
        again = self.view(watch)
        self.assertEqual((again.live, codes(again)), (True, ["a"]))

    def test_idle_but_answering__never_stale(self):
        desk = self.desk(lambda r: [update(r.correlation, 1, 0, 5, [])] if r.HasField("watch") else [])
        watch = desk.client.watch("G")
        self.assertEqual(codes(self.view(watch)), [])
        self.assertIsNone(watch.next_view(4.0))
        credits = [r.credit.until for r in desk.broker.requests if r.HasField("credit")]
        self.assertGreater(len(credits), 3)
        self.assertEqual(set(credits), {3})

    def test_rights_lost__refused_and_stays_so(self):
        desk = self.desk(lambda r: [failure(r, statuses.OUT_OF_SCOPE)] if r.HasField("watch") else [])
        watch = desk.client.watch("G")
        for _ in range(2):
            with self.assertRaises(Refused) as caught:
                watch.next_view(30)
            self.assertEqual(caught.exception.code, statuses.OUT_OF_SCOPE)
        self.assertEqual(len([r for r in desk.broker.requests if r.HasField("watch")]), 1)

    def test_busy__watch__tried_again(self):
        begun = []

        def answer(request):
            if request.HasField("watch"):
                begun.append(request.correlation)
                return [failure(request, statuses.BUSY)] if len(begun) == 1 else [update(request.correlation, 1, 0, 5, [])]
            return [failure(request, statuses.UNKNOWN_WATCH)] if len(begun) == 1 else []
        self.assertEqual(self.view(self.desk(answer).client.watch("G")).version, 5)

    def test_two_watches_and_a_query__one_connection__each_gets_its_own(self):
        def answer(request):
            if request.HasField("watch"):
                return [update(request.correlation, 1, 0, 5, [(request.watch.view.group, 1)])]
            if request.HasField("query"):
                return [wire_pb2.Reply(correlation=request.correlation, answer={
                    "seq": 5, "part": 0, "parts": 1, "groups": {"account": "A", "scheme": "S"}})]
            return []
        client = self.desk(answer).client
        first, second = client.watch("one"), client.watch("two")
        self.assertEqual(client.groups().account, "A")
        self.assertEqual((codes(self.view(second)), codes(self.view(first))), (["two"], ["one"]))

    def test_credit__out_of_bounds__refused_here(self):
        client = self.desk(lambda r: []).client
        for credit in (0, 65):
            with self.assertRaises(ValueError):
                client.watch("G", credit=credit)


if __name__ == "__main__":
    unittest.main()
