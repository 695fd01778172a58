"""Yes and no: clauses of which one denies what the other says."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.articles import Article
from knowledge.checking.quantities import Quantity
from knowledge.checking.statements import REMEMBERED, Statement, concepts, statements
from knowledge.checking.wording import vocabulary

_CLAUSES = re.compile(
    r";\s|[,:]?\s+(?:but|while|whereas|although|though|because|since|so|which|nor)\s|,\s+(?:and|or)\s|,\s+|\.\s|:\s"
    r"|\s+and\s(?=(?:we|you|it|they|there|I|the|can|is|are|cannot|will|do|does)\b)", re.IGNORECASE
)  # fmt: skip
_NOT = re.compile(
    r"\b(?:not|never|cannot|no longer|neither|nor|without|none|nobody)\b|n['’]t\b|\bno\b(?! (?:later|more|less|earlier|longer|matter|one else|later))"
    r"|\bfree of\b(?! charge)|\bexcept\b",
    re.IGNORECASE,
)
# "not only", "not just", "whether or not": no denial.
_NOT_REALLY = re.compile(r"\bnot (?:only|just|necessarily|yet)\b|\bor not\b|\bwhy not\b|\bif not\b|\bnot sure\b|\bdo not worry\b", re.IGNORECASE)
_OPEN_ENDED = re.compile(r"\b(?:if|unless|only|except|until|when|whenever|before|after|once|while|instead|rather|otherwise|most|some|provided|as long as)\b", re.IGNORECASE)
_YES = re.compile(r"^\s*(?:yes|✓|✔|included|possible|allowed|available|covered)\b\.?|^\s*[✓✔]", re.IGNORECASE)
_NO = re.compile(r"^\s*(?:no|none|not \w+|✗|✘|excluded|impossible|unavailable|never)\b\.?\s*$|^\s*[✗✘–—-]\s*$", re.IGNORECASE)
_ADVICE = re.compile(r"^\s*(?:please\b|never\b|do not\b|don['’]t\b|always\b)", re.IGNORECASE)

_FEWEST = 2  # telling concepts of a clause that can be denied
_DENIED = 0.9  # of the negative clause's weight that the other must speak of
_SAID = 0.6  # of the positive clause's


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
        return frozenset(found - vocabulary().generic - _MODAL)

    @cached_property
    def scope(self) -> frozenset[str]:
        """These, and what stands around the statement."""
        return self.words | self.statement.context | concepts(self.statement.label)

    @cached_property
    def open_ended(self) -> bool:
        """Whether it holds under a condition, or for some only."""
        return bool(_OPEN_ENDED.search(self.text))


_MODAL = frozenset({"allow", "not", "never", "cannot"})
_known: OrderedDict[str, tuple[Clause, ...]] = OrderedDict()


def clauses(article: Article) -> tuple[Clause, ...]:
    """What an article affirms and denies, in order; remembered like its statements."""
    key = article.fingerprint
    found = _known.get(key)
    if found is None:
        found = _known[key] = tuple(clause for statement in statements(article) for clause in _clauses(statement))
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
    lead = statement.lead if statement.group >= 0 and statement.lead.endswith(":") else ""
    start = 0
    for end, following in [*((cut.start(), cut.end()) for cut in _CLAUSES.finditer(statement.text)), (len(statement.text), 0)]:
        text = statement.text[start:end]
        figures = tuple(q for q in statement.quantities if start <= q.start and q.end <= end)
        begun = start
        start = following
        if lead and begun == 0:
            text = f"{lead} {text}"
        clause = Clause(statement, text, _denies(text), figures)
        if len(clause.words) >= _FEWEST:
            yield clause


def _denies(text: str) -> bool:
    text = _NOT_REALLY.sub("", text)
    opposites = vocabulary().opposites
    count = len(_NOT.findall(text)) + sum(concept in opposites for concept in concepts(text))
    return count % 2 == 1


def opposed(no: Clause, yes: Clause, weight: Callable[[str], float]) -> float:
    """How much of each other the two clauses say, 0 to 1; 0 if a condition or a figure sets them apart."""
    a, b = no.statement, yes.statement
    if a.article.slug == b.article.slug and (a.start == b.start or (a.group >= 0 and b.group >= 0)):
        return 0.0
    if no.open_ended or yes.open_ended or no.figures or _ADVICE.match(no.text):
        return 0.0
    denied, said = _share(no.words, yes.scope, weight), _share(yes.words, no.scope, weight)
    direct = _share(no.words, yes.words, weight)
    if denied < _DENIED or said < _SAID or direct < _SAID:
        return 0.0
    return (denied + said + direct) / 3


def _share(words: frozenset[str], among: frozenset[str], weight: Callable[[str], float]) -> float:
    whole = sum(weight(word) for word in words)
    return sum(weight(word) for word in words & among) / whole if whole else 0.0


def pairs(found: Sequence[Clause], asked: Sequence[bool]) -> Iterator[tuple[Clause, Clause]]:
    """A denying and an affirming clause that share a telling concept, where one of them is asked about."""
    by_word: dict[str, list[int]] = {}
    for place, clause in enumerate(found):
        if not clause.denies:
            for word in clause.words:
                by_word.setdefault(word, []).append(place)
    for place, clause in enumerate(found):
        if clause.denies:
            shared: dict[int, int] = {}
            for word in clause.words:
                for number in by_word.get(word, ()):
                    shared[number] = shared.get(number, 0) + 1
            for number, count in shared.items():
                if count >= _FEWEST and (asked[place] or asked[number]):
                    yield clause, found[number]

