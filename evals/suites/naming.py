"""What is wrong in a case, and the check that a name is of something that there is."""

import difflib
from collections.abc import Collection, Iterator

from evals.suites.marks import Place

Fault = tuple[Place, str]
"""The way to the part that is wrong, and what is wrong with it."""


def named(place: Place, name: str, there_are: Collection[str], what: str) -> Iterator[Fault]:
    """A fault if it is not among what there is, with what may have been meant."""
    if name not in there_are:
        near = difflib.get_close_matches(str(name), list(there_are), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        yield place, f"there is no {what} {name!r}.{hint}"
