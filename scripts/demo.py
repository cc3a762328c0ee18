#!/usr/bin/env python3
"""The demo: a year of front-line observation in a district, seen in about a minute.

The sheets of tests/scenarios/dingtao are played on a quickened clock: an organiser
enters the registry of departments and enterprises; then 28 inspector devices of 7 teams,
12 township offices and the reviewers submit their own lines when they are due, each a
process and a key of its own, all at once. In the middle the broker is killed with SIGKILL
and started again. At the end the boards must equal those that an independent script
computes from the sheets, and the state digest must survive one more restart.

  scripts/demo.py --bin build/release/bin [--batch] [--seconds N]
"""
import argparse
import collections
import concurrent.futures
import contextlib
import math
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests" / "e2e"))
import demo_cast  # noqa: E402
import demo_check  # noqa: E402
import demo_screen  # noqa: E402
import demo_script  # noqa: E402
import demo_sheets  # noqa: E402
import demo_signals  # noqa: E402
import harness  # noqa: E402

RATE_MAX = 1000000
PREPARE_SECONDS = 6  # for the registry and the enrolments, before the year begins
SCENARIO = TOP / "tests" / "scenarios" / "dingtao"
EVIDENCE = TOP / "tests" / "scenarios" / "evidence"
SCHEME = TOP / "schemes" / "dingtao.yaml"
GROUP = "项目领办专员"  # that the supervisor watches
ENROL_AT_ONCE = 4
MARGIN_MS = 20  # real time: the broker reads its clock once a turn


def say(text):
    print(f"\n== {text}", flush=True)


class Clock:
    """The broker's quickened clock, from what it tells of it."""

    def __init__(self, demo):
        self.from_ms, self.rate, self.started_ms = demo["from_ms"], demo["rate"], demo["started_ms"]

    def now_ms(self):
        return self.from_ms + round(self.rate * (time.time() * 1000 - self.started_ms))

    def real(self, due_ms):
        """The real time (time.time) at which the broker has surely seen its clock pass due_ms."""
        return (self.started_ms + (due_ms - self.from_ms) / self.rate + MARGIN_MS) / 1000


def plan_clock(script, seconds):
    """(date, rate): the year of the script takes `seconds`, and begins a little later."""
    rate = math.ceil((script.ends_ms - script.begins_ms) / (seconds * 1000))
    before = script.begins_ms - PREPARE_SECONDS * 1000 * rate
    return demo_script.shown(before)[:10], rate


def enrol_everybody(site, script):
    """A key for each device, office and reviewer: invited one by one, enrolled side by side."""
    registry, wanted = script.registry, []
    for who in script.of("inspector"):
        code = who.split()[1]
        wanted.append((who, code, "--role", "inspector", "--person", registry.inspector_person[code],
                       "--everything"))
    for who in script.of("office"):
        code = who.split()[1]
        wanted.append((who, "office-" + code, "--role", "office", "--unit", code))
    for who in script.of("reviewer"):
        code = who.split()[1]
        wanted.append((who, code, "--role", "reviewer", "--person", registry.staff_person[code], "--everything"))

    def enrol(who, name, *words):
        return who, site.client(name).enrol(codes[name])

    codes = {name: site.administrator.invite(name, *words) for _, name, *words in wanted}
    with concurrent.futures.ThreadPoolExecutor(ENROL_AT_ONCE) as pool:
        return dict(pool.map(lambda one: enrol(*one), wanted))


def found(site, script, scheme, cast):
    """Scheme by two persons, then the department's registry; the organiser stays on stage."""
    organiser = site.enrolled("O1", "--role", "organiser", "--everything")
    second = site.enrolled("O2", "--role", "organiser", "--everything")
    organiser.ok("put", "scheme", scheme)
    second.put(("approve_scheme", {"code": demo_sheets.names_of_scheme(scheme)[0]}))
    cast.join(demo_script.ORGANISER, organiser)
    opening = script.opening()
    for line in opening:
        cast.at(0, line)
    # what names a township's subject is sent again until its office has spoken
    cast.play(until=cast.has_heard_all_once)
    return len(opening)


class Killing:
    """Half way through the broker is killed and started again, from a thread of its own."""

    def __init__(self, site, when, tell):
        self.site, self.when, self.tell = site, when, tell
        self.thread = None
        self.away = 0.0
        self.failure = None

    def poll(self):
        if self.thread is None and time.time() >= self.when:
            self.tell("== the broker is killed (SIGKILL) and started again; everybody goes on sending")
            self.thread = threading.Thread(target=self._kill)
            self.thread.start()

    def _kill(self):
        begun = time.monotonic()
        try:
            self.site.broker.kill()
            self.site.broker.start()
        except (harness.Failed, OSError, subprocess.SubprocessError) as error:
            self.failure = error
        self.away = time.monotonic() - begun

    def end(self):
        if self.thread is not None:
            self.thread.join()
        if self.failure is not None:
            raise demo_cast.Failed(f"the broker did not come back: {self.failure}")


