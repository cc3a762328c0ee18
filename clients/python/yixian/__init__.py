"""yixian: a client of the broker for other services, written from proto/PROTOCOL.md.

Needs the generated package yixian_proto beside it (clients/python/generate.py).
"""
try:
    import yixian_proto  # noqa: F401
except ImportError as error:
    raise ImportError("yixian_proto is missing: run clients/python/generate.py --out DIR and put DIR on PYTHONPATH") from error

from yixian.client import Client, FeedPage, Outcome
from yixian.commands import Parts, command
from yixian.enrolment import enrol
from yixian.errors import (BadEnrolCode, BadOutbox, BadProfile, OutboxFull, Refused, Unanswered, YixianError)
from yixian.outbox import Outbox
from yixian.profile import Profile
from yixian.relay import Subscriber
from yixian.watch import View, Watch

__all__ = ["BadEnrolCode", "BadOutbox", "BadProfile", "Client", "FeedPage", "Outbox", "OutboxFull", "Outcome", "Parts",
           "Profile", "Refused", "Subscriber", "Unanswered", "View", "Watch", "YixianError", "command", "enrol"]
