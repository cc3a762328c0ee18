"""Goal: every bad input gets its stable code, the place and the next step in words.

Method: one site with real processes; each test sends one thing that is wrong and reads
what a person reads. Wire abuse goes through a raw DEALER socket with an enrolled key.
"""
import os
import signal
import struct
import subprocess
import unittest

import zmq
from zmq.utils import z85

import harness
import town

BINARIES = os.environ["YIXIAN_BIN"]


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.organiser = town.found(cls.site)
        cls.inspector = cls.site.enrolled("I01", "--role", "inspector", "--person", "HI01", "--unit", "U001")
        cls.reviewer = cls.site.enrolled("S01", "--role", "reviewer", "--person", "HS01", "--unit", "U001")

    def refused(self, code, client, *things, place=None, exits=(1,)):
        done = client.put(*things, check=False)
        said = done.stdout + done.stderr
        self.assertIn(f"[E{code}]", said)
        if place is not None:
            self.assertIn(place, said)
        self.assertIn(done.returncode, exits, said)
        return said

    def observe(self, code, subject="C01", visit="V01", values=None, **more):
        return "observe", town.observation(code, visit, "I01", subject, values or {1: 8000}, **more)

    def test_rating_of_101__observe__range_with_place(self):
        said = self.refused(2104, self.inspector, self.observe("B101", values={2: 10100}))
        self.assertRegex(said, r"ratings\[0\]")
        self.assertIn("101", said)

    def test_rating_of_101__in_chinese__four_parts(self):
        fields = town.observation("B102", "V01", "I01", "C01", {1: 10100})
        import json
        done = self.inspector.run("--lang", "zh", "put", "observe", "--file", "-", stdin=json.dumps(fields) + "\n")
        self.assertIn("[E2104]", done.stdout + done.stderr)
        self.assertIn("评分", done.stdout + done.stderr)

    def test_unknown_codes__observe__named(self):
        self.refused(3103, self.inspector, self.observe("B111", subject="C99"), place="C99")
        self.refused(3113, self.inspector, self.observe("B112", visit="V99"), place="V99")

    def test_time_outside_visit__observe__refused(self):
        for moment in (town.OPENED_MS - 1, town.CLOSED_MS + 1):
            self.refused(2112, self.inspector, self.observe("B121", observed_ms=moment))

    def test_visit__with_one_inspector__refused(self):
        self.refused(2117, self.organiser, ("visit", {
            "code": "V90", "round": "R01", "team": "T1", "unit": "U010", "place_kind": "FRONT_LINE",
            "inspectors": ["I01"], "opened_ms": town.OPENED_MS}))

    def test_negative__without_evidence_or_text__refused(self):
        self.refused(2102, self.inspector, self.observe("B131", polarity="NEGATIVE", narrative="拖延三次。"))
        self.refused(2101, self.inspector, self.observe("B132", polarity="NEGATIVE", evidence=["ab" * 32], evidence_names=["记录.txt"]))

    def test_own_unit__observe__refused(self):
        self.organiser.put(("person", {"code": "HX1", "name": "钱一"}),
                           ("subject", {"code": "C91", "kind": "CADRE", "person": "HX1", "unit": "U020",
                                        "group": town.GROUP}))
        self.refused(2119, self.inspector, self.observe("B141", subject="C91"))

    def test_text_with_phone_number__observe__refused_with_place(self):
        said = self.refused(2111, self.inspector, self.observe("B151", narrative="请联系13800138000核实"))
        self.assertIn("narrative", said)

    def test_other_inspector__observe__not_own(self):
        fields = town.observation("B161", "V04", "I04", "C01", {1: 8000})
        self.refused(4102, self.inspector, ("observe", fields), exits=(4,))

    def test_reviewer__reads_board__not_allowed(self):
        done = self.reviewer.run("board", town.GROUP)
        self.assertEqual(done.returncode, 4)
        self.assertIn("[E4101]", done.stderr)

    def test_review__by_author__refused(self):
        self.organiser.put(("staff", {"code": "S91", "person": "HI01", "role": "REVIEWER", "unit": "U002"}))
        self.inspector.put(self.observe("B171", polarity="NEGATIVE", narrative="记录不实。", evidence=["cd" * 32], evidence_names=["记录.txt"]))
        self.refused(2123, self.organiser, ("review", {"observation": "B171", "decision": "CONFIRM", "reviewer": "S91"}))

    def test_file_that_is_no_json__put__line_named(self):
        done = self.organiser.run("put", "many", "--file", "-", stdin='{"verb":"person","code":"H77"}\n{"verb":\n')
        self.assertIn("2", done.stderr)
        self.assertIn("[E6106]", done.stdout + done.stderr)

    def test_unknown_verb_and_option__yx__usage(self):
        self.assertEqual(self.organiser.run("obsrve").returncode, 2)
        self.assertEqual(self.organiser.run("board", "--no-such-thing", "x").returncode, 2)
        self.assertEqual(self.organiser.run("board").returncode, 2)

    def test_revoked_key__next_message__told_so(self):
        doomed = self.site.enrolled("P01", "--role", "supervisor", "--unit", "U001")
        doomed.ok("board", town.GROUP)
        self.site.administrator.ok("admin", "revoke", "P01")
        done = doomed.run("--timeout", "3", "board", town.GROUP)
        self.assertIn(done.returncode, (3, 4))
        self.assertRegex(done.stderr, r"\[E(4104|4103|6102|6101)\]")

    def test_one_time_code__used_twice_or_damaged__refused(self):
        code = self.site.administrator.invite("P02", "--role", "supervisor", "--unit", "U001")
        self.site.client("P02").enrol(code)
        again = self.site.client("P02b").run("--timeout", "3", "enrol", code, "--broker", self.site.broker.endpoint)
        self.assertIn(again.returncode, (1, 3, 4))
        broken = code[:-3] + ("aaa" if code[-3:] != "aaa" else "bbb")
        done = self.site.client("P02c").run("enrol", broken, "--broker", self.site.broker.endpoint)
        self.assertIn("[E6104]", done.stderr)

    def test_no_broker__yx__unreachable_in_time(self):
        lost = self.site.client("lost")
        lost.enrol(self.site.administrator.invite("P03", "--role", "supervisor", "--unit", "U001"))
        done = lost.run("--broker", "tcp://127.0.0.1:1", "--timeout", "2", "whoami")
        self.assertEqual(done.returncode, 3, done.stderr)


