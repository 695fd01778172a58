"""The retail world of tau2-bench (sierra-research, MIT) as a `Shop`: an implementation over its JSON, in memory.

It writes what the reference tools of the benchmark write, so that end states can be compared. One quirk is theirs: when
several items of a pending order are changed at once, they write the price and options of the last new item onto all of
them (`QUIRK`). The product does not; only this adapter follows it.
"""

import copy
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.actions import (
    Action,
    CancelOrder,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    ExchangeItems,
    ReturnItems,
)
from agent.errors import ShopRefused
from agent.money import Money
from agent.orders import (
    Address,
    Customer,
    Order,
    OrderItem,
    OrderStatus,
    PaymentKind,
    PaymentMethod,
    Refund,
    ReturnLine,
    Swap,
    Tracking,
    Variant,
)
from agent.rules import Limits
from agent.shop import ShopReceipt
from agent.verdicts import Effects

QUIRK = True
CURRENCY = "USD"
NOW = datetime(2024, 5, 15, 20, 0, tzinfo=UTC)  # the day on which the benchmark's world stands
_MANY = 1_000  # an item is available or not; the world counts no stock

_STATUS = {
    "pending": OrderStatus.PENDING,
    "pending (item modified)": OrderStatus.PENDING,
    "processed": OrderStatus.PACKED,
    "delivered": OrderStatus.DELIVERED,
    "return requested": OrderStatus.DELIVERED,
    "exchange requested": OrderStatus.DELIVERED,
    "cancelled": OrderStatus.CANCELLED,
}
_KINDS = {"credit_card": PaymentKind.CARD, "paypal": PaymentKind.PAYPAL, "gift_card": PaymentKind.GIFT_CARD}
_LABELS = {PaymentKind.PAYPAL: "PayPal", PaymentKind.GIFT_CARD: "gift card"}
_REASONS = {"no_longer_needed": "no longer needed", "ordered_by_mistake": "ordered by mistake"}


def limits() -> Limits:
    """The rules of the benchmark's `policy.md`, as far as they are numbers: no windows, no fees, no caps."""
    high = Money(10**9, CURRENCY)
    return Limits(
        time_zone="America/New_York",
        refused_kinds={},
        by_person=frozenset(),
        recent_sign_in=frozenset(),
        return_days=10**5,
        return_days_by_category={},
        exchange_days=10**5,
        return_label=Money.zero(CURRENCY),
        new_gift_cards=False,
        swaps_cost=True,
        refund_of_a_return=high,
        refund_of_a_cancellation=high,
        refunds_of_a_customer=high,
        refunds_of_a_day=high,
        charge=high,
        changes_of_a_customer_a_day=100,
        address_changes=100,
        same_country_only=False,
    )


