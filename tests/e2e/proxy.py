"""A TCP proxy whose connections can be cut, also in the middle of a message."""
import selectors
import socket
import threading


class Proxy:
    """Listens on a port that the system chooses and passes on to `endpoint`."""

    def __init__(self, endpoint):
        host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
        self.target = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.endpoint = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.pairs = {}  # socket -> the other end
        self.clients = set()
        self.left = None  # bytes that still go to clients before all is cut
        self.cuts = 0
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def cut_after(self, count):
        """Passes `count` more bytes to clients, then cuts every connection, once."""
        with self.lock:
            self.left = count

    def close(self):
        self.over.set()
        self.thread.join()
        self._cut()
        self.listener.close()
        self.selector.close()

    def _run(self):
        while not self.over.is_set():
            for key, _ in self.selector.select(0.05):
                if key.fileobj is self.listener:
                    self._accept()
                elif key.fileobj in self.pairs:
                    self._pass(key.fileobj)

    def _accept(self):
        client, _ = self.listener.accept()
        try:
            broker = socket.create_connection(self.target, timeout=10)
        except OSError:  # it is being restarted: the client tries again
            client.close()
            return
        for one, other in ((client, broker), (broker, client)):
            one.settimeout(10)
            self.pairs[one] = other
            self.selector.register(one, selectors.EVENT_READ)
        self.clients.add(client)

    def _pass(self, source):
        try:
            data = source.recv(65536)
            if not data:
                raise ConnectionError
            target = self.pairs[source]
            with self.lock:
                cut = self.left is not None and target in self.clients and len(data) >= self.left
                if cut:
                    data, self.left = data[:self.left], None
                elif self.left is not None and target in self.clients:
                    self.left -= len(data)
            target.sendall(data)
        except OSError:
            self._drop(source)
            return
        if cut:
            self._cut()
            self.cuts += 1

    def _drop(self, one):
        other = self.pairs.pop(one, None)
        if other is None:
            return
        self.pairs.pop(other, None)
        for end in (one, other):
            self.selector.unregister(end)
            self.clients.discard(end)
            end.close()

    def _cut(self):
        for one in list(self.clients):
            self._drop(one)
