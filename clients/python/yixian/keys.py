"""Keys and one-time codes (PROTOCOL.md section 6). Keys are 32 raw bytes throughout."""
import base64
import binascii
import hashlib
import struct
import zlib
from typing import NamedTuple

import zmq
from zmq.utils import z85

from yixian.errors import BadEnrolCode

KEY_BYTES = 32
CODE_HEAD = "yx1-"
CODE_CHARS = 113
CODE_BYTES = 2 * KEY_BYTES + 4
BASE32_CHARS = 112  # what RFC 4648 wants with its padding; the code leaves three out


class Pair(NamedTuple):
    public: bytes
    secret: bytes


class EnrolCode(NamedTuple):
    seed: bytes
    server: bytes


def new_pair() -> Pair:
    public, secret = zmq.curve_keypair()
    return Pair(z85.decode(public), z85.decode(secret))


def pair_of_secret(secret: bytes) -> Pair:
    return Pair(z85.decode(zmq.curve_public(z85.encode(secret))), secret)


def pair_of_seed(seed: bytes) -> Pair:
    """The temporary pair: secret key = first half of SHA-512 of the seed."""
    return pair_of_secret(hashlib.sha512(seed).digest()[:KEY_BYTES])


def read_code(text: str) -> EnrolCode:
    """Blanks and line breaks are ignored, capitals taken."""
    code = "".join(text.split()).lower()
    if not code.startswith(CODE_HEAD) or len(code) != CODE_CHARS:
        raise BadEnrolCode(f"a one-time code is {CODE_HEAD} and {CODE_CHARS - len(CODE_HEAD)} letters and digits, "
                           f"here are {len(code)} characters: copy it again, whole")
    letters = code[len(CODE_HEAD):].upper()
    try:
        raw = base64.b32decode(letters + "=" * (BASE32_CHARS - len(letters)))
    except binascii.Error:
        raise BadEnrolCode("the one-time code holds a character that no code has: copy it again") from None
    body, check = raw[:2 * KEY_BYTES], raw[2 * KEY_BYTES:CODE_BYTES]
    spelt = base64.b32encode(raw).decode().rstrip("=") == letters  # the last bit is 0: a code has one spelling
    if not spelt or struct.pack(">I", zlib.crc32(body)) != check:
        raise BadEnrolCode("a character of the one-time code is wrong: copy it again")
    return EnrolCode(body[:KEY_BYTES], body[KEY_BYTES:])
