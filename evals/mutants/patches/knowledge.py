"""What the AI answers from: search, audiences, citations."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from agent import answers, turn
from agent.models import offline
from agent.tools import build_tools
from evals.mutants.catalogue import Swap
from knowledge import corpus, quoting
from knowledge.library import SIGNED_IN, STAFF, KnowledgeBase
from knowledge.search import SearchResult


def find_the_neighbour() -> Sequence[Swap]:
    """The best article is left out of every search, so that the next one answers."""
    search = KnowledgeBase.search

    async def beside(self: KnowledgeBase, *given: Any, **more: Any) -> SearchResult:
        result = await search(self, *given, **more)
        best = result.found[0].passage.article if result.found else ""
        return replace(result, found=tuple(f for f in result.found if f.passage.article != best))

    return [(KnowledgeBase, "search", beside)]


def answer_the_unknown() -> Sequence[Swap]:
    """Whatever was found is good enough to answer with."""
    search = KnowledgeBase.search

    async def sure(self: KnowledgeBase, *given: Any, **more: Any) -> SearchResult:
        return replace(await search(self, *given, **more), good_enough=True)

    return [(KnowledgeBase, "search", sure)]


def find_nothing() -> Sequence[Swap]:
    """No search finds anything."""

    async def nothing(*_: Any, **__: Any) -> SearchResult:
        return SearchResult()

    return [(KnowledgeBase, "search", nothing)]


def show_internal() -> Sequence[Swap]:
    """Articles for staff are found for everybody."""
    return [(turn, "PUBLIC", STAFF), (turn, "SIGNED_IN", STAFF)]


def show_signed_in() -> Sequence[Swap]:
    """Articles for customers who are signed in are found for visitors."""
    return [(turn, "PUBLIC", SIGNED_IN)]


def ignore_validity() -> Sequence[Swap]:
    """Every day is the one of a year ago: what has ended since holds, and what has begun since does not."""
    readable = corpus.Corpus.readable

    def of_old(self: corpus.Corpus, audience: frozenset[str], locale: str, day: date) -> Any:
        return readable(self, audience, locale, day.replace(year=day.year - 1))

    return [(corpus.Corpus, "readable", of_old)]


def swap_citations() -> Sequence[Swap]:
    """[1] shows the passage of another article than the one that was quoted."""
    search, shown = KnowledgeBase.search, answers.as_citations
    others: list[Any] = []

    async def noting(self: KnowledgeBase, *given: Any, **more: Any) -> SearchResult:
        result = await search(self, *given, **more)
        others[:] = [f.passage for f in result.found]
        return result

    def swapped(passages: Sequence[Any]) -> Any:
        cited = {passage.article for passage in passages}
        strange = [passage for passage in others if passage.article not in cited] or passages
        return shown([strange[i % len(strange)] for i in range(len(passages))])

    return [(KnowledgeBase, "search", noting), (answers, "as_citations", swapped)]


def cite_nothing() -> Sequence[Swap]:
    """The answer keeps its [1] and loses what it means."""
    return [(answers, "as_citations", lambda *_: [])]


def misquote_figures() -> Sequence[Swap]:
    """Every figure of two digits and more in a quote is one too high."""

    async def wrongly(*given: Any, **more: Any) -> list[quoting.Quoted]:
        quotes = await quoting.best_sentences(*given, **more)
        return [
            replace(quote, text=re.sub(r"\d{2,}", lambda found: str(int(found[0]) + 1), quote.text))
            for quote in quotes
        ]

    return [(offline, "best_sentences", wrongly)]


def forget_who_writes() -> Sequence[Swap]:
    """A visitor who is not signed in gets the tools of a customer."""

    def trusting(shop: Any, proposals: Any, conversation: Any, customer_id: str | None, **more: Any) -> Any:
        if customer_id is None:
            conversation = conversation.model_copy(update={"customer_id": "cus_maeve"})
        return build_tools(shop, proposals, conversation, customer_id or "cus_maeve", **more)

    return [(turn, "build_tools", trusting)]
