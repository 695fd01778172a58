"""Everything that `kb check` looks for, on all articles or on those about to be published."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date

from knowledge.articles import Article
from knowledge.checking.contradictions import contradictions
from knowledge.checking.findings import Finding, Kind
from knowledge.checking.rot import dead_links, duplicates, orphans, past_review, unreadable
from knowledge.embedding import Embedder

_GRAVITY = {kind: place for place, kind in enumerate(Kind)}


async def check(
    articles: Sequence[Article], embedder: Embedder, *, today: date, pages: Collection[str] = ()
) -> list[Finding]:
    """What contradicts itself or rots in these articles, the gravest first. `pages`: other paths of the site."""
    found = await contradictions(articles, embedder)
    found += await asyncio.to_thread(_rot, articles, today, pages)
    return _sorted(found)


async def check_changed(
    changed: Sequence[Article], articles: Sequence[Article], embedder: Embedder, *, today: date
) -> list[Finding]:
    """What would be wrong with the changed articles if they took their places among the others.

    `articles` are those published now; of them the changed ones are the next versions, or new.
    """
    new = {(article.slug, article.locale): article for article in changed}
    after = [article for article in articles if (article.slug, article.locale) not in new] + list(changed)
    slugs = {article.slug for article in changed}
    found = await contradictions(after, embedder, among=slugs)
    found += await asyncio.to_thread(_rot, after, today, ())
    return _sorted([one for one in found if any((p.article, p.locale) in new for p in one.places)])


def _rot(articles: Sequence[Article], today: date, pages: Collection[str]) -> list[Finding]:
    return [
        *duplicates(articles),
        *past_review(articles, today),
        *dead_links(articles, pages),
        *orphans(articles),
        *unreadable(articles),
    ]


def _sorted(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda found: (_GRAVITY[found.kind], found.places[0].article, found.why))
