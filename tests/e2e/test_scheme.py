"""Goal: a scheme at fault is named with file, line and reason before anybody proposes it, and
a changed weight changes exactly the totals that rest on it.
Method: yx scheme check without a broker on the presets and on copies with one fault each; a
real broker with a preset and with a copy in which weights differ, against the second opinion."""
import os
import pathlib
import subprocess
import sys
import unittest

import harness
import test_import

BINARIES = pathlib.Path(os.environ["YIXIAN_BIN"])
TOP = pathlib.Path(__file__).resolve().parents[2]
PRESETS = sorted((TOP / "schemes").glob("*.yaml"))
DINGTAO = (TOP / "schemes" / "dingtao.yaml").read_text(encoding="utf-8")
sys.path.insert(0, str(TOP / "tests" / "scenarios"))
import demo_check  # noqa: E402
import second_opinion  # noqa: E402

THIRD = "  - { number: 3, name: 应急能力 }"
MEMBER = "      - { dimension: 担当精神 }"
WEIGHTS = (3000, 1750, 1750, 1750, 1750)
# what stands in the file, what stands there instead, the line of the fault, exit, words
FAULTS = (
    (THIRD, "  - { number: 2, name: 应急能力 }", 10, 1, "E2202"),
    ("{ number: 2, name: 一线了解 }", "{ number: 2, name: 一线观察 }", 20, 1, "channels[1].name = 一线观察"),
    (THIRD, "  - { number: 3, kappa: 0, name: 应急能力 }", 10, 1, "dimensions[2].kappa = 0"),
    (THIRD, "  - { number: three, name: 应急能力 }", 10, 2, "three"),
    (THIRD, "  - { number: 3, nam: 应急能力 }", 10, 2, "nam"),
    (MEMBER, "      - { dimension: 担当 }", 26, 1, "担当: the scheme has no such dimension"),
    (MEMBER, "      - { dimension: 担当精神, weight: 2000 }", 25, 1, "E2201"),
    ("scoring_revision: 1", "scoring_revision: 7", 6, 1, "scoring_revision = 7"),
    ("code: dingtao-1", "code: ding tao", 5, 1, "ding tao"),
    ("{ number: 2, name: 一线了解 }", "{ number: 2, name: 一线了解, weight: 1000001 }", 20, 1, "E2204"),
    ("groups:\n", "groups: [\n", None, 2, "E6106"),
)


class SchemeCheck(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(harness.temporary_folder()))

    def check(self, *paths):
        return subprocess.run([BINARIES / "yx", "--lang", "en", "scheme", "check", *paths], capture_output=True,
                              text=True, timeout=60, check=False,
                              env={"HOME": str(self.folder), "PATH": os.environ["PATH"]})

    def written(self, data):
        path = self.folder / "mine.yaml"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def test_presets__all_five__good(self):
        done = self.check(*PRESETS)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([done.stdout.count(f"{path}: good.") for path in PRESETS], [1] * 5)
        for path in PRESETS:
            for group in second_opinion.SCENARIOS[path.stem]:
                self.assertIn(f"  {group}:", done.stdout)
        self.assertIn("  一线干部: 政治素质 16.67%, 决策能力 16.67%, 执行能力 16.67%, 创新能力 16.67%, "
                      "作风建设 16.66%, 廉政建设 16.66%\n", done.stdout)

    def test_document__its_scheme__checks_as_it_says(self):
        text = (TOP / "docs" / "schemes.md").read_text(encoding="utf-8")
        scheme = text.split("```yaml\n")[1].split("```")[0]
        said = text.split("$ yx scheme check village.yaml\n")[1].split("```")[0]
        path = self.written(scheme)
        self.assertEqual(self.check(path).stdout, said.replace("village.yaml", str(path)))
        line = text.split("\nvillage.yaml:")[2].split("...")[0]
        done = self.check(self.written(scheme.replace("weight: 4000", "weight: 3000")))
        self.assertTrue(done.stderr.startswith(f"{path}:{line}"), done.stderr)

    def test_faults__one_each__file_line_and_reason(self):
        for old, new, line, code, words in FAULTS:
            with self.subTest(new):
                self.assertEqual(DINGTAO.count(old), 1)
                path = self.written(DINGTAO.replace(old, new))
                done = self.check(path)
                self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
                self.assertTrue(done.stderr.startswith(f"{path}:{line}" if line else f"{path}:"), done.stderr)
                self.assertIn(words, done.stderr)

    def test_files__that_are_no_scheme__refused_in_words(self):
        for data, words in ((b"", "0 KiB"), (b"# nothing\n", "Empty document"), (b"\xff\xfe", "Empty document"),
                            (b"x" * 300_000, "> 256 KiB"), (bytes(100), "E6106"), (b"[1, 2]\n", "E6106"),
                            (b"code: a\ncode: b\n", "E6106"), (b"a: &a [*a]\n", "E6106")):
            with self.subTest(data[:12]):
                done = self.check(self.written(data))
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(words, done.stderr)
        done = self.check(self.folder / "none.yaml", PRESETS[0])
        self.assertEqual(done.returncode, 2)
        self.assertIn("No such file or directory", done.stderr)
        self.assertIn("good.", done.stdout)  # the others are checked all the same


class SchemeWeights(unittest.TestCase):
    def test_weights__changed_in_one_group__exactly_its_totals_change(self):
        """One dimension of a preset weighs 30 percent; the others share the rest."""
        names = second_opinion.SCENARIOS["dingtao"]["项目领办专员"]
        text = DINGTAO
        for name, weight in zip(names, WEIGHTS):
            text = text.replace(f"{{ dimension: {name} }}", f"{{ dimension: {name}, weight: {weight} }}")
        path = pathlib.Path(self.enterContext(harness.temporary_folder())) / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        world = test_import.World(self, "dingtao", scheme=path)
        equal = second_opinion.boards(test_import.SCENARIOS / "dingtao")
        given = second_opinion.boards(test_import.SCENARIOS / "dingtao", shares={"项目领办专员": WEIGHTS})
        self.assertEqual(given["党政正职"], equal["党政正职"])
        totals = [{row["subject"]: row["total"] for row in board["项目领办专员"][0]} for board in (equal, given)]
        moved = sum(totals[0][subject] != total for subject, total in totals[1].items())
        self.assertGreater(moved, 0)
        for group, (ranked, others) in given.items():
            self.assertEqual(demo_check.differences(world.board(group), ranked, demo_check.RANKED), [], group)
            self.assertEqual(demo_check.differences(world.board(group, "--unranked"), others, test_import.NOT_RANKED),
                             [], group)
        print(moved, "of", len(totals[0]), "totals changed in the group, none in the other")


if __name__ == "__main__":
    unittest.main()
