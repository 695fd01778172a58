"""The command centre and what customers say, as the JSON of the HTTP interface (docs/architecture.md)."""

from typing import Any

from escalation.after.policy import After
from escalation.after.records import Rating
from escalation.centre.centre import Reason, Report
from escalation.centre.definitions import FIGURES, VALUES, Value, in_words
from escalation.centre.measures import Measured
from escalation.centre.watch import Standing
from escalation.handoffs import LABELS
from escalation.records import Reason as HandoffReason

JSON = dict[str, Any]


def report_view(report: Report, after: After, currency: str) -> JSON:
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
        "words": [{**rating_view(rating), "case_number": number} for rating, number in report.words],
    }


def rating_view(rating: Rating) -> JSON:
    """What a customer said of a conversation."""
    return {
        "conversation_id": str(rating.conversation_id),
        "solved": rating.solved,
        "satisfaction": rating.satisfaction,
        "effort": rating.effort,
        "comment": rating.comment,
        "rated_at": rating.rated_at.isoformat() if rating.rated_at else None,
    }


def alert_view(standing: Standing) -> JSON:
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


def _value_view(value: Value, measured: Measured) -> JSON:
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


def _reason_view(reason: Reason) -> JSON:
    return {
        "name": reason.name,
        "label": LABELS[HandoffReason(reason.name)],
        "count": reason.count,
        "before": reason.before,
    }
