"""Goal: whoever the broker allows sees the board through the relay with plain ZeroMQ, and
nobody else does, whatever is killed or revoked.

Method: a town under observation, a real broker and a real relay; subscribers that know
sockets and messages but no library of ours. What they hold is compared with a query.
"""
import os
import unittest

import harness
import relays
import town
import zmq

BINARIES = os.environ["YIXIAN_BIN"]


class RelayTest(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES)
        self.addCleanup(self.site.close)
        self.organiser = town.found(self.site)
        self.sheets = 0
        self.observe(24)
        self.relay = relays.Relay(self.site, self.site.enrolled("relay", "--role", "service", "--everything"))
        self.addCleanup(self.relay.close)

    def observe(self, count):
        """Sheets of all inspectors over all subjects, each with other values."""
        sheets = []
        for _ in range(count):
            n = self.sheets
            self.sheets += 1
            visit, team, unit = town.VISITS[n % len(town.VISITS)]
            inspectors = [code for code, of in town.INSPECTORS if of == team]
            subjects = [code for code, _, of in town.SUBJECTS if of == unit]
            values = {d: 6000 + (n * 377 + d * 1009) % 3900 for d in (1, 2, 3)}
            sheets.append(("observe", town.observation(f"R{n:05d}", visit, inspectors[n // 6 % len(inspectors)],
                                                       subjects[n // 3 % len(subjects)], values,
                                                       narrative="现场了解工作进展，情况属实。")))
        self.organiser.put(*sheets)

    def board(self):
        rows = []
        for reply in self.organiser.json("board", town.GROUP, "--count", "1000"):
            rows += reply["answer"]["board"].get("rows", [])
        return [(row["subject"], row["rank"], int(row["total"])) for row in rows]

    def subscriber(self, name, *words):
        client = self.site.enrolled(name, "--role", "service", *(words or ("--everything",)))
        return self.of_pair(relays.pair_of(client))

    def of_pair(self, pair):
        subscriber = relays.Subscriber(self.relay, pair, town.GROUP)
        self.addCleanup(subscriber.close)
        return subscriber

    def assert_reaches_board(self, subscriber):
        """Fails when it hears nothing for a long while."""
        expected = self.board()
        self.assertTrue(expected)
        subscriber.until(lambda: subscriber.board() == expected)

    def test_subscriber__plain_sockets__sees_the_board_without_a_hole(self):
        subscriber = self.subscriber("display")
        subscriber.join()
        for _ in range(5):
            self.observe(12)
            self.assert_reaches_board(subscriber)
        self.assertEqual(subscriber.holes, 0)
        self.assertEqual(self.relay.stop(), 0)

    def test_foreign_and_narrow_keys__knock__stay_outside(self):
        public, secret = zmq.curve_keypair()
        for subscriber in (self.of_pair((public, secret)), self.subscriber("narrow", "--unit", "U010")):
            self.assertEqual(subscriber.next_event(), zmq.EVENT_HANDSHAKE_FAILED_AUTH)
        allowed = self.subscriber("display")
        allowed.join()
        self.assert_reaches_board(allowed)

    def test_key__revoked__is_cut_while_others_go_on(self):
        stays, leaves = self.subscriber("stays"), self.subscriber("leaves")
        stays.join()
        leaves.join()
        self.assertEqual(leaves.next_event(), zmq.EVENT_HANDSHAKE_SUCCEEDED)
        self.site.administrator.ok("admin", "revoke", "leaves")
        self.assertEqual(leaves.next_event(), zmq.EVENT_HANDSHAKE_FAILED_AUTH)
        self.observe(12)
        self.assert_reaches_board(stays)

    def test_broker__killed_again_and_again__boards_heal(self):
        subscriber = self.subscriber("display")
        subscriber.join()
        for _ in range(3):
            self.site.broker.kill()
            subscriber.until(lambda: subscriber.live is False)
            self.assertIsNone(self.relay.process.poll())
            self.site.broker.start()
            self.observe(12)
            self.assert_reaches_board(subscriber)
            subscriber.until(lambda: subscriber.live)

    def test_relay__itself_revoked__publishes_no_more(self):
        subscriber = self.subscriber("display")
        subscriber.join()
        self.site.administrator.ok("admin", "revoke", "relay")
        asker = subscriber.socket(zmq.REQ)
        self.addCleanup(asker.close)
        asker.connect(self.relay.endpoints["last_value"])
        while True:
            asker.send(subscriber.topic)
            frames = asker.recv_multipart()
            if len(frames) == 1:
                break
        self.assertRegex(frames[0].decode(), "^E(4104|6102) ")
        subscriber.until(lambda: subscriber.live is False)
        held = subscriber.version
        self.observe(12)
        for _ in range(3):  # heartbeats go on, boards do not
            subscriber.live = None
            subscriber.until(lambda: subscriber.live is not None)
            self.assertFalse(subscriber.live)
        self.assertEqual(subscriber.version, held)


if __name__ == "__main__":
    unittest.main()
