"""Records of the knowledge base as the JSON of the HTTP interface (docs/knowledge.md)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from typing_extensions import TypedDict

from api.views.shapes import Day, Html, Id, Time, like, one_of
from knowledge.differences import changed_fields, changed_text
from knowledge.drafts import Overview
from knowledge.records import ArticleSource, ArticleState, ArticleVersion
from knowledge.rendering import render


class VersionSummaryView(TypedDict):
    """A version of an article without its text."""

    id: Id
    slug: Annotated[str, like("returns")]
    version: Annotated[int, like(3)]
    state: Annotated[str, one_of(ArticleState)]
    title: Annotated[str, like("Returns and refunds")]
    locale: Annotated[str, like("en")]
    audience: Annotated[str, like("public", "public, signed_in or internal")]
    tags: Annotated[list[str], like(["orders"])]
    owner: Annotated[str | None, like("Aoife")]
    review_by: Day | None
    valid_from: Day | None
    valid_until: Day | None
    fingerprint: Annotated[str, like("b1946ac92492d2347c6235b4d2611184")]
    author: Annotated[str | None, like("Aoife")]
    saved_at: Time | None
    published_at: Time | None


class VersionView(VersionSummaryView):
    """A version with all that its author wrote."""

    body: Annotated[str, like("## How long you have\n\nYou can return anything within 30 days of delivery.")]
    questions: Annotated[dict[str, list[str]], like({"How long you have": ["Can I still send it back?"]})]
    html: Html


class PublishedView(TypedDict):
    """What customers read now."""

    id: Id
    version: Annotated[int, like(3)]
    published_at: Time | None


class WaitingView(TypedDict):
    """What is being written."""

    id: Id
    version: Annotated[int, like(4)]
    author: Annotated[str | None, like("Aoife")]
    saved_at: Time | None


class SourceView(TypedDict):
    """Where an article was imported from."""

    root: Annotated[str, like("https://shop.example/help")]
    path: Annotated[str, like("returns.html")]
    imported_at: Time | None
    missing_since: Time | None


class OverviewView(TypedDict):
    """An article as a row of the list."""

    slug: Annotated[str, like("returns")]
    locale: Annotated[str, like("en")]
    title: Annotated[str, like("Returns and refunds")]
    audience: Annotated[str, like("public")]
    tags: Annotated[list[str], like(["orders"])]
    owner: Annotated[str | None, like("Aoife")]
    review_by: Day | None
    state: Annotated[str, one_of(ArticleState)]
    published: PublishedView | None
    draft: WaitingView | None
    source: SourceView | None
    past_review: bool


class ArticleView(TypedDict):
    """An article in one language, every version newest first."""

    slug: Annotated[str, like("returns")]
    locale: Annotated[str, like("en")]
    published: VersionView | None
    draft: VersionView | None
    newest: VersionView
    versions: list[VersionSummaryView]
    source: SourceView | None


class ChangedFieldView(TypedDict):
    """A field that is not what it was: a text, a list of tags, questions by heading, a day, or nothing."""

    name: Annotated[str, like("title")]
    before: Annotated[Any, like("Returns")]
    after: Annotated[Any, like("Returns and refunds")]


class PieceView(TypedDict):
    """A stretch of text that both have, or only one of them."""

    kind: Annotated[str, like("added", "same, removed or added")]
    text: Annotated[str, like("within 30 days")]


# `from` is a word of Python's own.
_Older = TypedDict("_Older", {"from": VersionSummaryView})


class DifferenceView(_Older):
    """What the newer one changed."""

    to: VersionSummaryView
    fields: list[ChangedFieldView]
    body: list[PieceView]


class PreviewView(TypedDict):
    """Markdown as customers would see it."""

    html: Html


def version_view(row: ArticleVersion) -> VersionView:
    """A version with all that its author wrote, and its text as safe HTML."""
    return {
        **version_summary_view(row),
        "body": row.body,
        "questions": row.questions,
        "html": render(row.body),
    }


def version_summary_view(row: ArticleVersion) -> VersionSummaryView:
    """A version without its text."""
    return {
        "id": str(row.id),
        "slug": row.slug,
        "version": row.version,
        "state": row.state,
        "title": row.title,
        "locale": row.locale,
        "audience": row.audience,
        "tags": row.tags,
        "owner": row.owner,
        "review_by": _text(row.review_by),
        "valid_from": _text(row.valid_from),
        "valid_until": _text(row.valid_until),
        "fingerprint": row.fingerprint,
        "author": row.author,
        "saved_at": _text(row.saved_at),
        "published_at": _text(row.published_at),
    }


def overview_view(entry: Overview, today: date) -> OverviewView:
    """An article as a row of the list."""
    row = entry.shown
    return {
        "slug": row.slug,
        "locale": row.locale,
        "title": row.title,
        "audience": row.audience,
        "tags": row.tags,
        "owner": row.owner,
        "review_by": _text(row.review_by),
        "state": row.state,
        "published": {
            "id": str(entry.published.id),
            "version": entry.published.version,
            "published_at": _text(entry.published.published_at),
        }
        if entry.published
        else None,
        "draft": {
            "id": str(entry.draft.id),
            "version": entry.draft.version,
            "author": entry.draft.author,
            "saved_at": _text(entry.draft.saved_at),
        }
        if entry.draft
        else None,
        "source": source_view(entry.source) if entry.source else None,
        "past_review": row.review_by is not None and row.review_by < today,
    }


def source_view(source: ArticleSource) -> SourceView:
    """Where an article was imported from."""
    return {
        "root": source.root,
        "path": source.path,
        "imported_at": _text(source.imported_at),
        "missing_since": _text(source.missing_since),
    }


def article_view(versions: Sequence[ArticleVersion], source: ArticleSource | None) -> ArticleView:
    """An article in one language: what is published, what is being written, and every version, newest first."""
    by_state = {row.state: row for row in versions}
    published, draft = by_state.get("published"), by_state.get("draft")
    return {
        "slug": versions[0].slug,
        "locale": versions[0].locale,
        "published": version_view(published) if published else None,
        "draft": version_view(draft) if draft else None,
        "newest": version_view(draft or versions[0]),
        "versions": [version_summary_view(row) for row in versions],
        "source": source_view(source) if source else None,
    }


def difference_view(old: ArticleVersion, new: ArticleVersion) -> DifferenceView:
    """What the newer one changed."""
    return {
        "from": version_summary_view(old),
        "to": version_summary_view(new),
        "fields": [
            {"name": change.name, "before": _plain(change.before), "after": _plain(change.after)}
            for change in changed_fields(old.article, new.article)
        ],
        "body": [{"kind": piece.kind, "text": piece.text} for piece in changed_text(old.body, new.body)],
    }


def _text(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
