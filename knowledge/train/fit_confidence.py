"""Fit `knowledge/confidence.json`: when is what a search found good enough to answer with?

    python -m knowledge.train.fit_confidence evals/data/help_questions.jsonl knowledge/help_centre --data ../shared/data

One model for the help centre (the dev split of its questions) and for conversations over other people's articles
(`mtrag_un`, answerable and unanswerable ones), each weighing the same. Everything printed comes from leave-one-out
predictions, so that no question is judged by a model that has seen it (no two of the tasks share a conversation). The
threshold is the lowest at which at most a twelfth of the help centre's unanswerable questions would be answered.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
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
class Example:
    """One question and what its search looked like."""

    evidence: Evidence
    answerable: bool
    of_help_centre: bool


async def examples(rows: Sequence[dict[str, Any]], articles: Path) -> list[Example]:
    """Every dev question, searched."""
    result = []
    async with scratch_library(articles, Embedder()) as library:
        for row in (row for row in rows if row["split"] == "dev"):
            found = await library.search(row["question"])
            result.append(Example(found.evidence, row["answerable"], of_help_centre=True))
    return result


async def conversation_examples(data: Path) -> list[Example]:
    """Every conversation that is clearly answerable or not, searched."""
    result = []
    with tempfile.TemporaryDirectory(prefix="candor-articles-") as folder:
        write_articles(data, Path(folder))
        async with scratch_library(Path(folder), Embedder()) as library:
            for task in conversations(data):
                if task.answerability in {"ANSWERABLE", "UNANSWERABLE"}:
                    found = await library.search(task.question, context=task.context, answer=task.answer)
                    answerable = task.answerability == "ANSWERABLE"
                    result.append(Example(found.evidence, answerable, of_help_centre=False))
    return result


def fit(features: Floats, labels: Floats, groups: Floats) -> tuple[Floats, float]:
    """Weights [d] and bias of a ridge logistic regression, by Newton's method; each label of each group weighs the same."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    _, which, sizes = np.unique(2 * groups + labels, return_inverse=True, return_counts=True)
    importance = (len(labels) / len(sizes) / sizes)[which]
    penalty = np.diag([RIDGE] * features.shape[1] + [0.0])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (importance * (predicted - labels)) + penalty @ beta
        curvature = (design * (importance * predicted * (1 - predicted))[:, None]).T @ design + penalty
        beta = beta - np.linalg.solve(curvature, gradient)
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - mean @ weights)


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
    found = asyncio.run(examples(rows, arguments.articles))
    found += asyncio.run(conversation_examples(arguments.data))
    features = np.array([astuple(example.evidence) for example in found], dtype=np.float64)
    of_help_centre = np.array([example.of_help_centre for example in found], dtype=np.float64)
    answerable = np.array([example.answerable for example in found], dtype=np.float64)

    left_out = np.empty(len(found))
    for i in range(len(found)):
        rest = np.arange(len(found)) != i
        weights, bias = fit(features[rest], answerable[rest], of_help_centre[rest])
        left_out[i] = 1 / (1 + np.exp(-(features[i] @ weights + bias)))
    unanswerable = np.sort(left_out[(of_help_centre == 1) & (answerable == 0)])[::-1]
    allowed = int(MOST_WRONGLY_ANSWERED * len(unanswerable))
    # Just above the first unanswerable question that must not pass, with some room.
    threshold = round(float(unanswerable[allowed]) + 0.005, 3)

    weights, bias = fit(features, answerable, of_help_centre)
    names = [field.name for field in fields(Evidence)]
    print(f"threshold {threshold}")
    for name, some in (("help centre", of_help_centre == 1), ("conversations", of_help_centre == 0)):
        scores, labels = left_out[some], answerable[some]
        print(
            f"{name}: {len(labels)}, {int(labels.sum())} answerable, leave-one-out AUROC {auroc(scores, labels):.3f}, answers"
            f" {(scores[labels == 1] >= threshold).mean():.1%} of the answerable"
            f" and {(scores[labels == 0] >= threshold).mean():.1%} of the unanswerable"
        )
    content = {
        "bias": round(bias, 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        "threshold": threshold,
    }
    FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {FILE.name}")


if __name__ == "__main__":
    main()
