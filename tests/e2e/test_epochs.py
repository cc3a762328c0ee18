"""Goal: a calibration is asked for, read and adopted by two people, and everything that a
person sees of it agrees: the report, boards, explanations, frozen boards, exports.

Method: the town with seeded ratings of inspectors whose severity is known; explanations are
added up in whole numbers.
"""
import os
import random
import re
import unittest

import harness
import town

BINARIES = os.environ["YIXIAN_BIN"]
SEED = 93
SEVERITY = {"I01": 500, "I02": -300, "I03": 200, "I04": -500, "I05": 300, "I06": -200}


class Epochs(unittest.TestCase):
    """One story in the order of the names of its tests."""

    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}")
        cls.random = random.Random(SEED)
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.first = town.found(cls.site)
        cls.second = cls.site.clients["O2"]
        cls.observe()

    @classmethod
    def observe(cls):
        """Everybody sees every subject whose unit the team visits."""
        things = []
        for number, (subject, _, unit) in enumerate(town.SUBJECTS):
            for visit, team, at in town.VISITS:
                for inspector in (i for i, t in town.INSPECTORS if t == team and at == unit):
                    values = {d: max(0, min(10000, 7000 + 300 * number + SEVERITY[inspector]
                                            + cls.random.randrange(-400, 401))) for d in (1, 2, 3)}
                    things.append(("observe", town.observation(f"B{len(things):05d}", visit, inspector, subject, values)))
        cls.first.put(*things)

    def board(self, client=None):
        return (client or self.first).json("board", town.GROUP)[0]["answer"]["board"]

    def explained(self, subject):
        parts = [x["answer"]["explain"] for x in self.first.json("explain", subject)]
        for more in parts[1:]:
            parts[0]["dimensions"] += more["dimensions"]
        return parts[0]

    def test_1_before__board__stands_on_the_prior(self):
        board = self.board()
        self.assertTrue(board["provisional"])
        self.assertNotIn("epoch", board)
        self.assertIn("no calibration has been adopted", self.first.ok("board", town.GROUP))

    def test_2_calibrate__waited_for__proposed(self):
        self.first.ok("epoch", "calibrate", "E1", "--wait")
        self.assertRegex(self.second.ok("epoch", "list"), r"E1 +proposed")
        self.assertTrue(self.board()["provisional"], "nothing counts before it is adopted")

    def test_3_show__both_languages__fits_offsets_and_the_hash(self):
        text = self.second.ok("epoch", "show", "E1")
        self.assertIn("the parts read have this hash", text)
        for inspector in SEVERITY:
            self.assertIn(inspector, text)
        self.assertIn("与所读分册一致", self.second.ok("--lang", "zh", "epoch", "show", "E1"))
        offsets = {i: float(x) for i, x in re.findall(r"(I0\d) +([+-]\d+\.\d\d)", text)}
        self.assertGreater(offsets["I01"], offsets["I02"], "the more lenient one has the larger offset")
        self.assertGreater(offsets["I05"], offsets["I04"])

    def test_4_adopt__by_the_one_who_asked__refused(self):
        done = self.first.run("epoch", "adopt", "E1")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("2206", done.stderr)
        self.assertTrue(self.board()["provisional"])

    def test_5_adopt__by_a_second_person__board_leaves_the_prior(self):
        before = self.board()
        out = self.second.ok("epoch", "adopt", "E1", "--text", "已阅")
        self.assertRegex(out, r"adopting [0-9a-f]{64}")
        board = self.board()
        self.assertFalse(board["provisional"])
        self.assertEqual(board["epoch"], "E1")
        self.assertNotEqual([r["total"] for r in before["rows"]], [r["total"] for r in board["rows"]])
        text = self.first.ok("board", town.GROUP)
        self.assertIn("calibration E1", text)
        self.assertNotIn("no calibration has been adopted", text)
        self.assertIn("E1", self.first.ok("groups"))

    def test_6_explain__after_adoption__adds_up_with_offsets(self):
        for row in self.board()["rows"]:
            answer = self.explained(row["subject"])
            for d in answer["dimensions"]:
                self.assertEqual(d["mu"] + sum(x["contribution"] for x in d["lines"]), d["score"])
            self.assertEqual(sum(d["score"] * d["weight"] for d in answer["dimensions"]) + answer["ledger"],
                             answer["row"]["total"])
            self.assertTrue(any(x["offset"] != 0 for d in answer["dimensions"] for x in d["lines"]))
        self.assertIn("calibrated by epoch E1", self.first.ok("explain", "C01"))

    def test_7_freeze__waited_for__rank_sets(self):
        self.first.ok("board", "freeze", town.GROUP, "--code", "F1", "--name", "半年定榜", "--wait")
        self.assertRegex(self.first.ok("board", "frozen"), r"F1 +\S+ +frozen .*95% rank sets")
        frozen = self.first.json("board", "frozen", "F1")[0]["answer"]["frozen"]
        self.assertEqual((frozen["frozen"], frozen["interval"]), ("F1", "SETS"))
        self.assertEqual([r["subject"] for r in frozen["rows"]], [r["subject"] for r in self.board()["rows"]])
        for row in frozen["rows"]:
            self.assertTrue(row["low"] <= row["rank"] <= row["high"])
        self.assertIn("95% sets of ranks", self.first.ok("board", town.GROUP, "--frozen", "F1"))
        self.assertIn("wide", self.first.ok("board", town.GROUP))
        for name in ("frozen.xlsx", "frozen.csv", "frozen.ndjson"):
            path = self.site.folder / name
            self.first.ok("export", "board", "--frozen", "F1", "-o", path)
            self.assertGreater(path.stat().st_size, 0)
        self.assertEqual(len((self.site.folder / "frozen.ndjson").read_text().splitlines()), len(frozen["rows"]))

    def test_8_override__given_and_lifted__told_with_the_board(self):
        self.first.ok("board", "override", town.GROUP, "--reason", "已安排补充走访")
        self.assertIn("已安排补充走访", self.first.ok("groups") + self.first.ok("board", town.GROUP))
        self.first.ok("board", "override", town.GROUP, "--lift")
        self.assertNotIn("已安排补充走访", self.first.ok("groups") + self.first.ok("board", town.GROUP))

    def test_9_records__of_the_epoch__in_words(self):
        text = self.first.ok("history", "epoch", "E1")
        self.assertEqual(text.count("epoch E1"), len(text.splitlines()), text)
        for said in ("calibrates", "proposed", "adopted", "by O2"):
            self.assertIn(said, text)


    def test_9_second_epoch__compared_and_dropped(self):
        self.second.ok("epoch", "calibrate", "E2", "--group", town.GROUP, "--wait")
        rows = self.first.ok("epoch", "compare", "E1", "E2", "--csv").splitlines()
        self.assertEqual(rows[0], "group,dimension,what,a,b,difference")
        self.assertEqual(len(rows), 1 + 3 * (3 + len(SEVERITY)), rows)
        self.assertTrue(all(float(r.split(",")[5]) == 0 for r in rows[1:]), "nothing came in between")
        self.assertIn("B - A", self.first.ok("epoch", "compare", "E1", "E2"))
        self.first.ok("epoch", "drop", "E2", "--text", "与前次相同")
        self.assertRegex(self.first.ok("epoch", "list"), r"E2 +dropped")
        self.assertEqual(self.first.run("epoch", "adopt", "E2").returncode, 1)
        self.assertEqual(self.board()["epoch"], "E1")


