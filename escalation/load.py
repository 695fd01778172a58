"""A made-up day at a desk for `candor routing simulate`: who comes, when, with what, and who works there.

Every number here is an assumption, stated so that an operator can judge it, and drawn from one seeded generator. Service times
are log-normal and arrivals follow the hour of the day, as in Brown et al., "Statistical Analysis of a Telephone Call Center"
(JASA 2005); the parameters are ours.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from agent.signals import Stake
from escalation.matching import Person
from escalation.records import Reason, Urgency
from escalation.routing import Need, Routing

DAY = datetime(2026, 11, 24, tzinfo=UTC)  # a Tuesday without a holiday

# Customers an hour, relative: a shop's chat has its peak at noon and a smaller one in the evening, and some come by night.
HOURS = (1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 9, 11, 12, 12, 11, 10, 9, 9, 10, 11, 10, 7, 5, 3, 2)

# Share of the handoffs, urgency and queue (as escalation/triggers.yaml has them), and what is at stake.
MIX: tuple[tuple[float, Reason, Urgency, str, Stake | None], ...] = (
    (0.40, Reason.ASKED_FOR_PERSON, Urgency.NORMAL, "general", None),
    (0.20, Reason.AI_CANNOT_HELP, Urgency.NORMAL, "general", None),
    (0.12, Reason.UPSET, Urgency.HIGH, "complaints", None),
    (0.09, Reason.APPROVAL_NEEDED, Urgency.NORMAL, "general", None),
    (0.06, Reason.PAYMENT_DISPUTE, Urgency.NORMAL, "payments", Stake.chargeback),
    (0.04, Reason.COMPLAINT, Urgency.HIGH, "complaints", None),
    (0.025, Reason.FRAUD, Urgency.HIGH, "payments", Stake.fraud),
    (0.02, Reason.HARDSHIP, Urgency.NORMAL, "care", Stake.hardship),
    (0.015, Reason.LEGAL, Urgency.HIGH, "complaints", Stake.legal),
    (0.01, Reason.PRODUCT_SAFETY, Urgency.URGENT, "care", Stake.product_safety),
    (0.01, Reason.AI_FAILED, Urgency.NORMAL, "general", None),
    (0.005, Reason.BEREAVEMENT, Urgency.HIGH, "care", Stake.bereavement),
    (0.005, Reason.SAFETY, Urgency.URGENT, "care", Stake.self_harm),
)
LANGUAGES = (("en", 0.72), ("de", 0.12), ("fr", 0.08), ("es", 0.05), ("it", 0.03))
FIRST_WORDS = (0.7, 0.5)  # minutes from a claim to the first words: median, and sigma of the logarithm
HANDLING = (12.0, 0.7)  # minutes that a conversation occupies one of a person's places, its pauses included
EMOTIONAL_TAKES = 1.4  # so many times as long
PATIENCE = (120.0, 0.8)  # minutes of open time after which a customer who had no word gives up
# Share of a team that brings it; the first people of a team bring it, so that a small team has it too.
SKILLS = (("care", 0.35), ("payments", 0.4), ("legal", 0.25))
SPEAKS = (("de", 0.35), ("fr", 0.3), ("es", 0.25), ("it", 0.2))


@dataclass(frozen=True)
class Arrival:
    """One customer of the day who goes to a person."""

    at: datetime
    need: Need
    first_words: timedelta
    """From the moment in which a person takes it."""
    handling: timedelta
    patience: timedelta
    """Open time without a word after which they give up."""


def arrivals(number: int, seed: int) -> list[Arrival]:
    """So many customers of one day, in the order in which they come."""
    chance = random.Random(f"arrivals:{seed}")
    return sorted((_arrival(chance) for _ in range(number)), key=lambda arrival: arrival.at)


def team(number: int, routing: Routing, seed: int) -> list[Person]:
    """So many people who work in every queue; skills and languages are dealt out at random."""
    chance = random.Random(f"team:{seed}")
    has: dict[int, set[str]] = {index: set() for index in range(number)}
    speaks: dict[int, set[str]] = {index: set() for index in range(number)}
    for brought, names in ((has, SKILLS), (speaks, SPEAKS)):
        for name, share in names:
            for index in chance.sample(range(number), max(1, round(share * number))):
                brought[index].add(name)
    return [
        Person(
            id=UUID(int=index + 1),
            name=f"Person {index + 1}",
            queues=(),
            skills=frozenset(has[index]),
            languages=frozenset(speaks[index]),
            capacity=routing.people.capacity,
        )
        for index in range(number)
    ]


def _arrival(chance: random.Random) -> Arrival:
    hour = chance.choices(range(24), HOURS)[0]
    _, reason, urgency, queue, stake = chance.choices(MIX, [row[0] for row in MIX])[0]
    [language] = chance.choices([name for name, _ in LANGUAGES], [share for _, share in LANGUAGES])
    need = Need(
        reason,
        urgency,
        queue,
        language=language,
        stakes={stake: 0.9} if stake else {},
        upset=reason in (Reason.UPSET, Reason.COMPLAINT),
    )
    handling = _minutes(chance, HANDLING) * (EMOTIONAL_TAKES if need.emotional else 1)
    return Arrival(
        at=DAY + timedelta(hours=hour, seconds=chance.uniform(0, 3600)),
        need=need,
        first_words=_minutes(chance, FIRST_WORDS),
        handling=handling,
        patience=_minutes(chance, PATIENCE),
    )


def _minutes(chance: random.Random, shape: tuple[float, float]) -> timedelta:
    median, sigma = shape
    return timedelta(minutes=median * chance.lognormvariate(0, sigma))
