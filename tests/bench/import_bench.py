"""Bench of `yx import`: rows of observations read, judged and stored, against the aims.

The registry is that of tests/scenarios/dingtao; its observations are repeated under new
codes until there are enough. Elapsed time and the resident memory of yx are printed.
"""
import csv
import os
import pathlib
import subprocess
import time

import harness

TOP = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = TOP / "tests" / "scenarios"
REGISTRY = "units,persons,subjects,projects,milestones,assignments,teams,inspectors,staff,rounds,visits"
SECONDS, MEBIBYTES = 20.0, 200.0  # the aims, for 100,000 rows


def write_sheet(path, rows):
    with open(SCENARIOS / "dingtao" / "observations.csv", encoding="utf-8", newline="") as file:
        header, *given = csv.reader(file)
    with open(path, "w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(header)
        for at in range(rows):
            sheet.writerow([f"O{1000000 + at}", *given[at % len(given)][1:]])


def measured(client, *words):
    """(seconds, MiB) of one call that has to succeed."""
    start = time.monotonic()
    process = subprocess.Popen([client.yx, *map(str, words)], env=client.env(), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise harness.Failed(f"yx import ended with {process.returncode}")
    return seconds, used.ru_maxrss / 1024


def run(binaries, rows, line):
    with harness.Site(binaries) as site:
        organiser = site.enrolled("O1", "--role", "organiser", "--everything")
        second = site.enrolled("O2", "--role", "organiser", "--everything")
        evidence = ("--evidence", SCENARIOS / "evidence")
        organiser.ok("import", SCENARIOS / "dingtao", *evidence, "--only", REGISTRY,
                     "--scheme", TOP / "schemes" / "dingtao.yaml", "--approve-profile", second.profile)
        sheet = site.folder / "observations.csv"
        write_sheet(sheet, rows)
        limit = SECONDS * rows / 100000
        print(f"{rows:,} rows, {sheet.stat().st_size / 1e6:.1f} MB")
        for what, words in (("import --dry-run", ["--dry-run"]), ("import", []), ("import again", [])):
            seconds, memory = measured(organiser, "import", sheet, *evidence, *words)
            line(what, limit, seconds, "s", "aim: 1.00")
            line(what + ", resident", MEBIBYTES, memory, "MiB", "aim: 1.00 for 100,000 rows")
