"""Which language a message is written in. The only door to py3langid."""

import re
from functools import cache
from typing import Any

# Languages a European shop meets. Fewer candidates make short texts surer: with all 140, "ja bitte" is
# as likely Luxembourgish as anything.
CANDIDATES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "ga", "sv", "da", "no", "fi", "cs", "sk", "sl", "hr",
    "ro", "hu", "el", "bg", "ru", "uk", "tr", "et", "lv", "lt", "ar", "fa", "he", "hi", "zh", "ja", "ko",
)  # fmt: skip

UNKNOWN = "und"

# The shop speaks English, so before a word is read English is this many times likelier than another
# language. Without it "Can I return a tent?" (.48) is undecided; with it "oui" and "nein" still are.
_ENGLISH_PRIOR = 15.0
_SURE = 0.7  # below it single words of other languages ("zwrot", "hallo") pass for English
_LONGEST = 2000  # characters looked at; more changes nothing

# One or two words carry too few letters for statistics. These are English and no other candidate.
_SHORT_ENGLISH = frozenset(
    """hi hello hey ok okay yes yep yeah nope thanks thank thx you ty please pls help refund refunds return
    returns cancel exchange order orders parcel delivery human agent person manager someone real speak
    talk to a the my when where why what how wtf omg seriously really great fine sure done right wrong
    angry furious sorry hurry now still waiting stop it that this is broken late missing goodbye bye
    cheers perfect awful terrible useless ridiculous unacceptable lol hmm update address payment
    warranty size card gift i agree do confirm phew ugh sigh again cool nice wow maybe later hiya huh not
    nothing works does but and so too very much of for you your me us we""".split()  # noqa: SIM905 - a word list reads better as text
)

_NOT_LANGUAGE = re.compile(r"https?://\S+|\S+@\S+|\S*\d\S*|[^\w\s']|_")


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES)
    return identifier


def detect(text: str) -> tuple[str, float]:
    """The ISO 639-1 code of the text's language and its probability (0..1).

    `("und", p)` where nothing is sure: nothing but numbers and signs, or too short to tell. `p` is then
    the probability of the likeliest language. Never raises.
    """
    words = _NOT_LANGUAGE.sub(" ", text[:_LONGEST]).encode("utf-8", "ignore").decode().casefold().split()
    if not any(word.isalpha() for word in words):
        return UNKNOWN, 0.0
    if len(words) <= 4 and all(word in _SHORT_ENGLISH for word in words):  # noqa: PLR2004 - a short reply
        return "en", 0.9
    ranked = {code: float(probability) for code, probability in _identifier().rank(" ".join(words))}
    ranked["en"] *= _ENGLISH_PRIOR
    total = sum(ranked.values())
    code = max(ranked, key=lambda candidate: ranked[candidate])
    probability = ranked[code] / total
    if probability < _SURE:
        return UNKNOWN, probability
    return code, probability
