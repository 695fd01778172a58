"""What a rule may look at: every input by name, with its meaning, its range and where its value comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.money import Money
from agent.signals import NEGATIVE_VALENCE, Emotion, Signals, Stake
from escalation.trajectory import CALM, Feeling, Point


@dataclass(frozen=True)
class Moment:
    """Everything that is known of a message when the rules weigh it. The trajectories end with the message itself."""

    signals: Signals
    conversation: Sequence[Feeling] = ()
    """Since the AI last got the floor, oldest first."""
    customer: Sequence[Feeling] = ()
    """In all of the customer's conversations, oldest first."""
    unanswered: int = 0
    """Questions in a row that the AI could not answer, before this message."""
    refusals: int = 0
    """How often the customer has said that an answer did not help; 0 if this message does not say so."""
    likeness: Sequence[float] | None = None
    """Cosines to the customer's earlier questions that were answered; None if this message is no question that can be compared."""
    order_total: Money | None = None
    """Of the order that the customer speaks of; None if none is known."""
    tier: str | None = None


@dataclass(frozen=True)
class Measures:
    """What the policy makes of a moment: all that inputs are read from."""

    moment: Moment
    conversation: Point = CALM
    customer: Point = CALM
    times_asked: int = 0
    order_value: float | None = None
    """In whole units of the policy's currency."""
    tier_rank: int | None = None
    """Place among the policy's tiers, lowest 0."""


class Kind(StrEnum):
    """How an input's threshold is written."""

    SHARE = "a number above 0, up to 1"
    YES = "true"
    COUNT = "a whole number from 1"
    AMOUNT = "a number above 0"
    TIER = "one of the tiers"


@dataclass(frozen=True)
class Input:
    """One thing that is measured. `read` gives its value, or None if it is not known: then no condition on it holds."""

    words: str
    kind: Kind
    read: Callable[[Measures], float | None]
    beside: str | None = None
    """The input whose value explains this one to a reader."""


def _trajectory(whose: str, prefix: str, of: Callable[[Measures], Point]) -> dict[str, Input]:
    return {
        f"{prefix}.level": Input(f"How upset the {whose} is (smoothed)", Kind.SHARE, lambda m: of(m).level),
        f"{prefix}.slope": Input(
            f"How fast the {whose} gets more upset (level a message)", Kind.SHARE, lambda m: of(m).slope
        ),
        f"{prefix}.peak": Input(f"How upset the {whose} was at most", Kind.SHARE, lambda m: of(m).peak),
        f"{prefix}.rising": Input(
            f"Messages in a row that made the {whose} more upset", Kind.COUNT, lambda m: of(m).rising
        ),
        f"{prefix}.upset": Input(
            f"The {whose} is upset, and has not come to rest since",
            Kind.YES,
            lambda m: float(of(m).upset),
            f"{prefix}.level",
        ),
    }


def _stake(stake: Stake) -> Input:
    words = f"At stake: {stake.replace('_', ' ')}"
    return Input(words, Kind.SHARE, lambda m: m.moment.signals.stakes.get(stake, 0.0))


def _emotion(emotion: Emotion) -> Input:
    def read(m: Measures) -> float:
        signals = m.moment.signals
        return 0.0 if signals.abstained else signals.emotions.get(emotion, 0.0)

    return Input(f"Emotion of the message: {emotion}", Kind.SHARE, read)


def _negative(m: Measures) -> float:
    return float(not m.moment.signals.abstained and m.moment.signals.valence < NEGATIVE_VALENCE)


INPUTS: Mapping[str, Input] = {
    "wants_person": Input(
        "The message asks for a person", Kind.SHARE, lambda m: m.moment.signals.wants_person
    ),
    "intensity": Input(
        "How strong the feeling of the message is", Kind.SHARE, lambda m: m.moment.signals.intensity
    ),
    "negative": Input("The message is negative, by the reader's own cut", Kind.YES, _negative),
    **{f"stakes.{stake}": _stake(stake) for stake in Stake},
    **{f"emotions.{emotion}": _emotion(emotion) for emotion in Emotion},
    **_trajectory("conversation", "conversation", lambda m: m.conversation),
    **_trajectory("customer over all conversations", "customer", lambda m: m.customer),
    "unanswered": Input(
        "Questions in a row that the AI could not answer", Kind.COUNT, lambda m: m.moment.unanswered
    ),
    "times_asked": Input("Times the customer has asked the same", Kind.COUNT, lambda m: m.times_asked),
    "refusals": Input(
        "Times the customer said that an answer did not help", Kind.COUNT, lambda m: m.moment.refusals
    ),
    "order.value": Input(
        "Value of the order spoken of, in the policy's currency", Kind.AMOUNT, lambda m: m.order_value
    ),
    "customer.tier": Input("The customer's tier at the shop, at least", Kind.TIER, lambda m: m.tier_rank),
}


def values_of(measures: Measures) -> dict[str, float]:
    """The value of every input that is known, by name."""
    read = ((name, source.read(measures)) for name, source in INPUTS.items())
    return {name: float(value) for name, value in read if value is not None}
