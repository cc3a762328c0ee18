"""Enrolling a device with a one-time code (PROTOCOL.md section 6)."""
import os
import pathlib
import secrets
import time

from yixian.client import PATIENCE_SECONDS, TIMEOUT_SECONDS, Client, Pause
from yixian.commands import Parts, command
from yixian.connection import Connection
from yixian.errors import LATER, BadProfile, Refused, Unanswered
from yixian.keys import new_pair, pair_of_seed, read_code
from yixian.profile import Enrolment, Profile
from yixian_proto import statuses, wire_pb2

OWN_KEY_SECONDS = 10.0


def enrol(code: str, endpoint: str, path: str | os.PathLike[str], timeout: float = TIMEOUT_SECONDS) -> Profile:
    """Makes this device's own key, has it enrolled and keeps it in a profile at `path`.

    After a crash or Unanswered call it again with the same words: it goes on with the key
    that it made. Refused: the code is used or has expired, for instance.
    """
    profile = _begun(code, endpoint, pathlib.Path(path))
    try:
        _submit(profile, timeout)
    except (Refused, Unanswered) as error:
        lost_answer = isinstance(error, Unanswered) or error.code == statuses.INVITE_USED
        if not (lost_answer and _let_in(profile, OWN_KEY_SECONDS)):
            raise
    else:
        if not _let_in(profile, timeout):
            raise Unanswered(f"{endpoint} enrolled the key but does not answer under it; enrol again with the same code")
    profile.enrolment = None
    profile.save()
    return profile


def _begun(code: str, endpoint: str, path: pathlib.Path) -> Profile:
    """The key is on disk before anything is sent; a second call finds it there."""
    read = read_code(code)
    if not path.exists():
        profile = Profile(path, endpoint, read.server, new_pair(), Enrolment(read.seed, secrets.randbits(64) or 1))
        profile.save()
        return profile
    profile = Profile.load(path)
    if profile.enrolment is None or profile.enrolment.seed != read.seed:
        raise BadProfile(f"{path}: holds another key; choose another place for this profile")
    profile.endpoint = endpoint
    return profile


def _submit(profile: Profile, timeout: float) -> None:
    """One `enrol` under the temporary key, sent again until it is answered."""
    enrolment = profile.enrolment
    assert enrolment is not None
    parts = command("enrol", key=profile.pair.public)
    connection = Connection(profile.endpoint, profile.server, pair_of_seed(enrolment.seed))
    try:
        until, pause = time.monotonic() + timeout, Pause()
        while not _accepted(connection, enrolment.instance, parts, until):
            if time.monotonic() >= until:
                raise Unanswered(f"{profile.endpoint} does not answer: is the broker there, was the code used or has "
                                 "it expired?")
            pause.take(until)
    finally:
        connection.close()


def _accepted(connection: Connection, instance: int, parts: Parts, until: float) -> bool:
    item = wire_pb2.Item(number=1, public=parts.public)
    correlation = connection.open()
    connection.send(correlation, submit=wire_pb2.Submit(instance=instance, items=[item]))
    reply = connection.wait(correlation, min(until, time.monotonic() + PATIENCE_SECONDS))
    connection.forget(correlation)
    if reply is None:
        return False
    said = reply.failure if reply.HasField("failure") else reply.submit.outcomes[0]
    if said.status not in LATER and said.status != statuses.OK:
        raise Refused(said.status, said.place, said.detail)
    return said.status == statuses.OK


def _let_in(profile: Profile, seconds: float) -> bool:
    with Client(profile, timeout=seconds) as client:
        try:
            client.whoami()
        except Unanswered:
            return False
    return True
