import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.money import CurrencyMismatchError, Money, total

cents = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1295, "EUR", "€12.95"),
        (5, "EUR", "€0.05"),
        (-395, "EUR", "-€3.95"),
        (123450, "EUR", "€1,234.50"),
        (9900, "NOK", "NOK 99.00"),
        (500, "JPY", "¥500"),
        (1234567, "KWD", "KWD 1,234.567"),
    ],
)
def test_money_is_written_as_a_person_reads_it(amount, currency, text):
    assert str(Money(amount, currency)) == text


@given(cents)
def test_what_is_written_in_digits_is_read_back_exactly(amount):
    sign = "-" if amount < 0 else ""
    text = f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
    assert Money.parse(text, "EUR") == Money(amount, "EUR")


@given(cents, cents)
def test_sums_are_exact(a, b):
    assert Money(a, "EUR") + Money(b, "EUR") - Money(b, "EUR") == Money(a, "EUR")


@pytest.mark.parametrize("value", [12.95, 12, True, None, float("nan"), b"12"])
def test_only_strings_are_read(value):
    with pytest.raises(TypeError):
        Money.parse(value, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "1e2",
        "10,00",
        "10.005",
        "+10.00",
        "$10",
        " 10",
        "1_000",
        "١٢",
        "9" * 300,
        "10.",
        ".5",
        "--1",
    ],
)
def test_what_is_not_plainly_an_amount_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        Money.parse(text, "EUR")


def test_decimals_in_a_currency_without_them_are_refused():
    with pytest.raises(ValueError, match="not an amount"):
        Money.parse("10.00", "JPY")


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_an_amount_that_is_not_an_int_is_refused(amount):
    with pytest.raises(TypeError):
        Money(amount, "EUR")


def test_an_unknown_currency_is_refused():
    with pytest.raises(ValueError, match="Unknown currency"):
        Money(1, "eur")


def test_currencies_do_not_mix():
    euro, pound = Money(1, "EUR"), Money(1, "GBP")
    for calculate in (
        lambda: euro + pound,
        lambda: euro - pound,
        lambda: euro < pound,
        lambda: euro >= pound,
    ):
        with pytest.raises(CurrencyMismatchError):
            calculate()
    assert euro != pound


def test_money_is_multiplied_by_whole_numbers_only():
    assert Money(395, "EUR") * 3 == Money(1185, "EUR")
    with pytest.raises(TypeError):
        Money(395, "EUR") * 0.5


def test_the_sum_of_nothing_is_zero():
    assert total([], "EUR") == Money.zero("EUR")


def test_a_currency_with_three_decimals_is_read_to_the_last_of_them():
    assert Money.parse("1.234", "KWD") == Money(1234, "KWD")
    assert Money.parse("1.2", "KWD") == Money(1200, "KWD")
    with pytest.raises(ValueError, match="not an amount in KWD"):
        Money.parse("1.2345", "KWD")


@pytest.mark.parametrize(("currency", "most"), [("KWD", "9" * 12), ("EUR", "9" * 13), ("JPY", "9" * 13)])
def test_no_amount_has_more_digits_than_every_reader_keeps(currency, most):
    assert len(str(Money.parse(most, currency).amount)) <= 15
    with pytest.raises(ValueError, match="not an amount"):
        Money.parse(most + "9", currency)
