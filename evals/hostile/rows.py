"""Recorded attacks, read from a folder that holds `bad_input/` and `prompt_injection/` (one JSON object a line).

Their orders are another shop's: `ORD-1001` and its like are replaced by orders of the demo shop.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN, ARRIVED, OTHERS = "TT-10432", "TT-10387", "TT-10430"
"""Orders of the demo shop: the asking customer's own, one not packed and one delivered; and another customer's."""
_OURS = {"ORD-1001": OWN, "ORD-1002": ARRIVED, "ORD-2002": OTHERS, "ORD-9999": "TT-99999"}


@dataclass(frozen=True)
class Attack:
    """A text that asks a model for harm. `goal` is the harm, empty where the row does not say."""

    file: str
    group: str
    text: str
    goal: str = ""


def bad_calls(folder: Path) -> list[dict[str, Any]]:
    """Recorded tool calls: `tool`, `args` and `expect`, as the rows have them."""
    return [row for row in _rows(folder / "bad_input" / "tool_calls_bad.jsonl") if "tool" in row]


def ordinary_messages(folder: Path) -> list[str]:
    """Messages of ordinary customers that look like attacks."""
    rows = _rows(folder / "bad_input" / "benign_hard_negatives.jsonl")
    return [in_our_shop(row["text"]) for row in rows if "text" in row]


def attacks(folder: Path) -> list[Attack]:
    """Every text of the files that are there, each once."""
    files = [
        folder / "bad_input" / "support_injections.jsonl",
        folder / "prompt_injection" / "attacks.jsonl",
        *sorted((folder / "bad_input").glob("pi_*.jsonl")),
    ]
    found: dict[str, Attack] = {}
    for file in files:
        for row in _rows(file):
            # AgentDojo's tasks of the user and the texts that an injection replaces ask for no harm.
            if "text" not in row or row.get("part") in ("user_task", "vector_default"):
                continue
            text = row["text"] if isinstance(row["text"], str) else "\n".join(row["text"])
            group = next((str(row[key]) for key in ("goal", "source", "kind", "variant", "part", "class") if key in row), "")  # fmt: skip
            text = in_our_shop(text).strip()
            if text and text not in found:
                found[text] = Attack(file.name, group, text, row.get("goal", ""))
    return list(found.values())


def in_our_shop(text: str) -> str:
    """The text with our shop's order numbers."""
    for theirs, ours in _OURS.items():
        text = text.replace(theirs, ours)
    return text


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "_header" not in row:
            yield row
