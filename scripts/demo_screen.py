"""What a supervisor sees while the year goes by: a full-screen board, or lines.

On a terminal `yx watch` has the foreground and everything else runs behind it. Otherwise
a line with the first five of the board, its version and the broker's clock is printed
every few seconds. Both heal themselves when the broker is killed.
"""
import json
import subprocess
import sys
import termios
import threading
import time

from demo_script import shown

LINE_SECONDS = 3
TOP = 5


def points(total):
    """Micro-points times basis points, as points with two decimals (half away from zero)."""
    return f"{(abs(total) + 50000000) // 100000000 / 100:.2f}"


def line_of(view):
    rows = "  ".join(f"{r['rank']} {r.get('name', r['subject'])} {points(r['total'])} [{r['low']}–{r['high']}]"
                     for r in view["board"].get("rows", []))
    return f"version {view['version']}  {rows or 'nobody has a rank yet'}"


class Lines:
    """Prints the first five every few seconds: the newest of what `yx watch` was told."""

    def __init__(self, supervisor, group, clock):
        self.clock, self.view, self.views = clock, None, 0
        self.next = time.monotonic() + LINE_SECONDS
        self.process = subprocess.Popen(
            [supervisor.yx, "--json", "--timeout", "120", "watch", group, "--top", str(TOP)], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=supervisor.env())
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self):
        for text in self.process.stdout:
            told = json.loads(text)
            if "board" in told:  # otherwise: the broker is lost or heard again
                self.view = told
                self.views += 1

    def poll(self):
        if time.monotonic() < self.next or self.view is None:
            return
        self.next = time.monotonic() + LINE_SECONDS
        print(f"{shown(self.clock.now_ms())} (x {self.clock.rate})  {line_of(self.view)}", flush=True)

    def tell(self, words):
        print(words, flush=True)

    def end(self):
        """Ends the watch; the number of views that it was sent."""
        self.process.terminate()
        self.thread.join()
        self.process.wait()
        return self.views


class Screen:
    """`yx watch` in the foreground; lines take over when the reader leaves it."""

    def __init__(self, supervisor, group, clock):
        self.successor = lambda: Lines(supervisor, group, clock)
        self.settings = termios.tcgetattr(sys.stdin)
        self.told = []  # what could not be said while the screen was up
        self.lines = None
        colourful = supervisor.env("C.UTF-8")
        del colourful["NO_COLOR"]
        self.process = subprocess.Popen([supervisor.yx, "--lang", "zh", "watch", group], env=colourful)

    def poll(self):
        if self.lines is None and self.process.poll() is not None:
            self._leave()
            self.lines = self.successor()
        elif self.lines is not None:
            self.lines.poll()

    def _leave(self):
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self.settings)
        for words in self.told:
            print(words, flush=True)
        self.told.clear()

    def tell(self, words):
        if self.lines is None:
            self.told.append(words)
        else:
            self.lines.tell(words)

    def end(self):
        if self.lines is not None:
            self.lines.end()
            return
        self.process.terminate()
        self.process.wait()
        self._leave()
