"""A terminal with a person before it: a process on a pseudo-terminal, its screen as text.

Nothing sleeps: until() reads what the process paints until the screen is as wanted.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unittest

import pyte

PATIENCE_SECONDS = 120


def require_pseudo_terminals():
    """A bare root without /dev/pts has none: the test says so and is left out there."""
    try:
        for end in pty.openpty():
            os.close(end)
    except OSError as error:
        raise unittest.SkipTest(f"no pseudo-terminals on this machine (/dev/pts): {error}") from error


class Terminal:
    def __init__(self, words, env, columns=100, lines=24):
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.code = None
        require_pseudo_terminals()
        master, slave = pty.openpty()
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.pid = os.fork()
        if self.pid == 0:
            os.close(master)
            os.login_tty(slave) if hasattr(os, "login_tty") else become_leader(slave)
            os.execve(words[0], words, env)
        self.fd, self.slave = master, slave  # the slave stays open: its settings are looked at later

    def close(self):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        os.close(self.slave)

    def read(self, seconds):
        """Takes what is painted within the time; returns at the first bytes."""
        if select.select([self.fd], [], [], seconds)[0]:
            data = os.read(self.fd, 65536)
            self.raw += data
            self.stream.feed(data)

    def lines(self):
        return ["".join(self.screen.buffer[y][x].data for x in range(self.screen.columns)).rstrip()
                for y in range(self.screen.lines)]

    def text(self):
        return "\n".join(self.lines())

    def until(self, wanted, seconds=PATIENCE_SECONDS):
        """`wanted`: a text on the screen, or a function of the terminal that becomes true."""
        end = time.monotonic() + seconds
        holds = (lambda t: wanted in t.text()) if isinstance(wanted, str) else wanted
        while not holds(self):
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not seen in {seconds} s: {wanted}\n{self.text()}")
            self.read(min(left, 0.5))
        return self

    def until_gone(self, unwanted):
        return self.until(lambda t: unwanted not in t.text())

    def type(self, text):
        os.write(self.fd, text.encode())
        return self

    def resize(self, columns, lines):
        self.screen.resize(lines, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        return self

    def wait(self, seconds=PATIENCE_SECONDS):
        """The exit code, once the process has ended."""
        end = time.monotonic() + seconds
        while self.code is None:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid != 0:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise AssertionError("still running:\n" + self.text())
        while select.select([self.fd], [], [], 0)[0]:
            self.read(0)
        return self.code

    def restored(self):
        """Whether the terminal was left as it was found."""
        return termios.tcgetattr(self.slave) == self.before and self.raw.rstrip().find(b"\x1b[?1049l") > 0

    def rows(self):
        """The rows of the board as lists of words: rank, range, name, ... without marks."""
        found = []
        for line in self.lines():
            words = [w for w in re.split(r"\s+", line[3:]) if w and not re.fullmatch(r"[▲▼]\d+|新", w)]
            if len(words) > 4 and re.fullmatch(r"\d+", words[0]) and re.fullmatch(r"\d+–\d+", words[1]):
                found.append(words)
        return found


def become_leader(slave):
    """The slave becomes the controlling terminal and all three descriptors."""
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for descriptor in (0, 1, 2):
        os.dup2(slave, descriptor)
    if slave > 2:
        os.close(slave)
