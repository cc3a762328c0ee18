"""The sheets of a scenario folder as commands, one a row, for the play.

Plain reading of the UTF-8 sheets: headers and words of tests/scenarios become fields and
values of the commands in proto/PROTOCOL.md. Each command comes with `due_ms`, the time at
which it is due in the sheets (0 = from the beginning), and `sheet` and `row`, where it
stands. Evidence is hashed from a folder; a missing file is an error.
"""
import csv
import datetime
import hashlib
import pathlib
import re

UTC8 = datetime.timezone(datetime.timedelta(hours=8))
PROJECT_STATES = {"未开工": "PROJECT_PLANNED", "在建": "PROJECT_STARTED", "停滞": "PROJECT_STALLED",
                  "完成": "PROJECT_DONE", "取消": "PROJECT_CANCELLED"}
ASSIGNMENT_ROLES = {"指挥长": "COMMANDER", "领办专员": "SPECIALIST", "管家": "STEWARD", "选派": "POSTED"}
ASSIGNMENT_MODES = {"单位交办": "BY_UNIT", "个人认领": "CLAIMED", "个人自荐": "VOLUNTEERED",
                    "单位推荐": "RECOMMENDED", "组织选派": "BY_ORGANISATION"}
ASSIGNMENT_STATES = {"待派": "WAITING", "在岗": "ON_POST", "结束": "ENDED"}
INSPECTOR_ROLES = {"组长": "LEAD", "成员": "MEMBER"}
INSPECTOR_STATES = {"在岗": "ACTIVE", "暂停": "SUSPENDED"}
STAFF_ROLES = {"复核人": "REVIEWER", "组织人员": "ORGANISER", "审批人": "APPROVER", "个案办理人": "CASE_OFFICER"}
ROUND_KINDS = {"专项考察": "SPECIAL", "无任用调研": "NO_APPOINTMENT", "全覆盖走访": "FULL_COVERAGE",
               "季度实绩跟踪": "QUARTERLY", "半年观摩": "HALF_YEARLY"}
PLACE_KINDS = {"一线": "FRONT_LINE", "项目现场": "PROJECT_SITE", "服务窗口": "SERVICE_WINDOW",
               "培训课堂": "CLASSROOM", "单位": "OFFICE"}
POLARITIES = {"正面": "POSITIVE", "中性": "NEUTRAL", "负面": "NEGATIVE"}


def moment_ms(text):
    """A time with its offset, or the first moment of a day in UTC+8; 0 = blank."""
    if not text:
        return 0
    moment = datetime.datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC8)).timestamp() * 1000)


def several(cell):
    return [part for part in cell.split("、") if part]


def hundredths(cell):
    """A decimal number with up to two places, times 100."""
    whole, _, part = cell.partition(".")
    return int(whole or 0) * 100 + int((part + "00")[:2])


