"""Whether a customer says that an answer did not help, in plain words.

Patterns of high precision in the eight languages of `agent/explicit.py`, over its cleaned text. What they miss is not
counted; a person is then fetched later, by another rule or by the customer.
"""

import re

from agent.explicit import clean

_IT = r"(?:this|that|it|your (?:answer|reply|link|article))"
_NOT = (
    r"(?:does not|doesn'?t|did not|didn'?t|has not|hasn'?t|is not|isn'?t|was not|wasn'?t|"
    r"(?:is |was |'s )(?:really |still |just )?(?:not|no))"
)
_HELP = (
    r"(?:help(?:ed|ful|ing)?|any help|of any help|answer(?:ed|ing)? (?:my|the|any)|"
    r"what i (?:asked|meant|wanted|was asking)|my question|the answer|an answer|solved?|useful|no use)"
)
_YOU_HAVE_NOT = r"(?:did not|didn'?t|have not|haven'?t|still have not|are not|aren'?t)"

_WORDS = {
    "en": (
        rf"\b{_IT} ?{_NOT} (?:really |quite |even )?{_HELP}\b",
        rf"\b{_IT}(?:'s| is| was) (?:useless|no use|unhelpful|irrelevant)\b",
        r"^\W*(?:still )?not (?:really )?(?:helpful|what i (?:asked|meant)|an answer)\b",
        rf"\byou {_YOU_HAVE_NOT} (?:really )?(?:answer(?:ed|ing)?|help(?:ed|ing)?|understand(?:ing)?|understood)\b",
        r"\bi (?:have )?already (?:tried|read|did|done) (?:that|this|it)\b",
    ),
    "de": (
        r"\b(?:das|es) (?:hat|hilft) (?:mir )?(?:leider |überhaupt |gar |auch )?nicht(?:s)?(?: weiter| geholfen)?\s*(?:[.!,]|$)",
        r"\bdas (?:war|ist) (?:nicht|keine) (?:meine frage|hilfreich|antwort|was ich)\b",
    ),
    "fr": (
        r"\b(?:ça|cela|ca) ne (?:m'|me )?(?:aide|répond|sert) (?:pas|à rien|toujours pas)",
        r"\bce n'est (?:pas|toujours pas) (?:ma question|ce que j'ai demandé|utile|une réponse)",
    ),
    "es": (r"\b(?:eso|esto) no (?:me )?(?:ayuda|ayudó|sirve|responde|es lo que)\b",),
    "it": (r"\b(?:questo |ciò |così )?non (?:mi )?(?:aiuta|è d'aiuto)\b|\bnon è quello che ho chiesto\b",),
    "pt": (r"\b(?:isso|isto) não (?:me )?(?:ajuda|ajudou|responde|é o que)\b",),
    "nl": (r"\b(?:dat|dit) (?:helpt|hielp) (?:me |mij )?(?:helaas |echt )?niet\b|\bdat is niet wat ik\b",),
    "pl": (r"\bto (?:mi )?nie (?:pomaga|pomogło)\b|\bto nie jest odpowiedź\b|\bnie o to pytał[ae]m\b",),
}
_PATTERNS = re.compile("|".join(pattern for words in _WORDS.values() for pattern in words), re.IGNORECASE)


def says_it_did_not_help(text: str) -> bool:
    """Whether the words reject what was answered ("that didn't help", "das hilft mir nicht")."""
    return _PATTERNS.search(clean(text)) is not None
