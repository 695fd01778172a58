"""Questions that the AI could not answer, read from the records of its turns, and what a colleague then answered."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.explicit import asks_for_person, asks_whether_ai
from agent.private import BLANK, names_said, without_courtesies, without_personal_data
from agent.records import Audience, AuthorKind, Conversation, Message, MessageKind, Reading, TurnRecord
from agent.signals import Emotion, Intent, Signals
from agent.tools import HandOverAsked
from escalation.records import StaffAccount, TurnOutcome
from knowledge.articles import DEFAULT_LOCALE
from knowledge.lexical import words
from knowledge.library import PUBLIC, SIGNED_IN
from knowledge.search import EARLIER_QUESTIONS
from knowledge.sentences import sentence_spans

AT_MOST = 1_000  # turns that are read, the newest
LONGEST = 300  # characters of a question that an author is shown
_FEWEST_WORDS = 2  # that a question must have beside "the", "is" and the like
_SUBSTANTIAL = 8  # words of a reply that may be an answer

_NO_QUESTION = frozenset(
    {Intent.greeting, Intent.thanks, Intent.confirm, Intent.decline, Intent.talk_to_person}
)
_VAGUE = frozenset({Intent.complaint, Intent.other})
_SPEAKERS = (AuthorKind.AI, AuthorKind.HUMAN)
_SHORT = 5  # words of a question that may lean on the one before
_LEANS = re.compile(
    r"^\W*(?:and|but|or|also|then|so|what about|how about|what if|same|why)\b|\b(?:it|its|that|they|them|those|these|same|instead|else)\b",
    re.IGNORECASE,
)
_ACKNOWLEDGES = re.compile(
    r"\b(?:look(?:ing)? into|check(?:ing)? (?:this|that|it|with)|get back to you|be right back|one moment|a moment|bear with"
    r"|let me (?:check|see|look|ask|find)|i(?:'ll| will| am going to|'m going to) (?:check|ask|look|find out|see)|just a (?:second|minute)"
    r"|thank(?:s| you) for (?:your patience|waiting|contacting|reaching|your message|getting in touch)|(?:i am|i'm|my name is) \S+ (?:from|of) "
    r"|sorry (?:for|about) (?:the|this|your|that)|how can i help|is there anything else|does that help)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reply:
    """What a colleague answered, without personal data; `by` is the colleague."""

    text: str
    by: str | None


@dataclass(frozen=True)
class Missed:
    """A question that found nothing. `id` is that of the message.

    `question`, `context` (the customer's turns before it, oldest first), `answer` (what was said to them last),
    `audience` and `locale` are what the turn searched with; `shown` is what an author may see of it.
    """

    id: UUID
    conversation_id: UUID
    asked_at: datetime
    question: str
    context: tuple[str, ...]
    answer: str
    audience: frozenset[str]
    locale: str
    shown: str
    reply: Reply | None


async def missed_questions(
    session: AsyncSession, *, since: datetime, also: Collection[UUID] = ()
) -> list[Missed]:
    """The questions since a moment that no article and no tool answered, oldest first; the newest `AT_MOST`.

    `also` names messages that count however old they are. Left out is what asks nothing: courtesies, a wish for a
    person, answers to a question of the AI, bare anger.
    """
    recent = and_(
        col(TurnRecord.created_at) >= since,
        or_(
            col(TurnRecord.outcome) == TurnOutcome.UNKNOWN,
            col(TurnRecord.record)["known"].as_boolean().is_(False),
        ),
    )
    query = (
        select(TurnRecord, Message, Conversation, Reading)
        .join(Message, col(Message.id) == col(TurnRecord.message_id))
        .join(Conversation, col(Conversation.id) == col(TurnRecord.conversation_id))
        .outerjoin(Reading, col(Reading.message_id) == col(TurnRecord.message_id))
        .where(or_(recent, col(TurnRecord.message_id).in_(also)))
        .order_by(col(TurnRecord.created_at).desc(), col(TurnRecord.message_id))
        .limit(AT_MOST + len(also))
    )
    rows = (await session.exec(query)).all()
    threads = await _threads(session, {conversation.id for _, _, conversation, _ in rows})
    staff = list((await session.exec(select(StaffAccount.name))).all())
    found = (
        _missed(turn, message, conversation, reading, threads[conversation.id], staff)
        for turn, message, conversation, reading in rows
    )
    return sorted((one for one in found if one), key=lambda one: (one.asked_at, str(one.id)))


def names_in(conversation: Conversation, staff: Iterable[str]) -> list[str]:
    """Everybody's name who may be spoken of in a conversation."""
    return [name for name in (conversation.customer_name, *staff) if name]


async def _threads(session: AsyncSession, conversations: Collection[UUID]) -> dict[UUID, list[Message]]:
    """What was said for everyone to read, by conversation, in order."""
    query = (
        select(Message)
        .where(col(Message.conversation_id).in_(conversations), Message.audience == Audience.EVERYONE)
        .order_by(col(Message.seq))
    )
    threads: dict[UUID, list[Message]] = {conversation_id: [] for conversation_id in conversations}
    for message in (await session.exec(query)).all():
        threads[message.conversation_id].append(message)
    return threads


def _missed(
    turn: TurnRecord,
    message: Message,
    conversation: Conversation,
    reading: Reading | None,
    thread: Sequence[Message],
    staff: Sequence[str],
) -> Missed | None:
    """The question of a turn, None if it asks nothing that an article could answer."""
    question = str(turn.record.get("question") or message.text)
    before = [m for m in thread if m.seq < message.seq and m.text not in question]
    signals = Signals.from_json(reading.signals) if reading else None
    if _used_tools(turn.record) or _answers_the_ai(before) or not _asks(question, signals):
        return None
    names = [*names_in(conversation, staff), *(name for m in thread for name in names_said(m.text))]
    earlier = [m.text for m in before if m.author_kind == AuthorKind.CUSTOMER][-EARLIER_QUESTIONS:]
    leans_on = earlier[-1:] if _leans(question) else []
    shown = " ".join(_for_authors(text, names) for text in (*leans_on, question))
    if len(words(BLANK.sub(" ", shown))) < _FEWEST_WORDS:
        return None
    return Missed(
        id=message.id,
        conversation_id=conversation.id,
        asked_at=message.created_at,
        question=question,
        context=tuple(earlier),
        answer=next((m.text for m in reversed(before) if m.author_kind in _SPEAKERS), ""),
        audience=SIGNED_IN if conversation.customer_id else PUBLIC,
        locale=signals.language if signals else DEFAULT_LOCALE,
        shown=shown,
        reply=_reply([m for m in thread if m.seq > message.seq], names),
    )


def _used_tools(record: Mapping[str, object]) -> bool:
    """Whether the turn asked the shop: then it was about the customer's own affairs."""
    tools = record.get("tools")
    return isinstance(tools, list) and any(tool["result"] != HandOverAsked.__name__ for tool in tools)


def _answers_the_ai(before: Sequence[Message]) -> bool:
    """Whether the AI had just asked for something ("Which of your orders?")."""
    return bool(before) and before[-1].author_kind == AuthorKind.AI and before[-1].task is not None


def _asks(question: str, signals: Signals | None) -> bool:
    if asks_for_person(question) or asks_whether_ai(question):
        return False
    if signals is None or signals.abstained:
        return True
    if signals.intent in _NO_QUESTION:
        return False
    return not (signals.emotion is Emotion.anger and signals.intent in _VAGUE and "?" not in question)


def _leans(question: str) -> bool:
    """Whether it says nothing without the question before ("And to Norway?", "Why?")."""
    count = len(words(question))
    return count < _FEWEST_WORDS or (count <= _SHORT and _LEANS.search(question) is not None)


def _for_authors(text: str, names: Sequence[str]) -> str:
    shown = " ".join(without_courtesies(without_personal_data(text, names=names), names=names).split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1].rstrip() + "…"


def _reply(after: Sequence[Message], names: Sequence[str]) -> Reply | None:
    """The first substantial words of a person after the question, if the matter was then resolved."""
    resolved = next((m.seq for m in after if m.kind == MessageKind.RESOLVED), 0)
    for message in after:
        by_person = message.author_kind == AuthorKind.HUMAN and message.kind == MessageKind.TEXT
        if not by_person or message.seq > resolved:
            continue
        text = without_courtesies(without_personal_data(message.text, names=names), names=names)
        sentences = [text[start:end] for start, end in sentence_spans(text)]
        says = " ".join(sentence for sentence in sentences if not _ACKNOWLEDGES.search(sentence))
        if len(says.split()) >= _SUBSTANTIAL:
            return Reply(text, message.author_name)
    return None
