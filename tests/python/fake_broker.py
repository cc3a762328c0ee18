"""A broker of a few lines that says what a test tells it to: for lost answers, holes, silence.

It speaks the wire of PROTOCOL.md section 1 (ROUTER, CURVE, one frame a message) and lets
every key in. `answer` is called for each request but pings and returns replies; it runs in
the broker's thread.
"""
import pathlib
import tempfile
import threading

import zmq
from zmq.utils import z85

from yixian import Client, Profile
from yixian.keys import new_pair
from yixian_proto import wire_pb2


class FakeBroker:
    def __init__(self, answer):
        self.answer, self.pongs = answer, True
        self.requests = []
        self.pair = new_pair()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.CURVE_SERVER, 1)
        self._socket.setsockopt(zmq.CURVE_SECRETKEY, z85.encode(self.pair.secret))
        self._socket.setsockopt(zmq.CURVE_PUBLICKEY, z85.encode(self.pair.public))
        self._socket.bind("tcp://127.0.0.1:*")
        self.endpoint = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while not self._ending.is_set():
            if self._socket.poll(20):
                peer, frame = self._socket.recv_multipart()
                for reply in self._replies(wire_pb2.Request.FromString(frame)):
                    self._socket.send_multipart([peer, reply.SerializeToString()])

    def _replies(self, request):
        if request.HasField("ping"):
            return [wire_pb2.Reply(correlation=request.correlation, pong={})] if self.pongs else []
        self.requests.append(request)
        return self.answer(request)

    def close(self):
        self._ending.set()
        self._thread.join()
        self._socket.close()
        self._context.term()


class Desk:
    """A fake broker and a client of it, for one test."""

    def __init__(self, test, answer):
        folder = tempfile.TemporaryDirectory(prefix="yixian-")
        test.addCleanup(folder.cleanup)
        self.broker = FakeBroker(answer)
        test.addCleanup(self.broker.close)
        profile = Profile(pathlib.Path(folder.name) / "profile.json", self.broker.endpoint, self.broker.pair.public, new_pair())
        self.client = Client(profile)
        test.addCleanup(self.client.close)


def failure(request, status):
    return wire_pb2.Reply(correlation=request.correlation, failure={"status": status})
