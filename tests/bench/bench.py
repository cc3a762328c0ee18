#!/usr/bin/env python3
"""Benches with real processes: ingest, latency, replay, restart, fanout, import, epoch. Each prints limit, figure, ratio.

usage: bench.py BIN ingest|latency|replay|restart|fanout|import|epoch [--count N]

The limits are measured in the same run, on the same disk, before the figure: LMDB
append of the same number of bytes, one commit of one record, one CURVE round trip.
The load generator shares the machine with the broker.
"""
import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import epoch_bench  # noqa: E402
import harness  # noqa: E402
import import_bench  # noqa: E402
import town  # noqa: E402

INSPECTORS = [f"J{i:02d}" for i in range(8)]
TICK_MS = 50.0  # of publication
DRIVE_MAX = 2000000  # that the loads of one drive prepare
FAN_RATE = 20000  # observations/s
FAN_UNITS = [f"N{i:03d}" for i in range(20)]
FAN_SUBJECTS = 4000
FAN_KEYS = 4  # that the watchers share
FAN_LOADS = 2
FAN_SECONDS = 10
FAN_PROBE_EVERY = 200
DESCRIPTORS = 16384
EPOCH_SUBJECTS = 45300
DIGEST_EVENTS = 2000000  # of more a digest takes minutes; kill and crash tests compare digests


def line(what, limit, figure, unit, note=""):
    print(f"{what:<34} limit {limit:>12,.1f}  figure {figure:>12,.1f} {unit}  ratio {figure / limit:5.2f}  {note}",
          flush=True)


def program(binaries, name):
    return str(pathlib.Path(binaries) / name)


class Field(harness.Site):
    """A site with many subjects and eight inspectors in two teams."""

    def __init__(self, binaries, subjects=10000, units=(), scheme=town.SCHEME):
        """`units`: further ones, in which the subjects then are."""
        super().__init__(binaries)
        self.organiser = town.found(self, scheme)
        homes = units or [code for code, _, _ in town.UNITS[2:5]]
        things = [("unit", {"code": code, "name": f"第{code}镇", "parent": "U001"}) for code in units]
        things += [("person", {"code": f"HD{i:05d}", "name": f"干部{i:05d}"}) for i in range(subjects)]
        things += [("subject", {"code": f"D{i:05d}", "kind": "CADRE", "person": f"HD{i:05d}", "post": "项目专员",
                                "unit": homes[i % len(homes)], "group": town.GROUP}) for i in range(subjects)]
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
        field.broker.config["snapshot_records"] = 0
        field.broker.kill()  # so that it leaves no snapshot
        (field.broker.data / "snapshot").unlink(missing_ok=True)
        start = time.monotonic()
        field.broker.start()
        seconds = time.monotonic() - start
        same = field.administrator.digest() == digest
        line("replay without snapshot, events/s", 500000, count / seconds, "1/s",
             f"{count:,} events in {seconds:.1f} s, digest {'equal' if same else 'DIFFERS'}")
        return 0 if same else 1


def whole_digest(field):
    """Of ten million facts it takes a while."""
    return field.administrator.json("--timeout", "100", "admin", "digest")[0]["answer"]["digest"]


