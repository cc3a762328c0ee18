"""Goal: the quickened clock of a demonstration runs, is shown, survives kill -9 and is
in the state; an ordinary folder never has one and no configuration gives it one.
Method: real processes; times are compared with what the genesis record promises, so
that a slow machine only makes the numbers larger."""
import os
import subprocess
import time
import unittest

import harness
import town

BIN = os.environ["YIXIAN_BIN"]
FROM_MS = 1709222400000  # 2024-03-01 00:00 in UTC+8
RATE = 20000             # a day takes 4.3 seconds
DEMO = ("--demo", "--from", "2024-03-01", "--rate", RATE)


def whoami(client):
    return client.json("whoami")[0]["answer"]["whoami"]


class Clock(unittest.TestCase):
    def test_clock__quickened__runs_as_promised_and_shows(self):
        with harness.Site(BIN, init=DEMO) as site:
            who = whoami(site.administrator)
            demo = who["demo"]
            self.assertEqual((demo["from_ms"], demo["rate"]), (FROM_MS, RATE))
            before = time.time_ns() // 1000000
            now = whoami(site.administrator)["now_ms"]
            after = time.time_ns() // 1000000
            self.assertGreaterEqual(now, FROM_MS + RATE * (before - demo["started_ms"]))
            self.assertLessEqual(now, FROM_MS + RATE * (after - demo["started_ms"]))
            self.assertIn(f"demonstration clock x {RATE}", site.administrator.ok("whoami"))
            self.assertIn(f"演示时钟 x {RATE}", site.administrator.ok("--lang", "zh", "whoami"))
            self.assertIn(f"demonstration: the clock runs {RATE} times faster from 2024-03-01",
                          site.broker.log.read_text())

    def test_clock__killed_and_started_again__goes_on_with_the_same_state(self):
        with harness.Site(BIN, init=DEMO) as site:
            town.found(site)
            before, digest = whoami(site.administrator), site.administrator.digest()
            site.broker.kill()
            site.broker.start()
            after = whoami(site.administrator)
            self.assertEqual(site.administrator.digest(), digest)
            self.assertEqual(after["demo"], before["demo"])
            self.assertGreater(after["now_ms"], before["now_ms"])

    def test_one_time_code__when_its_day_has_passed_on_the_clock__still_enrols(self):
        with harness.Site(BIN, init=DEMO) as site:
            code = site.administrator.invite("late", "--role", "auditor")
            invited = whoami(site.administrator)["now_ms"]
            while whoami(site.administrator)["now_ms"] < invited + 24 * 3600 * 1000:
                pass  # each question takes its time: nothing to wait for but the clock
            site.client("late").enrol(code)

    def test_board__of_a_demonstration__says_so(self):
        with harness.Site(BIN, init=DEMO) as site:
            organiser = town.found(site)
            self.assertIn(f"演示时钟 x {RATE}\n", organiser.ok("--lang", "zh", "board", town.GROUP))
            board = organiser.json("board", town.GROUP)[0]["answer"]["board"]
            self.assertEqual(board["demo"]["rate"], RATE)

    def test_ordinary_folder__has_the_real_clock(self):
        with harness.Site(BIN) as site:
            organiser = town.found(site)
            before = time.time_ns() // 1000000
            who = whoami(organiser)
            self.assertNotIn("demo", who)
            self.assertLessEqual(before, who["now_ms"])
            self.assertLessEqual(who["now_ms"], time.time_ns() // 1000000)
            self.assertNotIn("demo", organiser.ok("whoami") + organiser.ok("board", town.GROUP))
            self.assertNotIn("demonstration", site.broker.log.read_text())

    def test_configuration__names_a_clock__refused(self):
        with harness.Site(BIN) as site:
            site.broker.stop()
            for key in ("demo: true", "rate: 60", "from: 2024-03-01"):
                path = site.broker.write_config()
                path.write_text(path.read_text() + key + "\n")
                done = subprocess.run([site.broker.yxd, "--config", str(path), "--check-config"],
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 2, key)


class Usage(unittest.TestCase):
    def test_init__clock_half_given__usage(self):
        cases = (["init", "--from", "2024-03-01"], ["init", "--rate", "5"],
                 ["init", "--demo"], ["init", "--demo", "--rate", "5"],
                 ["init", "--demo", "--from", "2024-03-01"],
                 ["init", "--demo", "--from", "2024-02-30", "--rate", "5"],
                 ["init", "--demo", "--from", "24-2-3", "--rate", "5"],
                 ["init", "--demo", "--from", "2024-03-01", "--rate", "0"],
                 ["init", "--demo", "--from", "2024-03-01", "--rate", "1000001"],
                 ["init", "--demo", "--from", "2024-03-01", "--rate", "5x"],
                 ["--demo", "--from", "2024-03-01", "--rate", "5"], ["--rate", "5"])
        for words in cases:
            done = subprocess.run([BIN + "/yxd", "--data", "/nonexistent/folder", *words],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("E6103", done.stderr, words)


if __name__ == "__main__":
    unittest.main()
