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
# Where one of these stands, a denial of one thing affirms another: "cannot be returned unless faulty", "only if faulty".
_TURNED = re.compile(
    r"\b(?:only|unless|except|until|rather|instead|otherwise|without|than|before|nur|ausser|seulement|sauf|solo|salvo|excepto|apenas|alleen|tenzij|tylko|chyba|neither)\b"
)
_SPEAKS_OF = 0.75  # share of the sentence's content words that a source's sentence must have to be about the same
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
    text = _in_denials(sentence)
    if _TURNED.search(text):
        return False
    return any(_opposed(clause, source) for clause in [text, *_CLAUSE.split(text)] if clause)


def _opposed(clause: str, source: str) -> bool:
    words = content_words(_NOT.sub(" ", clause))
    if len(words) < _FEWEST:
        return False
    denies = _NOT.search(clause) is not None
    scored = [(len(words & each.words) / len(words), each) for each in _statements(source)]
    best = max((score for score, _ in scored), default=0.0)
    about = [each for score, each in scored if score == best]
    return best >= _SPEAKS_OF and all(not each.turned and _opposes(words, each, denies=denies) for each in about)


def _opposes(words: frozenset[str], source: _Statement, *, denies: bool) -> bool:
    if not source.denied:
        return denies
    if not source.said:
        return not denies
    only_denied, only_said = words & (source.denied - source.said), words & (source.said - source.denied)
    return bool(only_said) and not only_denied if denies else bool(only_denied)


@lru_cache(maxsize=128)
def _statements(source: str) -> tuple[_Statement, ...]:
    found = []
    for line in source.split("\n"):
        for start, end in sentence_spans(line):
            text = _in_denials(line[start:end])
            clauses = [(content_words(_NOT.sub(" ", c)), _NOT.search(c) is not None) for c in _CLAUSE.split(text)]
            said = frozenset[str]().union(*(words for words, denied in clauses if not denied))
            denied = frozenset[str]().union(*(words for words, denied in clauses if denied))
            found.append(_Statement(said | denied, said, denied, _TURNED.search(text) is not None))
    return tuple(found)


def _in_denials(text: str) -> str:
    """The text in small letters, with "closed" as "not open"."""
    plain = plain_letters(text)
    for pattern, denial in _denials():
        plain = pattern.sub(denial, plain)
    return plain


@cache
def _denials() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(r"\b(?:" + "|".join(word.replace("*", r"\w*") for word in words) + r")\b"), denial)
        for denial, words in wording_data()["denials"].items()
    )
