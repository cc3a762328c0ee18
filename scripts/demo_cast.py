"""The cast of the play: one `yx put many` process and one key for everybody who speaks.

One loop feeds their pipes when lines are due, reads what they print, and sends again what
was refused only because something that it names has not arrived yet: others speak at the
same time. Nothing is hidden: acknowledged, sent again and refused are counted apart.
"""
import collections
import heapq
import json
import os
import selectors
import subprocess
import time

import demo_signals

# What a line names is on its way from somebody else; or the line itself is early: the
# broker reads its clock once a turn, and a few milliseconds are hours of a quick clock.
NOT_YET = {"UNKNOWN_UNIT", "UNKNOWN_PERSON", "UNKNOWN_SUBJECT", "UNKNOWN_PROJECT", "UNKNOWN_TEAM",
           "UNKNOWN_INSPECTOR", "UNKNOWN_STAFF", "UNKNOWN_VISIT", "UNKNOWN_OBSERVATION", "VISIT_NOT_OPEN",
           "IN_FUTURE"}
NOT_YET_OF_MOVES = {"BAD_TRANSITION"}  # closed before it was opened
ATTEMPTS_MAX = 30
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.1, 1.0
SILENCE_SECONDS = 120
READ_BYTES = 65536


class Failed(Exception):
    """The play cannot go on."""


class Sender:
    """One process: lines go in through a pipe, one answer a line comes out."""

    def __init__(self, name, client, log):
        self.name = name
        self.log = open(log, "wb")  # what it says to people, for the case that it fails
        self.process = subprocess.Popen(
            [client.yx, "--json", "--timeout", str(SILENCE_SECONDS), "put", "many", "--timing", "--file", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, bufsize=0, env=client.env())
        self.sent = []      # (line, attempt), by the number of the line
        self.answered = 0
        self.waiting_out, self.waiting_in = b"", b""
        os.set_blocking(self.process.stdin.fileno(), False)

    def _ended_early(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as told:
            return Failed(f"{self.name}: yx put ended early: {told.read()[-500:]}")

    def say(self, line, attempt):
        self.sent.append((line, attempt))
        self.waiting_out += line.text().encode() + b"\n"

    def push(self):
        """Writes as much as the pipe takes."""
        try:
            self.waiting_out = self.waiting_out[os.write(self.process.stdin.fileno(), self.waiting_out):]
        except BlockingIOError:
            return  # full: later
        except BrokenPipeError as error:
            raise self._ended_early() from error

    def pull(self):
        """Yields the answers that came."""
        data = os.read(self.process.stdout.fileno(), READ_BYTES)  # the selector saw some
        if not data:
            raise self._ended_early()
        *lines, self.waiting_in = (self.waiting_in + data).split(b"\n")
        for line in lines:
            self.answered += 1
            yield json.loads(line)

    def is_waiting(self):
        return self.answered < len(self.sent)

    def end(self):
        """Closes its pipe and waits for the process; returns its exit code."""
        self.process.stdin.close()
        code = self.process.wait(timeout=SILENCE_SECONDS)
        self.process.stdout.close()
        self.log.close()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Tally:
    """What became of the lines."""

    def __init__(self):
        self.acknowledged = 0
        self.ms = []                             # from submit to answer, of the acknowledged
        self.sent_again = collections.Counter()  # by reason
        self.refused = []                        # (line, answer)

    def percentile(self, part):
        ordered = sorted(self.ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


class Cast:
    """All senders and the lines that are still to be said."""

    def __init__(self, folder):
        self.folder = folder
        self.senders = {}
        self.selector = selectors.DefaultSelector()
        self.due = []  # heap of (real time, order, line, attempt)
        self.order = 0
        self.tally = Tally()
        self.heard = time.monotonic()

    def join(self, name, client):
        with demo_signals.deferred_signals():
            sender = Sender(name, client, self.folder / f"{name.replace(' ', '-')}.log")
            self.senders[name] = sender
        self.selector.register(sender.process.stdout, selectors.EVENT_READ, sender)

    def at(self, when, line, attempt=1):
        """Has a line said at a real time (time.time)."""
        heapq.heappush(self.due, (when, self.order, line, attempt))
        self.order += 1

    def is_done(self):
        return not self.due and not any(s.is_waiting() for s in self.senders.values())

    def _say_what_is_due(self):
        now = time.time()
        speaking = set()
        while self.due and self.due[0][0] <= now:
            _, _, line, attempt = heapq.heappop(self.due)
            sender = self.senders[line.who]
            sender.say(line, attempt)
            speaking.add(sender)
        for sender in self.senders.values():
            if sender in speaking or sender.waiting_out:
                sender.push()

    def _take(self, sender, answer):
        line, attempt = sender.sent[answer["line"] - 1]
        if answer["status"] == 0:
            self.tally.acknowledged += 1
            self.tally.ms.append(answer["ms"])
            return
        name = answer["name"]
        early = name in NOT_YET or (name in NOT_YET_OF_MOVES and line.fields["verb"] == "move_visit")
        if early and attempt < ATTEMPTS_MAX:
            self.tally.sent_again[name] += 1
            self.at(time.time() + min(PAUSE_SECONDS * attempt, PAUSE_SECONDS_MAX), line, attempt + 1)
        else:
            self.tally.refused.append((line, answer))

    def _wait(self, seconds):
        for key, _ in self.selector.select(seconds):
            self.heard = time.monotonic()
            for answer in key.data.pull():
                self._take(key.data, answer)

    def _check_silence(self):
        if not any(s.is_waiting() for s in self.senders.values()):
            self.heard = time.monotonic()
        elif time.monotonic() - self.heard > SILENCE_SECONDS:
            raise Failed(f"nobody was answered for {SILENCE_SECONDS} seconds")

    def has_heard_all_once(self):
        """Nothing is left but what was said too early and waits to be said again."""
        return all(attempt > 1 for *_, attempt in self.due) and not any(
            s.is_waiting() for s in self.senders.values())

    def play(self, tick=lambda: None, until=None):
        """Until every line is said and answered, or `until` holds; calls tick every now and then."""
        until = until or self.is_done
        while not until():
            self._say_what_is_due()
            blocked = any(s.waiting_out for s in self.senders.values())
            until_due = self.due[0][0] - time.time() if self.due else 1.0
            self._wait(max(0.0, min(until_due, 0.01 if blocked else 0.1)))
            self._check_silence()
            tick()

    def end(self):
        """All leave; the number of answers that are missing."""
        missing = 0
        for sender in self.senders.values():
            self.selector.unregister(sender.process.stdout)
            sender.end()
            missing += len(sender.sent) - sender.answered
        return missing

    def kill(self):
        """At the end of a play that was broken off: by process, each its own."""
        for sender in self.senders.values():
            sender.kill()
