import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import knowledge
from agent.actions import ACTION, CancelOrder, CancelReason, ChangeAddress, ReturnItems, ReturnReason
from agent.cases import Case, CustomerFacts, customer_facts, last_return_day
from agent.levels import NEEDED, Level
from agent.money import Money
from agent.orders import (
    Address,
    Customer,
    OrderStatus,
    PaymentKind,
    PaymentMethod,
    Refund,
    RefundTo,
    ReturnLine,
)
from agent.policy import decide
from agent.rules import LIMITS, POLICY_VERSION, RULES, Code, policy_version
from agent.verdicts import Allowed, Effects, NeedsInput, NeedsPerson, RefundTime, Refused
from tests.agent.orders_world import HOME, NOW, item, order

DUBLIN = ZoneInfo("Europe/Dublin")
FRESH = CustomerFacts(Money.zero("EUR"))
MAEVE = Customer("cus_maeve", "Maeve Brennan", "maeve@customers.example", "")
CANCEL = CancelOrder(order="TT-1", reason=CancelReason.NO_LONGER_NEEDED)
GIFT = PaymentMethod(PaymentKind.GIFT_CARD, "gift card •••• 7731")
PENDING = {"status": OrderStatus.PENDING, "shipped_at": None, "delivered_at": None}


def euro(cents):
    return Money(cents, "EUR")


def returning(*lines, reason=ReturnReason.NONE_GIVEN, refund_to=RefundTo.ORIGINAL):
    return ReturnItems(
        order="TT-1",
        lines=tuple(ReturnLine(*line) for line in lines or [("i1", 1)]),
        reason=reason,
        refund_to=refund_to,
    )


def judged(action, this_order, facts=FRESH, now=NOW, limits=LIMITS, customer=MAEVE, variants=()):
    return decide(Case(action, customer, now, facts, limits, this_order, {v.sku: v for v in variants}))


def code_of(verdict):
    return verdict.code if isinstance(verdict, Refused) else verdict.reason


# Cancellation


def test_a_pending_order_is_cancelled_with_a_refund_of_all_that_was_paid():
    effects = judged(CANCEL, order(**PENDING)).effects
    assert effects == Effects(
        refund=euro(50_00),
        method="visa",
        refund_to="Visa •••• 4242",
        refund_when=RefundTime.AFTER_CANCELLATION,
    )


def test_a_gift_card_is_refunded_at_once():
    assert judged(CANCEL, order(payment_method=GIFT, **PENDING)).effects.refund_when is RefundTime.AT_ONCE


@pytest.mark.parametrize("status", [OrderStatus.PACKED, OrderStatus.SHIPPED, OrderStatus.DELIVERED])
def test_an_order_that_is_packed_or_further_cannot_be_cancelled(status):
    assert code_of(judged(CANCEL, order(status=status))) is Code.TOO_LATE_TO_CANCEL


def test_a_cancelled_order_is_not_cancelled_again():
    assert code_of(judged(CANCEL, order(status=OrderStatus.CANCELLED))) is Code.ALREADY_CANCELLED


def test_a_cancellation_needs_one_of_the_two_reasons():
    assert judged(CancelOrder(order="TT-1"), order(**PENDING)).fields == ("reason",)
    with pytest.raises(ValidationError):
        CancelOrder(order="TT-1", reason="bored")


@pytest.mark.parametrize(("cents", "by_code"), [(500_00, True), (500_01, False)])
def test_a_cancellation_over_500_euro_needs_a_person_to_the_cent(cents, by_code):
    verdict = judged(CANCEL, order(item(unit_price=euro(cents)), **PENDING))
    if by_code:
        assert isinstance(verdict, Allowed)
    else:
        assert (verdict.reason, verdict.limit) == (Code.CANCELLATION_OVER_LIMIT, euro(500_00))
        assert "€500.00" in verdict.explanation


# Address


def moved(**changes):
    return ChangeAddress(order="TT-1", address=replace(HOME, line1="3 Quay Street", **changes))


def test_a_complete_address_in_the_same_country_is_allowed_and_moves_no_money():
    assert judged(moved(), order(**PENDING)) == Allowed(Effects())


