"""Journeys of what the AI may not do alone: a person approves it, the customer confirms it, and then it is done."""

from datetime import timedelta
from uuid import UUID

import time_machine

from agent.approvals import PENDING_FOR
from agent.records import Conversation
from knowledge.database import utc_now
from tests.conftest import World
from tests.people import HumanAgent, Shopper

TENT = "Please cancel order TT-10430, I ordered it by mistake"  # €679.00; code cancels up to €500.00


async def asked(world: World) -> Shopper:
    """Jonas asks for what only a person may allow."""
    jonas = await world.shopper("cus_jonas")
    await jonas.ask(TENT)
    return jonas


async def request(aoife: HumanAgent, jonas: Shopper):
    """What waits for an approval in his conversation."""
    [found] = (await aoife.case(jonas.conversation_id))["approvals"]
    return found


async def status(world: World) -> str:
    order = await world.parts.shop.order("cus_jonas", "TT-10430")
    assert order is not None
    return order.status


async def test_the_customer_reads_what_was_passed_on_and_the_desk_has_all_of_it(world: World) -> None:
    jonas, aoife = await asked(world), await world.human_agent(approves=1_000_00)

    passed_on = (await jonas.thread())[-1]
    assert passed_on["kind"] == "handoff"
    assert "Your request was passed on as: Cancel order TT-10430; " in passed_on["text"]
    assert "Refund: €679.00 to your Mastercard •••• 5100" in passed_on["text"]
    [waiting] = await aoife.list()
    assert waiting["handoff"]["reason"] == "approval_needed"
    found = await request(aoife, jonas)
    assert (found["title"], found["amount"], found["status"], found["why_not"]) == (
        "Cancel order TT-10430",
        "€679.00",
        "pending",
        None,
    )
    assert [reason["article"] for reason in found["reasons"]] == ["cancel-order", "refunds"]


async def test_approved_by_a_person_and_confirmed_by_the_customer_it_is_done(world: World) -> None:
    jonas, aoife = await asked(world), await world.human_agent(approves=1_000_00)
    await aoife.claim(jonas.conversation_id)

    approved = await aoife.approve(await request(aoife, jonas), "A long-standing customer.")

    assert approved.json()["approvals"][0]["status"] == "approved"
    assert approved.json()["approvals"][0]["decided_by"]["name"] == "Aoife"
    shown = (await jonas.thread())[-1]
    assert (shown["author"]["kind"], shown["proposal"]["status"]) == ("system", "open")
    assert "Aoife, a person on our team, has approved this" in shown["text"]
    assert await status(world) == "pending"
    notes = [m["text"] for m in (await aoife.case(jonas.conversation_id))["messages"] if m["kind"] == "note"]
    assert notes == ["Cancel order TT-10430 (approved): A long-standing customer."]

    done = await jonas.confirm(shown["proposal"])

    assert done.json()["status"] == "done"
    assert await status(world) == "cancelled"
    receipt = (await jonas.thread())[-1]
    assert (receipt["kind"], "€679.00" in receipt["text"]) == ("receipt", True)


async def test_an_approved_card_outlives_the_hand_back(world: World) -> None:
    jonas, aoife = await asked(world), await world.human_agent(approves=1_000_00)
    await aoife.claim(jonas.conversation_id)
    await aoife.approve(await request(aoife, jonas))
    card = (await jonas.thread())[-1]["proposal"]
    await aoife.hand_back(jonas.conversation_id, "Approved; he only has to confirm.")

    assert (await jonas.confirm(card)).json()["status"] == "done"


async def test_a_typed_yes_right_after_the_hand_back_confirms_what_was_approved(world: World) -> None:
    jonas, aoife = await asked(world), await world.human_agent(approves=1_000_00)
    await aoife.claim(jonas.conversation_id)
    await aoife.approve(await request(aoife, jonas))
    await aoife.hand_back(jonas.conversation_id)

    last = await jonas.ask("yes, please do it")

    assert last["kind"] == "receipt"
    assert await status(world) == "cancelled"


