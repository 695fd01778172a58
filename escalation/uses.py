"""Who was answered from an article before it changed, and which evals rest on it."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.private import without_personal_data
from agent.records import Audience, AuthorKind, Conversation, Message, MessageKind
from escalation.missed import names_in
from escalation.records import StaffAccount
from knowledge.articles import DEFAULT_LOCALE
from knowledge.database import Database, utc_now
from knowledge.records import ArticleVersion

AT_MOST = 100  # conversations that are listed


class CaseFileError(ValueError):
    """A file of eval cases cannot be read. The message names the file and the line."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file.name}, line {line}: {problem}")


@dataclass(frozen=True)
class AnsweredConversation:
    """A customer who was answered from an earlier version; `question` is without personal data."""

    id: UUID
    case_number: str
    version: int
    cited_at: datetime
    question: str


@dataclass(frozen=True)
class EvalCase:
    """A case whose expected answer stands in the article; `suite` is the name of its file."""

    suite: str
    id: str
    question: str


@dataclass(frozen=True)
class Uses:
    """What a change of an article touches: the newest conversations, how many there are in all, and eval cases."""

    conversations: tuple[AnsweredConversation, ...]
    conversations_total: int
    cases: tuple[EvalCase, ...]


async def uses(
    database: Database,
    slug: str,
    locale: str = DEFAULT_LOCALE,
    *,
    before: int,
    days: int = 30,
    cases: Sequence[Path] = (),
) -> Uses:
    """Conversations of the last days in which the AI cited a version of the article before that one; eval cases of it.

    Only versions in that language count: what another language says is not touched by a change of this one.

    Each conversation is there once, with its last such answer; newest first. `cases` are JSON lines files whose rows
    have `id`, `question` and `article`. Raises `CaseFileError`, and OSError for a file that cannot be opened.
    """
    async with database.reading() as session:
        last = await _last_cited(session, slug, locale, before, utc_now() - timedelta(days=days))
        newest = sorted(last, key=lambda cited: (cited.at, str(cited.conversation_id)), reverse=True)
        listed = await _as_conversations(session, newest[:AT_MOST])
    found = await asyncio.to_thread(lambda: [case for file in cases for case in _cases_of(file, slug)])
    return Uses(tuple(listed), len(last), tuple(found))


@dataclass(frozen=True)
class _Cited:
    conversation_id: UUID
    version: int
    at: datetime
    in_reply_to: UUID | None


async def _last_cited(
    session: AsyncSession, slug: str, locale: str, before: int, since: datetime
) -> list[_Cited]:
    """The last answer of each conversation that cites the article in an earlier version of that language."""
    # A citation names no language, but the versions of an article are numbered through all of them.
    foreign = select(ArticleVersion.version).where(
        ArticleVersion.slug == slug, ArticleVersion.locale != locale
    )
    elsewhere = set((await session.exec(foreign)).all())
    query = (
        select(Message.conversation_id, Message.citations, Message.created_at, Message.in_reply_to)
        .where(
            Message.author_kind == AuthorKind.AI,
            Message.kind == MessageKind.TEXT,
            Message.audience == Audience.EVERYONE,
            col(Message.created_at) >= since,
            # Only to read less: which article and version it is, is decided below.
            cast(col(Message.citations), Text).contains(f'"{slug}"', autoescape=True),
        )
        .order_by(col(Message.created_at), col(Message.seq))
    )
    last: dict[UUID, _Cited] = {}
    for conversation_id, citations, at, in_reply_to in (await session.exec(query)).all():
        cited = {c["version"] for c in citations if c["article"] == slug and c["version"] < before}
        if versions := cited - elsewhere:
            last[conversation_id] = _Cited(conversation_id, max(versions), at, in_reply_to)
    return list(last.values())


async def _as_conversations(session: AsyncSession, cited: Sequence[_Cited]) -> list[AnsweredConversation]:
    wanted = select(Conversation).where(col(Conversation.id).in_([one.conversation_id for one in cited]))
    conversations = {row.id: row for row in (await session.exec(wanted)).all()}
    asked = select(Message.id, Message.text).where(col(Message.id).in_([one.in_reply_to for one in cited]))
    questions = dict((await session.exec(asked)).all())
    staff = list((await session.exec(select(StaffAccount.name))).all())
    listed = []
    for one in cited:
        conversation = conversations[one.conversation_id]
        text = questions.get(one.in_reply_to, "") if one.in_reply_to else ""
        question = without_personal_data(text, names=names_in(conversation, staff))
        listed.append(
            AnsweredConversation(conversation.id, conversation.case_number, one.version, one.at, question)
        )
    return listed


def _cases_of(file: Path, slug: str) -> Iterable[EvalCase]:
    """The cases of a file that name the article. A row without an article rests on none."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row: Any = json.loads(line)
            except ValueError as error:
                raise CaseFileError(file, number, f"is not JSON ({error})") from error
            if not isinstance(row, dict):
                raise CaseFileError(file, number, "is not an object with id, question and article")
            if row.get("article") != slug:
                continue
            for field in ("id", "question"):
                if not isinstance(row.get(field), str):
                    raise CaseFileError(file, number, f"{field} is missing or no text")
            yield EvalCase(file.stem, row["id"], row["question"])
