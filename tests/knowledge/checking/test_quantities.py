"""Figures in sentences: the same in other words and units agree, different ones do not."""

import pytest

from knowledge.checking.measures import Measure, agree
from knowledge.checking.quantities import quantities


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("within 30 days", "within thirty days"),
        ("takes 2 weeks", "takes fourteen (14) days"),
        ("takes 24 hours", "takes 1 day"),
        ("within 30 days", "within a month"),
        ("costs €5", "costs 5.00 euros"),
        ("opens at 10 am", "opens at 10:00"),
        ("takes up to 5 days", "takes 3–5 days"),
        ("free of charge", "costs €0"),
        ("within 5 working days", "within 7 days"),
        ("costs twenty-eight pounds", "costs £28"),
        ("costs two pounds fifty", "costs £2.50"),
        ("up to four hundred euros", "up to €400"),
        ("up to one thousand two hundred euros", "up to €1,200"),
        ("within a quarter of an hour", "within 15 minutes"),
        ("takes two and a half hours", "takes 150 minutes"),
        ("open from ten until five.", "open 10:00–17:00"),
        ("closes at half past five", "closes at 17:30"),
        ("closes at five o'clock", "closes at 5 pm"),
        ("takes twenty-one days", "takes three weeks"),
    ],
)
def test_the_same_figure_in_other_words_agrees(one: str, other: str) -> None:
    (a,), (b,) = quantities(one), quantities(other)
    assert a.measure == b.measure
    assert agree(a, b)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("within 30 days", "within 14 days"),
        ("takes 3–5 days", "takes 2–4 days"),
        ("costs €5", "costs €5.50"),
        ("free of charge", "costs €3.95"),
        ("open 9–17:00", "open 9:00 to 6 pm"),
        ("Monday to Friday", "Monday to Saturday"),
        ("10% off", "15 percent off"),
        ("within 3 working days", "within 14 days"),
    ],
)
def test_different_figures_do_not_agree(one: str, other: str) -> None:
    (a,), (b,) = quantities(one), quantities(other)
    assert a.measure == b.measure
    assert not agree(a, b)


def test_every_quantity_says_where_it_stands() -> None:
    text = "Delivery costs €4.95, free from €75, and takes two to three days."
    found = quantities(text)
    assert [text[q.start : q.end] for q in found] == ["€4.95", "free", "€75", "two to three days"]
    assert [q.measure for q in found] == [Measure.AMOUNT, Measure.AMOUNT, Measure.AMOUNT, Measure.PERIOD]
    assert found[2].bound == "least"
