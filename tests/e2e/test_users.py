"""Goal: people sign in through a gateway, and nobody acts for a person but a key of theirs.

Method: a real broker; the Python client plays the gateway and, under a session's key, the
person. Links, passwords, lock-outs, ends of sessions by time (a shim moves the broker's
clock), by sign-out, by another password and by revoke, and a restart in between. At the
end neither journal nor log may hold a password.
"""
import base64
import collections
import hashlib
import os
import pathlib
import time
import unittest

import harness
import town
from test_clock_back import Clock
from yixian import Client, Profile, Refused, command, enrol
from yixian.connection import Connection
from yixian.keys import new_pair
from yixian_proto import statuses, wire_pb2

BINARIES = os.environ["YIXIAN_BIN"]
PASSWORD, OTHER = "四个词 连在一起 就好记-0", "another passphrase of words"
TRIES_MAX = 10
WAITING_MAX = 32
LIFE_SECONDS = 12 * 3600
DAY_SECONDS = 24 * 3600


class Users(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.addCleanup(self.clock.file.close)
        self.site = harness.Site(BINARIES, extra_env=self.clock.environment)
        self.addCleanup(self.site.close)
        town.found(self.site)
        code = self.site.administrator.invite("gate", "--role", "gateway")
        self.profile = enrol(code, self.site.broker.endpoint, self.site.folder / "gate.json")
        self.gateway = self.client(self.profile)
        self.pairs = {}

    def client(self, profile):
        client = Client(profile)
        self.addCleanup(client.close)
        return client

    def link(self, name="chief", *words):
        """The token of a new one-time link."""
        words = words or ("--role", "supervisor", "--everything")
        told = self.site.administrator.json("admin", "user", name, *words, "--site", "https://board.example")[0]
        self.assertEqual(told["link"], f"https://board.example/#/link/{told['token']}")
        return base64.urlsafe_b64decode(told["token"] + "=")

    def pair(self, name):
        """The key that this gateway has for the person, for ever."""
        return self.pairs.setdefault(name, new_pair())

    def sign_in(self, name="chief", **how):
        how = {"principal": name, **how} if "password" in how else how
        return self.gateway.query(sign_in={"key": self.pair(name).public, **how}).sign_in

    def person(self, name="chief"):
        """The client of who signed in."""
        path = self.site.folder / f"session-{name}.json"
        return self.client(Profile(path, self.profile.endpoint, self.profile.server, self.pair(name)))

    def refused(self, code, call, *words, **more):
        with self.assertRaises(Refused) as caught:
            call(*words, **more)
        self.assertEqual(caught.exception.code, code, caught.exception)
        return caught.exception

    # ---- links ----

    def test_link__used_once__opens_a_session_of_that_person(self):
        token = self.link()
        told = self.sign_in(link=token)
        self.assertEqual((told.principal, told.has_password), ("chief", False))
        me = self.person().whoami()
        self.assertEqual((me.principal, list(me.roles), me.everything), ("chief", [5], True))
        self.assertEqual(self.person().board(town.GROUP).board.group, town.GROUP)
        self.refused(statuses.LINK_USED, self.sign_in, link=token)
        self.refused(statuses.LINK_USED, self.sign_in, link=hashlib.sha256(token).digest())

    def test_link__a_day_old__expired_and_another_one_works(self):
        token = self.link()
        self.clock.move(DAY_SECONDS)
        self.refused(statuses.LINK_EXPIRED, self.sign_in, link=token)
        self.assertEqual(self.sign_in(link=self.link()).principal, "chief")

    def test_link__with_a_password__sets_it(self):
        token = self.link()
        self.refused(statuses.PASSWORD_WEAK, self.sign_in, link=token, new_password="elevenchars")
        self.assertTrue(self.sign_in(link=token, new_password=PASSWORD).has_password)
        self.assertEqual(self.sign_in(password=PASSWORD).principal, "chief")
        self.refused(statuses.WRONG_PASSWORD, self.sign_in, password=PASSWORD + "x")

    # ---- passwords ----

    def test_password__wrong_ten_times__locked_and_the_right_one_too(self):
        self.sign_in(link=self.link(), new_password=PASSWORD)
        self.refused(statuses.LOCKED_OUT, self.fail_until_locked, "chief", OTHER)
        told = self.refused(statuses.LOCKED_OUT, self.sign_in, password=PASSWORD)
        self.assertEqual((told.place, told.detail), ("query.sign_in.password", "15 min"))
        users = self.site.administrator.json("admin", "users")[0]["answer"]["users"]["users"]
        self.assertGreater(users[0]["locked_seconds"], 0)
        # names that nobody bears look the same
        self.refused(statuses.LOCKED_OUT, self.fail_until_locked, "nobody", OTHER)
        # a link is not a guess
        self.assertEqual(self.sign_in(link=self.link()).principal, "chief")

    def test_password__too_short_to_be_one__is_counted_whoever_bears_the_name(self):
        self.sign_in(link=self.link(), new_password=PASSWORD)
        for name in ("chief", "nobody"):
            self.refused(statuses.LOCKED_OUT, self.fail_until_locked, name, "short")
        told = self.refused(statuses.LOCKED_OUT, self.person().query,
                            change_password={"old": PASSWORD, "password": OTHER})
        self.assertEqual((told.place, told.detail), ("query.change_password.old", "15 min"))

    def fail_until_locked(self, name, password):
        for _ in range(TRIES_MAX):
            self.refused(statuses.WRONG_PASSWORD, self.sign_in, name, password=password)
        self.sign_in(name, password=password)

    def test_password__changed__ends_other_sessions_and_keeps_ones_own(self):
        self.sign_in(link=self.link(), new_password=PASSWORD)
        second = enrol(self.site.administrator.invite("gate-2", "--role", "gateway"), self.site.broker.endpoint,
                       self.site.folder / "gate-2.json")
        pair = new_pair()
        self.client(second).query(sign_in={"principal": "chief", "password": PASSWORD, "key": pair.public})
        elsewhere = self.client(Profile(self.site.folder / "elsewhere.json", second.endpoint, second.server, pair))
        self.assertEqual(elsewhere.whoami().principal, "chief")
        mine = self.person()
        self.refused(statuses.WRONG_PASSWORD, mine.query, change_password={"old": OTHER, "password": OTHER})
        self.refused(statuses.PASSWORD_WEAK, mine.query, change_password={"old": PASSWORD, "password": "short"})
        mine.query(change_password={"old": PASSWORD, "password": OTHER})
        self.assertEqual(mine.whoami().principal, "chief")
        self.refused(statuses.SESSION_EXPIRED, elsewhere.whoami)
        self.refused(statuses.WRONG_PASSWORD, self.sign_in, password=PASSWORD)
        self.assertTrue(self.sign_in(password=OTHER).has_password)

    def test_passwords__more_than_can_wait__later(self):
        connection = Connection(self.profile.endpoint, self.profile.server, self.profile.pair)
        self.addCleanup(connection.close)
        asked = []
        for at in range(3 * WAITING_MAX):
            asked.append(connection.open())
            sent = connection.send(asked[-1], query=wire_pb2.Query(sign_in={
                "principal": f"nobody-{at}", "password": PASSWORD, "key": self.pair("nobody").public}))
            self.assertTrue(sent)
        until = time.monotonic() + harness.VERB_SECONDS
        told = collections.Counter(connection.wait(one, until).failure.status for one in asked)
        self.assertEqual(set(told), {statuses.WRONG_PASSWORD, statuses.BUSY})
        self.assertGreaterEqual(told[statuses.WRONG_PASSWORD], WAITING_MAX)

    # ---- sessions ----

    def test_session__its_end_by_time_and_by_sign_out__acts_on_the_next_message(self):
        self.sign_in(link=self.link(), new_password=PASSWORD)
        person = self.person()
        self.assertEqual(person.whoami().principal, "chief")
        self.clock.move(LIFE_SECONDS)
        self.refused(statuses.SESSION_EXPIRED, person.whoami)
        self.sign_in(password=PASSWORD)
        self.assertEqual(person.whoami().principal, "chief")
        self.gateway.submit(command("close_session", principal="chief"))
        self.refused(statuses.SESSION_EXPIRED, person.whoami)
        self.refused(statuses.SESSION_EXPIRED, self.gateway.submit, command("close_session", principal="chief"))

    def test_session__of_a_watcher_whose_rights_end__watch_ends_too(self):
        self.sign_in(link=self.link(), new_password=PASSWORD)
        watch = self.person().watch(town.GROUP)
        next(iter(watch))
        self.site.administrator.ok("admin", "revoke", "chief")
        self.refused(statuses.SESSION_EXPIRED, lambda: [view for view in watch])
        self.refused(statuses.WRONG_PASSWORD, self.sign_in, password=PASSWORD)
        self.sign_in(link=self.link())  # the same key again
        self.assertEqual(self.person().whoami().principal, "chief")

    def test_restart__keeps_passwords_and_sessions__and_digests(self):
        self.sign_in(link=self.link(), new_password=PASSWORD)
        before = self.site.administrator.digest()
        self.site.broker.kill()
        self.site.broker.start()
        self.assertEqual(self.site.administrator.digest()["state"], before["state"])
        self.assertEqual(self.person().whoami().principal, "chief")
        self.assertTrue(self.sign_in(password=PASSWORD).has_password)

    # ---- who may ----

    def test_others__than_a_gateway__sign_nobody_in(self):
        organiser = enrol(self.site.administrator.invite("P1", "--role", "organiser", "--everything"),
                          self.site.broker.endpoint, self.site.folder / "P1.json")
        asking = self.client(organiser)
        self.refused(statuses.NOT_ALLOWED, asking.query, sign_in={"principal": "chief", "password": PASSWORD,
                                                                  "key": new_pair().public})
        self.refused(statuses.NOT_ALLOWED, asking.submit, command("close_session", principal="chief"))
        self.refused(statuses.NOT_A_USER, asking.query, change_password={"old": PASSWORD, "password": OTHER})
        self.refused(statuses.UNKNOWN_OPERATION, asking.submit,
                     command("open_session", principal="chief", key=new_pair().public, expires_ms=1))
        self.refused(statuses.NOT_ALLOWED, self.gateway.board, town.GROUP)
        self.refused(statuses.NOT_ALLOWED, self.gateway.query, users={})

    def test_keys_of_others__are_no_session_keys(self):
        self.link()
        public = self.profile.pair.public
        self.refused(statuses.KEY_TAKEN, self.gateway.query, sign_in={"link": self.link(), "key": public})
        self.sign_in("north", link=self.link("north", "--role", "supervisor", "--unit", "U010"))
        self.refused(statuses.KEY_TAKEN, self.gateway.query,
                     sign_in={"link": self.link(), "key": self.pair("north").public})
        done = self.site.administrator.run("admin", "user", "gate", "--role", "supervisor", "--everything")
        self.assertEqual(done.returncode, 4)
        self.assertIn("E4118", done.stderr)

    def test_passwords__stand_in_no_file(self):
        self.sign_in(link=self.link(), new_password=PASSWORD)
        self.refused(statuses.WRONG_PASSWORD, self.sign_in, password=OTHER)
        self.person().query(change_password={"old": PASSWORD, "password": OTHER})
        self.site.broker.stop()
        for path in pathlib.Path(self.site.folder).rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for word in (PASSWORD, OTHER):
                    self.assertNotIn(word.encode(), content, path)


if __name__ == "__main__":
    unittest.main()
