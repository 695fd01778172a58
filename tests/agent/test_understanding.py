"""What a customer's words say about orders."""

import pytest

from agent.actions import CancelReason, ReturnReason
from agent.models import address_words, choosing, understanding
from agent.money import Money
from agent.orders import OrderItem, PaymentKind, PaymentMethod, RefundTo


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("TT-10432", "TT-10432"),
        ("please cancel tt 10432", "TT-10432"),
        ("it's order 10432", "TT-10432"),
        ("order number 10432 please", "TT-10432"),
        ("#10432", "TT-10432"),
        ("10432", "TT-10432"),
        ("not TT-10432, I meant TT-10429", "TT-10429"),
        ("80331 München", None),
        ("it cost 1299 euros", None),
        ("where is my order", None),
    ],
)
def test_an_order_number_is_found_and_a_postcode_is_not_one(text: str, number: str | None) -> None:
    assert understanding.order_number(text) == number


@pytest.mark.parametrize(
    ("text", "is_rule"),
    [
        ("How do I cancel my order?", True),
        ("Can I return a tent?", True),
        ("how long do I have to send something back", True),
        ("What happens if I cancel?", True),
        ("Within how many days can I return an item?", True),
        ("Thanks. How many days do I have to return something?", True),
        ("Until when can I cancel?", True),
        ("In which cases must I send it back?", True),
        ("Within three days I want to return the boots", False),
        ("By Friday I need another size", False),
        ("Can I cancel my order?", False),
        ("Can you cancel order TT-10432?", False),
        ("I want to return the boots", False),
        ("cancel my order please", False),
        ("Until when can I return a power bank?", True),
        ("Kindly tell within how many days I can return the item", True),
        ("Until when can I return my order?", False),
        ("Hi, is it possible to cancel my last order", False),
    ],
)
def test_a_question_about_a_rule_differs_from_a_request(text: str, *, is_rule: bool) -> None:
    assert understanding.asks_about_rule(text) is is_rule


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "Maeve Brennan, 14 Quay Street, H91 X2KP Galway, Ireland",
            {
                "name": "Maeve Brennan",
                "line1": "14 Quay Street",
                "postcode": "H91 X2KP",
                "city": "Galway",
                "country": "IE",
            },
        ),
        (
            "14 Quay Street\nGalway\nH91 X2KP",
            {"line1": "14 Quay Street", "postcode": "H91 X2KP", "city": "Galway"},
        ),
        (
            "Hauptstr. 5, 80331 München, Germany",
            {"line1": "Hauptstr. 5", "postcode": "80331", "city": "München", "country": "DE"},
        ),
        (
            "please send it to 3 Shop Street, Flat 2, Galway H91 E9C2",
            {"line1": "3 Shop Street", "line2": "Flat 2", "postcode": "H91 E9C2", "city": "Galway"},
        ),
        ("I need to change the address of TT-10429", {}),
        (
            "no, 41 Quay Street, H91 X2KP Galway",
            {"line1": "41 Quay Street", "postcode": "H91 X2KP", "city": "Galway"},
        ),
        (
            "please send TT-10429 to Maeve Brennan, 14 Quay Street, H91 X2KP Galway instead",
            {"name": "Maeve Brennan", "line1": "14 Quay Street", "postcode": "H91 X2KP", "city": "Galway"},
        ),
        (
            "For TT-10432 change the recipient to Niamh Brennan, 14 Sea Road, H91 T2K8 Galway please",
            {"name": "Niamh Brennan", "line1": "14 Sea Road", "postcode": "H91 T2K8", "city": "Galway"},
        ),
        (
            "send #W7999678 to 88 Pine Street, Suite 4, Seattle, WA 98101, USA",
            {
                "line1": "88 Pine Street",
                "line2": "Suite 4",
                "postcode": "98101",
                "city": "Seattle",
                "state": "WA",
                "country": "US",
            },
        ),
    ],
)
def test_the_parts_of_an_address_are_found_as_typed(text: str, fields: dict[str, str]) -> None:
    assert address_words.address_fields(text) == fields


def test_reasons_and_refund_choices_are_found_only_where_they_are_said() -> None:
    assert (
        understanding.reason_meant("I ordered it by mistake", CancelReason) is CancelReason.ORDERED_BY_MISTAKE
    )
    assert (
        understanding.reason_meant("I don't need it any more", CancelReason) is CancelReason.NO_LONGER_NEEDED
    )
    assert understanding.reason_meant("please cancel", CancelReason) is None
    assert understanding.reason_meant("they are too small", ReturnReason) is ReturnReason.DOES_NOT_FIT
    assert understanding.reason_meant("the zip is broken", ReturnReason) is ReturnReason.FAULTY
    assert understanding.reason_meant("I would like to return it", ReturnReason) is None
    assert understanding.refund_choice("to a gift card please") is RefundTo.GIFT_CARD
    assert understanding.refund_choice("back to my card") is RefundTo.ORIGINAL
    assert understanding.refund_choice("whatever") is None


def test_a_card_is_no_way_back_for_what_was_paid_otherwise() -> None:
    paypal = PaymentMethod(PaymentKind.PAYPAL, "PayPal", "p")

    assert understanding.refund_choice("to my credit card", paypal) is None
    assert understanding.refund_choice("to paypal", paypal) is RefundTo.ORIGINAL


def socks(quantity: int = 3) -> OrderItem:
    return OrderItem(
        id="i1",
        sku="TT-SCK",
        name="Wool walking socks",
        variant="40-43",
        category="clothing",
        quantity=quantity,
        unit_price=Money(1850, "EUR"),
        final_sale=False,
        hygiene=False,
        personalised=False,
        returned=0,
    )


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("return two pairs of socks and the power bank", 2),
        ("two of the socks please", 2),
        ("a pair of socks", 1),
        ("2 socks", 2),
        ("all the socks", 3),
        ("12 socks", 12),
        ("I want to return the socks from TT-10387", None),
        ("the socks do not fit", None),
    ],
)
def test_a_number_of_pieces_is_taken_as_said_and_never_guessed(text: str, pieces: int | None) -> None:
    assert choosing.quantity_meant(text, socks()) == pieces


def test_a_single_piece_needs_no_number() -> None:
    assert choosing.quantity_meant("the socks", socks(1)) == 1


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("no", True),
        ("hmm no wait, don't", True),
        ("never mind", True),
        ("the second one", False),
        ("not the blue one", False),
    ],
)
def test_a_request_is_dropped_only_by_words_that_take_it_back(text: str, *, dropped: bool) -> None:
    assert understanding.drops_request(text) is dropped
