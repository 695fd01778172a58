"""Synthetic help centres of any size: language-like, and the same at every run.

What is said there means nothing. How often words occur, how long passages are and how articles cluster by topic is
much as in a real help centre, and that is what the cost of importing and of searching depends on.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from knowledge.articles import Article, Audience
from knowledge.embedding import MODEL

EDITION = 1  # to be raised when other texts are written: what was built from the old ones is then refused
_VOCABULARY = 6_000  # words
_COMMON = 150  # of these, the words that occur in every topic
_COMMON_SHARE = 0.45  # of a text: about what function words are of English
_TOPICS = 200
_TOPIC_WORDS = 120
_ENDED = date(2020, 12, 31)
_OPENINGS = ("How do I", "Can I", "What is", "Where do I find", "When will", "Why is")
_FOLLOW_UPS = ("And what about", "And for", "Also")


@dataclass(frozen=True)
class Shape:
    """How an article is built: its sections, and how many words each has at least and at most."""

    sections: int
    fewest: int
    most: int


SHORT = Shape(sections=5, fewest=12, most=24)
PAGE = Shape(sections=3, fewest=40, most=60)


@dataclass(frozen=True)
class Asked:
    """A question, and the customer's turns before it."""

    text: str
    context: tuple[str, ...] = ()


class _Zipf:
    """Words, the n-th of which is drawn in proportion to 1/n (Zipf, Human Behavior, 1949)."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def draw(self, source: random.Random, count: int) -> list[str]:
        return source.choices(self._words, cum_weights=self._weights, k=count)


class Writer:
    """Writes articles, and questions to them."""

    def __init__(self) -> None:
        words = _vocabulary()
        topics = random.Random(1)
        self._common = _Zipf(words[:_COMMON])
        self._topics = [_Zipf(topics.sample(words[_COMMON:], _TOPIC_WORDS)) for _ in range(_TOPICS)]

    def articles(self, count: int, shape: Shape = SHORT) -> list[Article]:
        """So many articles; a translation counts as one.

        Of the others a tenth is internal, a tenth for customers who are signed in, a twentieth out of its time, and
        a tenth there in German, too.
        """
        found: list[Article] = []
        number = 0
        while len(found) < count:
            article = self._article(number, shape)
            found.append(article)
            if number % 10 == 5:  # noqa: PLR2004 - any one of the ten
                found.append(
                    replace(self._article(number, shape, draft="de"), slug=article.slug, locale="de")
                )
            number += 1
        return found[:count]

    def questions(self, articles: Sequence[Article], count: int) -> list[Asked]:
        """Questions in the words of some of the articles; a third are short follow-ups to an earlier turn."""
        source = random.Random(2)
        asked = []
        for number in range(count):
            article = source.choice(articles)
            words = source.sample([word for word in article.body.split() if word.isalpha()], 6)
            full = f"{source.choice(_OPENINGS)} {' '.join(words)}?"
            if number % 3 == 0:
                asked.append(Asked(f"{source.choice(_FOLLOW_UPS)} {' '.join(words[:2])}?", (full,)))
            else:
                asked.append(Asked(full))
        return asked

    def _article(self, number: int, shape: Shape, *, draft: str = "en") -> Article:
        source = random.Random(f"{number} {draft}")
        topic = self._topics[source.randrange(_TOPICS)]
        sections = []
        for _ in range(shape.sections):
            heading = " ".join(topic.draw(source, 3)).capitalize()
            text = self._text(source, topic, source.randint(shape.fewest, shape.most))
            sections.append(f"## {heading}\n\n{text}")
        return Article(
            slug=f"article-{number}",
            title=" ".join(topic.draw(source, 4)).capitalize(),
            body="\n\n".join(sections),
            audience={0: Audience.INTERNAL, 1: Audience.SIGNED_IN}.get(number % 10, Audience.PUBLIC),
            valid_until=_ENDED if number % 20 == 7 else None,  # noqa: PLR2004 - any one of the twenty
        )

    def _text(self, source: random.Random, topic: _Zipf, count: int) -> str:
        words = [
            (self._common if source.random() < _COMMON_SHARE else topic).draw(source, 1)[0]
            for _ in range(count)
        ]
        sentences = [" ".join(words[i : i + 12]).capitalize() for i in range(0, count, 12)]
        return ". ".join(sentences) + "."


def _vocabulary() -> list[str]:
    """English words by frequency: the embedder's own word pieces are in about that order."""
    pieces = json.loads((MODEL / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    whole = (piece for piece in sorted(pieces, key=pieces.__getitem__) if piece.isascii() and piece.isalpha())
    words = [word for word in whole if len(word) > 2]  # noqa: PLR2004 - shorter ones are mostly parts of words
    return words[:_VOCABULARY]
