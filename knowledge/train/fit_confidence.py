"""Fit `knowledge/confidence.json`: when is what a search found good enough to answer with?

    python -m knowledge.train.fit_confidence evals/data/help_questions.jsonl knowledge/help_centre --data ../shared/data

One model for a question by itself (fitted on the dev split of the help centre's questions), one for a question mixed
with what was said before it (on `mtrag_un`, answerable and unanswerable ones). What is printed comes from leave-one-out
predictions, so that no question is judged by a model that has seen it; no two tasks share a conversation. Thresholds are
the lowest at which at most a twelfth of the unanswerable questions would be answered.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.confidence import FILE, Evidence
from knowledge.embedding import Embedder
from knowledge.rehearsal import conversations, others, search_after, write_articles
from knowledge.scratch import scratch_library
from knowledge.train.logistic import Floats, fit

MOST_WRONGLY_ANSWERED = 1 / 12
# Strength of the ridge on standardised features; with so few questions the coefficients would otherwise run away.
RIDGE = 1.0


@dataclass(frozen=True)
class Example:
    """One question and what its search looked like."""

    evidence: Evidence
    answerable: bool


async def opening(rows: Sequence[dict[str, Any]], articles: Path) -> list[Example]:
    """Every question to the help centre, as the first of a conversation."""
    async with scratch_library(articles, Embedder()) as library:
        return [Example((await library.search(row["question"])).evidence, row["answerable"]) for row in rows]


async def changing(rows: Sequence[dict[str, Any]], articles: Path) -> list[Example]:
    """Every question to the help centre, asked after another one was answered: a change of subject."""
    async with scratch_library(articles, Embedder()) as library:
        return [
            Example(
                (await search_after(library, row["question"], other["question"])).evidence, row["answerable"]
            )
            for row, other in zip(rows, others(rows), strict=True)
        ]


async def following(data: Path) -> list[Example]:
    """Every conversation that is clearly answerable or not."""
    tasks = [task for task in conversations(data) if task.answerability in {"ANSWERABLE", "UNANSWERABLE"}]
    with tempfile.TemporaryDirectory(prefix="candor-articles-") as folder:
        write_articles(data, Path(folder))
        async with scratch_library(Path(folder), Embedder()) as library:
            found = [
                await library.search(task.question, context=task.context, answer=task.answer)
                for task in tasks
            ]
    return [
        Example(result.evidence, task.answerability == "ANSWERABLE")
        for task, result in zip(tasks, found, strict=True)
        if result.evidence.mixed is not None  # a few are first questions
    ]


def left_out(features: Floats, labels: Floats) -> Floats:
    """For each question the confidence of a model that has not seen it, [n]."""
    result = np.empty(len(labels))
    for i in range(len(result)):
        rest = np.arange(len(result)) != i
        weights, bias = fit(features[rest], labels[rest], ridge=RIDGE, balanced=True)
        result[i] = 1 / (1 + np.exp(-(features[i] @ weights + bias)))
    return result


def threshold(scores: Floats, labels: Floats) -> float:
    """The lowest at which at most `MOST_WRONGLY_ANSWERED` of the unanswerable pass, with some room."""
    unanswerable = np.sort(scores[labels == 0])[::-1]
    return round(float(unanswerable[int(MOST_WRONGLY_ANSWERED * len(unanswerable))]) + 0.005, 3)


def tell(name: str, scores: Floats, passed: NDArray[np.bool_], labels: Floats) -> None:
    """Print how well answerable and unanswerable questions are told apart."""
    print(
        f"{name}: {len(labels)}, {int(labels.sum())} answerable, AUROC {auroc(scores, labels):.3f},"
        f" answers {passed[labels == 1].mean():.1%} of the answerable and {passed[labels == 0].mean():.1%} of the others"
    )


def auroc(scores: Floats, labels: Floats) -> float:
    """The probability that an answerable question scores above an unanswerable one; ties count half."""
    wins = np.sign(scores[labels == 1][:, None] - scores[labels == 0][None, :])
    return float((wins.mean() + 1) / 2)


def main() -> None:
    """Fit, choose the threshold, say how good it is, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()

    lines = arguments.questions.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["split"] == "dev"]
    first = asyncio.run(opening(rows, arguments.articles))
    later = asyncio.run(following(arguments.data))
    changed = asyncio.run(changing(rows, arguments.articles))

    def features(some: Sequence[Example], *, mixed: bool) -> Floats:
        evidence = [one.evidence for one in some]
        scores = [one.mixed if mixed else one.alone for one in evidence]
        return np.array(list(zip(scores, (one.known for one in evidence), strict=True)), dtype=np.float64)

    def labels(some: Sequence[Example]) -> Floats:
        return np.array([one.answerable for one in some], dtype=np.float64)

    models = {
        "opening": fit(features(first, mixed=False), labels(first), ridge=RIDGE, balanced=True),
        "following": fit(features(later, mixed=True), labels(later), ridge=RIDGE, balanced=True),
    }

    def predicted(name: str, some: Floats) -> Floats:
        weights, bias = models[name]
        return np.asarray(1 / (1 + np.exp(-(some @ weights + bias))))

    alone = left_out(features(first, mixed=False), labels(first))
    mixed = left_out(features(later, mixed=True), labels(later))
    alone_later = predicted("opening", features(later, mixed=False))
    enough = {
        "enough_alone": threshold(alone, labels(first)),
        "enough_mixed": threshold(mixed, labels(later)),
    }
    # By itself it may let through as many again as the mixture does.
    rest = mixed < enough["enough_mixed"]
    enough["enough_later"] = threshold(alone_later[rest], labels(later)[rest])

    tell("first questions", alone, alone >= enough["enough_alone"], labels(first))
    passed = ~rest | (alone_later >= enough["enough_later"])
    tell("conversations", np.maximum(mixed, alone_later), passed, labels(later))
    # Neither model has seen these mixtures; the questions by themselves are those of the first line.
    mixture = predicted("following", features(changed, mixed=True))
    passed = (mixture >= enough["enough_mixed"]) | (alone >= enough["enough_later"])
    tell("changes of subject", np.maximum(mixture, alone), passed, labels(changed))
    content: dict[str, dict[str, float]] = {
        name: {
            "bias": round(bias, 4), "score": round(float(weights[0]), 4), "known": round(float(weights[1]), 4),
        }
        for name, (weights, bias) in models.items()
    }  # fmt: skip
    FILE.write_text(json.dumps(content | {"enough": enough}, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {FILE.name}")


if __name__ == "__main__":
    main()
