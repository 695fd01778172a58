"""What is read of a store: customers, their own orders, variants. Every read is bound to a customer (law 9)."""

import asyncio

from agent.actions import normalised_number
from agent.errors import ShopUnavailable
from agent.orders import Customer, Order, Variant
from agent.shopify_shop import documents
from agent.shopify_shop.api import ShopifyApi
from agent.shopify_shop.orders import customer_of, order_of, variant_of
from agent.shopify_shop.shapes import (
    CustomerShape,
    LineShape,
    NameShape,
    OrderShape,
    Ref,
    ReturnableShape,
    VariantShape,
)
from agent.shopify_shop.wire import gid, read, read_page

_AT_ONCE = 4  # orders that are read beside each other; more would empty Shopify's bucket


class Reading:
    """Reads of one store, in the agent's words and, for changes, in Shopify's own. All raise `ShopUnavailable`."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        asked = gid("Customer", customer_id)
        if asked is None:
            return None
        data = await self._api.read("a customer", documents.CUSTOMER, id=asked)
        if data.get("customer") is None:
            return None
        found = customer_of(read(CustomerShape, data["customer"], "a customer"))
        return found if found.id == customer_id else None

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders, newest first; without the scope `read_all_orders` those of the last 60 days."""
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(name: NameShape) -> Order | None:
            async with room:
                shape = await self.own(customer_id, name.id)
                return await self.whole(customer_id, shape) if shape else None

        found = await asyncio.gather(*(one(name) for name in await self._names(customer_id)))
        own = (order for order in found if order is not None)
        return tuple(sorted(own, key=lambda order: order.placed_at, reverse=True))

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order; None alike for a missing one and for somebody else's."""
        shape = await self.shape(customer_id, number)
        return await self.whole(customer_id, shape) if shape else None

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """The variants of a product, priced in the store's own currency."""
        asked, after, found = gid("Product", product), None, list[Variant]()
        while asked is not None:
            data = await self._api.read("variants", documents.VARIANTS, id=asked, after=after)
            if data.get("product") is None:
                break
            try:
                currency, title = str(data["shop"]["currencyCode"]), str(data["product"]["title"])
                page = read_page(VariantShape, data["product"]["variants"], "variants")
                found += (variant_of(shape, product, title, currency) for shape in page.nodes)
            except (KeyError, TypeError, ValueError):
                raise ShopUnavailable("Shopify's answer to variants is not understood.") from None
            after = page.after(after)
            if after is None:
                break
        return tuple(found)

    async def _names(self, customer_id: str) -> list[NameShape]:
        """The names of the customer's orders, newest first. By the customer, not by a search, which lags behind."""
        asked, after, found = gid("Customer", customer_id), None, list[NameShape]()
        while asked is not None:
            data = await self._api.read("orders", documents.ORDER_NAMES, id=asked, after=after)
            if data.get("customer") is None:
                break
            if read(Ref, data["customer"], "orders").id != asked:
                break
            page = read_page(NameShape, data["customer"].get("orders"), "orders")
            found += page.nodes
            after = page.after(after)
            if after is None:
                break
        return found

    async def shape(self, customer_id: str, number: str) -> OrderShape | None:
        """The customer's order of this number as Shopify tells it; None alike for a missing one and for somebody else's."""
        names = await self._names(customer_id)
        ids = [name.id for name in names if normalised_number(name.name) == number]
        return await self.own(customer_id, ids[0]) if len(ids) == 1 else None

    async def own(self, customer_id: str, order_id: str) -> OrderShape | None:
        """An order as Shopify tells it, if it is this customer's."""
        data = await self._api.read("an order", documents.ORDER, id=order_id)
        if data.get("order") is None:
            return None
        shape = read(OrderShape, data["order"], "an order")
        if any(len(getattr(shape, name)) >= most for name, most in documents.MOST.items()):
            raise ShopUnavailable("An order has more movements, refunds or parcels than are read.")
        own = shape.customer is not None and shape.customer.id == gid("Customer", customer_id)
        return shape if own and shape.id == order_id else None

    async def whole(self, customer_id: str, shape: OrderShape) -> Order:
        """The order in the agent's words, with all of its lines."""
        lines, after = list(shape.line_items.nodes), shape.line_items.after(None)
        while after is not None:
            data = await self._api.read("an order's lines", documents.LINES, id=shape.id, after=after)
            more = read_page(LineShape, (data.get("order") or {}).get("lineItems"), "an order's lines")
            lines += more.nodes
            after = more.after(after)
        return order_of(shape, tuple(lines), customer_id)

    async def returnable(self, shape: OrderShape) -> tuple[ReturnableShape, ...]:
        """What of an order's parcels can still come back."""
        data = await self._api.read("what can be returned", documents.RETURNABLE, id=shape.id)
        told = data.get("returnableFulfillments") or {}
        return tuple(read(ReturnableShape, node, "what can be returned") for node in told.get("nodes") or ())
