"""Every amount that bounds a change is kept to the smallest unit, in currencies with none, two and three decimals."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import (
    CancelItems,
    CancelOrder,
    CancelReason,
    ChangeItems,
    ChangePayment,
    ExchangeItems,
    Goodwill,
    GoodwillReason,
    PartialReason,
    PartialRefund,
    Reship,
    ReturnItems,
    ReturnReason,
)
from agent.cases import CustomerFacts
from agent.money import CURRENCIES, Money
from agent.orders import OrderStatus, PaymentKind, PaymentMethod, Refund, ReturnLine, Swap, Tracking
from agent.rules import Code
from agent.verdicts import Allowed
from tests.agent.changes_world import LARGER, MAEVE, OPEN, PENDING, SAME, VISA, judged, told
from tests.agent.orders_world import NOW, item, order

currencies = st.sampled_from(CURRENCIES)  # JPY has no decimals, KWD three
HIGH = 10**11
LOST = {
    "status": OrderStatus.SHIPPED,
    "delivered_at": None,
    "tracking": Tracking("An Post", "1", "", lost=True),
}


def limits_in(currency, **changed):
    """Limits that never bind, in a currency, but for those that are given."""
    amounts = {f.name: HIGH for f in fields(OPEN) if isinstance(getattr(OPEN, f.name), Money)}
    amounts |= {"return_label": 0} | changed
    return replace(OPEN, **{name: Money(amount, currency) for name, amount in amounts.items()})


class Shelf:
    """One delivered or pending order in a currency, and the same request at any price."""

    def __init__(self, currency, limits, refunded=0, by_all=0):
        self.currency, self.limits = currency, limits
        self.facts = CustomerFacts(self.money(refunded), self.money(by_all))

    def money(self, amount):
        return Money(amount, self.currency)

    def order(self, price, quantity=1, others=0, **changes):
        goods = [item(unit_price=self.money(price), quantity=quantity)]
        goods += [item(id="i2", unit_price=self.money(others))] if others else []
        paid = changes.pop("paid", price * quantity + others)
        return order(*goods, shipping=self.money(0), total=self.money(paid), **changes)

    def judged(self, action, this, goods=()):
        return judged(action, this, facts=self.facts, limits=self.limits, goods=goods)


LINES = (ReturnLine("i1", 1),)
_BACK = ReturnItems(order="TT-1", lines=LINES, refund_to="original")
_SWAP = (Swap("i1", "L"),)


def _cancel(shelf, amount):
    action = CancelOrder(order="TT-1", reason=CancelReason.NO_LONGER_NEEDED)
    return shelf.judged(action, shelf.order(amount, **PENDING))


def _cancel_items(shelf, amount):
    action = CancelItems(order="TT-1", lines=LINES, reason=CancelReason.NO_LONGER_NEEDED)
    return shelf.judged(action, shelf.order(amount, others=5, **PENDING))


def _return(shelf, amount):
    return shelf.judged(_BACK, shelf.order(amount))


def _missing(shelf, amount):
    return shelf.judged(PartialRefund(order="TT-1", lines=LINES, reason=PartialReason.MISSING), shelf.order(amount))  # fmt: skip


def _price_drop(shelf, amount):
    action = PartialRefund(order="TT-1", lines=LINES, reason=PartialReason.PRICE_DROPPED)
    today = replace(SAME, price=shelf.money(7))
    return shelf.judged(action, shelf.order(amount + 7), [today])


def _goodwill(shelf, amount):
    digits = {"JPY": 0, "KWD": 3}.get(shelf.currency, 2)
    whole, part = divmod(amount, 10**digits)
    text = f"{whole}.{part:0{digits}d}" if digits else str(whole)
    action = Goodwill(order="TT-1", amount=text, reason=GoodwillReason.LATE_DELIVERY)
    return shelf.judged(action, shelf.order(amount, others=5))


def _dearer(kind):
    def swap(shelf, amount):
        this = shelf.order(9) if kind is ExchangeItems else shelf.order(9, **PENDING)
        dearer = replace(LARGER, price=shelf.money(9 + amount))
        return shelf.judged(kind(order="TT-1", swaps=_SWAP, method="visa"), this, [dearer])

    return swap


def _cheaper(kind):
    def swap(shelf, amount):
        this = shelf.order(9 + amount) if kind is ExchangeItems else shelf.order(9 + amount, **PENDING)
        cheaper = replace(LARGER, price=shelf.money(9))
        return shelf.judged(kind(order="TT-1", swaps=_SWAP, method="visa"), this, [cheaper])

    return swap


def _payment(shelf, amount):
    return shelf.judged(ChangePayment(order="TT-1", method="paypal"), shelf.order(amount, **PENDING))


def _reship(shelf, amount):
    stock = replace(SAME, price=shelf.money(1))
    return shelf.judged(Reship(order="TT-1"), shelf.order(amount, **LOST), [stock])


# Each way in which money moves: the limit that bounds it, the code of a person, and the request that moves an amount.
REFUNDS = {
    "cancel": ("refund_of_a_cancellation", Code.CANCELLATION_OVER_LIMIT, _cancel),
    "cancel items": ("refund_of_a_cancellation", Code.CANCELLATION_OVER_LIMIT, _cancel_items),
    "return": ("refund_of_a_return", Code.RETURN_OVER_LIMIT, _return),
    "missing": ("partial_refund", Code.PARTIAL_OVER_LIMIT, _missing),
    "price drop": ("partial_refund", Code.PARTIAL_OVER_LIMIT, _price_drop),
    "goodwill": ("goodwill", Code.GOODWILL_NEEDS_PERSON, _goodwill),
    "cheaper change": ("refund_of_a_return", Code.RETURN_OVER_LIMIT, _cheaper(ChangeItems)),
    "cheaper exchange": ("refund_of_a_return", Code.RETURN_OVER_LIMIT, _cheaper(ExchangeItems)),
}
OTHERS = {
    "dearer change": ("charge", Code.CHARGE_OVER_LIMIT, _dearer(ChangeItems)),
    "dearer exchange": ("charge", Code.CHARGE_OVER_LIMIT, _dearer(ExchangeItems)),
    "payment": ("charge", Code.CHARGE_OVER_LIMIT, _payment),
    "reship": ("reshipped_goods", Code.RESHIP_OVER_LIMIT, _reship),
}
amounts = st.integers(2, 10**9)


@pytest.mark.parametrize("way", REFUNDS | OTHERS)
@given(limit=amounts, currency=currencies)
def test_code_moves_one_unit_less_and_exactly_the_limit_and_not_one_unit_more(way, limit, currency):
    name, code, asked = (REFUNDS | OTHERS)[way]
    shelf = Shelf(currency, limits_in(currency, **{name: limit}))
    for amount in (limit - 1, limit):
        effects = asked(shelf, amount).effects
        if way != "reship":
            assert (effects.refund or effects.charge) == Money(amount, currency)
    verdict = asked(shelf, limit + 1)
    assert (told(verdict), verdict.limit) == (code, Money(limit, currency))
    assert str(Money(limit, currency)) in verdict.explanation or way == "goodwill"


@pytest.mark.parametrize("way", REFUNDS)
@given(cap=amounts, before=st.integers(0, 10**9), currency=currencies, off=st.integers(-1, 1))
def test_no_refund_takes_one_customer_a_unit_over_their_limit(way, cap, before, currency, off):
    shelf = Shelf(currency, limits_in(currency, refunds_of_a_customer=before + cap), refunded=before)
    expected = Code.CUSTOMER_OVER_LIMIT if off > 0 else Money(cap + off, currency)
    verdict = REFUNDS[way][2](shelf, cap + off)
    assert (verdict.effects.refund if isinstance(verdict, Allowed) else told(verdict)) == expected


@pytest.mark.parametrize("way", REFUNDS)
@given(cap=amounts, before=st.integers(0, 10**9), currency=currencies, off=st.integers(-1, 1))
def test_no_refund_takes_all_customers_of_a_day_a_unit_over_the_limit(way, cap, before, currency, off):
    shelf = Shelf(currency, limits_in(currency, refunds_of_a_day=before + cap), by_all=before)
    expected = Code.DAY_OVER_LIMIT if off > 0 else Money(cap + off, currency)
    verdict = REFUNDS[way][2](shelf, cap + off)
    assert (verdict.effects.refund if isinstance(verdict, Allowed) else told(verdict)) == expected


@given(price=st.integers(1, 10**6), paid=st.integers(0, 10**6), back=st.integers(0, 10**6), currency=currencies)  # fmt: skip
def test_no_more_than_is_left_of_what_was_paid_goes_back(price, paid, back, currency):
    """Where a discount or an earlier refund leaves less than an item's price, a person looks."""
    back = min(back, paid)
    shelf = Shelf(currency, limits_in(currency))
    refunds = (Refund(Money(back, currency), NOW - timedelta(days=1), "card"),)
    verdict = shelf.judged(_BACK, shelf.order(price, paid=paid, refunds=refunds))
    if price <= paid - back:
        assert verdict.effects.refund == Money(price, currency)
    else:
        assert told(verdict) is Code.NOTHING_LEFT
    cancelled = shelf.judged(
        CancelOrder(order="TT-1", reason=CancelReason.ORDERED_BY_MISTAKE),
        shelf.order(price, paid=paid, refunds=refunds, **PENDING),
    )
    assert cancelled.effects.refund == Money(paid - back, currency)


