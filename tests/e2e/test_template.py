"""Goal: an empty workbook from yx template is one that people and programs can fill in.

Method: every kind is made; LibreOffice reads headers and guide back and keeps the lists
to choose from; the headers are those of the sheets of the sample data. What exists
already is never written over.
"""
import csv
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml

import harness
import town

BINARIES = os.environ["YIXIAN_BIN"]
SCENARIO = pathlib.Path(__file__).resolve().parents[1] / "scenarios" / "dingtao"
KINDS = ("units", "persons", "subjects", "projects", "milestones", "assignments", "teams", "inspectors", "staff",
         "rounds", "visits", "observations")
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TOWN_DIMENSIONS = ["工作态度", "担当精神", "实际成效"]


def tables(path):
    """{name: rows of texts} of a flat OpenDocument file; empty cells and rows left out."""
    found = {}
    for table in xml.parse(path).getroot().iter(TABLE + "table"):
        rows = [["".join(p.text or "" for p in cell.findall(TEXT + "p"))
                 for cell in row.findall(TABLE + "table-cell")]
                for row in table.iter(TABLE + "table-row")]
        found[table.get(TABLE + "name")] = [row for row in rows if any(row)]
    return found


class Template(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.office = town.found(cls.site)
        for kind in KINDS:
            cls.office.ok("template", kind, "-o", cls.site.folder / f"{kind}.xlsx")
        cls.converted = cls.site.folder / "converted"
        with tempfile.TemporaryDirectory(prefix="yx-office-") as profile:
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "fods",
                 "--outdir", cls.converted, *(cls.site.folder / f"{kind}.xlsx" for kind in KINDS)],
                check=True, capture_output=True, timeout=300, env={**os.environ, "HOME": profile})

    def headers(self, kind):
        with open(SCENARIO / f"{kind}.csv", encoding="utf-8", newline="") as file:
            return next(csv.reader(file))

    def test_every_kind__read_back__has_its_headers_and_a_guide(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                found = tables(self.converted / f"{kind}.fods")
                self.assertEqual(list(found), [kind, "说明"])
                self.assertEqual(len(found[kind]), 1)
                headers = [cell for cell in found[kind][0] if cell]
                self.assertEqual([row[0] for row in found["说明"][1:]], headers)
                if kind != "observations":
                    expected = self.headers(kind)
                    self.assertEqual(headers[:len(expected)], expected)

    def test_observations__for_a_scheme__have_its_dimensions_and_channels(self):
        found = tables(self.converted / "observations.fods")
        self.assertEqual(found["observations"][0][:9],
                         ["记录编码", "走访编码", "考察员编码", "对象编码", "渠道", *TOWN_DIMENSIONS, "评价倾向"])
        guide = {row[0]: row[1:] for row in found["说明"]}
        self.assertIn("一线观察、一线了解", guide["渠道"])
        self.assertIn("正面、中性、负面", guide["评价倾向"])

    def test_choices__in_libreoffice__are_offered(self):
        text = (self.converted / "projects.fods").read_text(encoding="utf-8")
        for words in (("未开工", "在建", "停滞", "完成", "取消"), ("是", "否")):
            wanted = ";".join(f"&quot;{word}&quot;" for word in words)
            self.assertIn(f"cell-content-is-in-list({wanted})", text)

    def test_template__that_exists__is_left_as_it_is(self):
        path = self.site.folder / "kept.xlsx"
        path.write_text("filled in")
        for words, text in ((["units", "-o", path], "exists"), (["units", "-o", "a.csv"], ".xlsx"),
                            (["planets"], "planets")):
            done = self.office.run("template", *words)
            self.assertEqual(done.returncode, 2)
            self.assertIn(text, done.stderr)
        self.assertEqual(path.read_text(), "filled in")


if __name__ == "__main__":
    unittest.main()