def test_the_country_may_be_written_as_a_name():
    assert judged(moved(country="Ireland"), order(**PENDING)) == Allowed(Effects())


def test_an_address_in_another_country_is_refused():
    berlin = Address("Maeve Brennan", "Lindenstraße 1", "", "10969", "Berlin", "Germany")
    verdict = judged(ChangeAddress(order="TT-1", address=berlin), order(**PENDING))
    assert code_of(verdict) is Code.OTHER_COUNTRY


def test_a_second_change_is_refused():
    assert code_of(judged(moved(), order(changes=1, **PENDING))) is Code.ADDRESS_ALREADY_CHANGED


def test_the_address_of_a_packed_order_is_not_changed():
    assert code_of(judged(moved(), order(status=OrderStatus.PACKED))) is Code.TOO_LATE_FOR_ADDRESS


def test_the_same_address_again_is_refused():
    same = ChangeAddress(order="TT-1", address=replace(HOME, postcode=" h91  t2k8 ", country="ireland"))
    assert code_of(judged(same, order(**PENDING))) is Code.SAME_ADDRESS


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"name": " "}, "name"),
        ({"line1": "\u200b\n"}, "line1"),
        ({"city": "-"}, "city"),
        ({"postcode": "12345"}, "postcode"),
        ({"country": ""}, "country"),
        ({"country": "Atlantis"}, "country"),
        ({"line1": "x" * 5000}, "line1"),
        ({"line2": "x" * 101}, "line2"),
    ],
)
def test_an_address_that_no_carrier_could_use_is_asked_for_again(changes, missing):
    verdict = judged(ChangeAddress(order="TT-1", address=replace(HOME, **changes)), order(**PENDING))
    assert isinstance(verdict, NeedsInput)
    assert missing in verdict.fields


# Taking things back


@given(
    delivered=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
    electronics=st.booleans(),
)
def test_the_window_closes_at_midnight_in_dublin_after_its_last_day_in_summer_and_winter(
    delivered, electronics
):
    days = 14 if electronics else 30
    this = order(item(category="electronics" if electronics else "clothing"), delivered_at=delivered)
    last_day = delivered.astimezone(DUBLIN).date() + timedelta(days=days)
    last_moment = datetime(
        last_day.year, last_day.month, last_day.day, 23, 59, 59, 999_999, DUBLIN
    ).astimezone(UTC)
    assert isinstance(judged(returning(), this, now=last_moment), Allowed)
    too_late = judged(returning(), this, now=last_moment + timedelta(microseconds=1))
    assert code_of(too_late) is Code.WINDOW_OVER
    assert str(days) in too_late.explanation
    assert last_return_day(this, this.items[0]) == last_day


@pytest.mark.parametrize(
    ("delivered", "last_minute"),
    [
        # Clocks go back on 25 October 2026: the last day ends at 24:00 GMT, not 23:00 UTC as in summer.
        (datetime(2026, 10, 1, 12, tzinfo=UTC), datetime(2026, 10, 31, 23, 59, tzinfo=UTC)),
        # Clocks go forward on 29 March 2026: it ends at 23:00 UTC.
        (datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 4, 9, 22, 59, tzinfo=UTC)),
        # Delivered at 23:30 UTC in summer is the next day in Dublin.
        (datetime(2026, 6, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 2, 22, 59, tzinfo=UTC)),
    ],
)
def test_a_return_on_the_last_minute_of_the_window_is_allowed(delivered, last_minute):
    this = order(delivered_at=delivered)
    assert isinstance(judged(returning(), this, now=last_minute), Allowed)
    assert code_of(judged(returning(), this, now=last_minute + timedelta(minutes=1))) is Code.WINDOW_OVER


def test_only_delivered_orders_are_returned():
    assert code_of(judged(returning(), order(status=OrderStatus.SHIPPED))) is Code.NOT_DELIVERED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"final_sale": True}, Code.FINAL_SALE),
        ({"hygiene": True}, Code.HYGIENE),
        ({"personalised": True}, Code.PERSONALISED),
        ({"category": "gift_card"}, Code.GIFT_CARD),
    ],
)
def test_exceptions_are_refused_with_their_article(changes, code):
    verdict = judged(returning(), order(item(**changes)))
    assert (code_of(verdict), verdict.article) == (code, "return-exceptions")
    assert last_return_day(order(item(**changes)), item(**changes)) is None


