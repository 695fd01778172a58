"""Whether two claims speak of the same subject under the same conditions.

A pair is first tried against what rules it out: two countries, two plans, a condition that only one of them has. What
is left gets a score from the words that they share, the rare ones counting most, and how near the sentences are to
each other for the sentence model. The weights were set by hand on `evals/data/contradictions_dev.jsonl`, the
shipped help centre and the pairs of `tests/knowledge/checking/trades.py`: figures on these are kinder than on others.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from knowledge.checking.claims import Claim
from knowledge.checking.measures import Measure, Quantity, agree
from knowledge.checking.wording import vocabulary

THRESHOLD = 0.47  # of `score`, from which two claims are taken to speak of the same
# A figure in these measures is rarely what a whole article is about, so more must be alike.
_STRICTER: Mapping[Measure, float] = {
    Measure.COUNT: 0.06, Measure.DATE: 0.05, Measure.SIZE: 0.04, Measure.FREQUENCY: 0.08, Measure.AGE: 0.06, Measure.WEB: 0.1,
    Measure.EMAIL: 0.04, Measure.PHONE: 0.0, Measure.PERCENTAGE: 0.02,
}  # fmt: skip
_COSINE = 0.45  # the weight of the sentence model in the score; the words have the rest
_IN_CONTEXT = 0.85  # a word of one clause that stands only around the other counts this much
_ONE_SIDED_TOPIC = 0.05
_ONE_SIDED_NAME = 0.05
_CONDITIONED = 0.12
_MODIFIED = 0.25
_FREE = 0.05
_AHEAD = 0.15
_AT_ONCE = 0.08
_COUNTED = 0.1
_OTHER_ROW = 0.1  # what a row or item is about is not spoken of around the other
_ACTOR = 0.2
_FAR = 0.06
_TIMES = 8  # figures this many times apart are mostly about two things
_ELSEWHERE = 0.09
_ELSEWHERE_AND_SHORT = 0.16  # where one of the clauses says little by itself
_SHORT = 2  # telling concepts
_ONE_ARTICLE = 0.18
_SOFT = frozenset({"channel", "method", "rhythm"})  # classes that one text may leave out
_BY_TITLE = frozenset({"speed", "place", "tier"})  # classes that a title or heading settles for all below it
_SOFT_PENALTY = 0.06


@dataclass(frozen=True)
class Corpus:
    """How rare each concept is among the statements, and which pairs of concepts an author sets against each other."""

    frequency: Counter[str]
    statements: int
    rivals: Collection[frozenset[str]]

    def weight(self, concept: str) -> float:
        """The rarity (IDF) of a concept, 0 for one that tells no two subjects apart."""
        if concept in vocabulary().generic:
            return 0.0
        return math.log(1 + max(self.statements, _FEW) / (1 + self.frequency[concept]))

    def total(self, subject: Mapping[str, float]) -> float:
        """The weight of several concepts, each of which counts as much as the mapping says."""
        return sum(self.weight(concept) * share for concept, share in subject.items())


_FEW = 200  # statements; with fewer, rarity says little


def comparable(one: Claim, other: Claim) -> bool:
    """Whether two figures disagree and nothing about the figures themselves sets them apart."""
    a, b = one.quantity, other.quantity
    return (
        a.measure == b.measure
        and (a.unit == b.unit or not a.unit or not b.unit)
        and not agree(a, b)
        and not (a.per and b.per and a.per != b.per)
        and one.threshold == other.threshold
        and not _opposed(one, other)
        and ((a.bound == "after") == (b.bound == "after") or "expire" in one.words & other.words)
        and (a.measure != Measure.DAYS_OF_WEEK or a.bound == b.bound)
        and (a.measure != Measure.COUNT or _same_noun(a.noun, b.noun))
    )


def _opposed(one: Claim, other: Claim) -> bool:
    """Whether one is a least and the other a most. "At least 2 hours before" and "up to 2 hours before" are one limit."""
    if {one.quantity.bound, other.quantity.bound} != {"least", "most"}:
        return False
    return not (one.ahead and other.ahead)


def _same_noun(one: str, other: str) -> bool:
    first, second = (noun.split()[:2] for noun in (one, other))
    return any(a.rstrip("s") == b.rstrip("s") for a in first for b in second)


def apart(one: Claim, other: Claim, corpus: Corpus) -> bool:
    """Whether something sets the subjects or conditions of two claims apart for certain."""
    return (
        _parallel(one, other)
        or _topics_apart(one, other)
        or any(_qualified_apart(one, other, name) for name in vocabulary().classes)
        or _roles_apart(one, other)
        or _names_apart(one, other)
        or _figures_apart(one, other)
        or _days_apart(one, other)
        or _rivals_apart(one, other, corpus.rivals)
    )


def _parallel(one: Claim, other: Claim) -> bool:
    """Clauses of one sentence, rows of one table and items of one list differ because they are about different things."""
    a, b = one.statement, other.statement
    if a.article.slug != b.article.slug:
        return False
    return a.start == b.start or (
        min(a.group, b.group) >= 0 and (a.group == b.group or a.headings != b.headings)
    )


def _topics_apart(one: Claim, other: Claim) -> bool:
    a, b = one.topics, other.topics
    if not a or not b:
        return False
    return not (a & b) and not (a & other.scope and b & one.scope)


def _qualified_apart(one: Claim, other: Claim, name: str) -> bool:
    a, b = _values(one, name), _values(other, name)
    if a and b:
        return not a & b
    special = (one.qualifiers.get(name) or other.qualifiers.get(name) or frozenset()) - vocabulary().defaults
    if name in _BY_TITLE:
        special |= (a | b) - vocabulary().defaults
    if name == "state":
        special -= one.conditions | other.conditions  # "if it is damaged" has its own weight
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


def overlap(one: Claim, other: Claim, corpus: Corpus) -> float:
    """How much of what the two claims are about they share, 0 to 1, each concept weighing its rarity."""
    return min_mean(covered(one, other, corpus), covered(other, one, corpus))


def min_mean(a: float, b: float) -> float:
    """Between the smaller of two and their mean: both sides must be covered, but one may say more."""
    return (min(a, b) + (a + b) / 2) / 2


def covered(one: Claim, other: Claim, corpus: Corpus) -> float:
    """How much of what one claim is about the other speaks of too, 0 to 1."""
    whole = corpus.total(one.subject)
    shared = sum(
        corpus.weight(concept) * share * (1.0 if concept in other.words else _IN_CONTEXT)
        for concept, share in one.subject.items()
        if concept in other.scope
    )
    return shared / whole if whole else 0.0


def _far_apart(one: Quantity, other: Quantity) -> bool:
    if (
        one.measure not in {Measure.PERIOD, Measure.AMOUNT, Measure.SIZE, Measure.COUNT}
        or one.unit != other.unit
    ):
        return False
    small, large = sorted((one.high, other.high))
    return large > _TIMES * small


def _counts_from(one: Claim, other: Claim) -> bool:
    """Whether one figure counts from what the other is about: "30 days of the answer", "answers in 10 days"."""
    (a, from_a), (b, from_b) = one.roles, other.roles
    return bool((from_a - a) & (b - from_b)) or bool((from_b - b) & (a - from_a))


def _under_other_titles(one: Claim, other: Claim) -> bool:
    """Whether nothing in the titles and headings of either is spoken of around the other."""
    a, b = one.statement.context - vocabulary().generic, other.statement.context - vocabulary().generic
    return bool(a and b) and not a & other.scope and not b & one.scope


def _modified_apart(one: Claim, other: Claim) -> bool:
    """As in "welcome voucher" and "loyalty voucher": the same word with different words before it."""
    return any(
        not one.modifiers[concept] & other.scope and not other.modifiers[concept] & one.scope
        for concept in one.modifiers.keys() & other.modifiers.keys()
    )


def score(one: Claim, other: Claim, cosine: float, shared: float) -> float:
    """How likely two claims speak of the same: from `overlap`, the cosine of their sentences and one-sided marks."""
    value = _COSINE * cosine + (1 - _COSINE) * shared - _STRICTER.get(one.quantity.measure, 0.0)
    for a, b in ((one, other), (other, one)):
        value -= _ONE_SIDED_TOPIC * len(a.topics - b.scope)
        value -= _ONE_SIDED_NAME * len(
            [name for name in a.names if not set(name.split()) & b.scope and not b.names]
        )
        value -= _CONDITIONED * bool(a.conditions - b.scope)
        value -= _OTHER_ROW * bool(a.label and not a.label & b.scope)
    for name in vocabulary().classes:
        a_values, b_values = _values(one, name), _values(other, name)
        if bool(a_values) != bool(b_values):
            silent = other if a_values else one
            value -= _SOFT_PENALTY * bool((a_values | b_values) - vocabulary().defaults - silent.scope)
    value -= _MODIFIED * _modified_apart(one, other)
    value -= _AHEAD * (one.ahead != other.ahead)
    if _under_other_titles(one, other):
        told = min(len(claim.words - vocabulary().generic) for claim in (one, other))
        value -= _ELSEWHERE_AND_SHORT if told <= _SHORT else _ELSEWHERE
    value -= _COUNTED * _counts_from(one, other)
    value -= _ACTOR * (
        one.quantity.measure == Measure.PERIOD and {one.actor, other.actor} == {"customer", "company"}
    )
    value -= _FAR * _far_apart(one.quantity, other.quantity)
    value -= _AT_ONCE * any(
        q.measure == Measure.PERIOD and q.high == 0 for q in (one.quantity, other.quantity)
    )
    value -= _FREE * (one.free or other.free)
    if bool(one.quantity.per) != bool(other.quantity.per):
        value -= 0.04
    if one.statement.article.slug == other.statement.article.slug:
        value -= _ONE_ARTICLE
    return value
