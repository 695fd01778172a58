"""From which cosine are two messages of a conversation the same question? `python -m evals.repetition`

Messages that ask the same in other words (`data/repetitions.jsonl`, or `--intents` with JSON lines of text and label) are
compared with each other and with all others. Printed: for each threshold how many of the same pairs are found, how
many of the other pairs are taken for the same, and how many groups reach three alike, as the rule wants it.
"""

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from knowledge.embedding import Embedder

DATA = Path(__file__).parent / "data" / "repetitions.jsonl"
A_GROUP = 8  # texts of each intent that are compared


def ours() -> dict[str, list[str]]:
    """Our own groups."""
    rows = (json.loads(line) for line in DATA.read_text("utf-8").splitlines())
    return {row["asks"]: row["texts"] for row in rows}


def intents(file: Path) -> dict[str, list[str]]:
    """Texts of each label of a file of JSON lines with text and label (Banking77)."""
    groups: dict[str, list[str]] = {}
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        groups.setdefault(row["label"], []).append(row["text"])
    return {name: list(islice(texts, A_GROUP)) for name, texts in groups.items()}


async def measure(groups: Mapping[str, Sequence[str]]) -> None:
    """Print the table."""
    texts = [text for group in groups.values() for text in group]
    labels = np.array([name for name, group in groups.items() for _ in group])
    vectors = await Embedder().embed(texts)
    cosines = vectors @ vectors.T
    upper = np.triu(np.ones_like(cosines, dtype=bool), 1)
    same = (labels[:, None] == labels[None, :]) & upper
    other = (labels[:, None] != labels[None, :]) & upper
    print(f"{len(texts)} messages, {same.sum()} same pairs, {other.sum()} other pairs")
    print("cosine  same found  others taken  last of its group has two alike")
    for threshold in np.arange(0.5, 0.96, 0.05):
        alike = cosines >= threshold
        rings = np.mean([_last_has_two_alike(alike, labels, name) for name in groups])
        print(f"{threshold:6.2f}  {alike[same].mean():10.3f}  {alike[other].mean():12.5f}  {rings:.3f}")


def _last_has_two_alike(alike: np.ndarray, labels: np.ndarray, name: str) -> bool:
    *earlier, last = np.flatnonzero(labels == name)
    return bool(alike[last, earlier].sum() >= 2)  # noqa: PLR2004 - asked three times: two before this one


def main() -> None:
    """Measure one set."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--intents", type=Path, help="JSON lines of text and label, such as Banking77's")
    file = parser.parse_args().intents
    asyncio.run(measure(intents(file) if file else ours()))


if __name__ == "__main__":
    main()
