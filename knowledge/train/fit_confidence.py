"""Fit `knowledge/confidence.json`: when is what a search found good enough to answer with?

    python -m knowledge.train.fit_confidence evals/data/help_questions.jsonl knowledge/help_centre --data ../shared/data

One model for the first question of a conversation (the dev split of the help centre's questions), one for those that
follow (`mtrag_un`, answerable and unanswerable ones, and the dev questions after a question about something else). Everything printed comes from leave-one-out predictions, so that
no question is judged by a model that has seen it (no two of the tasks share a conversation). The threshold is the
lowest at which at most a twelfth of the unanswerable questions would be answered.
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.confidence import FILE, Evidence
from knowledge.embedding import Embedder
from knowledge.scratch import scratch_library
from knowledge.train.mtrag import conversations, write_articles

Floats = NDArray[np.float64]
MOST_WRONGLY_ANSWERED = 1 / 12
# Strength of the ridge on standardised features; with so few questions the coefficients would otherwise run away.
RIDGE = 1.0


@dataclass(frozen=True)
class Examples:
    """Questions and what their searches looked like: features [n, 2], whether they can be answered [n]."""

    features: Floats
    answerable: Floats


async def opening(rows: Sequence[dict[str, Any]], articles: Path) -> Examples:
    """Every dev question to the help centre, as the first of a conversation."""
    rows = [row for row in rows if row["split"] == "dev"]
    async with scratch_library(articles, Embedder()) as library:
        found = [(await library.search(row["question"])).evidence for row in rows]
    return _examples(found, [row["answerable"] for row in rows])


async def changing(rows: Sequence[dict[str, Any]], articles: Path) -> Examples:
    """Every dev question to the help centre, asked after another one was answered: a change of subject."""
    found = []
    rows = [row for row in rows if row["split"] == "dev"]
    async with scratch_library(articles, Embedder()) as library:
        for row, other in zip(rows, others(rows), strict=True):
            before = await library.search(other["question"])
            answer = before.found[0].passage.text
            result = await library.search(row["question"], context=[other["question"]], answer=answer)
            found.append(result.evidence)
    return _examples(found, [row["answerable"] for row in rows])


def others(rows: Sequence[dict[str, Any]], seed: int = 1) -> list[dict[str, Any]]:
    """For each question an answerable one about another article, drawn by chance."""
    chance = random.Random(seed)
    answerable = [row for row in rows if row["answerable"]]
    return [chance.choice([one for one in answerable if one["article"] != row["article"]]) for row in rows]


async def following(data: Path) -> Examples:
    """Every conversation that is clearly answerable or not."""
    found = []
    tasks = [task for task in conversations(data) if task.answerability in {"ANSWERABLE", "UNANSWERABLE"}]
    with tempfile.TemporaryDirectory(prefix="candor-articles-") as folder:
        write_articles(data, Path(folder))
        async with scratch_library(Path(folder), Embedder()) as library:
            for task in tasks:
                result = await library.search(task.question, context=task.context, answer=task.answer)
                found.append(result.evidence)
    return _examples(found, [task.answerability == "ANSWERABLE" for task in tasks])


def _examples(found: Sequence[Evidence], answerable: Sequence[bool]) -> Examples:
    features = np.array([(evidence.score, evidence.known) for evidence in found], dtype=np.float64)
    return Examples(features, np.array(answerable, dtype=np.float64))


def fit(features: Floats, labels: Floats) -> tuple[Floats, float]:
    """Weights [d] and bias of a ridge logistic regression, by Newton's method; classes weigh the same."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    importance = np.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    penalty = np.diag([RIDGE] * features.shape[1] + [0.0])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (importance * (predicted - labels)) + penalty @ beta
        curvature = (design * (importance * predicted * (1 - predicted))[:, None]).T @ design + penalty
        beta = beta - np.linalg.solve(curvature, gradient)
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - mean @ weights)


async def _later(rows: Sequence[dict[str, Any]], arguments: argparse.Namespace) -> tuple[Examples, Examples]:
    return await following(arguments.data), await changing(rows, arguments.articles)


def left_out(examples: Examples) -> Floats:
    """For each question the confidence of a model that has not seen it, [n]."""
    result = np.empty(len(examples.answerable))
    for i in range(len(result)):
        rest = np.arange(len(result)) != i
        weights, bias = fit(examples.features[rest], examples.answerable[rest])
        result[i] = 1 / (1 + np.exp(-(examples.features[i] @ weights + bias)))
    return result


def model_of(name: str, *sets: Examples) -> dict[str, float]:
    """Fit one model on all sets, choose the threshold, say how good it is on each."""
    examples = Examples(
        np.concatenate([one.features for one in sets]), np.concatenate([one.answerable for one in sets])
    )
    scores, labels = left_out(examples), examples.answerable
    unanswerable = np.sort(scores[labels == 0])[::-1]
    # Just above the first unanswerable question that must not pass, with some room.
    threshold = round(float(unanswerable[int(MOST_WRONGLY_ANSWERED * len(unanswerable))]) + 0.005, 3)
    ends = np.cumsum([len(one.answerable) for one in sets])[:-1]
    for some, answerable in zip(np.split(scores, ends), np.split(labels, ends), strict=True):
        print(
            f"{name}: {len(some)}, {int(answerable.sum())} answerable, leave-one-out AUROC"
            f" {auroc(some, answerable):.3f}, answers {(some[answerable == 1] >= threshold).mean():.1%} of the answerable"
            f" and {(some[answerable == 0] >= threshold).mean():.1%} of the unanswerable at {threshold}"
        )
    (score, known), bias = fit(examples.features, labels)
    return {
        "bias": round(bias, 4),
        "score": round(float(score), 4),
        "known": round(float(known), 4),
        "threshold": threshold,
    }


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

    rows = [json.loads(line) for line in arguments.questions.read_text(encoding="utf-8").splitlines()]
    content = {
        "opening": model_of("first questions", asyncio.run(opening(rows, arguments.articles))),
        "following": model_of("conversations", *asyncio.run(_later(rows, arguments))),
    }
    FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {FILE.name}")


if __name__ == "__main__":
    main()
