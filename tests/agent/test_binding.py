"""A figure must be told of what its passage tells it of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.binding import misplaced
from knowledge.passages import split
from knowledge.sentences import sentence_spans
from tests.knowledge.article_samples import help_centre

LINE = "Delivery\nIreland 3 days, Norway 9 days."
PROSE = (
    "Standard delivery takes 2–4 working days in Ireland, and 3–6 working days to the rest of the European Union. "
    "Express delivery takes 1 day. Jackets can be returned within 30 days, shoes within 14 days."
)
LIST = "Delivery takes:\n\n- Ireland: 3 days\n- Norway: 9 days\n- Iceland and Greenland: 3 weeks"
TABLE = """Costs:

| Where | Standard | Express |
|---|---|---|
| Ireland | 3 days, €4.95 | 1 day, €12.95 |
| Norway | 9 days, €9.95 | 4 days, €19.95 |
"""
DISCOUNT = """| Pieces in one order | Discount |
|---|---|
| 10–24 | no discount |
| 25–49 | 5% |
| 50 or more | 10% |"""
KEPT_FOR = """| Data | Time |
|---|---|
| Orders and invoices | 6 years |
| Stock alerts | 6 months |"""

TRUE = [
    (LINE, "Norway takes 9 days, Ireland takes 3 days."),
    (LINE, "Norway takes 9 days and Ireland 3 days."),
    (LINE, "It takes 3 to 9 days."),
    (PROSE, "Standard delivery to Germany takes 3–6 working days."),
    (PROSE, "Outside Ireland, in the European Union, it takes 3–6 working days."),
    (PROSE, "In Ireland it takes 2–4 working days, elsewhere in the European Union 3–6."),
    (PROSE, "Unlike shoes, jackets can be returned within 30 days."),
    (PROSE, "You have 14 days for shoes."),
    (PROSE, "With express delivery it takes 1 day."),
    (LIST, "Norway takes 9 days."),
    (LIST, "Greenland takes 3 weeks, Ireland only 3 days."),
    (TABLE, "Standard delivery to Norway takes 9 days and costs €9.95."),
    (TABLE, "Express delivery to Norway costs €19.95."),
    (TABLE, "To Ireland, express takes 1 day and standard 3 days."),
    (TABLE, "Ireland, standard: €4.95"),
    (DISCOUNT, "You get 10% from 50 pieces, and 5% for 25–49."),
    (DISCOUNT, "Discounts are 5% or 10%."),
    (KEPT_FOR, "We keep invoices for 6 years."),
]
WRONG = [
    (LINE, "Norway takes 3 days.", {"3 day"}),
    (LINE, "Ireland takes 9 days.", {"9 day"}),
    (LINE, "Norway takes three days.", {"3 day"}),
    (LINE, "Norway takes 3 days and Ireland 9 days.", {"3 day", "9 day"}),
    (PROSE, "Standard delivery in Ireland takes 3–6 working days.", {"3–6 day"}),
    (PROSE, "In Ireland, it takes 3–6 working days.", {"3–6 day"}),
    (PROSE, "It takes 3–6 working days, if you live in Ireland.", {"3–6 day"}),
    (PROSE, "Shoes can be returned within 30 days.", {"30 day"}),
    (PROSE, "Jackets can be returned within 14 days.", {"14 day"}),
    (PROSE, "Express delivery takes 14 days.", {"14 day"}),
    (LIST, "Norway takes 3 days.", {"3 day"}),
    (LIST, "Norway takes 3 weeks.", {"3 week"}),
    (TABLE, "Standard delivery to Norway takes 3 days.", {"3 day"}),
    (TABLE, "Express delivery to Norway takes 9 days.", {"9 day"}),
    (TABLE, "Express delivery to Ireland costs €4.95.", {"4.95 €"}),
    (DISCOUNT, "You get 5% from 50 pieces.", {"5 %"}),
    (KEPT_FOR, "We keep invoices for 6 months.", {"6 month"}),
]


@pytest.mark.parametrize(("source", "sentence"), TRUE)
def test_a_figure_told_of_its_own_thing_passes(source: str, sentence: str) -> None:
    assert misplaced(sentence, source) == set()


@pytest.mark.parametrize(("source", "sentence", "wrong"), WRONG)
def test_the_figure_of_another_row_or_sentence_is_found_out(
    source: str, sentence: str, wrong: set[str]
) -> None:
    assert wrong <= misplaced(sentence, source)


def test_a_figure_that_the_source_does_not_have_is_left_to_the_exact_comparison() -> None:
    assert misplaced("Norway takes 60 days.", LINE) == set()


@pytest.mark.parametrize("entry", help_centre(), ids=lambda entry: entry.slug)
def test_no_sentence_or_row_of_the_help_centre_is_at_odds_with_its_own_passage(entry) -> None:
    for passage in split(entry, 1):
        for line in passage.text.split("\n"):
            for start, end in sentence_spans(line):
                assert misplaced(line[start:end].replace("|", " "), passage.text) == set()


@given(st.text(alphabet="|-\n:, aB3€%.and", max_size=60), st.text(alphabet="|-\n:, aB3€%.and", max_size=60))
def test_any_text_is_read_and_only_figures_of_the_sentence_are_named(sentence: str, source: str) -> None:
    assert all(any(letter.isdigit() for letter in figure) for figure in misplaced(sentence, source))
