"""The report as one HTML file that needs nothing else, and the same figures as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals.reports import charts, words
from evals.reports.comparing import Comparison, in_words
from evals.reports.origins import origins
from evals.reports.summary import Calibration, RunFigures, failures, figures_of
from evals.runs.figures import Share
from evals.runs.store import Run

PAGES = Path(__file__).with_name("pages")
FEW = 20  # cases; a diagram of fewer would show chance
_CONFIDENCE = (
    "confidence",
    "Is it right when it is sure of an answer?",
    (
        "Before it answers from the help centre, it says how sure it is that it has found the right passage. Counted are cases that "
        "ended with an answer that quotes a source; an answer is right if it was given, supported and rightly cited."
    ),
)
_EMOTION = (
    "emotion",
    "Is it right when it is sure of a feeling?",
    "It reads how a customer feels and how sure it is of that. Counted are cases that say which feeling is right.",
)


@cache
def environment() -> Environment:
    """Strict: a value that is missing is an error and not a gap; everything is escaped."""
    made = Environment(
        loader=FileSystemLoader(PAGES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    made.globals.update(
        css=Markup((PAGES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        harm=words.harm,
        percent=words.percent,
        likely=words.likely,
        title=words.suite_title,
        speaker=lambda by: words.SPEAKERS[by],
    )
    return made


def report_html(runs: Sequence[Run]) -> str:
    """The page about the last of these runs; the others are its history."""
    now_run = runs[-1]
    known = origins(now_run)
    emotions = {key: one.case.expect.emotion for key, one in known.items()}
    history = [figures_of(run) for run in runs[:-1]] + [figures_of(now_run, emotions)]
    now = history[-1]
    failing = failures(now_run.results)
    chart_cost, cost_note = _costs(history)
    return environment().get_template("report.html.j2").render(
        now=now,
        history=history,
        lead=lead(now),
        problems=[problem for run in runs for problem in run.problems],
        unlike=len({tuple(sorted(run.info.suites.items())) for run in runs}) > 1,
        chart_suites=_svg(charts.bars([(words.suite_title(one.suite), one.passed) for one in now.suites], "Share of cases that pass, by suite")),
        chart_course=_svg(charts.course([(one.run.info.id, one.passed) for one in history], "Share of cases that pass, by run")),
        chart_cost=chart_cost,
        cost_note=cost_note,
        calibrations=[(*_CONFIDENCE, now.confidence, _diagram(now.confidence, "Confidence of answers against how many were right")),
                      (*_EMOTION, now.emotion, _diagram(now.emotion, "Confidence in feelings against how many were right"))],
        failed=[one for one in failing if one[1].passed is False],
        untold=[one for one in failing if one[1].passed is None],
        origins=known,
    )  # fmt: skip


def lead(now: RunFigures) -> str:
    """The whole in one or two sentences."""
    if not now.passed.of:
        return "No case of this run could be told."
    said = f"{now.passed.count} of {now.passed.of} cases came out as they should: {words.percent(now.passed.value)}, likely {words.likely(now.passed)}."
    if now.harms:
        name, times = now.harms[0]
        said += f" What went wrong most often: {words.harm(name)[0].lower()} ({times})."
    if now.unscored:
        said += f" {now.unscored} more could not be told."
    return said


def report_json(runs: Sequence[Run]) -> dict[str, Any]:
    """The figures of every run; the last one's failures by name. Transcripts are in the runs' own `results.jsonl`."""
    known = {key: one.case.expect.emotion for key, one in origins(runs[-1]).items()}
    told = [_run_json(figures_of(run, known if run is runs[-1] else None)) for run in runs]
    failing = failures(runs[-1].results)
    return {
        "runs": told,
        "failed": [_failure(*one[:2]) for one in failing if one[1].passed is False],
        "unscored": [_failure(*one[:2]) for one in failing if one[1].passed is None],
    }


def _failure(key: tuple[str, str], row: Any) -> dict[str, Any]:
    return {
        "suite": key[0],
        "case": key[1],
        "why": [f"{v.scorer}: {v.why}" for v in row.verdicts if v.passed is not True] + ([row.error] if row.error else []),
    }  # fmt: skip


def _run_json(one: RunFigures) -> dict[str, Any]:
    return {
        "info": one.run.info.model_dump(mode="json"),
        "problems": list(one.run.problems),
        "passed": _share(one.passed),
        "unscored": one.unscored,
        "pass_hat_1": one.once,
        "suites": {
            suite.suite: {**_share(suite.passed), "unscored": suite.unscored, "pass_hat_1": suite.once} for suite in one.suites
        },
        "harms": dict(one.harms),
        "handoffs": asdict(one.handoffs),
        "confidence": _calibration(one.confidence),
        "emotion": _calibration(one.emotion),
        "tokens": one.tokens,
        "cost_usd": one.cost,
        "median_seconds": one.seconds,
        "flaky": ["/".join(key) for key in one.flaky],
    }  # fmt: skip


def _share(share: Share) -> Mapping[str, Any]:
    return {"passed": share.count, "of": share.of, "share": share.value, "interval_95": share.interval}


def _calibration(one: Calibration) -> Mapping[str, Any]:
    return {
        "error": one.error,
        "of": one.of,
        "bins": [
            {"from": b.low, "to": b.high, "stated": b.stated, "right": b.right.count, "of": b.right.of} for b in one.bins
        ],
    }  # fmt: skip


def _diagram(found: Calibration, title: str) -> Markup | None:
    return _svg(charts.reliability(found.bins, title)) if found.of >= FEW else None


def _costs(history: Sequence[RunFigures]) -> tuple[Markup | None, str]:
    """By money where every run that used a model has a price, else by tokens."""
    if not any(one.tokens for one in history):
        return None, ""
    priced = all(one.cost is not None or not one.tokens for one in history)
    rows = [
        (
            one.run.info.id,
            ((one.cost or 0.0) if priced else float(one.tokens)) / max(1, len(one.run.results)),
            one.passed,
        )
        for one in history
    ]
    unit = "USD a case" if priced else "tokens a case"
    note = "" if priced else "No price of a model is known, so tokens stand in its place."
    return _svg(charts.scatter(rows, f"{unit} against share of cases that pass", unit)), note


def _svg(drawn: str) -> Markup:
    return Markup(drawn)  # noqa: S704 - `charts` escapes every word


def comparison_html(found: Comparison) -> str:
    """Two runs beside each other, regressions first."""
    return environment().get_template("compare.html.j2").render(found=found, in_words=in_words)
