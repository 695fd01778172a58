"""Whether another article that was found says otherwise than what is about to be quoted.

`kb check` tells whoever minds the articles; until they have mended it, a customer must not be told one of two figures as certain.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.articles import Article
from knowledge.checking.contradictions import contradictions
from knowledge.embedding import Embedder
from knowledge.lexical import forms, words
from knowledge.markdown import plain
from knowledge.quoting import Quoted
from knowledge.search import Found
from knowledge.sentences import sentence_spans

FEWEST = 3  # words that two sentences must share; two of fewer hardly speak of the same
# Of few passages the checker knows too little of how a shop speaks: alone it took 40 of 179 questions to the demo shop for a
# contradiction. So the words of one sentence must also be among those of the other, figures and what says yes or no left out.
_SAYS_YES_OR_NO = forms(("not", "no", "never", "cannot", "must", "always", "only", "both", "every", "all"))


async def says_otherwise(
    embedder: Embedder, quotes: Sequence[Quoted], found: Sequence[Found]
) -> Quoted | None:
    """The sentence of another article that contradicts one of these quotations; None if none does. Raises `ModelMissingError`."""
    alike = [
        (said, other)
        for quote in quotes
        for said in _sentences(quote.text)
        for entry in found
        if entry.passage.article != quote.passage.article
        for other in (Quoted(text, entry.passage) for text in _sentences(entry.passage.text))
        if said != other.text and _of_the_same(said, other.text)
    ]
    if not alike:
        return None
    findings = await contradictions(_articles(found), embedder)
    told = [{" ".join(place.text.split()) for place in finding.places} for finding in findings]
    return next(
        (
            other
            for said, other in alike
            if any(_told_in(said, pair) and _told_in(other.text, pair) for pair in told)
        ),
        None,
    )


def _articles(found: Sequence[Found]) -> list[Article]:
    """What was found, as if it were all that the articles say."""
    read: dict[str, Article] = {}
    for passage in (entry.passage for entry in found):
        article = read.get(passage.article) or Article(passage.article, passage.title, "", passage.locale)
        read[passage.article] = replace(article, body=f"{article.body}\n\n{passage.text}".strip())
    return list(read.values())


def _sentences(text: str) -> Iterator[str]:
    for start, end in sentence_spans(text):
        yield " ".join(text[start:end].split())


def _of_the_same(one: str, other: str) -> bool:
    ours, theirs = (
        {word for word in words(plain(text)) if word.isalpha()} - _SAYS_YES_OR_NO for text in (one, other)
    )
    return min(len(ours), len(theirs)) >= FEWEST and (ours <= theirs or theirs <= ours)


def _told_in(sentence: str, places: set[str]) -> bool:
    return any(sentence in place or place in sentence for place in places)
