"""Goal: nobody is ever shown a row or a record of another scope, whatever they ask.

Method: a town with two comparison groups and a unit below a unit. Supervisors, services and
organisers of one unit each, a service of one group and a rated person ask for every
combination of a view's fields, once by query and once by watch; each row is held against what their scope holds and against the
board of one who sees everything. Codes and names in this town carry their subject's code,
so that no byte of what one scope is told may hold a code of another. Rights are then
changed under running watches.
"""
import collections
import itertools
import os
import random
import unittest

import harness
import town
from watching import Ended, Watch, Wire, view_of
from yixian_proto import command_pb2, statuses, wire_pb2

BINARIES = os.environ["YIXIAN_BIN"]
SEED = int(os.environ.get("YIXIAN_SEED", "20250106"))
OTHER = "乡镇干部"
SCHEME = town.SCHEME + f"""\
  - name: {OTHER}
    dimensions:
      - {{ dimension: 工作态度 }}
      - {{ dimension: 担当精神 }}
      - {{ dimension: 实际成效 }}
"""
BELOW = "U0101"  # a village of U010
MORE = [(f"Y{n:02d}", unit) for n, unit in enumerate(("U010", "U011", "U012", BELOW, "U011", "U010"))]
GROUP_OF = {**{code: town.GROUP for code, _, _ in town.SUBJECTS}, "Z01": town.GROUP, **{code: OTHER for code, _ in MORE}}
UNIT_OF = {**{code: unit for code, _, unit in town.SUBJECTS}, "Z01": BELOW, **dict(MORE)}


def within(unit):
    return lambda code: UNIT_OF[code] == unit or (unit == "U010" and UNIT_OF[code] == BELOW)


# name: role, words of the invitation, whom that scope holds
SCOPES = {"supervisor-U010": ("supervisor", ("--unit", "U010"), within("U010")),
          "supervisor-U011": ("supervisor", ("--unit", "U011"), within("U011")),
          "service-group": ("service", ("--group", OTHER), lambda code: GROUP_OF[code] == OTHER),
          "service-U010": ("service", ("--unit", "U010"), within("U010")),
          "service-U011": ("service", ("--unit", "U011"), within("U011")),
          "organiser-U010": ("organiser", ("--unit", "U010"), within("U010")),
          "organiser-U011": ("organiser", ("--unit", "U011"), within("U011")),
          "person-C03": ("subject", ("--person", "HC03", "--unit", "U011"), lambda code: code == "C03")}
FED = [name for name, (role, _, _) in SCOPES.items() if role in ("service", "organiser")]
WORDS = {"OUT_OF_SCOPE", "NOT_ALLOWED"}
UNKNOWN = {"UNKNOWN_GROUP", "UNKNOWN_UNIT", "UNKNOWN_SUBJECT", "UNKNOWN_ACCOUNT", "UNKNOWN_LABEL", "UNKNOWN_PROJECT",
           "UNKNOWN_INSPECTOR", "UNKNOWN_VISIT", "BAD_CODE"}
CODE_OF = {value: name for name, value in vars(statuses).items() if isinstance(value, int)}


def views():
    """Every combination of a view's fields, also wrong ones."""
    for group, unit, around, (unranked, offset, count) in itertools.product(
            (town.GROUP, OTHER, "没有"), (None, "U001", "U010", BELOW, "U011", "U999"), (None, "C01", "C03", "Y01", "C99"),
            ((False, 0, 50), (False, 1, 2), (True, 0, 50))):
        chosen = {"offset": offset, "count": count}
        if unit:
            chosen["unit"] = unit
        if around:
            chosen["around"] = around
        if unranked:
            chosen["unranked"] = True
        yield view_of(group, **chosen)


