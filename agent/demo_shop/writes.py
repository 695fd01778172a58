"""What each kind of change does to the demo shop's tables, within one transaction.

It checks what a warehouse and a ledger check (state, pieces, stock, money left). The shop's rules towards customers are
not its business; `agent.policy` keeps them.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.actions import (
    Action,
    CancelItems,
    CancelOrder,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    ExchangeItems,
    Goodwill,
    PartialRefund,
    Reship,
    ReturnItems,
    StopRenewal,
)
from agent.demo_shop.records import (
    ShopCustomer,
    ShopOrder,
    ShopOrderItem,
    ShopPaymentMethod,
    ShopRefund,
    ShopSubscription,
    ShopVariant,
)
from agent.errors import ShopRefused
from agent.money import Money
from agent.orders import OrderStatus, PaymentKind, ReturnLine, Swap
from agent.verdicts import NEW_GIFT_CARD, Effects, RefundTime

KINDS = frozenset(
    str(request.model_fields["kind"].default)
    for request in (
        CancelOrder, CancelItems, ChangeAddress, ChangePayment, ChangeItems, ReturnItems, ExchangeItems, PartialRefund,
        Goodwill, Reship, ChangeDefaultAddress, StopRenewal,
    )
)  # fmt: skip


@dataclass
class Write:
    """What a change works on: the session, the locked customer and order, and what was confirmed."""

    session: AsyncSession
    customer: ShopCustomer
    its_order: ShopOrder | None
    effects: Effects
    now: datetime

    @property
    def order(self) -> ShopOrder:
        """The order of a change of one."""
        if self.its_order is None:
            raise ShopRefused("no_such_order")
        return self.its_order

    async def make(self, action: Action) -> None:  # noqa: C901, PLR0912 - a case for each kind
        """Make the change. Raises `ShopRefused`; nothing is kept then."""
        match action:
            case CancelOrder():
                await self._cancel()
            case CancelItems(lines=lines):
                await self._cancel_items(lines)
            case ChangeAddress(address=address):
                self._must_be(OrderStatus.PENDING)
                self.order.address = asdict(address)
                self.order.changes += 1
            case ChangePayment(method=method):
                await self._change_payment(method or "")
            case ChangeItems(swaps=swaps):
                await self._change_items(swaps)
            case ReturnItems(lines=lines):
                self._must_be(OrderStatus.DELIVERED)
                await self._take_back(lines)
            case ExchangeItems(swaps=swaps):
                await self._exchange(swaps)
            case PartialRefund() | Goodwill():
                pass  # the money is all there is to it
            case Reship():
                await self._reship()
            case ChangeDefaultAddress(address=address):
                self.customer.address = asdict(address)
            case StopRenewal(subscription=subscription):
                await self._stop(subscription)
            case _:
                raise ShopRefused("not_a_change_of_this_shop")
        # A payment that only moves from one method to another is neither a refund nor more money.
        if not isinstance(action, ChangePayment):
            await self._settle()

    def _must_be(self, *statuses: OrderStatus) -> None:
        if self.order.status not in statuses:
            raise ShopRefused(f"order_is_{self.order.status}")

    # --- goods -------------------------------------------------------------------------------------------------

    async def _cancel(self) -> None:
        self._must_be(OrderStatus.PENDING)
        self.order.status = OrderStatus.CANCELLED
        for item in await items_of(self.session, [self.order.number]):
            await self._restock(item.sku, item.quantity)

    async def _cancel_items(self, lines: Sequence[ReturnLine]) -> None:
        self._must_be(OrderStatus.PENDING)
        for line in lines:
            item = await self._item(line.item_id, line.quantity)
            await self._restock(item.sku, line.quantity)
            await self._less(item, line.quantity)

    async def _change_items(self, swaps: Sequence[Swap]) -> None:
        self._must_be(OrderStatus.PENDING)
        last = max((item.position for item in await items_of(self.session, [self.order.number])), default=0)
        for place, swap in enumerate(swaps, last + 1):
            item = await self._item(swap.item_id, swap.quantity)
            new = await self._reserve(swap)
            await self._restock(item.sku, swap.quantity)
            changed = dict(item.model_dump(), id=f"{item.id}-{place}", position=place, quantity=swap.quantity)
            changed |= {"sku": new.sku, "name": new.name, "variant": new.variant}
            # A piece is worth what was paid for it: a free swap does not come back at a dearer price.
            if self.effects.charge is not None or self.effects.refund is not None:
                changed["unit_price_cents"] = new.price_cents
            await self._less(item, swap.quantity)
            self.session.add(ShopOrderItem(**changed))
        self.order.items_changed = True

    async def _take_back(self, lines: Sequence[ReturnLine]) -> None:
        for line in lines:
            (await self._item(line.item_id, line.quantity)).returned += line.quantity

    async def _exchange(self, swaps: Sequence[Swap]) -> None:
        self._must_be(OrderStatus.DELIVERED)
        await self._take_back([ReturnLine(swap.item_id, swap.quantity) for swap in swaps])
        for swap in swaps:
            await self._reserve(swap)
        self.order.exchanges = [*self.order.exchanges, *map(asdict, swaps)]

    async def _reship(self) -> None:
        self._must_be(OrderStatus.SHIPPED, OrderStatus.DELIVERED)
        if self.order.reshipped:
            raise ShopRefused("was_sent_again_already")
        for item in await items_of(self.session, [self.order.number]):
            await self._take(item.sku, item.quantity)
        self.order.reshipped = True

    async def _item(self, item_id: str, quantity: int) -> ShopOrderItem:
        """An item of this order of which so many pieces are left."""
        item = await self.session.get(ShopOrderItem, item_id)
        own = item is not None and item.order_number == self.order.number
        if item is None or not own or not 1 <= quantity <= item.quantity - item.returned:
            raise ShopRefused("not_that_many_left")
        return item

    async def _less(self, item: ShopOrderItem, quantity: int) -> None:
        if item.quantity == quantity:
            await self.session.delete(item)
        else:
            item.quantity -= quantity

    async def _reserve(self, swap: Swap) -> ShopVariant:
        return await self._take(swap.sku, swap.quantity)

    async def _take(self, sku: str, quantity: int) -> ShopVariant:
        variant = await self.session.get(ShopVariant, sku, with_for_update=True)
        if variant is None or variant.stock < quantity:
            raise ShopRefused("out_of_stock")
        variant.stock -= quantity
        return variant

    async def _restock(self, sku: str, quantity: int) -> None:
        variant = await self.session.get(ShopVariant, sku, with_for_update=True)
        if variant is not None:
            variant.stock += quantity

    # --- money and account -------------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """Take what is charged, send back what is refunded, within what was paid."""
        charge, refund = self.effects.charge, self.effects.refund
        if charge is not None:
            self._in_its_currency(charge)
            await self._draw(self.effects.method, charge)
            self.order.total_cents += charge.amount
        if refund is not None:
            self._in_its_currency(refund)
            if refund.amount > self.order.total_cents - self.order.refunded_cents:
                raise ShopRefused("refund_exceeds_what_was_paid")
            self.order.refunded_cents += refund.amount
            # What waits for a parcel is promised, not paid.
            if self.effects.refund_when is not RefundTime.AFTER_ARRIVAL:
                await self._credit(self.effects.method, refund)
            self.session.add(
                ShopRefund(
                    order_number=self.order.number,
                    cents=refund.amount,
                    to=self.effects.refund_to or self.order.payment_label,
                    at=self.now,
                )
            )

    async def _change_payment(self, method_id: str) -> None:
        self._must_be(OrderStatus.PENDING)
        method, amount = await self._method(method_id), self.effects.charge
        if method is None or amount is None:
            raise ShopRefused("no_such_payment_method")
        self._in_its_currency(amount)
        if amount.amount != self.order.total_cents - self.order.refunded_cents:
            raise ShopRefused("not_what_was_paid")
        await self._draw(method.id, amount)
        await self._credit(self.order.payment_id, amount)
        self.order.payment_id, self.order.payment_kind = method.id, method.kind
        self.order.payment_label = method.label

    def _in_its_currency(self, amount: Money) -> None:
        if amount.currency != self.order.currency or amount.amount < 0:
            raise ShopRefused("not_an_amount_of_this_order")

    async def _method(self, method_id: str) -> ShopPaymentMethod | None:
        method = await self.session.get(ShopPaymentMethod, method_id, with_for_update=True)
        return method if method is not None and method.customer_id == self.customer.id else None

    async def _draw(self, method_id: str, amount: Money) -> None:
        """Cards and PayPal are charged outside; of a gift card the balance goes down."""
        method = await self._method(method_id)
        if method is None:
            raise ShopRefused("no_such_payment_method")
        if method.balance_cents is not None:
            if method.currency != amount.currency:
                raise ShopRefused("gift_card_of_another_currency")
            if method.balance_cents < amount.amount:
                raise ShopRefused("balance_too_low")
            method.balance_cents -= amount.amount

    async def _credit(self, method_id: str, amount: Money) -> None:
        method = await self._method(method_id)
        if method is not None and method.balance_cents is not None:
            if method.currency != amount.currency:
                raise ShopRefused("gift_card_of_another_currency")
            method.balance_cents += amount.amount
        elif not method_id and self.effects.refund_to == NEW_GIFT_CARD:
            self.session.add(
                ShopPaymentMethod(
                    id=f"gift_{uuid4().hex[:10]}",
                    customer_id=self.customer.id,
                    kind=PaymentKind.GIFT_CARD,
                    label="gift card",
                    balance_cents=amount.amount,
                    currency=amount.currency,
                )
            )

    async def _stop(self, subscription_id: str | None) -> None:
        query = select(ShopSubscription).where(ShopSubscription.customer_id == self.customer.id)
        own = (await self.session.exec(query.with_for_update())).all()
        meant = [s for s in own if s.id == subscription_id] if subscription_id else own
        if len(meant) != 1 or not meant[0].renews:
            raise ShopRefused("no_such_renewal")
        meant[0].renews = False


async def items_of(session: AsyncSession, numbers: Sequence[str]) -> Sequence[ShopOrderItem]:
    """The items of these orders, in their order."""
    query = select(ShopOrderItem).where(col(ShopOrderItem.order_number).in_(numbers))
    return (await session.exec(query.order_by(col(ShopOrderItem.position)))).all()
