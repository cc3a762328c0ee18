"""A watcher on a bare socket, written from PROTOCOL.md alone: a judge of the broker that
shares no line with its clients but the generated messages.

One thread owns a Wire. Waits are for conditions, with one generous bound for all.
"""
import collections
import time

import zmq
from zmq.utils import z85

from yixian_proto import statuses, wire_pb2

SECONDS = 120  # for anything that has to happen
REPEAT_SECONDS = 0.3  # between two credits that say the same


class Ended(Exception):
    """The broker ended or refused a watch or a request."""

    def __init__(self, failure):
        super().__init__(f"E{failure.status} {failure.place} {failure.detail}")
        self.status, self.place, self.detail = failure.status, failure.place, failure.detail


def words_of(path):
    return dict(line.split() for line in path.read_text().splitlines()[1:])


class Wire:
    """One DEALER socket under the key of a profile; replies by correlation."""

    def __init__(self, client, endpoint=None, window=None):
        """`window`: how little may wait for us, for a reader that is to be slow."""
        words = words_of(client.profile / "key")
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.RECONNECT_IVL, 20)
        self.socket.setsockopt(zmq.RECONNECT_IVL_MAX, 200)
        if window is not None:
            self.socket.setsockopt(zmq.RCVHWM, window)
            self.socket.setsockopt(zmq.RCVBUF, 4096)
        server = (client.broker.data / "server.key").read_text().split()[-1]
        self.socket.curve_serverkey = zmq.curve_public(z85.encode(bytes.fromhex(server)))
        self.socket.curve_publickey = z85.encode(bytes.fromhex(words["public"]))
        self.socket.curve_secretkey = z85.encode(bytes.fromhex(words["secret"]))
        self.socket.connect(endpoint or client.broker.endpoint)
        self.correlation = 0
        self.mail = collections.defaultdict(collections.deque)
        self.dropped = set()

    def close(self):
        self.context.destroy(linger=0)

    def new(self):
        self.correlation += 1
        return self.correlation

    def send(self, correlation, **body):
        request = wire_pb2.Request(version=1, correlation=correlation, **body)
        self.socket.send(request.SerializeToString())

    def receive(self, seconds=0.0):
        """Takes in what is there, waiting for the first; whether there was any."""
        if not self.socket.poll(max(0, round(seconds * 1000))):
            return False
        while self.socket.poll(0):
            reply = wire_pb2.Reply.FromString(self.socket.recv())
            if reply.correlation not in self.dropped:
                self.mail[reply.correlation].append(reply)
        return True

    def next(self, correlation, seconds=SECONDS):
        """The next reply of a correlation, or None."""
        end = time.monotonic() + seconds
        while not self.mail[correlation]:
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.receive(min(left, 1.0))
        return self.mail[correlation].popleft()

    def ping(self):
        """Returns when all that the broker sent before is here."""
        correlation = self.new()
        self.send(correlation, ping=wire_pb2.Empty())
        assert self.next(correlation) is not None, "no pong"

    def ask(self, **body):
        """Sends a query; its answer is collected by `answer`."""
        correlation = self.new()
        self.send(correlation, query=wire_pb2.Query(**body))
        return correlation

    def answer(self, correlation, seconds=SECONDS):
        """(seq, kind, joined body) of a query."""
        parts = []
        while not parts or len(parts) < parts[0].parts:
            reply = self.next(correlation, seconds)
            assert reply is not None, "no answer"
            if reply.HasField("failure"):
                raise Ended(reply.failure)
            assert reply.answer.part == len(parts) and reply.answer.seq == (parts or [reply.answer])[0].seq
            parts.append(reply.answer)
        kind = parts[0].WhichOneof("body")
        joined = getattr(parts[0], kind)
        for part in parts[1:]:
            more = getattr(part, kind)
            for field, value in more.ListFields():
                if field.label == field.LABEL_REPEATED:
                    getattr(joined, field.name).extend(value)
        return parts[0].seq, kind, joined

    def query(self, **body):
        return self.answer(self.ask(**body))

    def board(self, view):
        """(seq, Board) of a view."""
        return self.board_of(self.ask(board=view))

    def board_of(self, correlation):
        """Likewise of a query that was asked."""
        seq, _, board = self.answer(correlation)
        return seq, Board(board, board.rows)

    def refused(self, **body):
        """The failure that a request is answered with."""
        correlation = self.new()
        self.send(correlation, **body)
        reply = self.next(correlation)
        assert reply is not None and reply.HasField("failure"), reply
        return reply.failure


class Board:
    """Rows and head in a form that can be compared: what both hold, byte by byte."""

    def __init__(self, head, rows):
        bare = wire_pb2.BoardAnswer()
        bare.CopyFrom(head)
        del bare.rows[:]
        bare.ClearField("now_ms")  # tells when it was asked, not what stands there
        self.head = bare
        self.rows = sorted(rows, key=lambda row: (row.rank if row.HasField("rank") else 1 << 32, row.subject.encode()))
        self.bytes = (bare.SerializeToString(deterministic=True),
                      tuple(row.SerializeToString(deterministic=True) for row in self.rows))

    def __eq__(self, other):
        return isinstance(other, Board) and self.bytes == other.bytes

    def __repr__(self):
        return f"{self.head.ranked}/{self.head.matching} " + " ".join(
            f"{row.subject}:{row.rank}[{row.low}-{row.high}]={row.total}" for row in self.rows)

    def subjects(self):
        return [row.subject for row in self.rows]


