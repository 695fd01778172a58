"""What keeps the knowledge base well: publications, imports, findings, gaps, uses and searches, as JSON."""

from typing import Annotated, cast

from typing_extensions import TypedDict

from api.views.shapes import ID, CaseNumber, Id, Time, in_iso, like
from escalation.gaps import Gap
from escalation.uses import Uses
from knowledge.checking.findings import Finding
from knowledge.records import ImportRun, Publication
from knowledge.search import SearchResult


class ArticleName(TypedDict):
    """An article in one language."""

    slug: Annotated[str, like("returns")]
    locale: Annotated[str, like("en")]


# `from` is a word of Python's own.
_WasVersion = TypedDict("_WasVersion", {"from": Annotated[int | None, like(2)]})


class ChangeView(ArticleName, _WasVersion):
    """What a publication did to an article, in versions; null where there was or is none."""

    to: Annotated[int | None, like(3)]


class PublicationView(TypedDict):
    """One moment at which the published articles changed."""

    number: Annotated[int, like(12)]
    at: Time
    by: Annotated[str | None, like("Aoife")]
    note: Annotated[str | None, like("New return window.")]
    changes: list[ChangeView]


class NotTakenView(TypedDict):
    """A file or page that could not be taken."""

    path: Annotated[str, like("returns.html")]
    why: Annotated[str, like("The page has no text.")]


class ImportReportView(TypedDict):
    """What came of an import."""

    new: list[ArticleName]
    changed: list[ArticleName]
    unchanged: Annotated[int, like(40)]
    missing: list[ArticleName]
    not_taken: list[NotTakenView]
    drafts: Annotated[list[str], like([ID], "Version ids of the drafts.")]


class ImportView(TypedDict):
    """An import, running or ended."""

    id: Id
    root: Annotated[str, like("https://shop.example/help")]
    by: Annotated[str | None, like("Aoife")]
    started_at: Time
    finished_at: Time | None
    done: Annotated[int, like(42)]
    total: Annotated[int, like(42)]
    failure: Annotated[str | None, like(None)]
    report: ImportReportView | None


class PlaceView(TypedDict):
    """A piece of an article."""

    article: Annotated[str, like("returns")]
    locale: Annotated[str, like("en")]
    title: Annotated[str, like("Returns and refunds")]
    heading: Annotated[str, like("How long you have")]
    text: Annotated[str, like("within 30 days")]


class FindingView(TypedDict):
    """Something to mend, with the places side by side."""

    kind: Annotated[str, like("contradiction")]
    why: Annotated[str, like("One says 30 days, the other 14.")]
    places: list[PlaceView]


class FindingsView(TypedDict):
    """What would be wrong."""

    findings: list[FindingView]


class CheckView(FindingsView):
    """What is wrong, among how many articles."""

    articles: Annotated[int, like(40)]


class ReplyView(TypedDict):
    """What a colleague answered."""

    text: Annotated[str, like("Yes, we ship to Norway.")]
    by: Annotated[str | None, like("Aoife")]


class ClosestView(TypedDict):
    """The article that came nearest."""

    article: Annotated[str, like("shipping")]
    locale: Annotated[str, like("en")]
    title: Annotated[str, like("Shipping")]


class GapView(TypedDict):
    """Something that customers ask and no article tells."""

    id: Annotated[str, like(ID)]
    question: Annotated[str, like("Do you ship to Norway?")]
    questions: Annotated[list[str], like(["Do you ship to Norway?"])]
    conversations: Annotated[int, like(3)]
    first_at: Time
    last_at: Time
    reply: ReplyView | None
    closest: ClosestView | None


class AnsweredView(TypedDict):
    """A conversation that was answered from an older version."""

    id: Id
    case_number: CaseNumber
    version: Annotated[int, like(2)]
    cited_at: Time
    question: Annotated[str | None, like("How long can I return it?")]


class EvalCaseView(TypedDict):
    """An eval case that rests on the article."""

    suite: Annotated[str, like("help_questions")]
    id: Annotated[str, like("returns-1")]
    question: Annotated[str, like("How long can I return it?")]


class UsesView(TypedDict):
    """Who was answered from older versions, and which eval cases rest on the article."""

    conversations: list[AnsweredView]
    conversations_total: Annotated[int, like(1)]
    cases: list[EvalCaseView]


class FoundPassageView(TypedDict):
    """A passage that was found."""

    article: Annotated[str, like("returns")]
    locale: Annotated[str, like("en")]
    version: Annotated[int, like(3)]
    title: Annotated[str, like("Returns and refunds")]
    heading: Annotated[str, like("How long you have")]
    text: Annotated[str, like("You can return anything within 30 days of delivery.")]
    score: Annotated[float, like(0.81)]
    url: Annotated[str, like("/help/returns?v=3&p=4be1c0ffee12")]
    audience: Annotated[str, like("public")]


class SearchView(TypedDict):
    """What a search found, and how sure it is."""

    confidence: Annotated[float, like(0.8)]
    good_enough: bool
    found: list[FoundPassageView]


def publication_view(publication: Publication) -> PublicationView:
    """One publication."""
    return {
        "number": publication.number,
        "at": publication.at.isoformat(),
        "by": publication.by,
        "note": publication.note,
        "changes": cast("list[ChangeView]", publication.changes),
    }


def import_view(run: ImportRun) -> ImportView:
    """An import, running or ended."""
    return {
        "id": str(run.id),
        "root": run.root,
        "by": run.by,
        "started_at": run.started_at.isoformat(),
        "finished_at": in_iso(run.finished_at),
        "done": run.done,
        "total": run.total,
        "failure": run.failure,
        "report": cast("ImportReportView | None", run.report),
    }


def finding_view(finding: Finding) -> FindingView:
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


def gap_view(gap: Gap) -> GapView:
    """Something that customers ask and no article tells."""
    return {
        "id": gap.id,
        "question": gap.question,
        "questions": list(gap.questions),
        "conversations": gap.conversations,
        "first_at": gap.first_at.isoformat(),
        "last_at": gap.last_at.isoformat(),
        "reply": {"text": gap.reply.text, "by": gap.reply.by} if gap.reply else None,
        "closest": {"article": gap.closest.article, "locale": gap.closest.locale, "title": gap.closest.title}
        if gap.closest
        else None,
    }


def uses_view(found: Uses) -> UsesView:
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


def search_view(result: SearchResult) -> SearchView:
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
