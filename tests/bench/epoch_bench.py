"""bench epoch: ingest beside a calibration. Part of bench.py.

A group of 45,300 subjects, 1,000 inspectors and six dimensions with 1,000,000 ratings is
calibrated by the broker's worker; field clients submit at the same rate as before it. What is
compared is the p99 of submitting, without and with the calibration under way.
"""
import random

import town

DIMENSIONS = 6
TEAMS, TEAM_SIZE, VISIT_SIZE = 25, 40, 8
CHUNK = 20000  # lines of one yx put
SEED = 20261123
LIMIT = 2  # times the p99 without it
MEMBERS = "".join(f"      - {{ dimension: d{k} }}\n" for k in range(1, DIMENSIONS + 1))
SCHEME = ("code: town-1\nscoring_revision: 1\ndimensions:\n"
          + "".join(f"  - {{ number: {k}, name: d{k} }}\n" for k in range(1, DIMENSIONS + 1))
          + "channels:\n  - { number: 1, name: 一线观察 }\n  - { number: 2, name: 一线了解 }\n"
          + f"groups:\n  - name: {town.GROUP}\n    dimensions:\n{MEMBERS}")


def crew():
    """Teams, their inspectors and visits; [(inspector, visit)] beside the commands."""
    things, pairs = [], []
    for t in range(TEAMS):
        team = f"K{t:02d}"
        codes = [f"{team}I{i:02d}" for i in range(TEAM_SIZE)]
        things.append(("team", {"code": team, "name": team, "units": ["U010", "U011", "U012"]}))
        for code in codes:
            things.append(("person", {"code": "H" + code}))
            things.append(("inspector", {"code": code, "person": "H" + code, "team": team, "role": "MEMBER",
                                         "own_unit": "U020", "state": "ACTIVE"}))
        for v in range(0, TEAM_SIZE, VISIT_SIZE):
            visit = f"{team}V{v:02d}"
            things.append(("visit", {"code": visit, "round": "R01", "team": team, "unit": "U010",
                                     "place_kind": "FRONT_LINE", "inspectors": codes[v:v + VISIT_SIZE],
                                     "opened_ms": town.OPENED_MS, "closed_ms": town.CLOSED_MS}))
            pairs += [(code, visit) for code in codes[v:v + VISIT_SIZE]]
    return things, pairs


def fill(field, ratings):
    """So many ratings by the crew, each of anybody; severity and merit differ."""
    chance = random.Random(SEED)
    things, pairs = crew()
    field.organiser.put(*things)
    merit = [chance.gauss(8000, 600) for _ in range(field.subjects)]
    severity = [chance.gauss(0, 500) for _ in pairs]
    sheets = []
    for number in range(ratings // DIMENSIONS):
        who, whom = chance.randrange(len(pairs)), chance.randrange(field.subjects)
        values = {k: min(10000, max(0, round(chance.gauss(merit[whom] + severity[who], 600) / 100) * 100))
                  for k in range(1, DIMENSIONS + 1)}
        sheets.append(("observe", town.observation(f"X{number:07d}", pairs[who][1], pairs[who][0], f"D{whom:05d}", values)))
        if len(sheets) == CHUNK:
            field.organiser.put(*sheets)
            sheets = []
    if sheets:
        field.organiser.put(*sheets)


def state_of(field):
    return field.organiser.json("epoch", "list")[0]["answer"]["epochs"]["epochs"][0]


def run(field, ratings, pour, poured, seconds, line):
    fill(field, ratings)
    rate, alone = poured(pour(field, "alone", seconds))
    print(f"{ratings:,} ratings, {field.subjects:,} subjects; without calibration {rate:,.0f} observations/s, p99 {alone:,.0f} us",
          flush=True)
    field.organiser.ok("epoch", "calibrate", "E1")
    rate, beside = poured(pour(field, "beside", seconds))
    told = state_of(field)
    line("ingest p99 beside a calibration", LIMIT * alone, beside, "us",
         f"{beside / alone:.2f} x at {rate:,.0f} observations/s; behind it the epoch is {told['state']}")
    return 0 if told["state"] == "EPOCH_ASKED" else 1
