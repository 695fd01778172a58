"""Putting a new routing file in place of the operator's, so that two people who do it at once do not undo each other."""

import fcntl
import os
import tempfile
from pathlib import Path

from escalation.policy_files import version_of
from escalation.routing import Routing


class RoutingChangedError(ValueError):
    """Somebody else has changed the routing since it was looked at. Says which version is there now."""


def put_in_use(new: Path, current: Path, *, over: str) -> Routing:
    """Replace the text of `current` by that of `new`, if its version is still `over`. Whole or not at all.

    Raises `PolicyError` for a file that is wrong and `RoutingChangedError`.
    """
    routing = Routing.load(new)
    text = new.read_text(encoding="utf-8")
    with current.with_name(f".{current.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = version_of(current.read_text(encoding="utf-8"))
        if now != over:
            raise RoutingChangedError(
                f"{current.name} is at version {now} now, not at {over}: somebody has changed it meanwhile. Nothing was replaced. "
                f"Bring your change into what is there, check and simulate it, and use it over {now}."
            )
        handle, draft = tempfile.mkstemp(dir=current.parent, prefix=f".{current.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(current.stat().st_mode)
        Path(draft).replace(current)
    return routing
