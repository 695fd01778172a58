"""Records of the knowledge base as the JSON of the HTTP interface (docs/knowledge.md)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from escalation.gaps import Gap
from escalation.uses import Uses
from knowledge.checking.findings import Finding
from knowledge.differences import changed_fields, changed_text
from knowledge.drafts import Overview
from knowledge.records import ArticleSource, ArticleVersion, ImportRun, Publication
from knowledge.rendering import render
from knowledge.search import SearchResult

JSON = dict[str, Any]


def version_view(row: ArticleVersion) -> JSON:
    """A version with all that its author wrote, and its text as safe HTML."""
    return {
        **version_summary_view(row),
        "body": row.body,
        "questions": row.questions,
        "html": render(row.body),
    }


def version_summary_view(row: ArticleVersion) -> JSON:
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


def overview_view(entry: Overview, today: date) -> JSON:
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


def source_view(source: ArticleSource) -> JSON:
    """Where an article was imported from."""
    return {
        "root": source.root,
        "path": source.path,
        "imported_at": _text(source.imported_at),
        "missing_since": _text(source.missing_since),
    }


def article_view(versions: Sequence[ArticleVersion], source: ArticleSource | None) -> JSON:
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


def difference_view(old: ArticleVersion, new: ArticleVersion) -> JSON:
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


def publication_view(publication: Publication) -> JSON:
    """One publication."""
    return {
        "number": publication.number,
        "at": publication.at.isoformat(),
        "by": publication.by,
        "note": publication.note,
        "changes": publication.changes,
    }


def import_view(run: ImportRun) -> JSON:
    """An import, running or ended."""
    return {
        "id": str(run.id),
        "root": run.root,
        "by": run.by,
        "started_at": run.started_at.isoformat(),
        "finished_at": _text(run.finished_at),
        "done": run.done,
        "total": run.total,
        "failure": run.failure,
        "report": run.report,
    }


def finding_view(finding: Finding) -> JSON:
    """Something to mend, with the places side by side."""
    return {
        "kind": finding.kind,
        "why": finding.why,
        "places": [
            {
                "article": place.article,
                "locale": place.locale,
                "title": place.title,
                "heading": place.heading,
                "text": place.text,
            }
            for place in finding.places
        ],
    }


def gap_view(gap: Gap) -> JSON:
    """Something that customers ask and no article tells."""
    return {
        "id": gap.id,
        "question": gap.question,
        "questions": list(gap.questions),
        "conversations": gap.conversations,
        "first_at": gap.first_at.isoformat(),
        "last_at": gap.last_at.isoformat(),
        "reply": {"text": gap.reply.text, "by": gap.reply.by} if gap.reply else None,
        "closest": asdict(gap.closest) if gap.closest else None,
    }


def uses_view(found: Uses) -> JSON:
    """Who was answered from older versions, and which eval cases rest on the article."""
    return {
        "conversations": [
            {
                "id": str(one.id),
                "case_number": one.case_number,
                "version": one.version,
                "cited_at": one.cited_at.isoformat(),
                "question": one.question,
            }
            for one in found.conversations
        ],
        "conversations_total": found.conversations_total,
        "cases": [{"suite": case.suite, "id": case.id, "question": case.question} for case in found.cases],
    }


def search_view(result: SearchResult) -> JSON:
    """What a search found, and how sure it is."""
    return {
        "confidence": round(result.confidence, 3),
        "good_enough": result.good_enough,
        "found": [
            {
                "article": found.passage.article,
                "locale": found.passage.locale,
                "version": found.passage.version,
                "title": found.passage.title,
                "heading": " › ".join(found.passage.heading_path),
                "text": found.passage.text,
                "score": round(found.score, 3),
                "url": found.passage.url,
                "audience": found.passage.audience,
            }
            for found in result.found
        ],
    }


def _text(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