class Scopes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("seed", SEED)
        cls.chance = random.Random(SEED)
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.organiser = town.found(cls.site, SCHEME)
        cls.organiser.put(("unit", {"code": BELOW, "name": "青岚村", "parent": "U010"}), *cls.subjects())
        cls.sheets = 0
        cls.organiser.put(*(cls.sheet(code) for code in UNIT_OF for _ in range(6)))
        cls.wires = {}
        for name, (role, words, _) in {**SCOPES, "all": ("supervisor", ("--everything",), None),
                                       "auditor": ("auditor", ("--everything",), None)}.items():
            cls.wires[name] = Wire(cls.site.enrolled(name, "--role", role, *words))
            cls.addClassCleanup(cls.wires[name].close)

    @staticmethod
    def subjects():
        for code, unit in [("Z01", BELOW), *MORE]:
            yield "person", {"code": f"H{code}", "name": f"某{code}"}
            yield "subject", {"code": code, "kind": "CADRE", "person": f"H{code}", "unit": unit, "group": GROUP_OF[code],
                              "post": f"职务{code}"}

    @classmethod
    def sheet(cls, subject):
        """A sheet whose code and words carry the subject's."""
        cls.sheets += 1
        visit, team, _ = town.VISITS[cls.sheets % len(town.VISITS)]
        inspector = [code for code, of in town.INSPECTORS if of == team][cls.sheets // 6 % 3]
        values = {d: 50 * cls.chance.randrange(120, 200) for d in (1, 2, 3)}
        return "observe", town.observation(f"{subject}-{cls.sheets}", visit, inspector, subject, values, narrative=f"关于{subject}")

    def rated(self, *subjects):
        self.organiser.put(*(self.sheet(code) for code in subjects))

    def assert_theirs(self, name, message):
        """No byte of it names a subject of another scope."""
        said = message.SerializeToString()
        for code in UNIT_OF:
            if not SCOPES[name][2](code):
                self.assertNotIn(code.encode(), said, f"{name} is told of {code}: {message}")

    @staticmethod
    def got(get):
        """What it gives, or the status of the refusal."""
        try:
            return get()
        except Ended as ended:
            return CODE_OF[ended.status]

    def shown(self, view):
        """{name: what a view shows, by query and by watch}; all are asked at once."""
        asked = {name: (wire, wire.ask(board=view), Watch(wire, view)) for name, wire in self.wires.items()}
        shown = {}
        for name, (wire, correlation, watch) in asked.items():
            shown[name] = self.got(lambda: wire.board_of(correlation)[1]), self.got(watch.next)
            wire.send(watch.correlation, unwatch=wire_pb2.Empty())
        return shown

    # ---- boards ----

    def test_every_view__by_query_and_watch__only_rows_of_the_scope(self):
        refused = 0
        for view in views():
            shown = self.shown(view)
            plain = self.got(lambda: self.wires["all"].board(view_of(view.group, count=1000, unranked=view.unranked))[1])
            for name, (_, _, allowed) in SCOPES.items():
                asked, watched = shown[name]
                if asked == "UNKNOWN_SUBJECT" and not isinstance(watched, str):
                    self.assertEqual(watched.rows, [])  # a watch waits for the subject in its middle
                else:
                    self.assertEqual(asked, watched, f"{name}: {view}")
                if isinstance(asked, str):
                    refused += 1
                    self.assertIn(asked, WORDS | UNKNOWN, f"{name}: {view}")
                    continue
                theirs = [row for row in plain.rows if row.subject in UNIT_OF and allowed(row.subject)]
                self.assertLessEqual({row.subject for row in asked.rows}, {row.subject for row in theirs})
                for row in asked.rows:
                    self.assertIn(row, theirs)  # ranks of the whole group, byte by byte
                if not view.HasField("filter") and not view.window.around and view.window.count == 50:
                    self.assertEqual(asked.rows, theirs)
                self.assertEqual(asked.head.ranked, plain.head.ranked)
        self.assertGreater(refused, 100)

    def test_watches__while_all_are_rated__tell_of_their_own_only(self):
        watches = {(name, group): Watch(self.wires[name], view_of(group), credit=4) for name, (_, _, allowed) in SCOPES.items() for group in (town.GROUP, OTHER)
                   if any(GROUP_OF[code] == group and allowed(code) for code in UNIT_OF)}
        for _ in range(12):
            self.rated(*self.chance.sample(list(UNIT_OF), 5))
            for (name, _), watch in watches.items():
                watch.wire.receive(0.02)
                for reply in watch.wire.mail[watch.correlation]:
                    self.assert_theirs(name, reply)
                watch.pump()
        whole = {group: {row.subject: row for row in self.wires["all"].board(view_of(group))[1].rows} for group in (town.GROUP, OTHER)}
        for (name, group), watch in watches.items():
            rows = watch.settle().rows
            self.assertEqual({row.subject: row for row in rows if row.subject != "MOVE"},
                             {code: row for code, row in whole[group].items() if code in UNIT_OF and SCOPES[name][2](code)}, f"{name} {group}")
        for watch in watches.values():
            watch.wire.send(watch.correlation, unwatch=wire_pb2.Empty())

    def test_subject__moved_to_another_unit__leaves_one_board_and_comes_to_the_other(self):
        self.organiser.put(("person", {"code": "HMOVE"}), ("subject", {
            "code": "MOVE", "kind": "CADRE", "person": "HMOVE", "unit": "U010", "group": town.GROUP}))
        self.rated(*["MOVE"] * 6)
        old, new = (Watch(self.wires[name], view_of(town.GROUP)) for name in ("supervisor-U010", "supervisor-U011"))
        old.until_true(lambda: old.version and "MOVE" in old.board().subjects(), "on the old board")
        self.organiser.put(("subject", {"code": "MOVE", "kind": "CADRE", "person": "HMOVE", "unit": "U011", "group": town.GROUP}))
        old.until_true(lambda: "MOVE" not in old.board().subjects(), "off the old board")
        at = old.version
        self.rated(*["MOVE"] * 6)
        new.until_true(lambda: new.version and "MOVE" in new.board().subjects(), "on the new board")
        old.settle()
        for version, board in old.held.items():
            if version >= at:
                self.assertNotIn("MOVE", board.subjects())
        for watch in (old, new):
            watch.wire.send(watch.correlation, unwatch=wire_pb2.Empty())

    # ---- facts ----

    def ask_all(self, name, kind, messages):
        """Answers to each message; refusals are of the expected kinds."""
        answers = {}
        for key, message in messages.items():
            try:
                answers[key] = self.wires[name].query(**{kind: message})[2]
            except Ended as ended:
                self.assertIn(CODE_OF[ended.status], WORDS | UNKNOWN, f"{name} {kind} {key}")
        return answers

    def test_explain__every_subject__own_scope_only(self):
        messages = {(code, account): wire_pb2.ExplainQuery(subject=code, account=account)
                    for code in [*UNIT_OF, "C99"] for account in ("", town.ACCOUNT, "A1900")}
        for name, (_, _, allowed) in SCOPES.items():
            answers = self.ask_all(name, "explain", messages)
            own = {(code, account) for code in UNIT_OF if allowed(code) for account in ("", town.ACCOUNT)}
            self.assertEqual(set(answers), own)
            for answer in answers.values():
                self.assert_theirs(name, answer)
                raters = {line.inspector for part in answer.dimensions for line in part.lines}
                self.assertEqual("" in raters, not name.startswith("organiser"), f"{name} {raters}")
                self.assertTrue(raters)

    def test_histories__every_thing__records_of_own_scope_only(self):
        things = {"history_subject": [*UNIT_OF, "C99"], "history_inspector": [code for code, _ in town.INSPECTORS] + ["I99"],
                  "history_visit": [code for code, _, _ in town.VISITS] + ["V99"], "history_project": ["P99"]}
        told = collections.Counter()
        for name, (_, _, allowed) in SCOPES.items():
            for kind, codes in things.items():
                messages = {(code, before): wire_pb2.ChainQuery(code=code, before=before, count=200)
                            for code in codes for before in (0, 5, 1 << 60)}
                for (code, _), answer in self.ask_all(name, kind, messages).items():
                    self.assert_theirs(name, answer)
                    self.assertTrue(kind != "history_subject" or allowed(code), f"{name}: history of {code}")
                    told[name.split("-")[0], kind] += len(answer.facts)
        print("records told", dict(told))
        for role, kind in (("supervisor", "history_subject"), ("organiser", "history_subject"), ("person", "history_subject"),
                           ("organiser", "history_visit")):
            self.assertGreater(told[role, kind], 5, f"{role} {kind}")

    def pages(self, name, start=1):
        head = start
        while start <= head:
            answer = self.wires[name].query(feed=wire_pb2.FeedQuery(**{"from": start, "count": 200}))[2]
            yield answer
            start, head = answer.next, answer.head

    def test_feed__from_the_first_record__own_scope_only(self):
        codes = {name: self.sheets_fed(name) for name in FED}
        every = self.sheets_fed("auditor")
        self.assertGreaterEqual(len(every), 6 * len(UNIT_OF))
        for name in FED:
            self.assertEqual(codes[name], {code for code in every if SCOPES[name][2](code.split("-")[0])}, name)

    def sheets_fed(self, name):
        """Codes of the observations in the feed, but for those of the one who moved."""
        codes = set()
        for page in self.pages(name):
            if name in SCOPES:
                self.assert_theirs(name, page)
            for fact in page.facts:
                command = command_pb2.Command.FromString(fact.public)
                if command.HasField("observe") and not command.observe.code.startswith("MOVE"):
                    codes.add(command.observe.code)
        return codes

    def test_feed__of_who_has_none__not_allowed(self):
        for name in set(SCOPES) - set(FED):
            with self.assertRaises(Ended) as caught:
                list(self.pages(name))
            self.assertEqual(caught.exception.status, statuses.NOT_ALLOWED)


class Rights(unittest.TestCase):
    """Rights that change under running watches."""

    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.organiser = town.found(cls.site)
        cls.administrator = cls.site.administrator
        cls.organiser.put(*(("observe", town.observation(f"R{n:03d}", f"V0{1 + 3 * (n % 2)}", f"I0{1 + 3 * (n % 2)}", code, {
            1: 8000 + n, 2: 8100, 3: 7900 + n})) for n, code in enumerate(code for code, _, _ in town.SUBJECTS for _ in range(6))))

    def wire(self, name, *words):
        wire = Wire(self.site.enrolled(name, *words))
        self.addCleanup(wire.close)
        return wire

    def scoped(self, principal, roles, scope):
        self.administrator.put(("set_principal", {"principal": principal, "roles": roles, "scope": scope}))

    def ended(self, watch):
        """The status that the watch ends with."""
        with self.assertRaises(Ended) as caught:
            watch.until_true(lambda: False, "the end")
        wire = watch.wire
        wire.send(watch.correlation, credit=wire_pb2.Credit(until=1000))
        return CODE_OF[caught.exception.status]

    def test_key__revoked__ends_at_the_next_update_and_for_each_watch(self):
        wire = self.wire("gone", "--role", "supervisor", "--everything")
        watches = [Watch(wire, view_of(town.GROUP, count=count)) for count in (3, 5)]
        resting = Watch(wire, view_of(town.GROUP), credit=0)
        resting.begin(until=1)
        for watch in (*watches, resting):
            self.assertIsNotNone(watch.next())
        self.administrator.ok("admin", "revoke", "gone")
        for watch in watches:
            self.assertEqual(self.ended(watch), "KEY_REVOKED")
        self.assertEqual(len(resting.updates), 1)
        resting.grant(1)
        self.assertEqual(self.ended(resting), "KEY_REVOKED")

    def test_scope__narrowed_and_widened__watch_follows(self):
        wire = self.wire("moving", "--role", "supervisor", "--unit", "U010", "--unit", "U011")
        plain, other = Watch(wire, view_of(town.GROUP)), Watch(wire, view_of(town.GROUP, unit="U011"))
        units = lambda: {row.unit for row in plain.board().rows}  # noqa: E731
        plain.until_true(lambda: plain.version and units() == {"U010", "U011"}, "both units")
        self.assertIsNotNone(other.next())
        self.scoped("moving", ["ROLE_SUPERVISOR"], {"units": ["U010"]})
        plain.until_true(lambda: units() == {"U010"}, "one unit")
        self.assertEqual(self.ended(other), "OUT_OF_SCOPE")
        narrowed = plain.version
        self.scoped("moving", ["ROLE_SUPERVISOR"], {"everything": True})
        plain.until_true(lambda: units() == {"U010", "U011", "U012"}, "everything")
        self.assertEqual([version for version, board in plain.held.items()
                          if version >= narrowed and {row.unit for row in board.rows} == {"U010", "U011"}], [])

    def test_role__taken_away__not_allowed(self):
        wire = self.wire("turned", "--role", "supervisor", "--everything")
        watch = Watch(wire, view_of(town.GROUP))
        self.assertIsNotNone(watch.next())
        self.scoped("turned", ["ROLE_ADMINISTRATOR"], {"everything": True})
        self.assertEqual(self.ended(watch), "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
