"""Figures of replayed conversations, in pairs: what B does otherwise than A to the same words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from escalation.after.policy import After
from escalation.centre.measures import Kind
from escalation.experiments.figures import BY_NAME, Figure, value_of
from escalation.experiments.results import amount, written
from evals.replays.replaying import Replayed
from evals.runs.statistics import bootstrap, paired

# What a replay can tell, and how it is called there: nobody marks a replay, comes back to it, or is silent after it.
TOLD = {
    "resolved_alone": "Answered, and no person called",
    "handed_over": "Went to a person",
    "upset_without_person": "Upset, and left with the AI",
    "could_not_find": "Was told that nothing was found",
    "cut": "Had a sentence cut",
    "provider_failed": "Met a provider that failed",
    "first_words": "Time to the first words",
    "tokens": "Tokens",
    "cost": "Cost of language models",
}


@dataclass(frozen=True)
class Compared:
    """One figure. `changed` are the case numbers of the conversations whose yes or no differs."""

    title: str
    a: str
    b: str
    difference: str
    changed: tuple[str, ...]


def compared(replayed: Sequence[Replayed], after: After) -> list[Compared]:
    """Every figure that the replay can tell of at least one conversation."""
    rows = (_row(BY_NAME[name], title, replayed, after) for name, title in TOLD.items())
    return [row for row in rows if row]


def _row(figure: Figure, title: str, replayed: Sequence[Replayed], after: After) -> Compared | None:
    span = figure.span.of(after)
    pairs = {
        one.case_number: (a, b)
        for one in replayed
        if (a := value_of(figure, one.a, span)) is not None
        and (b := value_of(figure, one.b, span)) is not None
    }
    if not pairs or (figure.kind is not Kind.SHARE and not any(map(any, pairs.values()))):
        return None  # nobody was paid, nothing was read
    first, second = (sum(pair[side] for pair in pairs.values()) / len(pairs) for side in (0, 1))
    changed = tuple(case for case, (a, b) in pairs.items() if a != b) if figure.kind is Kind.SHARE else ()
    return Compared(
        title, written(figure, first), written(figure, second), _difference(figure, pairs), changed
    )


def _shares(figure: Figure, pairs: dict[str, tuple[float, float]]) -> str:
    """`Paired` counts what passes; of a figure that is bad, that it did not happen."""
    good = figure.up_is == "good"
    before, after = ({case: bool(pair[side]) is good for case, pair in pairs.items()} for side in (0, 1))
    found = paired(before, after)
    low, high = (100 * end * (1 if good else -1) for end in found.interval or (0.0, 0.0))
    difference = 100 * (found.difference or 0.0) * (1 if good else -1)
    return (
        f"{difference:+.1f} points, likely {min(low, high):+.1f} to {max(low, high):+.1f} (p {found.p:.3f}); "
        f"{found.worse} worse and {found.better} better of {found.both}"
    )


def _difference(figure: Figure, pairs: dict[str, tuple[float, float]]) -> str:
    if figure.kind is Kind.SHARE:
        return _shares(figure, pairs)
    differences = [b - a for a, b in pairs.values()]
    interval = bootstrap(differences)
    mean = sum(differences) / len(differences)
    low, high = interval or (mean, mean)
    return f"{amount(figure, mean)}, likely {amount(figure, low)} to {amount(figure, high)}"
