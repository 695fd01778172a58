"""The QA page: runs of evaluations, and what people say of answers."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from typing_extensions import TypedDict

from api.views.messages import html_of
from api.views.shapes import CaseNumber, CitationView, Html, Id, PersonName, Time, like, one_of
from escalation.qa.labelling import Agreement, Pair, ToLabel
from escalation.qa.records import Judgement
from escalation.qa.runs import RunSummary


class RunView(TypedDict):
    """A run of evaluation suites. `low` and `high` are the 95 % interval of the share that passed."""

    id: Annotated[str, like("20261129-090000")]
    version: Annotated[str, like("0.1.0")]
    model: Annotated[str, like("offline")]
    repeats: Annotated[int, like(3)]
    passed: Annotated[int, like(402)]
    of: Annotated[int, like(420)]
    unscored: Annotated[int, like(2, "Cases that could not be told.")]
    low: Annotated[float | None, like(0.93)]
    high: Annotated[float | None, like(0.97)]
    flaky: Annotated[list[str], like(["actions/cancel-by-nickname"], "Cases that differ between tries.")]
    problems: Annotated[list[str], like(["results.jsonl:17: is no JSON"])]


class RunsView(TypedDict):
    """The runs, newest first, and what in the folder could not be read."""

    items: list[RunView]
    problems: Annotated[list[str], like(["run.json is no run's"])]


class SaidView(TypedDict):
    """A line before an answer."""

    by: Annotated[str, like("customer")]
    html: Html


class ToLabelView(TypedDict):
    """An answer to be judged, and what was said before it."""

    message_id: Id
    conversation_id: Id
    case_number: CaseNumber
    html: Html
    citations: list[CitationView]
    before: list[SaidView]


class NextLabelView(TypedDict):
    """What to judge next, null where nothing waits; `left` counts it."""

    answer: ToLabelView | None
    left: Annotated[int, like(12)]


class WordView(TypedDict):
    """What one person said of an answer."""

    by: PersonName
    judgement: Annotated[str, one_of(Judgement, "wrong")]
    note: Annotated[str, like("The window is 30 days.")]


class PairView(TypedDict):
    """An answer on which two have spoken."""

    message_id: Id
    conversation_id: Id
    html: Html
    said_at: Time
    words: list[WordView]


class AgreementView(TypedDict):
    """How two labellers agree. `kappa` is Cohen's; null where it says nothing."""

    pairs: Annotated[int, like(40)]
    agreed: Annotated[int, like(36)]
    kappa: Annotated[float | None, like(0.78)]
    waiting_for_second: Annotated[int, like(5)]
    disagreements: list[PairView]
    faults: list[PairView]


def run_view(run: RunSummary) -> RunView:
    """A run in a line."""
    low, high = run.likely or (None, None)
    return {
        "id": run.id,
        "version": run.version,
        "model": run.model,
        "repeats": run.repeats,
        "passed": run.passed,
        "of": run.of,
        "unscored": run.unscored,
        "low": low,
        "high": high,
        "flaky": list(run.flaky),
        "problems": list(run.problems),
    }


def to_label_view(found: ToLabel | None) -> NextLabelView:
    """What to judge next."""
    if found is None:
        return {"answer": None, "left": 0}
    answer = found.answer
    return {
        "answer": {
            "message_id": str(answer.id),
            "conversation_id": str(answer.conversation_id),
            "case_number": found.conversation.case_number,
            "html": html_of(answer.text, answer.citations),
            "citations": cast("list[CitationView]", answer.citations),
            "before": [{"by": m.author_kind, "html": html_of(m.text, m.citations)} for m in found.before],
        },
        "left": found.left,
    }


def agreement_view(found: Agreement) -> AgreementView:
    """How two labellers agree."""
    return {
        "pairs": found.pairs,
        "agreed": found.agreed,
        "kappa": found.kappa,
        "waiting_for_second": found.waiting_for_second,
        "disagreements": [_pair_view(pair) for pair in found.disagreements],
        "faults": [_pair_view(pair) for pair in found.faults],
    }


def _pair_view(pair: Pair) -> PairView:
    citations: list[Mapping[str, Any]] = list(pair.answer.citations)
    return {
        "message_id": str(pair.answer.id),
        "conversation_id": str(pair.answer.conversation_id),
        "html": html_of(pair.answer.text, citations),
        "said_at": pair.answer.created_at.isoformat(),
        "words": [
            {"by": by, "judgement": label.judgement, "note": label.note}
            for by, label in zip(pair.labellers, (pair.first, pair.second), strict=True)
        ],
    }
