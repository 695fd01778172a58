"""Which conversations a list of the console shows: the conditions of its views, filters and search, all on `Conversation`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import Mapped
from sqlmodel import col, or_, select

from agent.records import Conversation, Floor, Message, MessageKind, TurnRecord
from escalation.records import Handoff, Urgency

# An AI conversation is live while its customer may still be reading: widget sessions of shops rarely pause longer.
LIVE_FOR = timedelta(minutes=30)
# Words are looked for in the messages of so many days: a LIKE reads them all, 100,000 messages in about 0.1 s on SQLite.
WORDS_OF = timedelta(days=90)
SHORTEST, LONGEST = 2, 100  # characters of a search


class Whose(StrEnum):
    """Who has the conversation."""

    MINE = "mine"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; what is None or empty narrows nothing."""

    queue: str | None = None
    reason: str | None = None
    urgency: Urgency | None = None
    language: str | None = None
    whose: Whose | None = None
    at_risk: bool = False
    words: str = ""


ALL = Filters()


def in_view(view: str, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions of a view that no queue and no holder orders (`lists.View`)."""
    resolved = col(Conversation.resolved_at)
    match view:
        case "resolved":
            return [resolved.is_not(None)]
        case "open":
            return [resolved.is_(None)]
        case "live":
            attended = select(TurnRecord.conversation_id).where(TurnRecord.created_at >= now - LIVE_FOR)
            at_the_desk = col(Conversation.floor) != Floor.AI
            return [resolved.is_(None), or_(at_the_desk, col(Conversation.id).in_(attended))]
        case _:
            return []


def conditions(
    filters: Filters, *, account_id: UUID, now: datetime, at_risk: Sequence[UUID] = (), open_only: bool = True
) -> list[ColumnElement[bool]]:
    """The conditions of filters. `at_risk` names the conversations whose clock is so; without `open_only` a handoff that has
    ended counts as well, as in the list of what is resolved.
    """
    found: list[ColumnElement[bool]] = []
    of_handoff: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (col(Handoff.queue), filters.queue),
            (col(Handoff.reason), filters.reason),
            (col(Handoff.urgency), filters.urgency),
            (col(Handoff.language), filters.language),
        )
        if value is not None
    ]
    if of_handoff:
        if open_only:
            of_handoff.append(col(Handoff.ended_at).is_(None))
        found.append(_has(col(Handoff.conversation_id), *of_handoff))
    if filters.whose is Whose.MINE:
        found.append(col(Conversation.holder_id) == account_id)
    if filters.whose is Whose.UNCLAIMED:
        found.append(col(Conversation.holder_id).is_(None))
    if filters.at_risk:
        found.append(col(Conversation.id).in_(at_risk))
    found += [_says(word, now) for word in words_of(filters.words)]
    return found


def words_of(text: str) -> list[str]:
    """What is looked for: every word has to be found, up to six, each of `SHORTEST` characters or more."""
    return [word for word in text[:LONGEST].split() if len(word) >= SHORTEST][:6]


def as_pattern(word: str) -> str:
    """A word as it stands anywhere in a text, for LIKE with a backslash before its own signs."""
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"


def _has(belongs_to: Mapped[UUID], *rows: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the conversation has a row of another table that is so."""
    return exists().where(belongs_to == col(Conversation.id), *rows).correlate(Conversation)


def _says(word: str, now: datetime) -> ColumnElement[bool]:
    pattern = as_pattern(word)

    def like(column: Mapped[str] | Mapped[str | None]) -> ColumnElement[bool]:
        return column.ilike(pattern, escape="\\")

    # What the desk itself says to every customer (a disclosure, "is here now") tells conversations not apart.
    in_messages = _has(
        col(Message.conversation_id),
        col(Message.kind).in_((MessageKind.TEXT, MessageKind.NOTE)),
        like(col(Message.text)),
    )
    return or_(
        like(col(Conversation.case_number)),
        like(col(Conversation.customer_name)),
        like(col(Conversation.customer_email)),
        and_(col(Conversation.created_at) >= now - WORDS_OF, in_messages),
    )
