"""How well questions of one matter are grouped: `python -m evals.gap_grouping`.

Prints, for several thresholds, precision, recall and F1 over all pairs of `evals/data/same_questions.jsonl`: a pair
is right if both questions are about one topic. The file was written to choose the threshold, so this is no test.
"""

import argparse
import asyncio
import json
from itertools import combinations
from pathlib import Path

from escalation.grouping import group
from knowledge.embedding import Embedder

QUESTIONS = Path(__file__).parent / "data" / "same_questions.jsonl"
THRESHOLDS = (0.35, 0.40, 0.45, 0.50, 0.55, 0.60)


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    lines = parser.parse_args().questions.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    vectors = await Embedder().embed([row["question"] for row in rows])
    wanted = {(i, j) for i, j in combinations(range(len(rows)), 2) if rows[i]["topic"] == rows[j]["topic"]}
    print(f"{len(rows)} questions, {len({row['topic'] for row in rows})} topics\n")
    print("threshold  groups  precision  recall    F1")
    for threshold in THRESHOLDS:
        groups = group(vectors, threshold)
        made = {pair for members in groups for pair in combinations(members, 2)}
        right = len(made & wanted)
        precision, recall = right / max(len(made), 1), right / len(wanted)
        f1 = 2 * right / (len(made) + len(wanted))
        print(f"{threshold:9.2f} {len(groups):7} {precision:10.2f} {recall:7.2f} {f1:5.2f}")


if __name__ == "__main__":
    asyncio.run(main())