@given(price=st.integers(0, 10**6), label=st.integers(0, 10**4), currency=currencies)
def test_what_a_return_deducts_and_what_it_refunds_are_the_price(price, label, currency):
    shelf = Shelf(currency, limits_in(currency, return_label=label))
    effects = _return(shelf, price).effects
    assert effects.refund + effects.fee == Money(price, currency)
    assert effects.fee == Money(min(label, price), currency)


@given(price=st.integers(0, 10**6), pieces=st.lists(st.integers(1, 9), min_size=1, max_size=5), currency=currencies)  # fmt: skip
def test_pieces_that_come_back_one_parcel_at_a_time_are_worth_what_they_were_at_once(price, pieces, currency):
    shelf, bought = Shelf(currency, limits_in(currency)), sum(pieces)

    def back(quantity, returned):
        this = shelf.order(price, bought)
        this = replace(this, items=(replace(this.items[0], returned=returned),))
        lines = (ReturnLine("i1", quantity),)
        action = ReturnItems(order="TT-1", lines=lines, reason=ReturnReason.FAULTY, refund_to="original")
        return shelf.judged(action, this).effects.refund.amount

    steps = [back(quantity, sum(pieces[:place])) for place, quantity in enumerate(pieces)]
    assert sum(steps) == back(bought, 0) == price * bought


