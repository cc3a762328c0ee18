"""Goal: what `yx list` and its queries tell of units, schemes, projects, rounds and visits
is what stands in the sheets, and of it no more than the reader's scope.

Method: the dingtao year comes in through `yx import`; counts and figures are computed from
the sheets here. Then readers of other roles and scopes ask the same, and windows, unknown
codes and states that do not exist are refused in words.
"""
import collections
import csv
import types
import unittest

import test_import

FOLDER = test_import.SCENARIOS / "dingtao"
STATES = {"在建": "PROJECT_STARTED", "未开工": "PROJECT_PLANNED", "停滞": "PROJECT_STALLED", "完成": "PROJECT_DONE",
          "取消": "PROJECT_CANCELLED"}


def sheet(name):
    with open(FOLDER / f"{name}.csv", encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def money(text):
    """10,000 yuan with at most two decimals, in hundredths."""
    return round(float(text or 0) * 100)


def date(text):
    return int(text.replace("-", "")) if text else None


class Lists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = test_import.World(types.SimpleNamespace(addCleanup=cls.addClassCleanup), "dingtao")
        cls.chief = cls.enrolled("chief", "--role", "supervisor", "--everything")

    @classmethod
    def enrolled(cls, name, *words):
        return cls.world.site.enrolled(name, *words)

    def asked(self, kind, *words, of=None):
        """All rows of a list, its parts joined."""
        parts = [part["answer"][kind] for part in (of or self.chief).json("list", kind, *words)]
        return [row for part in parts for row in part.get(kind, [])]

    def test_projects__of_the_year__are_those_of_the_sheet(self):
        told = {row["code"]: row for row in self.asked("projects")}
        rows = sheet("projects")
        self.assertEqual(len(rows), 102)
        self.assertEqual(sorted(told), sorted(row["项目编码"] for row in rows))
        for row in rows:
            project = told[row["项目编码"]]
            self.assertEqual((project["name"], project["front"], project["category"], project["unit"]),
                             (row["项目名称"], row["一线"], row["类别"], row["责任单位"]))
            self.assertEqual((project["planned_investment"], project["invested"], project["percent_centi"]),
                             (money(row["计划投资(万元)"]), money(row["完成投资(万元)"]), money(row["进度(%)"])))
            self.assertEqual((project.get("planned_start"), project.get("started_on")),
                             (date(row["计划开工"]), date(row["实际开工"])))
            self.assertEqual(project["state"], STATES[row["状态"]])
        self.assertEqual(len({row["类别"] for row in rows}), 4)

    def test_milestones_and_leads__are_with_their_projects(self):
        told = {row["code"]: row for row in self.asked("projects")}
        plans, leads = collections.defaultdict(list), collections.Counter()
        for row in sheet("milestones"):
            plans[row["项目编码"]].append((date(row["计划日期"]), date(row["完成日期"])))
        for row in sheet("assignments"):
            leads[row["项目编码"]] += 1
        for code, project in told.items():
            milestones = [(m["plan_date"], m.get("done_date")) for m in project.get("milestones", [])]
            self.assertEqual(sorted(milestones, key=str), sorted(plans[code], key=str), code)
            self.assertEqual([plan for plan, _ in milestones], sorted(plan for plan, _ in milestones))
            self.assertEqual(project.get("lead_count", 0), leads[code], code)
            self.assertEqual(len(project.get("leads", [])), min(leads[code], 16), code)

    def test_projects__narrowed__by_each_of_its_fields(self):
        rows = sheet("projects")
        first = rows[0]
        for words, key in ((("--category", first["类别"]), "类别"), (("--front", first["一线"]), "一线")):
            told = self.asked("projects", *words)
            self.assertEqual(len(told), sum(row[key] == first[key] for row in rows))
        told = self.asked("projects", "--state", "stalled")
        self.assertEqual(len(told), sum(STATES[row["状态"]] == "PROJECT_STALLED" for row in rows))
        self.assertEqual([row["code"] for row in self.asked("projects", "--project", "P002")], ["P002"])

    def test_rounds_and_visits__counts__are_those_of_the_sheets(self):
        visits = collections.Counter(row["轮次编码"] for row in sheet("visits"))
        rounds = {row["code"]: row for row in self.asked("rounds")}
        self.assertEqual(sorted(rounds), sorted(row["轮次编码"] for row in sheet("rounds")))
        total = 0
        for code, row in rounds.items():
            self.assertEqual(row["planned"] + row["open"] + row["closed"] + row["sealed"], visits[code])
            told = self.asked("visits", code)
            self.assertEqual(len({visit["code"] for visit in told}), visits[code])
            self.assertEqual(sum(visit["observations"] for visit in told), row["observations"])
            self.assertEqual([visit for visit in told if visit.get("inspectors")], [])  # a supervisor sees no raters
            total += row["observations"]
        self.assertEqual(total, 1766)
        told = self.asked("visits", sorted(rounds)[0], of=self.world.organiser)
        self.assertTrue(all(len(visit["inspectors"]) >= 2 for visit in told))

    def test_units_and_schemes__as_they_were_put(self):
        told = {row["code"]: row.get("parent") for row in self.asked("units")}
        self.assertEqual(told, {row["单位编码"]: row["上级单位"] or None for row in sheet("units")})
        told = self.chief.json("list", "schemes", "dingtao-1")[0]["answer"]["schemes"]
        self.assertEqual([(one["code"], one["active"]) for one in told["schemes"]], [("dingtao-1", True)])
        groups = told["proposed"][0]["groups"]
        self.assertEqual([group["name"] for group in groups], ["项目领办专员", "党政正职"])
        for group in groups:
            self.assertEqual(sum(dimension["weight"] for dimension in group["dimensions"]), 10000)

    def test_scope__of_one_unit__nothing_else_is_told_or_counted(self):
        unit = sheet("projects")[0]["责任单位"]
        near = self.enrolled("near", "--role", "supervisor", "--unit", unit)
        told = near.json("list", "projects")
        mine = sorted(row["项目编码"] for row in sheet("projects") if row["责任单位"] == unit)
        self.assertEqual([part["answer"]["projects"]["matching"] for part in told], [len(mine)] * len(told))
        self.assertEqual(sorted(row["code"] for row in self.asked("projects", of=near)), mine)
        self.assertEqual([row["code"] for row in self.asked("units", of=near)], [unit])
        homes = {row["对象编码"]: row["单位编码"] for row in sheet("subjects")}
        leads = [lead["subject"] for row in self.asked("projects", of=near) for lead in row.get("leads", [])]
        self.assertEqual({homes[lead] for lead in leads} - {unit}, set())
        other = next(row["项目编码"] for row in sheet("projects") if row["责任单位"] != unit)
        refused = near.run("list", "projects", "--project", other)
        self.assertIn("E3104", refused.stderr)

    def test_roles__that_have_no_business_here__are_refused(self):
        subject = self.enrolled("self", "--role", "subject", "--person", sheet("persons")[0]["人员编码"], "--everything")
        for kind, *words in (("projects",), ("units",), ("rounds",), ("visits", "R01")):
            self.assertIn("E4101", subject.run("list", kind, *words).stderr, kind)
            self.assertIn("E4101", self.world.site.administrator.run("list", kind, *words).stderr, kind)
        self.assertEqual(subject.run("list", "schemes").returncode, 0)

    def test_bad_input__is_told_in_words(self):
        for words, code in ((("projects", "--unit", "U999"), "E3101"), (("projects", "--front", "无此一线"), "E3118"),
                            (("projects", "--project", "P999"), "E3104"), (("visits", "R99"), "E3112"),
                            (("schemes", "nothing"), "E3110"), (("rounds", "--account", "A99"), "E3111")):
            self.assertIn(code, self.chief.run("list", *words).stderr, words)
        for words in (("projects", "--state", "frozen"), ("things",), ("visits",), ()):
            self.assertEqual(self.chief.run("list", *words).returncode, 2, words)

    def test_tables__for_people__have_a_line_each(self):
        for kind, words, lines in (("projects", (), 103), ("rounds", (), 1 + len(sheet("rounds"))),
                                   ("units", (), 1 + len(sheet("units"))), ("schemes", (), 2)):
            told = self.chief.ok("--lang", "zh", "list", kind, *words)
            self.assertEqual(len(told.splitlines()), lines, told[:400])


if __name__ == "__main__":
    unittest.main()
