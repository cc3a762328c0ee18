"""Goal: under an adopted epoch every board of the five scenarios is what an independent script
computes from the sheets and the journaled integers; scenarios that fall apart are refused until
somebody overrides that; a broker killed while it fits or freezes goes on after its restart.
Method: real processes; second_opinion.py; the records of the epoch as any client reads them."""
import csv
import io
import json
import os
import pathlib
import sys
import time
import unittest

import harness
import test_import

BINARIES = os.environ["YIXIAN_BIN"]
SCENARIOS = pathlib.Path(__file__).resolve().parents[1] / "scenarios"
sys.path.insert(0, str(SCENARIOS))
import demo_check  # noqa: E402
import second_opinion  # noqa: E402

FIELDS = (*demo_check.RANKED, "standing")
# SCORING section 9: what these sheets fall into.
APART = {"xingping": {"年轻干部墩苗": (2, 3), "项目管家": (3, 4)}}


def names_of(client):
    answer = client.json("groups")[0]["answer"]["groups"]
    return answer["account"], {number: name for number, name in enumerate(answer["dimensions"], 1)}


def epoch_of(client, code):
    """{(group, dimension): Lens} of the last run of parts, read like any client reads them."""
    names = names_of(client)[1]
    found, offsets = {}, {}
    lines = [json.loads(line) for line in client.ok("--json", "history", "epoch", code, "--count", "10000").splitlines()]
    parts = [line["command"] for line in lines if line["kind"] == "epoch_part"]  # newest first
    last = next(at for at, part in enumerate(parts) if part["part"] == 0)
    for part in parts[:last + 1]:
        for fit in part.get("fits", []):
            found[fit["group"], names[fit["dimension"]]] = fit
        for group in part.get("offsets", []):
            cell = offsets.setdefault((group["group"], names[group["dimension"]]), {})
            cell.update((o["inspector"], o["offset"]) for o in group["offsets"])
    return {key: second_opinion.Lens(*(fit[name] for name in ("mu", "kappa", "s2", "rho", "u")), offsets.get(key, {}))
            for key, fit in found.items()}


