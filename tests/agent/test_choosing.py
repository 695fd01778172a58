"""Which of several things a customer means."""

from dataclasses import replace

import pytest

from agent.models import choosing
from agent.models.task import Task
from agent.models.wishes import WISHES, plain_wish
from agent.money import Money
from agent.orders import OrderItem, OrderStatus, PaymentKind, PaymentMethod
from tests.agent.orders_world import order
from tests.agent.test_understanding import socks


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("TT-10423", True),  # two changed about
        ("TT-10439", True),  # one wrong
        ("TT-1043", True),  # one missing
        ("TT-104332", True),  # one too many
        ("TT-10324", False),
        ("TT-99999", False),
    ],
)
def test_an_order_number_is_recognised_through_one_slip(typed: str, found: bool) -> None:  # noqa: FBT001
    own = order(number="TT-10432")

    assert (choosing.mistyped(typed, [own]) is own) is found


def test_between_two_orders_a_slip_is_not_guessed_at() -> None:
    orders = [order(number=number) for number in ("TT-10432", "TT-10433")]

    assert choosing.mistyped("TT-10434", orders) is None


def test_everything_but_something_means_the_others() -> None:
    items = [socks(), replace(socks(), id="i2", name="Enamel mug"), replace(socks(), id="i3", name="Candle")]

    meant = choosing.items_meant("everything except the mug", items)

    assert [item.id for item in meant] == ["i1", "i3"]


def vacuum(id_: str, variant: str, euros: int = 80) -> OrderItem:
    """One of several things with the same name."""
    return replace(
        socks(1), id=id_, name="Vacuum cleaner", variant=variant, unit_price=Money(euros * 100, "EUR")
    )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("return the vacuum cleaner", []),
        ("return the canister vacuum cleaner", ["i1"]),
        ("exchange the robotic vacuum cleaner for the canister one", ["i2"]),
        ("both vacuum cleaners", ["i1", "i2"]),
        ("the cheaper vacuum cleaner", ["i1"]),
        ("the vacuum cleaner (robotic, bagged) and the t-shirt", ["i2", "i3"]),
        ("all my tshirts", ["i3"]),
    ],
)
def test_of_things_with_one_name_the_one_that_is_described_is_meant(text: str, ids: list[str]) -> None:
    items = [
        vacuum("i1", "type: canister, bag: bagged"),
        vacuum("i2", "type: robotic, bag: bagged", 90),
        replace(socks(), id="i3", name="T-Shirt"),
    ]

    assert sorted(item.id for item in choosing.items_meant(text, items)) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("only the mug", ["i2"]),
        ("leave the candle as it is", ["i1", "i2"]),
        ("just exchange the mug and the candle, not the socks", ["i2", "i3"]),
        ("the blue one", []),
        ("I do not know", []),
    ],
)
def test_things_can_be_left_out_of_a_request(text: str, ids: list[str]) -> None:
    items = [socks(), replace(socks(), id="i2", name="Enamel mug"), replace(socks(), id="i3", name="Candle")]

    assert sorted(item.id for item in choosing.still_meant(text, items)) == ids


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the vacuum cleaner in my pending order", "TT-2"),
        ("return the robotic vacuum cleaner", "TT-1"),
        ("exchange the canister vacuum cleaner for the robotic one", "TT-2"),
        ("the vacuum cleaner", None),
    ],
)
def test_of_orders_with_the_same_thing_the_one_that_is_described_is_meant(
    text: str, number: str | None
) -> None:
    robotic = order(vacuum("i1", "type: robotic"), number="TT-1")
    canister = order(vacuum("i1", "type: canister"), number="TT-2", status=OrderStatus.PENDING)

    meant = choosing.orders_meant(text, [robotic, canister])

    assert [one.number for one in meant] == ([number] if number else ["TT-1", "TT-2"])


def test_the_parts_of_a_message_are_about_the_thing_that_was_named_last() -> None:
    items = [replace(socks(), id="i2", name="Enamel mug"), replace(socks(), id="i3", name="Candle")]

    assert (
        choosing.words_about("the mug to moss, large, and the candle to oat", items[0], items)
        == "the mug to moss, large, and"
    )
    assert (
        choosing.words_about("switch both to the cheapest", items[0], items) == "switch both to the cheapest"
    )


def test_my_card_is_the_one_card_and_never_the_gift_card() -> None:
    visa = PaymentMethod(PaymentKind.CARD, "Visa •••• 4242", "v")
    gift = PaymentMethod(PaymentKind.GIFT_CARD, "gift card •••• 7731", "g")

    assert choosing.method_meant("to my card", [gift, visa]) is visa
    assert choosing.method_meant("my gift card", [gift, visa]) is gift
    assert choosing.method_meant("the one with 7731", [gift, visa]) is gift


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Please stop the renewal of my subscription", "stop_renewal"),
        ("How do I cancel the sock club?", None),
        ("Can you cancel my sock club?", "stop_renewal"),
        ("the package got lost", "reship"),
        ("One mug is missing from my parcel", "partial_refund"),
        ("Take the mug out of my order", "cancel_items"),
        ("My address for future orders should be 5 High Street", "change_default_address"),
        ("Change the address of TT-10411 to 14 Quay Street", None),
        ("Which payment methods do you accept?", None),
        ("Which payment methods have you stored?", "my_methods"),
        ("Pay order TT-10432 with PayPal instead", "change_payment"),
        ("exchange them instead", "exchange_items"),
        ("The boots are lovely", None),
        ("I want to pay my pending order with the kettle with my credit card instead", "change_payment"),
        ("I want to change the address of my account to 5 High Street", "change_default_address"),
        ("I'd like to change the bottle (glass, red) to stainless steel", "exchange_items"),
        ("I want to change my delivery to Friday", None),
        ("I want to return the kettle of order W1234567", "return_items"),
        ("For #W1234567, return the kettle", "return_items"),
        ("I like them, but if I want to return them later, can I?", None),
    ],
)
def test_a_request_is_recognised_by_its_words_where_they_are_plain(text: str, wish: str | None) -> None:
    assert plain_wish(text) == wish
    assert wish is None or wish in WISHES


def test_a_note_of_another_version_is_no_request_under_way() -> None:
    note = Task("cancel_order", asked_for="order", said=("Cancel it",), paused=Task("return_items")).to_json()

    assert Task.from_json(note) == Task("cancel_order", asked_for="order", said=("Cancel it",), paused=Task("return_items"))  # fmt: skip
    assert Task.from_json({"intent": "cancel_order", "asked_for": "order", "said": []}) is None
