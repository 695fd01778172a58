"""How well the help centre is searched: `python -m evals.help_search`.

Prints, for the test split of `evals/data/help_questions.jsonl` (or another file and split): how often the right
article is found first and among the first three, how well confidence tells answerable from unanswerable questions,
how many of each would be answered, and how often the quoted sentences contain the answer. With `--typos SEED`, one
content word of each question has a random slip.
"""

import argparse
import asyncio
import json
import random
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.embedding import Embedder
from knowledge.lexical import words
from knowledge.quoting import best_sentences
from knowledge.rehearsal import others, search_after
from knowledge.scratch import scratch_library

HERE = Path(__file__).parent
MISSPELT = 4  # letters of the shortest word that gets a slip
ARTICLES = HERE.parent / "knowledge" / "help_centre"


@dataclass(frozen=True)
class Outcome:
    """One question, searched. `place` is the rank of the right article among those found, None if it is not there."""

    question: dict[str, Any]
    place: int | None
    confidence: float
    answered: bool
    quoted: str

    @property
    def answerable(self) -> bool:
        """Whether the help centre holds the answer, as its author says."""
        return bool(self.question["answerable"])

    @property
    def quotes_answer(self) -> bool:
        """Whether one of the strings that an answer must contain is in the quoted sentences."""
        wanted = self.question["answer_contains"] or []
        wanted = [wanted] if isinstance(wanted, str) else wanted
        return any(text.casefold() in self.quoted.casefold() for text in wanted)


async def run(rows: Sequence[dict[str, Any]], articles: Path, *, after_another: bool) -> list[Outcome]:
    """Every question in order; as the first of a conversation, or after another one was answered."""
    embedder = Embedder()
    outcomes = []
    async with scratch_library(articles, embedder) as library:
        for row, other in zip(rows, others(rows), strict=True):
            if after_another:
                result = await search_after(library, row["question"], other["question"], limit=20)
            else:
                result = await library.search(row["question"], limit=20)
            slugs = list(dict.fromkeys(found.passage.article for found in result.found))
            quotes = await best_sentences(embedder, row["question"], result.found[:5])
            outcomes.append(
                Outcome(
                    question=row,
                    place=slugs.index(row["article"]) if row["article"] in slugs else None,
                    confidence=result.confidence,
                    answered=result.good_enough,
                    quoted="\n".join(quote.text for quote in quotes),
                )
            )
    return outcomes


def misspelt(question: str, slips: random.Random) -> str:
    """The question with one letter of a content word, not its first, left out, added, mistaken or swapped.

    Words of 4 letters and more are considered; a question without any stays as it is.
    """
    parts = re.split(r"([^\W\d_]+)", question)
    places = [i for i, part in enumerate(parts) if len(part) >= MISSPELT and part.isalpha() and words(part)]
    if not places:
        return question
    place = slips.choice(places)
    word = parts[place]
    at = slips.randrange(1, len(word) - 1)
    letter = slips.choice([other for other in string.ascii_lowercase if other != word[at]])
    slipped = (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    parts[place] = slips.choice([other for other in slipped if other != word])
    return "".join(parts)


def auroc(high: list[float], low: list[float]) -> float:
    """The probability that a value of `high` lies above one of `low`; ties count half. NaN if one is empty."""
    pairs = [(a > b) + (a == b) / 2 for a in high for b in low]
    return sum(pairs) / len(pairs) if pairs else float("nan")


def report(outcomes: list[Outcome]) -> str:
    """The figures, one a line."""
    yes = [outcome for outcome in outcomes if outcome.answerable]
    no = [outcome for outcome in outcomes if not outcome.answerable]

    def share(of: list[bool]) -> str:
        return f"{sum(of)}/{len(of)} = {sum(of) / len(of):.3f}" if of else "none"

    return "\n".join(
        [
            f"right article first           {share([o.place == 0 for o in yes])}",
            f"right article in first three  {share([o.place in {0, 1, 2} for o in yes])}",
            f"AUROC answerable              {auroc([o.confidence for o in yes], [o.confidence for o in no]):.3f}",
            f"answered, answerable          {share([o.answered for o in yes])}",
            f"answered, unanswerable        {share([o.answered for o in no])}",
            f"quotes contain the answer     {share([o.quotes_answer for o in yes])}",
            f"answered and contain it       {share([o.answered and o.quotes_answer for o in yes])}",
        ]
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=HERE / "data" / "help_questions.jsonl")
    parser.add_argument("--articles", type=Path, default=ARTICLES)
    parser.add_argument("--split", default="test")
    parser.add_argument(
        "--misses", action="store_true", help="show the questions that went wrong (not for test!)"
    )
    parser.add_argument("--typos", type=int, metavar="SEED", help="misspell a word of each question")
    parser.add_argument(
        "--after-another", action="store_true", help="ask each after a question about something else"
    )
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.questions.read_text(encoding="utf-8").splitlines()]
    if arguments.typos is not None:
        slips = random.Random(arguments.typos)
        rows = [row | {"question": misspelt(row["question"], slips)} for row in rows]
    rows = [row for row in rows if row["split"] == arguments.split]
    outcomes = asyncio.run(run(rows, arguments.articles, after_another=arguments.after_another))
    print(report(outcomes))
    if arguments.misses:
        for outcome in outcomes:
            if outcome.answered != outcome.answerable or outcome.place != 0 or not outcome.quotes_answer:
                row = outcome.question
                print(f"\n{row['id']} {row['question']} [{row['article']}] place {outcome.place}")
                print(
                    f"  confidence {outcome.confidence:.2f} answered {outcome.answered} wants {row['answer_contains']}"
                )
                print("  " + outcome.quoted.replace("\n", "\n  "))


if __name__ == "__main__":
    main()
