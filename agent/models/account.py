"""What one turn uses of its providers: tokens, money, time to the first token, and what the budgets still allow."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from agent.models.prices import Prices
from agent.models.tokens import Used


@dataclass(frozen=True)
class Allowance:
    """At most so many tokens and so many millionths of the price table's currency; None: no bound."""

    tokens: int | None = None
    micros: int | None = None

    def covers(self, tokens: int, micros: int) -> bool:
        """Whether something is left after so much has been spent."""
        return (self.tokens is None or tokens < self.tokens) and (self.micros is None or micros < self.micros)


UNBOUNDED = Allowance()


@dataclass(frozen=True)
class Spent:
    """Read back from the turn records."""

    tokens: int = 0
    micros: int = 0


@dataclass(frozen=True)
class Bound:
    """One budget as a turn meets it: its name in words, what it allows, what was spent of it before the turn."""

    name: str
    allowance: Allowance
    before: Spent


@dataclass
class Account:
    """Filled while a turn goes on; `record` is what stays of it."""

    prices: Prices
    bounds: tuple[Bound, ...] = ()
    used: Counter[str] = field(default_factory=Counter)  # of input, cached, output
    micros: int = 0
    calls: int = 0
    estimated: bool = False
    unpriced: set[str] = field(default_factory=set)
    first_token_ms: float | None = None

    def book(self, model: str, used: Used) -> None:
        """One call's tokens."""
        self.used.update(input=used.input, cached=used.cached, output=used.output)
        self.estimated |= used.estimated
        cost = self.prices.cost(model, used)
        if cost is None:
            self.unpriced.add(model)
        self.micros += cost or 0

    @property
    def tokens(self) -> int:
        """Input and output of all calls together."""
        return self.used["input"] + self.used["output"]

    @property
    def exhausted(self) -> str | None:
        """The name of a budget of which nothing is left, if there is one."""
        return next(
            (
                bound.name
                for bound in self.bounds
                if not bound.allowance.covers(
                    bound.before.tokens + self.tokens, bound.before.micros + self.micros
                )
            ),
            None,
        )

    def record(self) -> dict[str, Any]:
        """For the turn's record: `spent` (counts, and millionths of a currency) and `first_token_ms`; nothing without a call."""
        if not self.calls:
            return {}
        spent = {
            "calls": self.calls,
            "tokens": self.tokens,
            "input": self.used["input"],
            "cached": self.used["cached"],
            "output": self.used["output"],
            "estimated": self.estimated,
            "micros": self.micros,
            "currency": self.prices.currency,
            "without_price": sorted(self.unpriced),
        }
        return {"spent": spent, "first_token_ms": self.first_token_ms}
