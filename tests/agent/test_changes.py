"""The kinds of change besides cancelling, address and return (those stand in test_policy.py): each rule as a row."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.actions import (
    CancelItems,
    CancelReason,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    ExchangeItems,
    Goodwill,
    GoodwillReason,
    PartialReason,
    PartialRefund,
    Reship,
    ReturnItems,
    StopRenewal,
)
from agent.cases import Case, Earlier
from agent.changes import CHANGES
from agent.money import Money
from agent.orders import (
    Address,
    OrderStatus,
    Refund,
    ReturnLine,
    Swap,
    Tracking,
)
from agent.rules import RULES, Code
from agent.verdicts import Allowed, Effects, RefundTime, Refused
from tests.agent.changes_world import (
    FRESH,
    GOODS,
    LARGER,
    MAEVE,
    OPEN,
    PENDING,
    SAME,
    SOCKS,
    euro,
    judged,
    told,
)
from tests.agent.orders_world import HOME, NOW, item, order


def swapped(kind, sku="L", method="visa", quantity=1, item_id="i1"):
    return kind(order="TT-1", swaps=(Swap(item_id, sku, quantity),), method=method)


# --- items of a pending order, and exchanges


@pytest.mark.parametrize("kind", [ChangeItems, ExchangeItems])
@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        ({"sku": "L"}, Effects(charge=euro(10_00), method="visa", refund_to="Visa •••• 4242")),
        ({"sku": "L", "method": "gift"}, Effects(charge=euro(10_00), method="gift", refund_to="gift card •••• 7731")),
        ({"sku": "XS", "method": "paypal"}, Effects(refund=euro(5_00), method="paypal", refund_to="PayPal", refund_when=RefundTime.AFTER_CANCELLATION)),
        ({"sku": "M2"}, Code.OUT_OF_STOCK),
        ({"sku": "S"}, Code.SAME_VARIANT),
        ({"sku": "B"}, Code.OTHER_PRODUCT),
        ({"sku": "nothing"}, ("swaps",)),
        ({"item_id": "i9"}, ("swaps",)),
        ({"quantity": 0}, ("swaps",)),
        ({"quantity": 2}, Code.MORE_THAN_BOUGHT),
        ({"method": "somebody_elses"}, ("method",)),
        ({"method": None}, ("method",)),
    ],
)  # fmt: skip
def test_an_item_is_changed_for_another_option_of_its_product(kind, asked, outcome):
    this = order(**PENDING) if kind is ChangeItems else order()
    assert told(judged(swapped(kind, **asked), this)) == outcome


def test_a_gift_card_must_hold_the_difference_to_the_cent():
    dear = replace(LARGER, price=euro(70_00))
    assert isinstance(judged(swapped(ChangeItems, method="gift"), order(**PENDING), goods=[dear]), Allowed)
    dearer = replace(LARGER, price=euro(70_01))
    verdict = judged(swapped(ChangeItems, method="gift"), order(**PENDING), goods=[dearer])
    assert (told(verdict), "€20.01" in verdict.explanation) == (Code.BALANCE_TOO_LOW, True)


def test_the_stock_must_do_for_all_pieces_of_a_request():
    both = ChangeItems(order="TT-1", swaps=(Swap("i1", "L", 2), Swap("i2", "L", 2)), method="visa")
    this = order(item(quantity=2), item(id="i2", quantity=2), **PENDING)
    assert told(judged(both, this)) is Code.OUT_OF_STOCK


def test_a_shop_that_takes_no_difference_asks_for_no_payment_method():
    free = replace(OPEN, swaps_cost=False)
    assert judged(swapped(ExchangeItems, method=None), order(), limits=free) == Allowed(Effects())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": OrderStatus.SHIPPED}, Code.NOT_DELIVERED_FOR_EXCHANGE),
        ({"exchanged": True}, Code.ALREADY_EXCHANGED),
        ({"delivered_at": NOW - timedelta(days=31)}, Code.EXCHANGE_WINDOW_OVER),
    ],
)
def test_an_exchange_has_its_time(changes, code):
    assert told(judged(swapped(ExchangeItems), order(**changes))) is code


@pytest.mark.parametrize("kind", ["final_sale", "hygiene", "personalised"])
def test_what_never_comes_back_is_not_exchanged_either(kind):
    assert told(judged(swapped(ExchangeItems), order(item(**{kind: True})))) is Code.NOT_EXCHANGED


@pytest.mark.parametrize(
    "action",
    [
        swapped(ChangeItems),
        ChangePayment(order="TT-1", method="paypal"),
        CancelItems(order="TT-1", lines=(ReturnLine("i1", 1),), reason=CancelReason.NO_LONGER_NEEDED),
    ],
)
@pytest.mark.parametrize(
    "changes", [{"items_changed": True}, {"status": OrderStatus.PACKED}, {"status": OrderStatus.DELIVERED}]
)
def test_only_a_pending_order_with_its_first_items_is_changed(action, changes):
    verdict = judged(action, order(item(quantity=2), **(PENDING | changes)))
    assert isinstance(verdict, Refused)


# --- payment


@pytest.mark.parametrize(
    ("method", "outcome"),
    [
        ("paypal", Effects(charge=euro(20_00), method="paypal", refund_to="PayPal", refund_when=RefundTime.AFTER_CANCELLATION)),
        ("gift", Effects(charge=euro(20_00), method="gift", refund_to="gift card •••• 7731", refund_when=RefundTime.AFTER_CANCELLATION)),
        ("visa", Code.SAME_PAYMENT),
        ("", ("method",)),
        ("somebody_elses", ("method",)),
    ],
)  # fmt: skip
def test_an_order_is_paid_with_another_of_the_customers_own_methods(method, outcome):
    this = order(item(unit_price=euro(20_00)), **PENDING)
    assert told(judged(ChangePayment(order="TT-1", method=method), this)) == outcome


def test_a_gift_card_must_hold_the_whole_order():
    this = order(item(unit_price=euro(20_01)), **PENDING)
    assert told(judged(ChangePayment(order="TT-1", method="gift"), this)) is Code.BALANCE_TOO_LOW


# --- some items


def test_items_are_cancelled_and_their_price_goes_back_but_not_every_item():
    this = order(item(quantity=3), item(id="i2"), **PENDING)

    def some(*lines):
        return judged(CancelItems(order="TT-1", lines=lines, reason=CancelReason.ORDERED_BY_MISTAKE), this)

    assert told(some(ReturnLine("i1", 2))).refund == euro(100_00)
    assert told(some(ReturnLine("i1", 3), ReturnLine("i2", 1))) is Code.EVERY_ITEM
    assert told(some()) == ("lines",)
    assert told(some(ReturnLine("i1", 1), ReturnLine("i1", 1))) == ("lines",)


# --- part of the price


def part(reason):
    return PartialRefund(order="TT-1", lines=(ReturnLine("i1", 1),), reason=reason)


def test_the_difference_to_todays_lower_price_comes_back():
    cheaper = replace(SAME, price=euro(38_00))
    verdict = judged(part(PartialReason.PRICE_DROPPED), order(), goods=[cheaper])
    assert (told(verdict).refund, told(verdict).refund_to) == (euro(12_00), "Visa •••• 4242")


@pytest.mark.parametrize(
    ("reason", "changes", "facts", "outcome"),
    [
        (None, {}, FRESH, ("reason",)),
        (PartialReason.PRICE_DROPPED, {}, FRESH, Code.PRICE_NOT_LOWER),
        (PartialReason.PRICE_DROPPED, {"placed_at": NOW - timedelta(days=15)}, FRESH, Code.PRICE_WINDOW_OVER),
        (PartialReason.MISSING, {"delivered_at": NOW - timedelta(days=15)}, FRESH, Code.CLAIM_WINDOW_OVER),
        (PartialReason.DAMAGED, {"delivered_at": NOW - timedelta(days=8)}, FRESH, Code.CLAIM_WINDOW_OVER),
        (PartialReason.DAMAGED, PENDING, FRESH, Code.NOT_DELIVERED),
        (PartialReason.DAMAGED, {}, FRESH, Code.PARTIAL_OVER_LIMIT),
        (PartialReason.DAMAGED, {}, replace(FRESH, earlier=(Earlier("partial_refund", "TT-1", NOW),)), Code.PARTLY_REFUNDED),
    ],
)  # fmt: skip
def test_a_part_of_the_price_has_its_rules(reason, changes, facts, outcome):
    assert told(judged(part(reason), order(**changes), facts=facts)) == outcome


def test_a_small_claim_is_paid_by_code_exactly_up_to_the_limit():
    cheap = order(item(unit_price=euro(25_00)))
    assert told(judged(part(PartialReason.MISSING), cheap)).refund == euro(25_00)
    dear = order(item(unit_price=euro(25_01)))
    assert judged(part(PartialReason.MISSING), dear).limit == euro(25_00)


# --- goodwill


@pytest.mark.parametrize(
    "amount", [None, "", "0", "0.00", "-5", "NaN", "1e9", "12.345", "5 USD", "５,00", "x" * 16]
)
def test_goodwill_takes_no_amount_that_is_none(amount):
    action = Goodwill(order="TT-1", amount=amount, reason=GoodwillReason.LATE_DELIVERY)
    assert told(judged(action, order())) == ("amount",)


def test_goodwill_is_a_persons_to_give_unless_the_shop_sets_a_limit():
    action = Goodwill(order="TT-1", amount="10.00", reason=GoodwillReason.WRONG_PROMISE)
    assert told(judged(action, order())) is Code.GOODWILL_NEEDS_PERSON
    generous = replace(OPEN, goodwill=euro(10_00))
    effects = told(judged(action, order(), limits=generous))
    assert effects == Effects(refund=euro(10_00), refund_to="a gift card", refund_when=RefundTime.AT_ONCE)
    lately = replace(FRESH, earlier=(Earlier("goodwill", "TT-0", NOW - timedelta(days=100)),))
    assert told(judged(action, order(), limits=generous, facts=lately)) is Code.GOODWILL_NEEDS_PERSON


# --- a lost parcel


LOST = {
    "tracking": Tracking("An Post", "1", "", lost=True),
    "status": OrderStatus.SHIPPED,
    "delivered_at": None,
}


@pytest.mark.parametrize(
    ("changes", "goods", "outcome"),
    [
        (LOST, GOODS, Effects()),
        (LOST | {"tracking": Tracking("An Post", "1", "")}, GOODS, Code.NOT_KNOWN_LOST),
        (LOST | {"tracking": None}, GOODS, Code.NOT_KNOWN_LOST),
        (LOST | {"status": OrderStatus.PENDING}, GOODS, Code.NOT_SENT),
        (LOST | {"reshipped": True}, GOODS, Code.ALREADY_RESHIPPED),
        (LOST, [replace(SAME, stock=0)], Code.OUT_OF_STOCK),
        (LOST, [], Code.OUT_OF_STOCK),
        (LOST | {"items": (item(unit_price=Money(150_01, "EUR")),)}, GOODS, Code.RESHIP_OVER_LIMIT),
    ],
)
def test_a_parcel_is_sent_again_only_once_the_carrier_has_searched_in_vain(changes, goods, outcome):
    assert told(judged(Reship(order="TT-1"), order(**changes), goods=goods)) == outcome


# --- nothing is settled in two ways


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"reshipped": True}, FRESH),
        ({}, replace(FRESH, earlier=(Earlier("partial_refund", "TT-1", NOW - timedelta(days=3)),))),
    ],
)
def test_goods_sent_again_or_partly_refunded_are_not_refunded_once_more_by_code(changes, facts):
    back = ReturnItems(order="TT-1", lines=(ReturnLine("i1", 1),), refund_to="original")
    for action in (back, swapped(ExchangeItems)):
        assert told(judged(action, order(**changes), facts=facts)) is Code.SETTLED_OTHERWISE


@pytest.mark.parametrize(
    "changes",
    [{"items": (item(returned=1),)}, {"refunds": (Refund(Money(1, "EUR"), NOW, "PayPal"),)}],
)
def test_who_has_goods_or_money_back_is_not_sent_the_goods_as_well(changes):
    assert told(judged(Reship(order="TT-1"), order(**(LOST | changes)))) is Code.SETTLED_OTHERWISE


def test_prices_in_another_currency_go_to_a_person():
    foreign = replace(LARGER, price=Money(10, "NOK"))
    assert told(judged(swapped(ExchangeItems), order(), goods=[foreign])) is Code.OTHER_CURRENCY
    dropped = replace(SAME, price=Money(10, "NOK"))
    assert told(judged(part(PartialReason.PRICE_DROPPED), order(), goods=[dropped])) is Code.OTHER_CURRENCY


# --- the account


def test_the_address_for_future_orders_must_be_new_and_whole():
    moved = replace(HOME, line1="3 Quay Street")
    assert told(judged(ChangeDefaultAddress(address=moved))) == Effects()
    assert told(judged(ChangeDefaultAddress(address=HOME))) is Code.SAME_ADDRESS
    assert "city" in told(judged(ChangeDefaultAddress(address=replace(moved, city=""))))
    nowhere = replace(MAEVE, address=None)
    assert told(judged(ChangeDefaultAddress(address=HOME), customer=nowhere)) == Effects()


@pytest.mark.parametrize(
    ("subscriptions", "named", "outcome"),
    [
        ((SOCKS,), None, Effects()),
        ((SOCKS,), "socks", Effects()),
        ((SOCKS,), "somebody_elses", ("subscription",)),
        ((SOCKS, replace(SOCKS, id="tea")), None, ("subscription",)),
        ((), None, ("subscription",)),
        ((replace(SOCKS, renews=False),), None, Code.ALREADY_STOPPED),
    ],
)
def test_a_renewal_is_stopped_once_and_only_the_customers_own(subscriptions, named, outcome):
    customer = replace(MAEVE, subscriptions=subscriptions)
    assert told(judged(StopRenewal(subscription=named), customer=customer)) == outcome


# --- every kind


def test_a_shop_can_leave_a_kind_out_with_its_own_rule():
    closed = replace(OPEN, refused_kinds={"change_items": Code.ITEMS_ARE_FIXED})
    assert told(judged(swapped(ChangeItems), order(**PENDING), limits=closed)) is Code.ITEMS_ARE_FIXED


@pytest.mark.parametrize(
    ("signed_in_for", "verdict"),
    [
        (timedelta(0), Effects()),
        (timedelta(minutes=60), Effects()),
        (timedelta(minutes=60, microseconds=1), ("sign_in",)),
        (timedelta(days=400), ("sign_in",)),
        (timedelta(seconds=-20), Effects()),  # the shop's clock is a little ahead
        (None, Code.IDENTITY_UNPROVEN),
    ],
)
def test_where_a_stolen_session_would_do_most_harm_the_sign_in_must_be_recent(signed_in_for, verdict):
    strict = replace(OPEN, recent_sign_in=frozenset({"change_default_address"}))
    moved = ChangeDefaultAddress(address=replace(HOME, line1="3 Quay Street"))
    assert told(judged(moved, limits=strict, signed_in_for=signed_in_for)) == verdict
    other = StopRenewal(subscription="socks")
    assert told(judged(other, limits=strict, signed_in_for=None)) == Effects()


def test_a_shop_can_leave_a_kind_to_a_person():
    by_person = replace(OPEN, by_person=frozenset({"exchange_items"}))
    verdict = judged(swapped(ExchangeItems), order(), limits=by_person)
    assert (told(verdict), verdict.article) == (Code.BY_PERSON, "ai-assistant")


def test_after_many_changes_in_a_day_a_person_looks():
    busy = replace(FRESH, earlier=tuple(Earlier("change_address", "TT-9", NOW - timedelta(hours=h)) for h in range(12)))  # fmt: skip
    action = StopRenewal()
    assert told(judged(action, facts=busy)) is Code.TOO_MANY_CHANGES
    yesterday = replace(busy, earlier=busy.earlier[:11])
    assert told(judged(action, facts=yesterday)) == Effects()


def test_what_code_gives_to_all_within_a_day_is_bounded():
    action = CancelItems(order="TT-1", lines=(ReturnLine("i1", 1),), reason=CancelReason.NO_LONGER_NEEDED)
    this = order(item(quantity=2), **PENDING)
    just = replace(FRESH, refunded_by_all=euro(10_000_00 - 50_00))
    assert isinstance(judged(action, this, facts=just), Allowed)
    over = replace(FRESH, refunded_by_all=euro(10_000_00 - 49_99))
    assert told(judged(action, this, facts=over)) is Code.DAY_OVER_LIMIT


def every_kind():
    """Of each kind of change an action, its effects, and its case."""
    moved = Address("Maeve", "3 Quay Street", "", "H91 AB12", "Galway", "IE")
    this = order(item(quantity=2), **PENDING)
    samples = {
        "cancel_order": {"order": "TT-1", "reason": CancelReason.NO_LONGER_NEEDED},
        "cancel_items": {"order": "TT-1", "lines": (ReturnLine("i1", 1),)},
        "change_address": {"order": "TT-1", "address": moved},
        "change_payment": {"order": "TT-1", "method": "paypal"},
        "change_items": {"order": "TT-1", "swaps": (Swap("i1", "L"),), "method": "visa"},
        "return_items": {"order": "TT-1", "lines": (ReturnLine("i1", 1),), "refund_to": "original"},
        "exchange_items": {"order": "TT-1", "swaps": (Swap("i1", "L"),), "method": "visa"},
        "partial_refund": {"order": "TT-1", "lines": (ReturnLine("i1", 1),), "reason": PartialReason.MISSING},
        "goodwill": {"order": "TT-1", "amount": "5.00", "reason": GoodwillReason.LATE_DELIVERY},
        "reship": {"order": "TT-1"},
        "change_default_address": {"address": moved},
        "stop_renewal": {},
    }
    assert samples.keys() == CHANGES.keys()
    for kind, given in samples.items():
        entry = CHANGES[kind]
        action = entry.request(**given)
        case = Case(action, MAEVE, NOW, FRESH, OPEN, this, {v.sku: v for v in GOODS})
        yield entry, action, entry.effects(case), case


def test_every_kind_has_words_for_its_card_and_its_receipt():
    for entry, action, effects, case in every_kind():
        words = [
            entry.title(action),
            entry.receipt(action, effects),
            *(f"{a}: {b}" for a, b in entry.lines(case, effects)),
        ]
        assert all("None" not in text and "{" not in text and text.strip() for text in words), words
        assert entry.receipt(action, effects).endswith(".")


def test_every_rule_is_used_by_a_kind_or_kept_for_a_setting():
    from pathlib import Path

    import agent

    sources = "".join(
        p.read_text("utf-8") for p in Path(agent.__file__).parent.rglob("*.py") if p.name != "rules.py"
    )
    settings = {Code.SINGLE_ITEMS, Code.ITEMS_ARE_FIXED, Code.PAYMENT_IS_FIXED}
    assert {code for code in RULES if f"Code.{code.name}" not in sources} == settings
