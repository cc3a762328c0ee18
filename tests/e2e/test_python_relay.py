"""Goal: a subscriber of the relay shows the broker's board, and only who may see it subscribes.

Method: a real yxrelay between broker and subscriber; each of the three is killed in turn
while sheets are submitted, keys are foreign, narrow or revoked.
"""
import time
import unittest

import python_field
import python_relay
import town
from yixian import Profile, Subscriber
from yixian.keys import new_pair

SECONDS = 240
QUIET_SECONDS = 5


class PythonRelay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.field = python_field.Field()
        cls.addClassCleanup(cls.field.close)
        cls.field.observe(200)
        cls.relay = python_relay.Relay(cls.field)
        cls.addClassCleanup(cls.relay.close)
        cls.all = cls.field.client("everything", "--role", "service", "--everything")

    def subscriber(self, pair):
        subscriber = Subscriber(*self.relay.endpoints, self.relay.key, pair, [town.GROUP])
        self.addCleanup(subscriber.close)
        return subscriber

    def pair(self, client):
        return Profile.load(self.field.site.folder / f"{client}.json").pair

    def settled(self, subscriber):
        """What is shown once it equals a query."""
        end, shown = time.monotonic() + SECONDS, None
        while time.monotonic() < end:
            got = subscriber.next_view(0.2)
            shown = got[1] if got is not None else shown
            asked = self.all.board(town.GROUP, count=1000)
            if shown is not None and shown.live and list(shown.board.rows) == list(asked.board.rows):
                return shown
        self.fail(f"shown {shown and shown.version}, asked {asked.version}")

    def test_subscriber__joined_and_moved_on__equals_the_query(self):
        subscriber = self.subscriber(self.pair("everything"))
        for _ in range(5):
            self.settled(subscriber)
            self.field.observe(10)
        self.settled(subscriber)

    def test_relay_and_broker__killed__subscriber_heals(self):
        subscriber = self.subscriber(self.pair("everything"))
        self.settled(subscriber)
        self.relay.kill()
        self.field.observe(10)
        self.relay.start()
        self.settled(subscriber)
        self.field.restart()
        self.field.observe(10)
        self.settled(subscriber)

    def test_foreign_key__subscribes__hears_nothing(self):
        stranger = self.subscriber(new_pair())
        self.settled(self.subscriber(self.pair("everything")))
        self.assertIsNone(stranger.next_view(QUIET_SECONDS))

    def test_narrow_scope__subscribes__hears_nothing(self):
        self.field.client("narrow", "--role", "service", "--unit", "U010")
        narrow = self.subscriber(self.pair("narrow"))
        self.settled(self.subscriber(self.pair("everything")))
        self.assertIsNone(narrow.next_view(QUIET_SECONDS))

    def test_key__revoked__falls_silent_and_others_go_on(self):
        self.field.client("revoked", "--role", "service", "--everything")
        revoked, other = self.subscriber(self.pair("revoked")), self.subscriber(self.pair("everything"))
        self.settled(revoked)
        self.field.site.administrator.ok("admin", "revoke", "revoked")
        end = time.monotonic() + SECONDS
        while (got := revoked.next_view(1.0)) is None or got[1].live:
            self.assertLess(time.monotonic(), end, "still served")
            self.field.observe(2)
        self.settled(other)
        self.assertIsNone(revoked.next_view(QUIET_SECONDS))


if __name__ == "__main__":
    unittest.main()
