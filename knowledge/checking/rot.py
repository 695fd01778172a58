"""What rots in a knowledge base: copies, old articles, links that lead nowhere, what nobody is led to, broken text."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from urllib.parse import unquote, urlsplit

from ftfy.badness import is_bad

from knowledge.articles import Article, Passage
from knowledge.checking.findings import Finding, Kind, Place
from knowledge.lexical import words
from knowledge.markdown import blocks, links, plain
from knowledge.passages import split, word_count

SAME = 0.8  # share of three-word sequences that two passages must have in common to say the same (Jaccard)
LEAST_WORDS = 15  # shorter passages ("Ask us.") may stand in many articles
MOST_IN_COMMON = 50  # passages with one sequence; what more than these share is a standing phrase
LONGEST_BLOCK = 200  # words of a paragraph without a break
FEW_ARTICLES = 10  # up to so many, people find their way without links and tags
NOT_WRITTEN = "**Not written yet.**"  # how a draft begins that waits for its author
_SEQUENCE = 3
_LEFT_OVER = re.compile(
    r"</?(?:div|span|p|br|font|table|tr|td|th|ul|ol|li|b|i|u|a|img|h[1-6]|script|style|iframe|center)\b[^<>]*>"
    r"|&(?:nbsp|amp|lt|gt|quot|#\d{2,5});",
    re.IGNORECASE,
)


def duplicates(articles: Sequence[Article]) -> list[Finding]:
    """Passages of two articles in one language that are nearly the same, the most alike of each two articles.

    Alike by the Jaccard index of their three-word sequences (Broder, On the resemblance of documents, 1997).
    """
    told = [_told(article, passage) for article in articles for passage in split(article, 0)]
    told = [entry for entry in told if len(entry.sequences) >= LEAST_WORDS - _SEQUENCE]
    holding: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, entry in enumerate(told):
        for sequence in entry.sequences:
            holding[sequence].append(number)
    shared: defaultdict[tuple[int, int], int] = defaultdict(int)
    for numbers in holding.values():
        if len(numbers) <= MOST_IN_COMMON:
            for pair in combinations(numbers, 2):
                shared[pair] += 1
    best: dict[tuple[str, str, str], tuple[float, _Told, _Told]] = {}
    for (first, second), count in sorted(shared.items()):
        one, other = told[first], told[second]
        if one.article.locale != other.article.locale or one.article.slug == other.article.slug:
            continue
        alike = count / (len(one.sequences) + len(other.sequences) - count)
        name = (one.article.slug, other.article.slug, one.article.locale)
        if alike >= SAME and alike > best.get(name, (0.0,))[0]:
            best[name] = (alike, one, other)
    return [
        Finding(
            Kind.DUPLICATE,
            f"“{one.article.title}” and “{other.article.title}” say nearly the same; a change to one will miss the other.",
            (one.place, other.place),
        )
        for _, one, other in best.values()
    ]


@dataclass(frozen=True)
class _Told:
    """A passage as what it says: its sequences of content words."""

    article: Article
    passage: Passage
    sequences: frozenset[tuple[str, ...]]

    @property
    def place(self) -> Place:
        heading = self.passage.heading_path[-1] if self.passage.heading_path else ""
        return Place.of(self.article, self.passage.start, self.passage.end, heading)


def _told(article: Article, passage: Passage) -> _Told:
    said = words(plain(passage.text))
    return _Told(article, passage, frozenset(zip(*(said[i:] for i in range(_SEQUENCE)), strict=False)))


def past_review(articles: Sequence[Article], today: date) -> list[Finding]:
    """Articles whose day of review has gone by."""
    return [
        Finding(
            Kind.PAST_REVIEW,
            f"“{article.title}” was to be reviewed by {article.review_by:%-d %B %Y}"
            + (f"; {article.owner} owns it." if article.owner else "; nobody owns it."),
            (_whole(article),),
        )
        for article in articles
        if article.review_by is not None and article.review_by < today
    ]


def dead_links(articles: Sequence[Article], pages: Collection[str] = ()) -> list[Finding]:
    """Links to articles that are not there. `pages` are other paths of the site; other sites are not asked."""
    known = {article.slug for article in articles}
    findings = []
    for article in articles:
        for link in links(article.body):
            why = _why_dead(link.address, known, pages)
            if why is not None:
                findings.append(
                    Finding(
                        Kind.DEAD_LINK,
                        f"“{article.title}”: {why}",
                        (Place.of(article, link.start, link.end),),
                    )
                )
    return findings


def _why_dead(address: str, known: Collection[str], pages: Collection[str]) -> str | None:
    if not address:
        return "a link leads nowhere."
    slug = linked_article(address)
    if slug is not None:
        return None if slug in known else f"a link leads to the article “{slug}”, which is not published."
    path = urlsplit(address).path
    if pages and path.startswith("/") and not urlsplit(address).netloc and path not in pages:
        return f"a link leads to {path}, which is no page of this site."
    return None


def linked_article(address: str) -> str | None:
    """The slug of the article that a link means: `/help/slug`, `slug.md` or `slug`; None for anything else."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or not path:
        return None
    if path.startswith("/help/"):
        return path.removeprefix("/help/").strip("/")
    if path.startswith("/"):
        return None
    return path.rstrip("/").rpartition("/")[2].removesuffix(".md")


def orphans(articles: Sequence[Article]) -> list[Finding]:
    """Articles that nothing leads to: no other article links there, and no tag or typical question names them.

    A base of few articles, or an article with a tag (the help centre lists by tag), has none.
    """
    if len(articles) <= FEW_ARTICLES:
        return []
    linked = {
        slug
        for article in articles
        for link in links(article.body)
        if (slug := linked_article(link.address)) is not None and slug != article.slug
    }
    return [
        Finding(
            Kind.ORPHAN,
            f"Nothing leads to “{article.title}”: no article links to it, and it has no tag and no typical question.",
            (_whole(article),),
        )
        for article in articles
        if article.slug not in linked and not article.tags and not article.questions
    ]


def unreadable(articles: Sequence[Article]) -> list[Finding]:
    """Text that was broken on its way here, and paragraphs that nobody will read; the first of each kind an article."""
    findings = []
    for article in articles:
        told: set[str] = set()
        for why, start, end in _broken(article.body):
            if why not in told:
                told.add(why)
                findings.append(
                    Finding(Kind.UNREADABLE, f"“{article.title}”: {why}", (Place.of(article, start, end),))
                )
    return findings


def _broken(body: str) -> Iterator[tuple[str, int, int]]:
    for block in blocks(body):
        text = body[block.start : block.end]
        if block.kind == "code":
            continue
        if text.startswith(NOT_WRITTEN):
            yield "it is not written yet.", block.start, block.end
        if "\ufffd" in text or is_bad(text):
            yield "letters are garbled; the text was read in the wrong encoding.", block.start, block.end
        if _LEFT_OVER.search(text):
            yield "remains of HTML show as text.", block.start, block.end
        if block.kind == "paragraph" and word_count(text) > LONGEST_BLOCK:
            yield f"a paragraph of {word_count(text)} words without a break.", block.start, block.end
        if text and not any(character.isalnum() for character in plain(text)) and block.kind == "paragraph":
            yield "a paragraph without a word.", block.start, block.end


def _whole(article: Article) -> Place:
    """The beginning of an article, for what concerns all of it."""
    first = next(iter(blocks(article.body)), None)
    return Place.of(article, first.start, first.end) if first else Place.of(article, 0, len(article.body))
