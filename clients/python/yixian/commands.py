"""Commands as a program writes them: a name and fields, split into public and private.

    command("observe", code="O1", visit="V1", ..., narrative="...", polarity="NEUTRAL")

Enums are their names or numbers, nested messages dicts, lists lists. The lengths that the
public part tells of the private one are computed (PROTOCOL.md section 4). Codes decide;
names and words go into the private part.
"""
from typing import Any, NamedTuple

from yixian_proto import command_pb2

PRIVATE_FIELDS = frozenset(command_pb2.Private.DESCRIPTOR.fields_by_name)


class Parts(NamedTuple):
    """A command as it is stored and sent, byte for byte."""

    public: bytes
    private: bytes | None


def command(kind: str, **fields: Any) -> Parts:
    """ValueError or TypeError when a field is unknown or of another type."""
    if kind not in command_pb2.Command.DESCRIPTOR.fields_by_name:
        raise ValueError(f"there is no command {kind!r}; PROTOCOL.md section 4 lists them")
    own = {name: value for name, value in fields.items() if name in PRIVATE_FIELDS and value not in (None, "", [])}
    open_fields = {name: value for name, value in fields.items() if name not in PRIVATE_FIELDS and value is not None}
    told = _told(kind, own, open_fields)
    public = command_pb2.Command(**{kind: {**told, **open_fields}})
    private = command_pb2.Private(**own) if own else None
    return Parts(public.SerializeToString(deterministic=True),
                 private.SerializeToString(deterministic=True) if private else None)


def _told(kind: str, own: dict[str, Any], open_fields: dict[str, Any]) -> dict[str, Any]:
    """What the public part tells of the private one."""
    if kind == "observe":
        reason = len(own.get("text", ""))
        return {"narrative_chars": len(own.get("narrative", "")), **({"reason_chars": reason} if reason else {})}
    if kind == "assignment" and "post" in own:
        return {"has_post": True}
    return {}
