"""Goal: what a person sees in `yx watch` is the board, at every moment and on every screen.

Method: a real broker with the town's board, a real terminal (pseudo-terminal, pyte), keys
as a person types them; the painted rows are compared with `yx board --json`. Scripts use
the same verb without a terminal: lines and JSON.
"""
import json
import os
import random
import re
import signal
import subprocess
import time
import unittest

import harness
import terminal
import town

BINARIES = os.environ["YIXIAN_BIN"]
SEED = 20261122


def points(total):
    """A total as people read it: two decimals, halves up."""
    centi = (total + 50000000) // 100000000
    return f"{centi // 100}.{centi % 100:02d}"


def width_of(text):
    """Columns of a text: Chinese characters take two."""
    return sum(2 if "\u2e80" <= c <= "\uffef" else 1 for c in text)


class Watch(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}")
        self.random = random.Random(SEED)
        self.site = harness.Site(BINARIES)
        self.addCleanup(self.site.close)
        self.organiser = town.found(self.site)
        self.count = 0
        self.observe(120)

    def observe(self, count, subject=None, value=None):
        """Observations of all, or of one subject with one value in every dimension."""
        things = []
        for _ in range(count):
            self.count += 1
            code, _, unit = self.random.choice([s for s in town.SUBJECTS if subject in (None, s[0])])
            visit, team, _ = self.random.choice([v for v in town.VISITS if v[2] == unit])
            inspector = self.random.choice([i for i, t in town.INSPECTORS if t == team])
            values = {d: value or self.random.randrange(5000 + 500 * int(code[1:]), 10000) for d in (1, 2, 3)}
            things.append(("observe", town.observation(f"B{self.count:05d}", visit, inspector, code, values)))
        self.organiser.put(*things)

    def watch(self, *words, client=None, columns=110, lines=24, colour=False, **env):
        client = client or self.organiser
        environment = {**client.env("zh_CN.UTF-8"), "TERM": "xterm-256color", **env}
        if colour:
            del environment["NO_COLOR"]
        shown = terminal.Terminal([client.yx, "watch", *words], environment, columns, lines)
        self.addCleanup(shown.close)
        return shown

    def board(self, *words):
        """seq and rows of the board as a query tells them."""
        replies = self.organiser.json("board", town.GROUP, *words)
        return replies[0]["answer"]["seq"], [r for p in replies for r in p["answer"]["board"]["rows"]]

    def assert_painted(self, shown, rows):
        """Every row of the board, in its order; waits while the terminal is being painted."""
        expected = [[str(r["rank"]), f"{r['low']}–{r['high']}", r["name"], points(r["total"]),
                     f"{r['observations']}次·{r['inspectors']}人", "暂"] for r in rows]

        def painted(screen):
            return [[w[0], w[1], w[2], next((x for x in w if re.fullmatch(r"\d+\.\d\d", x)), ""), w[-2], w[-1]]
                    for w in screen.rows()] == expected
        try:
            shown.until(painted)
        except AssertionError as error:
            self.fail(f"{error}\nexpected {expected}")

    def until_equal(self, shown, *words):
        """Waits for the version that a query names, then compares every row."""
        seq, rows = self.board(*words)
        shown.until(f"版本 {seq} ").until("实时")
        self.assert_painted(shown, rows)
        return rows

    # ---- the picture ----

    def test_screen__first_and_later_views__equal_the_board(self):
        shown = self.watch(town.GROUP)
        self.until_equal(shown)
        self.assertIn("同色同框", shown.text())
        self.assertIn("●", shown.text())
        for _ in range(3):
            self.observe(10)
            self.until_equal(shown)

    def test_row__overtakes__arrow_and_mark_then_rest(self):
        shown = self.watch(town.GROUP)
        rows = self.until_equal(shown)
        last = rows[-1]
        self.observe(30, last["subject"], 10000)
        rank = next(r["rank"] for r in self.until_equal(shown) if r["subject"] == last["subject"])
        self.assertLess(rank, last["rank"])
        arrow = f"▲{last['rank'] - rank} "
        shown.until(lambda t: any(last["name"] in x and arrow in x for x in t.lines()))
        shown.until(lambda t: not any(x[1:2] == "*" for x in t.lines()[:20]))  # marks rest after two seconds
        shown.type("m").until("升降从此刻算起").until_gone(arrow)
        shown.type("b").until(arrow)

    def test_window__resized__laid_out_anew(self):
        shown = self.watch(town.GROUP)
        rows = self.until_equal(shown)
        for columns, lines, seen in ((80, 24, 8), (40, 20, 8), (200, 40, 8), (60, 12, 5)):
            shown.resize(columns, lines)
            self.assert_painted(shown, rows[:seen])
            shown.until(lambda t: t.lines()[0].endswith("实时") and width_of(t.lines()[0]) == columns)
        shown.resize(30, 20).until("窗口太小：需")
        shown.resize(110, 24)
        self.assert_painted(shown, rows)

    def test_no_color__band_and_change__no_colours_are_sent(self):
        shown = self.watch(town.GROUP)
        self.until_equal(shown)
        self.assertNotRegex(shown.raw, rb"\x1b\[[0-9;]*(3[0-8]|4[0-8])[;m]")
        bright = self.watch(town.GROUP, colour=True)
        bright.until("实时")
        bright.until(lambda t: re.search(rb"\x1b\[[0-9;]*(48|4[0-7])[;m]", t.raw) is not None)

    def test_locale__not_installed_or_plain__chinese_is_shown(self):
        for locale in ("C", "xx_YY", "en_GB.ISO-8859-1"):
            with self.subTest(locale=locale):
                shown = self.watch("--lang", "zh", town.GROUP, LC_ALL=locale)
                self.until_equal(shown)

    # ---- keys ----

    def test_search__chinese_name__row_is_selected(self):
        shown = self.watch(town.GROUP)
        self.until_equal(shown)
        shown.type("/石湾").until("姓名或编码：石湾").type("\r")
        shown.until(lambda t: any(x.startswith(">") and "王石湾" in x for x in t.lines()))
        shown.type("/c0\r").type("n").until(lambda t: any(x.startswith(">") for x in t.lines()))
        shown.type("/没有的人\r").until("本页没有姓名或编码含“没有的人”")

    def test_filter__good_unknown_refused_and_taken_away(self):
        shown = self.watch(town.GROUP)
        rows = self.until_equal(shown)
        shown.type("f").until("筛选：").type("colour=red\r").until("[E1108]")
        shown.type("\x15unit=U010\r").until("筛选 unit=U010").until(lambda t: len(t.rows()) == 3)
        self.until_equal(shown, "--unit", "U010")
        shown.type("f\x15unit=U999\r").until("[E3101]").until("筛选 unit=U010")
        self.until_equal(shown, "--unit", "U010")
        shown.type("f\x15\r").until(lambda t: len(t.rows()) == len(rows))
        self.until_equal(shown)

    def test_freeze__facts_go_on__picture_stays_and_says_so(self):
        shown = self.watch(town.GROUP)
        rows = self.until_equal(shown)
        shown.type(" ").until("已冻结于版本")
        self.observe(5, rows[0]["subject"], 5000)
        shown.until(lambda t: re.search(r"此后 [1-8] 行有变化", t.text()))
        self.assert_painted(shown, rows)
        shown.type(" ").until_gone("已冻结")
        self.until_equal(shown)

    def test_unranked__listed_apart_with_what_is_missing(self):
        self.organiser.put(("person", {"code": "HC99", "name": "新人"}),
                           ("subject", {"code": "C99", "kind": "CADRE", "person": "HC99", "unit": "U010",
                                        "group": town.GROUP, "name": "新人"}))
        shown = self.watch(town.GROUP)
        self.until_equal(shown)
        shown.type("u").until("·未排名").until("新人").until("缺：差")
        shown.type("u").until_gone("·未排名")
        self.until_equal(shown)

    def test_keys__all_of_them__nothing_breaks(self):
        shown = self.watch(town.GROUP)
        self.until_equal(shown)
        keys = ["\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "?", "x", "g", "u", "u", "+", "-", "m",
                "b", "n", "/", "\x1b", "f", "\x1b", " ", " ", "\x01", "字", "\x1b[24~"]
        for _ in range(200):
            shown.type(self.random.choice(keys))
            shown.read(0)
        shown.type("\x1b").read(0.1)  # whatever is asked, and help, is left again
        shown.type("\x1b").read(0.1)
        shown.type("q")
        self.assertEqual(shown.wait(), 0, shown.text())

    # ---- the broker goes, and comes back ----

    def test_broker_killed__stale_with_age__heals_by_itself(self):
        shown = self.watch(town.GROUP)
        rows = self.until_equal(shown)
        self.site.broker.kill()
        shown.until("断线，未更新已")
        self.assert_painted(shown, rows)
        self.site.broker.start()
        self.observe(10)
        self.until_equal(shown)
        self.assertNotIn("断线", shown.text())

    def test_revoked__while_watching__told_on_a_restored_terminal(self):
        doomed = self.site.enrolled("L01", "--role", "supervisor", "--person", "HL1", "--unit", "U001")
        shown = self.watch(town.GROUP, client=doomed)
        shown.until("实时")
        self.site.administrator.ok("admin", "revoke", "L01")
        self.assertEqual(shown.wait(), 4)
        self.assertRegex(shown.raw.decode(), r"\[E410[34]\]")
        self.assertTrue(shown.restored())

    # ---- the end ----

    def test_end__by_key_and_by_signals__terminal_as_before(self):
        for how in ("q", "\x03", signal.SIGTERM, signal.SIGHUP):
            with self.subTest(how=how):
                shown = self.watch(town.GROUP)
                shown.until("实时")
                if isinstance(how, str):
                    shown.type(how)
                else:
                    os.kill(shown.pid, how)
                self.assertEqual(shown.wait(), 0)
                self.assertTrue(shown.restored())

    def test_updates__counted__ends_by_itself(self):
        shown = self.watch(town.GROUP, "--updates", "2")
        shown.until("实时")
        self.observe(1)
        self.assertEqual(shown.wait(), 0)
        self.assertTrue(shown.restored())

    def test_terminal__of_unknown_kind__refused_in_words(self):
        shown = self.watch(town.GROUP, TERM="no-such-terminal")
        self.assertEqual(shown.wait(), 2)
        self.assertIn("no-such-terminal", shown.text())

    # ---- without a terminal ----

    def lines_until(self, process, holds, seconds=harness.VERB_SECONDS):
        """Objects of a process that prints JSON, up to the first for which holds() is true."""
        end, found = time.monotonic() + seconds, []
        while time.monotonic() < end:
            line = process.stdout.readline()
            self.assertTrue(line, "ended too soon")
            found.append(json.loads(line))
            if holds(found[-1]):
                return found
        self.fail(f"not seen: {found[-1:]}")

    def start(self, *words):
        process = self.organiser.start(*words, stdin=subprocess.DEVNULL)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def test_json__each_view__equals_a_query_of_its_version(self):
        process = self.start("--json", "watch", town.GROUP)
        for _ in range(3):
            seq, rows = self.board()
            last = self.lines_until(process, lambda o: o["version"] >= seq)[-1]
            self.assertEqual(last["version"], seq)
            self.assertTrue(last["live"])
            self.assertEqual(last["board"]["rows"], rows)
            self.observe(5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=harness.VERB_SECONDS), 0)

    def test_json__broker_killed__told_and_healed(self):
        process = self.start("--json", "watch", town.GROUP)
        self.lines_until(process, lambda o: "board" in o)
        self.site.broker.kill()
        self.assertNotIn("board", self.lines_until(process, lambda o: not o["live"])[-1])
        self.site.broker.start()
        self.observe(3)
        seq, rows = self.board()
        last = self.lines_until(process, lambda o: "board" in o and o["version"] >= seq)[-1]
        self.assertEqual(last["board"]["rows"], rows)

    def test_lines__first_all_rows__then_only_what_changed(self):
        seq, rows = self.board()
        out = self.organiser.ok("watch", town.GROUP, "--updates", "1").splitlines()
        self.assertEqual(len(out), len(rows))
        for line, row in zip(out, rows):
            self.assertTrue(line.startswith(f"{seq}  {row['rank']}  {row['low']}–{row['high']}  {row['subject']}  "), line)
            self.assertIn(f"  {points(row['total'])}  ", line)
        process = self.start("watch", town.GROUP)
        for _ in rows:
            process.stdout.readline()
        self.observe(1, rows[-1]["subject"], 6000)
        self.assertIn(f"  {rows[-1]['subject']}  ", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=harness.VERB_SECONDS), 0)

    def test_reader__goes_away__watch_ends(self):
        process = self.start("--json", "watch", town.GROUP)
        process.stdout.readline()
        process.stdout.close()
        for _ in range(20):
            self.observe(1)
            if process.poll() is not None:
                break
        self.assertEqual(process.wait(timeout=harness.VERB_SECONDS), 6)

    # ---- bad input ----

    def test_bad_views__each__refused_in_words(self):
        narrow = self.site.enrolled("L02", "--role", "supervisor", "--person", "HL1", "--unit", "U012")
        inspector = self.site.enrolled("I01", "--role", "inspector", "--person", "HI01", "--unit", "U001")
        for client, words, code, exits in (
                (self.organiser, ("--count", "10000"), "E1105", 1),
                (self.organiser, ("--unit", "U999"), "E3101", 1),
                (narrow, ("--unit", "U010"), "E4102", 4),
                (inspector, (), "E4101", 4)):
            with self.subTest(words=words):
                done = client.run("watch", town.GROUP, *words)
                self.assertIn(f"[{code}]", done.stderr)
                self.assertEqual(done.returncode, exits)
        for words in (("watch",), ("watch", town.GROUP, "--updates", "0"), ("watch", town.GROUP, "--colour", "red"),
                      ("watch", town.GROUP, "--count", "-1")):
            self.assertEqual(self.organiser.run(*words).returncode, 2, words)
        done = self.organiser.run("watch", "没有这个组")
        self.assertIn("[E3117]", done.stderr)
        self.assertEqual(done.returncode, 1)

    def test_no_broker__from_the_start__unreachable_in_time(self):
        done = self.organiser.run("--broker", "tcp://127.0.0.1:1", "--timeout", "1", "watch", town.GROUP)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("[E6102]", done.stderr)


if __name__ == "__main__":
    unittest.main()
