"""A town under observation, driven by the Python client: shared by its end-to-end tests."""
import os
import pathlib
import random
import subprocess

import harness
import town
from yixian import Client, command, enrol

BINARIES = os.environ["YIXIAN_BIN"]
SEED = int(os.environ.get("YIXIAN_SEED", "20250106"))


class Field:
    """A site with the town's registry, an organiser who submits sheets on behalf of the inspectors."""

    def __init__(self):
        print("seed", SEED)
        self.chance = random.Random(SEED)
        self.site = harness.Site(BINARIES)
        town.found(self.site)
        self.clients = []
        self._sheets = 0
        self.organiser = self.client("organiser", "--role", "organiser", "--everything")

    def client(self, name, *words):
        """A new principal with a key of its own."""
        code = self.site.administrator.invite(name, *words)
        client = Client(enrol(code, self.site.broker.endpoint, self.site.folder / f"{name}.json", timeout=120), timeout=120)
        self.clients.append(client)
        return client

    def sheet(self, **more):
        """Another random observation, as a command."""
        self._sheets += 1
        visit, team, unit = self.chance.choice(town.VISITS)
        inspector = self.chance.choice([code for code, of in town.INSPECTORS if of == team])
        subject = self.chance.choice([code for code, _, of in town.SUBJECTS if of == unit])
        values = {d: 50 * self.chance.randrange(120, 200) for d in (1, 2, 3)}
        return command("observe", **{**town.observation(f"F{self._sheets:05d}", visit, inspector, subject, values,
                                                        narrative="现场了解工作进展，情况属实。"), **more})

    def observe(self, count):
        """Submits as many sheets; the highest seq."""
        outcomes = self.organiser.submit_many([self.sheet() for _ in range(count)])
        return max(outcome.seq for outcome in outcomes)

    def records(self):
        """(kind, code of an observation) of each record in the journal, by seq."""
        dump = subprocess.run([str(pathlib.Path(BINARIES) / "journal_dump"), str(self.site.broker.data)], check=True,
                              capture_output=True, text=True, timeout=300).stdout
        lines = (line.split(" ", 5) for line in dump.splitlines())
        return {int(seq): (int(kind), code) for seq, _, _, _, kind, code in lines}

    def restart(self):
        """The broker is killed without warning and serves again at the same place."""
        self.site.broker.kill()
        self.site.broker.start()

    def close(self):
        for client in self.clients:
            client.close()
        self.site.close()