def test_a_faulty_hygiene_item_comes_back_without_a_label_fee():
    verdict = judged(returning(reason=ReturnReason.FAULTY), order(item(hygiene=True)))
    assert (verdict.effects.refund, verdict.effects.fee) == (euro(50_00), euro(0))


def test_faulty_electronics_have_30_days():
    this = order(item(category="electronics"), delivered_at=NOW - timedelta(days=20))
    assert code_of(judged(returning(), this)) is Code.WINDOW_OVER
    assert isinstance(judged(returning(reason=ReturnReason.FAULTY), this), Allowed)


@pytest.mark.parametrize("changes", [{"final_sale": True}, {"personalised": True}])
def test_other_faults_go_to_a_person(changes):
    faulty = returning(reason=ReturnReason.FAULTY)
    assert code_of(judged(faulty, order(item(**changes)))) is Code.FAULT_NEEDS_PERSON
    late = order(delivered_at=NOW - timedelta(days=200))
    assert code_of(judged(faulty, late)) is Code.FAULT_NEEDS_PERSON


def test_the_label_is_deducted_once_and_is_free_for_a_gift_card():
    this = order(item(), item(id="i2", quantity=2))
    both = [("i1", 1), ("i2", 2)]
    paid = judged(returning(*both), this).effects
    assert (paid.refund, paid.fee, paid.refund_to) == (euro(146_05), euro(3_95), "Visa •••• 4242")
    free = judged(returning(*both, refund_to=RefundTo.GIFT_CARD), this).effects
    assert (free.refund, free.fee, free.refund_to) == (euro(150_00), euro(0), "a gift card")


def test_an_order_paid_by_gift_card_is_refunded_to_it_without_a_fee():
    effects = judged(returning(), order(payment_method=GIFT)).effects
    assert (effects.refund, effects.refund_to) == (euro(50_00), GIFT.label)


def test_where_the_money_goes_is_the_customers_choice():
    assert judged(returning(refund_to=None), order()).fields == ("refund_to",)


@given(price=st.integers(1, 20_00))
def test_a_label_never_costs_more_than_the_refund(price):
    effects = judged(returning(), order(item(unit_price=euro(price)))).effects
    assert effects.refund.amount == max(0, price - 3_95)
    assert effects.refund + effects.fee == euro(price)


@pytest.mark.parametrize(("price", "by_code"), [(253_95, True), (253_96, False)])
def test_a_refund_of_more_than_250_euro_needs_a_person_to_the_cent(price, by_code):
    verdict = judged(returning(), order(item(unit_price=euro(price))))
    if by_code:
        assert verdict.effects.refund == euro(250_00)
    else:
        assert (verdict.reason, verdict.limit) == (Code.RETURN_OVER_LIMIT, euro(250_00))


@given(before=st.integers(0, 600_00), price=st.integers(4_00, 250_00))
def test_no_refund_by_code_takes_a_customer_over_500_euro(before, price):
    verdict = judged(
        returning(refund_to=RefundTo.GIFT_CARD),
        order(item(unit_price=euro(price))),
        CustomerFacts(euro(before)),
    )
    assert isinstance(verdict, Allowed) == (before + price <= 500_00)


@given(bought=st.integers(1, 20), returned=st.integers(0, 20), asked=st.integers(-3, 25))
def test_no_more_pieces_come_back_than_are_left(bought, returned, asked):
    returned = min(bought, returned)
    this = order(item(unit_price=euro(1_00), quantity=bought, returned=returned))
    verdict = judged(returning(("i1", asked)), this)
    assert isinstance(verdict, Allowed) == (1 <= asked <= bought - returned)


@pytest.mark.parametrize("lines", [(("i9", 1),), (("i1", 1), ("i1", 1)), (("i1", 0),)])
def test_lines_that_make_no_sense_are_asked_for_again(lines):
    assert judged(returning(*lines), order(item(quantity=5))).fields == ("lines",)
    assert judged(ReturnItems(order="TT-1", lines=()), order()).fields == ("lines",)


