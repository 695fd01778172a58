"""Customers, people of the desk and a slow model all at once, in orders that a seed draws (laws 1, 3, 4 and 11)."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.messages import BaseMessage
from pydantic import Field

from agent.models.scripted import ScriptedModel, call
from agent.records import AuthorKind, Effect, Floor, Message, MessageKind, Proposal, TurnRecord
from escalation.records import Event, EventKind, TurnOutcome
from tests.laws.stage import Stage
from tests.people import HumanAgent, Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")

STEPS = 10  # of one run


class SlowModel(ScriptedModel):
    """Proposes now and then, writes in pieces, and lets everybody else have their turn in between."""

    script: list[Any] = Field(default_factory=list)
    dice: random.Random

    def _take(self, messages: Sequence[BaseMessage]) -> Any:
        proposes = messages[-1].type == "human" and self.dice.random() < 0.7
        if proposes:
            reason = self.dice.choice(["ordered_by_mistake", "no_longer_needed"])
            return [call("propose_cancel_order", order="TT-10432", reason=reason)]
        return ["I can help. ", "Please look at it. ", "Thank you."]

    async def _astream(self, messages: list[BaseMessage], *args: Any, **more: Any) -> Any:
        async for chunk in super()._astream(messages, *args, **more):
            for _ in range(self.dice.randrange(40)):
                await asyncio.sleep(0)  # not time: only everybody else's turn
            yield chunk


async def act(what: str, maeve: Shopper, aoife: HumanAgent, sent: list[str]) -> None:
    """One thing that somebody does; whether it is still possible is for the product to say."""
    case = maeve.conversation_id
    match what:
        case "send" | "yes":
            text = "yes" if what == "yes" else f"message {uuid4().hex}"
            response = await maeve.send(text, wait=0)
            assert response.status_code == 201
            sent.append(response.json()["message"]["id"])
        case "confirm" | "decline":
            cards = [m["proposal"] for m in await maeve.thread() if m["proposal"]]
            for card in cards[-2:]:
                path = f"/v1/proposals/{card['id']}/cancel"
                done = await (maeve.confirm(card) if what == "confirm" else maeve.client.post(path))
                assert done.status_code in (200, 409)
        case "button":
            assert (await maeve.talk_to_person()).status_code == 200
        case "claim":
            assert (await aoife.claim(case)).status_code in (200, 409)
        case "reply":
            assert (await aoife.reply(case, "Hello")).status_code in (201, 409)
        case "hand_back":
            assert (await aoife.hand_back(case, "noted")).status_code in (200, 409)
        case "resolve":
            assert (await aoife.resolve(case)).status_code in (200, 409)


WEIGHTS = {
    "send": 8, "yes": 3, "confirm": 6, "decline": 1, "button": 1, "claim": 2, "reply": 2, "hand_back": 6, "resolve": 1,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
async def test_whatever_happens_at_once_the_laws_hold(stage: Stage, seed: int) -> None:
    dice = random.Random(seed)
    writer = stage.parts.attendance.turn.providers.writers[0]
    object.__setattr__(writer, "model", SlowModel(dice=dice))
    try:
        await run(stage, dice)
    finally:
        object.__setattr__(writer, "model", stage.model)


async def run(stage: Stage, dice: random.Random) -> None:
    maeve = await stage.shopper()
    people = await stage.desk(2)
    await stage.pending_again("TT-10432")
    sent: list[str] = []
    todo = dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS)
    await act("send", maeve, people[0], sent)
    while todo:
        at_once, todo = todo[: (n := dice.randint(1, 4))], todo[n:]
        await asyncio.gather(*(act(what, maeve, dice.choice(people), sent) for what in at_once))
        if dice.random() < 0.6:
            await stage.attended(maeve)  # else the next things happen in the middle of the turn
    await stage.attended(maeve)

    thread = await stage.rows(Message, maeve.conversation_id)
    await nothing_was_lost(stage, maeve, thread, sent)
    await every_change_was_confirmed_and_made_once(stage, maeve, thread)
    await the_ai_spoke_only_with_the_floor(stage, maeve, thread)
    assert [m["seq"] for m in await maeve.thread()] == sorted(
        m.seq for m in thread if m.audience == "everyone"
    )


async def nothing_was_lost(stage: Stage, maeve: Shopper, thread: list[Message], sent: list[str]) -> None:
    """Every message stands once; what nobody answered waits for a person, never for the AI."""
    by_customer = [m for m in thread if m.author_kind == AuthorKind.CUSTOMER]
    assert Counter(str(m.id) for m in by_customer) == Counter(sent)
    turns = {turn.message_id: turn.outcome for turn in await stage.rows(TurnRecord, maeve.conversation_id)}
    replies = Counter(
        m.in_reply_to for m in thread if m.author_kind == AuthorKind.AI and m.kind == MessageKind.TEXT
    )
    assert set(replies) <= {m.id for m in by_customer}
    assert all(count == 1 for count in replies.values())
    answered = {message for message, outcome in turns.items() if outcome in ("answer", "unknown")}
    assert answered == set(replies)
    if (await maeve.conversation())["floor"] == Floor.AI:
        closed = [m.seq for m in thread if m.author_kind == AuthorKind.HUMAN and m.kind == MessageKind.TEXT]
        closed += [m.seq for m in thread if m.kind == MessageKind.RESOLVED]
        waiting = [m for m in by_customer if m.seq > max(closed, default=0)]
        assert all(turns.get(m.id, TurnOutcome.STALE) != TurnOutcome.STALE for m in waiting)


async def every_change_was_confirmed_and_made_once(
    stage: Stage, maeve: Shopper, thread: list[Message]
) -> None:
    proposals = {p.id: p for p in await stage.rows(Proposal, maeve.conversation_id)}
    effects = await stage.rows(Effect, maeve.conversation_id)
    assert all(proposals[e.proposal_id].status in ("done", "failed") for e in effects)
    receipts = Counter(m.proposal_id for m in thread if m.kind == MessageKind.RECEIPT)
    assert receipts == Counter(e.proposal_id for e in effects if e.receipt)
    shown = {m.proposal_id for m in thread if m.author_kind == AuthorKind.AI and m.kind == MessageKind.TEXT}
    assert {e.proposal_id for e in effects} <= shown


async def the_ai_spoke_only_with_the_floor(stage: Stage, maeve: Shopper, thread: list[Message]) -> None:
    """The log tells who had the floor at each word; it is written in the words' own transactions."""
    messages, floor, epochs = {m.id: m for m in thread}, "ai", [1]
    for event in sorted(await stage.rows(Event, maeve.conversation_id), key=lambda e: e.id):
        if event.kind == EventKind.FLOOR:
            floor = event.payload["floor"]
            epochs.append(event.payload["epoch"])
        elif event.kind == EventKind.MESSAGE and (message := messages[event.ref]).kind == MessageKind.TEXT:
            assert message.author_kind != AuthorKind.AI or floor == "ai"
            assert message.author_kind != AuthorKind.HUMAN or floor == "human"
    assert epochs == list(range(1, len(epochs) + 1))