def until(holds, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise harness.Failed("it did not come true")
        time.sleep(0.05)  # the broker has no bell for strangers; bounded above


class EpochScores(unittest.TestCase):
    def adopt(self, world, code):
        world.organiser.ok("epoch", "calibrate", code, "--wait", timeout=300)
        world.second.ok("epoch", "adopt", code, timeout=60)
        return epoch_of(world.organiser, code)

    def assert_boards(self, world, name, epoch):
        for group, (ranked, others) in second_opinion.boards(SCENARIOS / name, epoch).items():
            self.assertEqual(demo_check.differences(world.board(group), ranked, FIELDS), [], group)
            self.assertEqual(demo_check.differences(world.board(group, "--unranked"), others, test_import.NOT_RANKED),
                             [], group)
            known = sum(row["standing"] == "RANKED" for row in ranked)
            print(name, group, len(ranked), "ranked,", known, "by known inspectors alone")

    def override(self, world, name):
        """Groups that fall apart, refused at first."""
        info = {g["name"]: g for g in world.organiser.json("groups")[0]["answer"]["groups"]["groups"]}
        apart = {g: (i["components"], i.get("thin", 0)) for g, i in info.items()
                 if i.get("components", 0) > 1 or i.get("thin", 0) > 0}
        if name in APART:
            self.assertEqual(apart, APART[name])
        account = names_of(world.organiser)[0]
        for group in apart:
            refused = world.organiser.run("board", group)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("E2220", refused.stderr)
            world.organiser.put(("override_links", {"account": account, "group": group, "reason": "方案如此"}))
            self.assertIn("方案如此", world.organiser.ok("board", group, "--top", "1"))

    def test_scenarios__all_five_under_an_epoch__equal_the_second_opinion(self):
        for name in second_opinion.SCENARIOS:
            with self.subTest(scenario=name):
                world = test_import.World(self, name)
                epoch = self.adopt(world, "E1")
                self.override(world, name)
                self.assert_boards(world, name, epoch)

    def test_laboratory__with_the_epoch_as_a_table__the_board_s_totals(self):
        world, group = test_import.World(self, "linzi"), "一线干部"
        self.adopt(world, "E1")
        folder = pathlib.Path(self.enterContext(harness.temporary_folder()))
        (folder / "E1.csv").write_text(world.organiser.ok("epoch", "show", "E1", "--csv"), encoding="utf-8")
        with open(folder / "ratings.csv", "w", encoding="utf-8") as table:
            print("subject,inspector,dimension,value", file=table)
            for row in second_opinion.sheet(SCENARIOS / "linzi", "observations"):
                if row["评价倾向"] != "负面" or row["复核人"]:
                    for name in second_opinion.SCENARIOS["linzi"][group]:
                        if row[name]:
                            print(row["对象编码"], row["考察员编码"], name, row[name], sep=",", file=table)
        said = world.organiser.ok("lab", "score", folder / "ratings.csv", "--override", "look", "--view",
                                  f"{SCENARIOS.parents[1] / 'schemes' / 'linzi.yaml'}+{folder / 'E1.csv'}")
        rows = csv.DictReader(io.StringIO(said))
        ranked = {row["subject"]: (int(row["rank"]), int(row["total"]), row["sufficiency"]) for row in rows if row["rank"]}
        self.assertEqual(ranked, {row["subject"]: (row["rank"], row["total"], "ranked") for row in world.board(group)})

    def test_killed__while_asked__goes_on_after_the_restart(self):
        world = test_import.World(self, "dingtao")
        broker, organiser = world.site.broker, world.organiser
        account = names_of(organiser)[0]
        organiser.put(("calibrate", {"code": "E1", "account": account}))
        broker.kill()
        broker.start()
        until(lambda: organiser.json("epoch", "list")[0]["answer"]["epochs"]["epochs"][0]["state"] != "EPOCH_ASKED")
        self.assertIn("the parts read have this hash", organiser.ok("epoch", "show", "E1"))
        world.second.ok("epoch", "adopt", "E1")
        self.assert_boards(world, "dingtao", epoch_of(organiser, "E1"))
        organiser.put(("freeze_board", {"code": "F1", "account": account, "group": "项目领办专员"}))
        broker.kill()
        broker.start()
        frozen = lambda: organiser.json("board", "frozen")[0]["answer"]["frozen_list"]["boards"][0]  # noqa: E731
        until(lambda: frozen()["state"] != "FROZEN_ASKED")
        self.assertEqual((frozen()["state"], frozen()["interval"], frozen()["rows"]), ("FROZEN_DONE", "SETS", 199))
        before, board = world.site.administrator.digest(), organiser.ok("--json", "board", "frozen", "F1")
        broker.kill()
        broker.start()
        self.assertEqual(world.site.administrator.digest(), before)
        rows = lambda text: json.loads(text.splitlines()[0])["answer"]["frozen"]["rows"]  # noqa: E731
        self.assertEqual(rows(organiser.ok("--json", "board", "frozen", "F1")), rows(board))
        for row in rows(board):
            self.assertTrue(row["low"] <= row["rank"] <= row["high"])

    def test_account__closed__is_calibrated_unasked(self):
        world = test_import.World(self, "linzi")
        organiser = world.organiser
        account = names_of(organiser)[0]
        organiser.put(("close_account", {"code": account}))

        def epochs():
            return organiser.json("epoch", "list", "--account", account)[0]["answer"]["epochs"].get("epochs", [])
        until(lambda: epochs() and epochs()[0]["state"] == "EPOCH_PROPOSED")
        self.assertEqual(epochs()[0]["code"], "close-1")
        refused = organiser.run("epoch", "adopt", "close-1", "--account", account)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("E2206", refused.stderr)
        world.second.ok("epoch", "adopt", "close-1", "--account", account)


if __name__ == "__main__":
    unittest.main()
