"""The outbox: commands on disk before they are sent, under numbers used only once.

One file, one line a step, each a JSON object:

    {"outbox": 1, "instance": "9f...", "next": 1}    the first line
    {"add": [[number, public, private], ...]}        base64; private may be null
    {"settled": [number, ...]}                       answered: accepted or refused
    {"copied": true}                                 NUMBER_REUSED came: of no more use

An `add` is synced before it returns. Of `settled` a crash may lose the end: what it names is
sent again and answered alike. A last line without line break is one that a crash cut off;
nothing of it was sent. The file is written anew when nothing waits and it has grown.
Owner: one process (flock), one thread.
"""
import base64
import dataclasses
import fcntl
import json
import os
import pathlib
import secrets
from typing import Any, Iterable, Iterator

from yixian import files
from yixian.errors import BadOutbox, OutboxFull

WAITING_MAX = 100_000
REWRITE_BYTES = 1 << 20


@dataclasses.dataclass(frozen=True)
class Waiting:
    number: int
    public: bytes
    private: bytes | None


class Outbox:
    def __init__(self, path: str | os.PathLike[str]):
        self.path = pathlib.Path(path)
        self.instance = 0
        self.copied = False
        self._next = 1
        self._waiting: dict[int, Waiting] = {}
        self._lock = self._locked()
        try:
            if not self.path.exists():
                self._begin()
            self._read()
            self._file = open(self.path, "ab", buffering=0)
        except BaseException:
            os.close(self._lock)
            raise

    def _locked(self) -> int:
        """The lock has a file of its own: the outbox itself is replaced when it is written anew."""
        lock = os.open(str(self.path) + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise BadOutbox(f"{self.path}: another process uses this outbox; give each its own") from None
        return lock

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()
            os.close(self._lock)

    # ---- the file ----

    def _begin(self) -> None:
        self.instance = secrets.randbits(64) or 1
        self._write_anew()

    def _write_anew(self) -> None:
        head = {"outbox": 1, "instance": f"{self.instance:016x}", "next": self._next}
        files.write_whole(self.path, _line(head))

    def _read(self) -> None:
        lines = self.path.read_bytes().split(b"\n")
        torn = lines.pop()
        try:
            self._take_head(json.loads(lines[0]))
            for line in lines[1:]:
                self._take_step(json.loads(line))
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise BadOutbox(f"{self.path}: damaged ({error}); keep it aside and begin a new outbox") from None
        if torn:
            os.truncate(self.path, self.path.stat().st_size - len(torn))

    def _take_head(self, head: dict[str, Any]) -> None:
        if head["outbox"] != 1:
            raise ValueError("written by another version")
        self.instance, self._next = int(head["instance"], 16), int(head["next"])

    def _take_step(self, step: dict[str, Any]) -> None:
        for number, public, private in step.get("add", ()):
            self._waiting[number] = Waiting(number, base64.b64decode(public),
                                            None if private is None else base64.b64decode(private))
            self._next = max(self._next, number + 1)
        for number in step.get("settled", ()):
            self._waiting.pop(number, None)
        self.copied = self.copied or bool(step.get("copied"))

    def _append(self, step: dict[str, Any], sync: bool) -> None:
        """Whole or not at all; a crash leaves at most a torn line, which the next start cuts off."""
        line, end = _line(step), self._file.seek(0, os.SEEK_END)
        try:
            if self._file.write(line) != len(line):
                raise OSError("no room for the whole line")
            if sync:
                os.fsync(self._file.fileno())
        except OSError as error:
            os.truncate(self.path, end)
            raise BadOutbox(f"{self.path}: {error}; nothing of this was kept") from None

    # ---- what a client does with it ----

    def add(self, parts: Iterable[tuple[bytes, bytes | None]]) -> list[int]:
        """Keeps commands, all or none; they are on disk when their numbers come back."""
        parts = list(parts)
        if self.copied:
            raise BadOutbox(f"{self.path}: its numbers were used by a copy of it; look up what arrived, then begin a new one")
        if len(self._waiting) + len(parts) > WAITING_MAX:
            raise OutboxFull(f"{self.path}: {len(self._waiting)} commands wait to be sent; deliver them first")
        added = [Waiting(self._next + i, public, private) for i, (public, private) in enumerate(parts)]
        if added:
            self._append({"add": [[w.number, _text(w.public), _text(w.private)] for w in added]}, sync=True)
            self._next += len(added)
            self._waiting.update((w.number, w) for w in added)
        return [w.number for w in added]

    def settle(self, numbers: Iterable[int]) -> None:
        """Answered for good; their numbers are never used again."""
        numbers = [n for n in numbers if n in self._waiting]
        if numbers:
            self._append({"settled": numbers}, sync=False)
        for number in numbers:
            del self._waiting[number]
        if not self._waiting and self._file.tell() > REWRITE_BYTES:
            self._file.close()
            self._write_anew()
            self._file = open(self.path, "ab", buffering=0)

    def mark_copied(self) -> None:
        self.copied = True
        self._append({"copied": True}, sync=True)

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Waiting]:
        """What waits, oldest first."""
        return iter([self._waiting[number] for number in sorted(self._waiting)])


def _line(step: dict[str, Any]) -> bytes:
    return json.dumps(step, separators=(",", ":")).encode() + b"\n"


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()
