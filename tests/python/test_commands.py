"""Goal: commands, codes and profiles are those that PROTOCOL.md describes.

Method: the worked example of section 10 must come out byte for byte; one-time codes are
made here by the words of section 6 and damaged at every character.
"""
import base64
import pathlib
import re
import struct
import tempfile
import unittest
import zlib

from yixian import BadEnrolCode, BadProfile, Profile, Refused, command
from yixian.keys import new_pair, pair_of_secret, pair_of_seed, read_code
from yixian.profile import Enrolment
from yixian_proto import command_pb2, statuses, wire_pb2

PAGE = pathlib.Path(__file__).resolve().parents[2] / "proto" / "PROTOCOL.md"


def page_hex(title):
    block = re.search(rf"^```hex {title}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return bytes.fromhex(block.group(1))


def code_of(seed, server):
    raw = seed + server + struct.pack(">I", zlib.crc32(seed + server))
    return "yx1-" + base64.b32encode(raw).decode().rstrip("=").lower()


def example():
    return command("observe", code="O00001", visit="V0001", inspector="I01", subject="C0001", channel=1,
                   ratings=[{"dimension": 1, "value": 8550}, {"dimension": 2, "value": 9000}], polarity="POSITIVE",
                   narrative="现场回应及时，手续一次办结。", tags=["作风扎实"], observed_ms=1721807280000)


class Commands(unittest.TestCase):
    def test_worked_example__made__equals_the_page(self):
        parts = example()
        self.assertEqual(parts.public, page_hex("public"))
        self.assertEqual(parts.private, page_hex("private"))

    def test_worked_request__made__equals_the_page(self):
        parts = example()
        submit = wire_pb2.Submit(instance=0x0123456789ABCDEF,
                                 items=[wire_pb2.Item(number=1, public=parts.public, private=parts.private)])
        request = wire_pb2.Request(version=1, correlation=1, submit=submit)
        self.assertEqual(request.SerializeToString(), page_hex("request"))

    def test_worked_reply__read__outcome(self):
        outcome, = wire_pb2.Reply.FromString(page_hex("reply")).submit.outcomes
        self.assertEqual((outcome.number, outcome.status, outcome.seq), (1, statuses.OK, 48213))

    def test_text_beyond_the_basic_plane__counted_in_scalar_values(self):
        parts = command("observe", code="O", visit="V", inspector="I", subject="C", channel=1, polarity="NEUTRAL",
                        narrative="𠮷好", text="理由", observed_ms=1)
        observe = command_pb2.Command.FromString(parts.public).observe
        self.assertEqual((observe.narrative_chars, observe.reason_chars), (2, 2))

    def test_post__of_an_assignment__told(self):
        fields = {"code": "A", "subject": "C", "role": "POSTED", "mode": "CLAIMED", "state": "ON_POST"}
        public = command_pb2.Command.FromString(command("assignment", post="队长", **fields).public)
        self.assertTrue(public.assignment.has_post)
        public = command_pb2.Command.FromString(command("assignment", project="P", **fields).public)
        self.assertFalse(public.assignment.HasField("has_post"))

    def test_nothing_private__no_private_part(self):
        self.assertIsNone(command("approve_scheme", code="S").private)

    def test_unknown__refused_here(self):
        with self.assertRaises(ValueError):
            command("observed", code="O")
        with self.assertRaises(ValueError):
            command("unit", code="U", colour="red")

    def test_statuses__known_and_not__words(self):
        self.assertEqual(str(Refused(2104, "observe.ratings[0].value", "101.00")),
                         "a rating lies outside 0 to 100: observe.ratings[0].value = 101.00 [E2104]")
        self.assertIn("E9999", str(Refused(9999)))


class Codes(unittest.TestCase):
    def setUp(self):
        self.server = new_pair().public
        self.seed = bytes(range(32))
        self.code = code_of(self.seed, self.server)

    def test_code__of_the_page__113_characters_both_halves(self):
        self.assertEqual(len(self.code), 113)
        self.assertEqual(read_code(self.code), (self.seed, self.server))

    def test_code__with_blanks_and_capitals__read(self):
        self.assertEqual(read_code(f" {self.code[:50].upper()}\n\t{self.code[50:]}\n"), (self.seed, self.server))

    def test_code__one_character_wrong__refused(self):
        for place in range(len(self.code)):
            for other in "a7-1":
                if self.code[place] != other:
                    with self.assertRaises(BadEnrolCode, msg=f"{other} at {place}"):
                        read_code(self.code[:place] + other + self.code[place + 1:])

    def test_code__last_bit_not_0__refused(self):
        letters = "abcdefghijklmnopqrstuvwxyz234567"
        last = letters[letters.index(self.code[-1]) | 1]
        self.assertNotEqual(last, self.code[-1])
        with self.assertRaises(BadEnrolCode):
            read_code(self.code[:-1] + last)

    def test_code__cut__refused(self):
        for size in range(len(self.code)):
            with self.assertRaises(BadEnrolCode):
                read_code(self.code[:size])

    def test_pair__of_a_secret__public_half_fits(self):
        pair = new_pair()
        self.assertEqual(pair_of_secret(pair.secret), pair)

    def test_pair__of_a_seed__as_libsodium_makes_it(self):
        # crypto_box_seed_keypair of 32 zero bytes
        self.assertEqual(pair_of_seed(bytes(32)).public.hex(),
                         "5bf55c73b82ebe22be80f3430667af570fae2556a6415e6b30d4065300aa947d")


class Profiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="yixian-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "profile.json"
        self.profile = Profile(self.path, "tcp://h:7750", new_pair().public, new_pair(), Enrolment(bytes(32), 7))

    def test_saved__loaded__equal_and_private(self):
        self.profile.save()
        self.assertEqual(Profile.load(self.path), self.profile)
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        self.profile.enrolment = None
        self.profile.save()
        self.assertEqual(Profile.load(self.path), self.profile)

    def test_readable_by_others__refused(self):
        self.profile.save()
        self.path.chmod(0o640)
        with self.assertRaisesRegex(BadProfile, "chmod 600"):
            Profile.load(self.path)

    def test_absent_or_damaged__refused_with_its_path(self):
        for text in (None, "", "{}", '{"endpoint": "x", "server": "ab", "public": "", "secret": ""}'):
            if text is not None:
                self.path.write_text(text)
                self.path.chmod(0o600)
            with self.assertRaisesRegex(BadProfile, str(self.path)):
                Profile.load(self.path)


if __name__ == "__main__":
    unittest.main()