def naive_faults(board):
    """What is wrong with the ranked board of a whole group, by the rules of the rank alone."""
    rows, faults = board.rows, []
    if not len(rows) == board.head.ranked == board.head.matching:
        faults.append(f"{len(rows)} rows of {board.head.ranked} ranked and {board.head.matching} matching")
    for row in rows:
        rank = 1 + sum(other.total > row.total for other in rows)
        low = 1 + sum(other.total - other.error > row.total + row.error for other in rows)
        high = len(rows) - sum(other.total + other.error < row.total - row.error for other in rows)
        if (row.rank, row.low, row.high) != (rank, low, high):
            faults.append(f"{row.subject} stands at {row.rank} [{row.low}-{row.high}], not at {rank} [{low}-{high}]")
    bands = [row.band for row in rows]
    if bands != sorted(bands):
        faults.append(f"bands {bands}")
    return faults


class Watch:
    """One watch and its copy of the view, by the rules of section 5, "Watching"."""

    def __init__(self, wire, view, credit=1):
        """`credit`: updates under way; 0 = only what `grant` says."""
        self.wire, self.view, self.credit = wire, view, credit
        self.version = 0  # of the copy; what a former watch showed counts for `newest`
        self.newest = 0
        self.begun = 0
        self.updates = []  # (number, base, version, parts) of all
        self.held = {}  # version -> Board
        self.begin()

    def begin(self, until=None):
        """Under a correlation never used before: updates of the former may still come."""
        if self.begun:
            self.wire.send(self.correlation, unwatch=wire_pb2.Empty())
            self.wire.dropped.add(self.correlation)
        self.begun += 1
        self.correlation = self.wire.new()
        self.number, self.parts, self.rows, self.version = 0, [], {}, 0
        self.until = self.credit if until is None else until
        self.wire.send(self.correlation, watch=wire_pb2.Watch(view=self.view, until=self.until))
        self.spoke = time.monotonic()

    def grant(self, more=None):
        """Raises the credit by `more`, or repeats it."""
        self.until += more or 0
        self.wire.send(self.correlation, credit=wire_pb2.Credit(until=self.until))
        self.spoke = time.monotonic()

    def take(self, reply):
        """The Board when an update is whole, else None. A rule that is broken fails."""
        if reply.HasField("failure"):
            if reply.failure.status != statuses.UNKNOWN_WATCH:
                raise Ended(reply.failure)
            self.begin()
            return None
        number, delta = reply.update.number, reply.update.delta
        assert number == self.number + 1, f"update {number} after {self.number}"
        assert number <= self.until, f"update {number}, granted {self.until}"
        assert delta.part == len(self.parts), f"part {delta.part} of {delta.parts}, {len(self.parts)} are here"
        self.parts.append(delta)
        if delta.part + 1 < delta.parts:
            return None
        return self.apply(number)

    def apply(self, number):
        parts, self.parts = self.parts, []
        first = parts[0]
        assert all((p.base_version, p.version, p.parts) == (first.base_version, first.version, len(parts)) for p in parts)
        assert first.base_version in (0, self.version), f"base {first.base_version}, held {self.version}: a hole"
        assert number > 1 or first.base_version == 0, "the first update is not a whole view"
        assert first.version > self.version and first.version >= self.newest, f"version {first.version} after {self.newest}"
        if first.base_version == 0:
            self.rows = {}
        for part in parts:
            for code in part.gone:
                self.rows.pop(code, None)  # one that came and left in between may be named
        for part in parts:
            self.rows.update({row.subject: row for row in part.board.rows})
        self.number, self.version, self.newest = number, first.version, first.version
        self.updates.append((number, first.base_version, first.version, len(parts)))
        self.held[self.version] = Board(parts[-1].board, self.rows.values())
        return self.held[self.version]

    def board(self):
        return self.held[self.version]

    def pump(self):
        """Takes all that came, keeps the credit up; the newest Board, None = nothing new."""
        newest = None
        while self.wire.mail[self.correlation]:
            board = self.take(self.wire.mail[self.correlation].popleft())
            newest = board or newest
        if newest is not None and self.credit:
            self.grant(self.number + self.credit - self.until)
        elif time.monotonic() - self.spoke > REPEAT_SECONDS:
            self.grant()  # an unknown watch is answered, and begun anew
        return newest

    def next(self, seconds=SECONDS):
        """The next Board; None when none comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            board = self.pump()
            if board is not None:
                return board
            self.wire.receive(min(0.1, max(0.0, end - time.monotonic())))
        return None

    def until_true(self, condition, what):
        """Takes updates until the condition holds."""
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, f"{what}: still not after {SECONDS} s; {self.updates[-3:]}"
            self.next(0.05)

    def settle(self, asker=None):
        """Until the copy equals what a query answers: nothing more is on its way."""
        end = time.monotonic() + SECONDS
        while True:
            seq, board = (asker or self.wire).board(self.view)
            self.next(0.05)
            if self.version and self.version <= seq and self.board() == board:
                return board
            assert time.monotonic() < end, f"copy at {self.version}: {self.held.get(self.version)}\nquery at {seq}: {board}"


def view_of(group, **fields):
    """unit, front, category; offset, count, around; account, unranked."""
    view = wire_pb2.BoardQuery(group=group)
    for name, value in fields.items():
        part = view.filter if name in ("unit", "front", "category") else (
            view.window if name in ("offset", "count", "around") else view)
        setattr(part, name, value)
    return view
