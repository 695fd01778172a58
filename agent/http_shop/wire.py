"""Between JSON and what the agent works with. The JSON is described in `openapi.yaml`.

The dataclasses of `agent/orders.py` are its schemas: fields by their names, `Money` as `{"amount": 1295, "currency": "EUR"}`,
times with a zone. Fields that we do not know are ignored; a float is not an amount, "3" is not a number.
"""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from agent.actions import Action
from agent.money import Money
from agent.orders import Customer, Order, OrderItem, Variant
from agent.shop import ShopReceipt
from agent.verdicts import Effects

T = TypeVar("T")

CUSTOMER = TypeAdapter(Customer)
ORDER = TypeAdapter(Order)
ORDERS = TypeAdapter(tuple[Order, ...])
VARIANTS = TypeAdapter(tuple[Variant, ...])
RECEIPT = TypeAdapter(ShopReceipt)
KINDS = TypeAdapter(frozenset[str])
REASON = TypeAdapter(dict[str, object])

_MOST = 10**15  # minor units; what every JSON reader and database keeps exactly


class WrongShapeError(ValueError):
    """An answer is not what `openapi.yaml` says. The message says where, and never what stood there (law 10)."""


def read(adapter: TypeAdapter[T], body: bytes) -> T:
    """What a JSON body says. Raises `WrongShapeError`."""
    try:
        value = adapter.validate_json(body, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        # Pydantic's error holds the whole answer, so it is not chained.
        raise WrongShapeError(f"{first['type']} at {place or 'the top'}") from None
    for part in _parts(value):
        _must_be_sound(part)
    return value


def change(action: Action, effects: Effects) -> bytes:
    """The body that asks for a change: `{kind, arguments, effects}`."""
    arguments = action.model_dump(mode="json")
    asked = {"kind": arguments.pop("kind"), "arguments": arguments, "effects": effects.to_json()}
    return json.dumps(asked, ensure_ascii=False).encode()


def _must_be_sound(part: object) -> None:
    """What the types do not say, and code that calculates with it takes for granted."""
    match part:
        case datetime(tzinfo=None):
            raise WrongShapeError("a time without a zone")
        case Money(amount=amount) if not 0 <= amount < _MOST:
            raise WrongShapeError("an amount out of bounds")
        case OrderItem() as item if not 0 <= item.returned <= item.quantity or item.quantity == 0:
            raise WrongShapeError("a quantity out of bounds")
        case Order() as order if len({m.currency for m in _parts(order) if isinstance(m, Money)}) > 1:
            raise WrongShapeError("two currencies in one order")
        case Variant(stock=stock) if stock < 0:
            raise WrongShapeError("a stock below nothing")


def _parts(value: object) -> Iterator[object]:
    """The value and all that it is made of."""
    yield value
    if isinstance(value, tuple):
        for member in value:
            yield from _parts(member)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _parts(getattr(value, field.name))
