"""The table of what each level may see and do."""

import pytest

from agent.actions import CancelOrder, CancelReason, ChangeItems, ReturnItems
from agent.changes import CHANGES
from agent.levels import ACCOUNT, CHARGE, KNOWLEDGE, MONEY_ELSEWHERE, NEEDED, ORDERS, PERSON, Level, may
from agent.orders import ReturnLine, Swap
from agent.verdicts import Effects
from tests.agent.changes_world import PENDING, judged, told
from tests.agent.orders_world import order

V, H, E, S = Level.VISITOR, Level.HASH, Level.EMAIL, Level.SHOP
EVERYBODY, KNOWN, PROVEN, SHOP_ONLY = {V, H, E, S}, {H, E, S}, {E, S}, {S}

TABLE = [
    (KNOWLEDGE, EVERYBODY),
    (PERSON, EVERYBODY),
    (ORDERS, KNOWN),
    (ACCOUNT, PROVEN),
    ("cancel_order", KNOWN),
    ("cancel_items", KNOWN),
    ("return_items", KNOWN),
    ("stop_renewal", KNOWN),
    ("partial_refund", KNOWN),
    ("change_address", PROVEN),
    ("change_items", PROVEN),
    ("exchange_items", PROVEN),
    ("reship", PROVEN),
    (CHARGE, PROVEN),
    ("goodwill", SHOP_ONLY),
    ("change_payment", SHOP_ONLY),
    ("change_default_address", SHOP_ONLY),
    (MONEY_ELSEWHERE, SHOP_ONLY),
]


@pytest.mark.parametrize(("act", "who"), TABLE)
def test_each_act_is_open_to_these_levels_and_to_no_other(act: str, who: set[Level]) -> None:
    assert {level for level in Level if may(level, act)} == who


def test_the_table_names_every_kind_of_change() -> None:
    assert CHANGES.keys() <= NEEDED.keys()
    assert {act for act, _ in TABLE} == NEEDED.keys()


def test_a_stronger_level_may_all_that_a_weaker_one_may() -> None:
    for weaker, stronger in zip(Level, list(Level)[1:], strict=False):
        assert {act for act in NEEDED if may(weaker, act)} <= {act for act in NEEDED if may(stronger, act)}


CANCEL = CancelOrder(order="TT-1", reason=CancelReason.NO_LONGER_NEEDED)
LINES = (ReturnLine("i1", 1),)
LARGER = ChangeItems(order="TT-1", swaps=(Swap("i1", "L", 1),), method="visa")


@pytest.mark.parametrize("level", [H, E, S])
def test_money_goes_back_where_it_came_from_for_every_customer(level: Level) -> None:
    assert isinstance(told(judged(CANCEL, order(**PENDING), level=level)), Effects)
    back = ReturnItems(order="TT-1", lines=LINES, refund_to="original")
    assert isinstance(told(judged(back, order(), level=level)), Effects)


@pytest.mark.parametrize(("level", "verdict"), [(V, H), (H, S), (E, S)])
def test_money_goes_to_a_new_place_only_on_the_shops_word(level: Level, verdict: Level) -> None:
    elsewhere = ReturnItems(order="TT-1", lines=LINES, refund_to="gift_card")

    assert told(judged(elsewhere, order(), level=level)) is verdict
    assert isinstance(told(judged(elsewhere, order(), level=S)), Effects)


@pytest.mark.parametrize(("level", "verdict"), [(V, E), (H, E)])
def test_who_is_not_known_well_enough_is_asked_for_the_next_level(level: Level, verdict: Level) -> None:
    assert told(judged(LARGER, order(**PENDING), level=level)) is verdict
    assert isinstance(told(judged(LARGER, order(**PENDING), level=E)), Effects)
