"""Nothing changes but by the customer's own yes to exactly what was shown, and then once (laws 1, 3 and 5)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from agent.errors import ShopUnavailable
from agent.models.scripted import call
from agent.records import Effect, Proposal
from escalation.settlement import STILL_OPEN
from tests.laws.stage import Stage, order_status
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")

ORDER = "TT-10432"


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def pending(stage: Stage) -> AsyncIterator[None]:
    await stage.pending_again(ORDER)
    yield


def proposing(reason: str = "ordered_by_mistake") -> list[Any]:
    """What a model says to offer the cancellation."""
    return [[call("propose_cancel_order", order=ORDER, reason=reason)], "I can help."]


async def shown(stage: Stage, maeve: Shopper) -> dict[str, Any]:
    """The card of a cancellation."""
    stage.says(*proposing())
    card: dict[str, Any] = (await maeve.ask(f"Cancel {ORDER}, I ordered it by mistake"))["proposal"]
    return card


async def test_a_hostile_model_changes_nothing_whatever_it_calls(stage: Stage) -> None:
    stage.says(
        [
            call("cancel_order", order=ORDER),
            call("confirm_proposal", proposal_id="00000000-0000-0000-0000-000000000000", digest="x"),
            call("propose_cancel_order", order=ORDER, customer_id="cus_jonas"),
            call("propose_cancel_order", order=ORDER, refund=999_999),
            call("propose_return_items", order="TT-10387", lines=[{"item_id": "x", "quantity": -1}]),
            call("propose_return_items", order="TT-10387", lines=[{"item_id": "' OR 1=1", "quantity": 1}]),
            call("show_order", order="TT-%"),
            call("list_orders", customer="cus_jonas"),
            call("propose_cancel_order", order=ORDER, reason="ordered_by_mistake"),
            call("propose_cancel_order", order=ORDER, reason="no_longer_needed"),
        ],
        "Your order is cancelled. I have refunded €500. Yes. I confirm. Please check it.",
    )
    maeve = await stage.shopper()

    answer = await maeve.ask("What about my order?")

    assert await order_status(stage, ORDER) == "pending"
    assert await stage.rows(Effect, maeve.conversation_id) == []
    statuses = {p.id: p.status for p in await stage.rows(Proposal, maeve.conversation_id)}
    assert sorted(statuses.values()) == ["open"]
    assert statuses[UUID(answer["proposal"]["id"])] == "open"
    assert "refunded" not in answer["text"]
    assert "cancelled" not in answer["text"]
    results = " ".join(str(m.content) for m in stage.model.seen[-1] if m.type == "tool")
    assert results.count("try_again") == 6  # the last one: there is a proposal already
    assert "jonas" not in results.lower()


async def test_the_card_that_a_new_one_replaces_closes_on_the_customers_screen(stage: Stage) -> None:
    maeve = await stage.shopper()
    first = await shown(stage, maeve)
    stage.says(*proposing("no_longer_needed"))
    async with maeve.listening((await maeve.conversation())["last_event_id"]) as stream:
        second = (await maeve.ask("The reason is that I no longer need it"))["proposal"]
        closed = await stream.until("proposal", id=first["id"])

    assert closed.data["status"] == "withdrawn"
    assert (await maeve.confirm(first)).status_code == 409
    assert (await maeve.confirm({**first, "digest": second["digest"]})).status_code == 409
    assert (await maeve.confirm({**second, "digest": first["digest"]})).status_code == 409
    assert await order_status(stage, ORDER) == "pending"
    assert (await maeve.confirm(second)).json()["status"] == "done"


async def test_a_card_pressed_too_late_closes_on_every_screen(stage: Stage) -> None:
    maeve = await stage.shopper()
    card = await shown(stage, maeve)
    async with stage.parts.database.transaction() as session:
        proposal = await session.get_one(Proposal, UUID(card["id"]))
        proposal.expires_at -= timedelta(days=1)

    async with maeve.listening((await maeve.conversation())["last_event_id"]) as stream:
        assert (await maeve.confirm(card)).status_code == 409
        told = await stream.until("proposal", id=card["id"])

    assert told.data["status"] == "expired"
    assert await order_status(stage, ORDER) == "pending"


async def test_a_yes_after_something_else_was_said_confirms_nothing(stage: Stage) -> None:
    maeve = await stage.shopper()
    await shown(stage, maeve)
    stage.says("Good morning.", "I can help.")

    await maeve.ask("By the way, good morning")
    await maeve.ask("yes")

    assert await order_status(stage, ORDER) == "pending"
    assert await stage.rows(Effect, maeve.conversation_id) == []


async def test_a_yes_that_was_written_before_the_card_was_shown_confirms_nothing(stage: Stage) -> None:
    writing = asyncio.Event()
    offer, _ = proposing()
    stage.says(offer, ["I can help. Thank", writing, " you."], "I can help.")
    maeve = await stage.shopper()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send(f"Cancel {ORDER}"))
        await stream.until("draft")
        await maeve.send("yes", wait=0)  # to whatever it may be
        writing.set()
        await sending

    assert await order_status(stage, ORDER) == "pending"
    assert [m["proposal"]["status"] for m in await maeve.thread() if m["proposal"]] == ["open"]


async def test_a_no_and_a_yes_at_once_confirm_nothing(stage: Stage) -> None:
    maeve = await stage.shopper()
    card = await shown(stage, maeve)
    stage.says("I can help.", "I can help.")

    see_to, stage.parts.attendance.see_to = stage.parts.attendance.see_to, lambda _: None
    await maeve.send("no", wait=0)
    await maeve.send("yes", wait=0)
    stage.parts.attendance.see_to = see_to
    see_to(UUID(maeve.conversation_id))
    await stage.attended(maeve)

    assert await order_status(stage, ORDER) == "pending"
    assert card["id"] not in {str(e.proposal_id) for e in await stage.rows(Effect, maeve.conversation_id)}
    stage.forget()


async def test_a_card_of_an_earlier_floor_stays_dead_after_the_hand_back(stage: Stage) -> None:
    maeve, [aoife] = await stage.shopper(), await stage.desk()
    card = await shown(stage, maeve)
    await aoife.claim(maeve.conversation_id)
    await aoife.hand_back(maeve.conversation_id)
    stage.says("Good morning.")

    pressed, written = await maeve.confirm(card), await maeve.ask("yes")

    assert pressed.status_code == 409
    assert written["text"] == "Good morning."
    assert await order_status(stage, ORDER) == "pending"


async def test_confirming_while_a_person_takes_over_does_it_whole_or_not_at_all(stage: Stage) -> None:
    [aoife] = await stage.desk()
    for _ in range(5):
        await stage.pending_again(ORDER)
        maeve = await stage.shopper()
        card = await shown(stage, maeve)

        confirmed, claimed = await asyncio.gather(maeve.confirm(card), aoife.claim(maeve.conversation_id))

        assert claimed.status_code == 200
        done = confirmed.status_code == 200
        assert await order_status(stage, ORDER) == ("cancelled" if done else "pending")
        receipts = [m for m in await maeve.thread() if m["kind"] == "receipt"]
        assert len(receipts) == len(await stage.rows(Effect, maeve.conversation_id)) == int(done)


async def test_what_the_shop_answers_late_is_told_as_was_promised(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: Any, **__: Any) -> None:
        raise ShopUnavailable("It does not answer.")

    maeve = await stage.shopper()
    card = await shown(stage, maeve)
    with monkeypatch.context() as outage:
        outage.setattr(stage.parts.shop, "receipt", down)
        assert (await maeve.confirm(card)).json()["status"] == "confirmed"
        await stage.parts.settlement.recover()
    assert (await maeve.thread())[-1]["text"] == STILL_OPEN

    for _ in range(3):
        await stage.parts.settlement.recover()

    told = [m for m in await maeve.thread() if m["author"]["kind"] == "system"][1:]
    assert [m["kind"] for m in told] == ["text", "receipt"]
    assert ORDER in told[-1]["text"]
    assert await order_status(stage, ORDER) == "cancelled"


async def test_a_turn_that_runs_out_of_time_after_it_proposed_shows_the_card_and_does_nothing(
    stage: Stage,
) -> None:
    offer, _ = proposing()
    stage.says(offer, [TimeoutError()])
    maeve = await stage.shopper()

    answer = await maeve.ask(f"Cancel {ORDER}, I ordered it by mistake")

    assert answer["proposal"]["status"] == "open"
    assert await order_status(stage, ORDER) == "pending"
