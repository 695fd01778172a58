"""Whether a sentence says the opposite of its source: "can" for "cannot", "open" for "closed"."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from agent.explicit.text import plain_letters
from agent.wording import content_words, wording_data
from knowledge.sentences import sentence_spans

# Of all languages together: none of these words is one of another language that could stand in an answer by chance.
_NOT = re.compile(
    r"\b(?:not|no|never|cannot|none|neither|nor|nobody|nowhere|unable|nicht|kein\w{0,2}|nie|niemals|pas|jamais|aucune?|non|sin|nunca|ningun\w?|mai|nessun\w?"
    r"|nao|nenhum\w?|niet|geen|nooit|nie)\b|n['’]t\b"
)
_CLAUSE = re.compile(
    r"[.!?;:,\n|]+(?=\s)|\n|[()]|\s(?:but|and|so|while|although|because|aber|und|weil|mais|et|pero|y|ma|maar|en|ale)\s"
)
# A sentence is divided more carefully: in "gift cards, vouchers and socks cannot be returned" all three are denied.
_STATEMENT = re.compile(
    r"[.!?;:]+(?=\s)|,\s(?:but|and|so|while|although|because|since|as|aber|und|weil|mais|et|pero|y|ma|maar|en|ale)\s|\s(?:but|because|aber|weil|mais|pero|ma|maar|ale)\s"
)
_AND = re.compile(r"\s(?:and|und|et|y|e|en|i)\s")
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|can|cannot|can't|may|must|do|does|don't|doesn't|has|have|will|needs?|comes?|takes?|costs?|ist|sind|kann|konnen|est|sont|peut|peuvent|puede\w?|es|son|puo|possono|pode\w?|kan|kunnen|jest|sa)\b"
)
_CONDITION = re.compile(
    r"^\W*(?:if|when|once|as|as long as|as soon as|since|because|wenn|falls|si|quand|cuando|se|quando|als|zodra|gdy|jesli)\b[^,]{0,200},"
)
# Where one of these stands, a denial of one thing affirms another: "cannot be returned unless faulty", "only if faulty".
_TURNED = re.compile(
    r"\b(?:only|unless|except|until|nur|ausser|seulement|sauf|solo|salvo|excepto|apenas|alleen|tenzij|tylko|chyba)\b"
)
_WITH_ANOTHER = re.compile(
    r"\b(?:rather|instead|otherwise|without|than|before|if|when|once|while|as long as|elsewhere)\b"
)
_ASKED = re.compile(r"^[^.!?]{1,80}\?\s+(?=\S)")  # "No printer? Show the code": what is asked is not said
_NO_DENIAL = re.compile(
    r"\b(?:no problem|no worries|no more|no extra|no additional|no further|not only|whether or not|no matter|no later|not later)\b"
)
_NOT_THAN = re.compile(r"\b(?:rather|instead|statt|plutot|en vez|invece)\b")
_HEADING = re.compile(r"[^.!?]{1,80}")
_SPEAKS_OF = (
    0.75  # share of the sentence's content words that a source's sentence must have to be about the same
)
_FEWEST = 2  # content words; one word is about anything


@dataclass(frozen=True)
class _Statement:
    """A sentence of the source. `said` and `denied` are the content words of its clauses without and with a denial."""

    words: frozenset[str]
    said: frozenset[str]
    denied: frozenset[str]
    turned: bool


def contradicts(sentence: str, source: str) -> bool:
    """Whether the source's sentences that speak of the same all say the opposite."""
    text = _CONDITION.sub(" ", _in_denials(_ASKED.sub("", sentence)))
    if _TURNED.search(text) or _NOT_THAN.search(text):
        return False
    return any(_opposed(piece, source) for part in _STATEMENT.split(text) for piece in _pieces(part))


def _pieces(part: str) -> list[str]:
    """What "and" joins, if each has a verb of its own: "are hygiene items and cannot be returned"."""
    pieces = _AND.split(part)
    return pieces if all(_VERB.search(piece) for piece in pieces[:-1]) else [part]


def _opposed(part: str, source: str) -> bool:
    words = content_words(_NOT.sub(" ", part))
    if len(words) < _FEWEST:
        return False
    denies = _NOT.search(part) is not None
    conditional = _WITH_ANOTHER.search(part) is not None
    scored = [(len(words & each.words) / len(words), each) for each in _statements(source)]
    best = max((score for score, _ in scored), default=0.0)
    about = [each for score, each in scored if score == best]
    return best >= _SPEAKS_OF and all(
        _opposes(words, each, denies=denies, conditional=conditional) for each in about
    )


def _opposes(words: frozenset[str], source: _Statement, *, denies: bool, conditional: bool) -> bool:
    # "Hygiene items can be returned" leaves out what makes it true; "cannot be returned" may be the rule's other half.
    if source.turned and (denies or conditional):
        return False
    if not source.denied:
        return denies
    if not source.said:
        return not denies
    only_denied, only_said = words & (source.denied - source.said), words & (source.said - source.denied)
    return bool(only_said) and not only_denied if denies else bool(only_denied)


@lru_cache(maxsize=512)
def _statements(source: str) -> tuple[_Statement, ...]:
    found, heading = [], ""
    for line in source.split("\n"):
        item = line.lstrip().startswith("- ")
        if line.strip() and not item:
            # "What is not covered:" denies each item of its list.
            heading = _in_denials(line) if _HEADING.fullmatch(line) and _NOT.search(_in_denials(line)) else ""
        for start, end in sentence_spans(line):
            text = _in_denials(line[start:end])
            clauses = [
                (content_words(_NOT.sub(" ", c)), _NOT.search(c) is not None) for c in _CLAUSE.split(text)
            ]
            said = frozenset[str]().union(*(words for words, denied in clauses if not denied))
            denied = frozenset[str]().union(*(words for words, denied in clauses if denied))
            if item and heading and not denied:
                said, denied = frozenset[str](), said | content_words(_NOT.sub(" ", heading))
            found.append(_Statement(said | denied, said, denied, _TURNED.search(text) is not None))
    return tuple(found)


@lru_cache(maxsize=256)  # a sentence is compared with each passage
def _in_denials(text: str) -> str:
    """The text in small letters, with "closed" as "not open"."""
    plain = _NO_DENIAL.sub(" ", plain_letters(text))
    for pattern, denial in _denials():
        plain = pattern.sub(denial, plain)
    return plain


@cache
def _denials() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(r"\b(?:" + "|".join(word.replace("*", r"\w*") for word in words) + r")\b"), denial)
        for denial, words in wording_data()["denials"].items()
    )
