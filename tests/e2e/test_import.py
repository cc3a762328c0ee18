"""Goal: whole scenario folders come in through `yx import`, and their boards are what an
independent script computes from the sheets; the same sheets twice change nothing; the same
sheets in another encoding or as a workbook are the same facts.
Method: real processes; second_opinion.py; the facts digest of the broker."""
import json
import os
import pathlib
import shutil
import sys
import unittest

import harness

BINARIES = os.environ["YIXIAN_BIN"]
TOP = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = TOP / "tests" / "scenarios"
EVIDENCE = SCENARIOS / "evidence"
sys.path.insert(0, str(TOP / "scripts"))
sys.path.insert(0, str(SCENARIOS))
import demo_check  # noqa: E402
import second_opinion  # noqa: E402

NOT_RANKED = ("subject", "total", "error", "observations")


class World:
    """A broker with two organisers, and a scenario's sheets in it."""

    def __init__(self, case, name, *paths, scheme=None):
        self.site = harness.Site(BINARIES)
        case.addCleanup(self.site.close)
        self.organiser = self.site.enrolled("O1", "--role", "organiser", "--everything")
        self.second = self.site.enrolled("O2", "--role", "organiser", "--everything")
        scheme = scheme or TOP / "schemes" / f"{name}.yaml"
        for path in paths or [SCENARIOS / name]:
            self.bring(path, "--scheme", scheme, "--approve-profile", self.second.profile)

    def bring(self, path, *words):
        return self.organiser.ok("import", path, "--evidence", EVIDENCE, *words, timeout=600)

    def board(self, group, *words):
        return demo_check.rows_of(self.organiser, group, *words)

    def facts(self):
        return self.site.administrator.digest()["facts"]


class Import(unittest.TestCase):
    def assert_boards(self, world, name):
        for group, (ranked, others) in second_opinion.boards(SCENARIOS / name).items():
            self.assertEqual(demo_check.differences(world.board(group), ranked, demo_check.RANKED), [], group)
            self.assertEqual(demo_check.differences(world.board(group, "--unranked"), others, NOT_RANKED), [], group)
            print(name, group, len(ranked), "ranked,", len(others), "not")

    def test_scenarios__all_five__equal_the_second_opinion(self):
        for name in second_opinion.SCENARIOS:
            with self.subTest(scenario=name):
                self.assert_boards(World(self, name), name)

    def test_folder__twice__nothing_changes(self):
        world = World(self, "linzi")
        before, boards = world.facts(), world.board("一线干部")
        said = world.bring(SCENARIOS / "linzi")
        self.assertIn("observations.csv: 423 rows, 423 good, 423 of them stored already, 0 refused", said)
        self.assertEqual(world.facts(), before)
        self.assertEqual(world.board("一线干部"), boards)

    def test_copies__gb18030_bom_and_workbook__the_same_facts(self):
        copies = SCENARIOS / "dingtao_copies"
        facts = World(self, "dingtao").facts()
        for encoding in ("gb18030", "utf8bom"):
            folder = pathlib.Path(self.enterContext(harness.temporary_folder()))
            for sheet in (SCENARIOS / "dingtao").glob("*.csv"):
                shutil.copy(sheet, folder)
            shutil.copy(copies / encoding / "observations.csv", folder)
            self.assertEqual(World(self, "dingtao", folder).facts(), facts, encoding)
        self.assertEqual(World(self, "dingtao", copies / "dingtao.xlsx").facts(), facts, "workbook")

    def test_evidence__missing_or_named_with_a_path__row_refused(self):
        world = World(self, "linzi")
        given = (SCENARIOS / "linzi" / "observations.csv").read_text(encoding="utf-8").splitlines()
        row = next(line for line in given if "E" in line.split(",")[-4]).split(",")
        for name, reason in (("E99.png", "unknown_file"), ("../E01.png", "bad_file_name")):
            row[0], row[-4] = "O90001", name
            path = world.site.folder / "observations.csv"
            path.write_text(given[0] + "\n" + ",".join(row) + "\n", encoding="utf-8")
            done = world.organiser.run("--json", "import", path, "--evidence", EVIDENCE)
            self.assertEqual(done.returncode, 1)
            found = json.loads(done.stdout.splitlines()[0])
            self.assertEqual((found["reason"], found["column"], found["value"]), (reason, "证据", name))

    def test_call__that_cannot_be_used__says_why(self):
        site = harness.Site(BINARIES)
        self.addCleanup(site.close)
        for words, told in ((["/no/such/folder"], "/no/such/folder"),
                            ([str(SCENARIOS / "evidence")], "no sheet of a known kind"),
                            ([str(SCENARIOS / "linzi"), "--kind", "wishes"], "wishes"),
                            ([str(SCENARIOS / "linzi"), "--scheme", "/no/scheme.yaml"], "/no/scheme.yaml")):
            done = site.administrator.run("import", *words)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(told, done.stderr)

    def test_print__without_a_broker__commands_in_order(self):
        client = harness.Client(BINARIES, None, pathlib.Path(self.enterContext(harness.temporary_folder())), "nobody")
        out = client.ok("import", SCENARIOS / "linzi", "--evidence", EVIDENCE, "--scheme",
                        TOP / "schemes" / "linzi.yaml", "--print")
        lines = [json.loads(line) for line in out.splitlines()]
        verbs = list(dict.fromkeys(line["verb"] for line in lines))
        self.assertEqual(verbs[:3], ["unit", "person", "subject"])
        self.assertLess(verbs.index("open_account"), verbs.index("round"))
        self.assertEqual(sum(line["verb"] == "observe" for line in lines), 423)


if __name__ == "__main__":
    unittest.main()
