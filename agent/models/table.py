"""What lies on the table while a request is filled in, and what a blank of it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.models.options import size_order
from agent.models.task import Task
from agent.orders import Customer, Order, OrderItem, PaymentMethod, Variant


@dataclass(frozen=True)
class Table:
    """What lies on the table while a request is filled in: the request, and what the tools have shown."""

    task: Task
    order: Order | None = None
    customer: Customer | None = None
    variants: tuple[Variant, ...] = ()

    @property
    def given(self) -> Mapping[str, Any]:
        """What is filled in so far."""
        return self.task.given

    @property
    def left(self) -> list[OrderItem]:
        """The items of the order of which pieces are left."""
        return [item for item in self.order.items if item.quantity > item.returned] if self.order else []

    @property
    def chosen(self) -> list[OrderItem]:
        """The items that the request is about."""
        return [item for item in self.left if item.id in self.given.get("items", ())]

    @property
    def methods(self) -> list[PaymentMethod]:
        """The customer's payment methods and that of the order; of a change of payment, the others."""
        own = list(self.customer.payment_methods) if self.customer else []
        paid = self.order.payment_method if self.order else None
        if self.task.wish == "change_payment":
            return [method for method in own if paid is None or method.id != paid.id]
        return own if paid is None or any(m.id == paid.id for m in own) else [*own, paid]

    def options(self, item: OrderItem) -> list[Variant]:
        """The other options of an item's product, in the order in which they are listed."""
        others = [v for v in self.variants if v.product == item.product and v.sku != item.sku]
        return sorted(others, key=lambda variant: size_order(variant.variant))


Question = tuple[str, str]
"""What is asked for, with what it is about after a colon; and the words."""


@dataclass(frozen=True)
class Heard:
    """A message. Where it `answers` the question for a blank, "the second" and "both" mean something."""

    text: str
    answers: bool = False


@dataclass(frozen=True)
class Blank:
    """`read` gives what a message says of it, nothing for nothing; `ask` the question, None if there is nothing to choose."""

    read: Callable[[Heard, Table], Any]
    ask: Callable[[Table], Question | None]