def stream(site, script, cast, clock, show):
    """The year itself: everybody says their lines when they are due; `show` opens the screen."""
    for line in script.year():
        cast.at(clock.real(line.due_ms), line)
    killing = Killing(site, clock.real((script.begins_ms + script.ends_ms) // 2), lambda words: screen.tell(words))
    screen = None

    def tick():
        screen.poll()
        killing.poll()

    try:
        with demo_signals.deferred_signals():
            screen = show()
        cast.play(tick=tick)
    finally:
        if screen is not None:
            screen.end()
        if killing.thread is not None:
            killing.thread.join()
    killing.end()
    return killing.away


def report(script, tally, away):
    lines = len(script.lines)
    print(f"lines of the sheets        {lines} ({script.observations} observations)")
    print(f"acknowledged               {tally.acknowledged}")
    again = ", ".join(f"{name} {count}" for name, count in tally.sent_again.most_common())
    print(f"sent again, came too soon  {sum(tally.sent_again.values())}{' (' + again + ')' if again else ''}")
    reasons = collections.Counter(answer["name"] for _, answer in tally.refused)
    print(f"refused                    {len(tally.refused)} {dict(reasons) if reasons else ''}".rstrip())
    for line, answer in tally.refused[:20]:
        print(f"  {line.who}: {line.origin}: {answer['name']} {answer.get('place', '')} {answer.get('detail', '')}")
    print(f"submit to acknowledgement  p50 {tally.percentile(0.5):.1f} ms, p99 {tally.percentile(0.99):.1f} ms, "
          f"longest {tally.percentile(1):.0f} ms (the broker was away for {1000 * away:.0f} ms)")
    if script.left_out:
        print(f"not played                 {len(script.left_out)} lines whose day lies behind the year's end")


def perform(site, script, options):
    """The whole play; returns the exit code."""
    clock = Clock(site.administrator.json("whoami")[0]["answer"]["whoami"]["demo"])
    cast = demo_cast.Cast(site.folder)
    try:
        entered = found(site, script, options.scheme, cast)
        say(f"{entered} rows of departments and enterprises are in; everybody else enrols")
        people = enrol_everybody(site, script)
        supervisor = site.enrolled("supervisor", "--role", "supervisor", "--everything")
        print(supervisor.ok("whoami"), end="")
        for who, client in people.items():
            cast.join(who, client)
        kinds = collections.Counter(who.split()[0] for who in people)
        say(f"{kinds['inspector']} devices, {kinds['office']} township offices and {kinds['reviewer']} reviewers: "
            f"a year in {options.seconds} seconds, it is {demo_script.shown(clock.now_ms())}")
        show = demo_screen.Lines if options.batch else demo_screen.Screen
        away = stream(site, script, cast, clock, lambda: show(supervisor, GROUP, clock))
        missing = cast.end()
        say(f"the year is over, it is {demo_script.shown(clock.now_ms())}")
        print(supervisor.ok("--lang", "zh", "board", GROUP, "--top", 8))
        report(script, cast.tally, away)
        return demo_check.judge(site, supervisor, script, cast.tally, missing, options.scenario)
    finally:
        cast.kill()


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of yxd and yx")
    parser.add_argument("--batch", action="store_true", help="lines instead of a screen, and it ends by itself")
    parser.add_argument("--seconds", type=int, default=75, help="how long the year takes (75)")
    parser.add_argument("--scenario", type=pathlib.Path, default=SCENARIO, help="folder of sheets")
    parser.add_argument("--scheme", type=pathlib.Path, default=SCHEME)
    parser.add_argument("--evidence", type=pathlib.Path, default=EVIDENCE, help="folder of the files that sheets name")
    options = parser.parse_args()
    options.batch = options.batch or not (sys.stdin.isatty() and sys.stdout.isatty())
    options.bin = pathlib.Path(options.bin).resolve()
    for needed in ("yxd", "yx"):
        if shutil.which(str(options.bin / needed)) is None:
            parser.error(f"{options.bin / needed} is missing: run ./dev build first")
    return parser, options


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave through every finally
    parser, options = read_options()
    _, dimensions, channels = demo_sheets.names_of_scheme(options.scheme)
    sheets = demo_sheets.Sheets(options.scenario, options.evidence, dimensions, channels)
    script = demo_script.Script(list(sheets.commands()))
    from_date, rate = plan_clock(script, options.seconds)
    if not 1 <= rate <= RATE_MAX:
        least = math.ceil((script.ends_ms - script.begins_ms) / 1000 / RATE_MAX)
        parser.error(f"--seconds: at least {least}, the clock runs at most {RATE_MAX} times faster")
    say(f"a new district on a clock that runs {rate} times faster, from {from_date}")
    with contextlib.ExitStack() as stack:
        with demo_signals.deferred_signals():
            site = stack.enter_context(
                harness.Site(options.bin, init=("--demo", "--from", from_date, "--rate", rate)))
        return perform(site, script, options)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (demo_cast.Failed, harness.Failed, RuntimeError, OSError, subprocess.SubprocessError) as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)
