"""Whether a sentence asserts something that needs a source, in any supported language."""

import re

from agent.saying import does, is_small_talk
from agent.wording import without_targets

_LETTERS = re.compile(r"[^\W\d_]{2,}")
# Where another statement may begin. Each part must claim nothing by itself: "I can help, and returns are always free."
_PART = re.compile(
    r"[:;](?=\s)|\s[–—-]\s|,?\s(?:but|because|since|however|aber|weil|denn|mais|car|parce que|pero|porque|perché|maar|want|omdat|ale|bo|ponieważ)\s"
    r"|,\s(?-i:and|so|und|et|y|e|en|i)\s",
    re.IGNORECASE,
)
_AND_MORE = re.compile(r"\sand\s(?=.{0,60}\b(?:is|are|was|were|costs?|takes?|will|has|have)\b)")
_NAMED = re.compile(
    r"^(\s*[^\W\d_]+) [A-ZÀ-Þ][\w'’-]+(?=[,!. ])"
)  # "Hi Maeve": anybody may be called by their name


def is_claim(sentence: str) -> bool:
    """Whether it asserts anything: it is no question, courtesy, request or word of the AI about itself."""
    text = without_targets(sentence).strip()
    if text.endswith("?"):
        return False
    return any(_asserts(part) for part in _PART.split(text))


def _asserts(part: str) -> bool:
    if not _LETTERS.search(part):
        return False
    opening, comma, rest = part.partition(",")
    if comma and _LETTERS.search(rest) and is_small_talk(_NAMED.sub(r"\1", opening + ",")):
        return _asserts(rest)  # "Of course, I can help"
    if is_small_talk(_NAMED.sub(r"\1", part)):
        return False
    first, *others = _AND_MORE.split(part, maxsplit=1)
    return "aside" not in does(first) or any(_asserts(other) for other in others)
