"""The client: submit exactly once, query, watch, feed (PROTOCOL.md sections 3 and 5).

    with Client(Profile.load("profile.json")) as client:
        seq = client.submit(command("person", code="H1", name="..."))
        for view in client.watch("..."):
            ...

Owner: one thread; every wait is bounded by a time.
"""
import dataclasses
import time
from typing import Any, Iterable, Iterator

from yixian.commands import Parts
from yixian.connection import FRAME_BYTES_MAX, Connection
from yixian.errors import LATER, BadOutbox, Refused, Unanswered, YixianError
from yixian.outbox import Outbox, Waiting
from yixian.parts import Joiner
from yixian.profile import Profile
from yixian.watch import View, Watch, board_query
from yixian_proto import statuses, wire_pb2

TIMEOUT_SECONDS = 30.0
PATIENCE_SECONDS = 10.0  # then a query is asked again, a submit sent again
PAUSE_SECONDS = 0.05     # before something is sent again; doubles
PAUSE_SECONDS_MAX = 2.0
ITEMS_MAX = 256
PART_BYTES_MAX = 20_480
NUMBERS_APART_MAX = 1_023
REQUEST_HEAD_BYTES = 64  # at most, beside the items
ITEM_HEAD_BYTES = 32
FEED_WAIT_MS_MAX = 10_000
FEED_COUNT = 200
# Whoever is turned away at the door hears nothing at all, so it cannot be told which it was.
WHY_SILENT = "is the broker there, is the profile that of this broker, and is its key still allowed?"
HISTORY = {"subject", "project", "inspector", "visit"}
# Failures of a whole Submit that are about the sender or the message, not about a command in it.
NOT_THE_COMMANDS = {statuses.KEY_UNKNOWN, statuses.KEY_REVOKED, statuses.UNSUPPORTED_VERSION,
                    statuses.TOO_MANY_INSTANCES}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of one command: a seq, or why it was refused."""

    number: int
    seq: int | None = None
    refusal: Refused | None = None


@dataclasses.dataclass(frozen=True)
class FeedPage:
    """Facts in order; store `next` together with what was made of them."""

    facts: list[wire_pb2.Fact]
    next: int
    head: int


class Pause:
    """Waits that grow: sleeping here is waiting for somebody else's recovery."""

    def __init__(self) -> None:
        self._seconds = PAUSE_SECONDS

    def take(self, until: float) -> None:
        time.sleep(max(0.0, min(self._seconds, until - time.monotonic())))
        self._seconds = min(2 * self._seconds, PAUSE_SECONDS_MAX)


