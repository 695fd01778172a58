"""A run as a log that Inspect (UK AI Security Institute) opens: its JSON format, schema version 2 (`inspect_ai.log.EvalLog`).

`inspect view` and `inspect_ai.log.read_eval_log` read it. Written without Inspect itself, which a user of Candor need not have; a
test opens it with Inspect where that is installed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from evals.runs.figures import by_case, passed
from evals.runs.result import CaseResult, Said, Verdict
from evals.runs.store import Run

_ROLES: Mapping[str, str] = {"customer": "user", "ai": "assistant", "human": "assistant", "system": "system"}
_NEVER = "1970-01-01T00:00:00+00:00"  # a run that is to be repeatable byte for byte keeps no time; Inspect wants one
_VALUES = {True: "C", False: "I", None: "N"}  # Inspect's letters: correct, incorrect, no answer


def inspect_log(run: Run) -> dict[str, Any]:
    """The log, ready for JSON. The same run gives the same log."""
    info = run.info
    created = info.started_at.isoformat() if info.started_at else _NEVER
    cases = by_case(run.results)
    share = passed(run.results)
    scorers = sorted({verdict.scorer for row in run.results for verdict in row.verdicts})
    return {
        "version": 2,
        "status": "success" if info.finished else "cancelled",
        "eval": {
            "eval_id": f"candor-{info.id}",
            "run_id": f"candor-{info.id}",
            "created": created,
            "task": "candor",
            "task_id": f"candor-{info.id}",
            "task_version": info.version,
            "task_args": {"suites": dict(info.suites), "seed": info.seed},
            "dataset": {
                "name": ", ".join(sorted(info.suites)),
                "samples": len(cases),
                "sample_ids": [f"{suite}/{case}" for suite, case in cases],
            },
            "model": f"candor/{info.model}",
            "config": {"epochs": info.repeats},
            "packages": {"candor": info.version},
            "metadata": dict(info.settings),
        },
        "plan": {"name": "candor", "steps": []},
        "results": {
            "total_samples": len(run.results),
            "completed_samples": sum(row.status == "scored" for row in run.results),
            "scores": [
                {
                    "name": "passed",
                    "scorer": "passed",
                    "scored_samples": share.of,
                    "unscored_samples": len(cases) - share.of,
                    "metrics": {"accuracy": {"name": "accuracy", "value": share.value or 0.0}},
                },
                *(_totals(name, run) for name in scorers),
            ],
        },
        "stats": {"started_at": created, "completed_at": created},
        "samples": [_sample(row) for row in run.results],
    }


def _totals(name: str, run: Run) -> dict[str, Any]:
    said = [verdict.passed for row in run.results for verdict in row.verdicts if verdict.scorer == name]
    told = [one for one in said if one is not None]
    return {
        "name": name,
        "scorer": name,
        "scored_samples": len(told),
        "unscored_samples": len(said) - len(told),
        "metrics": {"accuracy": {"name": "accuracy", "value": sum(told) / len(told) if told else 0.0}},
    }


def _sample(row: CaseResult) -> dict[str, Any]:
    customer = [said.text for said in row.transcript if said.by == "customer" and said.kind != "step"]
    spoken = [said.text for said in row.transcript if said.by == "ai"]
    sample: dict[str, Any] = {
        "id": f"{row.suite}/{row.case}",
        "epoch": row.repeat + 1,
        "input": customer[0] if customer else "",
        "target": "",
        "messages": list(_messages(row)),
        "output": {
            "model": "candor",
            "choices": [{"message": {"role": "assistant", "content": spoken[-1]}, "stop_reason": "stop"}]
            if spoken
            else [],
            "completion": spoken[-1] if spoken else "",
        },
        "scores": {
            "passed": {"value": _VALUES[row.passed], "explanation": _why(row)},
            **{one.scorer: {"value": _VALUES[one.passed], "explanation": one.why} for one in row.verdicts},
        },
        "metadata": {
            "suite": row.suite,
            "end": row.end.model_dump(mode="json") if row.end else None,
            "cost": row.cost,
            "tokens": row.tokens,
        },
    }
    if row.error:
        sample["error"] = {"message": row.error, "traceback": "", "traceback_ansi": ""}
    return sample


def _messages(row: CaseResult) -> Iterator[dict[str, Any]]:
    for number, said in enumerate(row.transcript):
        yield {
            "id": f"{row.case}-{row.repeat}-{number}",
            "role": _ROLES[said.by],
            "content": _content(said),
            "metadata": {"by": said.by, "kind": said.kind, "cited": list(said.cited)},
        }


def _content(said: Said) -> str:
    """What stood there; what a customer did without words stands in brackets, and so does who a person is."""
    words = f"[{said.text}]" if said.kind == "step" else said.text
    named = f"[person at the desk] {words}" if said.by == "human" else words
    return f"{named}\n\n[card] {said.card}" if said.card else named


def _why(row: CaseResult) -> str:
    bad: list[Verdict] = [verdict for verdict in row.verdicts if verdict.passed is not True]
    return row.error or "; ".join(f"{one.scorer}: {one.why}" for one in bad) or "Nothing is wrong with it."