def test_one_item_that_cannot_be_returned_stops_the_whole_return():
    this = order(item(), item(id="i2", hygiene=True))
    assert code_of(judged(returning(("i1", 1), ("i2", 1)), this)) is Code.HYGIENE


def test_another_currency_is_for_a_person():
    pounds = item(unit_price=Money(10_00, "GBP"))
    this = order(item(), total=Money(10_00, "GBP"))
    assert code_of(judged(returning(), replace(this, items=(pounds,)))) is Code.OTHER_CURRENCY
    assert code_of(judged(CANCEL, replace(this, **PENDING))) is Code.OTHER_CURRENCY


def test_facts_count_30_days_of_refunds_and_those_under_way():
    refunds = tuple(Refund(euro(1_00), NOW - timedelta(days=days), "card") for days in (0, 29, 30, 31))
    facts = customer_facts([order(refunds=refunds)], NOW, under_way=[euro(5)])
    assert facts.refunded == euro(2_05)


# The table


def test_every_code_has_a_rule_and_every_article_exists():
    assert set(RULES) == set(Code)
    articles = {page.stem for page in (Path(knowledge.__file__).parent / "help_centre").glob("*.md")}
    assert {rule.article for rule in RULES.values()} <= articles


def test_articles_state_the_same_numbers_as_the_limits():
    folder = Path(knowledge.__file__).parent / "help_centre"

    def text(name):
        return (folder / f"{name}.md").read_text(encoding="utf-8")

    assert f"within {LIMITS.return_days} days" in text("returns")
    assert f"within {LIMITS.return_days_by_category['electronics']} days" in text("returns")
    assert f"costs {LIMITS.return_label}" in text("returns")
    assert f"above {LIMITS.refund_of_a_return} for one return" in text("refunds")
    assert f"exceed {LIMITS.refunds_of_a_customer} within {LIMITS.refunds_of_a_customer_days} days" in text(
        "refunds"
    )
    assert f"over {LIMITS.refund_of_a_cancellation}" in text("cancel-order")
    for when in (RefundTime.AFTER_CANCELLATION, RefundTime.AFTER_ARRIVAL):
        assert re.search(r"5–7 working days", when)
        assert "5–7 working days" in text("refunds")


def test_what_a_level_of_identity_is_enough_for_is_part_of_the_policy_version(monkeypatch):
    monkeypatch.setattr("agent.rules.NEEDED", {**NEEDED, "goodwill": Level.EMAIL})
    assert policy_version(LIMITS) != POLICY_VERSION


def test_another_limit_is_another_policy_version():
    assert policy_version(LIMITS) == POLICY_VERSION
    assert policy_version(replace(LIMITS, return_days=31)) != POLICY_VERSION
    assert policy_version(replace(LIMITS, return_days_by_category={"electronics": 15})) != POLICY_VERSION


def test_explanations_have_no_gap_left_unfilled():
    late = order(delivered_at=NOW - timedelta(days=45))
    verdict = judged(returning(), late)
    assert (
        verdict.explanation == "Fleece could be returned within 30 days of delivery, until 8 November 2026."
    )
    assert date(2026, 11, 8) == last_return_day(late, late.items[0])


@pytest.mark.parametrize(
    "arguments",
    [
        {"kind": "cancel_order", "order": "TT-1", "refund": 100},
        {"kind": "cancel_order", "order": ["TT-1", "TT-2"]},
        {"kind": "cancel_order", "order": "TT-1", "customer_id": "cus_jonas"},
        {"kind": "issue_refund", "order": "TT-1"},
        {"kind": "return_items", "order": "TT-1", "lines": [{"item_id": "i1", "quantity": 1.5}]},
        {"kind": "return_items", "order": "TT-1", "lines": [{"item_id": "i1", "quantity": 1, "amount": 5}]},
    ],
)
def test_no_action_carries_an_amount_a_customer_or_anything_unknown(arguments):
    with pytest.raises(ValidationError):
        ACTION.validate_python(arguments)


def test_effects_survive_the_record():
    effects = judged(returning(), order()).effects
    assert Effects.from_json(effects.to_json()) == effects
    assert isinstance(judged(returning(), order(item(unit_price=euro(999_00)))), NeedsPerson)