class Client:
    def __init__(self, profile: Profile, outbox: Outbox | None = None, timeout: float = TIMEOUT_SECONDS):
        """The outbox stands beside the profile unless another is given."""
        self.timeout = timeout
        self.earlier: list[Outcome] = []  # of commands from an earlier run of the process
        self._profile, self._outbox = profile, outbox
        self._connection = Connection(profile.endpoint, profile.server, profile.pair)

    def close(self) -> None:
        self._connection.close()
        if self._outbox is not None:
            self._outbox.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    @property
    def outbox(self) -> Outbox:
        if self._outbox is None:
            self._outbox = Outbox(self._profile.outbox_path)
        return self._outbox

    # ---- submit ----

    def submit(self, parts: Parts) -> int:
        """Sends one command; its seq, or Refused. Unanswered: it waits in the outbox."""
        outcome, = self.submit_many([parts])
        if outcome.refusal is not None:
            raise outcome.refusal
        assert outcome.seq is not None
        return outcome.seq

    def submit_many(self, parts: Iterable[Parts]) -> list[Outcome]:
        """Sends commands in order, each decided by itself. What still waited from an earlier
        run goes first; its outcomes are added to `earlier`. Unanswered, Refused: what has no
        answer yet waits in the outbox, what has one stands in `earlier`."""
        parts = list(parts)
        for each in parts:
            if max(len(each.public), len(each.private or b"")) > PART_BYTES_MAX:
                raise Refused(statuses.TOO_LARGE, "submit.items", f"more than {PART_BYTES_MAX} bytes")
        numbers = self.outbox.add(parts)
        outcomes = {outcome.number: outcome for outcome in self.deliver()}
        mine = [outcomes.pop(number) for number in numbers]
        self.earlier.extend(outcomes[number] for number in sorted(outcomes))
        return mine

    def deliver(self) -> list[Outcome]:
        """Sends what waits in the outbox until all of it is answered."""
        until, pause = time.monotonic() + self.timeout, Pause()
        outcomes: list[Outcome] = []
        most = ITEMS_MAX
        try:
            while len(self.outbox):
                batch = _batch(self.outbox, most)
                settled, most = self._deliver(batch, until)
                outcomes.extend(settled)
                if len(settled) == len(batch) or most < len(batch):
                    continue
                if time.monotonic() >= until:
                    raise Unanswered(f"no answer yet to {len(self.outbox)} of what was submitted; it waits in {self.outbox.path}: "
                                     f"{WHY_SILENT}")
                pause.take(until)
        except YixianError:
            self.earlier.extend(outcomes)
            raise
        return outcomes

    def _deliver(self, batch: list[Waiting], until: float) -> tuple[list[Outcome], int]:
        """What was settled, and how many to send at once from now on."""
        reply = self._submitted(batch, until)
        if reply is None:
            return [], ITEMS_MAX
        if not reply.HasField("failure"):
            return self._settle(reply.submit), ITEMS_MAX
        refusal = Refused(reply.failure.status, reply.failure.place, reply.failure.detail)
        if refusal.code in LATER:
            return [], ITEMS_MAX
        if refusal.code in NOT_THE_COMMANDS:
            raise refusal
        if len(batch) > 1:
            return [], 1  # one of them cannot be read: find out which
        self.outbox.settle([batch[0].number])
        return [Outcome(batch[0].number, refusal=refusal)], ITEMS_MAX

    def _submitted(self, batch: list[Waiting], until: float) -> wire_pb2.Reply | None:
        """The reply to these bytes, or None: nothing is known, to be sent again."""
        if self.outbox.copied:
            raise BadOutbox(f"{self.outbox.path}: its numbers were used by a copy of it; begin a new one")
        items = [wire_pb2.Item(number=w.number, public=w.public, private=w.private) for w in batch]
        correlation = self._connection.open()
        try:
            self._connection.send(correlation, submit=wire_pb2.Submit(instance=self.outbox.instance, items=items))
            return self._connection.wait(correlation, min(until, time.monotonic() + PATIENCE_SECONDS))
        finally:
            self._connection.forget(correlation)

    def _settle(self, reply: wire_pb2.SubmitReply) -> list[Outcome]:
        """Refusals behind a number that has no answer yet are not final (rule 4)."""
        settled: list[Outcome] = []
        open_before = False
        for outcome in reply.outcomes:
            if outcome.status == statuses.NUMBER_REUSED:
                self.outbox.mark_copied()
                raise Refused(outcome.status, outcome.place, outcome.detail)
            if outcome.status != statuses.OK and (outcome.status in LATER or open_before):
                open_before = True
            else:
                settled.append(_outcome(outcome))
        self.outbox.settle(outcome.number for outcome in settled)
        return settled

    # ---- asking first ----

    def check(self, parts: Iterable[Parts]) -> list[Outcome]:
        """What would become of each command if it alone were submitted now; nothing is kept. The
        outcomes come in order, numbered from 1, without seq. A TOO_LARGE message is Refused."""
        waiting = [Waiting(number, each.public, each.private) for number, each in enumerate(parts, 1)]
        outcomes: list[Outcome] = []
        while len(outcomes) < len(waiting):
            outcomes += self._checked(_batch(waiting[len(outcomes):], ITEMS_MAX))
        return outcomes

    def _checked(self, batch: list[Waiting]) -> list[Outcome]:
        items = [wire_pb2.Item(number=w.number, public=w.public, private=w.private) for w in batch]
        until, pause = time.monotonic() + self.timeout, Pause()
        while True:
            reply = self._said(min(until, time.monotonic() + PATIENCE_SECONDS), check=wire_pb2.Submit(instance=0, items=items))
            if reply is not None:
                return [_outcome(outcome) for outcome in reply.submit.outcomes]
            if time.monotonic() >= until:
                raise Unanswered(f"{self._connection.endpoint} did not answer in time: {WHY_SILENT}")
            pause.take(until)

    def _said(self, until: float, **body: Any) -> wire_pb2.Reply | None:
        """The one reply to a request; None: none came, or it asks to come again later."""
        correlation = self._connection.open()
        try:
            self._connection.send(correlation, **body)
            reply = self._connection.wait(correlation, until)
        finally:
            self._connection.forget(correlation)
        if reply is not None and reply.HasField("failure"):
            _raise_unless_later(reply.failure)
            return None
        return reply

    # ---- queries ----

    def query(self, longer: float = 0.0, **body: Any) -> wire_pb2.Answer:
        """Any query, its parts joined: query(digest={}), query(instance={"instance": 7}).
        `longer`: seconds that the broker may take over it beside the usual time."""
        asked = wire_pb2.Query(**body)
        until, pause = time.monotonic() + self.timeout + longer, Pause()
        while True:
            answer = self._asked(asked, min(until, time.monotonic() + PATIENCE_SECONDS + longer))
            if answer is not None:
                return answer
            if time.monotonic() >= until:
                raise Unanswered(f"{self._connection.endpoint} did not answer in time: {WHY_SILENT}")
            pause.take(until)

    def _asked(self, asked: wire_pb2.Query, until: float) -> wire_pb2.Answer | None:
        """None: no whole answer, ask again under another correlation."""
        joiner, correlation = Joiner(), self._connection.open()
        try:
            self._connection.send(correlation, query=asked)
            while (reply := self._connection.wait(correlation, until)) is not None:
                if reply.HasField("failure"):
                    _raise_unless_later(reply.failure)
                    return None
                whole = joiner.take(reply.answer)
                if whole is not None:
                    return whole
            return None
        finally:
            self._connection.forget(correlation)

    def whoami(self) -> wire_pb2.WhoamiAnswer:
        return self.query(whoami={}).whoami

    def groups(self) -> wire_pb2.GroupsAnswer:
        return self.query(groups={}).groups

    def digest(self) -> wire_pb2.DigestAnswer:
        return self.query(digest={}).digest

    def highest(self) -> int:
        """The highest number that the broker accepted from this outbox, 0 = none."""
        return self.query(instance={"instance": self.outbox.instance}).instance.highest

    def receipts(self, seq: int, count: int = 1) -> wire_pb2.ReceiptsAnswer:
        """Signed receipts for one's own commands among `count` records (at most 100) from `seq` on; see receipts.py."""
        return self.query(receipts={"seq": seq, "count": count}).receipts

    def board(self, group: str, **narrowed: Any) -> View:
        """A window of a board; see watch.board_query for what narrows it."""
        answer = self.query(board=board_query(group, **narrowed))
        return View(answer.seq, answer.board)

    def explain(self, subject: str, account: str | None = None) -> wire_pb2.ExplainAnswer:
        return self.query(explain={"subject": subject, **({"account": account} if account else {})}).explain

    def history(self, of: str, code: str) -> Iterator[wire_pb2.Fact]:
        """Facts of a subject, project, inspector or visit, newest first."""
        if of not in HISTORY:
            raise ValueError(f"there are histories of {', '.join(sorted(HISTORY))}")
        before = None
        while True:
            asked = {"code": code, **({"before": before} if before else {})}
            page = getattr(self.query(**{f"history_{of}": asked}), f"history_{of}")
            yield from page.facts
            if not page.before:
                return
            before = page.before

    # ---- what goes on ----

    def watch(self, group: str, credit: int = 2, **narrowed: Any) -> Watch:
        """Views as they change, for ever; heals itself. Ends with Refused."""
        return Watch(self._connection, board_query(group, **narrowed), credit)

    def feed(self, start: int = 1, count: int = FEED_COUNT, follow: bool = True,
             wait_ms: int = FEED_WAIT_MS_MAX) -> Iterator[FeedPage]:
        """Pages of facts from seq `start` on, resumable at any page's `next`. With `follow` it
        waits for more at the head, yielding a page without facts now and then; without, it ends there."""
        while True:
            asked = {"from": start, "count": count, "wait_ms": wait_ms if follow else 0}
            page = self.query(longer=asked["wait_ms"] / 1000, feed=asked).feed
            yield FeedPage(list(page.facts), page.next, page.head)
            start = page.next
            if not follow and page.next > page.head:
                return


def _raise_unless_later(failure: wire_pb2.Failure) -> None:
    if failure.status not in LATER:
        raise Refused(failure.status, failure.place, failure.detail)


def _outcome(outcome: wire_pb2.Outcome) -> Outcome:
    if outcome.status != statuses.OK:
        return Outcome(outcome.number, refusal=Refused(outcome.status, outcome.place, outcome.detail))
    return Outcome(outcome.number, seq=outcome.seq if outcome.HasField("seq") else None)


def _batch(outbox: Iterable[Waiting], most: int) -> list[Waiting]:
    """The oldest that fit into one message."""
    batch: list[Waiting] = []
    room = FRAME_BYTES_MAX - REQUEST_HEAD_BYTES
    for waiting in outbox:
        room -= ITEM_HEAD_BYTES + len(waiting.public) + len(waiting.private or b"")
        too_far = batch and waiting.number - batch[0].number > NUMBERS_APART_MAX
        if batch and (room < 0 or too_far or len(batch) == most):
            break
        batch.append(waiting)
    return batch
