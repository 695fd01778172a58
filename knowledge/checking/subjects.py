"""What sets the subjects or conditions of two claims apart, as far as their words say.

None of these marks decides by itself: `same_subject.py` weighs them.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.articles import Article
from knowledge.checking.claims import Claim
from knowledge.checking.measures import Measure, Quantity, agree
from knowledge.checking.statements import rivals, statements
from knowledge.checking.wording import vocabulary

_FEW = 200  # statements; with fewer, rarity says little


@dataclass(frozen=True)
class Corpus:
    """How rare each concept is among the statements, and which pairs of concepts an author sets against each other."""

    frequency: Counter[str]
    statements: int
    rivals: Collection[frozenset[str]]

    @classmethod
    def of(cls, articles: Sequence[Article]) -> "Corpus":
        """The corpus of some articles."""
        frequency: Counter[str] = Counter()
        contrasts: set[frozenset[str]] = set()
        count = 0
        for article in articles:
            found = statements(article)
            count += len(found)
            contrasts |= rivals(found)
            for statement in found:
                frequency.update(statement.words)
        return cls(frequency, count, contrasts)

    def weight(self, concept: str) -> float:
        """The rarity (IDF) of a concept, 0 for one that tells no two subjects apart."""
        if concept in vocabulary().generic:
            return 0.0
        return math.log(1 + max(self.statements, _FEW) / (1 + self.frequency[concept]))


def marks(one: Claim, other: Claim, corpus: Corpus) -> dict[str, float]:
    """Everything that may set two claims apart, by name: 1 where it does, or on how many sides."""
    a, b = one.quantity, other.quantity
    both = ((one, other), (other, one))
    return {
        "qualified": sum(_qualified_apart(one, other, name) for name in vocabulary().classes),
        "topics": _topics_apart(one, other),
        "roles": _roles_apart(one, other),
        "names": _names_apart(one, other),
        "figures": _figures_apart(one, other),
        "days": _days_apart(one, other),
        "rivals": _rivals_apart(one, other, corpus.rivals),
        "one-sided topics": sum(len(x.topics - y.scope) for x, y in both),
        "one-sided names": sum(_names_alone(x, y) for x, y in both),
        "one-sided conditions": sum(bool(x.conditions - y.scope) for x, y in both),
        "one-sided rate": bool(a.per) != bool(b.per),
        "one-sided unit": bool(a.unit) != bool(b.unit),
        "same bound": a.bound == b.bound,
        "one-sided bound": bool(a.bound) != bool(b.bound),
        "opposed bounds": _opposed(one, other),
        "other actor": {one.actor, other.actor} == {"customer", "company"},
        "one counts back": one.ahead != other.ahead,
        "free": one.free or other.free,
        "far apart": _far(a, b),
        "other noun": a.measure == Measure.COUNT and not _same_noun(a.noun, b.noun),
        **{f"is {measure}": a.measure == measure for measure in Measure},
    }


def _opposed(one: Claim, other: Claim) -> bool:
    """Whether one is a least and the other a most. "At least 2 hours before" and "up to 2 hours before" are one limit."""
    if {one.quantity.bound, other.quantity.bound} != {"least", "most"}:
        return False
    return not (one.ahead and other.ahead)


def _same_noun(one: str, other: str) -> bool:
    first, second = (noun.split()[:2] for noun in (one, other))
    return any(a.rstrip("s") == b.rstrip("s") for a in first for b in second)


def _topics_apart(one: Claim, other: Claim) -> bool:
    a, b = one.topics, other.topics
    if not a or not b:
        return False
    return not (a & b) and not (a & other.scope and b & one.scope)


_SOFT = frozenset({"channel", "method", "rhythm"})  # classes that one text may leave out
_BY_TITLE = frozenset({"speed", "place", "tier"})  # classes that a title or heading settles for all below it


def _qualified_apart(one: Claim, other: Claim, name: str) -> bool:
    a, b = _values(one, name), _values(other, name)
    if a and b:
        return not a & b
    special = (one.qualifiers.get(name) or other.qualifiers.get(name) or frozenset()) - vocabulary().defaults
    if name in _BY_TITLE:
        special |= (a | b) - vocabulary().defaults
    if name == "state":
        special -= one.conditions | other.conditions  # "if it is damaged" is a mark of its own
    if not special or name in _SOFT:
        return False
    silent = (other if a else one).scope
    return not any(
        word.startswith(value) for value in special for word in silent
    )  # a membership is for members


def _values(claim: Claim, name: str) -> frozenset[str]:
    return claim.qualifiers.get(name) or claim.qualifiers_around.get(name) or frozenset()


def _roles_apart(one: Claim, other: Claim) -> bool:
    """As in "return within 30 days of delivery" and "delivery takes 3 days": one counts from what the other is about."""
    (a, from_a), (b, from_b) = one.roles, other.roles
    if a and b:
        return not a & b
    return bool(from_a & (b - from_b)) or bool(from_b & (a - from_a))


def _names_apart(one: Claim, other: Claim) -> bool:
    a, b = one.names, other.names
    return bool(a and b) and not any(x in y or y in x for x in a for y in b)


def _names_alone(one: Claim, other: Claim) -> int:
    """How many names one has of which nothing is spoken around the other, which names nothing itself."""
    return 0 if other.names else sum(not set(name.split()) & other.scope for name in one.names)


def _figures_apart(one: Claim, other: Claim) -> bool:
    """Other figures of the clauses are conditions and must agree. "Free" is set against prices only, and not where it
    has a condition of its own ("free from €75", "free for gifts").
    """
    for a in one.others:
        for b in other.others:
            if (
                a.measure == b.measure
                and a.unit == b.unit
                and _conditional(a, one.quantity)
                and not agree(a, b)
            ):
                return True
    return any(
        free.free
        and (
            not price.price
            or bool(free.conditions - price.scope)
            or any(q.measure == Measure.AMOUNT for q in free.others)
        )
        for free, price in ((one, other), (other, one))
    )


def _conditional(figure: Quantity, claimed: Quantity) -> bool:
    """Days of the week are compared in their own way; the time of a day belongs to the day."""
    return figure.measure != Measure.DAYS_OF_WEEK and not (
        figure.measure == Measure.TIME and claimed.measure == Measure.DAYS_OF_WEEK
    )


def _days_apart(one: Claim, other: Claim) -> bool:
    a, b = one.weekdays, other.weekdays
    return one.quantity.measure == Measure.TIME and (bool(a and b and not a & b) or (bool(a) != bool(b)))


def _rivals_apart(one: Claim, other: Claim, rivals: Collection[frozenset[str]]) -> bool:
    a, b = one.words - other.scope, other.words - one.scope
    return any(frozenset((x, y)) in rivals for x in a for y in b)


_FARTHEST = 3.0
_HUGE = 1e9


def _far(one: Quantity, other: Quantity) -> float:
    """How many times (natural logarithm) one figure is the other, at most e³: those far apart are of two things."""
    a, b = (min(quantity.high, _HUGE) + 0.1 for quantity in (one, other))
    return min(_FARTHEST, abs(math.log(a / b)))
