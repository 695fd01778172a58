"""Two articles that say otherwise: told before one of them is quoted as certain."""

from pathlib import Path

import pytest

from knowledge.disagreeing import says_otherwise
from knowledge.embedding import Embedder
from knowledge.quoting import best_sentences
from knowledge.scratch import scratch_library

QUESTION = "How long does it take to engrave an enamel mug?"


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("The engraving of a mug takes 6 working days.", "The engraving of a mug takes 6 working days."),
        ("The engraving of a mug takes 3 working days.", None),
        ("Repairing an enamel mug takes 6 working days.", None),
    ],
)
async def test_another_figure_for_the_same_is_found(tmp_path: Path, other: str, told: str | None) -> None:
    for slug, text in (("engraving", "Engraving a mug takes 3 working days."), ("gifts", other)):
        (tmp_path / f"{slug}.md").write_text(f"---\ntitle: {slug}\n---\n\n{text}\n", encoding="utf-8")
    embedder = Embedder()
    async with scratch_library(tmp_path, embedder) as library:
        found = (await library.search(QUESTION)).found
        quotes = await best_sentences(
            embedder, QUESTION, [one for one in found if one.passage.article == "engraving"]
        )

        otherwise = await says_otherwise(embedder, quotes, found)

    assert (otherwise.text if otherwise else None) == told
