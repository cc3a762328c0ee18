"""A real yxrelay process, and a subscriber that has nothing but ZeroMQ and the messages."""
import os
import pathlib
import signal
import subprocess
import time

import harness
import zmq
from yixian_proto import wire_pb2
from zmq.utils.monitor import parse_monitor_message

PATIENCE_MS = 120000
ASK_AGAIN_MS = 10000


class Relay:
    """One yxrelay with the profile of a client and a folder of its own."""

    def __init__(self, site, client, *words):
        self.data = site.folder / "relay"
        self.log = site.folder / "yxrelay.log"
        self.notify = harness.Notifications()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(pathlib.Path(site.binaries) / "yxrelay"), "--profile", str(client.profile), "--data", str(self.data),
                 "--listen", "tcp://127.0.0.1:*", "--last-value", "tcp://127.0.0.1:*", *words],
                stdout=log, stderr=log, env={**os.environ, "NOTIFY_SOCKET": self.notify.address})
        self.notify.process, self.notify.log = self.process, self.log
        self.notify.until("READY=1")
        self.endpoints = dict(line.split() for line in (self.data / "endpoints").read_text().splitlines())
        self.key = (self.data / "relay.pub").read_bytes().strip()

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=harness.READY_SECONDS)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.notify.close()


def pair_of(client):
    """(public, secret) of a profile that yx made."""
    words = dict(line.split() for line in (client.profile / "key").read_text().splitlines()[1:])
    return bytes.fromhex(words["public"]), bytes.fromhex(words["secret"])


class Subscriber:
    """A SUB socket for one board, and a REQ socket for its last value."""

    def __init__(self, relay, pair, group):
        self.relay, self.pair = relay, pair
        self.topic = f"board/{group}".encode()
        self.context = zmq.Context()
        self.rows, self.version, self.holes, self.parts = {}, 0, 0, []
        self.live = None
        self.sub = self.socket(zmq.SUB)
        self.monitor = self.sub.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_HANDSHAKE_FAILED_AUTH)
        self.monitor.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
        self.sub.subscribe(self.topic)
        self.sub.subscribe(b"relay")
        self.sub.connect(relay.endpoints["publish"])

    def socket(self, kind):
        socket = self.context.socket(kind)
        socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
        socket.setsockopt(zmq.LINGER, 0)
        socket.curve_serverkey = self.relay.key
        socket.curve_publickey, socket.curve_secretkey = self.pair
        return socket

    def next_event(self):
        return parse_monitor_message(self.monitor.recv_multipart())["event"]

    def last_value(self):
        """Asks until there is one; the view is then the whole of it. A question that the
        relay's new sockets know nothing of is asked again on a new one of ours."""
        frames, end = [], time.monotonic() + PATIENCE_MS / 1000
        while len(frames) < 2:
            assert time.monotonic() < end, f"no last value: {frames}"
            asker = self.socket(zmq.REQ)
            asker.connect(self.relay.endpoints["last_value"])
            asker.send(self.topic)
            frames = asker.recv_multipart() if asker.poll(ASK_AGAIN_MS) else []
            asker.close()
        deltas = [wire_pb2.Delta.FromString(frame) for frame in frames[1:]]
        assert frames[0] == self.topic and all(delta.base_version == 0 for delta in deltas)
        self.apply(deltas)

    def apply(self, deltas):
        if deltas[0].base_version == 0:
            self.rows = {}
        for delta in deltas:
            for gone in delta.gone:
                self.rows.pop(gone, None)
        for delta in deltas:
            self.rows.update({row.subject: row for row in delta.board.rows})
        self.version = deltas[-1].version

    def take(self):
        """One message: a heartbeat, or a part of an update. The last value heals holes."""
        frames = self.sub.recv_multipart()
        if frames[0] == b"relay":
            self.live = frames[1].startswith(b"live")
            newest = dict(frame.rsplit(b" ", 1) for frame in frames[2:])
            if self.version and int(newest.get(self.topic, 0)) > self.version:
                self.holes += 1
                self.last_value()
            return
        if frames[0] != self.topic:
            return
        delta = wire_pb2.Delta.FromString(frames[1])
        self.parts = [delta] if delta.part == 0 else self.parts + [delta]
        if delta.part + 1 < delta.parts or delta.version <= self.version or self.version == 0:
            return
        if len(self.parts) != delta.parts or delta.base_version not in (0, self.version):
            self.holes += 1
            self.last_value()
        else:
            self.apply(self.parts)

    def until(self, condition):
        while not condition():
            self.take()

    def join(self):
        """Subscribed first, then the last value: no hole in between."""
        self.until(lambda: self.live)
        self.live = None
        self.until(lambda: self.live)  # the other topic was told before this one came
        self.last_value()

    def board(self):
        """(subject, rank, total) in the board's order."""
        return [(row.subject, row.rank, row.total)
                for row in sorted(self.rows.values(), key=lambda row: (row.rank, row.subject.encode()))]

    def close(self):
        self.sub.disable_monitor()
        self.context.destroy(linger=0)
