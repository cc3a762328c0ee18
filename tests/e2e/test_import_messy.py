"""Goal: what becomes of forty sheets with the mistakes of office life is what expected.csv says.
Method: the registry of dingtao in a real broker; each sheet through `yx import --dry-run`, whose
findings (row, column, reason), verdict and number of good rows are compared with the table."""
import collections
import csv
import json
import os
import pathlib
import unittest

import harness
import terminal

BINARIES = os.environ["YIXIAN_BIN"]
TOP = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = TOP / "tests" / "scenarios"
MESSY = SCENARIOS / "messy"
REGISTRY = "units,persons,subjects,projects,milestones,assignments,teams,inspectors,staff,rounds,visits"


def expectations():
    """{file: (sheet, verdict, good rows, {(row, column, reason)})}."""
    table = {}
    with open(MESSY / "expected.csv", encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            one = table.setdefault(line["file"], (line["sheet"], line["accepted"], int(line["good_rows"]), set()))
            if line["reason"]:
                one[3].add((line["row"], line["column"], line["reason"]))
    return table


class Messy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.organiser = cls.site.enrolled("O1", "--role", "organiser", "--everything")
        second = cls.site.enrolled("O2", "--role", "organiser", "--everything")
        cls.organiser.ok("import", SCENARIOS / "dingtao", "--evidence", SCENARIOS / "evidence", "--only", REGISTRY,
                         "--scheme", TOP / "schemes" / "dingtao.yaml", "--approve-profile", second.profile)

    def offer(self, name, kind, *words):
        """(exit code, findings, summary) of one sheet."""
        done = self.organiser.run("--json", "import", MESSY / name, "--kind", kind, "--evidence", SCENARIOS / "evidence", *words)
        self.assertNotIn("Sanitizer", done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, [l for l in lines if "reason" in l], next((l for l in lines if "rows" in l), None)

    def test_sheets__all_forty__as_expected(self):
        table = expectations()
        self.assertEqual(len(table), 40)
        self.assertEqual(set(table), {path.name for path in MESSY.iterdir()} - {"expected.csv"})
        met = collections.Counter()
        for name, (kind, verdict, good, findings) in table.items():
            with self.subTest(file=name):
                code, found, summary = self.offer(name, kind, "--dry-run")
                told = {(str(f.get("row", "")), f.get("column", ""), f["reason"]) for f in found}
                self.assertEqual(told, findings)
                self.assertEqual(code, 1 if verdict == "no" else 0)
                self.assertEqual(all(f["accepted"] for f in found), verdict != "no")
                self.assertEqual(summary["good"], good)
                met[verdict] += 1
        print(dict(met))

    def test_words__of_a_refusal__place_value_and_next_step(self):
        done = self.organiser.run("import", MESSY / "m12_rating_101.csv", "--kind", "observations", lang="zh_CN.UTF-8")
        self.assertEqual(done.returncode, 1)
        self.assertIn("m12_rating_101.csv 第 4 行「工作态度」= 101：超出 0 到 100，请改正后重新导入 [E2104]", done.stderr)
        self.assertIn("未导入任何内容", done.stderr)
        done = self.organiser.run("import", MESSY / "m17_phone_in_text.csv", "--kind", "observations", "--dry-run")
        self.assertIn("m17_phone_in_text.csv row 6「考察情况」", done.stderr)
        self.assertIn("[E2111]", done.stderr)

    def test_nothing__of_a_sheet_with_one_bad_row__is_stored(self):
        before = self.site.administrator.digest()
        for name in ("m10_code_twice.csv", "m11_unknown_subject.csv", "m36_own_unit.csv"):
            self.assertEqual(self.offer(name, "observations")[0], 1)
        self.assertEqual(self.site.administrator.digest()["state"], before["state"])

    def test_partial__good_rows_stored_and_the_rest_given_back(self):
        out = self.site.folder / "refused.csv"
        code, found, _ = self.offer("m33_three_decimals.csv", "observations", "--partial", out)
        self.assertEqual(code, 6)
        self.assertEqual([f["reason"] for f in found], ["too_many_decimals"])
        with open(out, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        with open(MESSY / "m33_three_decimals.csv", encoding="utf-8-sig", newline="") as file:
            given = list(csv.reader(file))
        self.assertEqual(rows[0], given[0] + ["退回原因"])
        self.assertEqual([row[:-1] for row in rows[1:]], [given[2]])
        self.assertIn("改革创新", rows[1][-1])
        # again: what is stored is known, and the mended row is taken
        mended = self.site.folder / "observations.csv"
        given[2] = [cell.replace(found[0]["value"], "88.12") for cell in given[2]]
        with open(mended, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(given)
        done = self.organiser.run("--json", "import", mended, "--evidence", SCENARIOS / "evidence")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        summary = next(json.loads(l) for l in done.stdout.splitlines() if '"unchanged"' in l)
        self.assertEqual((summary["rows"], summary["good"], summary["unchanged"]), (6, 6, 5))

    def test_files__of_another_make__named_for_what_they_are(self):
        given = (MESSY / "m33_three_decimals.csv").read_text(encoding="utf-8-sig")
        path = self.site.folder / "observations.csv"
        for text, reason, row in ((given.replace("\n", "\r"), "line_ends", 1),
                                  (given.replace(",", "\t"), "separator", 1),
                                  ("2024年一季度\n" + given.replace(",", ";"), "separator", 2),
                                  ("", "empty_file", 1), ("\n\n", "empty_file", 1),
                                  ("甲,乙\n1,2\n", "column_missing", 1)):
            path.write_bytes(text.encode())
            code, found, _ = self.offer(path, "observations", "--dry-run")
            self.assertEqual((code, [(f["reason"], f["row"]) for f in found]), (1, [(reason, row)]))

    def test_progress__on_a_terminal_only__reading_and_judging(self):
        words = ("import", MESSY / "m33_three_decimals.csv", "--kind", "observations", "--evidence", SCENARIOS / "evidence",
                 "--dry-run")
        piped = self.organiser.run(*words)
        for mark in ("\r", "\x1b", "judging"):
            self.assertNotIn(mark, piped.stdout + piped.stderr)
        seen = terminal.Terminal([str(self.organiser.yx), *map(str, words)], self.organiser.env("en_GB.UTF-8"))
        self.addCleanup(seen.close)
        seen.until(lambda t: "too_many_decimals" in t.text() or "E7107" in t.text())
        painted = seen.raw.decode()
        self.assertIn("reading m33_three_decimals.csv: ", painted)
        self.assertRegex(painted, r"judging: \d+ / \d+ ")
        self.assertNotIn("judging", seen.text())  # painted over

    def test_rows__that_could_be_read_wrongly__refused(self):
        given = (MESSY / "m33_three_decimals.csv").read_text(encoding="utf-8-sig").splitlines()
        path, out = self.site.folder / 'we"ird.csv', self.site.folder / "refused.csv"
        for text, reason, good in (("\n".join([given[0], given[1] + ",余下的话"]), "row_too_long", 0),
                                   ("\n".join([given[0], given[1], given[3] + ',"']), "quote_open", 0),
                                   ("\n".join([given[0], given[1], " " + "," * given[0].count(",")]), "empty_rows", 1)):
            path.write_text(text + "\n", encoding="utf-8")
            code, found, summary = self.offer(path, "observations", "--dry-run")
            self.assertEqual([f["reason"] for f in found], [reason])
            self.assertEqual((code, summary["file"], summary["good"]), (0 if good else 1, 'we"ird.csv', good))
        path.write_text("\n".join([given[0], given[1] + ",余下的话"]), encoding="utf-8")
        self.assertEqual(self.offer(path, "observations", "--partial", out)[0], 6)
        self.assertIn("余下的话", out.read_text(encoding="utf-8-sig"))


if __name__ == "__main__":
    unittest.main()
