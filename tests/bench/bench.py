#!/usr/bin/env python3
"""Benches with real processes: ingest, latency, replay. Each prints limit, figure, ratio.

usage: bench.py BIN ingest|latency|replay [--count N]

The limits are measured in the same run, on the same disk, before the figure: LMDB
append of the same number of bytes, one commit of one record, one CURVE round trip.
The load generator shares the machine with the broker.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import harness  # noqa: E402
import town  # noqa: E402

INSPECTORS = [f"J{i:02d}" for i in range(8)]


def line(what, limit, figure, unit, note=""):
    print(f"{what:<34} limit {limit:>12,.1f}  figure {figure:>12,.1f} {unit}  ratio {figure / limit:5.2f}  {note}",
          flush=True)


def program(binaries, name):
    return str(pathlib.Path(binaries) / name)


class Field(harness.Site):
    """A site with many subjects and eight inspectors in two teams."""

    def __init__(self, binaries, subjects=10000):
        super().__init__(binaries)
        self.organiser = town.found(self)
        things = [("person", {"code": f"HD{i:05d}"}) for i in range(subjects)]
        things += [("subject", {"code": f"D{i:05d}", "kind": "CADRE", "person": f"HD{i:05d}",
                                "unit": town.UNITS[2 + i % 3][0], "group": town.GROUP}) for i in range(subjects)]
        for at, code in enumerate(INSPECTORS):
            things.append(("person", {"code": "H" + code}))
            things.append(("inspector", {"code": code, "person": "H" + code, "team": "T1", "role": "MEMBER",
                                         "own_unit": "U020", "state": "ACTIVE"}))
        things.append(("visit", {"code": "W01", "round": "R01", "team": "T1", "unit": "U010",
                                 "place_kind": "FRONT_LINE", "inspectors": INSPECTORS, "opened_ms": town.OPENED_MS,
                                 "closed_ms": town.CLOSED_MS}))
        self.organiser.put(*things)
        self.subjects = subjects
        self.loads = [self.enrolled(code, "--role", "inspector", "--person", "H" + code, "--unit", "U001")
                      for code in INSPECTORS]

    def load(self, at, prefix, count, batch, in_flight, *more):
        return subprocess.Popen(
            [program(self.binaries, "load"), "--profile", str(self.loads[at].profile), "--inspector", INSPECTORS[at],
             "--visits", "W01", "--subjects", f"D%05u:{self.subjects}", "--prefix", prefix, "--count", str(count),
             "--batch", str(batch), "--in-flight", str(in_flight), "--observed-ms", str(town.OPENED_MS + 1000),
             "--seed", str(at + 1), *map(str, more)],
            stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)

    def stored_bytes(self):
        stats = {c["name"]: c["value"] for c in
                 self.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]}
        return stats


def result_of(process):
    out, _ = process.communicate()
    if process.returncode != 0:
        raise harness.Failed("load failed: " + out)
    return {k: float(v) for k, v in (pair.split("=") for pair in out.strip().splitlines()[-1].split())}


def drive(field, prefix, total, batch, in_flight, clients):
    """Runs `clients` load processes at once; all prepare first, then start together."""
    each = total // clients
    processes = [field.load(i, f"{prefix}{i}-", each, batch, in_flight, "--wait") for i in range(clients)]
    for process in processes:
        process.stdout.readline()  # "ready": its commands are made
    start = time.monotonic()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [result_of(p) for p in processes]
    seconds = time.monotonic() - start
    if sum(r["refused"] for r in results) > 0:
        raise harness.Failed(f"refused: {results}")
    return sum(r["acknowledged"] for r in results) / seconds


def raw_append(binaries, folder, records, size, *batches):
    scratch = tempfile.mkdtemp(prefix="raw-", dir=folder)
    try:
        out = subprocess.run([program(binaries, "raw_append"), scratch, str(records), str(size), *map(str, batches)],
                             check=True, capture_output=True, text=True).stdout
        return {int(b): float(r) for b, r in (row.split() for row in out.splitlines())}
    finally:
        shutil.rmtree(scratch)


def record_bytes(field):
    """Mean bytes of a stored record, from the journal's own file."""
    size = (field.broker.data / "journal" / "data.mdb").stat().st_size
    return size


def ingest(binaries, count):
    with Field(binaries) as field:
        before = record_bytes(field)
        drive(field, "warm", 80000, 128, 512, 2)
        size = max(200, (record_bytes(field) - before) // 80000)
        limit = max(raw_append(binaries, field.folder, count, size, 1000, 4000).values())
        print(f"records of {size} bytes, CURVE on, {field.subjects} subjects, load generator on the same 2 cores")
        rate = drive(field, "batch", count, 128, 1000, 4)
        line("durable observations/s, batched", limit, rate, "1/s", "aim: 300,000 and 0.4 of the limit")
        rate = drive(field, "single", count // 4, 1, 256, 8)
        line("durable observations/s, one a message", limit, rate, "1/s", "aim: 100,000")


def latency(binaries, count):
    with Field(binaries, subjects=2000) as field:
        commit = 1e6 / raw_append(binaries, field.folder, 3000, 300, 1)[1]
        out = subprocess.run([program(binaries, "raw_curve"), "5000", "300"], check=True, capture_output=True, text=True)
        trip = float(out.stdout.split()[0])
        limit = commit + trip
        print(f"raw commit {commit:.0f} us + raw CURVE round trip {trip:.0f} us = {limit:.0f} us")
        alone = result_of(field.load(0, "alone", min(count, 5000), 1, 1))
        line("one at a time, p50", limit, alone["p50_us"], "us", "aim: 1.50")
        rate = drive(field, "peak", 200000, 128, 1000, 2)
        busy = field.load(1, "busy", 10**8, 128, 1000, "--rate", int(rate / 2))
        half = result_of(field.load(0, "half", min(count, 5000), 1, 1))
        busy.kill()
        busy.wait()
        line(f"at half load ({rate / 2:,.0f}/s), p99", limit, half["p99_us"], "us", "aim: 3.00")


def replay(binaries, count):
    with Field(binaries) as field:
        drive(field, "events", count, 128, 1000, 4)
        digest = field.administrator.digest()
        field.broker.stop()
        start = time.monotonic()
        field.broker.start()
        seconds = time.monotonic() - start
        same = field.administrator.digest() == digest
        line("replay without snapshot, events/s", 500000, count / seconds, "1/s",
             f"{count:,} events in {seconds:.1f} s, digest {'equal' if same else 'DIFFERS'}")
        return 0 if same else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries")
    parser.add_argument("bench", choices=["ingest", "latency", "replay"])
    parser.add_argument("--count", type=int, default=0)
    options = parser.parse_args()
    counts = {"ingest": 1200000, "latency": 5000, "replay": 1000000}
    run = {"ingest": ingest, "latency": latency, "replay": replay}[options.bench]
    return run(options.binaries, options.count or counts[options.bench])


if __name__ == "__main__":
    sys.exit(main())
