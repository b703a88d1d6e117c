"""A circuit breaker: failures in, whether a server is worth asking out. After some failures it is left alone a while."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

FAILURES, WITHIN, REST = 5, 60.0, 30.0  # so many failures in so many seconds, then so many seconds of rest


class Breaker:
    """Shared by all threads. After the rest one request is let through as a probe; its success closes the circuit."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: deque[float] = deque(maxlen=FAILURES)
        self._opened: float | None = None

    def allows(self) -> bool:
        """False while the server rests; the first call after the rest is the probe."""
        with self._lock:
            if self._opened is None:
                return True
            if self._clock() - self._opened < REST:
                return False
            self._opened = self._clock()  # others wait until the probe is back
            return True

    def failed(self) -> None:
        with self._lock:
            now = self._clock()
            self._failed.append(now)
            if self._opened is not None or (len(self._failed) == FAILURES and now - self._failed[0] <= WITHIN):
                self._opened = now

    def succeeded(self) -> None:
        with self._lock:
            self._failed.clear()
            self._opened = None
