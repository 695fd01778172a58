"""What is declared of each kind of change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from agent.actions import Action
from agent.cases import Case
from agent.money import Money
from agent.verdicts import Effects, Objection

A = TypeVar("A", bound=Action)
Rows = Sequence[tuple[str, str]]

Check = Callable[[Case[Any]], Objection | None]
"""A rule as a pure function: what stands against a request, or None."""
Bound = Callable[[Case[Any], Effects], Objection | None]
"""A rule about amounts, which are known once everything else has been found in order."""


@dataclass(frozen=True)
class Entry(Generic[A]):
    """One kind of change from request to receipt.

    `checks` are tried from the top, the first that objects decides; then `effects` works the money out, and `bounds` may
    still object. `title`, `lines` and `receipt` are what the customer reads; `undo` says how it is undone, if it can be.
    """

    request: type[A]
    checks: tuple[Check, ...]
    title: Callable[[A], str]
    lines: Callable[[Case[A], Effects], Rows]
    receipt: Callable[[A, Effects], str]
    effects: Callable[[Case[A]], Effects] = lambda _: Effects()
    bounds: tuple[Bound, ...] = ()
    at_stake: Callable[[Case[A], Effects], Money | None] = lambda _, effects: effects.refund or effects.charge
    """What it costs the shop, or moves, if it is wrong: a person may approve it up to their own limit. None: no amount."""
    looks_at_goods: bool = False
    """Whether its rules ask for today's prices and stock of the order's products."""
    undo: str | None = None

    @property
    def kind(self) -> str:
        """The name of the change, as tools, records and settings write it."""
        return str(self.request.model_fields["kind"].default)
