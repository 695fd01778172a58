"""The knowledge base for people of the desk: reading, writing, publishing and trying it out."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, status
from pydantic import BaseModel, ConfigDict, Field

from api.context import Count, DayInText, PartsNow
from api.openapi import raises
from api.routes.desk import AccountNow, signed_in, unsafe
from api.views.knowledge import (
    ArticleView,
    DifferenceView,
    OverviewView,
    PreviewView,
    VersionView,
    article_view,
    difference_view,
    overview_view,
    version_view,
)
from api.views.knowledge_care import (
    CheckView,
    FindingsView,
    GapView,
    PublicationView,
    SearchView,
    UsesView,
    finding_view,
    gap_view,
    publication_view,
    search_view,
    uses_view,
)
from api.views.shapes import Items
from escalation.uses import uses
from knowledge.articles import DEFAULT_LOCALE
from knowledge.database import utc_now
from knowledge.front_matter import LONGEST_BODY, article_of
from knowledge.library import READERS
from knowledge.publishing import Change
from knowledge.rendering import render

router = APIRouter(prefix="/v1/kb", tags=["knowledge"], dependencies=signed_in)

Locale = Annotated[str, Query(max_length=35)]


class Fields(BaseModel):
    """An article as the editor has it. What each field may be is told by `knowledge.front_matter`."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(examples=["Returns and refunds"])
    body: str = Field(
        examples=["## How long you have\n\nYou can return anything within 30 days of delivery."]
    )
    locale: str = Field(DEFAULT_LOCALE, examples=["en"])
    audience: str = Field("public", examples=["public"])
    tags: list[str] = Field([], examples=[["orders"]])
    owner: str | None = Field(None, examples=["Aoife"])
    review_by: DayInText | None = None
    valid_from: DayInText | None = None
    valid_until: DayInText | None = None
    questions: dict[str, list[str]] = Field(
        {}, examples=[{"How long you have": ["Can I still send it back?"]}]
    )


class DraftRequest(BaseModel):
    """`base`: the fingerprint of the version that the editor began from, null for a new article."""

    model_config = ConfigDict(extra="forbid")
    base: str | None = Field(examples=[None])
    article: Fields


class PreviewRequest(BaseModel):
    """Markdown to look at."""

    model_config = ConfigDict(extra="forbid")
    body: str = Field(max_length=LONGEST_BODY, examples=["You have **30 days**."])


class Named(BaseModel):
    """An article in one language."""

    model_config = ConfigDict(extra="forbid")
    slug: str = Field(examples=["returns"])
    locale: str = Field(DEFAULT_LOCALE, examples=["en"])


class PublicationRequest(BaseModel):
    """Drafts by version id, and articles to withdraw. `seen`: by id, the fingerprint of what was looked at."""

    model_config = ConfigDict(extra="forbid")
    drafts: list[UUID] = Field([], max_length=5000)
    withdraw: list[Named] = Field([], max_length=5000)
    note: str | None = Field(None, max_length=500, examples=["New return window."])
    seen: dict[UUID, str] = Field({}, max_length=5000)


class WarningsRequest(BaseModel):
    """Drafts by version id."""

    model_config = ConfigDict(extra="forbid")
    drafts: list[UUID] = Field(max_length=5000)


class RollBackRequest(BaseModel):
    """The version whose words are to be published again."""

    model_config = ConfigDict(extra="forbid")
    version: Count = Field(ge=1, le=2**31)


@router.get("/articles")
async def articles(parts: PartsNow) -> Items[OverviewView]:
    """Every article in every language, by title."""
    today = utc_now().date()
    return {"items": [overview_view(entry, today) for entry in await parts.knowledge.drafts.overview()]}


@router.get("/articles/{slug}")
async def article(parts: PartsNow, slug: str, locale: Locale = DEFAULT_LOCALE) -> ArticleView:
    """One article in one language, with its history."""
    versions = await parts.knowledge.drafts.history(slug, locale)
    if not versions:
        raise HTTPException(
            status.HTTP_404_NOT_FOUND, f"There is no article {slug!r} in the language {locale!r}."
        )
    return await asyncio.to_thread(article_view, versions, await parts.knowledge.drafts.source(slug, locale))


@router.get("/articles/{slug}/versions/{number}")
async def version(parts: PartsNow, slug: str, number: int) -> VersionView:
    """One version, whatever its state."""
    return version_view(await _version(parts, slug, number))


@router.get("/articles/{slug}/diff")
async def diff(
    parts: PartsNow,
    slug: str,
    older: Annotated[int, Query(alias="from")],
    newer: Annotated[int, Query(alias="to")],
) -> DifferenceView:
    """What changed between two versions."""
    old, new = await _version(parts, slug, older), await _version(parts, slug, newer)
    return await asyncio.to_thread(difference_view, old, new)


@router.put("/articles/{slug}/draft", dependencies=unsafe, responses=raises(409))
async def save_draft(parts: PartsNow, account: AccountNow, slug: str, body: DraftRequest) -> VersionView:
    """Keep what somebody wrote; customers do not see it before it is published."""
    fields = body.article.model_dump()
    text = fields.pop("body").replace("\r\n", "\n").strip("\n")
    written = article_of({**fields, "slug": slug}, text, source=slug, slug=slug)
    return version_view(await parts.knowledge.drafts.save(written, by=account.name, base=body.base))


