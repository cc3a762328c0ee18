#!/usr/bin/env python3
"""The demo: a small invented district at work, from an empty folder to a ranked board.

init, enrolment, one scheme approved by a second person, a registry; then six
inspectors submit at once, each a process and a key of its own, while a supervisor's
board is printed as it changes. In the middle the broker is killed with SIGKILL and
started again; nobody resubmits by hand. At the end the same facts are there exactly
once and the state digest survives one more restart.

  scripts/demo.py --bin build/release/bin [--batch] [--seed N] [--observations N]
"""
import argparse
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests" / "e2e"))
import harness  # noqa: E402
import town  # noqa: E402


def say(text):
    print(f"\n== {text}", flush=True)


def sheets(seed, count):
    """Observations by inspector: subjects differ in quality, inspectors in severity."""
    chance = random.Random(seed)
    quality = {code: chance.gauss(82, 6) for code, _, _ in town.SUBJECTS}
    severity = {code: chance.gauss(0, 3) for code, _ in town.INSPECTORS}
    visit_of = {(team, unit): code for code, team, unit in town.VISITS}
    out = {}
    for inspector, team in town.INSPECTORS:
        rows = []
        for number in range(count):
            subject, _, unit = chance.choice(town.SUBJECTS)
            values = {d: max(0, min(10000, 50 * round(2 * chance.gauss(quality[subject] - severity[inspector], 5))))
                      for d in (1, 2, 3)}
            rows.append(town.observation(f"{inspector}-{number:04d}", visit_of[team, unit], inspector, subject, values,
                                         narrative="现场了解工作进展，情况属实。"))
        out[inspector] = rows
    return out


def enrol_inspectors(site):
    clients = {}
    for code, _ in town.INSPECTORS:
        clients[code] = site.enrolled(code, "--role", "inspector", "--person", "H" + code, "--unit", "U001")
    return clients


class Sender(threading.Thread):
    """Feeds one `yx observe` process at a steady pace and keeps what it printed."""

    def __init__(self, client, rows, pace):
        super().__init__()
        self.process = client.start("--timeout", "60", "observe", "--file", "-")
        self.rows, self.pace = rows, pace
        self.code, self.out, self.err = None, "", ""

    def run(self):
        for row in self.rows:
            self.process.stdin.write(json.dumps(row, ensure_ascii=False) + "\n")
            self.process.stdin.flush()
            time.sleep(self.pace)
        self.out, self.err = self.process.communicate()
        self.code = self.process.returncode


def print_board(supervisor, state):
    """Prints the board when it differs from the one printed last."""
    done = supervisor.run("--timeout", "30", "--lang", "zh", "board", town.GROUP)
    body = re.sub(r"\bseq\b\s*\S+|序号\s*\S+", "", done.stdout)
    if done.returncode == 0 and body != state.get("board"):
        state["board"] = body
        print("\n" + done.stdout.rstrip(), flush=True)


def stream(site, supervisor, clients, rows, pace):
    """All inspectors at once; the broker is killed and restarted half way."""
    senders = [Sender(clients[code], rows[code], pace) for code in clients]
    for sender in senders:
        sender.start()
    state, start = {}, time.monotonic()
    half = pace * max(len(r) for r in rows.values()) / 2
    killed = False
    while any(sender.is_alive() for sender in senders):
        if not killed and time.monotonic() - start > half:
            say("the broker is killed (SIGKILL) and started again; the inspectors keep sending")
            site.broker.kill()
            site.broker.start()
            killed = True
        print_board(supervisor, state)
        time.sleep(max(0.5, pace))
    print_board(supervisor, state)
    return senders


def finish(site, senders, rows):
    total = sum(len(r) for r in rows.values())
    failed = [s for s in senders if s.code != 0]
    for sender in failed:
        print(sender.out + sender.err, file=sys.stderr)
    stats = {c["name"]: c["value"] for c in site.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]}
    before = site.administrator.digest()
    say("the broker is stopped and started once more")
    site.broker.stop()
    site.broker.start()
    after = site.administrator.digest()
    print(f"observations submitted  {total}")
    print(f"observations stored     {stats['rows_observations']}")
    print(f"state digest before     {before['state']}")
    print(f"state digest after      {after['state']}")
    if failed or stats["rows_observations"] != total or before != after:
        print("the demo failed: see above", file=sys.stderr)
        return 1
    print("every observation is there exactly once, and the digests are equal")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of yxd and yx")
    parser.add_argument("--batch", action="store_true", help="as fast as it goes, for machines")
    parser.add_argument("--seed", type=int, default=20250106)
    parser.add_argument("--observations", type=int, default=40, help="per inspector")
    options = parser.parse_args()
    pace = 0.02 if options.batch or not sys.stdout.isatty() else 0.2
    binaries = pathlib.Path(options.bin).resolve()
    for needed in ("yxd", "yx"):
        if shutil.which(str(binaries / needed)) is None:
            parser.error(f"{binaries / needed} is missing: run ./dev build first")
    rows = sheets(options.seed, options.observations)
    say("a new district: folder, keys, scheme (proposed by one, approved by another), registry")
    with harness.Site(binaries) as site:
        town.found(site)
        clients = enrol_inspectors(site)
        supervisor = site.enrolled("L1", "--role", "supervisor", "--person", "HL1", "--unit", "U001")
        print(supervisor.ok("whoami"), end="")
        say(f"{len(clients)} inspectors submit {options.observations} observations each, all at once")
        senders = stream(site, supervisor, clients, rows, pace)
        return finish(site, senders, rows)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (harness.Failed, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
