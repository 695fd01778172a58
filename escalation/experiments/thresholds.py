"""Thresholds as a variant has them: of the triggers, and of a search. Pure."""

from dataclasses import replace

from escalation.experiments.laws import is_fixed
from escalation.experiments.plan import Change, Search
from escalation.triggers import Triggers
from knowledge.confidence import Confidence, fitted


class WayError(ValueError):
    """The product cannot do what a plan wants. The message names the field and the mend."""


def with_thresholds(triggers: Triggers, change: Change) -> Triggers:
    """The policy as a variant has it. Raises `WayError`."""
    if not change.triggers:
        return triggers
    fixed = {rule.rule for rule in triggers.rules if is_fixed(rule.when)}
    for name in change.triggers:
        if name in fixed:
            raise WayError(
                f"triggers: the rule {name!r} may not be varied: it is somebody's wish for a person, or what is at stake for them, "
                "and nobody's danger is put to the lot"
            )
    try:
        return triggers.varied(change.triggers)
    except ValueError as error:
        raise WayError(f"triggers: {_first_line(error)}") from error


def sure_from(search: Search) -> Confidence:
    """The shipped confidence with other thresholds."""
    return replace(fitted(), **search.model_dump(exclude_none=True))


def _first_line(error: ValueError) -> str:
    """Without what pydantic puts around a message."""
    lines = [line.strip() for line in str(error).splitlines()]
    told = next((line for line in lines if line.startswith("Value error, ")), lines[0])
    return told.removeprefix("Value error, ").partition(" [type=")[0]
