"""Rules that several kinds of change share, as pure functions over a `Case`."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from agent.addresses import MAX_FIELD, normalised, unusable_fields
from agent.cases import GIFT_CARDS, Case, last_day, window_ends
from agent.changes.entry import Bound, Check
from agent.levels import CHARGE, MONEY_ELSEWHERE, NEEDED, may
from agent.money import Money
from agent.orders import Address, OrderStatus, PaymentKind, Swap, Variant
from agent.rules import Code, Limits
from agent.verdicts import Effects, NeedsInput, NeedsPerson, Objection, needs_person, needs_proof, refused

# --- the state of an order -------------------------------------------------------------------------------------


def status_is(status: OrderStatus, otherwise: Code) -> Check:
    """The order must be in this state."""

    def check(case: Case[Any]) -> Objection | None:
        return None if case.order.status is status else refused(otherwise, status=case.order.status)

    return check


def arrived(otherwise: Code) -> Check:
    """The order must be delivered. Where the shop does not say when, no window can be counted: a person looks."""
    delivered = status_is(OrderStatus.DELIVERED, otherwise)

    def check(case: Case[Any]) -> Objection | None:
        if objection := delivered(case):
            return objection
        return needs_person(Code.NOT_BY_CODE) if case.order.delivered_at is None else None

    return check


def items_never_changed(case: Case[Any]) -> Objection | None:
    """Once its items were changed, nothing else of an order is."""
    return refused(Code.ITEMS_ALREADY_CHANGED) if case.order.items_changed else None


def once(kind: str, otherwise: Code) -> Check:
    """Of this kind an order has one change only."""

    def check(case: Case[Any]) -> Objection | None:
        before = any(e.kind == kind and e.order == case.order.number for e in case.facts.earlier)
        return refused(otherwise) if before else None

    return check


def not_settled_otherwise(case: Case[Any]) -> Objection | None:
    """Goods that were sent again, or whose price came back in part, are not refunded once more by code."""
    partly = any(e.kind == "partial_refund" and e.order == case.order.number for e in case.facts.earlier)
    return needs_person(Code.SETTLED_OTHERWISE) if partly or case.order.reshipped else None


def in_the_orders_currency(case: Case[Any]) -> Objection | None:
    """Prices of today in another currency cannot be compared with what was paid."""
    currency = case.order.total.currency
    known = all(variant.price.currency == currency for variant in case.variants.values())
    return None if known else needs_person(Code.OTHER_CURRENCY, currency=currency)


# --- what has to be said ---------------------------------------------------------------------------------------


def said(field: str, explanation: str) -> Check:
    """The request must name this."""

    def check(case: Case[Any]) -> Objection | None:
        return NeedsInput((field,), explanation) if getattr(case.action, field) is None else None

    return check


def pieces_are_of_the_order(case: Case[Any]) -> Objection | None:
    """At least one item, each once, all of this order, at least one piece of each, no more than are left."""
    return _pieces(case, "lines", [(line.item_id, line.quantity) for line in case.action.lines])


def swapped_pieces_are_of_the_order(case: Case[Any]) -> Objection | None:
    """The same for items that are to be changed."""
    return _pieces(case, "swaps", [(swap.item_id, swap.quantity) for swap in case.action.swaps])


def _pieces(case: Case[Any], field: str, asked: list[tuple[str, int]]) -> Objection | None:
    items = case.items
    if not asked or len({id_ for id_, _ in asked}) < len(asked) or any(id_ not in items for id_, _ in asked):
        return NeedsInput((field,), "Which items of this order, each once, by the item ids of the order.")
    for id_, quantity in asked:
        left = items[id_].quantity - items[id_].returned
        if quantity < 1:
            return NeedsInput((field,), "How many pieces of each item: at least one.")
        if left <= 0:
            return refused(Code.ALREADY_IN_RETURN, item=items[id_].name)
        if quantity > left:
            return refused(Code.MORE_THAN_BOUGHT, item=items[id_].name, left=left)
    return None


def address_is_usable(case: Case[Any]) -> Objection | None:
    """Complete, and in the form of a country that the shop delivers to."""
    unusable = unusable_fields(case.action.address)
    explanation = (
        "A complete address: name, street with number, postcode in the form of its country, town, country; at most "
        f"{MAX_FIELD} characters each."
    )
    return NeedsInput(unusable, explanation) if unusable else None


def differs_from(old: Callable[[Case[Any]], Address | None]) -> Check:
    """The new address must not be the old one."""

    def check(case: Case[Any]) -> Objection | None:
        before = old(case)
        same = before is not None and case.action.address == normalised(before)
        return refused(Code.SAME_ADDRESS) if same else None

    return check


# --- goods -----------------------------------------------------------------------------------------------------


def swapped_for_the_same_product(case: Case[Any]) -> Objection | None:
    """Each item for another variant of its own product that can be had."""
    wanted: dict[str, int] = {}
    for swap in case.action.swaps:
        item, variant = case.items[swap.item_id], case.variants.get(swap.sku)
        if variant is None:
            return NeedsInput(("swaps",), "Which option instead, by the sku of show_variants.")
        if variant.product != item.product:
            return refused(Code.OTHER_PRODUCT, item=variant.name)
        if variant.sku == item.sku:
            return refused(Code.SAME_VARIANT, item=f"{item.name} ({item.variant})")
        wanted[swap.sku] = wanted.get(swap.sku, 0) + swap.quantity
        if wanted[swap.sku] > variant.stock:
            return refused(Code.OUT_OF_STOCK, item=f"{variant.name} ({variant.variant})")
    return None


def difference(swaps: Iterable[Swap], case: Case[Any]) -> Money:
    """What the new items cost more than the old ones; negative if they cost less."""
    result = Money.zero(case.order.total.currency)
    for swap in swaps:
        variant: Variant = case.variants[swap.sku]
        result += (variant.price - case.items[swap.item_id].unit_price) * swap.quantity
    return result


def within(
    days: Callable[[Limits], int], since: Callable[[Case[Any]], datetime | None], otherwise: Code
) -> Check:
    """A window of days, counted on the calendar."""

    def check(case: Case[Any]) -> Objection | None:
        begin, length = since(case), days(case.limits)
        if begin is not None and case.now >= window_ends(begin, length, case.limits.time_zone):
            return refused(otherwise, days=length, last_day=last_day(begin, length, case.limits.time_zone))
        return None

    return check


def delivered_at(case: Case[Any]) -> datetime | None:
    """When the order arrived."""
    return case.order.delivered_at


def not_kept_by_rule(asked: Iterable[str], case: Case[Any]) -> bool:
    """Whether none of the items is of a kind that never comes back."""
    items = [case.items[id_] for id_ in asked]
    return not any(i.final_sale or i.personalised or i.hygiene or i.category == GIFT_CARDS for i in items)


# --- payment ---------------------------------------------------------------------------------------------------


def method_is_the_customers(case: Case[Any]) -> Objection | None:
    """The payment method must be one of the customer's own."""
    if case.method(case.action.method) is None:
        return NeedsInput(
            ("method",), "Which of the customer's payment methods, by its id from show_account."
        )
    return None


