"""How well the knowledge base is searched in the middle of a conversation: `python -m evals.conversation_search`.

Needs `mtrag_un` in the data folder. Each of its passages is an article of one knowledge base. Recall@5: the share of a
task's gold passages among the first five articles, averaged over the answerable and partial tasks; hit@5: at least one.
Underspecified tasks want a question back, so neither their gold nor their confidence is judged; partial ones are left
out of the confidence as well. The confidence has been fitted on these conversations: `fit_confidence` prints
cross-validated figures.
"""

import argparse
import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.help_search import auroc
from knowledge.embedding import Embedder
from knowledge.lexical import LexicalIndex, words
from knowledge.rehearsal import Conversation, conversations, write_articles
from knowledge.scratch import scratch_library

FIRST = 5


@dataclass(frozen=True)
class Outcome:
    """One task, searched: the first articles, those by BM25 of the last turn alone, and the confidence."""

    task: Conversation
    found: list[str]
    by_words: list[str]
    confidence: float
    answered: bool


async def run(data: Path) -> list[Outcome]:
    """Every task, through the real knowledge base and through the baseline."""
    tasks = conversations(data)
    with tempfile.TemporaryDirectory(prefix="candor-articles-") as folder:
        texts = write_articles(data, Path(folder))
        slugs, lexical = list(texts), LexicalIndex.of(texts.values())
        outcomes = []
        async with scratch_library(Path(folder), Embedder()) as library:
            for task in tasks:
                result = await library.search(
                    task.question, context=task.context, answer=task.answer, limit=60
                )
                baseline = np.argsort(
                    -lexical.scores(dict.fromkeys(words(task.question), 1.0)), kind="stable"
                )
                found = list(dict.fromkeys(entry.passage.article for entry in result.found))
                outcomes.append(
                    Outcome(
                        task,
                        found[:FIRST],
                        [slugs[place] for place in baseline[:FIRST]],
                        result.confidence,
                        result.good_enough,
                    )
                )
    return outcomes


def report(name: str, outcomes: list[Outcome]) -> str:
    """The figures of some tasks, one a line."""
    gold = [o for o in outcomes if o.task.gold and o.task.answerability in {"ANSWERABLE", "PARTIAL"}]
    yes = [o for o in outcomes if o.task.answerability == "ANSWERABLE"]
    no = [o for o in outcomes if o.task.answerability == "UNANSWERABLE"]

    def found(of: list[tuple[list[str], frozenset[str]]]) -> str:
        shares = [len(wanted.intersection(first)) / len(wanted) for first, wanted in of]
        return f"{np.mean(shares):.3f}, hit@5 {np.mean([share > 0 for share in shares]):.3f}"

    return "\n".join(
        [
            f"{name}: {len(outcomes)} tasks",
            f"  recall@5                  {found([(o.found, o.task.gold) for o in gold])}",
            f"  recall@5, BM25 last turn  {found([(o.by_words, o.task.gold) for o in gold])}",
            f"  AUROC answerable          {auroc([o.confidence for o in yes], [o.confidence for o in no]):.3f}",
            f"  answered, answerable      {sum(o.answered for o in yes)}/{len(yes)}",
            f"  answered, unanswerable    {sum(o.answered for o in no)}/{len(no)}",
        ]
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    outcomes = asyncio.run(run(parser.parse_args().data))
    print(report("all", outcomes))
    for collection in sorted({outcome.task.collection for outcome in outcomes}):
        print(report(collection, [o for o in outcomes if o.task.collection == collection]))


if __name__ == "__main__":
    main()
