"""Goal: the rules of submitting and asking hold when the broker is at its worst.

Method: a fake broker answers, or loses the answer, says BUSY, refuses; what the client sent
and what its outbox keeps is looked at. Pauses and patience are cut short for the test.
"""
import unittest
from unittest import mock

import fake_broker
from fake_broker import failure
from yixian import BadOutbox, Refused, Unanswered, command
from yixian import client as module
from yixian_proto import statuses, wire_pb2


def units(count):
    return [command("unit", code=f"U{n}", name="镇") for n in range(count)]


def outcomes(request, statuses_of):
    """One reply with these statuses by number; 0 elsewhere."""
    made = []
    for item in request.submit.items:
        status = statuses_of.get(item.number, statuses.OK)
        made.append({"number": item.number, "status": status, **({"seq": 100 + item.number} if not status else {})})
    return wire_pb2.Reply(correlation=request.correlation, submit={"outcomes": made})


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.shorten("PAUSE_SECONDS", 0.01)
        self.shorten("PAUSE_SECONDS_MAX", 0.05)

    def shorten(self, name, seconds):
        patch = mock.patch.object(module, name, seconds)
        patch.start()
        self.addCleanup(patch.stop)

    def desk(self, *answers):
        """Each request gets the next of these answers, the last one for ever."""
        answers = list(answers)
        return fake_broker.Desk(self, lambda r: (answers.pop(0) if len(answers) > 1 else answers[0])(r))

    def sent(self, desk):
        return [[item.number for item in r.submit.items] for r in desk.broker.requests if r.HasField("submit")]

    def test_answer_lost__submit__same_bytes_again(self):
        self.shorten("PATIENCE_SECONDS", 0.3)
        desk = self.desk(lambda r: [], lambda r: [], lambda r: [outcomes(r, {})])
        self.assertEqual(desk.client.submit(units(1)[0]), 101)
        items = [r.submit.SerializeToString() for r in desk.broker.requests]
        self.assertGreaterEqual(len(items), 3)
        self.assertEqual(len(set(items)), 1)

    def test_busy_and_stopping__submit__again_until_decided(self):
        desk = self.desk(lambda r: [failure(r, statuses.BUSY)], lambda r: [outcomes(r, {1: statuses.STORAGE_FULL})],
                         lambda r: [failure(r, statuses.STOPPING)], lambda r: [outcomes(r, {})])
        self.assertEqual(desk.client.submit(units(1)[0]), 101)

    def test_refusal_behind_an_unanswered_number__not_final(self):
        desk = self.desk(lambda r: [outcomes(r, {2: statuses.BUSY, 3: statuses.UNKNOWN_UNIT})],
                         lambda r: [outcomes(r, {})])
        got = desk.client.submit_many(units(3))
        self.assertEqual([o.seq for o in got], [101, 102, 103])
        self.assertEqual(self.sent(desk), [[1, 2, 3], [2, 3]])

    def test_refusal_first__final_and_its_number_unused(self):
        desk = self.desk(lambda r: [outcomes(r, {1: statuses.UNKNOWN_UNIT})])
        got = desk.client.submit_many(units(2))
        self.assertEqual((got[0].refusal.code, got[1].seq), (statuses.UNKNOWN_UNIT, 102))
        self.assertEqual(desk.client.submit(units(1)[0]), 103)
        self.assertEqual(len(desk.client.outbox), 0)

    def test_no_answer__submit__waits_in_the_outbox_and_goes_first_later(self):
        desk = self.desk(lambda r: [])
        desk.client.timeout = 0.5
        with self.assertRaisesRegex(Unanswered, "waits in .*is its key still allowed"):
            desk.client.submit(units(1)[0])
        self.assertEqual(len(desk.client.outbox), 1)
        desk.broker.answer = lambda r: [outcomes(r, {})]
        self.assertEqual(desk.client.submit(units(1)[0]), 102)
        self.assertEqual([(o.number, o.seq) for o in desk.client.earlier], [(1, 101)])

    def test_number_reused__submit__stops_for_good(self):
        desk = self.desk(lambda r: [outcomes(r, {1: statuses.NUMBER_REUSED})])
        with self.assertRaises(Refused) as caught:
            desk.client.submit(units(1)[0])
        self.assertEqual(caught.exception.name, "NUMBER_REUSED")
        for again in (lambda: desk.client.submit(units(1)[0]), desk.client.deliver):
            with self.assertRaises(BadOutbox):
                again()
        self.assertEqual(len(desk.broker.requests), 1)

    def test_revoked__submit__kept(self):
        desk = self.desk(lambda r: [failure(r, statuses.KEY_REVOKED)])
        with self.assertRaises(Refused):
            desk.client.submit(units(1)[0])
        self.assertEqual(len(desk.client.outbox), 1)

    def test_one_unreadable_item__of_many__only_it_is_refused(self):
        def answer(request):
            if 2 in [item.number for item in request.submit.items]:
                return [failure(request, statuses.MALFORMED)]
            return [outcomes(request, {})]
        got = self.desk(answer).client.submit_many(units(3))
        self.assertEqual([(o.seq, o.refusal and o.refusal.code) for o in got],
                         [(101, None), (None, statuses.MALFORMED), (103, None)])

    def test_many__submit__in_order_and_within_a_frame(self):
        desk = self.desk(lambda r: [outcomes(r, {})])
        big = command("team", code="T", name="组" * 5000)
        desk.client.submit_many(units(600) + [big] * 9)
        self.assertEqual([n for numbers in self.sent(desk) for n in numbers], list(range(1, 610)))
        for request in desk.broker.requests:
            self.assertLessEqual(request.ByteSize(), 65_536)
            self.assertLessEqual(len(request.submit.items), 256)

    def test_command_too_large__refused_before_it_has_a_number(self):
        desk = self.desk(lambda r: [outcomes(r, {})])
        with self.assertRaises(Refused) as caught:
            desk.client.submit(command("team", code="T", name="组" * 7000))
        self.assertEqual(caught.exception.code, statuses.TOO_LARGE)
        self.assertEqual(desk.client.submit(units(1)[0]), 101)

    def test_query__answer_lost_and_busy__asked_again(self):
        self.shorten("PATIENCE_SECONDS", 0.3)
        def whoami(request):
            answer = {"seq": 3, "part": 0, "parts": 1, "whoami": {"principal": "P", "everything": False, "journal_id": b"j",
                                                                  "version": "1"}}
            return [wire_pb2.Reply(correlation=request.correlation, answer=answer)]
        desk = self.desk(lambda r: [], lambda r: [failure(r, statuses.BUSY)], whoami)
        self.assertEqual(desk.client.whoami().principal, "P")
        self.assertGreaterEqual(len({r.correlation for r in desk.broker.requests}), 3)

    def test_query__a_part_lost__asked_again(self):
        self.shorten("PATIENCE_SECONDS", 0.3)
        def instance(request, parts):
            return [wire_pb2.Reply(correlation=request.correlation, answer={
                "seq": 3, "part": part, "parts": 2, "groups": {"account": "A", "scheme": "S", "channels": [f"c{part}"]}})
                for part in parts]
        desk = self.desk(lambda r: instance(r, [0]), lambda r: instance(r, [0, 1]))
        self.assertEqual(list(desk.client.groups().channels), ["c0", "c1"])

    def test_feed__pages__next_is_asked_and_the_head_ends_it(self):
        def page(request):
            start = getattr(request.query.feed, "from")
            facts = [{"seq": seq, "time_ms": 1, "hash": b"h", "kind": 2} for seq in range(start, min(start + 3, 8)) if seq % 2]
            return [wire_pb2.Reply(correlation=request.correlation, answer={
                "seq": 7, "part": 0, "parts": 1, "feed": {"next": min(start + 3, 8), "head": 7, "facts": facts}})]
        pages = list(self.desk(page).client.feed(follow=False))
        self.assertEqual([([f.seq for f in p.facts], p.next) for p in pages], [([1, 3], 4), ([5], 7), ([7], 8)])

    def test_history__pages__to_the_end(self):
        def page(request):
            before = request.query.history_subject.before or 6
            facts = [{"seq": seq, "time_ms": 1, "hash": b"h", "kind": 50} for seq in range(before - 1, max(before - 3, 0), -1)]
            rest = {"before": before - 2} if before > 3 else {}
            return [wire_pb2.Reply(correlation=request.correlation, answer={
                "seq": 7, "part": 0, "parts": 1, "history_subject": {"code": "C", "facts": facts, **rest}})]
        facts = list(self.desk(page).client.history("subject", "C"))
        self.assertEqual([f.seq for f in facts], [5, 4, 3, 2, 1])


if __name__ == "__main__":
    unittest.main()
