"""Goal: yx lab scores tables and made-up worlds without a broker, and never guesses.

Method: the real yx on tables written here. The ratings of a whole scenario under the
prior give the sums of tests/unit/test_dingtao_totals.c; every bad table is refused with
its row and column; tables that tell too little get a board that says so.
"""
import csv
import io
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

YX = pathlib.Path(os.environ["YIXIAN_BIN"]) / "yx"
DINGTAO = pathlib.Path(__file__).resolve().parents[1] / "unit" / "data" / "dingtao_ratings.csv"
HEAD = "subject,inspector,dimension,value,unit,team\n"
SEED = 20261123
LENS = (77_123_456, 1734, 310_000, 120, 650)  # mu, kappa, s2, rho, u
SCHEME = """code: s-1
dimensions: [ { number: 1, name: d1 }, { number: 2, name: d2 }, { number: 3, name: d3 } ]
channels: [ { number: 1, name: c } ]
groups:
  - name: g
    dimensions: [ { dimension: d1, weight: 5000 }, { dimension: d2, weight: 2000 }, { dimension: d3, weight: 3000 } ]
"""
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scenarios"))
import second_opinion  # noqa: E402

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

    def written(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

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

    def test_compare__two_views__who_moves_and_why_as_counted_by_hand(self):
        """Totals, ranks, the dimension and the inspector against a second implementation."""
        chance = random.Random(SEED)
        print("seed", SEED)
        given = {(s, i, d): chance.randrange(5000, 10001) for s in range(12) for i in range(5)
                 for d in ("d1", "d2", "d3") if d == "d1" or chance.random() < 0.9}
        table = self.written("ratings.csv", "subject,inspector,dimension,value\n" + "".join(
            f"C{s:02},I{i},{d},{v // 100}.{v % 100:02}\n" for (s, i, d), v in given.items()))
        scheme = self.written("s.yaml", SCHEME)
        offsets = {f"I{i}": chance.randrange(-9_000_000, 9_000_000) for i in range(4)}  # I4 is unknown
        epoch = self.written("e.csv", "group,dimension,inspector,what,value\n" + "".join(
            f"g,{d},,{what},{value}\n" for d in ("d1", "d2", "d3")
            for what, value in zip(("mu", "kappa", "s2", "rho", "u"), LENS)) + "".join(
            f"g,{d},{i},offset,{o}\n" for d in ("d1", "d2", "d3") for i, o in offsets.items()))
        done = self.lab("compare", table, "prior", f"{scheme}+{epoch}")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {row["subject"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
        views = (((3334, 3333, 3333), second_opinion.PRIOR), ((5000, 2000, 3000), second_opinion.Lens(*LENS, offsets)))
        shares, added = zip(*(self.counted(given, *view) for view in views))
        totals = [{s: sum(own) for s, own in share.items()} for share in shares]
        change = {s: [b - a for a, b in zip(shares[0][s], shares[1][s])] for s in shares[0]}
        mean = [sum(column) // len(change) for column in zip(*change.values())]
        self.assertEqual(set(rows), {f"C{s:02}" for s in range(12)})
        for code, row in rows.items():
            s = int(code[1:])
            for name, total in zip("ab", totals):
                self.assertEqual(int(row[f"total_{name}"]), total[s])
                self.assertEqual(int(row[f"rank_{name}"]), 1 + sum(t > total[s] for t in total.values()))
            self.assertEqual(int(row["places"]), int(row["rank_a"]) - int(row["rank_b"]))
            part = max(((c - m, k) for k, (c, m) in enumerate(zip(change[s], mean))), key=lambda p: (abs(p[0]), -p[1]))
            self.assertEqual((row["dimension"], int(row["dimension_by"])), (f"d{part[1] + 1}", part[0]))
            by = {i: added[1][s, i] - added[0][s, i] for i in range(5)}
            most = max(by, key=lambda i: (abs(by[i]), -i))
            self.assertEqual((row["inspector"], int(row["inspector_by"])), (f"I{most}", by[most]))
        board = list(csv.DictReader(io.StringIO(self.lab("score", table, "--view", f"{scheme}+{epoch}").stdout)))
        self.assertEqual({row["subject"]: row["total"] for row in board},
                         {code: row["total_b"] for code, row in rows.items()})
        self.assertEqual({row["sufficiency"] for row in board}, {"provisional"})

    @staticmethod
    def counted(given, weights, lens):
        """({subject: shares of the total}, {(subject, inspector): what it adds})."""
        shares, added = {}, {}
        for s in range(12):
            shares[s] = []
            for weight, d in zip(weights, ("d1", "d2", "d3")):
                own = second_opinion.Dimension()
                for i in range(5):
                    if (s, i, d) in given:
                        own.add(f"I{i}", i, given[s, i, d] * 10_000)
                score, looks = own.score(lens)
                shares[s].append(weight * score)
                for i in range(5):
                    if (s, i, d) in given:
                        g = 1000 if f"I{i}" in lens.offsets else lens.u
                        f = g * (given[s, i, d] * 10_000 - lens.mu - lens.offsets.get(f"I{i}", 0))
                        added[s, i] = added.get((s, i), 0) + weight * (f // (looks + lens.kappa))
        return shares, added

    def test_compare__the_same_view__nobody_moves(self):
        path = self.written("ratings.csv", crossed(lambda s, i: 60 + 5 * s + i))
        done = self.lab("compare", path, "fitted", "fitted")
        self.assertIn("of these moved 0, at most 0 places; tau-b 1.000", done.stderr)
        self.assertEqual({(row["places"], row["change"], row["inspector"])
                          for row in csv.DictReader(io.StringIO(done.stdout))}, {("0", "0", "")})

    def test_views__that_cannot_be__refused_in_words(self):
        path = self.written("ratings.csv", crossed(lambda s, i: 60 + 5 * s + i).replace("d1", "x"))
        scheme = self.written("s.yaml", SCHEME)
        two = self.written("two.yaml", SCHEME + "  - { name: h, dimensions: [ { dimension: d1 } ] }\n")
        bad = self.written("bad.yaml", SCHEME.replace("2000", "2001"))
        head = "group,dimension,inspector,what,value\n"
        for view, words, code in ((scheme, "no dimension \"d1\"", 1), (two, "several groups", 1), (bad, "E2201", 1),
                                  ("wishes", "wishes", 2), (self.folder / "none.csv", "none.csv", 2),
                                  (self.written("1.csv", head + "g,x,,mu,NaN\n"), "row 2, column 5 (value)", 1),
                                  (self.written("2.csv", head + "g,x,,kappa,0\n"), "kappa", 1),
                                  (self.written("3.csv", head + "g,x,,nu,0\n"), "mu, kappa, s2", 1),
                                  (self.written("4.csv", head + "g,x,,rho,0\nh,x,,rho,0\n"), "several groups", 1),
                                  (self.written("5.csv", head + "g,x,,rho,0\n"), "must not be blank", 1),
                                  (self.written("6.csv", "group,what\n"), "(dimension)", 1)):
            done = self.lab("compare", path, "prior", view)
            self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
            self.assertIn(words, done.stderr)
        self.assertIn("no group \"k\"", self.lab("score", path, "--view", two, "--group", "k").stderr)

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
