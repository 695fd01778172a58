"""The figures as CSV: numbers and the sentences that define them, and nothing that a customer wrote or is called."""

import csv
import io

from escalation.after.policy import After
from escalation.centre.centre import Report
from escalation.centre.definitions import FIGURES, in_words
from escalation.centre.measures import Kind, Measured
from escalation.handoffs import LABELS
from escalation.records import Reason

COLUMNS = (
    "figure", "value", "kind", "from", "to", "count", "of", "result", "low_95", "high_95", "before", "definition",
)  # fmt: skip


def as_csv(report: Report, after: After) -> str:
    """A row for each value over the period, then one for each step of its course. RFC 4180, times in UTC.

    Of money count and result are millionths of the currency of the price table; a step has its result alone.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    window = report.window
    start, end = window.start.isoformat(), window.end.isoformat()
    ends = [step.isoformat() for step in (*window.steps[1:], window.end)]
    for figure in FIGURES:
        words = in_words(figure, after)
        for value in figure.values:
            one = report.values[value.name]
            since = end if value.now else start
            before = "" if value.now else _number(one.before)
            writer.writerow(
                (figure.name, value.name, value.kind, since, end, *_counts(one), *_result(one), before, words)
            )
            if value.charted:
                for step, until, result in zip(window.steps, ends, one.series, strict=True):
                    row = (step.isoformat(), until, "", "", _number(result), "", "", "", words)
                    writer.writerow((figure.name, value.name, value.kind, *row))
    for reason in report.reasons:
        told = f"Cases that went to a person: {LABELS[Reason(reason.name)]}"
        counts = (reason.count, "", reason.count, "", "", reason.before)
        writer.writerow(("reasons", reason.name, Kind.COUNT, start, end, *counts, told))
    became = report.suggested
    told = "Replies suggested to people, and of these the ones sent as they were, sent after a change, and not sent so far"
    for name in ("shown", "as_it_was", "edited", "dropped"):
        number = getattr(became, name)
        writer.writerow(("suggested", name, Kind.COUNT, start, end, number, "", number, "", "", "", told))
    return file.getvalue()


def _counts(one: Measured) -> tuple[str, str]:
    return (_number(one.count), "" if one.kind is Kind.COUNT else str(one.of))


def _result(one: Measured) -> tuple[str, str, str]:
    return (_number(one.value), _number(one.low), _number(one.high))


def _number(value: float | None) -> str:
    """Four places are more than any of these counts can tell."""
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")
