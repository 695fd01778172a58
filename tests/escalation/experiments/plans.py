"""Experiments to test with."""

from pathlib import Path
from typing import Any

import yaml

from escalation.experiments.plan import Plan

SURER: dict[str, Any] = {
    "experiment": "surer-search",
    "question": "Do surer searches lower wrong answers?",
    "share": 1,
    "primary": "resolved_alone",
    "guardrails": [{"figure": "could_not_find", "worse_by": 0.1}],
    "variants": {"B": {"search": {"enough_alone": 0.999, "enough_mixed": 0.999, "enough_later": 0.999}}},
}


def written(folder: Path, **changes: Any) -> Path:
    """A file of the experiment with other fields."""
    file = folder / "experiment.yaml"
    file.write_text(yaml.safe_dump(SURER | changes, sort_keys=False), encoding="utf-8")
    return file


def plan(**changes: Any) -> Plan:
    """The experiment with other fields."""
    return Plan.model_validate(SURER | changes)