class RetailShop:
    """The world, all in memory. `state` is in the benchmark's own form."""

    kinds = frozenset(
        {
            "cancel_order",
            "change_address",
            "change_payment",
            "change_items",
            "return_items",
            "exchange_items",
            "change_default_address",
        }
    )

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        self._receipts: dict[str, ShopReceipt] = {}
        self._requests: dict[str, tuple[str, Action, Effects]] = {}
        self._products = {
            sku: (product, variant)
            for product in state["products"].values()
            for sku, variant in product["variants"].items()
        }

    @classmethod
    def load(cls, folder: Path) -> "RetailShop":
        """The world of `db.json`."""
        return cls(json.loads((folder / "db.json").read_text("utf-8")))

    def fresh(self) -> "RetailShop":
        """A copy in which nothing has been done."""
        return RetailShop(copy.deepcopy(self.state))

    # --- reading -----------------------------------------------------------------------------------------------

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        user = self.state["users"].get(customer_id)
        if user is None:
            return None
        name = " ".join(user["name"].values())
        return Customer(
            id=customer_id,
            name=name,
            email=user["email"],
            phone="",
            address=_address(name, user["address"]),
            payment_methods=tuple(_method(m) for m in user["payment_methods"].values()),
        )

    async def customer_by_email(self, email: str) -> Customer | None:
        """The customer with this address."""
        ids = [id_ for id_, user in self.state["users"].items() if user["email"].lower() == email]
        return await self.customer(ids[0]) if len(ids) == 1 else None

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders."""
        numbers = self.state["users"].get(customer_id, {}).get("orders", [])
        return tuple(self._order(self.state["orders"][number]) for number in reversed(numbers))

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order."""
        return next((order for order in await self.orders(customer_id) if order.number == number), None)

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """The variants of a product; those that cannot be had have no stock."""
        found = self.state["products"].get(product)
        return tuple(_variant(found, variant) for variant in found["variants"].values()) if found else ()

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """The receipt of an earlier change."""
        return self._receipts.get(idempotency_key)

    def _order(self, order: dict[str, Any]) -> Order:
        user = self.state["users"][order["user_id"]]
        history = order["payment_history"]
        paid = [p for p in history if p["transaction_type"] == "payment"]
        in_return = order["status"] in ("return requested", "exchange requested")
        items: dict[str, list[dict[str, Any]]] = {}
        for item in order["items"]:
            items.setdefault(item["item_id"], []).append(item)
        tracking = [f["tracking_id"][0] for f in order["fulfillments"]]
        return Order(
            number=order["order_id"].removeprefix("#"),
            customer_id=order["user_id"],
            status=_STATUS[order["status"]],
            placed_at=NOW,
            shipped_at=NOW if tracking else None,
            delivered_at=NOW
            if order["status"] in ("delivered", "return requested", "exchange requested")
            else None,
            items=tuple(_item(same, in_return=in_return) for same in items.values()),
            shipping=Money.zero(CURRENCY),
            total=_sum(p["amount"] for p in paid),
            address=_address(" ".join(user["name"].values()), order["address"]),
            payment_method=_method(user["payment_methods"][paid[0]["payment_method_id"]]),
            tracking=Tracking("", tracking[0], "") if tracking else None,
            changes=0,
            refunds=tuple(
                Refund(_money(p["amount"]), NOW, p["payment_method_id"])
                for p in history
                if p["transaction_type"] == "refund"
            ),
            items_changed=order["status"] == "pending (item modified)",
            exchanged=in_return,
        )

    # --- changing ----------------------------------------------------------------------------------------------

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """Write what the reference tools write."""
        request = (customer_id, action, effects)
        if idempotency_key not in self._receipts:
            self._check(action, effects, await self._own(customer_id, action))
            self._write(customer_id, action, effects)
            reference = f"R-{len(self._receipts) + 1}"
            self._receipts[idempotency_key] = ShopReceipt(
                idempotency_key, reference, action.about, effects.refund, NOW, effects.charge
            )
            self._requests[idempotency_key] = request
        elif self._requests[idempotency_key] != request:
            raise ShopRefused("key_used_for_another_request")
        return self._receipts[idempotency_key]

    async def _own(self, customer_id: str, action: Action) -> Order | None:
        order = await self.order(customer_id, action.about) if action.about else None
        if customer_id not in self.state["users"] or (action.about is not None and order is None):
            raise ShopRefused("no_such_order")
        return order

    def _check(self, action: Action, effects: Effects, order: Order | None) -> None:
        """What a warehouse and a ledger check; the rules towards customers are the policy's."""
        if order is not None and effects.refund is not None:
            refund, left = effects.refund, order.left
            if refund.currency != CURRENCY or not 0 <= refund.amount <= left.amount:
                raise ShopRefused("refund_exceeds_what_was_paid")
        lines = [*getattr(action, "lines", ()), *getattr(action, "swaps", ())]
        items = {item.id: item for item in order.items} if order else {}
        for line in lines:
            item = items.get(line.item_id)
            if item is None or not 1 <= line.quantity <= item.quantity - item.returned:
                raise ShopRefused("not_that_many_left")
            if isinstance(line, Swap) and not self._products.get(line.sku, ({}, {}))[1].get("available"):
                raise ShopRefused("out_of_stock")

    def _write(self, customer_id: str, action: Action, effects: Effects) -> None:
        user = self.state["users"][customer_id]
        order = self.state["orders"].get(f"#{action.about}", {})
        match action:
            case CancelOrder(reason=reason):
                for payment in [p for p in order["payment_history"] if p["transaction_type"] == "payment"]:
                    self._pay(user, order, payment["payment_method_id"], "refund", payment["amount"])
                order |= {"status": "cancelled", "cancel_reason": _REASONS[str(reason)]}
            case ChangeAddress(address=address):
                order["address"] = _as_written(address)
            case ChangeDefaultAddress(address=address):
                user["address"] = _as_written(address)
            case ChangePayment(method=method):
                (before,) = order["payment_history"]
                self._pay(user, order, method or "", "payment", before["amount"])
                self._pay(user, order, before["payment_method_id"], "refund", before["amount"])
            case ChangeItems(swaps=swaps):
                due = effects.charge or (-effects.refund if effects.refund else Money.zero(CURRENCY))
                kind = "payment" if due.amount > 0 else "refund"
                self._pay(user, order, effects.method, kind, abs(_units(due)))
                self._replace(order, swaps)
                order["status"] = "pending (item modified)"
            case ReturnItems(lines=lines):
                order |= {
                    "status": "return requested",
                    "return_items": _ids(lines),
                    "return_payment_method_id": effects.method,
                }
            case ExchangeItems(swaps=swaps):
                due = effects.charge or (-effects.refund if effects.refund else Money.zero(CURRENCY))
                order |= {
                    "status": "exchange requested",
                    "exchange_items": _ids(swaps),
                    "exchange_new_items": sorted(s.sku for s in swaps for _ in range(s.quantity)),
                    "exchange_payment_method_id": effects.method,
                    "exchange_price_difference": _units(due),
                }
            case _:
                raise ShopRefused("not_a_change_of_this_shop")

    def _pay(
        self, user: dict[str, Any], order: dict[str, Any], method_id: str, kind: str, amount: float
    ) -> None:
        entry = {"transaction_type": kind, "amount": amount, "payment_method_id": method_id}
        order["payment_history"].append(entry)
        method = user["payment_methods"][method_id]
        if method["source"] == "gift_card":
            change = -amount if kind == "payment" else amount
            method["balance"] = round(method["balance"] + change, 2)

    def _replace(self, order: dict[str, Any], swaps: Sequence[Swap]) -> None:
        last = self._products[swaps[-1].sku][1]
        for swap in swaps:
            for _ in range(swap.quantity):
                item = next(i for i in order["items"] if i["item_id"] == swap.item_id)
                variant = last if QUIRK else self._products[swap.sku][1]
                item |= {"item_id": swap.sku, "price": variant["price"], "options": variant["options"]}


