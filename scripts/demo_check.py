"""The end of the play: what must hold, and whether it does.

Every line is answered, nothing was refused in the end, every observation is there exactly
once, the boards equal those that tests/scenarios/second_opinion.py computes from the
sheets, and after one more restart both digests are what they were.
"""
import pathlib
import sys

SCENARIOS = pathlib.Path(__file__).resolve().parents[1] / "tests" / "scenarios"
sys.path.insert(0, str(SCENARIOS))
import second_opinion  # noqa: E402

ROWS_MAX = 1000
RANKED = ("subject", "rank", "low", "high", "band", "total", "error", "observations")
NOT_RANKED = ("subject", "total", "error", "observations")


class Verdict:
    """Findings, said as they come."""

    def __init__(self):
        self.wrong = 0

    def expect(self, holds, words):
        print(f"{'holds' if holds else 'FAILED':7}{words}", flush=True)
        self.wrong += not holds


def counters(site):
    stats = site.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]
    return {c["name"]: c["value"] for c in stats}


def rows_of(supervisor, group, *words):
    """All rows of a board, from all parts of the answer."""
    parts = supervisor.json("board", group, "--count", ROWS_MAX, *words)
    return [row for part in parts for row in part["answer"]["board"].get("rows", [])]


def differences(board, opinion, fields):
    """Words on each row in which the two do not agree, also on order and length."""
    said = [tuple(row.get(field) for field in fields) for row in board]
    meant = [tuple(row.get(field) for field in fields) for row in opinion]
    out = [f"  the board says {a}, the sheets say {b}" for a, b in zip(said, meant) if a != b]
    if len(said) != len(meant):
        out.append(f"  the board has {len(said)} rows, the sheets give {len(meant)}")
    return out


def judge_boards(verdict, supervisor, folder):
    for group, (ranked, others) in second_opinion.boards(folder).items():
        found = differences(rows_of(supervisor, group), ranked, RANKED)
        found += differences(rows_of(supervisor, group, "--unranked"), others, NOT_RANKED)
        print("\n".join(found[:10]), end="\n" if found else "")
        verdict.expect(not found, f"the board of {group} is what the second opinion computes from the sheets: "
                                  f"{len(ranked)} ranked, {len(others)} not ranked")


def judge_restart(verdict, site):
    before = site.administrator.digest()
    site.broker.stop()
    site.broker.start()
    after = site.administrator.digest()
    verdict.expect(before == after, "both digests are the same after one more restart")
    print(f"state digest {after['state']}")
    print(f"facts digest {after['facts']} (the same in every play, whoever came first)")


def judge(site, supervisor, script, tally, missing, folder):
    """The exit code."""
    verdict = Verdict()
    verdict.expect(missing == 0, f"every line was answered ({missing} answers are missing)")
    verdict.expect(not tally.refused, f"nothing was refused in the end ({len(tally.refused)} lines)")
    verdict.expect(tally.acknowledged == len(script.lines), "every line of the sheets is acknowledged")
    stored = counters(site)["rows_observations"]
    verdict.expect(stored == script.observations, f"every observation is there exactly once: {stored}")
    judge_boards(verdict, supervisor, folder)
    judge_restart(verdict, site)
    return 1 if verdict.wrong else 0
