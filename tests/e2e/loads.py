"""A load process of the tests: sends observations and writes down what was acknowledged.

Codes carry the generation of the process, so that a process that was killed and started
again never sends a code twice; outbox numbers go on from the profile.
"""
import collections
import os
import pathlib
import select
import signal
import subprocess

import harness
import town

COUNT_FOR_EVER = 100000000
IN_FLIGHT = 256
REPORT = 50  # acknowledged between two lines of progress
RATE = 4000  # a second and load


def crowd(count):
    """(verb, fields) of further subjects of the town, spread over its units."""
    units = [code for code, _, _ in town.UNITS[2:5]]
    for at in range(count):
        yield "person", {"code": f"HX{at:03d}", "name": f"干部{at:03d}"}
        yield "subject", {"code": f"X{at:03d}", "kind": "CADRE", "person": f"HX{at:03d}", "unit": units[at % 3],
                          "group": town.GROUP, "post": "项目专员"}


class Load:
    """One load process; killed and started again under a new generation of codes."""

    def __init__(self, site, client, inspector, visits, rate=RATE, subjects=()):
        self.binaries = site.binaries
        self.client, self.inspector, self.visits = client, inspector, visits
        self.log = site.folder / f"acked-{inspector}"
        self.rate, self.subjects = rate, list(subjects) or [code for code, _, _ in town.SUBJECTS]
        self.generation = 0
        self.process = None

    def start(self):
        self.generation += 1
        self.process = subprocess.Popen(
            [str(pathlib.Path(self.binaries) / "load"), "--profile", str(self.client.profile),
             "--inspector", self.inspector, "--visits", ",".join(self.visits), "--subjects", ",".join(self.subjects),
             "--prefix", f"{self.inspector}-{self.generation}-", "--count", str(COUNT_FOR_EVER), "--batch", "16",
             "--in-flight", str(IN_FLIGHT), "--observed-ms", str(town.OPENED_MS + 1000), "--log", str(self.log),
             "--report", str(REPORT), "--rate", str(self.rate)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def await_progress(self, lines=1):
        """Blocks until REPORT more were acknowledged `lines` times, counted from this call."""
        pipe = self.process.stdout.fileno()
        while select.select([pipe], [], [], 0)[0]:  # what it said before does not count
            self._read(pipe)
        while lines > 0:
            if not select.select([pipe], [], [], harness.VERB_SECONDS)[0]:
                raise harness.Failed(f"{self.inspector}: nothing was acknowledged for {harness.VERB_SECONDS} s")
            lines -= self._read(pipe)

    def await_sent_anew(self):
        """Blocks until something was acknowledged that had not been sent at this call."""
        self.await_progress(IN_FLIGHT // REPORT + 2)

    def _read(self, pipe):
        said = os.read(pipe, 65536)
        if not said:
            raise harness.Failed("load ended: " + self.process.stderr.read().decode())
        return said.count(b"\n")

    def assert_runs(self):
        if self.process.poll() is not None:
            raise harness.Failed(f"load {self.inspector} ended with {self.process.returncode}: "
                                 + self.process.stderr.read().decode())

    def kill(self):
        if self.process.stdout.closed:
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def pause(self):
        """Sends nothing more until `go_on`; what is under way is not called back."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def acknowledged(self):
        """(code, seq) of every whole line written down."""
        text = self.log.read_text()
        for line in text[:text.rfind("\n") + 1].splitlines():
            code, seq = line.split()
            yield code, int(seq)


def start_loads(site, rate=RATE, subjects=()):
    """Four load processes, each an inspector of the town with a key of its own."""
    loads = []
    for inspector, team in (("I01", "T1"), ("I02", "T1"), ("I04", "T2"), ("I05", "T2")):
        client = site.enrolled(inspector, "--role", "inspector", "--person", "H" + inspector, "--unit", "U001")
        load = Load(site, client, inspector, [v for v, t, _ in town.VISITS if t == team], rate, subjects)
        loads.append(load)
        load.start()
    return loads


def check_exactly_once(case, site, loads, at_least):
    """Reads the journal of a stopped broker and holds it against what was acknowledged."""
    dump = subprocess.run([str(pathlib.Path(site.binaries) / "journal_dump"), str(site.broker.data)],
                          check=True, capture_output=True, text=True).stdout
    records = [line.split() for line in dump.splitlines()]
    numbers = collections.Counter((key, instance, number) for _, key, instance, number, _, _ in records if key != "0")
    case.assertEqual([n for n, times in numbers.items() if times > 1], [])
    stored = collections.defaultdict(list)
    for seq, _, _, _, _, code in records:
        if code != "-":
            stored[code].append(int(seq))
    acknowledged = [pair for load in loads for pair in load.acknowledged()]
    print("acknowledged", len(acknowledged), "stored", len(stored))
    case.assertGreater(len(acknowledged), at_least)
    wrong = [(code, seq, stored.get(code)) for code, seq in acknowledged if stored.get(code) != [seq]]
    case.assertEqual(wrong[:10], [])
    return len(records)
