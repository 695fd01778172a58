"""Small articles, and where the real ones are."""

from collections.abc import Callable, Mapping
from pathlib import Path

from knowledge.articles import Article
from knowledge.front_matter import parse_article

HELP_CENTRE = Path(__file__).parents[2] / "knowledge" / "help_centre"

Write = Callable[[Mapping[str, str]], Path]

RETURNS = """---
title: Returns
---
You can return most items within 30 days of delivery.

## What a return costs

The return label costs €3.95. It is deducted from the refund.
"""
GIFT_CARDS = """---
title: Gift cards
tags: [gift, payment]
owner: Payments
review_by: 2027-01-31
---
Gift cards are valid for 5 years and cannot be exchanged for cash.
"""


def read_article(file: Path) -> Article:
    return parse_article(file.read_text(encoding="utf-8"), source=file.name, slug=file.stem)


def help_centre() -> list[Article]:
    return [read_article(file) for file in sorted(HELP_CENTRE.rglob("*.md"))]
