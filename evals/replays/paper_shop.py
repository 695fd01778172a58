"""A shop of which only the reading is real: what is changed is written on paper, and the shop hears nothing of it."""

from collections.abc import Callable
from datetime import datetime

from agent.actions import Action
from agent.errors import ShopRefused
from agent.orders import Customer, Order, Variant
from agent.shop import Shop, ShopReceipt
from agent.verdicts import Effects


class PaperShop:
    """Reads from a shop, changes nothing there."""

    def __init__(self, shop: Shop, clock: Callable[[], datetime]) -> None:
        self._shop = shop
        self._clock = clock
        self._receipts: dict[str, tuple[str, Action, ShopReceipt]] = {}

    @property
    def kinds(self) -> frozenset[str]:
        """Those of the shop."""
        return self._shop.kinds

    async def customer(self, customer_id: str) -> Customer | None:
        """As the shop."""
        return await self._shop.customer(customer_id)

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """As the shop, whatever was written on paper."""
        return await self._shop.orders(customer_id)

    async def order(self, customer_id: str, number: str) -> Order | None:
        """As the shop, whatever was written on paper."""
        return await self._shop.order(customer_id, number)

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """As the shop."""
        return await self._shop.variants(product)

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """What was written under this key."""
        written = self._receipts.get(idempotency_key)
        return written[2] if written else None

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """A receipt on paper; the same one again for the same key."""
        written = self._receipts.get(idempotency_key)
        if written is None:
            receipt = ShopReceipt(
                idempotency_key=idempotency_key,
                reference=f"PAPER-{len(self._receipts) + 1}",
                order_number=action.about,
                refund=effects.refund,
                at=self._clock(),
                charge=effects.charge,
            )
            written = self._receipts[idempotency_key] = (customer_id, action, receipt)
        if written[:2] != (customer_id, action):
            raise ShopRefused("This key was used for another change.")
        return written[2]
