"""A circuit breaker: a provider that keeps failing is left alone for a while, so that no customer waits for it.

In memory, one for each provider and process: after a restart the first failures are met once more.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fuse:
    """Opens after so many failures within a window; after a rest one attempt is let through. Seconds."""

    failures: int = 5
    window: float = 60
    rest: float = 30


class Breaker:
    """Closed: asked. Open: left alone. Half open: one attempt at a time tries whether it works again."""

    def __init__(self, fuse: Fuse = Fuse(), clock: Callable[[], float] = time.monotonic) -> None:
        self._fuse = fuse
        self._clock = clock
        self._failures: deque[float] = deque(maxlen=fuse.failures)
        self._opened_at: float | None = None
        self._probing = False
        self._why = ""

    def admits(self) -> bool:
        """Whether it may be asked now. Half open, a True must be followed by `worked`, `failed` or `let_go`."""
        if self._opened_at is None:
            return True
        if self._probing or self._clock() < self._opened_at + self._fuse.rest:
            return False
        self._probing = True
        return True

    def worked(self) -> None:
        """It answered: the circuit closes."""
        self._opened_at, self._probing = None, False
        self._failures.clear()

    def failed(self, why: str) -> None:
        """It failed. `why` is the type of the error, never its words."""
        now = self._clock()
        self._failures.append(now)
        self._why = why
        many = len(self._failures) == self._fuse.failures and now - self._failures[0] <= self._fuse.window
        # An attempt that began before the circuit opened does not prolong the rest.
        if self._probing or (many and self._opened_at is None):
            self._opened_at, self._probing = now, False

    def let_go(self) -> None:
        """The attempt came to nothing that says anything about the provider."""
        self._probing = False

    @property
    def open_because(self) -> str | None:
        """The last failure's type while it is left alone or on trial, else None."""
        return None if self._opened_at is None else self._why
