"""One DEALER socket to the broker, many requests under way on it.

Replies are put into mailboxes by correlation; one that nobody waits for is dropped. Silence
is told from idleness by pings. A handshake that the broker turned away ends a ZeroMQ socket
for good, so after a while of silence another socket is made; `generation` counts them.
Owner: one thread.
"""
import collections
import time

import zmq

from yixian.keys import Pair
from yixian_proto import wire_pb2

VERSION = 1
FRAME_BYTES_MAX = 65_536
PING_SECONDS = 1.0
SILENCE_SECONDS = 5.0
SILENCE_SECONDS_MAX = 40.0
FRAMES_AT_ONCE = 256


class Connection:
    def __init__(self, endpoint: str, server: bytes, pair: Pair):
        self.endpoint, self.server, self.pair = endpoint, server, pair
        self.generation = 0
        self._last_correlation = 0
        self._mailboxes: dict[int, collections.deque[wire_pb2.Reply]] = {}
        self._context = zmq.Context.instance()
        self._socket = self._connect()
        self._pings = self.open()
        self._pinged_at = float("-inf")
        self._unanswered_since: float | None = None  # the oldest ping since which nothing was heard
        self._patience, self._renewed_at = SILENCE_SECONDS, float("-inf")

    def _connect(self) -> zmq.Socket:
        socket = self._context.socket(zmq.DEALER)
        socket.setsockopt(zmq.CURVE_SERVERKEY, self.server)
        socket.setsockopt(zmq.CURVE_PUBLICKEY, self.pair.public)
        socket.setsockopt(zmq.CURVE_SECRETKEY, self.pair.secret)
        socket.setsockopt(zmq.MAXMSGSIZE, FRAME_BYTES_MAX)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.RECONNECT_IVL_MAX, 1000)
        socket.connect(self.endpoint)
        return socket

    def close(self) -> None:
        self._socket.close()

    # ---- sending and receiving ----

    def open(self) -> int:
        """A correlation never used before on this connection, with a mailbox."""
        self._last_correlation += 1
        self._mailboxes[self._last_correlation] = collections.deque()
        return self._last_correlation

    def forget(self, correlation: int) -> None:
        self._mailboxes.pop(correlation, None)

    def send(self, correlation: int, **body: object) -> bool:
        """False when the socket takes nothing now; whoever waits sends again anyway."""
        request = wire_pb2.Request(version=VERSION, correlation=correlation, **body)
        try:
            self._socket.send(request.SerializeToString(), zmq.NOBLOCK)
        except zmq.Again:
            return False
        return True

    def wait(self, correlation: int, until: float) -> wire_pb2.Reply | None:
        """The next reply of this correlation, or None at `until` (monotonic) or after a renewal."""
        mailbox, generation = self._mailboxes[correlation], self.generation
        while not mailbox:
            left = until - time.monotonic()
            if left <= 0 or generation != self.generation:
                return None
            self._receive(min(left, PING_SECONDS / 2))
            self.tend()
        return mailbox.popleft()

    def _receive(self, seconds: float) -> None:
        """Waits for a frame and takes in what else is there."""
        if not self._socket.poll(max(1, round(seconds * 1000))):
            return
        for _ in range(FRAMES_AT_ONCE):
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self._take(frames[0])

    def _take(self, frame: bytes) -> None:
        reply = wire_pb2.Reply.FromString(frame)
        self._unanswered_since = None
        self._patience = SILENCE_SECONDS
        if reply.correlation == self._pings:
            return
        mailbox = self._mailboxes.get(reply.correlation)
        if mailbox is not None:
            mailbox.append(reply)

    # ---- silence ----

    def tend(self) -> None:
        """Pings now and then; after too long a silence makes another socket. What came
        meanwhile is taken in before, so a program that was busy elsewhere finds no silence."""
        now = time.monotonic()
        if now - self._pinged_at >= PING_SECONDS:
            self._pinged_at = now
            self._unanswered_since = self._unanswered_since or now
            self.send(self._pings, ping=wire_pb2.Empty())
        if min(self.silent_for(), now - self._renewed_at) >= self._patience:
            self._renew(now)

    def _renew(self, now: float) -> None:
        """What was under way is lost with the old socket."""
        self._socket.close()
        self._socket = self._connect()
        self._renewed_at = now
        self._patience = min(2 * self._patience, SILENCE_SECONDS_MAX)
        self.generation += 1
        for mailbox in self._mailboxes.values():
            mailbox.clear()

    def silent_for(self) -> float:
        """Seconds since the oldest ping that nothing was heard after."""
        return 0.0 if self._unanswered_since is None else time.monotonic() - self._unanswered_since
