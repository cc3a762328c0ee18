#!/usr/bin/env python3
"""A second opinion: the boards of a scenario folder, computed from its sheets alone.

Independent of the broker on purpose: another language, none of its code, no protocol;
integers and Python's standard library. It follows SCORING: sections 3 (score, sufficiency,
rank) and 5 (live intervals, bands) under the default prior or an adopted epoch, with equal
or given weights and without ledger. A negative observation counts when the sheet names its reviewer.

  second_opinion.py FOLDER [--group GROUP]
"""
import argparse
import csv
import json
import math
import pathlib
import typing

# What is rated in each group, by the name of the folder.
SCENARIOS = {
    "linzi": {"一线干部": ("政治素质", "决策能力", "执行能力", "创新能力", "作风建设", "廉政建设")},
    "liuzhou": {
        "处级干部": ("政治品质", "专业素养", "工作实绩"),
        "科级干部": ("政治品质", "专业素养", "工作实绩"),
        "班子": ("政治建设", "思想建设", "运行情况", "整体功能"),
    },
    "dingtao": {
        "项目领办专员": ("工作态度", "担当精神", "应急能力", "实际成效", "作用发挥"),
        "党政正职": ("改革创新", "攻坚创优", "核心业务争先", "中心工作贡献", "守牢一排底线"),
    },
    "huludao": {group: ("干了多少事", "干成多少事", "群众满不满意") for group in ("县处级正职", "县处级副职", "班子")},
    "xingping": {group: ("政治表现", "综合素质", "一贯表现", "工作实绩") for group in ("年轻干部墩苗", "项目管家")},
}
# The default prior; micro-points, mille, centi-points squared.
MU, KAPPA, S2, RHO, U = 80_000_000, 1000, 360_000, 300, 1000
LOOK = 1000  # weight of one rating, mille
RATINGS_MIN, INSPECTORS_MIN = 3, 2


class Lens(typing.NamedTuple):
    """How a dimension is looked at: parameters, and offsets of inspectors who are known."""
    mu: int = MU
    kappa: int = KAPPA
    s2: int = S2
    rho: int = RHO
    u: int = U
    offsets: dict = {}


PRIOR = Lens()


def sheet(folder, name):
    with open(pathlib.Path(folder) / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def micro(cell):
    """Points with up to two decimals as micro-points, without floating point."""
    whole, _, part = cell.strip().partition(".")
    return (int(whole) * 100 + int((part + "00")[:2])) * 10_000


def weights(count):
    """Equal basis points; the remainder goes to the first dimensions."""
    return [10_000 // count + (1 if k < 10_000 % count else 0) for k in range(count)]


class Dimension:
    """What one subject was given in one dimension."""

    def __init__(self):
        self.values = {}   # by inspector
        self.persons = set()

    def add(self, inspector, person, value):
        self.values.setdefault(inspector, []).append(value)
        self.persons.add(person)

    def ratings(self):
        return sum(len(v) for v in self.values.values())

    def score(self, lens=PRIOR):
        """(score in micro-points, weight W in mille)."""
        total, weight = 0, 0
        for inspector, values in self.values.items():
            m = LOOK * len(values)
            a = sum(LOOK * y for y in values) - m * (lens.mu + lens.offsets.get(inspector, 0))
            g = m if m <= 1000 else 1_000_000 * m // (1_000_000 + (m - 1000) * lens.rho)
            if inspector not in lens.offsets:
                g = g * lens.u // 1000
            total += g * a // m
            weight += g
        return lens.mu + (total // (weight + lens.kappa) if weight else 0), weight

    def all_known(self, lens):
        return all(inspector in lens.offsets for inspector in self.values)

    def is_enough(self):
        return self.ratings() >= RATINGS_MIN and len(self.persons) >= INSPECTORS_MIN


def row_of(code, dimensions, observations, lenses=None, shares=None):
    """`lenses`: an adopted epoch's, one for each dimension; without one the prior counts.
    `shares`: basis points of the dimensions, equal ones without."""
    known = lenses is not None and all(d.all_known(lens) for d, lens in zip(dimensions, lenses))
    lenses = lenses or [PRIOR] * len(dimensions)
    parts = [d.score(lens) for d, lens in zip(dimensions, lenses)]
    shares = shares or weights(len(dimensions))
    spread = sum(w * math.isqrt(1000 * lens.s2 // (weight + lens.kappa))
                 for w, (_, weight), lens in zip(shares, parts, lenses))
    ranked = all(d.is_enough() for d in dimensions)
    return {"subject": code, "ranked": ranked,
            "standing": ("RANKED" if known else "PROVISIONAL") if ranked else "NOT_RANKED",
            "total": sum(w * score for w, (score, _) in zip(shares, parts)),
            "error": 139 * 10_000 * spread // 100, "observations": observations}


def rank(rows):
    """Adds rank, low, high and band to the ranked rows; in the order of a board."""
    ranked = sorted((r for r in rows if r["ranked"]), key=lambda r: (-r["total"], r["subject"].encode()))
    lower = [r["total"] - r["error"] for r in ranked]
    upper = [r["total"] + r["error"] for r in ranked]
    band, first = 0, None
    for row in ranked:
        row["rank"] = 1 + sum(other["total"] > row["total"] for other in ranked)
        row["low"] = 1 + sum(bound > row["total"] + row["error"] for bound in lower)
        row["high"] = len(ranked) - sum(bound < row["total"] - row["error"] for bound in upper)
        if first is None or row["low"] > first["high"] or row["high"] < first["low"]:
            band, first = band + 1, row
        row["band"] = band
    return ranked


def boards(folder, epoch=None, shares=None):
    """{group: (ranked rows in order, rows without a rank by code)}. `epoch`: {(group, dimension): Lens};
    `shares`: {group: basis points of its dimensions}, where a scheme gives weights."""
    groups = SCENARIOS[pathlib.Path(folder).resolve().name]
    group_of = {r["对象编码"]: r["比选组"] for r in sheet(folder, "subjects")}
    person_of = {r["考察员编码"]: r["人员编码"] for r in sheet(folder, "inspectors")}
    cells = {code: [Dimension() for _ in groups[group]] for code, group in group_of.items() if group in groups}
    seen = dict.fromkeys(cells, 0)
    for row in sheet(folder, "observations"):
        if row["评价倾向"] == "负面" and not row["复核人"]:
            continue
        subject, inspector = row["对象编码"], row["考察员编码"]
        seen[subject] += 1
        for cell, name in zip(cells[subject], groups[group_of[subject]]):
            if row[name]:
                cell.add(inspector, person_of[inspector], micro(row[name]))
    out = {}
    for group in groups:
        lenses = [epoch[group, name] for name in groups[group]] if epoch else None
        given = shares.get(group) if shares else None
        rows = [row_of(code, cells[code], seen[code], lenses, given)
                for code in sorted(cells) if group_of[code] == group]
        out[group] = (rank(rows), [r for r in rows if not r["ranked"]])
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--group")
    options = parser.parse_args()
    for group, (ranked, others) in boards(options.folder).items():
        if options.group in (None, group):
            for row in ranked + others:
                print(json.dumps({"group": group, **row}, ensure_ascii=False))


if __name__ == "__main__":
    main()
