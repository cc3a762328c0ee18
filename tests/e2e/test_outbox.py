"""Goal: nothing that was entered in an office is lost or entered twice, whatever becomes of
network, broker, profile or laptop.

Method: a town's organiser enters things while the broker is away, with profiles that are
copied and set back, with a broker that is killed while an office's week is sent. What the
journal then holds is read as a feed and counted by code.
"""
import collections
import json
import os
import shutil
import signal
import subprocess
import unittest

import harness
import town

BINARIES = os.environ["YIXIAN_BIN"]
WEEK = int(os.environ.get("YIXIAN_OUTBOX_RECORDS", "5000" if not os.environ.get("YIXIAN_SANITIZE") else "2000"))
KEPT, PARTLY, REFUSED = 7, 6, 1


class Outbox(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES)
        self.addCleanup(self.site.close)
        self.office = town.found(self.site)

    def feed(self):
        """How often each code of a unit or person stands in the journal."""
        lines = self.site.clients["O2"].ok("--json", "feed", "--from", "1")
        return collections.Counter(fact["command"]["code"] for fact in map(json.loads, lines.splitlines())
                                   if fact.get("kind") in ("unit", "person"))

    def states(self, client, *words):
        """The summary and the entries of an outbox."""
        summary, *entries = client.json("outbox", *words)
        return summary, entries

    def people(self, client, first, count, *words):
        lines = "".join(json.dumps({"code": f"HZ{i:05d}", "name": f"人员{i}"}) + "\n"
                        for i in range(first, first + count))
        return client.run(*words, "put", "person", "--file", "-", stdin=lines)

    def test_broker_away__kept_then_sent_once(self):
        self.site.broker.kill()
        done = self.office.run("--timeout", "0.5", "put", "person", "code=HZ1", "name=甲")
        self.assertEqual(done.returncode, KEPT, done.stderr)
        self.assertIn("yx outbox send", done.stderr)
        done = self.office.run("--timeout", "0.5", "outbox", "send")
        self.assertEqual(done.returncode, KEPT, done.stderr)
        summary, entries = self.states(self.office)
        self.assertEqual((summary["waiting"], entries[0]["what"]), (1, "person HZ1"))
        self.site.broker.start()
        self.office.ok("outbox", "send")
        self.office.ok("outbox", "send")  # there is nothing left to send
        self.assertEqual(self.feed()["HZ1"], 1)
        summary, entries = self.states(self.office, "--all")
        self.assertEqual(summary["waiting"], 0)
        self.assertEqual([e["state"] for e in entries if e["what"] == "person HZ1"], ["acknowledged"])

    def test_draft__waits_for_a_person(self):
        self.office.ok("put", "person", "code=HZ2", "name=乙", "--draft")
        self.office.ok("outbox", "send")
        self.assertEqual(self.feed()["HZ2"], 0)
        draft = self.states(self.office)[1][0]
        self.assertEqual(draft["state"], "draft")
        self.office.ok("outbox", "send", draft["entry"])
        self.assertEqual(self.feed()["HZ2"], 1)

    def test_refused__kept_with_reason_and_mended(self):
        done = self.office.run("put", "unit", "code=UZ1", "name=新镇", "parent=NOWHERE")
        self.assertEqual(done.returncode, REFUSED)
        refused = self.states(self.office)[1][-1]
        self.assertEqual((refused["state"], refused["name"]), ("refused", "UNKNOWN_UNIT"))
        self.assertIn("NOWHERE", self.office.ok("outbox", "show", refused["entry"]))
        self.office.ok("outbox", "mend", refused["entry"], "parent=U001")
        self.assertEqual(self.feed()["UZ1"], 1)
        self.assertEqual(self.states(self.office)[0]["refused"], 0)
        done = self.office.run("outbox", "drop", refused["entry"])
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("no such entry", done.stderr)

    def test_sheet__rating_out_of_range__mended_in_points(self):
        visit, team, _ = town.VISITS[0]
        inspector = next(code for code, its in town.INSPECTORS if its == team)
        sheet = town.observation("BZ1", visit, inspector, town.SUBJECTS[0][0], {1: 8500, 2: 12000}, narrative="及时。")
        self.assertEqual(self.office.put(("observe", sheet), check=False).returncode, REFUSED)
        entry = self.states(self.office)[1][-1]["entry"]
        self.office.ok("outbox", "mend", entry, "2=91.5", "narrative=改正后的说明")
        lines = map(json.loads, self.site.clients["O2"].ok("--json", "feed", "--from", "1").splitlines())
        mended = next(fact["command"] for fact in lines if fact.get("kind") == "observe")
        self.assertEqual(({r["dimension"]: r["value"] for r in mended["ratings"]}, mended["narrative"]),
                         ({1: 8500, 2: 9150}, "改正后的说明"))

    def test_idle_feeder__does_not_hold_others_up(self):
        feeder = self.office.start("put", "person", "--file", "-")
        self.addCleanup(feeder.communicate)
        feeder.stdin.write(json.dumps({"code": "HZ20"}) + "\n")
        feeder.stdin.flush()
        while self.feed()["HZ20"] == 0:
            pass
        self.office.ok("put", "person", "code=HZ21")  # well before the lease of an idle one would end
        self.assertEqual(self.feed()["HZ21"], 1)

    def test_refused__all_dropped_at_once(self):
        lines = "".join(json.dumps({"code": f"UZ{i}", "parent": "NOWHERE"}) + "\n" for i in range(70))
        self.assertEqual(self.office.run("put", "unit", "--file", "-", stdin=lines).returncode, REFUSED)
        self.assertEqual(self.states(self.office)[0]["refused"], 70)
        self.assertIn("dropped 70", self.office.ok("outbox", "drop", "--refused"))
        self.assertEqual(self.states(self.office)[0]["refused"], 0)

    def receipts(self):
        """A file of receipts of what the office has entered."""
        path = self.site.folder / "receipts.ndjson"
        self.office.ok("outbox", "receipts", "-o", path)
        return path

    def test_receipts__hold_offline__one_byte_changed__named(self):
        self.assertEqual(self.people(self.office, 20000, 300).returncode, 0)
        path = self.receipts()
        lines = path.read_text().splitlines(keepends=True)
        accepted = self.states(self.office)[0]["acknowledged"]
        self.assertEqual(len(lines), accepted + 1)
        key = json.loads(lines[0])["key"]
        self.site.broker.kill()
        self.assertIn(f"good {accepted}, wrong 0", self.office.ok("verify", path))
        self.assertIn("wrong 0", self.site.client("nobody").ok("verify", path, "--key", key))
        self.assertEqual(self.site.client("nobody").run("verify", path).returncode, 2)
        self.assertEqual(self.office.run("verify", path, "--key", "00" * 32).returncode, 5)
        for field in ("seq", "number", "time_ms", "instance", "record", "command", "signature"):
            changed = json.loads(lines[7])
            value = changed[field]
            changed[field] = value + 1 if isinstance(value, int) else ("1" if value[0] == "0" else "0") + value[1:]
            path.write_text("".join([*lines[:7], json.dumps(changed) + "\n", *lines[8:]]))
            done = self.office.run("verify", path)
            self.assertEqual(done.returncode, 5, field)
            self.assertIn("line 8: the signature does not hold", done.stderr)
        path.write_text("".join(lines[:-1]))
        self.assertIn("missing at the end", self.office.run("verify", path).stderr)

    def test_receipts__broker_restored_from_a_copy__signed_with_the_same_key(self):
        self.people(self.office, 22000, 5)
        self.receipts()
        yxd, folder, new = self.site.broker.yxd, self.site.folder / "copy", self.site.folder / "new"
        for words in (("backup", folder, "--data", self.site.broker.data), ("restore", folder, "--data", new)):
            subprocess.run([yxd, *map(str, words)], check=True, capture_output=True, timeout=harness.VERB_SECONDS)
        self.people(self.office, 23000, 1)  # not in the copy
        self.site.broker.kill()
        self.site.broker.data = new
        self.site.broker.start()
        done = self.office.run("outbox", "receipts", "-o", self.site.folder / "again.ndjson")
        self.assertEqual(done.returncode, 5)
        self.assertIn("person HZ23000", done.stderr)
        self.assertNotIn("another key", done.stderr)
        self.assertIn("wrong 0", self.office.ok("verify", self.site.folder / "again.ndjson"))

    def test_signing_key__lost__another_is_made_and_told(self):
        self.people(self.office, 21000, 3)
        self.receipts()
        self.site.broker.stop()
        (self.site.broker.data / "sign.key").unlink()
        self.site.broker.start()
        self.assertEqual((self.site.broker.data / "sign.key").stat().st_mode & 0o777, 0o600)
        done = self.office.run("outbox", "receipts", "-o", self.site.folder / "other.ndjson")
        self.assertEqual(done.returncode, 5)
        self.assertIn("another key", done.stderr)

    def copy(self, name):
        """The office's profile on another machine."""
        twin = self.site.client(name)
        shutil.copytree(self.office.profile, twin.profile)
        return twin

    def test_copied_profile__both_enter__nothing_lost_or_doubled(self):
        self.site.broker.kill()
        self.office.run("--timeout", "0.2", "put", "person", "code=HZ10", "name=丙")
        twin = self.copy("twin")
        self.site.broker.start()
        self.assertEqual(self.people(self.office, 100, 30).returncode, 0)
        done = self.people(twin, 200, 30)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("copied or restored", done.stderr)
        codes = self.feed()
        self.assertEqual(codes["HZ10"], 1)  # it waited in both
        for code in [*range(100, 130), *range(200, 230)]:
            self.assertEqual(codes[f"HZ{code:05d}"], 1)
        self.assertEqual(self.states(self.office)[0]["waiting"] + self.states(twin)[0]["waiting"], 0)

    def restore_bytes(self, old):
        """The old bytes in the same file, as from a disk image: nothing on this machine tells."""
        with open(self.office.profile / "outbox" / "data.mdb", "r+b") as file:
            file.write(old)
            file.truncate()

    def test_old_copy_restored_unseen__numbers_used__moved_and_sent_once(self):
        old = (self.office.profile / "outbox" / "data.mdb").read_bytes()
        self.assertEqual(self.people(self.office, 300, 20).returncode, 0)
        self.restore_bytes(old)
        done = self.people(self.office, 400, 20)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("copied or restored", done.stderr)
        codes = self.feed()
        for code in [*range(300, 320), *range(400, 420)]:
            self.assertEqual(codes[f"HZ{code:05d}"], 1)
        self.assertEqual(self.states(self.office)[0]["instances"], 2)

    def test_old_copy_restored_unseen__far_below__told_and_never_silent(self):
        old = (self.office.profile / "outbox" / "data.mdb").read_bytes()
        self.assertEqual(self.people(self.office, 1000, 2100).returncode, 0)
        self.restore_bytes(old)
        done = self.office.run("put", "person", "code=HZ9", "name=丁")
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("E1102", done.stderr)
        refused = self.states(self.office)[1][-1]
        self.assertEqual(refused["name"], "SETTLED")
        self.office.ok("outbox", "mend", refused["entry"])
        self.assertEqual(self.feed()["HZ9"], 1)

    def test_two_processes__one_outbox__each_once(self):
        lines = ["".join(json.dumps({"code": f"HZ{i:05d}"}) + "\n" for i in range(start, start + 400))
                 for start in (3000, 4000)]
        jobs = [self.office.start("put", "person", "--file", "-") for _ in lines]
        for job, text in zip(jobs, lines):
            job.stdin.write(text)
            job.stdin.flush()
        for job in jobs:
            out, err = job.communicate(timeout=harness.VERB_SECONDS)
            self.assertEqual((job.returncode, out.split(",")[0]), (0, "accepted 400"), err)
        codes = self.feed()
        self.assertTrue(all(codes[f"HZ{i:05d}"] == 1 for i in [*range(3000, 3400), *range(4000, 4400)]))

    def test_sender_killed__another_takes_over_at_once(self):
        self.site.broker.kill()
        self.assertEqual(self.people(self.office, 6000, 300, "--timeout", "0.2").returncode, KEPT)
        sender = self.office.start("outbox", "send", "--follow")
        self.addCleanup(sender.communicate)
        sender.send_signal(signal.SIGSTOP)
        self.site.broker.start()
        sender.kill()
        sender.wait()
        self.office.ok("outbox", "send")
        codes = self.feed()
        self.assertTrue(all(codes[f"HZ{i:05d}"] == 1 for i in range(6000, 6300)))

    def test_a_week_offline__three_cuts_while_sending__each_once(self):
        self.site.broker.kill()
        journal = self.site.broker.data / "journal" / "data.mdb"
        sender = self.office.start("outbox", "send", "--follow")
        try:
            for part in range(4):
                done = self.people(self.office, 10000 + part * WEEK // 4, WEEK // 4, "--timeout", "0.2")
                self.assertEqual(done.returncode, KEPT, done.stderr)
                size = journal.stat().st_size
                self.site.broker.start()
                while part < 3 and journal.stat().st_size == size:  # until something was stored
                    pass
                if part < 3:
                    self.site.broker.kill()
                    print("cut", part + 1, "waiting", self.states(self.office)[0]["waiting"])
        finally:
            sender.kill()
            sender.communicate()
        self.office.ok("outbox", "send")
        codes = self.feed()
        self.assertEqual([i for i in range(10000, 10000 + WEEK) if codes[f"HZ{i:05d}"] != 1], [])


if __name__ == "__main__":
    unittest.main()
