"""The support score: what a sentence adds to its source counts against it."""

from hypothesis import given
from hypothesis import strategies as st

from agent.wording import support

SOURCE = "You can return most items within 30 days of delivery. The label costs €4.95."


def test_words_of_the_source_in_any_order_and_spelling_are_fully_borne_out() -> None:
    assert support("Within thirty days of delivery you can return most items.", SOURCE) == 1
    assert support("The labels cost 4.95.", SOURCE) == 1


def test_a_new_word_of_meaning_weighs_more_than_a_small_one() -> None:
    plain = "You can return most items"
    assert support(f"{plain} free", SOURCE) < support(f"{plain} with", SOURCE) < support(plain, SOURCE)


def test_a_view_and_a_question_are_borne_out_by_nothing() -> None:
    assert support("I can return most items", SOURCE) < support("They can return most items", SOURCE)
    assert support("Can you return most items?", SOURCE) < 0.5


def test_how_a_refusal_is_softened_is_no_claim() -> None:
    assert support("I'm afraid the label costs €4.95.", SOURCE) == 1


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_score_of_any_text_is_between_none_and_full(sentence: str, source: str) -> None:
    assert 0 <= support(sentence, source) <= 1
