"""What the company's side did in a thread: apologised, asked for details, suggested, informed, promised.

Rules over its own sentences, in the order of the thread; what it only said to be polite is left out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from escalation.briefing.retelling import cut, lowered, of_agent
from escalation.briefing.speech import Said, sentences_of

LONGEST = 12  # words of one act as told
INFORMS_FROM = 5  # words; a shorter statement says little

_SORRY = re.compile(r"\b(?:sorry|apologi[sz]e|apologies)\b", re.IGNORECASE)
_DM = re.compile(r"\b(?:dms?|direct message|private message|pm|inbox us|by message)\b", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:\b(?:dm|pm|message|send|share|tell|give|provide|confirm|e?mail|have|include)(?: us| me| over| a dm with| in a dm)*(?: (?:with|in|there))?|\bknow)"
    r" (?P<what>(?:your|the|a|an|both|which|what|in which|some|more|our) .+)",
    re.IGNORECASE,
)
_WHAT_ENDS = re.compile(
    r"(?:,| -)? (?:so|and (?:i|we)\b|(?:i|we)(?:'ll| will|'d)|for us|to (?:look|check|help|investigate|review|our|me|us)|via|by (?:dm|private|direct|message)|through"
    r"|in (?:a |your )?(?:dm|private)|here|and let|and tell|if you|please|there|then|too|as well)\b.*$",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:(?:can|could|would|will|may) (?:you|i|we)|please|if you|let'?s|dm|send|tell)\b|\bplease\b|\bdm us\b|\blet (?:us|me) know\b|\b(?:we|i)(?:'ll| will)? need\b",
    re.IGNORECASE,
)
_HAVE_YOU = re.compile(r"^(?:have|did) you (?P<done>.+)", re.IGNORECASE)
_DO = re.compile(
    r"(?:could you|can you|would you|\bplease|^you could|^you can|(?:we'd|i'd|i would|we would) (?:suggest|advise|recommend)(?: to)?) (?:please )?(?:also )?"
    r"(?P<do>(?!dm\b|like\b|prefer\b|rather\b|mean\b|also\b|the\b|us\b|again\b|\w+ing\b)[a-z]+\b.+)"
    r"|^(?P<try>(?:try|click|go to|open|make sure|contact|call|restart|reset|check|speak|visit|e?mail|text|connect|unplug|choose|keep|write|return|use|log|tap|fill|stop|follow) .+)",
    re.IGNORECASE,
)
_TRY = re.compile(r"^(?:try|restart|reset|reinstall|unplug|log out|update|turn|delete)\w*\b", re.IGNORECASE)
_STARTS = (  # how a sentence of the company's begins, what kind of act that is, and how it is told
    (r"(?:i|we)(?:'ve| have)(?: now| just| also| already)* (.+)", "deed", "has "),
    (r"(?:i|we)(?:'ll| will)(?: now| also)* (.+)", "deed", "will "),
    (
        r"(?:i|we)(?:'m| am|'re| are) (?!sorry|afraid|truly|really|very|so\b|here|glad|happy|relieved|appalled)(.+)",
        "deed",
        "is ",
    ),
    (r"(?:i|we) (?:could not|couldn't) (.+?)(?:, and (?:i|we) .*)?$", "inform", "could not "),
    (r"(?:i|we) (?:cannot|can't) (.+)", "inform", "cannot "),
    (r"(?:i|we) can (?:do this for you: )?(.+)", "deed", "offers to "),
)
_POLITE = re.compile(
    r"^(?:.{0,30}\b(?:glad|awesome|welcome|great news|good news|happy to help|enjoy|fingers crossed|appreciate|here if you|anything else|reaching out|getting in touch|contacting"
    r"|frustrat\w+|disappointing|must be a shock|sounds? (?:good|frustrating)|not (?:the experience|right|what we want|acceptable)|no good|love to help|like to (?:help|make)"
    r"|we hear you|worries|kind words|keep us posted|let us know|hear from you|take a look|let me check|let us check|let's work together|help with|can help|have a look|continue in dm|help you)\b.{0,60}"
    r"|i have nothing open .{0,40}|what would you like to do|please check the details.{0,40}|(?:a|one) person on our team can.{0,40}"
    r"|i can also fetch a person.{0,20}|nothing changes until you confirm|i see|i understand.{0,60}|we understand.{0,60}|.{0,20}\b(?:sorry|apolog\w+)\b.{0,90}|how can (?:i|we) help.{0,20}|.{0,12}chatting with.{0,40}|all done.{0,12})\W*$",
    re.IGNORECASE,
)
_NAME_FIRST = re.compile(r"^[A-Z][a-z]+, ")


@dataclass(frozen=True)
class Act:
    """One act, told with its verb and no subject: "asks to DM the order number"."""

    kind: str  # sorry, ask, suggest, deed, inform, question
    told: str
    place: int


Found = tuple[str, str] | None  # the kind of an act and how it is told


def acts_of(thread: Sequence[tuple[str, str]]) -> list[Act]:
    """Every act of the company's side, in the order of the thread; nothing twice."""
    found: list[Act] = []
    for place, (author, text) in enumerate(thread):
        if author == Said.CUSTOMER:
            continue
        if _SORRY.search(text) and all(act.kind != "sorry" for act in found):
            found.append(Act("sorry", "apologizes", place))
        for sentence in sentences_of(text):
            act = _act(sentence, place)
            if act and all(act.told != other.told for other in found):
                found.append(act)
    return found


def _act(sentence: str, place: int) -> Act | None:
    """What a sentence does: the first rule that fits. None for mere politeness."""
    plain = _NAME_FIRST.sub("", sentence).strip()
    if _POLITE.match(plain) and not _DM.search(plain):
        return None
    return next((Act(*found, place) for rule in RULES if (found := rule(plain))), None)


def _asks_for(plain: str) -> Found:
    by_message = bool(_DM.search(plain))
    asked = _ASKED.search(plain) if _REQUEST.search(plain) else None
    what = _told(_WHAT_ENDS.sub("", asked["what"])) if asked else ""
    if what:
        return "ask", f"asks to DM {what}" if by_message else f"asks for {what}"
    return ("ask", "asks to send a DM") if by_message else None


def _asks_whether(plain: str) -> Found:
    have = _HAVE_YOU.match(plain)
    return ("suggest", f"asks if they have {_told(have['done'])}") if have else None


def _asks_to_do(plain: str) -> Found:
    if do := _DO.search(plain):
        what = do["do"] or do["try"]
        if plain.lower().startswith("you can"):
            return "inform", f"says that they can {_told(what)}"
        return "suggest", f"{'suggests' if _TRY.match(what) else 'asks'} to {_told(what)}"
    return None


def _asks(plain: str) -> Found:
    return ("question", f"asks {_told(plain)}") if plain.endswith("?") else None


def _does(plain: str) -> Found:
    for pattern, kind, verb in _STARTS:
        if match := re.match(pattern, plain, re.IGNORECASE):
            return kind, verb + _told(match[1])
    return None


def _informs(plain: str) -> Found:
    return ("inform", f"says that {_told(plain)}") if len(plain.split()) >= INFORMS_FROM else None


RULES: tuple[Callable[[str], Found], ...] = (_asks_for, _asks_whether, _asks_to_do, _asks, _does, _informs)


def _told(words: str) -> str:
    return cut(of_agent(lowered(words.rstrip(" ?!.,"))), LONGEST)
