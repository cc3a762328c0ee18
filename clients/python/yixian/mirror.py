"""A watcher's copy of a view: whole views and differences in, rows out.

Pure: it sends nothing and reads no clock. Parts of an update become visible together.
"""
import enum

from yixian_proto import wire_pb2

NO_RANK = 1 << 32  # behind every rank


class Taken(enum.Enum):
    PARTLY = 1   # more parts are to come
    CHANGED = 2  # the view is that of `version` now
    HOLE = 3     # something is missing in between: watch anew


class Mirror:
    def __init__(self) -> None:
        self.version = 0  # 0 = nothing is held
        self._head = wire_pb2.BoardAnswer()
        self._rows: dict[str, wire_pb2.BoardRow] = {}
        self._parts: list[wire_pb2.Delta] = []

    def clear(self) -> None:
        """Forgets the view: only a whole one fits next."""
        self.__init__()

    def take(self, delta: wire_pb2.Delta) -> Taken:
        if not self._follows(delta):
            self._parts.clear()
            return Taken.HOLE
        self._parts.append(delta)
        if len(self._parts) < delta.parts:
            return Taken.PARTLY
        self._apply()
        return Taken.CHANGED

    def _follows(self, delta: wire_pb2.Delta) -> bool:
        if delta.part == 0:
            self._parts.clear()  # the rest of the one before was lost: its version is not held
            return delta.base_version in (0, self.version)
        if delta.part != len(self._parts):
            return False
        first = self._parts[0]
        return (delta.base_version, delta.version, delta.parts) == (first.base_version, first.version, first.parts)

    def _apply(self) -> None:
        parts, self._parts = self._parts, []
        if parts[0].base_version == 0:
            self._rows = {}
        for delta in parts:
            for code in delta.gone:
                self._rows.pop(code, None)
        for delta in parts:
            self._rows.update((row.subject, row) for row in delta.board.rows)
        self._head.CopyFrom(parts[-1].board)
        del self._head.rows[:]
        self.version = parts[-1].version

    def board(self) -> wire_pb2.BoardAnswer:
        """A copy of the view, rows in the broker's order."""
        board = wire_pb2.BoardAnswer()
        board.CopyFrom(self._head)
        board.rows.extend(sorted(self._rows.values(), key=_place))
        return board


def _place(row: wire_pb2.BoardRow) -> tuple[int, bytes]:
    return (row.rank if row.HasField("rank") else NO_RANK), row.subject.encode()