async def test_a_receipt_that_was_not_told_before_a_crash_is_told_although_the_card_was_shown_by_the_system(
    world: World,
) -> None:
    jonas, aoife = await asked(world), await world.human_agent(approves=1_000_00)
    await aoife.approve(await request(aoife, jonas))
    card = (await jonas.thread())[-1]["proposal"]
    # Confirmed, and the process dies before the receipt is told.
    await world.parts.proposals.confirm(UUID(card["id"]), customer_id="cus_jonas", digest=card["digest"])

    await world.parts.settlement.recover()

    assert (await jonas.thread())[-1]["kind"] == "receipt"


async def test_who_may_not_approve_the_amount_is_told_so_and_a_colleague_may(world: World) -> None:
    jonas, declan = await asked(world), await world.human_agent("Declan", approves=678_99)
    aoife = await world.human_agent(approves=679_00)

    found = await request(declan, jonas)
    refused = await declan.approve(found)

    assert (
        found["why_not"] == "You may approve up to €678.99; this is about €679.00. Ask a colleague who may."
    )
    assert (refused.status_code, refused.json()["detail"]) == (409, found["why_not"])
    assert (await aoife.approve(await request(aoife, jonas))).status_code == 200


async def test_nobody_approves_their_own_order(world: World) -> None:
    jonas = await asked(world)
    aoife = await world.human_agent(approves=10_000_00)
    async with world.parts.database.transaction() as session:  # she is the customer, by her address
        conversation = await session.get_one(Conversation, UUID(jonas.conversation_id))
        conversation.customer_email = aoife.account["email"].upper()

    refused = await aoife.approve(await request(aoife, jonas))

    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "This is your own order. Ask a colleague.",
    )


async def test_a_refusal_is_told_and_leaves_everything_as_it_was(world: World) -> None:
    jonas, aoife = await asked(world), await world.human_agent()

    await aoife.refuse(await request(aoife, jonas), "Ask for the reason first.")

    told = (await jonas.thread())[-1]
    assert "It was not approved, and nothing was changed" in told["text"]
    assert "Ask for the reason first" not in str(await jonas.thread())
    assert await status(world) == "pending"
    again = await aoife.approve(await request(aoife, jonas))
    assert (again.status_code, again.json()["detail"]) == (409, "This request is not open any more: refused.")


async def test_what_is_resolved_waits_for_no_approval_any_more(world: World) -> None:
    jonas, aoife = await asked(world), await world.human_agent(approves=1_000_00)
    await aoife.claim(jonas.conversation_id)
    await aoife.resolve(jonas.conversation_id)

    assert (await request(aoife, jonas))["status"] == "withdrawn"


async def test_a_request_that_nobody_decided_lapses_and_the_customer_hears_of_it(world: World) -> None:
    jonas = await asked(world)
    with time_machine.travel(utc_now() + PENDING_FOR + timedelta(seconds=1), tick=True):
        await world.parts.approving.expire()
        await world.parts.approving.expire()

    told = [m["text"] for m in await jonas.thread() if "not decided in time" in m["text"]]
    assert told == ["Your request (Cancel order TT-10430) was not decided in time. Nothing was changed."]


async def test_another_digest_or_a_request_that_is_not_there_is_refused(world: World) -> None:
    jonas, aoife = await asked(world), await world.human_agent(approves=1_000_00)
    found = await request(aoife, jonas)

    assert (await aoife.approve(found | {"digest": "0" * 64})).status_code == 409
    assert (await aoife.approve(found | {"id": jonas.conversation_id})).status_code == 404
    assert (await jonas.client.post(f"/v1/desk/approvals/{found['id']}/approve", json={})).status_code in (
        401,
        403,
    )
    assert await status(world) == "pending"
