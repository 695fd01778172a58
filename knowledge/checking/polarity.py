"""Yes and no: clauses of which one denies what the other says."""

import math
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from knowledge.articles import Article
from knowledge.checking.measures import Quantity
from knowledge.checking.statements import REMEMBERED, Statement, concepts, statements
from knowledge.checking.wording import vocabulary

_CLAUSES = re.compile(
    r";\s|[,:]?\s+(?:but|while|whereas|although|though|because|since|so|which|nor)\s|,\s+(?:and|or)\s|,\s+|\.\s|:\s"
    r"|\s+and\s(?=(?:we|you|it|they|there|I|the|can|is|are|cannot|will|do|does)\b)", re.IGNORECASE
)  # fmt: skip
_NOT = re.compile(
    r"\b(?:not|never|cannot|no longer|neither|nor|none|nobody)\b|n['’]t\b|\bno\b(?! (?:later|more|less|earlier|longer|matter|one else|later))"
    r"",
    re.IGNORECASE,
)
# "not only", "not just", "whether or not": no denial.
_NOT_REALLY = re.compile(
    r"(?:\b(?:and|but)|,) not (?:a|an|the|in|on|by|to|from|at|for|with|as)\b|\bnot (?:only|just|necessarily|yet)\b|\bor not\b|\bwhy not\b|\bif not\b|\bnot sure\b|\bdo not worry\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\b(?:if|unless|only|except|until|when|whenever|before|after|once|while|instead|rather|otherwise|most|some|provided|as long as|without|except)\b",
    re.IGNORECASE,
)
_YES = re.compile(r"^\s*(?:yes|✓|✔|included|possible|allowed|available|covered)\b\.?|^\s*[✓✔]", re.IGNORECASE)
_NO = re.compile(
    r"^\s*(?:no|none|not \w+|✗|✘|excluded|impossible|unavailable|never)\b\.?\s*$|^\s*[✗✘–—-]\s*$",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"\bothers?\b", re.IGNORECASE)  # which ones are meant stands elsewhere
_POSSIBLE = re.compile(
    r"\b(?:can|cannot|can['’]t|may|possible|impossible|allowed|permitted|forbidden|prohibited|available|unavailable|welcome|able|unable|accept(?:s|ed)?|offer(?:s|ed)?)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(r"^\s*(?:please\b|never\b|do not\b|don['’]t\b|always\b)", re.IGNORECASE)

_ENOUGH = 2  # telling words of a clause that can stand by itself


@dataclass(frozen=True)
class Clause:
    """A clause that says yes or no: its words, and whether it denies them."""

    statement: Statement
    text: str
    denies: bool
    figures: tuple[Quantity, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling concepts, the way they are said positively."""
        opposites = vocabulary().opposites
        found = {opposites.get(concept, concept) for concept in concepts(self.text)}
        return frozenset(found - _MODAL)

    @cached_property
    def scope(self) -> frozenset[str]:
        """These, and what stands around the statement."""
        return self.words | self.statement.context | concepts(self.statement.label)

    @cached_property
    def limits(self) -> frozenset[str]:
        """The words that say that it holds under a condition, or for some only."""
        return frozenset(word.lower() for word in _LIMITS.findall(self.text))

    @cached_property
    def possibility(self) -> bool:
        """Whether it speaks of what can be had or done."""
        return bool(_POSSIBLE.search(self.text))


_MODAL = concepts("allow not never cannot welcome available")
_known: OrderedDict[str, tuple[Clause, ...]] = OrderedDict()


def clauses(article: Article) -> tuple[Clause, ...]:
    """What an article affirms and denies, in order; remembered like its statements."""
    key = article.fingerprint
    found = _known.get(key)
    if found is None:
        found = _known[key] = tuple(
            clause for statement in statements(article) for clause in _clauses(statement)
        )
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)
    else:
        _known.move_to_end(key)
    return found


def _clauses(statement: Statement) -> Iterator[Clause]:
    if statement.label and statement.group >= 0:
        label, _, said = statement.text.rpartition(": ")
        if _YES.match(said) or _NO.match(said):
            yield Clause(statement, label, bool(_NO.match(said)), ())
            return
    if statement.text.endswith(":"):
        return
    lead = statement.lead if statement.group >= 0 and statement.lead.endswith(":") else ""
    start = 0
    for end, following in [
        *((cut.start(), cut.end()) for cut in _CLAUSES.finditer(statement.text)),
        (len(statement.text), 0),
    ]:
        text = statement.text[start:end]
        figures = tuple(q for q in statement.quantities if start <= q.start and q.end <= end)
        begun = start
        start = following
        if lead and begun == 0:
            text = f"{lead} {text}"
        if begun and len(concepts(text) - vocabulary().generic) < _ENOUGH:
            text = statement.text[:end]  # "Personalised items, such as mugs, cannot be returned"
        clause = Clause(statement, text, _denies(text), figures)
        if clause.words - vocabulary().generic:
            yield clause


def _denies(text: str) -> bool:
    text = _NOT_REALLY.sub("", text)
    opposites = vocabulary().opposites
    count = len(_NOT.findall(text)) + sum(concept in opposites for concept in concepts(text))
    return count % 2 == 1


def apart(one: Clause, other: Clause) -> dict[str, float]:
    """What may set a yes and a no apart, by name: 1 where it does, or on how many sides."""
    both = ((one, other), (other, one))
    return {
        "other limits": one.limits != other.limits,
        "one-sided limits": sum(bool(x.limits - y.limits) for x, y in both),
        "figures": sum(bool(x.figures) for x, _ in both),
        "other possibility": one.possibility != other.possibility,
        "both possible": one.possibility and other.possibility,
        "advice": sum(bool(_ADVICE.match(x.text)) for x, _ in both),
        "others": sum(bool(_OTHERS.search(x.text)) for x, _ in both),
        "one-sided topics": sum(len((x.words & vocabulary().topics) - y.scope) for x, y in both),
        "fewest words": math.log1p(min(len(x.words) for x, _ in both)),
        "most words": math.log1p(max(len(x.words) for x, _ in both)),
    }
