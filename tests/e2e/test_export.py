"""Goal: an exported table says what the broker says, in every format, and opens elsewhere.

Method: a small district with observations; each export is compared cell by cell with what
yx tells as JSON, and LibreOffice converts each workbook back: what it sees must be the
same, numbers as numbers and dates as dates.
"""
import csv
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

import harness
import town

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts"))
import demo_sheets  # noqa: E402

BINARIES = os.environ["YIXIAN_BIN"]
TOTAL_CENTI = 100_000_000  # a hundredth of a point as a total of the wire
BOARD_HEADERS = {
    "名次": "rank", "最高可能名次": "low", "最低可能名次": "high", "档": "band", "对象编码": "subject",
    "名称": "name", "单位编码": "unit", "单位名称": "unit_name", "职务": "post", "得分": "total",
    "误差": "error", "观察次数": "observations", "考察员数": "inspectors", "评分数": "ratings",
    "缺评分数": "missing_ratings", "缺考察员数": "missing_inspectors", "缺观察次数": "missing_observations",
    "状态": "standing", "依据充分": "enough"}
BOARD_NUMBERS = set(BOARD_HEADERS) - {"对象编码", "名称", "单位编码", "单位名称", "职务", "状态", "依据充分"}
STANDINGS = {"RANKED": "有名次", "PROVISIONAL": "暂列", "NOT_RANKED": "未列入"}


def points(total):
    """A total of the wire with two decimals, halves up."""
    centi = (total + TOTAL_CENTI // 2) // TOTAL_CENTI
    sign = "-" if centi < 0 else ""
    return f"{sign}{abs(centi) // 100}.{abs(centi) % 100:02d}"


def board_cells(row):
    """A row of `yx board --json` as the texts of an exported row."""
    cells = {header: row.get(key, "") for header, key in BOARD_HEADERS.items()}
    cells["得分"], cells["误差"] = points(row["total"]), points(row["error"])
    cells["状态"] = STANDINGS[row["standing"]]
    cells["依据充分"] = "是" if row.get("enough") else "否"
    return {header: str(value) for header, value in cells.items()}


def read_csv(path):
    text = pathlib.Path(path).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def office_cell(cell):
    kind = cell.get(OFFICE + "value-type", "")
    if kind == "float":
        return kind, float(cell.get(OFFICE + "value"))
    if kind == "date":
        return kind, cell.get(OFFICE + "date-value")
    return kind, "\n".join("".join(p.itertext()) for p in cell.findall(TEXT + "p"))


def office_rows(path):
    """The rows of the first table of a flat OpenDocument sheet that hold anything."""
    table = xml.parse(path).getroot().find(f".//{TABLE}table")
    rows = []
    for row in table.iter(TABLE + "table-row"):
        cells = []
        for cell in row.findall(TABLE + "table-cell"):
            times = min(int(cell.get(TABLE + "number-columns-repeated", "1")), 256)
            cells += [office_cell(cell)] * times
        if any(kind for kind, _ in cells):
            rows.append(cells)
    return rows


def libreoffice_sees(path, folder):
    """The first sheet of a workbook as LibreOffice has it: (type, value) of each cell."""
    out = folder / (path.stem + "-office")
    with tempfile.TemporaryDirectory(prefix="yx-office-") as profile:
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "fods",
             "--outdir", out, path],
            check=True, capture_output=True, timeout=300, env={**os.environ, "HOME": profile})
    rows = office_rows(out / (path.stem + ".fods"))
    headers = [value for kind, value in rows[0] if kind]
    return [dict(zip(headers, row)) for row in rows[1:]]


def as_office_has(header, value, figures):
    """A cell of a sheet of the sample data as a typed cell: times stand there in UTC+8."""
    if value == "":
        return "", ""
    if header in figures:
        return "float", float(value)
    if header in DAYS:
        return "date", value
    if header in MOMENTS:
        return "date", value.removesuffix("+08:00")
    return "string", value


def typed(cells, numbers):
    """Texts of a row as LibreOffice should have them; `numbers` are the number columns."""
    return {header: ("", "") if value == "" else
            ("float", float(value)) if header in numbers else ("string", value)
            for header, value in cells.items()}


