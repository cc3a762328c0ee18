"""Goal: an organiser learns whom to visit next, and what rules noticed, in words and as data.

Method: a town where nobody has been seen yet.
"""
import os
import unittest

import harness
import town

BINARIES = os.environ["YIXIAN_BIN"]


class Planning(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.organiser = town.found(cls.site)

    def test_plan__nobody_seen__everybody_is_planned(self):
        text = self.organiser.ok("plan", town.GROUP)
        self.assertIn("never seen", text)
        self.assertIn("尚未考察", self.organiser.ok("--lang", "zh", "plan", town.GROUP))
        rows = self.organiser.ok("plan", town.GROUP, "--csv").splitlines()
        self.assertTrue(rows[0].startswith("subject,name,unit"))
        self.assertEqual({r.split(",")[0] for r in rows[1:]}, {s for s, _, _ in town.SUBJECTS})
        plan = self.organiser.json("plan", town.GROUP)[0]["answer"]["plan"]
        self.assertEqual((plan["subjects"], plan["ranked_before"]), (len(town.SUBJECTS), 0))

    def test_attention__nothing_noticed__said_so(self):
        self.assertIn("no attention items", self.organiser.ok("attention"))
        done = self.organiser.run("attention", "show", "Z9")
        self.assertEqual(done.returncode, 1)
        done = self.organiser.run("attention", "close", "Z9", "--text", "没有此项")
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    unittest.main()
