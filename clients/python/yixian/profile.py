"""The profile: where the broker is and which key this device has, as one JSON file.

It holds the secret key: mode 0600, never copied to another device (a second device is
invited under the same principal and has a key of its own).
"""
import dataclasses
import json
import os
import pathlib
import stat

from yixian import files
from yixian.errors import BadProfile
from yixian.keys import KEY_BYTES, Pair


@dataclasses.dataclass
class Enrolment:
    """What an enrolment under way must not lose: its seed and its outbox's instance."""

    seed: bytes
    instance: int


@dataclasses.dataclass
class Profile:
    path: pathlib.Path
    endpoint: str
    server: bytes
    pair: Pair
    enrolment: Enrolment | None = None  # None = done

    def save(self) -> None:
        fields = {"endpoint": self.endpoint, "server": self.server.hex(), "public": self.pair.public.hex(),
                  "secret": self.pair.secret.hex()}
        if self.enrolment is not None:
            fields |= {"seed": self.enrolment.seed.hex(), "instance": f"{self.enrolment.instance:016x}"}
        files.write_whole(self.path, json.dumps(fields, indent=1).encode() + b"\n")

    @property
    def outbox_path(self) -> pathlib.Path:
        return self.path.with_name(self.path.name + ".outbox")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Profile":
        path = pathlib.Path(path)
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            fields = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadProfile(f"{path}: {error}; enrol this device first") from None
        if mode & 0o077:
            raise BadProfile(f"{path}: others may read the secret key (mode {mode:04o}): chmod 600 it")
        try:
            return cls._of_fields(path, fields)
        except (KeyError, TypeError, ValueError) as error:
            raise BadProfile(f"{path}: not a profile ({error})") from None

    @classmethod
    def _of_fields(cls, path: pathlib.Path, fields: dict[str, str]) -> "Profile":
        server, public, secret = (_key(fields[name]) for name in ("server", "public", "secret"))
        enrolment = None
        if "seed" in fields:
            enrolment = Enrolment(_key(fields["seed"]), int(fields["instance"], 16))
        return cls(path, fields["endpoint"], server, Pair(public, secret), enrolment)


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    return key
