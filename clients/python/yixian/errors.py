"""What can go wrong, as exceptions: refusals with their status, and a client's own trouble.

Programs decide by `code` only (PROTOCOL.md section 7); the words are for people and logs.
"""
from yixian_proto import statuses

# Worth sending again later: nothing was decided (PROTOCOL.md section 3, rule 2).
LATER = frozenset({statuses.BUSY, statuses.STOPPING, statuses.STORAGE_FULL, statuses.READ_ONLY})


def status_name(code: int) -> str:
    return statuses.STATUSES[code][0] if code in statuses.STATUSES else "UNKNOWN"


def status_words(code: int) -> str:
    """A number that this release does not know is a refusal all the same."""
    return statuses.STATUSES[code][2] if code in statuses.STATUSES else "the broker refused"


class YixianError(Exception):
    """Any trouble of this package; `code` is a status number."""

    code: int = statuses.USAGE

    def __init__(self, words: str):
        super().__init__(f"{words} [E{self.code}]")


class Refused(YixianError):
    """The broker said no: to a command, a query or a watch."""

    def __init__(self, code: int, place: str = "", detail: str = ""):
        self.code, self.place, self.detail = code, place, detail
        self.name, self.words = status_name(code), status_words(code)
        where = " = ".join(text for text in (place, detail) if text)
        super().__init__(f"{self.words}{': ' + where if where else ''}")


class Unanswered(YixianError):
    """No answer in time. What was submitted waits in the outbox and is sent again."""

    code = statuses.TIMEOUT


class BadEnrolCode(YixianError):
    code = statuses.BAD_ENROL_CODE


class BadProfile(YixianError):
    code = statuses.PROFILE


class BadOutbox(YixianError):
    """The outbox cannot be used: in use elsewhere, damaged, or a copy of another."""

    code = statuses.BAD_INPUT


class OutboxFull(YixianError):
    code = statuses.QUEUE_FULL
