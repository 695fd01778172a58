"""The command centre and what customers say, as the JSON of the HTTP interface (docs/architecture.md)."""

from typing import Annotated

from typing_extensions import TypedDict

from api.views.conversations import RatingView, rating_view
from api.views.shapes import CaseNumber, Html, Id, Time, like, one_of
from escalation.after.policy import After
from escalation.centre.centre import Reason, Report
from escalation.centre.definitions import FIGURES, VALUES, Value, in_words
from escalation.centre.measures import Measured
from escalation.centre.periods import Period
from escalation.centre.watch import Standing
from escalation.handoffs import LABELS
from escalation.records import Reason as HandoffReason
from escalation.suggested import Became

# `from` is a word of Python's own.
_Since = TypedDict("_Since", {"from": Time})


class SpanView(_Since):
    """A span of time, its end not in it."""

    to: Time


class ValueView(TypedDict):
    """One number of a figure; null where there was nothing to count over. `low` and `high` are the 95 % interval."""

    name: Annotated[str, like("solved")]
    label: Annotated[str, like("Solved by the AI")]
    kind: Annotated[str, like("share", "count, share, mean or money (in millionths)")]
    up_is: Annotated[str, like("good")]
    charted: bool
    now: bool
    count: Annotated[float, like(42)]
    of: Annotated[float | None, like(60)]
    value: Annotated[float | None, like(0.7)]
    low: Annotated[float | None, like(0.57)]
    high: Annotated[float | None, like(0.8)]
    before: Annotated[float | None, like(0.66)]
    series: Annotated[list[float | None], like([0.6, 0.7, None])]


class FigureView(TypedDict):
    """A figure with the sentence that defines it."""

    name: Annotated[str, like("resolution")]
    title: Annotated[str, like("Resolution")]
    definition: Annotated[str, like("Share of conversations that the customer says are solved.")]
    values: list[ValueView]


class QueueStandingView(TypedDict):
    """A queue at this moment."""

    name: Annotated[str, like("orders")]
    waiting: Annotated[int, like(3)]
    at_risk: Annotated[int, like(1)]
    open: bool


class HandoffReasonView(TypedDict):
    """How often people were needed for this, and in the period before."""

    name: Annotated[str, like("asked_for_person")]
    label: Annotated[str, like("Asked for a person")]
    count: Annotated[int, like(12)]
    before: Annotated[int, like(9)]


class SuggestedView(TypedDict):
    """What became of the replies that were suggested to people: `dropped` were not sent, so far."""

    shown: Annotated[int, like(20)]
    as_it_was: Annotated[int, like(9)]
    edited: Annotated[int, like(6)]
    dropped: Annotated[int, like(5)]


class WordsView(RatingView):
    """What a customer said, and where."""

    case_number: CaseNumber


class ReportView(SpanView):
    """The figures of a period, each with its definition and the period before. `steps` are those of every `series`."""

    period: Annotated[str, one_of(Period)]
    before: SpanView
    steps: list[Time]
    currency: Annotated[str, like("EUR")]
    figures: list[FigureView]
    queues: list[QueueStandingView]
    reasons: list[HandoffReasonView]
    suggested: SuggestedView
    words: list[WordsView]


class AlertView(TypedDict):
    """A figure that has left its band; `quiet` while somebody has it in hand."""

    id: Id
    name: Annotated[str, like("resolution-low")]
    title: Annotated[str, like("Resolution low")]
    figure: Annotated[str, like("solved")]
    label: Annotated[str, like("Solved by the AI")]
    kind: Annotated[str, like("share")]
    period: Annotated[str, one_of(Period)]
    value: Annotated[float, like(0.4)]
    side: Annotated[str, like("below", "above or below")]
    ring: Annotated[float | None, like(0.5)]
    rest: Annotated[float | None, like(0.55)]
    began_at: Time
    playbook: Annotated[str, like("resolution-low")]
    quiet: bool
    acknowledged_by: Annotated[str | None, like("Aoife")]
    acknowledged_until: Time | None


class PlaybookView(TypedDict):
    """What to do about an alert."""

    name: Annotated[str, like("resolution-low")]
    html: Html


def report_view(report: Report, after: After, currency: str) -> ReportView:
    """The page whole."""
    window = report.window
    return {
        "period": window.period,
        "from": window.start.isoformat(),
        "to": window.end.isoformat(),
        "before": {"from": window.before_start.isoformat(), "to": window.before_end.isoformat()},
        "steps": [step.isoformat() for step in window.steps],
        "currency": currency,
        "figures": [
            {
                "name": figure.name,
                "title": figure.title,
                "definition": in_words(figure, after),
                "values": [_value_view(value, report.values[value.name]) for value in figure.values],
            }
            for figure in FIGURES
        ],
        "queues": [
            {"name": queue.name, "waiting": queue.waiting, "at_risk": queue.at_risk, "open": queue.is_open}
            for queue in report.queues
        ],
        "reasons": [_reason_view(reason) for reason in report.reasons],
        "suggested": _suggested_view(report.suggested),
        "words": [{**rating_view(rating), "case_number": number} for rating, number in report.words],
    }


def alert_view(standing: Standing) -> AlertView:
    """An alert that stands; `quiet` while somebody has it in hand."""
    alert, band = standing.alert, standing.band
    value = VALUES[band.figure]
    edge = band.above or band.below
    return {
        "id": str(alert.id),
        "name": alert.name,
        "title": alert.name.replace("-", " ").capitalize().replace(" ai", " AI"),
        "figure": band.figure,
        "label": value.label,
        "kind": value.kind,
        "period": band.period,
        "value": alert.value,
        "side": "above" if band.above else "below",
        "ring": edge.ring if edge else None,
        "rest": edge.rest if edge else None,
        "began_at": alert.began_at.isoformat(),
        "playbook": band.playbook,
        "quiet": standing.quiet,
        "acknowledged_by": standing.by.name if standing.by else None,
        "acknowledged_until": alert.acknowledged_until.isoformat() if alert.acknowledged_until else None,
    }


def _value_view(value: Value, measured: Measured) -> ValueView:
    return {
        "name": value.name,
        "label": value.label,
        "kind": value.kind,
        "up_is": value.up_is,
        "charted": value.charted,
        "now": value.now,
        "count": measured.count,
        "of": measured.of,
        "value": measured.value,
        "low": measured.low,
        "high": measured.high,
        "before": None if value.now else measured.before,
        "series": list(measured.series) if value.charted else [],
    }


def _suggested_view(became: Became) -> SuggestedView:
    return {
        "shown": became.shown,
        "as_it_was": became.as_it_was,
        "edited": became.edited,
        "dropped": became.dropped,
    }


def _reason_view(reason: Reason) -> HandoffReasonView:
    return {
        "name": reason.name,
        "label": LABELS[HandoffReason(reason.name)],
        "count": reason.count,
        "before": reason.before,
    }
