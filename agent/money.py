"""Money: an integer number of minor units (cents) and a currency. No float comes near it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering

# Digits after the point, ISO 4217. Currencies that are not here are refused, never guessed.
_DIGITS = {"EUR": 2, "GBP": 2, "CHF": 2, "NOK": 2, "USD": 2, "PLN": 2, "JPY": 0, "KWD": 3}
CURRENCIES = tuple(_DIGITS)
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_MOST_DIGITS = 15  # what every JSON reader and database keeps exactly
_AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,13})(?:\.(?P<part>[0-9]+))?")


def digits_of(currency: str) -> int:
    """Digits after the point. Raises ValueError for a currency that is not known."""
    if currency not in _DIGITS:
        raise ValueError(f"Unknown currency {currency!r}.")
    return _DIGITS[currency]


class CurrencyMismatchError(ValueError):
    """Two currencies met in one calculation."""


@total_ordering
@dataclass(frozen=True)
class Money:
    """`amount` in minor units of `currency` (ISO 4217): `Money(1295, "EUR")` is €12.95.

    Calculates and compares within one currency only; otherwise `CurrencyMismatchError`.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is not an exact amount: a float, a bool, an unknown currency."""
        if type(self.amount) is not int:
            raise TypeError(f"An amount is an int of minor units, not {type(self.amount).__name__}.")
        if self.currency not in _DIGITS:
            raise ValueError(f"Unknown currency {self.currency!r}.")

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read "12.95". Raises TypeError for anything but a string (floats above all), ValueError for
        signs, exponents, separators or more decimals than the currency has.
        """
        if not isinstance(text, str):
            raise TypeError(f"Money is read from a string, not from {type(text).__name__}.")
        if currency not in _DIGITS:
            raise ValueError(f"Unknown currency {currency!r}.")
        digits = _DIGITS[currency]
        match = _AMOUNT.fullmatch(text)
        too_long = match is not None and len(match["whole"]) + digits > _MOST_DIGITS
        if match is None or too_long or len(match["part"] or "") > digits:
            raise ValueError(f"{text[:40]!r} is not an amount in {currency}.")
        amount = int(match["whole"] + (match["part"] or "").ljust(digits, "0"))
        return cls(-amount if match["sign"] else amount, currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in a currency."""
        return cls(0, currency)

    @property
    def in_units(self) -> float:
        """In whole units ("12.95" euros), to be measured against a threshold; never to be calculated with."""
        return float(self.amount / 10 ** _DIGITS[self.currency])

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            raise TypeError("Money is multiplied by whole numbers only.")
        return Money(self.amount * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        """For people: "€1,234.50", "-€3.95", "NOK 99.00"."""
        digits = _DIGITS[self.currency]
        whole, part = divmod(abs(self.amount), 10**digits)
        number = f"{whole:,}" + (f".{part:0{digits}d}" if digits else "")
        sign = "-" if self.amount < 0 else ""
        return f"{sign}{_SYMBOLS.get(self.currency, self.currency + ' ')}{number}"

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError(f"Money and {type(other).__name__} do not mix.")
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} do not mix.")
        return other.amount


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts that are all in `currency`; zero for none."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result
