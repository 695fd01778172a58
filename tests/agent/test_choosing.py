"""Which of several things a customer means."""

from dataclasses import replace

import pytest

from agent.models import choosing
from agent.models.task import Task
from agent.models.wishes import WISHES, plain_wish
from agent.money import Money
from agent.orders import PaymentKind, PaymentMethod, Variant
from tests.agent.orders_world import order
from tests.agent.test_understanding import socks

OPTIONS = [
    Variant(f"sku-{name}", "fleece", "Fleece", name, Money(69_00, "EUR"), 5)
    for name in ("L Blue", "M Blue", "M Moss", "S Moss")
]


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("the blue one in M", "M Blue"),
        ("large please", "L Blue"),
        ("S", "S Moss"),
        ("the blue one", None),
        ("I'd like what it's like in the shop", None),
    ],
)
def test_an_option_is_meant_only_if_the_words_fit_one_alone(text: str, option: str | None) -> None:
    meant = choosing.variant_meant(text, OPTIONS, "none of them")

    assert (meant.variant if meant else None) == option


def test_options_are_listed_as_people_list_sizes() -> None:
    assert sorted((v.variant for v in OPTIONS), key=choosing.size_order) == [
        "S Moss",
        "M Blue",
        "M Moss",
        "L Blue",
    ]


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
    ],
)
def test_a_request_is_recognised_by_its_words_where_they_are_plain(text: str, wish: str | None) -> None:
    assert plain_wish(text) == wish
    assert wish is None or wish in WISHES


def test_a_note_of_another_version_is_no_request_under_way() -> None:
    note = Task("cancel_order", asked_for="order", said=("Cancel it",), paused=Task("return_items")).to_json()

    assert Task.from_json(note) == Task("cancel_order", asked_for="order", said=("Cancel it",), paused=Task("return_items"))  # fmt: skip
    assert Task.from_json({"intent": "cancel_order", "asked_for": "order", "said": []}) is None
