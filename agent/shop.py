"""The seam to a shop: what can be read and changed for one customer.

The built-in demo shop implements it, a company's own shop can (docs/shops.md); every implementation passes the contract
tests. Every read is bound to a customer, and somebody else's order is answered like one that does not exist (law 9). A
change takes an idempotency key and gives the same receipt again for the same key (law 3).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from agent.actions import Action
from agent.money import Money
from agent.orders import Customer, Order, Variant
from agent.verdicts import Effects


@dataclass(frozen=True)
class ShopReceipt:
    """The shop's proof of one change. `order_number` is None for a change of the account; `refund` and `charge` are None
    where no money moves that way.
    """

    idempotency_key: str
    reference: str
    order_number: str | None
    refund: Money | None
    at: datetime
    charge: Money | None = None


class Shop(Protocol):
    """Errors are those of `agent.errors`. Reads raise `ShopUnavailable`. A change raises it too (outcome unknown), or
    `ShopRefused` (certainly not done).
    """

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of changes that it can make; the others are a person's."""
        ...

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        ...

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders, newest first."""
        ...

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order; None alike for a missing one and for somebody else's."""
        ...

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """The variants of a product that can be bought, with today's prices and stock; none for an unknown product."""
        ...

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """Make a change, all of it or nothing; the change and its receipt become visible together.

        `effects` was worked out by the policy and confirmed by the customer: a shop refuses what exceeds what was paid.
        The same key with the same request gives the first receipt again, with another request `ShopRefused`.
        """
        ...

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """The receipt of an earlier change with this key; None if there was none."""
        ...


@runtime_checkable
class FindsByEmail(Protocol):
    """A shop that can find a customer by e-mail address, for those who prove that it is theirs."""

    async def customer_by_email(self, email: str) -> Customer | None:
        """The customer who has this address, in small letters; None if none has, or more than one. Raises `ShopUnavailable`."""
        ...


@runtime_checkable
class Connected(Protocol):
    """A shop with connections to somewhere: opened before use, closed after."""

    async def open(self) -> None:
        """Get ready. A shop that does not answer now is no error."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