def _item(same: list[dict[str, Any]], *, in_return: bool) -> OrderItem:
    first = same[0]
    return OrderItem(
        id=first["item_id"],
        sku=first["item_id"],
        name=first["name"],
        variant=_options(first["options"]),
        category="",
        quantity=len(same),
        unit_price=_money(first["price"]),
        final_sale=False,
        hygiene=False,
        personalised=False,
        returned=len(same) if in_return else 0,
        product=first["product_id"],
    )


def _variant(product: dict[str, Any], variant: dict[str, Any]) -> Variant:
    return Variant(
        sku=variant["item_id"],
        product=product["product_id"],
        name=product["name"],
        variant=_options(variant["options"]),
        price=_money(variant["price"]),
        stock=_MANY if variant["available"] else 0,
    )


def _options(options: dict[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in options.items())


def _method(method: dict[str, Any]) -> PaymentMethod:
    kind = _KINDS[method["source"]]
    label = f"{method['brand']} •••• {method['last_four']}" if kind is PaymentKind.CARD else _LABELS[kind]
    balance = _money(method["balance"]) if kind is PaymentKind.GIFT_CARD else None
    return PaymentMethod(kind, label, method["id"], balance)


def _address(name: str, address: dict[str, str]) -> Address:
    return Address(
        name=name,
        line1=address["address1"],
        line2=address["address2"],
        postcode=address["zip"],
        city=address["city"],
        country="US" if address["country"] == "USA" else address["country"],
        state=address["state"],
    )


def _as_written(address: Address) -> dict[str, str]:
    return {
        "address1": address.line1,
        "address2": address.line2,
        "city": address.city,
        "country": "USA" if address.country == "US" else address.country,
        "state": address.state,
        "zip": address.postcode,
    }


def _ids(lines: Sequence[ReturnLine] | Sequence[Swap]) -> list[str]:
    return sorted(line.item_id for line in lines for _ in range(line.quantity))


def _money(amount: float) -> Money:
    return Money(int(Decimal(str(amount)).scaleb(2).to_integral_value()), CURRENCY)


def _units(amount: Money) -> float:
    return float(Decimal(amount.amount).scaleb(-2))


def _sum(amounts: Any) -> Money:
    return Money(sum(_money(amount).amount for amount in amounts), CURRENCY)
