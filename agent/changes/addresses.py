"""Where an order goes, and where future orders go."""

from agent.actions import ChangeAddress, ChangeDefaultAddress
from agent.addresses import one_line
from agent.cases import Case
from agent.changes.checks import address_is_usable, differs_from, items_never_changed, status_is
from agent.changes.entry import Entry
from agent.orders import OrderStatus
from agent.rules import Code
from agent.verdicts import Objection, refused


def _changed_once_at_most(case: Case[ChangeAddress]) -> Objection | None:
    again = case.order.changes >= case.limits.address_changes
    return refused(Code.ADDRESS_ALREADY_CHANGED) if again else None


def _same_country(case: Case[ChangeAddress]) -> Objection | None:
    country = case.order.address.country
    same = case.action.address.country == country or not case.limits.same_country_only
    return None if same else refused(Code.OTHER_COUNTRY, country=country)


CHANGE_ADDRESS = Entry(
    request=ChangeAddress,
    checks=(
        status_is(OrderStatus.PENDING, Code.TOO_LATE_FOR_ADDRESS),
        items_never_changed,
        _changed_once_at_most,
        address_is_usable,
        _same_country,
        differs_from(lambda case: case.order.address),
    ),
    title=lambda action: f"Change the delivery address of order {action.order}",
    lines=lambda case, _: [
        ("From", one_line(case.order.address)),
        ("To", one_line(case.action.address)),
    ],
    receipt=lambda action, _: f"Order {action.order} now goes to {one_line(action.address)}.",
)

CHANGE_DEFAULT_ADDRESS = Entry(
    request=ChangeDefaultAddress,
    checks=(address_is_usable, differs_from(lambda case: case.customer.address)),
    title=lambda _: "Change the address for future orders",
    lines=lambda case, _: [
        ("From", one_line(case.customer.address) if case.customer.address else "none"),
        ("To", one_line(case.action.address)),
        ("Orders already placed", "stay as they are"),
    ],
    receipt=lambda action, _: f"Future orders go to {one_line(action.address)}.",
    undo="The old address can be set again in the same way.",
)
