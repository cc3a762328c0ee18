"""The script of the play: who says which line of the sheets, and when.

Lines come from the sheets as commands with the time at which they are due
(demo_sheets.py). The organising department keeps the registry of departments and
enterprises and plans the visits; every township office keeps its own registry and reports
its milestones on the day; every inspector's device submits what its holder saw, and the
first inspector of a visit opens and closes it; the reviewers confirm at their time.
"""
import datetime
import json

DAY_MS = 24 * 3600 * 1000
UTC8 = datetime.timezone(datetime.timedelta(hours=8))
PLANNED_AHEAD_MS = 14 * DAY_MS
TOWNSHIP = "镇街"
ORGANISER = "organiser"
NOT_OF_A_COMMAND = ("due_ms", "sheet", "row")


class Line:
    """One command, by whom, when (0 = from the beginning), and where it stands."""

    def __init__(self, who, due_ms, fields, origin):
        self.who, self.due_ms, self.fields, self.origin = who, due_ms, fields, origin

    def text(self):
        return json.dumps(self.fields, ensure_ascii=False)


def shown(ms):
    """A time of the broker's clock as people read it."""
    return datetime.datetime.fromtimestamp(ms / 1000, UTC8).strftime("%Y-%m-%d %H:%M")


class Registry:
    """What the sheets say of units and people, as far as it tells who keeps a row."""

    def __init__(self, rows):
        by_verb = {}
        for row in rows:
            by_verb.setdefault(row["verb"], []).append(row)
        self.units = {r["code"]: r for r in by_verb["unit"]}
        self.townships = {c for c, r in self.units.items() if r.get("kind") == TOWNSHIP}
        self.subject_unit = {r["code"]: r["unit"] for r in by_verb["subject"]}
        self.project_unit = {r["code"]: r["unit"] for r in by_verb.get("project", [])}
        self.inspector_person = {r["code"]: r["person"] for r in by_verb["inspector"]}
        self.staff_person = {r["code"]: r["person"] for r in by_verb["staff"]}
        self.person_unit = {r["person"]: r["unit"] for r in by_verb["subject"] if r.get("person")}
        for person in (*self.inspector_person.values(), *self.staff_person.values()):
            self.person_unit.pop(person, None)  # these the department knows itself

    def office(self, unit):
        """The township office that keeps the unit, or the organising department."""
        while unit:
            if unit in self.townships:
                return "office " + unit
            unit = self.units[unit].get("parent")
        return ORGANISER

    def keeper(self, row):
        """Who keeps a row of the registry."""
        verb = row["verb"]
        if verb == "person":
            return self.office(self.person_unit.get(row["code"]))
        if verb in ("subject", "project"):
            return self.office(row["unit"])
        if verb == "milestone":
            return self.office(self.project_unit[row["project"]])
        if verb == "assignment":
            return self.office(self.subject_unit[row["subject"]])
        return ORGANISER


def inspector(code):
    return "inspector " + code


def reviewer(code):
    return "reviewer " + code


def without(row, *names):
    return {k: v for k, v in row.items() if k not in names + NOT_OF_A_COMMAND}


def visit_lines(row, origin):
    """Planned by the department two weeks ahead; opened and closed on the spot."""
    opened_ms, closed_ms = row["opened_ms"], row["closed_ms"]
    leads = inspector(row["inspectors"][0])
    yield Line(ORGANISER, opened_ms - PLANNED_AHEAD_MS, without(row, "opened_ms", "closed_ms"), origin)
    for stage, at_ms in (("STAGE_OPEN", opened_ms), ("STAGE_CLOSED", closed_ms)):
        yield Line(leads, at_ms, {"verb": "move_visit", "code": row["code"], "stage": stage, "at_ms": at_ms}, origin)


def milestone_lines(row, keeper, origin):
    """Known from the beginning, reported done at the end of its day."""
    yield Line(keeper, 0, without(row, "done_date", "evidence", "evidence_names"), origin)
    if row.get("done_date"):
        yield Line(keeper, row["due_ms"] + DAY_MS - 1, without(row), origin)


def registry_lines(row, registry, origin):
    keeper = registry.keeper(row)
    if row["verb"] == "milestone":
        yield from milestone_lines(row, keeper, origin)
    elif row["verb"] == "assignment":
        yield Line(keeper, row["due_ms"], without(row), origin)
    else:
        yield Line(keeper, 0, without(row), origin)


def lines_of(rows):
    """All lines of the play in the order of the sheets."""
    registry = Registry(rows)
    for row in rows:
        origin = f"{row['sheet']} row {row['row']}"
        verb = row["verb"]
        if verb == "visit":
            yield from visit_lines(row, origin)
        elif verb == "observe":
            yield Line(inspector(row["inspector"]), row["due_ms"], without(row), origin)
        elif verb == "review":
            yield Line(reviewer(row["reviewer"]), row["due_ms"], without(row), origin)
        else:
            yield from registry_lines(row, registry, origin)


class Script:
    """The lines of a scenario folder, and what the enrolment has to know of them."""

    def __init__(self, rows):
        self.registry = Registry(rows)
        lines = list(lines_of(rows))
        seen = [line.due_ms for line in lines if line.fields["verb"] in ("observe", "review", "move_visit")]
        self.begins_ms, self.ends_ms = min(seen), max(seen)
        self.lines = [line for line in lines if line.due_ms <= self.ends_ms]
        self.left_out = [line for line in lines if line.due_ms > self.ends_ms]  # their day is beyond the play
        self.observations = sum(line.fields["verb"] == "observe" for line in lines)

    def opening(self):
        """The department's registry, which has to be there before anybody else speaks."""
        return [line for line in self.lines if line.who == ORGANISER and line.due_ms == 0]

    def year(self):
        return [line for line in self.lines if line.who != ORGANISER or line.due_ms != 0]

    def of(self, kind):
        """Everybody of a kind who has a line, in order."""
        return sorted({line.who for line in self.lines if line.who.startswith(kind + " ")})
