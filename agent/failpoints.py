"""Named points at which a test can crash the process, to prove that recovery works (law 3).

A point does nothing unless it is armed: by `crash_at` within a test, or by the environment variable
`CANDOR_FAILPOINT=<name>` for a process that a test started, which then dies by SIGKILL.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

POINTS = (
    "in_intent",  # the intent is written, its transaction not yet committed
    "after_intent",  # the intent is committed, the shop knows nothing
    "in_shop",  # the demo shop has written, its transaction not yet committed
    "after_shop",  # the shop has done it, our receipt is not written
    "in_receipt",  # the receipt is written, its transaction not yet committed
    "after_receipt",  # all is recorded, the caller has not heard of it
)

_armed: set[str] = set()


class CrashError(BaseException):
    """A crash in a test. No `except Exception` may swallow it, just as none stops a kill."""


def hit(name: str) -> None:
    """Die here if `name` is armed."""
    if name not in POINTS:
        raise ValueError(f"There is no failpoint {name!r}.")
    if name in _armed:
        raise CrashError(name)
    if os.environ.get("CANDOR_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def crash_at(name: str) -> Iterator[None]:
    """Raise `CrashError` whenever `name` is reached inside the block."""
    if name not in POINTS:
        raise ValueError(f"There is no failpoint {name!r}.")
    _armed.add(name)
    try:
        yield
    finally:
        _armed.discard(name)
