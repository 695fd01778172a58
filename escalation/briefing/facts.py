"""Facts and promises as they stand in the thread: order numbers, amounts, dates, and what the company said it would do."""

import re
from collections.abc import Sequence

from agent.figures import figures
from agent.records import Audience, AuthorKind, Message, MessageKind
from agent.saying import does
from escalation.briefing.lines import Line, Part, quote
from knowledge.sentences import sentence_spans

MOST = 4  # of a kind; the ones named last
MOST_ORDERS = 8  # a person who does not read of an order that was named asks for it again
PROMISES = 2
LONGEST_PROMISE = 400  # characters
_PROMISE_WORDS = 20

ORDER = re.compile(r"\b[A-Za-z]{1,4}-\d{4,10}\b")  # as shops number them: TT-10432
_AMOUNT = re.compile(
    r"(?<![\w.,])(?:[€$£]\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*\s?(?:€|£|(?:eur|euros?|usd|gbp|chf|dollars?|pounds?)\b))",
    re.IGNORECASE,
)
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}\b(?: \d{{4}}\b)?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?)",
    re.IGNORECASE,
)
# "DHL will call you", which the phrases of `agent/saying` cannot know.
_WILL = re.compile(
    r"\b(?:will|'ll|should) (?:\w+ ){0,2}(?:call|ring|contact|write|send|refund|reply|answer|get back|be with you|arrive|be sent|be refunded|come)\b",
    re.IGNORECASE,
)
_CITED = re.compile(r"\[\d+\]")  # a rule of the shop, quoted

_KINDS = (("orders", ORDER), ("amounts", _AMOUNT), ("dates", _DATE))
# What a customer and people say, and what was done; the AI quotes articles, whose figures are not of this case.
_TELLING = {AuthorKind.CUSTOMER, AuthorKind.HUMAN}


def facts_of(messages: Sequence[Message]) -> Line | None:
    """Orders, amounts and dates, each as it was written last."""
    telling = [
        m
        for m in messages
        if (m.author_kind in _TELLING or m.kind == MessageKind.RECEIPT) and m.audience == Audience.EVERYONE
    ]
    told, sources = [], []
    for kind, pattern in _KINDS:
        found: dict[object, tuple[str, Message]] = {}
        for message in telling:
            for match in pattern.finditer(message.text):
                same = match[0].upper() if pattern is ORDER else figures(match[0], exact=True)
                found.pop(same, None)
                found[same] = (match[0].upper() if pattern is ORDER else match[0], message)
        last = list(found.values())[-(MOST_ORDERS if pattern is ORDER else MOST) :]
        if last:
            told.append(f"{kind} {', '.join(text for text, _ in last)}")
            sources += [message for _, message in last]
    ids = tuple(dict.fromkeys(str(m.id) for m in sorted(sources, key=lambda m: m.seq)))
    return Line(Part.FACTS, "Facts", "; ".join(told), ids) if told else None


def promised(messages: Sequence[Message]) -> list[Line]:
    """What the AI or a person said would happen, word for word, the last ones."""
    spoken = [
        m
        for m in messages
        if m.author_kind in (AuthorKind.AI, AuthorKind.HUMAN)
        and m.kind == MessageKind.TEXT
        and m.audience == Audience.EVERYONE
    ]
    found: list[Line] = []
    for message in reversed(spoken):
        who = "AI" if message.author_kind == AuthorKind.AI else (message.author_name or "Agent")
        for start, end in reversed(sentence_spans(message.text)):
            sentence = message.text[start:end]
            if _promises(sentence):
                found.append(
                    Line(
                        Part.PROMISED,
                        f"Promised by {who}",
                        quote(sentence, _PROMISE_WORDS),
                        (str(message.id),),
                    )
                )
            if len(found) == PROMISES:
                return found[::-1]
    return found[::-1]


def _promises(sentence: str) -> bool:
    if sentence.endswith("?") or len(sentence) > LONGEST_PROMISE or _CITED.search(sentence):
        return False
    return bool(_WILL.search(sentence)) or "promise" in does(sentence)
