"""Goal: a client in another language, written from PROTOCOL.md alone, has what yx has.

Method: the Python client against a real broker: enrolling, submitting, refusals, asking.
It is killed between sending and the reply, at each point in between, and what the journal
holds is counted with journal_dump.
"""
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import harness
import town
from yixian import BadEnrolCode, BadOutbox, BadProfile, Client, Outbox, Profile, Refused, Unanswered, command, enrol
from yixian import receipts
from yixian.keys import new_pair
from yixian_proto import statuses

BINARIES = os.environ["YIXIAN_BIN"]

# Submits one sheet and is killed: before sending, after sending, when the reply is there.
KILLED = """
import os, sys
from yixian import Client, Profile, command, connection
profile, when, code, number = sys.argv[1:]
def killed(*unused, **more):
    os.kill(os.getpid(), 9)
def replied(self, correlation, until):
    self._socket.poll(60000)
    killed()
if when == "before":
    connection.Connection.send = killed
else:
    connection.Connection.wait = killed if when == "sent" else replied
with Client(Profile.load(profile)) as client:
    client.submit(command("person", code=code, name="证人" + number))
"""

# Enrols and is killed when the answer has come but was not read.
KILLED_ENROLLING = """
import os, sys
from yixian import connection, enrol
def replied(self, correlation, until):
    self._socket.poll(60000)
    os.kill(os.getpid(), 9)
connection.Connection.wait = replied
enrol(*sys.argv[1:])
"""


def run(script, *words):
    return subprocess.run([sys.executable, "-B", "-c", script, *map(str, words)], capture_output=True, text=True, timeout=300)


class PythonClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        town.found(cls.site)
        cls.organiser = cls.enrolled("P1", "--role", "organiser", "--everything")
        cls.supervisor = cls.enrolled("P2", "--role", "supervisor", "--everything")
        cls.auditor = cls.enrolled("P3", "--role", "auditor", "--everything")

    @classmethod
    def enrolled(cls, name, *words):
        code = cls.site.administrator.invite(name, *words)
        return enrol(code, cls.site.broker.endpoint, cls.path(name))

    @classmethod
    def path(cls, name):
        return cls.site.folder / f"{name}.json"

    def client(self, profile, **more):
        client = Client(profile, **more)
        self.addCleanup(client.close)
        return client

    def records(self):
        """(instance, number, kind, key) of each record in the journal, by seq."""
        dump = subprocess.run([str(pathlib.Path(BINARIES) / "journal_dump"), str(self.site.broker.data)], check=True,
                              capture_output=True, text=True, timeout=300).stdout
        lines = (line.split(" ", 5) for line in dump.splitlines())
        return {int(seq): (int(instance), int(number), int(kind), key) for seq, key, instance, number, kind, _ in lines}

    def refused(self, code, call, *words):
        with self.assertRaises(Refused) as caught:
            call(*words)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    # ---- enrolling ----

    def test_enrolled__whoami__is_the_principal(self):
        me = self.client(self.organiser).whoami()
        self.assertEqual((me.principal, list(me.roles), me.everything), ("P1", [4], True))

    def test_enrolled__profile__holds_a_key_that_only_its_owner_reads(self):
        self.assertEqual(self.path("P1").stat().st_mode & 0o777, 0o600)
        self.assertEqual(Profile.load(self.path("P1")), self.organiser)

    def test_code__used_twice__refused_to_the_second(self):
        code = self.site.administrator.invite("P4", "--role", "supervisor", "--everything")
        enrol(code, self.site.broker.endpoint, self.path("P4"))
        self.refused(statuses.INVITE_USED, enrol, code, self.site.broker.endpoint, self.path("P4-again"))

    def test_profile__of_another_key__not_overwritten(self):
        code = self.site.administrator.invite("P5", "--role", "supervisor", "--everything")
        before = self.path("P1").read_bytes()
        with self.assertRaises(BadProfile):
            enrol(code, self.site.broker.endpoint, self.path("P1"))
        self.assertEqual(self.path("P1").read_bytes(), before)

    def test_code__mistyped__refused_here(self):
        with self.assertRaises(BadEnrolCode):
            enrol("yx1-" + "a" * 109, self.site.broker.endpoint, self.path("P0"))
        self.assertFalse(self.path("P0").exists())

    def test_process__killed_while_enrolling__goes_on_with_the_same_key(self):
        code = self.site.administrator.invite("P6", "--role", "supervisor", "--everything")
        done = run(KILLED_ENROLLING, code, self.site.broker.endpoint, self.path("P6"))
        self.assertEqual(done.returncode, -9, done.stderr)
        begun = Profile.load(self.path("P6"))
        self.assertIsNotNone(begun.enrolment)
        profile = enrol(code, self.site.broker.endpoint, self.path("P6"))
        self.assertEqual(profile.pair, begun.pair)
        self.assertEqual(self.client(profile).whoami().principal, "P6")

    def test_foreign_key__asks__no_answer_until_it_is_enrolled(self):
        code = self.site.administrator.invite("P7", "--role", "supervisor", "--everything")
        stranger = Profile(self.path("P7"), self.site.broker.endpoint, self.organiser.server, new_pair())
        client = self.client(stranger, timeout=1)
        with self.assertRaises(Unanswered) as caught:
            client.whoami()
        self.assertIn("is its key still allowed?", str(caught.exception))
        begun = Profile(self.path("P7"), stranger.endpoint, stranger.server, stranger.pair, self.enrolment(code))
        begun.save()
        enrol(code, self.site.broker.endpoint, self.path("P7"))
        client.timeout = 120
        self.assertEqual(client.whoami().principal, "P7")  # over another socket: the first was turned away

    @staticmethod
    def enrolment(code):
        from yixian.keys import read_code
        from yixian.profile import Enrolment
        return Enrolment(read_code(code).seed, 7)

    # ---- submitting ----

    def test_command__submitted__is_the_record_at_its_seq(self):
        client = self.client(self.organiser)
        seq = client.submit(command("person", code="HP1", name="钱一"))
        instance, number, kind, _ = self.records()[seq]
        self.assertEqual((instance, kind), (client.outbox.instance, 2))
        self.assertEqual(client.highest(), number)

    def test_rating_of_101__refused_with_code_place_and_words(self):
        refusal = self.refused(statuses.RATING_RANGE, self.client(self.organiser).submit, command(
            "observe", **town.observation("BP1", "V01", "I01", "C01", {1: 10100})))
        self.assertEqual(refusal.place, "observe.ratings[0].value")
        self.assertEqual(str(refusal), "a rating lies outside 0 to 100: observe.ratings[0].value = "
                                       f"{refusal.detail} [E2104]")

    def test_many__some_refused__each_by_itself(self):
        sheets = [town.observation(f"BP2-{n}", "V01", "I01" if n % 2 else "I04", "C01", {1: 8000}) for n in range(1, 5)]
        outcomes = self.client(self.organiser).submit_many([command("observe", **sheet) for sheet in sheets])
        self.assertEqual([o.refusal and o.refusal.code for o in outcomes], [None, statuses.NOT_ON_VISIT] * 2)

    def test_thousand_commands__submitted__each_once(self):
        client = self.client(self.organiser)
        outcomes = client.submit_many(command("person", code=f"HM{n}", name=f"群众{n}") for n in range(1000))
        self.assertEqual(len({o.seq for o in outcomes}), 1000)
        records = self.records()
        self.assertEqual([records[o.seq][:2] for o in outcomes], [(client.outbox.instance, o.number) for o in outcomes])

    def test_outbox__restored_from_a_copy__number_reused(self):
        client = self.client(self.organiser)
        client.submit(command("person", code="HP3", name="孙三"))
        copy = self.site.folder / "copied.outbox"
        shutil.copy(client.outbox.path, copy)
        client.submit(command("person", code="HP4", name="李四"))
        copied = self.client(self.organiser, outbox=Outbox(copy))
        self.refused(statuses.NUMBER_REUSED, copied.submit, command("person", code="HP5", name="周五"))
        with self.assertRaises(BadOutbox):
            copied.submit(command("person", code="HP6", name="吴六"))

    def test_process__killed_between_send_and_reply__exactly_once(self):
        profile = self.enrolled("P8", "--role", "organiser", "--everything")
        for number, when in enumerate(("before", "sent", "replied"), 1):
            done = run(KILLED, self.path("P8"), when, f"HK{number}", number)
            self.assertEqual(done.returncode, -9, done.stderr)
        with Client(profile) as client:
            outcomes, instance = client.deliver(), client.outbox.instance
            self.assertEqual([o.number for o in outcomes], [1, 2, 3])
            self.assertEqual(client.deliver(), [])
        records = self.records()
        key = records[outcomes[0].seq][3]
        self.assertEqual([records[o.seq] for o in outcomes], [(instance, n, 2, key) for n in (1, 2, 3)])
        self.assertEqual(collections.Counter(record[3] for record in records.values())[key], 3)

    def test_key__revoked_while_connected__told_so(self):
        client = self.client(self.enrolled("P9", "--role", "organiser", "--everything"))
        self.assertEqual(client.whoami().principal, "P9")
        self.site.administrator.ok("admin", "revoke", "P9")
        self.refused(statuses.KEY_REVOKED, client.whoami)
        self.refused(statuses.KEY_REVOKED, client.submit, command("person", code="HP7", name="郑七"))

    # ---- asking first ----

    def test_check__good_bad_and_repeated__told_and_nothing_kept(self):
        client = self.client(self.enrolled("P20", "--role", "organiser", "--everything"))
        before = self.client(self.auditor).digest()
        wanted = [command("unit", code="UC1", name="新村"), command("unit", code="UC2", parent="UC1", name="新组"),
                  command("unit", code="UC1", name="新村")] + [
                  command("person", code=f"HC{i:03d}", name="何人") for i in range(400)]
        outcomes = client.check(wanted)
        self.assertEqual([outcome.number for outcome in outcomes], list(range(1, 404)))
        self.assertEqual(outcomes[1].refusal.code, statuses.UNKNOWN_UNIT)
        self.assertEqual((outcomes[1].refusal.place, outcomes[1].refusal.detail), ("unit.parent", "UC1"))
        self.assertEqual([o for o in outcomes if o.refusal is not None], [outcomes[1]])
        self.assertTrue(all(o.seq is None for o in outcomes))
        self.assertEqual(client.highest(), 0)
        self.assertEqual(self.client(self.auditor).digest().state, before.state)

    def test_check__without_the_right__told_for_each(self):
        outcomes = self.client(self.supervisor).check([command("person", code="HC8", name="何八")] * 2)
        self.assertEqual([o.refusal.code for o in outcomes], [statuses.NOT_ALLOWED] * 2)

    # ---- asking ----

    def test_board__asked__equals_what_yx_shows(self):
        view = self.client(self.supervisor).board(town.GROUP, unranked=True)
        self.assertEqual(sorted(row.subject for row in view.board.rows), [code for code, _, _ in town.SUBJECTS])
        answer = self.site.clients["O1"].json("board", town.GROUP, "--unranked")[0]["answer"]["board"]
        self.assertEqual([row.subject for row in view.board.rows], [row["subject"] for row in answer["rows"]])

    def test_board__unknown_group_and_wide_window__refused(self):
        client = self.client(self.supervisor)
        self.refused(statuses.UNKNOWN_GROUP, client.board, "没有这一类")
        with self.assertRaises(Refused) as caught:
            client.board(town.GROUP, count=10_000)
        self.assertEqual(caught.exception.code, statuses.WINDOW_TOO_LARGE)

    def test_supervisor__submits__not_allowed(self):
        self.refused(statuses.NOT_ALLOWED, self.client(self.supervisor).submit, command("person", code="HP8", name="王八"))

    def test_receipts__own_only__hold_until_changed(self):
        client = self.client(self.organiser)
        parts = command("person", code="HQ1", name="证人")
        seq = client.submit(parts)
        answer = client.receipts(seq)
        receipt = answer.receipts[0]
        self.assertEqual((receipt.seq, receipt.instance), (seq, client.outbox.instance))
        self.assertEqual(receipt.command, receipts.command_hash(parts.public, parts.private))
        self.assertEqual(len(receipts.message(receipt, answer.journal_id)), 129)
        self.assertEqual(receipts.failing(answer, answer.key), [])
        same = client.query(receipts={"instance": receipt.instance, "number": receipt.number}).receipts
        self.assertEqual(same.receipts[0], receipt)
        receipt.time_ms += 1
        self.assertEqual(receipts.failing(answer, answer.key), [seq])
        self.assertEqual(len(self.client(self.supervisor).receipts(seq).receipts), 0)
        self.assertEqual(self.client(self.auditor).receipts(seq).receipts[0].command, receipt.command)
        self.refused(statuses.BEYOND_HEAD, client.receipts, seq + 100000)
        self.refused(statuses.WINDOW_TOO_LARGE, client.receipts, seq, 101)

    def test_digest__asked__as_yx_is_told(self):
        digest = self.client(self.auditor).digest()
        self.assertEqual({name: getattr(digest, name).hex() for name in ("state", "facts", "chain")},
                         {name: value for name, value in self.site.administrator.digest().items()})


if __name__ == "__main__":
    unittest.main()
