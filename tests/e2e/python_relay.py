"""A real yxrelay beside a field, for tests of its subscribers."""
import os
import pathlib
import signal
import subprocess

import harness
import python_field

DOWN_SECONDS = 120


class Relay:
    """yxrelay with a profile of its own; may be killed and started again at the same ports."""

    def __init__(self, field, name="relay", *words):
        self.client = field.site.enrolled(name, *(words or ("--role", "service", "--everything")))
        self.data = field.site.folder / f"{name}-data"
        self.log = field.site.folder / f"{name}.log"
        self.listen = {"listen": "tcp://127.0.0.1:*", "last-value": "tcp://127.0.0.1:*"}
        self.process = None
        self.start()

    def start(self):
        notify = harness.Notifications()
        words = [f"--{name}={value}" for name, value in self.listen.items()]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(pathlib.Path(python_field.BINARIES) / "yxrelay"), f"--data={self.data}", *words], stdout=log, stderr=log,
                env={**os.environ, **self.client.env(), "NOTIFY_SOCKET": notify.address})
        notify.process, notify.log = self.process, self.log
        notify.until("READY=1")
        notify.close()
        found = dict(line.split(" ", 1) for line in (self.data / "endpoints").read_text().splitlines())
        self.listen = {"listen": found["publish"], "last-value": found["last_value"]}

    @property
    def endpoints(self):
        return self.listen["listen"], self.listen["last-value"]

    @property
    def key(self):
        return (self.data / "relay.pub").read_text()

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        return self.process.wait(timeout=DOWN_SECONDS)

    def close(self):
        if self.process.poll() is None:
            self.kill()
