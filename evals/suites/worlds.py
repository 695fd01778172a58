"""What cannot be in a world: names of nothing, times out of order, more money back than was paid."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agent.demo_shop.records import ShopOrder, ShopOrderItem
from agent.orders import OrderStatus
from evals.amounts import read_amount
from evals.suites import known
from evals.suites.case import World
from evals.suites.naming import Fault, named

_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)
_FIXED = {"number", "customer_id"}  # what an order is known by
_FIXED_OF_ITEMS = {"id", "order_number", "position"}
_OF_DEMO = ("orders", "items", "stock", "refunds", "subscriptions")


def impossible_in(world: World) -> Iterator[Fault]:
    """What cannot be in a world."""
    if world.now.tzinfo is None:
        yield ("now",), "`now` needs a time zone, such as 2026-11-23T10:00:00Z"
    if world.customer is None and world.customer_name is not None:
        yield ("customer_name",), "a visitor who is not signed in has no name at the shop"
    if world.customer is not None:
        yield from named(("customer",), world.customer, known.customers(world.shop), "customer")
    of_demo = [name for name in _OF_DEMO if getattr(world, name)] if world.shop == "retail" else []
    if of_demo:
        yield (of_demo[0],), f"`{of_demo[0]}` of the retail world cannot be set"
    elif world.now.tzinfo is not None:
        for number, fields in world.orders.items():
            for way, what in _order(number, fields, world):
                yield ("orders", number, *way), what
        yield from _goods(world)
        yield from _money(world)
        yield from _earlier(world)
    slugs = [article.slug for article in world.articles]
    for slug in {slug for slug in slugs if slugs.count(slug) > 1}:
        yield ("articles",), f"two articles have the slug {slug}"


def _order(number: str, fields: dict[str, Any], world: World) -> Iterator[Fault]:
    yield from named((), number, known.owners(world.shop), "order")
    for name in fields:
        if name in _FIXED:
            yield (name,), f"`{name}` of order {number} is {known.owners(world.shop).get(number)}'s and stays"
        else:
            yield from named((name,), name, ShopOrder.model_fields, "field of an order")
    status = fields.get("status")
    if status is not None:
        yield from named(("status",), status, set(OrderStatus), "status")
    for state, name in ((OrderStatus.SHIPPED, "shipped_at"), (OrderStatus.DELIVERED, "delivered_at")):
        if status == state and not fields.get(name) and not known.has_time(number, name):
            yield ("status",), f"order {number} cannot be {state} without `{name}`"
    yield from _times(number, fields, world)
    total, refunded = fields.get("total_cents"), fields.get("refunded_cents")
    if isinstance(total, int) and isinstance(refunded, int) and refunded > total:
        yield ("refunded_cents",), f"more of order {number} is refunded than was paid"


def _times(number: str, fields: dict[str, Any], world: World) -> Iterator[Fault]:
    times: dict[str, datetime] = {}
    for name in ("placed_at", "shipped_at", "delivered_at"):
        if fields.get(name) is None:
            continue
        try:
            times[name] = _MOMENT.validate_python(fields[name])
        except ValidationError:
            yield (name,), f"`{name}` is no time: {fields[name]!r}"
            continue
        if times[name].tzinfo is None:
            yield (name,), f"`{name}` needs a time zone, such as 2026-11-20T10:00:00Z"
            return
        if times[name] > world.now:
            yield (name,), f"`{name}` lies after the world's now ({world.now:%Y-%m-%d %H:%M})"
    came = list(times.values())
    if came != sorted(came):
        yield (), f"order {number} was shipped before it was placed, or delivered before it was shipped"


def _goods(world: World) -> Iterator[Fault]:
    for id_, fields in world.items.items():
        yield from named(("items", id_), id_, known.items(), "item of an order")
        for name in fields:
            if name in _FIXED_OF_ITEMS:
                yield ("items", id_, name), f"`{name}` of item {id_} stays"
            else:
                yield from named(("items", id_, name), name, ShopOrderItem.model_fields, "field of an item")
        bought = fields.get("quantity", known.items().get(id_, 0))
        returned = fields.get("returned", 0)
        if isinstance(returned, int) and isinstance(bought, int) and not 0 <= returned <= bought:
            yield ("items", id_, "returned"), f"of {bought} pieces {returned} cannot have been returned"
    for sku, pieces in world.stock.items():
        yield from named(("stock", sku), sku, known.skus(), "sku")
        if pieces < 0:
            yield ("stock", sku), "stock is not negative"


def _money(world: World) -> Iterator[Fault]:
    back: dict[str, int] = {}
    for number, refund in enumerate(world.refunds):
        yield from named(("refunds", number, "order"), refund.order, known.owners("demo"), "order")
        amount = read_amount(refund.amount)
        if amount is None:
            yield ("refunds", number, "amount"), f"{refund.amount!r} is no amount such as 24.00 EUR"
            continue
        back[refund.order] = back.get(refund.order, 0) + amount.amount
        paid, before = known.paid(refund.order)
        set_ = world.orders.get(refund.order, {})
        if back[refund.order] + set_.get("refunded_cents", before) > set_.get("total_cents", paid):
            yield ("refunds", number, "amount"), f"more of order {refund.order} is refunded than was paid"
    if world.subscriptions and world.customer is None:
        yield ("subscriptions",), "a visitor who is not signed in has no subscription"
    for number, one in enumerate(world.subscriptions or ()):
        if read_amount(one.price) is None:
            yield ("subscriptions", number, "price"), f"{one.price!r} is no amount such as 24.00 EUR"


def _earlier(world: World) -> Iterator[Fault]:
    days = [earlier.days_ago for earlier in world.earlier]
    if days != sorted(days, reverse=True):
        yield ("earlier",), "earlier conversations stand oldest first"
    if world.earlier and world.agents == 0:
        yield ("earlier",), "nobody is at the desk (agents: 0) who could close them"