def names_of_scheme(path):
    """(code, dimensions, channels) of a scheme in YAML, the two by number."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    code = re.search(r"^code: *\"?([^\s\"]+)", text, re.M).group(1)
    lists = {}
    for title, body in re.findall(r"^(dimensions|channels):\n((?:  .*\n?)+)", text, re.M):
        lists[title] = {int(number): name for number, name in re.findall(r"number: *(\d+), *name: *([^\s,}]+)", body)}
    return code, lists["dimensions"], lists["channels"]


class Sheets:
    """One folder; `dimensions` and `channels` are the scheme's names by number."""

    def __init__(self, folder, evidence, dimensions, channels):
        self.folder, self.evidence = pathlib.Path(folder), pathlib.Path(evidence)
        self.dimensions, self.channels = dimensions, {name: number for number, name in channels.items()}

    def rows(self, name):
        with open(self.folder / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                yield number, row

    def hashes(self, cell):
        return [hashlib.sha256((self.evidence / name).read_bytes()).hexdigest() for name in several(cell)]

    # Each function below yields (verb, due_ms, fields) of one row.

    def unit(self, r):
        yield "unit", 0, {"code": r["单位编码"], "name": r["单位名称"], "parent": r["上级单位"], "kind": r["单位类型"]}

    def person(self, r):
        yield "person", 0, {"code": r["人员编码"], "name": r["姓名"]}

    def subject(self, r):
        yield "subject", 0, {
            "code": r["对象编码"], "kind": "CADRE" if r["对象类型"] == "干部" else "LEADING_TEAM",
            "person": r["人员编码"], "unit": r["单位编码"], "group": r["比选组"], "name": r["名称"],
            "post": r["职务"], "rank_class": r["职级"], "tags": several(r["标签"])}

    def project(self, r):
        yield "project", 0, {
            "code": r["项目编码"], "name": r["项目名称"], "front": r["一线"], "category": r["类别"],
            "difficulty": r["难度"], "unit": r["责任单位"], "commander": r["指挥长"],
            "planned_investment": hundredths(r["计划投资(万元)"]), "invested": hundredths(r["完成投资(万元)"]),
            "percent_centi": hundredths(r["进度(%)"]), "planned_start": r["计划开工"], "started_on": r["实际开工"],
            "state": PROJECT_STATES[r["状态"]], "text": r["主要问题"]}

    def milestone(self, r):
        yield "milestone", moment_ms(r["完成日期"]), {
            "code": r["节点编码"], "name": r["节点名称"], "project": r["项目编码"], "plan_date": r["计划日期"],
            "done_date": r["完成日期"], "evidence": self.hashes(r["证据"]), "evidence_names": several(r["证据"])}

    def assignment(self, r):
        yield "assignment", moment_ms(r["开始日期"]), {
            "code": r["领办编码"], "subject": r["对象编码"], "project": r["项目编码"], "post": r["岗位"],
            "role": ASSIGNMENT_ROLES[r["角色"]], "mode": ASSIGNMENT_MODES[r["方式"]], "tutor": r["帮带人"],
            "daily_manager": r["日常管理单位"], "from": r["开始日期"], "to": r["结束日期"],
            "state": ASSIGNMENT_STATES[r["状态"]], "text": r["鉴定"]}

    def team(self, r):
        yield "team", 0, {"code": r["考察组编码"], "name": r["考察组名称"], "units": several(r["负责单位"])}

    def team_with_lead(self, r):
        yield "team", 0, {"code": r["考察组编码"], "name": r["考察组名称"], "units": several(r["负责单位"]),
                          "lead": r["组长"]}

    def inspector(self, r):
        conflicts = several(r["回避对象"])
        units = [code for code in conflicts if code.startswith("U")]
        yield "inspector", 0, {
            "code": r["考察员编码"], "name": r["姓名"], "person": r["人员编码"], "team": r["考察组"],
            "role": INSPECTOR_ROLES[r["角色"]], "own_unit": r["所在单位"], "conflict_units": units,
            "conflict_subjects": [code for code in conflicts if code not in units],
            "state": INSPECTOR_STATES[r["状态"]]}

    def staff(self, r):
        yield "staff", 0, {"code": r["工作人员编码"], "name": r["姓名"], "person": r["人员编码"],
                           "role": STAFF_ROLES[r["岗位"]], "unit": r["单位编码"]}

    def round(self, r):
        yield "round", 0, {
            "code": r["轮次编码"], "name": r["轮次名称"], "account": r["方案版本"], "kind": ROUND_KINDS[r["轮次类型"]],
            "from": r["开始日期"], "to": r["结束日期"], "coverage_target": int(r["覆盖目标(%)"])}

    def visit(self, r):
        yield "visit", moment_ms(r["开始时间"]), {
            "code": r["走访编码"], "round": r["轮次编码"], "team": r["考察组"], "inspectors": several(r["考察员"]),
            "place_kind": PLACE_KINDS[r["地点类型"]], "unit": r["单位编码"], "project": r["项目编码"],
            "announced": r["提前通知"] == "是", "opened_ms": moment_ms(r["开始时间"]),
            "closed_ms": moment_ms(r["结束时间"])}

    def observation(self, r):
        yield "observe", moment_ms(r["观察时间"]), {
            "code": r["记录编码"], "visit": r["走访编码"], "inspector": r["考察员编码"], "subject": r["对象编码"],
            "channel": self.channels[r["渠道"]],
            "ratings": [{"dimension": number, "value": hundredths(r[name])}
                        for number, name in self.dimensions.items() if r[name]],
            "polarity": POLARITIES[r["评价倾向"]], "narrative": r["考察情况"], "tags": several(r["标签"]),
            "evidence": self.hashes(r["证据"]), "evidence_names": several(r["证据"]),
            "observed_ms": moment_ms(r["观察时间"])}
        if r["复核人"]:
            yield "review", moment_ms(r["复核时间"]), {
                "observation": r["记录编码"], "reviewer": r["复核人"], "decision": "CONFIRM",
                "reviewed_ms": moment_ms(r["复核时间"])}

    def account(self):
        """The assessment year, named by the scheme: from the first round's start to the last one's end."""
        rounds = [row for _, row in self.rows("rounds")]
        code = rounds[0]["方案版本"]
        return "open_account", 0, {"code": code, "scheme": code, "from": min(r["开始日期"] for r in rounds),
                                   "to": max(r["结束日期"] for r in rounds)}

    def commands(self):
        """Everything in an order in which each names only what stands before it."""
        yield self._command("rounds", 2, *self.account())
        for name, read in (("units", self.unit), ("persons", self.person), ("subjects", self.subject),
                           ("projects", self.project), ("milestones", self.milestone),
                           ("assignments", self.assignment), ("teams", self.team), ("inspectors", self.inspector),
                           ("teams", self.team_with_lead), ("staff", self.staff), ("rounds", self.round),
                           ("visits", self.visit), ("observations", self.observation)):
            for number, row in self.rows(name):
                for verb, due_ms, fields in read(row):
                    yield self._command(name, number, verb, due_ms, fields)

    @staticmethod
    def _command(name, number, verb, due_ms, fields):
        told = {key: value for key, value in fields.items() if value not in ("", [])}  # blank = not told
        return {"verb": verb, "due_ms": due_ms, "sheet": name, "row": number, **told}
