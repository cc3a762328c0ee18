"""Goal: yx lab scores tables and made-up worlds without a broker, and never guesses.

Method: the real yx on tables written here. The ratings of a whole scenario under the
prior give the sums of tests/unit/test_dingtao_totals.c; every bad table is refused with
its row and column; tables that tell too little get a board that says so.
"""
import csv
import io
import os
import pathlib
import subprocess
import tempfile
import unittest

YX = pathlib.Path(os.environ["YIXIAN_BIN"]) / "yx"
DINGTAO = pathlib.Path(__file__).resolve().parents[1] / "unit" / "data" / "dingtao_ratings.csv"
HEAD = "subject,inspector,dimension,value,unit,team\n"
WITHOUT_RATING = 800_000_000_000  # the prior's mean as a total
LINES = {"A1": "C1,I1,d,80,U1,T1\n", "A2": "C1,I2,d,90,U1,T1\n"}


def crossed(value):
    """Six subjects, three inspectors, two dimensions; value(subject, inspector) in points."""
    return HEAD + "".join(f"C{s},I{i},{d},{value(s, i)},U{s % 3},\n"
                          for s in range(6) for i in range(3) for d in ("d1", "d2"))


class Lab(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="yx-lab-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def lab(self, *words):
        return subprocess.run([YX, "lab", *map(str, words), "--lang", "en"], capture_output=True, text=True,
                              timeout=250, env={"HOME": str(self.folder), "PATH": os.environ["PATH"]}, check=False)

    def score(self, table, *words, encoding="utf-8"):
        path = self.folder / "ratings.csv"
        path.write_bytes(table if isinstance(table, bytes) else table.encode(encoding))
        return self.lab("score", path, *words)

    def board(self, *arguments, **keywords):
        done = self.score(*arguments, **keywords)
        self.assertEqual(done.returncode, 0, done.stderr)
        return list(csv.DictReader(io.StringIO(done.stdout))), done.stderr

    def refused(self, table, *words):
        done = self.score(table)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_score__whole_scenario_under_the_prior__has_the_known_totals(self):
        with DINGTAO.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for group, total, highest, first, ranked in (("0", 161_199_754_388_000, 922_244_208_000, "C0133", 158),
                                                     ("1", 74_146_816_424_000, 941_737_868_000, "C0018", 73)):
            own = [row for row in rows if row["group"] == group]
            table = "subject,inspector,dimension,value\n" + "".join(
                f"{row['subject']},{row['inspector']},d{k},{int(row[f'd{k}']) / 100:.2f}\n"
                for row in own for k in range(1, 6) if row[f"d{k}"])
            board, _ = self.board(table, "--no-calibrate")
            missing = len({row["subject"] for row in own}) - len(board)
            self.assertEqual(sum(int(row["total"]) for row in board) + missing * WITHOUT_RATING, total)
            best = max(board, key=lambda row: int(row["total"]))
            self.assertEqual((best["subject"], int(best["total"])), (first, highest))
            self.assertEqual(sum(row["rank"] != "" for row in board), ranked)

    def test_score__bom_gb18030_and_chinese_headers__same_board(self):
        plain = crossed(lambda s, i: 70 + 3 * s + 2 * i)
        chinese = plain.replace(HEAD, "对象编码,考察员编码,维度,分值,单位编码,考察组\n")
        board = self.board(plain)
        self.assertEqual(self.board(plain, encoding="utf-8-sig"), board)
        self.assertEqual(self.board(chinese), board)
        self.assertEqual(self.board(chinese, encoding="gb18030"), board)

    def test_score__bad_table__refused_with_its_place(self):
        self.refused(HEAD + LINES["A1"] + "C2,I1,d,NaN,U1,T1\n", "row 3, column 4 (value)", "E7106")
        self.refused(HEAD + "C2,I1,d,good,U1,T1\n", "row 2, column 4 (value)", "E7106")
        self.refused(HEAD + "C2,I1,d,100.01,U1,T1\n", "row 2, column 4 (value)", "E2104", "0 to 100")
        self.refused(HEAD + "C2,I1,d,85.555,U1,T1\n", "row 2, column 4 (value)", "E7107")
        self.refused(HEAD + "C2,,d,85,U1,T1\n", "row 2, column 2 (inspector)", "E7105")
        self.refused(HEAD + LINES["A1"] + "C1,I2,d,85,U2,T1\n", "row 3, column 5 (unit)", "E7104", "earlier row")
        self.refused(HEAD + LINES["A1"] + "C2,I1,d,85,U2,T2\n", "row 3, column 6 (team)", "E7104", "earlier row")
        self.refused("subject,inspector,value\nC1,I1,80\n", "row 1", "(dimension)", "E7203")
        self.refused(HEAD.replace("unit", "value") + LINES["A1"], "row 1", "(value)", "E7204")
        self.refused(HEAD, "E7202")
        self.refused("", "E7")
        self.refused(HEAD + "".join(f"C1,I1,d{k},80,,\n" for k in range(13)), "row 14", "(dimension)")
        self.assertEqual(self.lab("score", self.folder / "none.csv").returncode, 2)

    def test_score__too_little_to_tell__prior_kept_and_said(self):
        board, told = self.board(HEAD + LINES["A1"])
        self.assertEqual((board[0]["rank"], board[0]["sufficiency"]), ("", "not ranked"))
        self.assertIn("prior kept: fewer than 2 subjects or inspectors", told)
        self.assertIn("nobody is ranked", told)
        board, told = self.board(HEAD + LINES["A1"] * 2 + LINES["A2"])
        self.assertEqual((board[0]["rank"], board[0]["low"], board[0]["high"]), ("1", "1", "1"))
        board, told = self.board(HEAD + "".join(f"C{s},I1,d,{70 + s},,\n" for s in range(5)))
        self.assertIn("prior kept: fewer than 2 subjects or inspectors", told)
        board, told = self.board(crossed(lambda s, i: 80))
        self.assertEqual({row["rank"] for row in board}, {"1"})
        self.assertIn("prior kept", told)

    def test_score__disconnected_world__refused_unless_overridden(self):
        path = self.folder / "c.csv"
        done = self.lab("simulate", "C", "--seed", 4, "--ratings-out", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.lab("score", path)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("quality: components 7, thin links 7", done.stderr)
        done = self.lab("score", path, "--override", "as the law says, for now")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({row["override"] for row in csv.DictReader(io.StringIO(done.stdout))},
                         {"as the law says, for now"})

    def test_simulate__same_seed__same_bytes_and_the_document_holds(self):
        first, second = (self.folder / name for name in ("1.csv", "2.csv"))
        done = self.lab("simulate", "B", "--repeat", 3, "--ratings-out", first)
        again = self.lab("simulate", "B", "--repeat", 3, "--ratings-out", second)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((done.stdout, first.read_bytes()), (again.stdout, second.read_bytes()))
        figures = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual([row["seed"] for row in figures], ["1", "2", "3", "mean"])
        done = self.lab("score", first)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 200)

    def test_simulate__what_cannot_be_made__refused(self):
        for words in (("Z",), ("A", "--repeat", 0), ("A", "--repeat", 1001), ("A", "--seed", -1), (),
                      ("A", "--ratings-out", self.folder / "x.doc")):
            self.assertEqual(self.lab("simulate", *words).returncode, 2, words)


if __name__ == "__main__":
    unittest.main()
