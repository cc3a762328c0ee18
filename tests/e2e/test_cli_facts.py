"""Goal: `yx explain`, `yx history` and `yx feed` tell what is in the journal, exactly.

Method: the town with known observations; explanations are added up again in whole numbers,
histories and the feed are compared with what was put in; the feed's consumer is killed and
the broker too, and nothing is missed.
"""
import json
import os
import random
import re
import signal
import subprocess
import unittest

import harness
import town

BINARIES = os.environ["YIXIAN_BIN"]
SEED = 71
NARRATIVE = "现场回应及时，手续一次办结。"


class Facts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}")
        cls.random = random.Random(SEED)
        cls.site = harness.Site(BINARIES)
        cls.addClassCleanup(cls.site.close)
        cls.organiser = town.found(cls.site)
        cls.count = 0
        cls.observe(150)
        cls.supervisor = cls.site.enrolled("L01", "--role", "supervisor", "--person", "HL1", "--everything")

    @classmethod
    def observe(cls, count):
        things = []
        for _ in range(count):
            cls.count += 1
            code, _, unit = cls.random.choice(town.SUBJECTS)
            visit, team, _ = cls.random.choice([v for v in town.VISITS if v[2] == unit])
            inspector = cls.random.choice([i for i, t in town.INSPECTORS if t == team])
            values = {d: cls.random.randrange(4000, 10001) for d in (1, 2, 3)}
            things.append(("observe", town.observation(f"B{cls.count:05d}", visit, inspector, code, values,
                                                       narrative=NARRATIVE)))
        cls.organiser.put(*things)

    def head(self):
        return self.organiser.json("groups")[0]["answer"]["seq"]

    def ndjson(self, *words, client=None):
        return [json.loads(x) for x in (client or self.organiser).ok(*words).splitlines()]

    # ---- what is mistyped ----

    def test_command_line__mistyped__told_what_and_how(self):
        for words, english, chinese in (
                (["history", "C01"], "something is missing; wanted: yx history subject|project|inspector|visit|epoch|attention CODE", "内容不全"),
                (["watch", town.GROUP, "C01"], "C01: one word too many; wanted: yx watch GROUP", "C01：多出的内容"),
                (["watch", town.GROUP, "--updates", "0"], "--updates=0: not a value", "--updates=0：该选项不接受这个值"),
                (["feed", "--from", "-3"], "--from=-3: not a value", "--from=-3：该选项不接受这个值")):
            for language, said in (("en", english), ("zh", chinese)):
                done = self.organiser.run("--lang", language, *words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(said, done.stderr)

    def test_refusal__of_a_view__place_in_chinese_throughout(self):
        for words in (["watch", town.GROUP, "--count", "10000"], ["explain", "C999"], ["history", "subject", "C999"]):
            done = self.organiser.run("--lang", "zh", *words, timeout=harness.VERB_SECONDS)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertNotRegex(done.stderr.split("（")[0], "[a-z]")

    # ---- explanations ----

    def explained(self, subject, client=None):
        parts = (client or self.organiser).json("explain", subject)
        answer = parts[0]["answer"]["explain"]
        for more in parts[1:]:
            for dimension in more["answer"]["explain"]["dimensions"]:
                if answer["dimensions"][-1]["dimension"] == dimension["dimension"]:
                    answer["dimensions"][-1]["lines"] += dimension["lines"]
                else:
                    answer["dimensions"].append(dimension)
        return answer

    def test_explanation__json__sums_to_the_unit(self):
        rows = self.organiser.json("board", town.GROUP)[0]["answer"]["board"]["rows"]
        for row in rows:
            answer = self.explained(row["subject"])
            for d in answer["dimensions"]:
                self.assertEqual(d["mu"] + sum(x["contribution"] for x in d["lines"]), d["score"])
            total = sum(d["weight"] * d["score"] for d in answer["dimensions"]) + answer["ledger"]
            self.assertEqual(total, row["total"])
            self.assertEqual(answer["row"], row)

    def test_explanation__in_words__adds_up_as_shown(self):
        for language, mean in (("zh", "组均值"), ("en", "the group's mean")):
            text = self.organiser.ok("--lang", language, "explain", "C03")
            for block in text.split("\n\n")[1:4]:
                lines = [x for x in block.splitlines() if re.match(r"B\d{5}", x)]
                moves = sum(round(float(x.split()[-1]) * 100) for x in lines)
                low, moved, score = (round(float(x) * 100) for x in re.findall(
                    r"[-+]?\d+\.\d\d", next(x for x in block.splitlines() if x.startswith(mean))))
                self.assertEqual(moves, moved, block)
                self.assertEqual(low + moved, score, block)
            table = [x.split() for x in text.split("\n\n")[4].splitlines()]
            counts = [round(float(x[-1]) * 100) for x in table[1:6]]
            self.assertEqual(sum(counts[:4]), counts[4], text)

    def test_explanation__for_a_supervisor__raters_are_withheld(self):
        answer = self.explained("C03", self.supervisor)
        self.assertFalse(any("inspector" in x for d in answer["dimensions"] for x in d["lines"]))
        text = self.supervisor.ok("--lang", "zh", "explain", "C03")
        self.assertIn("不公开", text)
        self.assertNotRegex(text, r"\bI0[1-6]\b")
        self.assertIn("台账为空", text)

    def test_explanation__unknown_subject_or_no_right__refused(self):
        done = self.organiser.run("explain", "C999")
        self.assertIn("[E3103]", done.stderr)
        self.assertEqual(done.returncode, 1)
        inspector = self.site.enrolled("I02", "--role", "inspector", "--person", "HI02", "--unit", "U001")
        self.assertEqual(inspector.run("explain", "C03").returncode, 4)

    def test_explain__of_oneself_as_an_organiser__without_who_rated(self):
        named = {line.get("inspector") for d in self.explained("C03")["dimensions"] for line in d["lines"]}
        self.assertNotIn(None, named)
        for name, scope in (("OS1", ("--unit", "U010")), ("OS2", ("--everything",))):
            own = self.site.enrolled(name, "--role", "organiser", "--person", "HC03", *scope)
            lines = [line for d in self.explained("C03", own)["dimensions"] for line in d["lines"]]
            self.assertGreater(len(lines), 0)
            self.assertEqual([line for line in lines if "inspector" in line], [])
        facts = self.ndjson("--json", "history", "subject", "C03", client=own)
        observed = [fact["command"] for fact in facts if fact["kind"] == "observe"]
        self.assertGreater(len(observed), 0)
        self.assertEqual([command for command in observed if command.get("inspector")], [])

    # ---- histories ----

    def test_history__of_a_subject__newest_first_and_whole(self):
        facts = self.ndjson("--json", "history", "subject", "C02", "--count", "1000")
        seqs = [f["seq"] for f in facts]
        self.assertEqual(seqs, sorted(seqs, reverse=True))
        self.assertEqual(facts[-1]["kind"], "subject")
        observed = [f for f in facts if f["kind"] == "observe"]
        self.assertTrue(all(f["command"]["subject"] == "C02" for f in observed))
        row = next(r for r in self.organiser.json("board", town.GROUP)[0]["answer"]["board"]["rows"]
                   if r["subject"] == "C02")
        self.assertEqual(len(observed), row["observations"])
        pages, before = [], None
        while before is None or pages[-1]:  # the same in pages of seven
            more = ("--before", before) if before else ()
            pages.append(self.ndjson("--json", "history", "subject", "C02", "--count", "7", *more))
            before = pages[-1][-1]["seq"] if pages[-1] else before
        self.assertEqual([f for p in pages for f in p], facts)
        for seq in (seqs[3], seqs[3] + 1, seqs[-1] + 1, 10 ** 9):  # also such as are no records of the chain
            some = self.ndjson("--json", "history", "subject", "C02", "--count", "5", "--before", seq)
            self.assertEqual(some, [f for f in facts if f["seq"] < seq][:5])
        self.assertIn("没有您可以查看的记录", self.organiser.ok("--lang", "zh", "history", "subject", "C02", "--before", 1))

    def test_history__in_words__says_what_happened_and_who(self):
        out = self.organiser.ok("--lang", "zh", "history", "subject", "C02", "--count", "3").splitlines()
        self.assertEqual(len(out), 3)
        self.assertRegex(out[0], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+  [0-9a-f]{8}  考察记录 B\d+：评 C02，"
                                 r"考察员 I0\d，走访 V0\d，中性：工作态度 .*现场回应及时.*提交人 O1")
        out = self.supervisor.ok("--lang", "zh", "history", "subject", "C02", "--count", "3")
        self.assertNotRegex(out, r"\bI0[1-6]\b|提交人 O1")
        self.assertIn("不公开", out)

    def test_history__of_inspector_and_visit__only_theirs(self):
        for kind, code, field in (("inspector", "I03", "inspector"), ("visit", "V05", "visit")):
            facts = self.ndjson("--json", "history", kind, code, "--count", "500")
            observed = [f for f in facts if f["kind"] == "observe"]
            self.assertTrue(observed)
            self.assertTrue(all(f["command"][field] == code for f in observed))

    def test_history__bad_words__refused(self):
        self.assertEqual(self.organiser.run("history", "colour", "C02").returncode, 2)
        self.assertEqual(self.organiser.run("history", "subject").returncode, 2)
        self.assertEqual(self.organiser.run("history", "subject", "C02", "--count", "0").returncode, 2)
        self.assertIn("[E3103]", self.organiser.run("history", "subject", "C999").stderr)
        self.assertIn("[E3104]", self.organiser.run("history", "project", "P999").stderr)

    # ---- the feed ----

    def test_feed__whole__in_order_with_what_was_put_in(self):
        facts = self.ndjson("feed")
        seqs = [f["seq"] for f in facts]
        self.assertEqual(seqs, sorted(set(seqs)))
        observed = [f["command"]["code"] for f in facts if f["kind"] == "observe"]
        self.assertEqual(len(observed), len(set(observed)))
        self.assertGreaterEqual(set(observed), {f"B{i:05d}" for i in range(1, 151)})
        self.assertTrue(all(re.fullmatch(r"[0-9a-f]{64}", f["hash"]) for f in facts))
        some = self.ndjson("feed", "--from", seqs[10], "--count", "25")
        self.assertEqual(some, facts[10:35])

    def test_feed__beyond_the_head__refused_in_words(self):
        head = self.head()
        self.assertEqual(self.organiser.ok("feed", "--from", head + 1), "")
        done = self.organiser.run("feed", "--from", head + 2)
        self.assertIn("[E1107]", done.stderr)
        self.assertIn(f"--from = {head + 2}", done.stderr)
        self.assertEqual(done.returncode, 1)
        for wrong in ("0", "-1", "x", "1.5"):
            self.assertEqual(self.organiser.run("feed", "--from", wrong).returncode, 2, wrong)

    def follow(self, *words):
        process = self.organiser.start("feed", "--follow", *words, stdin=subprocess.DEVNULL)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def read_until(self, process, code):
        found = []
        while not found or found[-1].get("command", {}).get("code") != code:
            line = process.stdout.readline()
            self.assertTrue(line, "ended too soon")
            found.append(json.loads(line))
        return found

    def test_feed__followed_over_a_killed_broker__nothing_missed_or_twice(self):
        begin = self.head() + 1
        process = self.follow("--from", begin)
        facts = []
        for _ in range(3):
            self.observe(5)
            facts += self.read_until(process, f"B{self.count:05d}")
            self.site.broker.kill()
            self.site.broker.start()
        self.observe(5)
        facts += self.read_until(process, f"B{self.count:05d}")
        self.assertEqual([f["seq"] for f in facts], list(range(begin, begin + 20)))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=harness.VERB_SECONDS), 0)

    def test_feed__consumer_killed__goes_on_where_its_state_says(self):
        state = self.site.folder / "feed.seq"
        begin = self.head() + 1
        seqs = []
        for _ in range(4):
            self.observe(10)
            process = self.follow("--from", begin, "--state", state)
            seqs += [f["seq"] for f in self.read_until(process, f"B{self.count:05d}")]
            process.kill()  # before or after it wrote down how far it came
            process.wait()
        self.observe(3)
        more = [f["seq"] for f in self.ndjson("feed", "--from", begin, "--state", state)]
        self.assertEqual(sorted(set(seqs + more)), list(range(begin, begin + 43)))
        self.assertEqual(more[-3:], list(range(begin + 40, begin + 43)))
        self.assertEqual(int(state.read_text()), begin + 43)
        self.assertEqual(self.ndjson("feed", "--from", begin, "--state", state), [])

    def test_feed__state_that_is_none__refused_and_kept(self):
        state = self.site.folder / "broken.seq"
        state.write_text("about half way\n")
        done = self.organiser.run("feed", "--state", state)
        self.assertEqual(done.returncode, 2)
        self.assertIn("[E6106]", done.stderr)
        self.assertIn("broken.seq", done.stderr)
        self.assertEqual(state.read_text(), "about half way\n")

    def test_feed__state_that_cannot_be_kept__refused_before_a_line_is_printed(self):
        done = self.organiser.run("feed", "--state", self.site.folder / "no-such-folder" / "feed.seq")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("No such file or directory", done.stderr)

    def test_feed__so_many_at_a_time__each_once_and_nothing_of_the_rest(self):
        state, seqs = self.site.folder / "few.seq", []
        whole = [f["seq"] for f in self.ndjson("feed", "--count", "250")]
        for _ in range(25):
            some = [f["seq"] for f in self.ndjson("feed", "--count", "10", "--state", state)]
            self.assertEqual(int(state.read_text()), some[-1] + 1)
            seqs += some
        self.assertEqual(seqs, whole)

    def test_feed__few_of_many_that_are_not_shown__asks_for_whole_pages(self):
        service = self.site.enrolled("meagre", "--role", "service", "--unit", "U012")
        self.organiser.put(*(("person", {"code": f"HF{n:04d}", "name": "何人"}) for n in range(2000)))
        begin = self.head() - 1999
        before = self.queries()
        self.assertEqual(service.ok("feed", "--from", begin, "--count", "1"), "")
        self.assertLess(self.queries() - before, 40)

    def queries(self):
        counters = self.site.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]
        return next(c["value"] for c in counters if c["name"] == "queries")

    def test_output__disk_is_full__told_and_partly_done(self):
        for words in (["explain", "C03"], ["history", "subject", "C03"], ["board", town.GROUP]):
            with open("/dev/full", "w") as full:
                done = subprocess.run([self.organiser.yx, *words], stdout=full, stderr=subprocess.PIPE, text=True,
                                      env=self.organiser.env(), timeout=harness.VERB_SECONDS)
            self.assertEqual(done.returncode, 6, words)
            self.assertIn("[E5102]", done.stderr)

    def test_feed__for_a_service__without_raters(self):
        service = self.site.enrolled("hall", "--role", "service", "--everything")
        facts = self.ndjson("feed", client=service)
        observed = [f for f in facts if f["kind"] == "observe"]
        self.assertGreaterEqual(len(observed), 150)
        self.assertFalse(any(f.get("command", {}).get("inspector") for f in observed))
        self.assertTrue(all("observe.inspector" in f["withheld"] for f in observed))

    def test_feed__for_an_auditor__holds_access_too(self):
        auditor = self.site.enrolled("audit", "--role", "auditor", "--person", "HO2", "--everything")
        kinds = {f["kind"] for f in self.ndjson("feed", client=auditor)}
        self.assertLessEqual({"genesis", "invite", "enrol", "observe", "unit"}, kinds)
        self.assertFalse({"genesis", "invite", "enrol"} & {f["kind"] for f in self.ndjson("feed")})

    def test_feed__for_an_administrator__not_allowed(self):
        done = self.site.administrator.run("feed")
        self.assertEqual(done.returncode, 4)
        self.assertIn("[E4101]", done.stderr)


if __name__ == "__main__":
    unittest.main()
