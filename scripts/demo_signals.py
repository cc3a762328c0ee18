"""An interruption that waits until what is being started can also be ended.

Python raises KeyboardInterrupt between any two steps: also after a process was started
and before anybody noted that it runs. Whoever is broken off there leaves it behind, and
waits at the end for a thread that reads from it.
"""
import contextlib
import os
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def deferred_signals():
    """Signals that arrive meanwhile are delivered at the end. In the main thread only."""
    arrived = []
    before = {number: signal.signal(number, lambda got, _: arrived.append(got)) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in arrived[:1]:
            os.kill(os.getpid(), number)
