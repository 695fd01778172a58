"""What the desk shows of a customer: words about earlier conversations, and a shop that does not answer."""

import asyncio

import pytest

from agent.errors import ShopUnavailable
from agent.records import Floor
from escalation import customer
from escalation.customer import about, how_it_ended, orders_of
from escalation.records import Handoff

LABELS = {"refunded": "Refunded"}


def handoff(**fields: str) -> Handoff:
    return Handoff(reason="upset", why="", urgency="high", queue="general", decision={}, **fields)


@pytest.mark.parametrize(
    ("floor", "resolved", "holder", "last", "words"),
    [
        (Floor.AI, False, None, None, "Stayed with the AI"),
        (Floor.AI, False, None, handoff(ended_as="handback"), "Handed back to the AI"),
        (Floor.QUEUE, False, None, handoff(), "Waits for a person"),
        (Floor.HUMAN, False, "Aoife", handoff(), "With Aoife"),
        (Floor.AI, True, None, None, "Resolved"),
        (Floor.AI, True, None, handoff(wrap_up="refunded"), "Resolved: Refunded"),
        (Floor.AI, True, None, handoff(wrap_up="lost_in_post"), "Resolved: lost in post"),
    ],
)
def test_how_a_conversation_ended_is_told_in_words(floor, resolved, holder, last, words: str) -> None:
    assert how_it_ended(floor, resolved=resolved, holder=holder, last=last, labels=LABELS) == words


@pytest.mark.parametrize(
    ("thread", "line"),
    [
        ([], ""),
        ([("ai", "Hello!")], ""),
        ([("customer", "Hi there")], "Hi there"),
        (
            [("customer", "Hello"), ("ai", "Hello!"), ("customer", "My parcel\nnever arrived")],
            "My parcel never arrived",
        ),
        ([("customer", "x" * 300)], "x" * 139 + "…"),
    ],
)
def test_an_earlier_conversation_is_told_in_the_customers_own_words(thread, line: str) -> None:
    assert about(thread) == line


class Shop:
    """A shop that answers as it is told to."""

    def __init__(self, *orders: str, never: bool = False, fails: bool = False) -> None:
        self.own, self.never, self.fails = orders, never, fails

    async def orders(self, _: str):
        if self.never:
            await asyncio.Event().wait()
        if self.fails:
            raise ShopUnavailable("down")
        return self.own


@pytest.mark.parametrize(
    ("shop", "orders"),
    [
        (Shop("new", "old"), ("new", "old")),
        (Shop(), ()),
        (Shop(*"x" * 30), tuple("x" * 20)),
        (Shop(never=True), None),
        (Shop(fails=True), None),
    ],
)
async def test_a_shop_that_does_not_answer_is_not_waited_for(shop, orders, monkeypatch) -> None:
    monkeypatch.setattr(customer, "SHOP_SECONDS", 0.05)

    assert await orders_of(shop, "cus_maeve") == orders