def gift_card_holds(amount: Callable[[Case[Any]], Money]) -> Check:
    """A gift card must hold what is to be paid with it."""

    def check(case: Case[Any]) -> Objection | None:
        method, due = case.method(case.action.method), amount(case)
        if method is None or method.kind is not PaymentKind.GIFT_CARD or due.amount <= 0:
            return None
        held = method.balance or Money.zero(due.currency)
        return (
            None
            if held.currency == due.currency and held >= due
            else refused(Code.BALANCE_TOO_LOW, amount=due)
        )

    return check


# --- bounds: amounts -------------------------------------------------------------------------------------------


def refund_within(code: Code, limit: Callable[[Limits], Money]) -> tuple[Bound, ...]:
    """Above the limit of its kind a person decides; so above what one customer, or all in a day, may get from code."""

    def in_our_currency(case: Case[Any], effects: Effects) -> Objection | None:
        if effects.refund is None:
            return None
        currency, limits = effects.refund.currency, case.limits
        measures = (
            limit(limits), case.facts.refunded, limits.refunds_of_a_customer, limits.refunds_of_a_day
        )  # fmt: skip
        known = all(measure.currency == currency for measure in measures)
        return None if known else needs_person(Code.OTHER_CURRENCY, currency=currency)

    def of_its_kind(case: Case[Any], effects: Effects) -> Objection | None:
        most = limit(case.limits)
        return needs_person(code, most) if effects.refund is not None and effects.refund > most else None

    return in_our_currency, of_its_kind, _within_what_a_customer_gets, _within_what_a_day_allows