class WireAbuse(unittest.TestCase):
    """Frames that no client of ours would send."""

    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.context = zmq.Context()
        cls.addClassCleanup(cls.context.term)

    def dealer(self, enrolled=True):
        public, secret = zmq.curve_keypair()
        if enrolled:
            profile = self.site.administrator.profile
            secret = z85.encode(bytes.fromhex(secret_of(profile)))
            public = zmq.curve_public(secret)
        socket = self.context.socket(zmq.DEALER)
        socket.setsockopt(zmq.LINGER, 0)
        socket.curve_serverkey = zmq.curve_public(z85.encode(server_secret(self.site.broker.data)))
        socket.curve_publickey, socket.curve_secretkey = public, secret
        socket.connect(self.site.broker.endpoint)
        self.addCleanup(socket.close)
        return socket

    def answer(self, socket, *frames):
        socket.send_multipart(list(frames))
        self.assertTrue(socket.poll(10000), "no answer")
        return socket.recv()

    def assert_failure(self, reply, status):
        self.assertIn(b"\x08" + varint(status), reply)

    def test_malformed_frames__each__answered_and_survived(self):
        socket = self.dealer()
        good = ping(7)
        for status, frame in (
                (1001, b"\xff\xff\xff\xff"),
                (1001, good[:-1]),
                (1009, b"\x08\x63\x11" + struct.pack("<Q", 1) + b"\x62\x00"),
                (1010, b"\x08\x01\x11" + struct.pack("<Q", 1)),
                (1007, b"\x08\x01\x62\x00")):
            with self.subTest(frame=frame):
                self.assert_failure(self.answer(socket, frame), status)
        self.assertEqual(self.answer(socket, good)[:9], b"\x09" + struct.pack("<Q", 7))

    def test_item_that_is_nested_or_not_utf8__submit__refused_one_by_one(self):
        socket = self.dealer()
        for status, public in ((1005, unit(b"U\xff\xfe")), (1012, unit(b"U 1")), (1001, b"\x0a\x05U"),
                               (1010, b"")):
            with self.subTest(public=public):
                reply = self.answer(socket, submit(11, 5, 1, public))
                self.assertIn(b"\x10" + varint(status), reply)

    def test_oversized_frame__sent__connection_dropped_and_others_served(self):
        socket = self.dealer()
        socket.send(b"\x00" * (65 * 1024))
        other = self.dealer()
        self.assertEqual(self.answer(other, ping(9))[:9], b"\x09" + struct.pack("<Q", 9))

    def test_several_frames__one_message__refused_and_survived(self):
        socket = self.dealer()
        socket.send_multipart([b"", ping(1), ping(2)])
        self.assertTrue(socket.poll(10000))
        self.assert_failure(socket.recv(), 1001)

    def test_unknown_key__connects__never_answered(self):
        stranger = self.dealer(enrolled=False)
        stranger.send(ping(3))
        known = self.dealer()
        self.answer(known, ping(4))
        self.assertFalse(stranger.poll(500))

    def test_number_reused__other_content__refused(self):
        socket = self.dealer()
        self.answer(socket, submit(1, 77, 1, unit(b"UX1")))
        reply = self.answer(socket, submit(2, 77, 1, unit(b"UX2")))
        self.assertTrue(b"\x10" + varint(1101) in reply or b"\x10" + varint(4101) in reply)


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def ping(correlation):
    return b"\x08\x01\x11" + struct.pack("<Q", correlation) + b"\x62\x00"


