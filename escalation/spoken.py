"""In which language a customer writes."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import AuthorKind, Message, Reading
from escalation.words import LANGUAGES

SPOKEN = 5  # of the customer's last messages, so many tell the language that they write in


def most_written(languages: Sequence[str]) -> str | None:
    """The language of most of the messages, of equals the last one's. One that Candor does not serve is a slip of the
    recogniser more often than a wish, and counts as unknown.
    """
    served = [language for language in languages if language in LANGUAGES]
    counts = Counter(served)
    return max(reversed(served), key=lambda language: counts[language], default=None)


async def language_written(session: AsyncSession, conversation_id: UUID) -> str | None:
    """The language of a conversation's customer by their last messages; None where nothing was read yet."""
    query = (
        select(Reading.signals)
        .join(Message, col(Message.id) == col(Reading.message_id))
        .where(Message.conversation_id == conversation_id, Message.author_kind == AuthorKind.CUSTOMER)
        .order_by(col(Message.seq).desc())
        .limit(SPOKEN)
    )
    newest_first = (await session.exec(query)).all()
    return most_written([str(signals.get("language")) for signals in reversed(newest_first)])
