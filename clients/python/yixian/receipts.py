"""Receipts: what the broker signed of an accepted command (PROTOCOL.md section 5).

`command_hash` and `message` need nothing beside Python; `failing` needs PyNaCl.
"""
import hashlib
import struct

from yixian_proto import wire_pb2


def command_hash(public: bytes, private: bytes | None) -> bytes:
    """Receipt.command of a command with these two parts."""
    private = private or b""
    return hashlib.blake2b(struct.pack("<I", len(public)) + public + struct.pack("<I", len(private)) + private,
                           digest_size=32).digest()


def message(receipt: wire_pb2.Receipt, journal_id: bytes) -> bytes:
    """The bytes that are signed."""
    return (b"yixian receipt 1\n" + journal_id
            + struct.pack("<QQQq", receipt.instance, receipt.number, receipt.seq, receipt.time_ms)
            + receipt.record + receipt.command)


def failing(answer: wire_pb2.ReceiptsAnswer, key: bytes) -> list[int]:
    """The seqs whose signature by `key` (keep it when you see it first) does not hold."""
    try:
        from nacl.exceptions import BadSignatureError
        from nacl.signing import VerifyKey
    except ImportError as error:
        raise ImportError("PyNaCl is needed to check signatures (Debian: python3-nacl)") from error
    wrong, verifier = [], VerifyKey(key)
    for receipt in answer.receipts:
        try:
            verifier.verify(message(receipt, answer.journal_id), receipt.signature)
        except (BadSignatureError, ValueError):
            wrong.append(receipt.seq)
    return wrong
