"""Long answers come in parts (PROTOCOL.md section 5); this puts them together."""
from yixian_proto import wire_pb2


class Joiner:
    """Parts of one answer in, the whole answer out. Parts may come in any order."""

    def __init__(self) -> None:
        self._parts: dict[int, wire_pb2.Answer] = {}

    def take(self, part: wire_pb2.Answer) -> wire_pb2.Answer | None:
        """The whole answer once nothing is missing. Parts of another state begin it anew."""
        held = next(iter(self._parts.values()), None)
        if held is not None and (held.seq, held.parts) != (part.seq, part.parts):
            self._parts.clear()
        self._parts[part.part] = part
        if len(self._parts) < part.parts:
            return None
        whole = wire_pb2.Answer()
        for number in sorted(self._parts):
            whole.MergeFrom(self._parts[number])
        whole.part, whole.parts = 0, 1
        if whole.HasField("explain"):
            join_dimensions(whole.explain)
        return whole


def join_dimensions(explain: wire_pb2.ExplainAnswer) -> None:
    """A dimension that stands in two parts is one; its lines follow one another."""
    joined: list[wire_pb2.ExplainDimension] = []
    for dimension in explain.dimensions:
        if joined and joined[-1].dimension == dimension.dimension:
            joined[-1].lines.extend(dimension.lines)
        else:
            joined.append(wire_pb2.ExplainDimension())
            joined[-1].CopyFrom(dimension)
    del explain.dimensions[:]
    explain.dimensions.extend(joined)
