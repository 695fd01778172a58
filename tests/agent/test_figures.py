"""Figures are the same figures in any format and language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.figures import figures, same

SAME = [
    ("within thirty days", "within 30 days"),
    ("innerhalb von dreißig Tagen", "30 days"),
    ("diez años", "10 years"),
    ("€12.95", "12,95 €"),
    ("EUR 12.95", "12.95 euros"),
    ("1.000 €", "€1,000"),
    ("€75.00", "75 €"),
    ("20 November 2026", "2026-11-20"),
    ("November 20th, 2026", "20.11.2026"),
    ("le 20 novembre 2026", "am 20. November 2026"),
    ("1 pm", "13:00"),
    ("8 a.m.", "8:00"),
    ("13 Uhr", "13:00"),
    ("from 9:30 to 18:00", "9:30–18:00"),
    ("between 3 and 6 working days", "3–6 working days"),
    ("de 3 à 6 jours", "3-6 days"),
    ("a week", "1 week"),
    ("half an hour", "30 minutes"),
    ("half a year", "6 months"),
    ("ein halbes Jahr", "6 months"),
    ("a quarter of an hour", "15 minutes"),
    ("three quarters of an hour", "45 minutes"),
    ("from €20 up to €600", "€20–€600"),
    ("changed twice", "changed 2 times"),
    ("10 percent", "10%"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_figure_in_another_spelling_is_the_same(one: str, other: str) -> None:
    assert figures(one, exact=True) == figures(other, exact=True) != set()


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("a fortnight", "14 days"), ("14 days", "two weeks"), ("2 years", "24 months"), ("a day", "24 hours"), ("60 minutes", "1 hour"),
        ("up to 6 days", "3–6 days"), ("on Saturdays", "Monday–Saturday"), ("20 November", "2026-11-20"), ("30", "30 days"),
    ],
)  # fmt: skip
def test_a_source_bears_out_the_same_span_told_in_another_way(said: str, source: str) -> None:
    assert figures(said, exact=True) <= figures(source)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("60 days", "30 days"), ("30 months", "30 days"), ("$4.95", "€4.95"), ("2–6 days", "2–4 days, 3–6 days"), ("1 week", "7 working days"),
        ("on Sunday", "Monday–Saturday"), ("21 November", "2026-11-20"), ("two parcels", "one parcel"), ("tomorrow", "soon"), ("three times", "once"),
        ("8:00–18:00", "9:00–18:00"), ("in March 2025", "in May 2025"),
    ],
)  # fmt: skip
def test_another_figure_is_not_borne_out(said: str, source: str) -> None:
    assert not figures(said, exact=True) <= figures(source)


def test_words_that_are_numbers_only_in_other_languages_are_words() -> None:
    assert figures("The payment is due soon, once you agree.", exact=True) == set()


@pytest.mark.parametrize(
    ("written", "is_"), [("1,000", "1000"), ("4,50", "4.50"), ("4.5", "4.5"), ("75.00", "75")]
)
def test_a_number_has_one_spelling(written: str, is_: str) -> None:
    assert same(written) == is_


@given(st.text(max_size=200))
def test_any_text_has_figures_and_a_source_offers_at_least_its_own(text: str) -> None:
    assert figures(text, exact=True) <= figures(text)


@pytest.mark.timeout(60)  # that of the square of the length: minutes
@pytest.mark.parametrize(
    "piece", ["1", "1.", "1,000", "a ", "one ", "1–", "between 1 and ", "12:00 ", "monday to ", "€", "1 1 "]
)
def test_long_texts_are_read_in_time(piece: str) -> None:
    figures(piece * (100_000 // len(piece)))