def restart(binaries, count, subjects=0):
    """A start from the snapshot that the stop left; the boards are formed behind it."""
    with Field(binaries, subjects=subjects or max(2000, count // 10)) as field:
        for first in range(0, count, DRIVE_MAX):
            drive(field, f"e{first // DRIVE_MAX}-", min(DRIVE_MAX, count - first), 128, 1000, 4)
        compared = count + field.subjects <= DIGEST_EVENTS
        digest = whole_digest(field) if compared else None
        start = time.monotonic()
        field.broker.stop()
        stop = time.monotonic() - start
        size = (field.broker.data / "snapshot").stat().st_size
        start = time.monotonic()
        field.broker.start()
        ready = time.monotonic() - start
        field.organiser.ok("--timeout", "60", "board", town.GROUP, "--top", "1")
        board = time.monotonic() - start
        same = not compared or whole_digest(field) == digest
        words = ("equal" if same else "DIFFERS") if compared else "not compared at this size"
        line("restart to serving", 3, ready, "s", f"{count:,} events, {field.subjects:,} subjects, aim: 1.00")
        print(f"   snapshot {size / 1e6:,.0f} MB, stop {stop:.1f} s, first board {board:.1f} s behind the start, "
              f"digest {words}")
        print("   " + "; ".join(row.split("] ", 1)[-1] for row in field.broker.log.read_text().splitlines()[-6:]))
        return 0 if same else 1


def cpu_seconds(pid):
    """CPU time by thread, busiest first."""
    times = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
        times.append((task.name, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")))
    return dict(times)


def busy_cores(before=(0, 0)):
    """Of the whole machine since `before`: (CPU seconds, all seconds)."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    ticks = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - fields[3] - fields[4]) / ticks - before[0], sum(fields) / ticks - before[1]


def cpu_shares(before, after, seconds):
    """In words, and how many cores in all."""
    shares = sorted(((after[task] - before.get(task, 0)) / seconds for task in after), reverse=True)
    return f"{sum(shares):.2f} cores (threads {', '.join(f'{share:.2f}' for share in shares if share >= 0.01)})", sum(shares)


def pour(field, name, seconds, probes=None):
    """Load processes that make FAN_RATE together; they end after about `seconds`."""
    each = FAN_RATE // FAN_LOADS
    return [field.load(i, f"{name}{i}-", each * seconds, 64, 500, "--rate", each,
                       *(("--probes", probes[i], "--probe-every", FAN_PROBE_EVERY) if probes else ()))
            for i in range(FAN_LOADS)]


def poured(processes):
    """What they came to: acknowledged a second, the worst p99 in us."""
    results = [result_of(p) for p in processes]
    if sum(r["refused"] for r in results) > 0:
        raise harness.Failed(f"refused: {results}")
    return sum(r["acknowledged"] / r["seconds"] for r in results), max(r["p99_us"] for r in results)


def fan(field, keys, name, watchers, spread):
    """One run with watchers; prints its rows. `spread` of them watch 20 units' boards."""
    probes = [str(field.folder / f"probes-{name}{i}") for i in range(FAN_LOADS)]
    watching = subprocess.Popen(
        [program(field.binaries, "fanout"), "--profiles", ",".join(str(k.profile) for k in keys), "--group", town.GROUP,
         "--units", ",".join(FAN_UNITS), "--watchers", str(watchers), "--spread", str(spread), "--seconds",
         str(FAN_SECONDS), "--probes", ",".join(probes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hear(word):
        said = watching.stdout.readline().strip()
        if said != word:
            raise harness.Failed(f"fanout said {said!r}, not {word!r}")

    def tell(word):
        watching.stdin.write(word + "\n")
        watching.stdin.flush()

    hear("ready")
    loads = pour(field, name, FAN_SECONDS + 4, probes)
    time.sleep(2)  # the load is under way; the bench needs a steady state, not an event
    ours = {"broker": [field.broker.process.pid], "watchers": [watching.pid], "loads": [load.pid for load in loads]}
    before, machine = {pid: cpu_seconds(pid) for pids in ours.values() for pid in pids}, busy_cores()
    tell("begin")
    hear("measured")
    after, machine = {pid: cpu_seconds(pid) for pid in before}, busy_cores(machine)
    rate, ingest_p99 = poured(loads)
    tell("loads have ended")
    out, _ = watching.communicate()
    if watching.returncode != 0:
        raise harness.Failed("fanout failed: " + out)
    got = {k: float(v) for k, v in (pair.split("=") for pair in out.strip().splitlines()[-1].split())}
    print(f"-- {watchers} watchers of top 50, {watchers - spread} of one view, {spread} of 20 others; {rate:,.0f} observations/s")
    line("acknowledged to watcher, p50", TICK_MS, got["p50_us"] / 1e3, "ms")
    line("acknowledged to watcher, p99", TICK_MS, got["p99_us"] / 1e3, "ms", "aim: 150 ms = 3.00")
    line("acknowledged to watcher, max", TICK_MS, got["max_us"] / 1e3, "ms",
         f"{got['probes']:.0f} probes, {got['pairs']:,.0f} pairs, {got['missing']:.0f} missing")
    print(f"   {got['updates_per_s']:,.0f} updates/s, {got['bytes_per_s'] / 1e6:,.1f} MB/s, {got['differences']:.0%} differences, "
          f"{got['holes']:.0f} holes; {got['compared']:.0f} copies equal to the board; ingest p99 {ingest_p99:,.0f} us")
    words, cores = zip(*(cpu_shares(before[pid], after[pid], FAN_SECONDS) for pid in before))
    print("   " + ", ".join(f"{name} {words[list(before).index(pids[0])]}" for name, pids in ours.items())
          + f"; others on the machine {max(0.0, machine[0] / FAN_SECONDS - sum(cores)):.2f} cores")


def fanout(binaries, count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < DESCRIPTORS:
        raise harness.Failed(f"{DESCRIPTORS} open files are needed, at most {hard} are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, DESCRIPTORS), hard))
    with Field(binaries, FAN_SUBJECTS, FAN_UNITS) as field:
        keys = [field.enrolled("W", "--role", "supervisor", "--everything")]
        for i in range(1, FAN_KEYS):
            keys.append(field.client(f"W{i}").enrol(field.administrator.invite("W", "--role", "supervisor", "--everything")))
        drive(field, "warm", 100000, 128, 1000, 2)  # everybody is ranked
        rate, p99 = poured(pour(field, "alone", FAN_SECONDS))
        print(f"without watchers: {rate:,.0f} observations/s, ingest p99 {p99:,.0f} us")
        fan(field, keys, "shared", count, count // 10)
        fan(field, keys, "spread", count, count)


def epoch(binaries, count):
    with Field(binaries, EPOCH_SUBJECTS, scheme=epoch_bench.SCHEME) as field:
        return epoch_bench.run(field, count, pour, poured, FAN_SECONDS, line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries")
    parser.add_argument("bench", choices=["ingest", "latency", "replay", "restart", "fanout", "import", "epoch"])
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--subjects", type=int, default=0, help="restart: so many instead of a tenth of the count")
    options = parser.parse_args()
    counts = {"ingest": 1200000, "latency": 5000, "replay": 1000000, "restart": 1000000, "fanout": 1000, "import": 100000,
              "epoch": 1000000}
    run = {"ingest": ingest, "latency": latency, "replay": replay, "fanout": fanout, "epoch": epoch,
           "restart": lambda binaries, count: restart(binaries, count, options.subjects),
           "import": lambda binaries, count: import_bench.run(binaries, count, line)}[options.bench]
    return run(options.binaries, options.count or counts[options.bench])


if __name__ == "__main__":
    sys.exit(main())
