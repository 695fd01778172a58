"""Claims: one figure each, with the clause that it belongs to and what that clause sets apart."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from knowledge.articles import Article
from knowledge.checking.cutting import clause_of, turned, without
from knowledge.checking.measures import Measure, Quantity
from knowledge.checking.statements import REMEMBERED, Statement, concepts, statements
from knowledge.checking.wording import vocabulary

# "over €50", "parcels under 5 kg": the figure is a condition of something else.
_THRESHOLD = re.compile(
    r"(?<!\bno )(?<!\bnot )\b(?:over|above|more than|exceed(?:s|ing)?|beyond|from|under|below|less than|fewer than|(?:order|purchase|basket|amount|value|spend|stay|booking|sum|total)s? (?:of|up to)(?: at least)?"
    r"|(?:spend|buy|order|orders|purchase|if|when)(?: \w+)? (?:at least|up to))\s*(?:about |around |the |a |total of )?$",
    re.IGNORECASE,
)
_THRESHOLD_AFTER = re.compile(
    r"^\s*(?:or more|or above|or over|and over|and above|or less|or under|or longer)\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\b(?:if|unless|except|provided|as long as|in case|whenever|only (?:for|if|when|with)|when)\b(?P<body>[^,;.()]*)",
    re.IGNORECASE,
)
_KNOWN_ALREADY = re.compile(r"\b(?:the|these|those|this|that)\s+$", re.IGNORECASE)  # "within these 14 days"
_INSTEAD = re.compile(
    r"\b(?:instead of|rather than|not|no longer|previously|formerly|used to be)\s+(?:the |just |only |usual )*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z0-9,;:)] )(?:[A-Z][\w&'’-]*|[A-Z]+\d\w*)(?: (?:[A-Z][\w'’-]*|\d+|&))*")
_NUMBERED = re.compile(r"\b[A-Z]\w+ \d+\b")
_NO_NAME = re.compile(
    r"^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|I$|ID$|PDF|VAT|EU$|UK$|PIN|URL|QR|E-mail)"
)
_FREE_FOR = re.compile(
    r"^(?: of charge)?,? (?:for|with|in|on|at|to|from|until|during)\s(?P<body>[^,;.()]*)", re.IGNORECASE
)
_ANCHOR = re.compile(
    r"^\s*(?:of|after|from|since|before|following|once|counted from)\s(?P<body>[^,;.()]*)", re.IGNORECASE
)
_AHEAD = re.compile(r"^\s*(?:before|ahead|in advance|prior|earlier|beforehand)\b", re.IGNORECASE)
_CUSTOMER = re.compile(
    r"\byou (?:can|may|must|have|need|should|could|want)\b|\b(?:can|may|must) be (?:returned|reported|requested|claimed|cancelled|exchanged)\b"
    r"|^(?:please )?(?:ask|send|report|tell|request|return|contact|write|bring|hand|pay|cancel|book|give|call|submit|claim|apply|register|let us know)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\bwe\b|\b(?:answers|replies|responds|reviews|confirms|checks|decides|refunds|takes|is (?:made|paid|sent|processed|credited)|are (?:made|paid|sent|processed|credited|answered))\b",
    re.IGNORECASE,
)
_PRICE_AFTER = re.compile(r"\b(?:for|at|pay|pays|charge|spend)\s+(?:only |just |about )?$", re.IGNORECASE)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RHYTHMS = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "annual"}
_STAFF = frozenset({"staff", "employee", "agent", "supervisor", "manager", "team lead", "customer"})


@dataclass(frozen=True)
class Claim:
    """A figure and the part `clause` of the statement that it belongs to, the figure itself left out."""

    statement: Statement
    quantity: Quantity
    clause: str
    others: tuple[Quantity, ...]  # the other figures of the clause
    head: str = ""  # what the sentence says before the first of several figures alike
    apart: frozenset[str] = frozenset()  # what only the clauses of the other figures alike say

    @property
    def written(self) -> str:
        """The figure as it stands in the statement."""
        return self.statement.text[self.quantity.start : self.quantity.end].strip()

    @cached_property
    def label(self) -> frozenset[str]:
        """The concepts of what its row or item is about."""
        return concepts(self.statement.label)

    @cached_property
    def words(self) -> frozenset[str]:
        """The concepts of the clause and of the label of its row or item."""
        rhythm = _RHYTHMS.get(self.quantity.per)
        implied = {rhythm} if rhythm else set()
        if self.quantity.bound == "least" and not self.threshold:
            implied.add("minimum")
        return concepts(self.clause) | self.label | implied

    @cached_property
    def scope(self) -> frozenset[str]:
        """All concepts of the statement and of what stands around it, those of its other clauses left out."""
        return self.words | (self.statement.words - self.apart) | self.statement.context

    @cached_property
    def qualifiers(self) -> Mapping[str, frozenset[str]]:
        """By class, the values that the clause names, or else the beginning of its sentence."""
        return _qualifiers((self._own, self.head))

    @cached_property
    def qualifiers_around(self) -> Mapping[str, frozenset[str]]:
        """By class, the values that stand nearest around a clause that names none."""
        around = _qualifiers(self.statement.surroundings)
        found = {name: values - _STAFF for name, values in around.items() if name not in self.qualifiers}
        return {name: values for name, values in found.items() if values}

    @cached_property
    def topics(self) -> frozenset[str]:
        """What the figure is about, as far as the clause says."""
        return self.words & vocabulary().topics

    @cached_property
    def names(self) -> frozenset[str]:
        """Proper nouns of the clause, its label and, with a number ("Fibre 500"), of the title, lower-case."""
        found = {
            name[0].lower()
            for text in (self.statement.label, self.head, self.clause)
            for name in _NAME.finditer(text)
            if not _NO_NAME.match(name[0])
        }
        titles = (*self.statement.headings, self.statement.article.title)
        return frozenset(found | {name.lower() for title in titles for name in _NUMBERED.findall(title)})

    @cached_property
    def conditions(self) -> frozenset[str]:
        """The concepts under "if", "unless", "only for" in the clause."""
        generic = vocabulary().generic
        found = [part["body"] for part in _CONDITION.finditer(self._own)]
        if self.free:
            text, end = self.statement.text, self.quantity.end
            found += [part["body"] for part in _FREE_FOR.finditer(text[end : end + 60])]
        return frozenset().union(*(concepts(part) for part in found)) - generic - vocabulary().defaults

    @property
    def free(self) -> bool:
        """Whether it says that something costs nothing."""
        return self.quantity.measure == Measure.AMOUNT and self.quantity.high == 0

    @cached_property
    def price(self) -> bool:
        """Whether it says what something costs."""
        if self.quantity.bound == "most":
            return False  # a limit
        if _PRICE_AFTER.search(self.statement.text[: self.quantity.start]):
            return True
        return (
            self.free or bool(self.quantity.per) or bool((self.words | concepts(self.head)) & {"cost", "pay"})
        )

    @cached_property
    def roles(self) -> tuple[frozenset[str], frozenset[str]]:
        """The topics that the clause is about, and those it counts from: "refund" and "return" in "the refund takes
        5 days from the return".
        """
        generic = vocabulary().generic
        after = _ANCHOR.match(self.statement.text[self.quantity.end :])
        anchor = concepts(after["body"]) - generic if after else frozenset()
        topics = vocabulary().topics
        rest = concepts(self.clause.partition("#")[0]) | concepts(self.statement.label)
        return rest & topics, anchor & topics

    @cached_property
    def threshold(self) -> bool:
        """Whether the figure is where something else begins or ends: the 50 of "orders over €50"."""
        text, figure = self.statement.text, self.quantity
        if figure.measure in {Measure.TIME, Measure.DATE, Measure.AGE} or figure.low != figure.high:
            return False
        return bool(
            _THRESHOLD.search(text[max(0, figure.start - 30) : figure.start])
            or _THRESHOLD_AFTER.search(text[figure.end : figure.end + 15])
        )

    @cached_property
    def ahead(self) -> bool:
        """Whether it counts back from something: "2 hours before the start"."""
        return bool(_AHEAD.match(self.statement.text[self.quantity.end :]))

    @cached_property
    def actor(self) -> str:
        """Who has the time that it gives: "customer", "company", or "" where it does not say."""
        if _CUSTOMER.search(self.clause):
            return "customer"
        return "company" if _COMPANY.search(self.clause) else ""

    @cached_property
    def weekdays(self) -> int:
        """The days of the week that the clause is about, as bits with Monday the lowest; 0 if it names none."""
        bits = 0
        for other in self.others:
            if other.measure == Measure.DAYS_OF_WEEK:
                bits |= int(other.low)
        text = self._own.lower()
        for place, name in enumerate(_WEEKDAYS):
            if re.search(rf"\b{name}s?\b", text):
                bits |= 1 << place
        return bits | (0b1100000 if "weekend" in text else 0)

    @property
    def _own(self) -> str:
        return f"{self.statement.label} : {self.clause}"


def _qualifiers(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """The values of each class in the first of the texts that has any."""
    known = vocabulary().qualifiers
    found: dict[str, frozenset[str]] = {}
    for text in texts:
        here = [(known[concept], concept) for concept in concepts(text) if concept in known]
        for name in {name for name, _ in here} - found.keys():
            found[name] = frozenset(concept for each, concept in here if each == name)
    return found


_known: OrderedDict[str, tuple[Claim, ...]] = OrderedDict()


def claims(article: Article) -> tuple[Claim, ...]:
    """The claims of an article, in order; remembered like its statements."""
    key = article.fingerprint
    found = _known.get(key)
    if found is None:
        found = _known[key] = tuple(
            claim for statement in statements(article) for claim in _claims(statement)
        )
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)
    else:
        _known.move_to_end(key)
    return found


def _claims(statement: Statement) -> Iterator[Claim]:
    found = statement.quantities
    for quantity in found:
        before = statement.text[: quantity.start]
        if _INSTEAD.search(before) or (quantity.measure == Measure.PERIOD and _KNOWN_ALREADY.search(before)):
            continue
        alike = [q for q in found if q.measure == quantity.measure]
        spans = {q: clause_of(statement.text, q, alike) for q in alike}
        start, end = turned(statement.text, quantity, *spans[quantity])
        inside = [q for q in found if start <= q.start and q.end <= end and q is not quantity]
        clause = without(statement.text, start, end, [quantity, *(q for q in inside if not _is_word(q))])
        head = statement.text[: alike[0].start] if start else ""
        other = frozenset().union(
            *(concepts(statement.text[slice(*spans[q])]) for q in alike if q is not quantity)
        )
        yield Claim(
            statement, quantity, clause, tuple(inside), head, other - concepts(clause) - concepts(head)
        )


def _is_word(quantity: Quantity) -> bool:
    """Free of charge, and charged, are figures in words that also tell clauses apart."""
    return quantity.measure == Measure.AMOUNT and (quantity.high == 0 or quantity.low != quantity.high)


def masked(statement: Statement) -> str:
    """A statement under its lead, its figures left out."""
    text = without(statement.text, 0, len(statement.text), list(statement.quantities)).replace("#", "some")
    return " . ".join(filter(None, (statement.lead, text)))