def _within_what_a_customer_gets(case: Case[Any], effects: Effects) -> NeedsPerson | None:
    most, days = case.limits.refunds_of_a_customer, case.limits.refunds_of_a_customer_days
    if effects.refund is None or case.facts.refunded + effects.refund <= most:
        return None
    return needs_person(Code.CUSTOMER_OVER_LIMIT, most, days=days)


def _within_what_a_day_allows(case: Case[Any], effects: Effects) -> NeedsPerson | None:
    most, by_all = case.limits.refunds_of_a_day, case.facts.refunded_by_all
    if effects.refund is None or by_all is None or by_all + effects.refund <= most:
        return None
    return needs_person(Code.DAY_OVER_LIMIT, most)


def no_more_than_was_paid(case: Case[Any], effects: Effects) -> Objection | None:
    """All refunds of an order together stay within what was paid for it; who is owed more is looked after by a person."""
    if effects.refund is None or effects.refund.currency != case.order.total.currency:
        return None
    return needs_person(Code.NOTHING_LEFT, left=case.order.left) if effects.refund > case.order.left else None


def charge_within_limit(case: Case[Any], effects: Effects) -> Objection | None:
    """A larger payment is taken by a person."""
    if effects.charge is None:
        return None
    if effects.charge.currency != case.limits.charge.currency:
        return needs_person(Code.OTHER_CURRENCY, currency=effects.charge.currency)
    return (
        needs_person(Code.CHARGE_OVER_LIMIT, case.limits.charge)
        if effects.charge > case.limits.charge
        else None
    )


# --- every change ----------------------------------------------------------------------------------------------

_DAY = timedelta(days=1)


def done_by_this_shop(case: Case[Any]) -> Objection | None:
    """Kinds of change that a shop does not do at all, or leaves to a person."""
    if code := case.limits.refused_kinds.get(case.action.kind):
        return refused(code)
    return needs_person(Code.BY_PERSON) if case.action.kind in case.limits.by_person else None


def known_well_enough(case: Case[Any]) -> Objection | None:
    """The level must be enough for this kind of change."""
    kind = case.action.kind
    return None if may(case.level, kind) else needs_proof(NEEDED[kind])


def money_goes_where_the_level_reaches(case: Case[Any], effects: Effects) -> Objection | None:
    """A refund to a new place, and a charge, need more than the change alone."""
    acts = []
    if effects.refund is not None and effects.refund_to != case.order.payment_method.label:
        acts.append(MONEY_ELSEWHERE)
    if effects.charge is not None:
        acts.append(CHARGE)
    missing = [NEEDED[act] for act in acts if not may(case.level, act)]
    return needs_proof(max(missing, key=lambda level: level.rank)) if missing else None


def signed_in_lately(case: Case[Any]) -> Objection | None:
    """Where a stolen session would do most harm, the sign-in must be recent; where a shop does not tell, a person asks."""
    limits = case.limits
    if case.action.kind not in limits.recent_sign_in:
        return None
    if case.signed_in_for is None:
        return needs_person(Code.IDENTITY_UNPROVEN)
    recent = case.signed_in_for <= timedelta(minutes=limits.sign_in_minutes)
    return None if recent else NeedsInput(("sign_in",), SIGN_IN_AGAIN)


SIGN_IN_AGAIN = "For this, sign in to the shop again first: the last sign-in was too long ago."


def not_too_many_today(case: Case[Any]) -> Objection | None:
    """More changes within 24 hours than anybody needs are looked at by a person."""
    today = sum(e.at > case.now - _DAY for e in case.facts.earlier)
    return needs_person(Code.TOO_MANY_CHANGES) if today >= case.limits.changes_of_a_customer_a_day else None
