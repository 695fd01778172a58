"""What stands in braces: known, unknown, filled, left open."""

import pytest
import yaml

from agent.incoming import MessageRefusedError
from agent.records import AuthorKind, Conversation, Message
from escalation.macros import PLACEHOLDERS, SHIPPED, filled, open_in, refuse_open, unknown_in, values_of
from escalation.records import StaffAccount

AOIFE = StaffAccount(email="aoife@desk.example", name="Aoife Byrne", password_hash="none")


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Hello {customer_first_name}, this is {agent_name}.", []),
        ("Hello {first_name}", ["first_name"]),
        ("Hello {Customer_First_Name}", ["Customer_First_Name"]),
        ("{} and { order }", ["", " order "]),
        ("{order} {oops} {oops}", ["oops"]),
        ("No braces at all, } even these {", []),
        ("{{order}}", []),
    ],
)
def test_only_known_names_may_stand_in_braces(text: str, unknown: list[str]) -> None:
    assert unknown_in(text) == unknown


@pytest.mark.parametrize(
    ("text", "values", "made", "empty"),
    [
        ("Hello {customer_name}", {"customer_name": "Maeve Brennan"}, "Hello Maeve Brennan", ()),
        ("Order {order}, {order}", {"order": ""}, "Order {order}, {order}", ("order",)),
        ("{case_number}: {order}", {"case_number": "C-1"}, "C-1: {order}", ("order",)),
        # What a value says is no placeholder of ours: a customer may be called what they like.
        ("{customer_name}", {"customer_name": "{order}", "order": "TT-1"}, "{order}", ()),
    ],
)
def test_what_is_known_is_filled_in_and_the_rest_stays_in_sight(
    text: str, values: dict[str, str], made: str, empty: tuple[str, ...]
) -> None:
    assert (filled(text, values).text, filled(text, values).empty) == (made, empty)


def test_a_reply_with_an_open_placeholder_is_refused_and_other_braces_are_not() -> None:
    with pytest.raises(MessageRefusedError, match=r"fill in \{order\}, \{agent_name\} first"):
        refuse_open("Order {order} by {agent_name}, {order}")

    refuse_open("Type {name} in the form, or {}.")


def test_values_come_from_the_conversation_and_a_visitor_has_no_name() -> None:
    spoken = [
        Message(conversation_id=AOIFE.id, seq=seq, author_kind=AuthorKind.CUSTOMER, text=text)
        for seq, text in enumerate(["Where is TT-10411?", "and TT-10429?", "Hello?"], start=2)
    ]
    known = Conversation(case_number="C-7", customer_id="c", customer_name="Maeve Ní Bhriain")
    visitor = Conversation(case_number="C-8", visitor_id="v", customer_name="Whoever")

    assert values_of(known, spoken, AOIFE, "Tarn & Thistle") == {
        "customer_first_name": "Maeve",
        "customer_name": "Maeve Ní Bhriain",
        "case_number": "C-7",
        "agent_name": "Aoife Byrne",
        "order": "TT-10429",
        "shop_name": "Tarn & Thistle",
    }
    assert set(values_of(visitor, [], AOIFE, "Tarn")) == set(PLACEHOLDERS)
    assert values_of(visitor, [], AOIFE, "Tarn")["customer_first_name"] == ""


def test_the_shipped_macros_have_no_unknown_placeholder() -> None:
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))

    assert [unknown_in(macro["text"]) for macro in shipped] == [[]] * len(shipped)
    assert any(open_in(macro["text"]) for macro in shipped)
