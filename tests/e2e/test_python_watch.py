"""Goal: what a watcher of another language shows is the board, at every version, whatever happens.

Method: the Python client watches while sheets are submitted; a view is held against a query
that was answered at the same version, and against the other rows of the scope. The broker is
killed, rights are taken away, a watcher falls asleep.
"""
import threading
import time
import unittest

import python_field
import town
from yixian import Refused
from yixian_proto import statuses

SECONDS = 240
ROUNDS = 30


def same(view):
    """A board without what tells the time of asking."""
    board = type(view.board)()
    board.CopyFrom(view.board)
    board.ClearField("now_ms")
    return board


class Load(threading.Thread):
    """Submits small batches until told to stop."""

    def __init__(self, field):
        super().__init__()
        self.field, self.over, self.last, self.error = field, threading.Event(), 0, None

    def run(self):
        try:
            while not self.over.is_set():
                self.last = self.field.observe(5)
        except Exception as error:  # shown by the test that joins
            self.error = error

    def stop(self):
        self.over.set()
        self.join()
        if self.error is not None:
            raise self.error
        return self.last


class PythonWatch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.field = python_field.Field()
        cls.addClassCleanup(cls.field.close)
        cls.field.observe(200)
        cls.all = cls.field.client("everything", "--role", "supervisor", "--everything")

    def watch(self, client, **more):
        watch = client.watch(town.GROUP, **more)
        self.addCleanup(watch.close)
        return watch

    def view(self, watch, seconds=SECONDS):
        view = watch.next_view(seconds)
        self.assertIsNotNone(view, "no view came")
        return view

    def settled(self, watch, client, **narrowed):
        """The view once it equals a query: nothing more is on its way."""
        end, view = time.monotonic() + SECONDS, watch.latest
        while time.monotonic() < end:
            view = watch.next_view(0.2) or view
            asked = client.board(town.GROUP, **narrowed)
            if view is not None and view.live and same(view) == same(asked):
                return view
        self.fail(f"the watch is at {view and view.version}, the query at {asked.version}:\n{view}\n{asked}")

    def assert_ordered(self, view):
        rows = [(row.rank, row.subject.encode()) for row in view.board.rows]
        self.assertEqual(rows, sorted(rows))
        by_total = sorted(view.board.rows, key=lambda row: -row.total)
        self.assertEqual([row.rank for row in by_total], sorted(row.rank for row in by_total))

    def test_watch__step_by_step__equals_the_query_at_each_version(self):
        for credit in (1, 2):
            watch, equal = self.watch(self.all, credit=credit), 0
            view = self.view(watch)
            for _ in range(ROUNDS):
                seq = self.field.observe(1 + self.field.chance.randrange(8))
                while view.version < seq:
                    later = self.view(watch)
                    self.assertGreater(later.version, view.version)
                    view = later
                    self.assert_ordered(view)
                asked = self.all.board(town.GROUP)
                equal += asked.version == view.version
                if asked.version == view.version:
                    self.assertEqual(same(view), same(asked))
            self.assertEqual(equal, ROUNDS)

    def test_watch__under_load__equals_every_query_of_its_version(self):
        watches = [self.watch(self.all, credit=1), self.watch(self.all, credit=8)]
        views, asked = {}, {}
        load = Load(self.field)
        load.start()
        try:
            for _ in range(100):
                for watch in watches:
                    view = watch.next_view(0.05)
                    if view is not None:
                        views.setdefault(view.version, []).append(same(view))
                query = self.all.board(town.GROUP)
                asked[query.version] = same(query)
        finally:
            load.stop()
        both = set(views) & set(asked)
        print("views", len(views), "queries", len(asked), "of one version", len(both))
        self.assertGreater(len(views), 5)
        for version, boards in views.items():
            for board in boards:
                self.assertEqual(board, asked.get(version, boards[0]))
        for watch in watches:
            self.settled(watch, self.all)

    def test_broker__killed_under_load__watch_heals_and_never_goes_back(self):
        watch = self.watch(self.all)
        version = self.view(watch).version
        for _ in range(3):
            load = Load(self.field)
            load.start()
            try:
                later = self.view(watch)
                self.field.restart()
                shown = [later] + [v for v in iter(lambda: watch.next_view(1.0), None)][:20]
            finally:
                load.stop()
            for view in shown:
                self.assertGreaterEqual(view.version, version)
                version = view.version
            self.settled(watch, self.all)

    def test_window_and_filter__watched__as_asked(self):
        for narrowed in ({"count": 3}, {"offset": 2, "count": 2}, {"unit": "U010"}, {"around": "C03", "count": 3}, {"unranked": True}):
            watch = self.watch(self.all, **narrowed)
            self.field.observe(5)
            self.settled(watch, self.all, **narrowed)
            watch.close()

    def test_two_scopes__watched__never_a_row_of_the_other(self):
        unit_of = {code: unit for code, _, unit in town.SUBJECTS}
        watches = {}
        for unit in ("U010", "U011"):
            client = self.field.client(f"of-{unit}", "--role", "supervisor", "--unit", unit)
            watches[unit] = (self.watch(client), client)
        for _ in range(10):
            self.field.observe(10)
            for unit, (watch, client) in watches.items():
                for view in (watch.next_view(0.2), client.board(town.GROUP)):
                    self.assertLessEqual({unit_of[r.subject] for r in view.board.rows} if view else set(), {unit})
        whole = {row.subject: row for row in self.settled(self.watch(self.all), self.all).board.rows}
        for unit, (watch, client) in watches.items():
            rows = self.settled(watch, client).board.rows
            self.assertEqual({row.subject: row for row in rows}, {c: r for c, r in whole.items() if unit_of[c] == unit})

    def test_watcher__asleep_for_long__catches_up_with_few_updates(self):
        client = self.field.client("sleeper", "--role", "supervisor", "--everything")
        watch = self.watch(client, credit=1)
        before = self.view(watch)
        for _ in range(40):
            last = self.field.observe(5)
        views = [self.view(watch)]
        while views[-1].version < last:
            views.append(self.view(watch))
        self.assertGreater(views[0].version, before.version)
        self.assertLessEqual(len(views), 2)
        self.settled(watch, client)

    def test_key__revoked__watch_ends(self):
        client = self.field.client("revoked", "--role", "supervisor", "--everything")
        watch = self.watch(client)
        self.view(watch)
        self.field.site.administrator.ok("admin", "revoke", "revoked")
        self.assertEqual(self.end(watch), statuses.KEY_REVOKED)

    def test_scope__narrowed__watch_ends_and_a_new_one_shows_less(self):
        client = self.field.client("narrowed", "--role", "supervisor", "--unit", "U010", "--unit", "U011")
        watch = self.watch(client, unit="U011")
        self.view(watch)
        self.field.site.administrator.put(("set_principal", {
            "principal": "narrowed", "roles": ["ROLE_SUPERVISOR"], "scope": {"units": ["U010"]}}))
        self.assertEqual(self.end(watch), statuses.OUT_OF_SCOPE)
        self.settled(self.watch(client), client)

    def end(self, watch):
        """The status that ended the watch; sheets go on meanwhile."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            self.field.observe(3)
            try:
                watch.next_view(0.2)
            except Refused as refused:
                return refused.code
        self.fail("the watch goes on")

    def test_watch__wrong__refused_with_its_code(self):
        for code, client, narrowed in (
                (statuses.WINDOW_TOO_LARGE, self.all, {"count": 10_000}), (statuses.UNKNOWN_ACCOUNT, self.all, {"account": "A1900"}),
                (statuses.UNKNOWN_UNIT, self.all, {"unit": "U999"})):
            with self.assertRaises(Refused) as caught:
                self.watch(client, **narrowed).next_view(SECONDS)
            self.assertEqual(caught.exception.code, code)
        narrow = self.field.client("narrow", "--role", "supervisor", "--unit", "U010")
        self.assertEqual(self.end(self.watch(narrow, unit="U011")), statuses.OUT_OF_SCOPE)
        inspector = self.field.client("I01", "--role", "inspector", "--person", "HI01", "--unit", "U001")
        self.assertEqual(self.end(self.watch(inspector)), statuses.NOT_ALLOWED)


if __name__ == "__main__":
    unittest.main()
