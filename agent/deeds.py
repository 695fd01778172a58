"""Said means done (law 5): a deed needs its receipt, a promise the shop's own rule, a hand-over a hand-over."""

import re

from agent.entailment import reads
from agent.evidence import Said
from agent.explicit.text import fold
from agent.figures import figures
from agent.gloss import ENGLISH, language_of
from agent.saying import deeds_in, does, is_english
from agent.support import borne_out, signs
from agent.wording import OVERLAP_WITH_TOOLS, SUPPORT, names, overlap, says, support

# What makes "you'll get an e-mail" a rule and no promise to this customer: it says when, in general. With a source that says the same.
_IN_GENERAL = re.compile(
    r"\b(?:if|when|once|after|before|within|until|unless|as soon as|as long as|later than|days?|each|every|usually|from"
    r"|wenn|sobald|nach|vor|innerhalb|tagen?|si|quand|lorsque|apres|avant|jours?|cuando|despues|antes|dias?|quando|dopo|prima|giorni"
    r"|depois|als|zodra|na|dagen|gdy|po|dni)\b"
)
# Probability from which "You'll get a call an hour before" is taken for what the cited passage says.
_READ_AS_RULE = 0.65
_PERFECT = re.compile(
    r"\b(?:has|have|had|['’]s|['’]ve) (?:\w+ ){0,3}been\b|\bwurden?\b|\b(?:a|ont) ete\b|\bha sido\b|\be stat[oa]\b|\bfoi\b|\bwerd\b|\bzostal\w?\b"
)


def lacks_its_receipt(said: Said) -> bool:
    """Whether it reports a deed that no receipt tells of, and no tool's result where it only says how things are."""
    found = does(said.plain)
    if not found & {"deed", "report"} or _is_quoted(said) or hands_over_truly(said):
        return False
    if found & {"deed", "report"} == {"report"} and _is_rule(said) and not _PERFECT.search(fold(said.plain)):
        return False
    return not is_backed(said)


def lacks_its_rule(said: Said) -> bool:
    """Whether it promises what neither a receipt nor the shop's own rule says."""
    if "promise" not in does(said.plain) or _is_quoted(said) or hands_over_truly(said):
        return False
    return not (_is_rule(said) or is_backed(said))


def is_backed(said: Said) -> bool:
    """Whether one receipt, or one result of a tool for what is only reported, tells of the same kind of deed with the same figures.

    What is only proposed is not done.
    """
    found = does(said.plain)
    kinds = deeds_in(said.plain)
    if not kinds or not found & {"deed", "report", "promise"}:
        return False
    facts = (
        []
        if "deed" in found
        else [result for result in said.evidence.tool_results if '"proposed":' not in result]
    )
    english = is_english(said.plain)
    strange = names(said.plain) if english else set()
    return any(
        kinds <= deeds_in(source)
        and figures(said.plain, exact=True) <= figures(source)
        and (not english or overlap(said.plain, source) >= OVERLAP_WITH_TOOLS)
        and strange <= names(f"{source} {said.evidence.known_names}", anywhere=True)
        for source in [*said.evidence.receipts, *facts]
    )


def hands_over_truly(said: Said) -> bool:
    """Whether it announces a person, and this turn really fetches one."""
    return said.evidence.handing_over and "hand_over" in does(said.plain)


def _is_quoted(said: Said) -> bool:
    return any(says(source, said.plain) for source in said.quotable)


def _is_rule(said: Said) -> bool:
    """Whether a cited passage says it, and in general: "Refunds will reach you 5–7 working days after …"."""
    if not said.numbers or re.match(r"I\b", said.plain):
        return False
    source = "\n".join(said.cited)
    if _IN_GENERAL.search(fold(said.plain)) and support(said.plain, source) >= SUPPORT:
        return True
    # A promise of another language, word by word in English, is too little to go by.
    english = language_of(said.plain) == ENGLISH
    return english and reads() and borne_out(signs(said, said.cited)) >= _READ_AS_RULE
