"""Conversations to try a knowledge base with: those of IBM/mt-rag-benchmark (Apache-2.0), and changes of subject."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.library import KnowledgeBase
from knowledge.search import SearchResult


@dataclass(frozen=True)
class Conversation:
    """The last question of a conversation, what was said before, and the slugs of the passages that answer it.

    `answerability`: ANSWERABLE, UNANSWERABLE, UNDERSPECIFIED or PARTIAL.
    """

    collection: str
    question: str
    context: tuple[str, ...]
    answer: str
    gold: frozenset[str]
    answerability: str


def conversations(data: Path) -> list[Conversation]:
    """All of `mtrag_un/tasks.jsonl` in a data folder; gold as slugs of `write_articles`."""
    slugs = {row["id"]: f"passage-{number}" for number, row in enumerate(_rows(data, "passages"))}
    result = []
    for row in _rows(data, "tasks"):
        *before, last = row["turns"]
        said = {who: [turn["text"] for turn in before if turn["speaker"] == who] for who in ("user", "agent")}
        result.append(
            Conversation(
                collection=row["collection"],
                question=last["text"],
                context=tuple(said["user"]),
                answer=said["agent"][-1] if said["agent"] else "",
                gold=frozenset(slugs[passage] for passage in row["gold_passages"]),
                answerability=row["answerability"],
            )
        )
    return result


def write_articles(data: Path, folder: Path) -> dict[str, str]:
    """An article for each passage, titled by its first line as the passages are; returns their texts by slug."""
    texts = {}
    for number, row in enumerate(_rows(data, "passages")):
        title, _, rest = row["text"].partition("\n")
        text = row["text"].strip()
        if title.strip() and rest.strip():
            title, body = title.strip(), rest.strip()
        else:
            title, body = text.splitlines()[0].strip(), text
        slug = f"passage-{number}"
        texts[slug] = text
        head = f"---\ntitle: {json.dumps(title[:100])}\n---\n"
        (folder / f"{slug}.md").write_text(head + body, encoding="utf-8")
    return texts


def others(rows: Sequence[dict[str, Any]], seed: int = 1) -> list[dict[str, Any]]:
    """For each question an answerable one about another article, drawn by chance."""
    chance = random.Random(seed)
    answerable = [row for row in rows if row["answerable"]]
    return [chance.choice([one for one in answerable if one["article"] != row["article"]]) for row in rows]


async def search_after(library: KnowledgeBase, question: str, before: str, *, limit: int = 5) -> SearchResult:
    """A search for a question, after another was answered by the passage that is found for it."""
    answered = await library.search(before)
    return await library.search(
        question, context=[before], answer=answered.found[0].passage.text, limit=limit
    )


def _rows(data: Path, name: str) -> list[dict[str, Any]]:
    lines = (data / "mtrag_un" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]