class Export(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.office = town.found(cls.site)
        folder = tempfile.TemporaryDirectory(prefix="yx-export-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.observe()

    @classmethod
    def observe(cls):
        """Every inspector sees the subjects of the units that the team visits."""
        units = {unit: visit for visit, team, unit in town.VISITS if team == "T1"}
        things = []
        for number, (subject, _, unit) in enumerate(town.SUBJECTS[:7]):
            for inspector in ("I01", "I02", "I03"):
                values = {d: 7000 + 137 * number + 50 * d for d in (1, 2, 3)}
                things.append(("observe", town.observation(
                    f"B{len(things):04}", units[unit], inspector, subject, values,
                    narrative="=现场，\"处置\"及时。", tags=["靠前指挥", "群众认可"])))
        cls.office.put(*things)
        cls.observations = things

    def export(self, *words, name):
        path = self.folder / name
        told = self.office.ok("export", *words, "-o", path)
        return path, int(re.match(r"(\d+) rows in ", told).group(1))

    def board(self, *words):
        answers = self.office.json("board", town.GROUP, *words)
        return [row for a in answers for row in a["answer"]["board"].get("rows", [])]

    # ---- boards ----

    def test_board__as_csv__is_the_board(self):
        path, rows = self.export("board", town.GROUP, name="board.csv")
        expected = [board_cells(row) for row in self.board()]
        self.assertEqual(rows, len(expected))
        self.assertEqual(rows, 7)
        self.assertEqual(read_csv(path), expected)
        self.assertTrue(path.read_bytes().startswith(b"\xef\xbb\xbf"))

    def test_board__as_ndjson__has_the_same_numbers(self):
        path, rows = self.export("board", town.GROUP, name="board.ndjson")
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(len(lines), rows)
        for line, row in zip(lines, self.board()):
            for key in ("rank", "low", "high", "subject", "name", "unit", "observations", "ratings"):
                self.assertEqual(line.get(key), row.get(key), key)
            self.assertAlmostEqual(line["total"], row["total"] / TOTAL_CENTI / 100, delta=0.00501)

    def test_board__as_workbook__is_the_same_to_libreoffice(self):
        path, rows = self.export("board", town.GROUP, name="board.xlsx")
        expected = [board_cells(row) for row in self.board()]
        self.assertEqual(rows, len(expected))
        self.assertEqual(libreoffice_sees(path, self.folder), [typed(cells, BOARD_NUMBERS) for cells in expected])

    def test_board__of_one_unit_or_without_rank__is_that_view(self):
        path, _ = self.export("board", town.GROUP, "--unit", "U010", name="unit.csv")
        self.assertEqual(read_csv(path), [board_cells(row) for row in self.board("--unit", "U010")])
        path, rows = self.export("board", town.GROUP, "--unranked", name="open.csv")
        self.assertEqual(rows, 1)
        self.assertEqual(read_csv(path), [board_cells(row) for row in self.board("--unranked")])

    # ---- refusals ----

    def test_export__that_cannot_be__says_so_and_leaves_nothing(self):
        before = sorted(self.folder.iterdir())
        for words, code in ((["board", town.GROUP, "-o", self.folder / "a.xls"], 2),
                            (["board", town.GROUP], 2),
                            (["board", "-o", self.folder / "a.csv"], 2),
                            (["planets", "-o", self.folder / "a.csv"], 2),
                            (["board", "没有这个组", "-o", self.folder / "a.csv"], 1),
                            (["board", town.GROUP, "-o", self.folder / "none" / "a.csv"], 1)):
            with self.subTest(words=words):
                done = self.office.run("export", *words)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertRegex(done.stderr, r"E\d{4}")
        self.assertEqual(sorted(self.folder.iterdir()), before)


class Newest(unittest.TestCase):
    """What came later counts: corrections, reviews, moves; and who asks."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.office = town.found(cls.site)
        told = {"polarity": "NEGATIVE", "narrative": "进度滞后。", "evidence": ["ab" * 32],
                "evidence_names": ["E01.jpg"]}
        cls.office.put(
            ("unit", {"code": "U010", "name": "青岚街道", "parent": "U001", "kind": "镇街"}),
            ("observe", town.observation("N1", "V01", "I01", "C01", {1: 6050}, **told)),
            ("observe", town.observation("N2", "V01", "I02", "C01", {1: 5000}, **told)),
            ("observe", town.observation("N3", "V01", "I03", "C01", {1: 5500}, **told)),
            ("review", {"observation": "N1", "decision": "CONFIRM", "reviewer": "S01",
                        "reviewed_ms": town.CLOSED_MS}),
            ("review", {"observation": "N2", "decision": "RETURN", "reviewer": "S01", "text": "证据不足"}),
            ("move_visit", {"code": "V02", "stage": "STAGE_CLOSED", "at_ms": town.CLOSED_MS - 3600000}))

    def export(self, client, kind):
        path = self.site.folder / f"{kind}-{client.name}.csv"
        done = client.run("export", kind, "-o", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        return read_csv(path), done.stderr

    def test_unit__put_twice__stands_there_once_as_corrected(self):
        units, _ = self.export(self.office, "units")
        self.assertEqual([u["单位编码"] for u in units], [code for code, _, _ in town.UNITS])
        self.assertEqual([u["单位名称"] for u in units if u["单位编码"] == "U010"], ["青岚街道"])

    def test_observations__reviewed__have_their_reviewer_or_are_left_out(self):
        rows, told = self.export(self.office, "observations")
        self.assertEqual([row["记录编码"] for row in rows], ["N1", "N3"])
        self.assertEqual(rows[0]["复核人"], "S01")
        self.assertEqual(rows[0]["复核时间"], "2025-01-06T16:00:00+08:00")
        self.assertEqual((rows[0]["工作态度"], rows[0]["担当精神"]), ("60.5", ""))
        self.assertEqual((rows[0]["证据"], rows[0]["评价倾向"]), ("E01.jpg", "负面"))
        self.assertEqual((rows[1]["复核人"], rows[1]["复核时间"]), ("", ""))
        self.assertIn("1 observations were retracted or returned", told)

    def test_visit__that_was_closed__ends_when_it_was(self):
        visits, _ = self.export(self.office, "visits")
        self.assertEqual([v["结束时间"] for v in visits if v["走访编码"] == "V02"], ["2025-01-06T15:00:00+08:00"])

    def test_service__without_private_parts__gets_no_narrative(self):
        service = self.site.enrolled("board", "--role", "service", "--everything")
        rows, told = self.export(service, "observations")
        self.assertEqual({row["考察情况"] for row in rows}, set())
        self.assertIn("3 records are withheld", told)


class Pages(unittest.TestCase):
    """A board longer than one answer."""

    def test_board__of_more_than_a_page__is_whole(self):
        with harness.Site(BINARIES) as site:
            office = town.found(site)
            more = range(1050)
            office.put(*(("person", {"code": f"HX{n:04}", "name": f"某{n}"}) for n in more),
                       *(("subject", {"code": f"X{n:04}", "kind": "CADRE", "person": f"HX{n:04}", "unit": "U012",
                                      "group": town.GROUP}) for n in more))
            path = site.folder / "all.csv"
            told = office.ok("export", "board", town.GROUP, "--unranked", "-o", path)
            self.assertEqual(told.split()[0], str(len(more) + len(town.SUBJECTS)))
            expected = []
            for offset in (0, 1000):
                for answer in office.json("board", town.GROUP, "--unranked", "--count", 1000, "--offset", offset):
                    expected += [board_cells(row) for row in answer["answer"]["board"].get("rows", [])]
            self.assertEqual(read_csv(path), expected)


SHEETS = ("units", "persons", "subjects", "projects", "milestones", "assignments", "teams", "inspectors", "staff",
          "rounds", "visits", "observations")
DAYS = {"计划开工", "实际开工", "计划日期", "完成日期", "开始日期", "结束日期"}
MOMENTS = {"开始时间", "结束时间", "观察时间", "复核时间"}
FIGURES = {"计划投资(万元)", "完成投资(万元)", "进度(%)", "覆盖目标(%)"}


class Year(unittest.TestCase):
    """A whole year of a county: what came from the sheets goes back into them."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.folder = cls.site.folder
        admin = cls.site.administrator
        cls.office = cls.site.client("O1").enrol(admin.invite("O1", "--role", "organiser", "--everything"))
        second = cls.site.client("O2").enrol(admin.invite("O2", "--role", "organiser", "--everything"))
        scheme = TOP / "schemes" / "dingtao.yaml"
        cls.office.ok("put", "scheme", scheme)
        code, cls.dimensions, channels = demo_sheets.names_of_scheme(scheme)
        second.put(("approve_scheme", {"code": code}))
        cls.scenario = TOP / "tests" / "scenarios" / "dingtao"
        sheets = demo_sheets.Sheets(cls.scenario, cls.scenario.parent / "evidence", cls.dimensions, channels)
        things = [(c.pop("verb"), {k: v for k, v in c.items() if k not in ("due_ms", "sheet", "row")})
                  for c in sheets.commands()]
        cls.office.put(*things)

    def export(self, kind, end):
        path = self.folder / f"{kind}.{end}"
        told = self.office.ok("export", kind, "-o", path)
        return path, int(re.match(r"(\d+) rows in ", told).group(1))

    def sheet(self, kind):
        return read_csv(self.scenario / f"{kind}.csv")

    def test_every_kind__as_csv__is_the_sheet_it_came_from(self):
        for kind in SHEETS:
            with self.subTest(kind=kind):
                path, rows = self.export(kind, "csv")
                expected = self.sheet(kind)
                self.assertEqual(rows, len(expected))
                found = [{header: row[header] for header in expected[0]} for row in read_csv(path)]
                self.assertEqual(found, expected)

    def test_every_kind__as_workbook__is_the_sheet_to_libreoffice(self):
        figures = FIGURES | set(self.dimensions.values())
        for kind in ("projects", "milestones", "rounds", "visits", "observations"):
            with self.subTest(kind=kind):
                path, rows = self.export(kind, "xlsx")
                expected = [{header: as_office_has(header, value, figures) for header, value in row.items()}
                            for row in self.sheet(kind)]
                seen = libreoffice_sees(path, self.folder)
                self.assertEqual(rows, len(expected))
                self.assertEqual([{header: row[header] for header in expected[0]} for row in seen], expected)

    def test_exported_workbooks__imported_again__change_no_fact(self):
        before = self.site.administrator.digest()["facts"]
        for kind in ("units", "subjects", "teams", "visits", "observations"):
            with self.subTest(kind=kind):
                path, rows = self.export(kind, "xlsx")
                told = self.office.ok("import", path, "--evidence", self.scenario.parent / "evidence")
                self.assertIn(f"{rows} rows, {rows} good", told)
        self.assertEqual(self.site.administrator.digest()["facts"], before)


if __name__ == "__main__":
    unittest.main()