class Parts(unittest.TestCase):
    """Two teams that share nobody: their subjects cannot be compared."""

    def test_disconnected__found_by_a_calibration__watch_ends_and_override_shows(self):
        with harness.Site(BINARIES) as site:
            first = town.found(site)
            things, chance = [], random.Random(SEED)
            for subject, _, unit in town.SUBJECTS:
                team, visit = ("T1", "V01") if unit == "U010" else ("T2", "V05")
                if unit == "U012":
                    continue
                for inspector in (i for i, t in town.INSPECTORS if t == team):
                    values = {d: chance.randrange(6000, 9001) for d in (1, 2, 3)}
                    things.append(("observe", town.observation(f"B{len(things):05d}", visit, inspector, subject, values)))
            first.put(*things)
            watch = first.start("watch", town.GROUP)
            watch.stdout.readline()
            first.ok("epoch", "calibrate", "E1", "--wait")
            _, said = watch.communicate(timeout=harness.VERB_SECONDS)
            self.assertEqual(watch.returncode, 1, said)
            for words in ("E2220", "yx plan"):
                self.assertIn(words, said)
            refused = first.run("--lang", "zh", "board", town.GROUP)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("互不连通", refused.stderr)
            first.ok("board", "override", town.GROUP, "--reason", "已安排补充走访")
            self.assertIn("shown because: 已安排补充走访", first.ok("board", town.GROUP))
            self.assertIn("已安排补充走访", first.ok("groups"))
            first.ok("board", "override", town.GROUP, "--lift")
            self.assertEqual(first.run("board", town.GROUP).returncode, 1)


if __name__ == "__main__":
    unittest.main()
