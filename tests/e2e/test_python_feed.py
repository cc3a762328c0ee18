"""Goal: the feed is the journal, to each reader what is theirs, from any seq, over any restart.

Method: feeds, histories and explanations of the Python client are held against journal_dump,
against one another and against their own sums.
"""
import threading
import unittest

import python_field
import town
from yixian import Refused, command
from yixian_proto import command_pb2, statuses

OBSERVE = command_pb2.Command.OBSERVE_FIELD_NUMBER
ACCESS = range(60, 70)
GENESIS = 200


def facts_of(client, start=1, **more):
    return [fact for page in client.feed(start, follow=False, **more) for fact in page.facts]


def observed(facts):
    """The observation in each fact that is one and shows its public part."""
    return [command_pb2.Command.FromString(fact.public).observe for fact in facts if fact.kind == OBSERVE and fact.public]


class PythonFeed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.field = python_field.Field()
        cls.addClassCleanup(cls.field.close)
        cls.field.observe(300)
        cls.auditor = cls.field.client("auditor", "--role", "auditor", "--everything")
        cls.service = cls.field.client("service", "--role", "service", "--everything")

    # ---- feed ----

    def test_feed__of_the_auditor__is_the_journal(self):
        records = self.field.records()
        facts = facts_of(self.auditor)
        self.assertEqual([(f.seq, f.kind) for f in facts], sorted((seq, kind) for seq, (kind, _) in records.items()))
        codes = [code for _, (kind, code) in sorted(records.items()) if kind == OBSERVE]
        self.assertEqual([o.code for o in observed(facts)], codes)

    def test_feed__from_any_seq__goes_on_alike(self):
        whole = facts_of(self.service)
        for count in (1, 7, 200):
            start = self.field.chance.randrange(1, whole[-1].seq + 1)
            rest = facts_of(self.service, start, count=count)
            self.assertEqual(rest[:50], [fact for fact in whole if fact.seq >= start][:50])
            self.assertEqual(len(rest), len([fact for fact in whole if fact.seq >= start]))

    def test_feed__page_by_page_over_a_kill__nothing_lost_nothing_twice(self):
        before, kept, start = facts_of(self.service), [], 1
        for number, page in enumerate(self.service.feed(start, count=20, follow=False)):
            kept.extend(page.facts)
            if number == 3:
                self.field.restart()
        self.assertEqual(kept, before)

    def test_feed__waiting_at_the_head__hears_of_the_next_fact(self):
        head = next(self.service.feed(follow=False)).head
        feed = self.service.feed(head + 1)
        heard, page = [], None
        waiter = threading.Thread(target=lambda: heard.append(self.until_facts(feed)))
        waiter.start()
        seq = self.field.organiser.submit(self.field.sheet(code="FWAIT"))
        waiter.join()
        page, = heard
        self.assertEqual((page.facts[0].seq, page.next, page.head), (seq, seq + 1, seq))

    @staticmethod
    def until_facts(feed):
        return next(page for page in feed if page.facts)

    def test_feed__beyond_the_head__refused(self):
        head = next(self.auditor.feed(follow=False)).head
        empty = next(self.auditor.feed(head + 1, follow=False))
        self.assertEqual((empty.facts, empty.next), ([], head + 1))
        with self.assertRaises(Refused) as caught:
            next(self.auditor.feed(head + 2, follow=False))
        self.assertEqual(caught.exception.code, statuses.BEYOND_HEAD)

    def test_feed__of_a_service__no_rater_no_text_no_rights(self):
        facts = facts_of(self.service)
        self.assertGreater(len(observed(facts)), 250)
        self.assertEqual({observe.inspector for observe in observed(facts)}, {""})
        for fact in facts:
            self.assertFalse(fact.kind in ACCESS or fact.kind == GENESIS)
            if fact.kind == OBSERVE:
                self.assertEqual((fact.principal, fact.private), ("", b""))
                self.assertIn("observe.inspector", fact.withheld)

    def test_feed__of_two_scopes__never_an_observation_of_the_other(self):
        unit_of = {code: unit for code, _, unit in town.SUBJECTS}
        seen = {}
        for unit in ("U010", "U011"):
            client = self.field.client(f"feed-{unit}", "--role", "service", "--unit", unit)
            found = observed(facts_of(client))
            self.assertEqual({unit_of[observe.subject] for observe in found}, {unit})
            seen[unit] = {observe.code for observe in found}
        self.assertFalse(seen["U010"] & seen["U011"])
        everything = {o.code for o in observed(facts_of(self.service)) if unit_of[o.subject] in seen}
        self.assertEqual(seen["U010"] | seen["U011"], everything)

    def test_feed__of_who_has_none__not_allowed(self):
        inspector = self.field.client("I02", "--role", "inspector", "--person", "HI02", "--unit", "U001")
        with self.assertRaises(Refused) as caught:
            next(inspector.feed())
        self.assertEqual(caught.exception.code, statuses.NOT_ALLOWED)

    def test_feed__two_readers__same_hashes(self):
        own = {fact.seq: fact.hash for fact in facts_of(self.service)}
        all_of_it = {fact.seq: fact.hash for fact in facts_of(self.auditor)}
        self.assertEqual(own, {seq: all_of_it[seq] for seq in own})

    def test_negative_sheet__waits_for_review__withheld_from_a_service(self):
        sheet = self.field.sheet(code="FNEG", polarity="NEGATIVE", narrative="三次到访均无人值守。",
                                 evidence=[b"\1" * 32], evidence_names=["照片.jpg"])
        seq = self.field.organiser.submit(sheet)
        theirs = next(iter(facts_of(self.service, seq)), None)
        whole = facts_of(self.auditor, seq)[0]
        self.assertTrue(whole.under_review)
        self.assertEqual(whole.public, sheet.public)
        self.assertEqual((theirs.seq, theirs.public, theirs.private), (seq, b"", b""))
        self.assertEqual(list(theirs.withheld)[:1], ["public"])

    # ---- rights ----

    def test_rights__of_each_role__as_docs_integration_says(self):
        scope = ["--everything"]
        mine = {"board": lambda c: c.board(town.GROUP), "explain": lambda c: c.explain("C01"), "feed": lambda c: next(c.feed(follow=False)),
                **{of: lambda c, of=of, code=code: list(c.history(of, code))
                   for of, code in (("subject", "C01"), ("project", "P01"), ("inspector", "I01"), ("visit", "V01"))}}
        self.field.organiser.submit(command("project", code="P01", unit="U010", state="PROJECT_STARTED", name="道路改造"))
        for role, words, allowed in (
                ("service", scope, "board explain feed"), ("supervisor", scope, "board explain subject project"),
                ("organiser", scope, "board explain feed subject project inspector visit"),
                ("auditor", scope, "board explain feed subject project inspector visit"),
                ("subject", ["--person", "HC01", "--unit", "U010"], "board explain subject"),
                ("inspector", ["--person", "HI01", "--unit", "U001"], "inspector"), ("office", ["--unit", "U001"], "project"),
                ("reviewer", ["--person", "HS01", "--unit", "U001"], ""), ("administrator", scope, "")):
            client = self.field.client(f"as-{role}", "--role", role, *words)
            for name, ask in mine.items():
                with self.subTest(role=role, asks=name):
                    if name in allowed.split():
                        ask(client)
                    else:
                        with self.assertRaises(Refused) as caught:
                            ask(client)
                        self.assertEqual(caught.exception.code, statuses.NOT_ALLOWED)

    # ---- histories and explanations ----

    def test_history__of_a_subject__is_the_feed_of_it_backwards(self):
        for code in ("C01", "C05"):
            history = list(self.auditor.history("subject", code))
            self.assertEqual([f.seq for f in history], sorted((f.seq for f in history), reverse=True))
            feed = [f.seq for f in facts_of(self.auditor) if f.kind == OBSERVE
                    and command_pb2.Command.FromString(f.public).observe.subject == code]
            self.assertEqual([f.seq for f in history if f.kind == OBSERVE], feed[::-1])

    def test_history__of_an_inspector_and_a_visit__their_observations(self):
        for of, code, field in (("inspector", "I03", "inspector"), ("visit", "V02", "visit")):
            mine = {o.code for o in observed(facts_of(self.auditor)) if getattr(o, field) == code}
            self.assertEqual({o.code for o in observed(self.auditor.history(of, code))}, mine)

    def test_history__of_what_is_not_there__refused(self):
        with self.assertRaises(Refused) as caught:
            next(self.auditor.history("subject", "C99"))
        self.assertEqual(caught.exception.code, statuses.UNKNOWN_SUBJECT)

    def test_explanation__sums_exactly(self):
        self.field.organiser.submit(command("person", code="HX", name="甲"))
        for code, _, _ in town.SUBJECTS:
            explain = self.auditor.explain(code)
            for dimension in explain.dimensions:
                self.assertEqual(dimension.mu + sum(line.contribution for line in dimension.lines), dimension.score)
            total = sum(d.weight * d.score for d in explain.dimensions) + explain.ledger
            self.assertEqual(total, explain.row.total)
            row, = [row for row in self.auditor.board(town.GROUP).board.rows if row.subject == code]
            self.assertEqual(row.total, explain.row.total)

    def test_explanation__for_a_service__without_raters(self):
        lines = [line for d in self.service.explain("C01").dimensions for line in d.lines]
        self.assertTrue(lines)
        self.assertEqual({line.inspector for line in lines}, {""})


if __name__ == "__main__":
    unittest.main()
