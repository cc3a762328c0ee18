"""A small invented district: units, people, two teams, one scheme, one round of visits."""

SCHEME = """\
code: town-1
scoring_revision: 1
dimensions:
  - { number: 1, name: 工作态度 }
  - { number: 2, name: 担当精神 }
  - { number: 3, name: 实际成效 }
channels:
  - { number: 1, name: 一线观察 }
  - { number: 2, name: 一线了解 }
groups:
  - name: 领办专员
    dimensions:
      - { dimension: 工作态度 }
      - { dimension: 担当精神 }
      - { dimension: 实际成效 }
"""

ACCOUNT = "A2025"
GROUP = "领办专员"
OPENED_MS = 1736121600000  # 2025-01-06 08:00 in UTC+8
CLOSED_MS = OPENED_MS + 8 * 3600 * 1000

UNITS = [("U001", "澜川区", None), ("U002", "组织部", "U001"), ("U010", "青岚镇", "U001"),
         ("U011", "云渡镇", "U001"), ("U012", "石湾街道", "U001"), ("U020", "督查室", "U001")]
SUBJECTS = [("C01", "张澜清", "U010"), ("C02", "李云渡", "U010"), ("C03", "王石湾", "U011"),
            ("C04", "赵知远", "U011"), ("C05", "陈行舟", "U012"), ("C06", "周守成", "U012"),
            ("C07", "吴敬之", "U010"), ("C08", "郑思源", "U011")]
INSPECTORS = [("I01", "T1"), ("I02", "T1"), ("I03", "T1"), ("I04", "T2"), ("I05", "T2"), ("I06", "T2")]
VISITS = [("V01", "T1", "U010"), ("V02", "T1", "U011"), ("V03", "T1", "U012"),
          ("V04", "T2", "U010"), ("V05", "T2", "U011"), ("V06", "T2", "U012")]


def registry():
    """(verb, fields) of everything but scheme, account, round and visits."""
    for code, name, parent in UNITS:
        yield "unit", {"code": code, "name": name, **({"parent": parent} if parent else {})}
    people = [("H" + code, name) for code, name, _ in SUBJECTS]
    people += [("H" + code, "考察员" + code) for code, _ in INSPECTORS]
    people += [("HS01", "复核人甲"), ("HO1", "组织员甲"), ("HO2", "组织员乙"), ("HL1", "督查员")]
    for code, name in people:
        yield "person", {"code": code, "name": name}
    for code, _, unit in SUBJECTS:
        yield "subject", {"code": code, "kind": "CADRE", "person": "H" + code, "unit": unit, "group": GROUP,
                          "post": "项目专员"}
    for team in ("T1", "T2"):
        yield "team", {"code": team, "name": team + "考察组", "units": ["U010", "U011", "U012"]}
    for code, team in INSPECTORS:
        yield "inspector", {"code": code, "person": "H" + code, "team": team, "role": "MEMBER",
                            "own_unit": "U020", "state": "ACTIVE"}
    yield "staff", {"code": "S01", "person": "HS01", "role": "REVIEWER", "unit": "U002"}


def frame(opened_ms=OPENED_MS, closed_ms=CLOSED_MS, date_from=20250101, date_to=20251231):
    """(verb, fields) of account, round and visits; the scheme must be active."""
    yield "open_account", {"code": ACCOUNT, "scheme": "town-1", "from": date_from, "to": date_to}
    yield "round", {"code": "R01", "account": ACCOUNT, "kind": "SPECIAL", "from": date_from, "to": date_to}
    for code, team, unit in VISITS:
        yield "visit", {"code": code, "round": "R01", "team": team, "unit": unit, "place_kind": "FRONT_LINE",
                        "inspectors": [i for i, t in INSPECTORS if t == team],
                        "opened_ms": opened_ms, "closed_ms": closed_ms}


def observation(code, visit, inspector, subject, values, opened_ms=OPENED_MS, **more):
    """The fields of one observation; values are centi-points by dimension number."""
    return {"code": code, "visit": visit, "inspector": inspector, "subject": subject, "channel": 1,
            "ratings": [{"dimension": d, "value": v} for d, v in values.items()],
            "polarity": "NEUTRAL", "observed_ms": opened_ms + 60000, **more}


def found(site, scheme=SCHEME):
    """Fills a site: organisers O1 and O2, scheme, registry, account, round, visits."""
    admin = site.administrator
    first = site.client("O1").enrol(admin.invite("O1", "--role", "organiser", "--everything"))
    second = site.client("O2").enrol(admin.invite("O2", "--role", "organiser", "--everything"))
    path = site.folder / "town-1.yaml"
    path.write_text(scheme, encoding="utf-8")
    first.ok("put", "scheme", path)
    second.put(("approve_scheme", {"code": "town-1"}))
    first.put(*registry(), *frame())
    site.clients.update(O1=first, O2=second)
    return first
