"""Which sentence of the customer states the matter, and how it is told: complains that, asks how, wants to.

The sentence is chosen by its place, its words of weight and how much of the thread turns on them (TF-IDF against the thread).
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from escalation.briefing.retelling import cut, lowered, of_customer
from escalation.briefing.speech import Said, sentences_of

LONGEST = 24  # words of the matter as told
LONG = 16  # words from which a sentence is told from its trouble on
WHOLE = 4  # words from which a sentence can stand beside another one
ROOM = 20  # words up to which the sentence beside it is told as well

_WORD = re.compile(r"[a-z][a-z'’-]*[a-z]|\d[\d.,:]*")
_SMALL = frozenset(
    """the a an and or but of to in on at for with from by as is are was were be been am do does did have has had not no it its this
    that these those there here i you he she we they me my your our their them us so if then than just very really too also can could
    will would should may might what when where why who how which all any some one get got hi hello thanks thank please sorry""".split()  # noqa: SIM905 - a word list reads better as text
)
_TROUBLE = re.compile(
    r"\b(?:not|never|no|nobody|nothing|can'?t|cannot|won'?t|doesn'?t|don'?t|didn'?t|isn'?t|wasn'?t|haven'?t|hasn'?t|couldn'?t|unable"
    r"|wrong|broken?|missing|lost|late|delay\w*|fail\w*|crash\w*|error|charged|down|stuck|stopped|cancel+ed|declined|rude|damaged|faulty|black|blank"
    r"|expired|still|again|waiting|keeps?|drain\w*|slow|cold|rebooked|missed|overcharged|locked|instead|problems?|issues?|hung|hanging|hold|leak\w*|defective)\b"
    r"|!!",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"^(?:(?:we|i)(?:'d| would) like|(?:we|i) (?:really |just |only )?(?:want|need|wish)|looking (?:to|for)|(?:i'?m|we'?re) (?:trying|looking|hoping)|wanted) (?:to )?",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:can|could|would|will) (?:you|someone|somebody|anyone) (?:guys )?(?:please |kindly )?|^(?=(?:cancel|refund|return|exchange|change|send|help|fix|update|add|remove|check) (?:me|my|the|this|our|it)\b)",
    re.IGNORECASE,
)
_MAY_I = re.compile(
    r"^(?:can|could|may) (?:i|we) (?:please )?(?=(?:get|have|speak|talk|cancel|return|change|exchange|book|order)\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|can|could|will|would|should|may|has|have|any)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[,;]? (?:(?:can|could) you (?:please )?(?:help|check)(?: me)?(?: with (?:this|that|it))?|please(?: help)?(?: asap)?|help please|any ideas?|asap|thanks|thank you|lol|seriously|again)\W*$",
    re.IGNORECASE,
)


# What is left of "Thanks @Air for losing my bag": nobody thanks for what went wrong.
_THANKS_FOR = re.compile(
    r"^(?:\w+ )?for ((?:losing|cancel+ing|ruining|breaking|charging|ignoring|leaving|making|wasting|delaying)\b.+)",
    re.IGNORECASE,
)
_REMARK = re.compile(r"^(?:it'?s|that'?s|this is|i think|i know) ", re.IGNORECASE)
FEW = 3  # words of weight; a sentence with fewer hardly states a matter


@dataclass(frozen=True)
class Matter:
    """The matter in the third person, without a subject ("is complaining that …"), and the places of its messages."""

    told: str
    places: tuple[int, ...]


def matter_of(thread: Sequence[tuple[str, str]], about: int | None = None) -> Matter | None:
    """What the customer wants or complains of; None where no sentence of theirs says anything.

    `about` is the place of the message that states it, where that is known; otherwise their first words are likeliest to.
    """
    said = [
        (place, s)
        for place, (author, text) in enumerate(thread)
        if author == Said.CUSTOMER
        for s in sentences_of(text)
    ]
    if about is not None:
        said = [(place, sentence) for place, sentence in said if place == about] or said
    if not said:
        return None
    weights = _weights(thread)
    turns = {place: turn for turn, place in enumerate(dict.fromkeys(place for place, _ in said))}
    scores = [_score(s, turns[place], at, weights) for at, (place, s) in enumerate(said)]
    best = max(range(len(said)), key=lambda at: scores[at])
    place, sentence = said[best]
    told = cut(told_of_customer(sentence), LONGEST)
    for at in (best + 1, best - 1):  # what stands beside it, if there is room
        if 0 <= at < len(said) and said[at][0] == place:
            more = told_of_customer(said[at][1])
            if len(said[at][1].split()) >= WHOLE and len(f"{told} {more}".split()) <= ROOM:
                pair = (told, more) if at > best else (more, told)
                told = " and ".join((pair[0], _without_same_verb(*pair)))
                break
    return Matter(told, (place,))


def _without_same_verb(before: str, after: str) -> str:
    verb = next(
        (
            verb
            for verb in ("is complaining that ", "says that ")
            if before.startswith(verb) and after.startswith(("is complaining that ", "says that "))
        ),
        "",
    )
    return re.sub(r"^(?:is complaining|says) ", "", after) if verb else after.replace("is asking", "asks", 1)


def told_of_customer(sentence: str) -> str:
    """The sentence as somebody else tells it: "is complaining that their phone is broken"."""
    plain = _TAIL.sub("", re.sub(r"^(?:please|pls) ", "", sentence, flags=re.IGNORECASE)).strip(" ,")
    question = plain.endswith("?") or bool(_QUESTION.match(plain))
    plain = plain.rstrip(" ?!.")
    if wish := _WISH.match(plain):
        to = "to " if re.search(r"to $", wish[0], re.IGNORECASE) else ""
        return f"wants {to}{_clause(plain[wish.end() :])}"
    if request := _REQUEST.match(plain):
        return f"wants the company to {_clause(plain[request.end() :])}"
    if thanks := _THANKS_FOR.match(plain):
        return f"is complaining about the company {_clause(thanks[1])}"
    if may := _MAY_I.match(plain):
        return f"wants to {_clause(plain[may.end() :])}"
    if question and _QUESTION.match(plain):
        return f"is asking {_indirect(plain)}"
    verb = "is complaining that" if _TROUBLE.search(sentence) else "says that"
    if len(plain.split()) > LONG:
        plain = _from_trouble(plain)
    return f"{verb} {_clause(plain)}"


def _from_trouble(sentence: str) -> str:
    """A long sentence without what it only begins with: "I hired a car and you've charged me twice"."""
    before, joint, after = sentence.partition(" and ")
    return after if joint and not _TROUBLE.search(before) and _TROUBLE.search(after) else sentence


def _clause(words: str) -> str:
    return of_customer(lowered(words.strip(" ,")))


def _indirect(question: str) -> str:
    """A question told: "how to export …", "if they can change …". Where its subject cannot be told, as it was asked."""
    for pattern, instead in (
        (r"^how (?:do|can|could|should|would) (?:i|we) ", "how to "),
        (
            r"^(what|when|where|why|how|which)(.{0,30}?) (can|could|will|would|should|am|was|have) (i|we|they|it|you) ",
            r"\1\2 \4 \3 ",
        ),
        (r"^(what|when|where|why|how|which)(.{0,30}?) (?:do|did|does) (i|we|they|you) ", r"\1\2 \3 "),
        (r"^where(?:'s| is| are) (my .{2,40})$", r"where \1 is"),
        (r"^(can|could|will|would|should|am|was|have) (i|we|they|it|you|there) ", r"if \2 \1 "),
        (r"^(?:do|did) (i|we|they|you|your \w+) ", r"if \1 "),
        (r"^(is|are|was|were) (it|there|they|this|that) ", r"if \2 \1 "),
        (r"^(?:does|do|did|is|are|was|were|can|will|has|have) ", r"if "),
    ):
        told, found = re.subn(pattern, instead, lowered(question), flags=re.IGNORECASE)
        if found:
            return _clause(told)
    return _clause(question)


def _weights(thread: Sequence[tuple[str, str]]) -> dict[str, float]:
    """The weight of each word: known to few messages, or taken up by the other side."""
    messages = [set(_words(text)) for _, text in thread]
    known = Counter(word for words in messages for word in words)
    return {word: math.log(1 + len(messages) / count) + 0.5 * (count > 1) for word, count in known.items()}


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _SMALL]


def _score(sentence: str, turn: int, at: int, weights: dict[str, float]) -> float:
    words = _words(sentence)
    weight = sum(sorted((weights.get(word, 0.0) for word in set(words)), reverse=True)[:8])
    score = (
        weight
        + 2.0 * bool(_TROUBLE.search(sentence))
        + 2.0 * bool(_WISH.match(sentence) or _REQUEST.match(sentence) or _QUESTION.match(sentence))
    )
    score += 5.0 * 0.7**turn + 2.0 * (at == 0)
    return score - 4.0 * (len(words) < FEW) - 2.0 * bool(_REMARK.match(sentence))
