"""How well `agent.wording.support` tells what a passage says: `python -m evals.citation_support --data ../shared/data`.

Reads BEGIN's development split (Dziri et al., TACL 2022): answers of four chat models, each labelled for whether the
knowledge that the model was given bears it out. Prints AUROC (a fully attributable answer above one that is not) of
the shipped score and of plain lexical overlap, together and for each source. *Generic* answers claim nothing, so
there is nothing to bear out: they are left out, and the last line counts them as not attributable.

The shipped weights are round numbers, not fitted. What choosing them on these answers could have flattered is shown
by "weights chosen on the rest": a grid around them, searched on nine tenths of the answers (the same knowledge never on
both sides) or on the other source, and scored on what is left.
"""

import argparse
import itertools
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.wording import SUPPORT, WEIGHTS, Unsaid, likeness, overlap, support, unsaid

Floats = NDArray[np.float64]
SOURCES = {"tc": "TopicalChat", "wow": "Wizard of Wikipedia"}
FOLDS = 10
GRID = {
    "content": (1.0,),
    "small": (0.0, 0.25, 0.5, 1.0),
    "speaker": (0.5, 1.0, 2.0),
    "questions": (0.0, 1.0, 2.0, 3.0),
}


@dataclass(frozen=True)
class Answer:
    """A model's answer, what it was to rest on, and whether people found that it does."""

    source: str
    knowledge: str
    response: str
    label: str

    @property
    def attributable(self) -> bool:
        """Whether the knowledge bears out all of it."""
        return self.label == "Fully attributable"

    @property
    def fold(self) -> int:
        """Its tenth; answers from the same knowledge share one."""
        return zlib.crc32(self.knowledge.encode()) % FOLDS


def read(data: Path) -> list[Answer]:
    """The development answers of both sources."""
    rows = []
    for source in SOURCES:
        with (data / "begin" / f"{source}_dev.jsonl").open(encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines]
    return [Answer(row["data_source"], row["knowledge"], row["response"], row["begin_label"]) for row in rows]


def auroc(scores: Floats, answers: Sequence[Answer]) -> float:
    """The probability that an attributable answer scores above one that is not; ties count half."""
    yes = np.array([answer.attributable for answer in answers])
    wins = np.sign(scores[yes][:, None] - scores[~yes][None, :])
    return float((wins.mean() + 1) / 2)


def chosen_elsewhere(answers: Sequence[Answer], part_of: Callable[[Answer], str | int]) -> Floats:
    """Scores with weights from `GRID` that were chosen on the answers of the other parts."""
    counts: list[Unsaid] = [unsaid(answer.response, answer.knowledge) for answer in answers]
    grid = [dict(zip(GRID, values, strict=True)) for values in itertools.product(*GRID.values())]
    every = np.array([[likeness(new, weights) for new in counts] for weights in grid])
    parts = np.array([str(part_of(answer)) for answer in answers])
    scores = np.empty(len(answers))
    for part in sorted(set(parts)):
        rest = np.flatnonzero(parts != part)
        best = max(range(len(grid)), key=lambda i: auroc(every[i, rest], [answers[j] for j in rest.tolist()]))
        scores[parts == part] = every[best, parts == part]
    return scores


def report(answers: Sequence[Answer]) -> str:
    """The figures, one line a score, and what the shipped threshold does."""
    claims = [answer for answer in answers if answer.label != "Generic"]
    shipped = np.array([support(answer.response, answer.knowledge) for answer in claims])
    columns = {
        f"support, as shipped {tuple(WEIGHTS.values())}": shipped,
        "weights chosen on the rest, by knowledge": chosen_elsewhere(claims, lambda answer: answer.fold),
        "weights chosen on the other source": chosen_elsewhere(claims, lambda answer: answer.source),
        "lexical overlap": np.array([overlap(answer.response, answer.knowledge) for answer in claims]),
    }
    yes = np.array([answer.attributable for answer in claims])
    lines = [
        f"{len(claims)} answers, {yes.sum()} attributable; generic left out: {len(answers) - len(claims)}"
    ]
    lines.append(f"{'AUROC':42s}{'all':>6s}" + "".join(f"{name:>21s}" for name in SOURCES.values()))
    for name, scores in columns.items():
        cells = [
            auroc(scores[at], [claims[i] for i in at.tolist()])
            for at in (np.flatnonzero([answer.source == source for answer in claims]) for source in SOURCES)
        ]
        lines.append(f"{name:42s}{auroc(scores, claims):6.3f}" + "".join(f"{cell:21.3f}" for cell in cells))
    everything = np.array([support(answer.response, answer.knowledge) for answer in answers])
    lines.append(f"{'support, generic as not attributable':42s}{auroc(everything, answers):6.3f}")
    passing = shipped >= SUPPORT
    lines.append(
        f"at the shipped threshold {SUPPORT}: {passing[yes].mean():.3f} of the attributable pass, "
        f"{passing[~yes].mean():.3f} of the others"
    )
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    print(report(read(parser.parse_args().data)))


if __name__ == "__main__":
    main()
