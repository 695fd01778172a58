"""A long thread made short for a model, by code: what was said lately stays whole, what was said before is told in brief.

Nothing that binds is shortened: receipts and what people of the desk wrote stand word for word, and of a customer's older
message every sentence with a figure, an order number or an address in it is kept. The AI's own older answers go first: they
can be found again.
"""

import re
from collections.abc import Sequence

from agent.records import AuthorKind, Message, MessageKind
from knowledge.sentences import sentence_spans

RECENT = 6_000  # characters that stay whole, about 1,500 tokens; a conversation of ten turns fits
BRIEF = 4_000  # characters of what is told in brief
_FIRST = 200  # of a sentence without a fact

_A_FACT = re.compile(r"\d|@")
_SPEAKERS = {AuthorKind.CUSTOMER: "customer", AuthorKind.AI: "assistant", AuthorKind.HUMAN: "colleague"}


def divided(
    thread: Sequence[Message], *, recent: int = RECENT
) -> tuple[Sequence[Message], Sequence[Message]]:
    """The older part and the recent part, of at most `recent` characters; the last message is always recent."""
    left = recent
    for place in range(len(thread) - 1, -1, -1):
        left -= len(thread[place].text)
        if left < 0 and place < len(thread) - 1:
            return thread[: place + 1], thread[place + 1 :]
    return (), thread


def in_brief(older: Sequence[Message], *, most: int = BRIEF) -> str:
    """A line for each message that matters, oldest first, within `most` characters; empty for none.

    Where there is no room for all, the AI's answers are left out, then the customer's oldest words. What binds is kept even
    beyond the limit.
    """
    lines = [(message, line) for message in older if (line := _line(message))]
    spare = [pair for pair in lines if _may_go(pair[0])]
    # The AI's first, and the oldest of each first.
    spare.sort(key=lambda pair: pair[0].author_kind != AuthorKind.AI)
    length = sum(len(line) + 1 for _, line in lines)
    gone = set()
    for message, line in spare:
        if length <= most:
            break
        gone.add(message.id)
        length -= len(line) + 1
    return "\n".join(line for message, line in lines if message.id not in gone)


def _may_go(message: Message) -> bool:
    return message.author_kind in (AuthorKind.AI, AuthorKind.CUSTOMER)


def _line(message: Message) -> str:
    """What is kept of a message, after the word for its author."""
    kind, author = MessageKind(message.kind), AuthorKind(message.author_kind)
    if kind is MessageKind.RECEIPT:
        return f"receipt: {_one_line(message.text)}"
    if kind is not MessageKind.TEXT or author is AuthorKind.SYSTEM:
        return ""
    if author is AuthorKind.HUMAN:
        return f"colleague: {_one_line(message.text)}"
    sentences = [_one_line(message.text[start:end]) for start, end in sentence_spans(message.text)]
    facts = author is AuthorKind.CUSTOMER
    kept = [
        sentence if facts and _A_FACT.search(sentence) else sentence[:_FIRST]
        for place, sentence in enumerate(sentences)
        if place == 0 or (facts and _A_FACT.search(sentence))
    ]
    return f"{_SPEAKERS[author]}: {' '.join(kept)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
