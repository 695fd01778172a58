"""What is known to be personal in a conversation, without having to be recognised by its form."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from agent.orders import Address, Customer, Order
from agent.records import Conversation
from agent.results import AccountShown, OrderShown, OrdersShown

_ADDRESS_FIELDS = ("name", "line1", "line2", "postcode", "city", "country")


class Kind(StrEnum):
    """Kinds of personal data, as a model provider reads them: `<EMAIL_4821>`."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"  # the street with its number, or another line of an address
    POSTCODE = "POSTCODE"
    CITY = "CITY"
    NAME = "NAME"
    ORDER = "ORDER"
    CARD = "CARD"  # what is left of one: "•••• 4242"
    ACCOUNT = "ACCOUNT"
    NUMBER = "NUMBER"
    LINK = "LINK"
    CASE = "CASE"
    ID = "ID"  # the shop's own, of an item, a way to pay, a parcel
    SECRET = "SECRET"  # noqa: S105 - a kind, no secret
    TEXT = "TEXT"  # what looks like one of these tokens and is none


@dataclass(frozen=True)
class Known:
    """Whose conversation it is. `conversation` is its id, which makes its tokens its own and is never sent."""

    conversation: str
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


Value = tuple[Kind, str]


def known_of(conversation: Conversation) -> Known:
    """Whose conversation it is."""
    name, email = conversation.customer_name, conversation.customer_email
    return Known(str(conversation.id), (name,) if name else (), (email,) if email else ())


def values_of(known: Known) -> Iterator[Value]:
    """What is known of the customer before any look-up."""
    yield from ((Kind.NAME, name) for name in known.names)
    yield from ((Kind.EMAIL, email) for email in known.emails)


def values_in(result: object) -> Iterator[Value]:
    """What a tool's typed result holds of the customer; nothing for other results."""
    match result:
        case OrdersShown(orders=orders):
            for order in orders:
                yield from _of_order(order)
        case OrderShown(order=order):
            yield from _of_order(order)
        case AccountShown(customer=customer):
            yield from _of_customer(customer)


def values_said(arguments: Any) -> Iterator[Value]:
    """The address in a tool call's arguments, at whatever depth."""
    match arguments:
        case {"line1": _, **others}:
            said = {field: str(arguments.get(field) or "") for field in _ADDRESS_FIELDS}
            yield from _of_address(Address(**said))
            yield from values_said(others)
        case dict():
            for value in arguments.values():
                yield from values_said(value)


def _of_order(order: Order) -> Iterator[Value]:
    yield (Kind.ORDER, order.number)
    yield from ((Kind.ID, item.id) for item in order.items)
    yield (Kind.ID, order.payment_method.id)
    yield from _of_address(order.address)
    if order.tracking:
        yield from ((Kind.LINK, order.tracking.url), (Kind.ID, order.tracking.code))


def _of_customer(customer: Customer) -> Iterator[Value]:
    yield from ((Kind.NAME, customer.name), (Kind.EMAIL, customer.email), (Kind.PHONE, customer.phone))
    yield from ((Kind.ID, method.id) for method in customer.payment_methods)
    yield from ((Kind.ID, subscription.id) for subscription in customer.subscriptions)
    yield (Kind.ID, customer.id)
    if customer.address:
        yield from _of_address(customer.address)


def _of_address(address: Address) -> Iterator[Value]:
    yield (Kind.NAME, address.name)
    yield from ((Kind.ADDRESS, line) for line in (address.line1, address.line2))
    yield from ((Kind.POSTCODE, address.postcode), (Kind.CITY, address.city))
