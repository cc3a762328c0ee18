"""Goal: Prometheus gets the broker's figures from an address of the machine, and only there.
Method: a real broker under a little load, read with urllib and by raw sockets."""
import os
import re
import socket
import subprocess
import unittest
import urllib.error
import urllib.request

import harness
import town

BINARIES = os.environ["YIXIAN_BIN"]
SAMPLE = re.compile(r'^(yixian_[a-z0-9_]+)(\{[a-z]+="[^"]*"\})? ([0-9.e+]+)$')
SECONDS = 60


class Metrics(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(BINARIES, config={"metrics": "127.0.0.1:0"})
        self.addCleanup(self.site.close)
        self.address = (self.site.broker.data / "metrics").read_text().strip()

    def fetch(self, path="/metrics", method="GET"):
        asked = urllib.request.Request(f"http://{self.address}{path}", method=method)
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            return answer.headers, answer.read().decode()

    def figures(self):
        """{name with label: value}; every line has to be one that Prometheus reads."""
        headers, text = self.fetch()
        self.assertIn("version=0.0.4", headers["Content-Type"])
        found, types = {}, {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                self.assertNotIn(name, types)
                types[name] = kind
            elif not line.startswith("# HELP "):
                name, label, value = SAMPLE.match(line).groups()
                self.assertTrue(name in types or re.sub("_(bucket|sum|count)$", "", name) in types, line)
                found[name + (label or "")] = float(value)
        return found

    def until(self, name, value):
        """The exporter shows what the core handed over within the last second or so."""
        for _ in range(10_000):
            figures = self.figures()
            if figures[name] >= value:
                return figures
        self.fail(f"{name} stays at {figures[name]}")

    def test_figures__under_load__are_those_of_yx_admin_stats(self):
        town.found(self.site)
        told = {c["name"]: int(c["value"])
                for c in self.site.administrator.json("admin", "stats")[0]["answer"]["stats"]["counters"]}
        self.assertGreater(told["commands_accepted"], 30)
        figures = self.until("yixian_commands_accepted_total", told["commands_accepted"])
        self.assertEqual(figures["yixian_head_seq"], told["head_seq"])
        self.assertEqual(figures["yixian_rows_subjects"], told["rows_subjects"])
        self.assertEqual(figures["yixian_acknowledge_seconds_count"], figures["yixian_commit_records_total"])
        self.assertEqual(figures['yixian_acknowledge_seconds_bucket{le="+Inf"}'],
                         figures["yixian_acknowledge_seconds_count"])
        self.assertGreater(figures["yixian_acknowledge_seconds_sum"], 0)

    def test_other_paths_and_methods__refused_in_words(self):
        for path, method, code in (("/", "GET", 404), ("/metrics/x", "GET", 404), ("/metrics", "POST", 405),
                                   ("/metrics", "DELETE", 405)):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                self.fetch(path, method)
            self.assertEqual(caught.exception.code, code)
            caught.exception.close()

    def test_connections_that_say_nothing__do_not_hold_the_broker_up(self):
        host, port = self.address.split(":")
        silent = [socket.create_connection((host, int(port)), timeout=SECONDS) for _ in range(40)]
        try:
            self.assertIn("principal", self.site.administrator.ok("--json", "whoami"))
        finally:
            for each in silent:
                each.close()
        self.assertIn("yixian_build_info", self.fetch()[1])

    def test_address_of_another_machine__configuration_refused(self):
        path = self.site.folder / "open.yaml"
        for address in ("0.0.0.0:9464", "192.168.1.1:9464", "here"):
            path.write_text(f"data: {self.site.broker.data}\nmetrics: \"{address}\"\n")
            done = subprocess.run([self.site.broker.yxd, "--config", str(path), "--check-config"],
                                  capture_output=True, text=True, timeout=SECONDS)
            self.assertEqual(done.returncode, 2)
            self.assertIn("metrics: must be an address of this machine", done.stderr)


if __name__ == "__main__":
    unittest.main()
