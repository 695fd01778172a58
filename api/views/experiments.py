"""Experiments: what is tried, what happened to it, and its figures by variant."""

from typing import Annotated

from typing_extensions import TypedDict

from api.views.shapes import PersonName, Time, like, one_of
from escalation.centre.measures import Kind
from escalation.experiments.lots import Variant
from escalation.experiments.plan import Plan, in_words
from escalation.experiments.records import Experiment, ExperimentEvent, Happened
from escalation.experiments.results import Guarded, Result, Results, Side

ExperimentName = Annotated[str, like("surer-search")]


class HappenedView(TypedDict):
    """What happened to an experiment; by nobody: it was the product itself."""

    kind: Annotated[str, one_of(Happened)]
    by: PersonName | None
    why: Annotated[str, like("With 0.2 of the customers.")]
    at: Time


class ExperimentView(TypedDict):
    """An experiment. `changes` is what B does otherwise."""

    name: ExperimentName
    question: Annotated[str, like("Do surer searches lower wrong answers?")]
    share: Annotated[float, like(0.2, "Of the customers who take part; half of them get each variant.")]
    runs: bool
    started_at: Time
    changes: Annotated[list[str], like(["search.enough_alone: 0.65"])]
    events: list[HappenedView]


class ExperimentsView(TypedDict):
    """Every experiment, newest first."""

    items: list[ExperimentView]


class SideView(TypedDict):
    """A figure of one variant; `low` and `high` hold at all times, null where there are too few customers."""

    of: Annotated[int, like(412, "Customers that count.")]
    value: Annotated[float | None, like(0.71)]
    low: Annotated[float | None, like(0.66)]
    high: Annotated[float | None, like(0.76)]


class ComparedView(TypedDict):
    """B less A, with an interval and a p-value that hold however often one looks."""

    difference: Annotated[float, like(0.05)]
    low: Annotated[float, like(-0.02)]
    high: Annotated[float, like(0.12)]
    p: Annotated[float, like(0.41)]


class FigureView(TypedDict):
    """A figure by variant. `verdict` is of B; empty: nothing can be told."""

    name: Annotated[str, like("resolved_alone")]
    title: Annotated[str, like("Resolved without a person")]
    sentence: Annotated[str, like("Nobody was called and the last question was answered.")]
    kind: Annotated[str, one_of(Kind, "share")]
    unit: Annotated[str, like("ms")]
    span: Annotated[
        str, like("24 hours", "From a conversation's first message; it counts once that is over.")
    ]
    primary: bool
    a: SideView
    b: SideView
    compared: ComparedView | None
    verdict: Annotated[str, like("better")]


class GuardrailView(TypedDict):
    """A figure that stops the experiment. `surely`: by how much B is worse at the least, null where there are too few."""

    figure: Annotated[str, like("low_rating")]
    title: Annotated[str, like("Said that it was bad")]
    worse_by: Annotated[float, like(0.02)]
    surely: Annotated[float | None, like(-0.01)]
    broken: bool


class ResultsView(TypedDict):
    """What an experiment has come to."""

    name: ExperimentName
    counted_at: Time
    customers: Annotated[dict[str, int], like({"A": 430, "B": 419}, "That drew each variant.")]
    currency: Annotated[str, like("EUR", "Of money, which is in millionths.")]
    figures: list[FigureView]
    guardrails: list[GuardrailView]


def experiment_view(experiment: Experiment, events: list[ExperimentEvent]) -> ExperimentView:
    """An experiment with its history."""
    plan = Plan.model_validate(experiment.plan)
    return {
        "name": experiment.name,
        "question": plan.question,
        "share": experiment.share,
        "runs": experiment.ended_at is None,
        "started_at": experiment.started_at.isoformat(),
        "changes": in_words(plan.change),
        "events": [
            {"kind": event.kind, "by": event.by, "why": event.why, "at": event.at.isoformat()}
            for event in events
        ],
    }


def results_view(
    name: str, results: Results, *, primary: str, spans: dict[str, str], currency: str
) -> ResultsView:
    """Its figures, the one that decides first. `spans` are in words, by the figure's name."""
    ordered = sorted(results.results, key=lambda result: result.figure.name != primary)
    return {
        "name": name,
        "counted_at": results.at.isoformat(),
        "customers": {str(variant): results.customers[variant] for variant in Variant},
        "currency": currency,
        "figures": [_figure_view(result, primary, spans) for result in ordered],
        "guardrails": [_guardrail_view(guarded, results) for guarded in results.guardrails],
    }


def _figure_view(result: Result, primary: str, spans: dict[str, str]) -> FigureView:
    figure, compared = result.figure, result.compared
    return {
        "name": figure.name,
        "title": figure.title,
        "sentence": figure.sentence,
        "kind": figure.kind,
        "unit": figure.unit,
        "span": spans[figure.name],
        "primary": figure.name == primary,
        "a": _side_view(result.a),
        "b": _side_view(result.b),
        "compared": {
            "difference": compared.difference,
            "low": compared.low,
            "high": compared.high,
            "p": compared.p,
        }
        if compared
        else None,
        "verdict": result.verdict,
    }


def _side_view(side: Side) -> SideView:
    low, high = side.likely or (None, None)
    return {"of": side.arm.n, "value": side.value, "low": low, "high": high}


def _guardrail_view(guarded: Guarded, results: Results) -> GuardrailView:
    return {
        "figure": guarded.guard.figure,
        "title": results.of(guarded.guard.figure).figure.title,
        "worse_by": guarded.guard.worse_by,
        "surely": guarded.surely,
        "broken": guarded.broken,
    }