def unit(code):
    return field(1, field(1, code))


def submit(correlation, instance, number, public):
    item = b"\x08" + varint(number) + field(2, public)
    return (b"\x08\x01\x11" + struct.pack("<Q", correlation)
            + field(10, b"\x09" + struct.pack("<Q", instance) + field(2, item)))


def secret_of(profile):
    """The secret key in hex from a profile's key file."""
    import re
    return re.search(r"secret\s+([0-9a-f]{64})", (profile / "key").read_text()).group(1)


def server_secret(data):
    return bytes.fromhex((data / "server.key").read_text().split()[-1])


class Folder(unittest.TestCase):
    """Configuration, second broker, damage, full disk."""

    def setUp(self):
        self.site = harness.Site(BINARIES)
        self.addCleanup(self.site.close)

    def yxd(self, *words):
        return subprocess.run([self.site.broker.yxd, *map(str, words)], capture_output=True, text=True, timeout=60)

    def test_configuration__unknown_key__named_with_line(self):
        path = self.site.folder / "bad.yaml"
        path.write_text("data: /tmp/x\nlisten_to: tcp://*:1\n")
        done = self.yxd("--config", path, "--check-config")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("bad.yaml:2", done.stderr)
        self.assertIn("listen_to", done.stderr)
        self.assertIn("[E5202]", done.stderr)

    def test_configuration__good__said_so(self):
        done = self.yxd("--config", self.site.broker.write_config(), "--check-config")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_second_broker__same_folder__refused(self):
        done = self.yxd("--config", self.site.broker.write_config())
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("[E5106]", done.stderr)
        self.site.administrator.ok("whoami")

    def test_init__twice__refused(self):
        self.site.broker.stop()
        done = self.yxd("init", "--data", self.site.broker.data)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("[E5110]", done.stderr)

    def test_low_room__new_commands_refused_until_there_is_room_again(self):
        organiser = town.found(self.site)
        self.site.broker.config["low_water_mib"] = 1048576
        self.site.broker.stop()
        self.site.broker.start()
        said = organiser.put(("person", {"code": "H87"}), check=False)
        self.assertIn("[E5101]", said.stdout + said.stderr)
        self.assertEqual(organiser.run("groups").returncode, 0)
        self.site.broker.config["low_water_mib"] = 1
        self.site.broker.write_config()
        self.site.broker.process.send_signal(signal.SIGHUP)
        self.site.broker.notify.until("READY=1")
        for _ in range(100):  # the next measurement of the disk is a second away at most
            said = organiser.put(("person", {"code": "H87"}), check=False)
            if said.returncode == 0:
                break
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)

    def test_damaged_record__restart__served_read_only_as_of_before(self):
        organiser = town.found(self.site)
        self.site.broker.stop()
        journal = self.site.broker.data / "journal" / "data.mdb"
        content = bytearray(journal.read_bytes())
        at = content.find(b"V06")
        self.assertGreater(at, 0)
        content[at] ^= 0x20
        journal.write_bytes(content)
        self.site.broker.start()
        said = organiser.put(("person", {"code": "H88"}), check=False)
        self.assertIn("[E5105]", said.stdout + said.stderr)
        scrub = self.site.administrator.run("admin", "scrub")
        self.assertEqual(scrub.returncode, 5, scrub.stdout + scrub.stderr)
        self.assertEqual(organiser.run("groups").returncode, 0)
        self.assertEqual(journal.read_bytes()[at], content[at], "never mended, never cut")


if __name__ == "__main__":
    unittest.main()
