"""What end-to-end tests share: real yxd and yx processes in a folder of their own.

No sleeps and no fixed ports: the broker listens on a port that the system chooses and
tells through sd_notify when it serves. Used by tests, by the demo and by the benches.
"""
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

READY_SECONDS = 120
VERB_SECONDS = 120


class Failed(Exception):
    """A yx call that should have succeeded did not."""


@contextlib.contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory(prefix="yixian-") as folder:
        yield folder


class Notifications:
    """The socket through which yxd tells its service manager how it is."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="yx-notify-")
        self.address = self.folder + "/socket"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address)
        self.process, self.log = None, None

    def until(self, word, seconds=READY_SECONDS):
        """Returns when a message holds the word; fails when the process ends first."""
        end = time.monotonic() + seconds
        watch = os.pidfd_open(self.process.pid)
        try:
            while True:
                ready, _, _ = select.select([self.socket, watch], [], [], max(0, end - time.monotonic()))
                if self.socket in ready:
                    if word in self.socket.recv(4096).decode():
                        return
                elif ready or time.monotonic() > end:
                    raise Failed(f"yxd did not say {word}:\n" + self.log.read_text()[-2000:])
        finally:
            os.close(watch)

    def close(self):
        self.socket.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Broker:
    """One yxd on one data folder; may be killed and started again."""

    def __init__(self, binaries, folder, extra_env=None, config=None):
        self.yxd = str(pathlib.Path(binaries) / "yxd")
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.extra_env = extra_env or {}
        self.process = None
        self.listen = "tcp://127.0.0.1:*"
        self.config = dict(config or {})
        self.log = self.folder / "yxd.log"
        self.notify = None

    def init(self, administrator="admin", words=()):
        """Makes the data folder; returns the one-time code of the administrator."""
        out = subprocess.run([self.yxd, "init", "--data", str(self.data), "--administrator", administrator,
                              *map(str, words)], check=True, capture_output=True, text=True, timeout=VERB_SECONDS).stdout
        return next(w for w in out.split() if w.startswith("yx1-"))

    def write_config(self):
        path = self.folder / "yxd.yaml"
        keys = {"data": self.data, "listen": self.listen, "map_gib": 64, **self.config}
        path.write_text("".join(f"{k}: \"{v}\"\n" if isinstance(v, (str, pathlib.Path)) else f"{k}: {v}\n"
                                for k, v in keys.items()))
        return path

    def start(self):
        """Starts yxd and returns when it says that it serves."""
        self.notify = Notifications()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.yxd, "--config", str(self.write_config())], stderr=log, stdout=log,
                env={**os.environ, **self.extra_env, "NOTIFY_SOCKET": self.notify.address})
        self.notify.process, self.notify.log = self.process, self.log
        self.notify.until("READY=1")
        self.endpoint = (self.data / "endpoint").read_text().strip()
        self.listen = self.endpoint  # a restart serves where its clients look for it
        return self

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        code = self.process.wait(timeout=READY_SECONDS)
        self.notify.close()
        return code

    def stop(self):
        """Drains; the exit code must be 0."""
        code = self.kill(signal.SIGTERM)
        if code != 0:
            raise Failed(f"yxd ended with {code}:\n" + self.log.read_text()[-2000:])

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()


class Client:
    """One profile of yx: one enrolled key."""

    def __init__(self, binaries, broker, folder, name):
        self.yx = str(pathlib.Path(binaries) / "yx")
        self.broker = broker
        self.profile = pathlib.Path(folder) / f"profile-{name}"
        self.name = name

    def env(self, lang="en_GB.UTF-8"):
        return {**os.environ, "YX_PROFILE": str(self.profile), "LC_ALL": lang, "NO_COLOR": "1"}

    def run(self, *words, stdin=None, lang="en_GB.UTF-8", timeout=VERB_SECONDS):
        """The finished process, whatever its exit code."""
        return subprocess.run([self.yx, *map(str, words)], input=stdin, capture_output=True, text=True,
                              env=self.env(lang), timeout=timeout)

    def ok(self, *words, stdin=None, **more):
        done = self.run(*words, stdin=stdin, **more)
        if done.returncode != 0:
            raise Failed(f"yx {' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, *words, stdin=subprocess.PIPE):
        """A process that runs on; its standard input is a pipe unless told otherwise."""
        return subprocess.Popen([self.yx, *map(str, words)], stdin=stdin, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=self.env())

    def json(self, *words):
        """The replies of a query as a list of objects."""
        return [json.loads(line) for line in self.ok("--json", *words).splitlines() if line.strip()]

    def enrol(self, code):
        self.ok("enrol", code, "--broker", self.broker.endpoint)
        return self

    def invite(self, principal, *words):
        """Invites through this administrator and returns the one-time code."""
        out = self.ok("admin", "invite", principal, *words)
        return next(w for w in out.split() if w.startswith("yx1-"))

    def put(self, *things, check=True):
        """Submits (verb, fields) pairs through one yx put; returns the process."""
        lines = "".join(json.dumps({"verb": verb, **fields}, ensure_ascii=False) + "\n" for verb, fields in things)
        done = self.run("put", "many", "--file", "-", stdin=lines)
        if check and done.returncode != 0:
            raise Failed(f"put: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def digest(self):
        return self.json("admin", "digest")[0]["answer"]["digest"]


class Site:
    """A broker, an administrator, two organisers and room for more, all enrolled."""

    def __init__(self, binaries, extra_env=None, config=None, init=()):
        """`init`: further words for yxd init, such as those of a demonstration."""
        self.binaries = binaries
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="yixian-"))
        self.broker = Broker(binaries, self.folder, extra_env, config)
        code = self.broker.init(words=init)
        self.broker.start()
        self.administrator = self.client("admin").enrol(code)
        self.clients = {}

    def client(self, name):
        return Client(self.binaries, self.broker, self.folder, name)

    def enrolled(self, name, *words):
        """A new principal with the given roles and scope, enrolled."""
        client = self.client(name).enrol(self.administrator.invite(name, *words))
        self.clients[name] = client
        return client

    def close(self):
        self.broker.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
