"""Boards from a relay (docs/integration.md): a SUB socket, and last values when one is needed.

A subscriber joins without a hole: it holds the last value that it asked for and what was
published since. Every second the relay says which versions are the newest, so a message that
was lost, even the last one, is noticed, and the last value is asked for again.
Owner: one thread.
"""
import collections
import time
from typing import Iterable, Iterator

import zmq

from yixian.errors import Refused
from yixian.keys import Pair
from yixian.mirror import Mirror, Taken
from yixian.watch import View
from yixian_proto import wire_pb2

BEAT = b"relay"
BOARD = "board/"
STALE_SECONDS = 4.0    # without a beat
AGAIN_SECONDS = 20.0   # without a beat: other sockets, in case the old ones were turned away
ASK_SECONDS = 3.0      # for a last value; then it is asked for again
STEP_SECONDS = 0.25
LATER_MAX = 256        # published while a last value was under way


class _Board:
    def __init__(self, group: str):
        self.group, self.topic = group, (BOARD + group).encode()
        self.mirror = Mirror()
        self.wanted = True      # a last value is needed
        self.not_before = 0.0   # is not asked for earlier (monotonic)
        self.later: collections.deque[wire_pb2.Delta] = collections.deque(maxlen=LATER_MAX)
        self.live = False


class Subscriber:
    """An iterator of (group, view). `next_view` waits for a time, iterating for ever."""

    def __init__(self, publish: str, last_value: str, relay_key: bytes | str, pair: Pair, groups: Iterable[str]):
        """`publish`, `last_value`: the relay's two endpoints; `relay_key`: its public key, the text of its
        relay.pub or 32 bytes; `pair`: a key that the broker knows, whose principal may see all that the relay may."""
        self._endpoints, self._pair = (publish, last_value), pair
        self._relay_key = relay_key.strip().encode() if isinstance(relay_key, str) else relay_key
        self._boards = {board.topic: board for board in map(_Board, groups)}
        self._ready: list[tuple[str, View]] = []
        self._connect()

    def _connect(self) -> None:
        self._beat_at = time.monotonic()
        self._sub, self._dealer = self._socket(zmq.SUB, 0), self._socket(zmq.DEALER, 1)
        for topic in (BEAT, *self._boards):
            self._sub.subscribe(topic)
        self._asked: _Board | None = None  # one at a time, so that an error belongs to it
        self._asked_at = 0.0
        for board in self._boards.values():
            board.wanted, board.not_before = True, 0.0

    def _socket(self, kind: int, endpoint: int) -> zmq.Socket:
        socket = zmq.Context.instance().socket(kind)
        socket.setsockopt(zmq.CURVE_SERVERKEY, self._relay_key)
        socket.setsockopt(zmq.CURVE_PUBLICKEY, self._pair.public)
        socket.setsockopt(zmq.CURVE_SECRETKEY, self._pair.secret)
        socket.setsockopt(zmq.LINGER, 0)
        socket.connect(self._endpoints[endpoint])
        return socket

    def close(self) -> None:
        self._sub.close()
        self._dealer.close()

    # ---- views out ----

    def __iter__(self) -> Iterator[tuple[str, View]]:
        while True:
            ready = self.next_view(STALE_SECONDS)
            if ready is not None:
                yield ready

    def next_view(self, seconds: float) -> tuple[str, View] | None:
        """The next view of a group; not live when the relay or the broker behind it fell silent."""
        until = time.monotonic() + seconds
        while not self._ready:
            self._ask()
            left = until - time.monotonic()
            if left <= 0:
                return None
            self._receive(min(left, STEP_SECONDS))
            self._tend()
        return self._ready.pop(0)

    def _receive(self, seconds: float) -> None:
        poller = zmq.Poller()
        poller.register(self._sub, zmq.POLLIN)
        poller.register(self._dealer, zmq.POLLIN)
        ready = dict(poller.poll(max(1, round(seconds * 1000))))
        if self._dealer in ready:
            self._last_value(self._dealer.recv_multipart())
        if self._sub in ready:
            self._published(self._sub.recv_multipart())

    def _show(self, board: _Board, live: bool) -> None:
        board.live = live
        self._ready.append((board.group, View(board.mirror.version, board.mirror.board(), live)))

    # ---- what comes ----

    def _published(self, frames: list[bytes]) -> None:
        if frames[0] == BEAT:
            self._beat(frames[1:])
            return
        board = self._boards.get(frames[0])  # subscribed to by its beginning: maybe none of ours
        if board is None:
            return
        delta = wire_pb2.Delta.FromString(frames[1])
        if board.wanted:
            board.later.append(delta)
        else:
            self._take(board, delta)

    def _take(self, board: _Board, delta: wire_pb2.Delta) -> None:
        if delta.version <= board.mirror.version:
            return  # older than the last value that was asked for
        taken = board.mirror.take(delta)
        if taken is Taken.CHANGED:
            self._show(board, True)
        elif taken is Taken.HOLE:
            board.wanted = True

    def _beat(self, words: list[bytes]) -> None:
        """"live N" or "stale N", then "board/GROUP V" for each board."""
        self._beat_at = time.monotonic()
        live = words[0].startswith(b"live")
        newest = dict(word.rsplit(b" ", 1) for word in words[1:])
        for board in self._boards.values():
            if int(newest.get(board.topic, 0)) > board.mirror.version:
                board.wanted = True
            elif board.mirror.version and live != board.live and not board.wanted:
                self._show(board, live)

    def _last_value(self, frames: list[bytes]) -> None:
        """[topic, Delta ...] or one frame "E<code> <words>"."""
        board, self._asked = self._asked, None
        if len(frames) == 1:
            if board is not None:
                self._no_value(board, frames[0].decode())
            return
        board = self._boards.get(frames[0])
        deltas = [wire_pb2.Delta.FromString(frame) for frame in frames[1:]]
        if board is None or deltas[0].version < board.mirror.version:
            return  # one that came late; it is asked for again
        if [board.mirror.take(delta) for delta in deltas][-1] is not Taken.CHANGED:
            return
        board.wanted = False
        self._show(board, True)
        later, board.later = board.later, collections.deque(maxlen=LATER_MAX)
        for delta in later:
            if not board.wanted:
                self._take(board, delta)

    def _no_value(self, board: _Board, words: str) -> None:
        """There may be one later; what the relay will never have is refused."""
        board.not_before = time.monotonic() + ASK_SECONDS
        code = int(words[1:].split()[0])
        if code // 1000 in (3, 4):
            raise Refused(code, board.topic.decode())

    # ---- what is to be done ----

    def _ask(self) -> None:
        now = time.monotonic()
        if self._asked is not None:
            if now - self._asked_at < ASK_SECONDS:
                return
            self._asked.not_before = now + STEP_SECONDS  # others first: the relay may not know it
        wanted = [board for board in self._boards.values() if board.wanted and board.not_before <= now]
        self._asked = wanted[0] if wanted else None
        if self._asked is not None:
            self._asked_at = now
            try:
                self._dealer.send(self._asked.topic, zmq.NOBLOCK)
            except zmq.Again:
                pass  # not connected; asked again in a while

    def _tend(self) -> None:
        silent = time.monotonic() - self._beat_at
        if silent >= STALE_SECONDS:
            for board in self._boards.values():
                if board.live:
                    self._show(board, False)
        if silent >= AGAIN_SECONDS:
            self.close()
            self._connect()
