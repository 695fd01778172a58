"""Amounts as cases and results write them: "81.50 EUR"."""

from agent.money import Money, digits_of


def read_amount(text: str) -> Money | None:
    """The amount; None for what is none."""
    number, _, currency = text.partition(" ")
    try:
        return Money.parse(number, currency)
    except ValueError:
        return None


def written(money: Money | None) -> str | None:
    """As `read_amount` reads it."""
    if money is None:
        return None
    digits = digits_of(money.currency)
    whole, part = divmod(abs(money.amount), 10**digits)
    return (
        f"{'-' if money.amount < 0 else ''}{whole}{f'.{part:0{digits}d}' if digits else ''} {money.currency}"
    )
