"""Does the rule of the same matter find who comes back, and take nobody else for it? `python -m evals.returning`

The questions of `data/repetitions.jsonl` (25, in four wordings each) are compared in pairs as if one customer had asked them in two
conversations: with the reader's own intents, their order numbers and the cosine. Printed: for each threshold how many pairs of one question
the rule finds, and how many pairs of different questions it takes for one.
"""

import asyncio
from itertools import combinations
from uuid import UUID

from agent.models.understanding import order_number
from agent.reader import load_reader
from escalation.after.returning import Question, same_matter
from evals.repetition import ours
from knowledge.embedding import Embedder

THRESHOLDS = (0.5, 0.6, 0.7, 0.8)


async def main() -> None:
    """Print the table."""
    texts = [(name, text) for name, group in ours().items() for text in group]
    reader = load_reader()
    questions = []
    for _, text in texts:
        signals, number = await reader.read(text), order_number(text)
        orders = frozenset({number} if number else ())
        questions.append(Question(UUID(int=0), None if signals.abstained else signals.intent, orders))
    vectors = await Embedder().embed([text for _, text in texts])
    cosines = vectors @ vectors.T
    pairs = list(combinations(range(len(texts)), 2))
    same = [texts[a][0] == texts[b][0] for a, b in pairs]
    print(f"{len(texts)} messages, {sum(same)} same pairs, {len(pairs) - sum(same)} other pairs")
    print("cosine  same found  others taken")
    for alike in THRESHOLDS:
        taken = [same_matter(questions[b], questions[a], float(cosines[a, b]), alike) for a, b in pairs]
        found = sum(t and s for t, s in zip(taken, same, strict=True)) / sum(same)
        wrong = sum(t and not s for t, s in zip(taken, same, strict=True)) / (len(pairs) - sum(same))
        print(f"{alike:6.2f}  {found:10.3f}  {wrong:12.5f}")


if __name__ == "__main__":
    asyncio.run(main())