@given(price=st.integers(1, 10**6), others=st.integers(1, 10**6), bought=st.integers(2, 20), taken=st.integers(1, 19), currency=currencies)  # fmt: skip
def test_cancelling_some_items_and_then_the_rest_sends_back_what_was_paid(
    price, others, bought, taken, currency
):
    taken = min(taken, bought - 1)
    shelf = Shelf(currency, limits_in(currency))
    some = CancelItems(order="TT-1", lines=(ReturnLine("i1", taken),), reason=CancelReason.NO_LONGER_NEEDED)
    first = shelf.judged(some, shelf.order(price, bought, others, **PENDING)).effects.refund
    rest = shelf.order(price, bought - taken, others, paid=price * bought + others, refunds=(Refund(first, NOW, "card"),), **PENDING)  # fmt: skip
    whole = CancelOrder(order="TT-1", reason=CancelReason.NO_LONGER_NEEDED)
    assert first + shelf.judged(whole, rest).effects.refund == Money(price * bought + others, currency)


@pytest.mark.parametrize("kind", [ChangeItems, ExchangeItems])
@given(old=st.integers(0, 10**6), new=st.integers(0, 10**6), quantity=st.integers(1, 9), currency=currencies)  # fmt: skip
def test_a_swap_there_and_back_costs_nothing(kind, old, new, quantity, currency):
    shelf = Shelf(currency, limits_in(currency))
    state = PENDING if kind is ChangeItems else {}
    action = kind(order="TT-1", swaps=(Swap("i1", "L", quantity),), method="visa")

    def due(price, other):
        goods = [replace(LARGER, price=shelf.money(other), stock=quantity)]
        effects = shelf.judged(action, shelf.order(price, quantity, **state), goods).effects
        return (effects.charge.amount if effects.charge else 0) - (
            effects.refund.amount if effects.refund else 0
        )

    assert due(old, new) == -due(new, old) == (new - old) * quantity


@given(due=st.integers(1, 10**6), off=st.integers(-1, 1), currency=currencies)
def test_a_gift_card_pays_as_long_as_it_holds_the_whole_amount(due, off, currency):
    shelf = Shelf(currency, limits_in(currency))
    card = PaymentMethod(PaymentKind.GIFT_CARD, "gift card", "gift", Money(due - off, currency))
    customer = replace(MAEVE, payment_methods=(VISA, card))
    action = ChangePayment(order="TT-1", method="gift")
    verdict = judged(action, shelf.order(due, **PENDING), limits=shelf.limits, customer=customer, goods=())
    assert isinstance(verdict, Allowed) is (off <= 0)
    assert off <= 0 or told(verdict) is Code.BALANCE_TOO_LOW


@pytest.mark.parametrize("way", REFUNDS)
def test_an_order_in_another_currency_than_the_limits_is_a_persons(way):
    shelf = Shelf("EUR", limits_in("EUR"))
    shelf.currency = "JPY"
    assert told(REFUNDS[way][2](shelf, 10)) is Code.OTHER_CURRENCY


@pytest.mark.parametrize("way", REFUNDS)
@pytest.mark.parametrize("limit", ["refunds_of_a_customer", "refunds_of_a_day"])
def test_where_one_limit_is_in_another_currency_a_person_looks_and_nothing_breaks(way, limit):
    limits = replace(limits_in("EUR"), **{limit: Money(HIGH, "GBP")})
    shelf = Shelf("EUR", limits)
    shelf.facts = CustomerFacts(Money.zero(limits.refunds_of_a_customer.currency))
    assert told(REFUNDS[way][2](shelf, 10)) is Code.OTHER_CURRENCY
