"""Misspelt words: mended by the words of the articles, names left alone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.help_search import misspelt
from knowledge.embedding import Embedder
from knowledge.lexical import forms
from knowledge.scratch import scratch_library
from knowledge.spelling import Spelling
from tests.knowledge.article_samples import HELP_CENTRE, help_centre

ARTICLES = "Where is my delivery? Return boots and get a refund. The return takes a week, the retort not. We cancelled it."
SPELLING = Spelling.of([ARTICLES])
REAL = forms(["boats", "canoe", "rent"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("wheer is my devlivery", "where is my delivery"),
        ("i want to retrun it, erturn it", "i want to return it, return it"),
        ("Refnud! refnud? REFNUD", "refund! refund? refund"),
        ("a delvery, a deliveryy, a delibery", "a delivery, a delivery, a delivery"),
        ("delvvery", "delivery"),  # two slips, in a long word
        ("WHERE IS MY REFNUD", "WHERE IS MY refund"),
        ("Hello. Refnud please.", "Hello. refund please."),
    ],
)
def test_a_misspelt_word_becomes_the_word_of_the_articles(written: str, meant: str) -> None:
    assert SPELLING.mend(written, REAL) == meant


@pytest.mark.parametrize(
    "text",
    [
        "do you sell kayaks or a kayak",
        "can i pay with Klarna, klarna or on my garmin",
        "do you rent boats",  # real words, though one slip from "boots"
        "deliveries, returned, refunds, cancelling",  # forms of known words
        "my Boosts are late",  # a capital inside a sentence: a name
        "a rfnd of 49.95 for TT-4823, don't",
    ],
)
def test_what_is_no_slip_is_left_as_it_is(text: str) -> None:
    assert SPELLING.mend(text, REAL) == text


def test_of_words_equally_near_the_most_frequent_is_meant() -> None:
    assert SPELLING.mend("retorn", REAL) == "return"


def test_without_articles_nothing_is_mended() -> None:
    assert Spelling.of([]).mend("a refnud", REAL) == "a refnud"


@given(st.text())
def test_no_text_is_too_odd_to_be_mended(text: str) -> None:
    mended = SPELLING.mend(text, REAL)
    assert SPELLING.mend(mended, REAL) == mended


def test_the_articles_own_words_are_never_mended() -> None:
    bodies = [article.body for article in help_centre()]
    spelling = Spelling.of(bodies)
    assert all(spelling.mend(body, frozenset()) == body for body in bodies)


async def test_common_words_are_known_whoever_wrote_the_articles(embedder: Embedder) -> None:
    known = await embedder.known_words()
    assert forms(["boats", "canoes", "stitched", "weather"]) <= known
    assert not forms(["devlivery", "retrun", "refnud", "kayak", "klarna"]) & known


async def test_a_misspelt_question_is_searched_as_it_was_meant(embedder: Embedder) -> None:
    async with scratch_library(HELP_CENTRE, embedder) as library:
        for written, meant in {
            "How lnog is a gift crad vallid?": "How long is a gift card valid?",
            "can i retrun my jaket and get a refnud": "can i return my jacket and get a refund",
        }.items():
            assert await library.search(written) == await library.search(meant)
        follow_up = "And to Norway?"
        assert await library.search(follow_up, context=["What does devlivery cost?"]) == await library.search(
            follow_up, context=["What does delivery cost?"]
        )


async def test_names_that_no_article_knows_count_as_unknown(embedder: Embedder) -> None:
    async with scratch_library(HELP_CENTRE, embedder) as library:
        for question in ("do you sell kayaks?", "can i pay with klarna?", "does it work with garmin?"):
            assert not (await library.search(question)).good_enough


@given(st.integers())
def test_a_slip_changes_one_content_word_and_keeps_its_first_letter(seed: int) -> None:
    question = "When is my parcel here?"
    before, after = question.split(), misspelt(question, random.Random(seed)).split()
    assert [i for i in range(5) if before[i] != after[i]] == [3]
    assert after[3].startswith("p")
    assert misspelt("Is it on?", random.Random(seed)) == "Is it on?"
