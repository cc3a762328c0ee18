"""Watching a view: credit, holes, lost connections, staleness (PROTOCOL.md section 5).

A watch heals itself: it watches anew after a hole, over another socket, and when the broker
knows no such watch any more. It repeats its credit every ASK_SECONDS, which finds that out.
"""
import dataclasses
import time
from typing import Any, Iterator

from yixian.connection import Connection
from yixian.errors import LATER, Refused
from yixian.mirror import Mirror, Taken
from yixian_proto import statuses, wire_pb2

ASK_SECONDS = 2.0
STALE_SECONDS = 4.0
CREDIT_MAX = 64
STEP_SECONDS = 0.25


@dataclasses.dataclass(frozen=True)
class View:
    """A board as of `version`; not live: nothing was heard from the broker for a while."""

    version: int
    board: wire_pb2.BoardAnswer
    live: bool = True


def board_query(group: str, account: str | None = None, unit: str | None = None, front: str | None = None,
                category: str | None = None, offset: int | None = None, count: int | None = None,
                around: str | None = None, unranked: bool = False) -> wire_pb2.BoardQuery:
    """`unit`, `front`, `category` narrow the rows; `offset`, `count`, `around` choose a window."""
    chosen = {"unit": unit, "front": front, "category": category}
    window = {"offset": offset, "count": count, "around": around}
    query = wire_pb2.BoardQuery(group=group, account=account)
    if any(chosen.values()):
        query.filter.CopyFrom(wire_pb2.Filter(**chosen))
    if any(value is not None for value in window.values()):
        query.window.CopyFrom(wire_pb2.Window(**window))
    if unranked:
        query.unranked = True
    return query


class Watch:
    """An iterator of views. `next_view` waits for a time, iterating for ever."""

    def __init__(self, connection: Connection, view: wire_pb2.BoardQuery, credit: int = 2):
        if not 1 <= credit <= CREDIT_MAX:
            raise ValueError(f"credit is 1 to {CREDIT_MAX} updates")
        self._connection, self._view, self._credit = connection, view, credit
        self._mirror = Mirror()
        self._held: View | None = None
        self._ended: Refused | None = None
        self._begin()

    def close(self) -> None:
        self._connection.send(self._correlation, unwatch=wire_pb2.Empty())
        self._connection.forget(self._correlation)

    def _begin(self) -> None:
        """Another correlation each time: updates of the former one may still be under way."""
        self._correlation = self._connection.open()
        self._generation = self._connection.generation
        self._number = 0
        self._mirror.clear()
        watch = wire_pb2.Watch(view=self._view, until=self._credit)
        self._sent = self._connection.send(self._correlation, watch=watch)
        self._asked_at = time.monotonic()

    def _anew(self) -> None:
        self.close()
        self._begin()

    def _grant(self) -> None:
        credit = wire_pb2.Credit(until=self._number + self._credit)
        self._connection.send(self._correlation, credit=credit)
        self._asked_at = time.monotonic()

    # ---- views out ----

    @property
    def latest(self) -> View | None:
        """The view given out last."""
        return self._held

    def __iter__(self) -> Iterator[View]:
        while True:
            view = self.next_view(STALE_SECONDS)
            if view is not None:
                yield view

    def next_view(self, seconds: float) -> View | None:
        """The next view, a stale one when the broker fell silent, None when nothing came."""
        if self._ended is not None:
            raise self._ended
        until = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            reply = self._connection.wait(self._correlation, min(until, now + STEP_SECONDS))
            view = self._taken(reply) if reply is not None else self._quiet()
            if view is not None or time.monotonic() >= until:
                return view

    def _taken(self, reply: wire_pb2.Reply) -> View | None:
        if reply.HasField("failure"):
            self._failed(reply.failure)
            return None
        taken = self._mirror.take(reply.update.delta)
        if taken is Taken.HOLE:
            self._anew()
        if taken is not Taken.CHANGED:
            return None
        self._number = reply.update.number
        self._grant()
        self._held = View(self._mirror.version, self._mirror.board())
        return self._held

    def _failed(self, failure: wire_pb2.Failure) -> None:
        if failure.status == statuses.UNKNOWN_WATCH:
            self._anew()
        elif failure.status not in LATER:
            self._connection.forget(self._correlation)
            self._ended = Refused(failure.status, failure.place, failure.detail)
            raise self._ended

    def _quiet(self) -> View | None:
        """Nothing came for a moment: is the watch still known, and is the broker there?"""
        if not self._sent or self._generation != self._connection.generation:
            self._anew()
        elif time.monotonic() - self._asked_at >= ASK_SECONDS:
            self._grant()
        if self._held is None or not self._held.live or self._connection.silent_for() < STALE_SECONDS:
            return None
        self._anew()  # so that a whole view, live again, is the next that comes
        self._held = dataclasses.replace(self._held, live=False)
        return self._held
