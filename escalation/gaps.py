"""Gaps in the knowledge base: what customers asked and nothing answered, grouped by meaning, offered as drafts.

Nothing of a gap is stored but that somebody dismissed it. It is derived from the turns each time, and searched again:
an article that answers closes its gap by being published.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
from sqlmodel import col, select

from agent.language import detect
from agent.private import BLANK
from agent.records import TurnRecord
from escalation.grouping import group, most_central
from escalation.missed import Missed, Reply, missed_questions
from escalation.records import DismissedGap
from knowledge.articles import DEFAULT_LOCALE, Article
from knowledge.checking.rot import NOT_WRITTEN
from knowledge.database import Database, utc_now
from knowledge.embedding import Embedder
from knowledge.front_matter import article_of
from knowledge.library import KnowledgeBase
from knowledge.live import live_pointer
from knowledge.records import ArticleState, ArticleVersion
from knowledge.sentences import sentence_spans
from knowledge.transformer import Array

DAYS = 30
WORDINGS = 8  # of one gap that are shown and put into its draft
TAG = "gap"
_MOST_DISMISSED = 1_000  # the newest; older ones have long been out of every window
_LONGEST_TITLE = 120  # characters
_LONGEST_SLUG = 60
_SURE = 0.9  # probability of a language from which the draft is in it
_NOISE = re.compile(
    r"(?:[\s,.!?…-]+(?:please|pls|plz|thanks|thank you|thx|cheers|asap))*[\s,.!?…-]*\Z", re.IGNORECASE
)


class GapNotFoundError(LookupError):
    """There is no such gap any more: an article answers it by now, or somebody has dismissed it."""

    def __init__(self) -> None:
        super().__init__("There is no such gap any more. Load the list again.")


@dataclass(frozen=True)
class Closest:
    """The article that came nearest without being a good enough answer."""

    article: str
    locale: str
    title: str


@dataclass(frozen=True)
class Gap:
    """Something that customers ask and the knowledge base does not tell; no personal data is left in it.

    `id` is that of the earliest question, so it stays while the gap grows. `question` is the most central wording,
    `questions` are at most `WORDINGS` of them, that one first. `reply` is the newest answer of a colleague.
    """

    id: str
    question: str
    questions: tuple[str, ...]
    conversations: int
    first_at: datetime
    last_at: datetime
    reply: Reply | None
    closest: Closest | None


@dataclass(frozen=True)
class _Found:
    """What a search finds now."""

    good_enough: bool
    closest: Closest | None


class Gaps:
    """Finds the gaps; what was embedded and searched once is remembered until something is published."""

    def __init__(
        self,
        database: Database,
        knowledge: KnowledgeBase,
        embedder: Embedder,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._knowledge = knowledge
        self._embedder = embedder
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()  # the second to ask finds everything remembered
        self._vectors: dict[str, Array] = {}
        self._found: dict[tuple[object, ...], _Found] = {}
        self._found_in: tuple[object, date] | None = None  # which publication, on which day

    async def found(self, *, days: int = DAYS) -> list[Gap]:
        """The gaps of the last days, most conversations first."""
        return [gap for gap, _ in await self._gaps(self._clock() - timedelta(days=days))]

    async def draft(self, gap_id: str, *, by: str) -> ArticleVersion:
        """A draft for the gap: a colleague's reply, else a text that says what to write. A person publishes it.

        Asked again, it is the same draft. Raises `GapNotFoundError`, and `EditConflictError` if somebody began an
        article of that name at the same moment.
        """
        gap = await self._gap(gap_id)
        article = _as_article(gap)
        number, slug = 1, article.slug
        while history := await self._knowledge.drafts.history(slug):
            newest = history[0]
            if newest.state == ArticleState.DRAFT and newest.title == article.title and TAG in newest.tags:
                return newest
            number += 1
            slug = f"{article.slug}-{number}"
        article = _as_article(gap, slug)
        return await self._knowledge.drafts.save(article, by=by, base=None)

    async def dismiss(self, gap_id: str, *, by: str) -> None:
        """Never show the gap again, nor what is asked like it. Twice is once. Raises `GapNotFoundError`."""
        message_id = _as_id(gap_id)
        async with self._database.transaction() as session:
            if await session.get(TurnRecord, message_id) is None:
                raise GapNotFoundError
            if await session.get(DismissedGap, message_id) is None:
                session.add(DismissedGap(message_id=message_id, by=by, dismissed_at=self._clock()))

    async def _gap(self, gap_id: str) -> Gap:
        """The gap that holds the question; it is still named so when an older question has joined it."""
        message_id = _as_id(gap_id)
        async with self._database.reading() as session:
            turn = await session.get(TurnRecord, message_id)
        if turn is None:
            raise GapNotFoundError
        since = min(turn.created_at, self._clock() - timedelta(days=DAYS))
        for gap, members in await self._gaps(since):
            if message_id in members:
                return gap
        raise GapNotFoundError

    async def _gaps(self, since: datetime) -> list[tuple[Gap, frozenset[UUID]]]:
        """Every gap with the ids of its questions."""
        newest = (
            select(DismissedGap.message_id)
            .order_by(col(DismissedGap.dismissed_at).desc())
            .limit(_MOST_DISMISSED)
        )
        async with self._database.reading() as session:
            dismissed = frozenset((await session.exec(newest)).all())
            # Dismissed questions count however old they are, so that new ones are still known by them.
            missed = await missed_questions(session, since=since, also=dismissed)
        async with self._one_at_a_time:
            vectors = await self._embedded(missed)
            groups = await asyncio.to_thread(_grouped, missed, vectors)
            await self._forget_old_searches()
            found = [
                (gap, frozenset(one.id for one in members))
                for members in groups
                if dismissed.isdisjoint(one.id for one in members) and (gap := await self._as_gap(members))
            ]
        return sorted(found, key=lambda one: (-one[0].conversations, -one[0].last_at.timestamp(), one[0].id))

    async def _as_gap(self, members: Sequence[Missed]) -> Gap | None:
        """The gap of questions that mean the same, None if each is answered by now."""
        unanswered = [one for one in members if not (await self._search(one)).good_enough]
        if not unanswered:
            return None
        wordings = list({one.shown: one for one in unanswered}.values())
        central = most_central(np.stack([self._vectors[_bare(one.shown)] for one in wordings]))
        wordings = [wordings[place] for place in central]
        return Gap(
            id=str(members[0].id),
            question=wordings[0].shown,
            questions=tuple(one.shown for one in wordings[:WORDINGS]),
            conversations=len({one.conversation_id for one in unanswered}),
            first_at=unanswered[0].asked_at,
            last_at=unanswered[-1].asked_at,
            reply=next((one.reply for one in reversed(unanswered) if one.reply), None),
            closest=(await self._search(wordings[0])).closest,
        )

    async def _embedded(self, missed: Sequence[Missed]) -> Array:
        """Unit vectors [n, d] of the questions, without courtesies, names and numbers."""
        texts = list(dict.fromkeys(_bare(one.shown) for one in missed))
        new = [text for text in texts if text not in self._vectors]
        known = self._vectors | dict(zip(new, await self._embedder.embed(new), strict=True))
        self._vectors = {text: known[text] for text in texts}
        return np.array([known[_bare(one.shown)] for one in missed], dtype=np.float32)

    async def _search(self, one: Missed) -> _Found:
        """What the customer would be answered from now."""
        key = (one.question, one.context, one.answer, one.audience, one.locale)
        if key not in self._found:
            result = await self._knowledge.search(
                one.question,
                audience=one.audience,
                locale=one.locale,
                context=one.context,
                answer=one.answer,
            )
            best = result.found[0].passage if result.found else None
            closest = Closest(best.article, best.locale, best.title) if best else None
            self._found[key] = _Found(result.good_enough, closest)
        return self._found[key]

    async def _forget_old_searches(self) -> None:
        """An article may have been published since, or have come into its time."""
        now = (await live_pointer(self._database), self._clock().date())
        if now != self._found_in:
            self._found, self._found_in = {}, now


def _as_id(gap_id: str) -> UUID:
    try:
        return UUID(gap_id)
    except ValueError as error:
        raise GapNotFoundError from error


def _grouped(missed: Sequence[Missed], vectors: Array) -> list[list[Missed]]:
    """Questions that mean the same, each group oldest first. The same words are grouped once."""
    places = {_bare(one.shown): place for place, one in reversed(list(enumerate(missed)))}
    texts = sorted(places, key=lambda text: places[text])
    by_text: dict[str, list[Missed]] = {text: [] for text in texts}
    for one in missed:
        by_text[_bare(one.shown)].append(one)
    groups = group(vectors[[places[text] for text in texts]]) if texts else []
    return [
        sorted(
            (one for place in members for one in by_text[texts[place]]),
            key=lambda one: (one.asked_at, str(one.id)),
        )
        for members in groups
    ]


def _bare(shown: str) -> str:
    """What a question means, without the blanks of what it names."""
    return " ".join(BLANK.sub(" ", shown).split())


def _as_article(gap: Gap, slug: str | None = None) -> Article:
    """What an author finds: nobody owns it yet, and where no colleague has answered it says so in its first line."""
    title = _as_title(gap.question)
    body = gap.reply.text if gap.reply else f"{NOT_WRITTEN} Write here what we answer to: “{title}”"
    body = re.sub("[\u2028\u2029]", "\n", body)
    # A wording with a blank in it would be found by the blank's words.
    asked = [text for text in gap.questions if not BLANK.search(text)] or [_bare(gap.question)]
    language, probability = detect("\n".join((*gap.questions, body if gap.reply else "")))
    fields = {
        "title": title,
        "locale": language if probability >= _SURE else DEFAULT_LOCALE,
        "tags": [TAG],
        "questions": {"": asked},
    }
    name = slug or _as_slug(title) or f"{TAG}-{gap.id[:8]}"
    return article_of(fields, body, source=TAG, slug=name)


def _as_title(question: str) -> str:
    """The sentence that asks, on one line, without "please" and thanks at its end."""
    sentences = [question[start:end] for start, end in sentence_spans(question)]
    asking = next((s for s in sentences if s.rstrip(" !").endswith("?")), None)
    title = _NOISE.sub("", asking or sentences[0]) or question
    if len(title) > _LONGEST_TITLE:
        return title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
    return title[:1].upper() + title[1:] + ("?" if asking else "")


def _as_slug(title: str) -> str:
    """Lower-case words joined by hyphens; empty where the title has no Latin letters."""
    latin = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", latin.replace("'", "")))
    return slug if len(slug) <= _LONGEST_SLUG else slug[:_LONGEST_SLUG].rsplit("-", 1)[0]
