"""Whether a sentence asserts something that needs a source, in any supported language."""

import re
from functools import lru_cache

from agent.entailment import is_courtesy
from agent.figures import figures
from agent.gloss import ENGLISH, language_of
from agent.saying import does, is_small_talk
from agent.wording import without_targets

_LETTERS = re.compile(r"[^\W\d_]{2,}")
# Where another statement may begin. Each part must claim nothing by itself: "I can help, and returns are always free."
_PART = re.compile(
    r"[:;](?=\s)|\s[–—-]\s|,?\s(?:but|because|since|however|aber|weil|denn|mais|car|parce que|pero|porque|perché|maar|want|omdat|ale|bo|ponieważ)\s"
    r"|,\s(?-i:and|so|und|et|y|e|en|i)\s",
    re.IGNORECASE,
)
_AND_MORE = re.compile(
    r"(?:\sand|,)\s(?=.{0,60}\b(?:is|are|was|were|costs?|takes?|will|has|have|gets?|receives?|arrives?)\b)"
)
_CONDITION = re.compile(r"\W*(?:once|when|as soon as|if|after|before|until)\b", re.IGNORECASE)
# "Here's how it works:" says nothing yet; what follows the colon is a sentence of its own.
_LEADS_IN = re.compile(
    r"\W*(?:here(?:['’]s| is| are)|below|this is (?:how|what)|in short|in summary|in brief|to sum (?:it )?up|to recap|to summari[sz]e|the short (?:answer|version)"
    r"|a (?:few|couple|quick)|some|your options|these are|what (?:i|you)|next steps?|how (?:it works|to)|step by step|summary|so|also|please note|important"
    r"|hier (?:ist|sind|die|der|das|ein|eine)|kurz(?: gesagt)?|zusammengefasst|zusammenfassend|so (?:geht|funktioniert)|das sind|voici|en (?:bref|résumé|resumen|breve)"
    r"|aquí (?:tienes|tiene|están|está)|estos son|ecco|in breve|riassumendo|aqui (?:está|estão)|em resumo|hier (?:zijn|is|het)|kort(?:om| gezegd)?|oto|w skrócie)"
    r"\b[^.!?:]{0,60}:\W*",
    re.IGNORECASE,
)
_COURTEOUS = 0.9  # probability from which the model's word is enough that nothing is claimed: a false "nothing" lets a claim through
# "Hi Maeve": anybody may be called by their name.
_NAMED = re.compile(r"^(\s*[^\W\d_]+) [A-ZÀ-Þ][\w'’-]+(?=[,!. ])")


@lru_cache(maxsize=64)  # several rules ask of the same sentence
def is_claim(sentence: str) -> bool:
    """Whether it asserts anything: it is no question, courtesy, request or word of the AI about itself."""
    text = without_targets(sentence).strip()
    if text.endswith("?") or (_LEADS_IN.fullmatch(text) and not figures(text)):
        return False
    return any(_asserts(part) for part in _PART.split(text)) and not _is_courteous(text)


def _is_courteous(text: str) -> bool:
    """Whether the model, which reads English, finds a courtesy that the lists of words do not know. Deeds, promises and figures are never left to it."""
    if (
        figures(text)
        or does(text) & {"deed", "report", "promise", "hand_over"}
        or language_of(text) != ENGLISH
    ):
        return False
    return (is_courtesy(text) or 0.0) >= _COURTEOUS


def _asserts(part: str) -> bool:
    if not _LETTERS.search(part):
        return False
    opening, comma, rest = part.partition(",")
    if comma and _LETTERS.search(rest) and is_small_talk(_NAMED.sub(r"\1", opening + ",")):
        return _asserts(rest)  # "Of course, I can help"
    if is_small_talk(_NAMED.sub(r"\1", part)):
        return False
    # "If anything breaks, just write to me, and you get a new one": a condition and what follows it are one.
    more = list(_AND_MORE.finditer(part))[1 if _CONDITION.match(part) else 0 :]
    first, rest = (part[: more[0].start()], part[more[0].end() :]) if more else (part, "")
    return "aside" not in does(first) or _asserts(rest)