@router.delete(
    "/articles/{slug}/draft",
    dependencies=unsafe,
    status_code=status.HTTP_204_NO_CONTENT,
    responses=raises(409),
)
async def discard_draft(parts: PartsNow, slug: str, base: str, locale: Locale = DEFAULT_LOCALE) -> None:
    """Throw a draft away."""
    await parts.knowledge.drafts.discard(slug, locale, base=base)


@router.post("/preview", dependencies=unsafe)
async def preview(body: PreviewRequest) -> PreviewView:
    """Markdown as customers would see it."""
    return {"html": await asyncio.to_thread(render, body.body)}


@router.post(
    "/publications",
    dependencies=unsafe,
    status_code=status.HTTP_201_CREATED,
    responses=raises(404, 409),
)
async def publish(parts: PartsNow, account: AccountNow, body: PublicationRequest) -> PublicationView:
    """Make drafts the published versions and withdraw articles, all in one moment."""
    changes = await parts.knowledge.publish(
        body.drafts,
        withdrawn=[(named.slug, named.locale) for named in body.withdraw],
        by=account.name,
        note=body.note,
        seen=body.seen,
    )
    return await _published(parts, changes)


@router.get("/publications")
async def publications(parts: PartsNow) -> Items[PublicationView]:
    """The newest publications."""
    return {"items": [publication_view(found) for found in await parts.knowledge.publications()]}


@router.post(
    "/articles/{slug}/roll-back",
    dependencies=unsafe,
    status_code=status.HTTP_201_CREATED,
    responses=raises(409),
)
async def roll_back(
    parts: PartsNow, account: AccountNow, slug: str, body: RollBackRequest
) -> PublicationView:
    """Publish what an earlier version said, as a new version."""
    return await _published(parts, await parts.knowledge.roll_back(slug, body.version, by=account.name))


@router.post("/warnings", dependencies=unsafe)
async def warnings(parts: PartsNow, body: WarningsRequest) -> FindingsView:
    """What would be wrong with the knowledge base if these drafts were published."""
    wanted = set(body.drafts)
    drafts = [row.article for row in await parts.knowledge.drafts.waiting() if row.id in wanted]
    return {"findings": [finding_view(finding) for finding in await parts.knowledge.check(drafts)]}


@router.post("/check", dependencies=unsafe)
async def check(parts: PartsNow) -> CheckView:
    """What contradicts itself or rots in what is published."""
    findings = await parts.knowledge.check()
    articles = await parts.knowledge.all_published()
    return {"findings": [finding_view(finding) for finding in findings], "articles": len(articles)}


@router.get("/articles/{slug}/uses")
async def article_uses(
    parts: PartsNow,
    slug: str,
    before: Annotated[int, Query(ge=1, le=2**31)],
    locale: Locale = DEFAULT_LOCALE,
) -> UsesView:
    """Who was answered from versions before that one, and which eval cases rest on the article."""
    return uses_view(await uses(parts.database, slug, locale, before=before, cases=parts.eval_cases))


@router.get("/gaps")
async def gaps(parts: PartsNow) -> Items[GapView]:
    """What customers asked and no article tells."""
    return {"items": [gap_view(gap) for gap in await parts.gaps.found()]}


@router.post(
    "/gaps/{gap_id}/draft", dependencies=unsafe, status_code=status.HTTP_201_CREATED, responses=raises(409)
)
async def draft_of_gap(parts: PartsNow, account: AccountNow, gap_id: str) -> VersionView:
    """A draft for somebody to finish and publish."""
    return version_view(await parts.gaps.draft(gap_id, by=account.name))


@router.post("/gaps/{gap_id}/dismiss", dependencies=unsafe, status_code=status.HTTP_204_NO_CONTENT)
async def dismiss_gap(parts: PartsNow, account: AccountNow, gap_id: str) -> None:
    """Never show it again."""
    await parts.gaps.dismiss(gap_id, by=account.name)


@router.get("/search")
async def search(
    parts: PartsNow,
    q: Annotated[str, Query(max_length=4000)],
    audience: Literal["public", "signed_in", "internal"] = "public",
    locale: Locale = DEFAULT_LOCALE,
) -> SearchView:
    """What a reader of that audience would be answered from."""
    return search_view(await parts.knowledge.search(q, audience=READERS[audience], locale=locale))


async def _version(parts: PartsNow, slug: str, number: int) -> Any:
    found = await parts.knowledge.drafts.version(slug, number) if 0 < number <= 2**31 else None
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"The article {slug!r} has no version {number}.")
    return found


async def _published(parts: PartsNow, changes: tuple[Change, ...]) -> PublicationView:
    if not changes:
        raise HTTPException(
            status.HTTP_422_UNPROCESSABLE_CONTENT,
            "There is nothing to publish: name a draft in `drafts`, or a published article in `withdraw`.",
        )
    [newest, *_] = await parts.knowledge.publications(limit=1)
    return publication_view(newest)
