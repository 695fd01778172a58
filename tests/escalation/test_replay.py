"""Weighing again what came before: the same inputs as then, and what another policy would have done."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from sqlmodel import select

from agent.records import Conversation, TurnRecord
from agent.signals import Stake
from escalation.experiments.lots import Variant
from escalation.experiments.records import Lot
from escalation.histories import history_of
from escalation.replay import Fate, fates, policy_drawn, weigh_again
from escalation.triggers import POLICY_FILE, Triggers
from knowledge.database import utc_now
from tests.conftest import World
from tests.escalation.experiments.plans import plan
from tests.escalation.makers import begin, felt, signals, stake
from tests.escalation.test_histories import CALM, CLAIM, FURIOUS, HANDBACK, HANDOFF, history

CURRENT = Triggers.load()


def policy(tmp_path: Path, **changes: Any) -> Triggers:
    """The current policy with some fields changed."""
    file = tmp_path / "new.yaml"
    file.write_text(
        yaml.safe_dump(yaml.safe_load(POLICY_FILE.read_text("utf-8")) | changes), encoding="utf-8"
    )
    return Triggers.load(file)


def only(**when: float) -> list[dict[str, Any]]:
    """One rule."""
    conditions = {name.replace("__", "."): least for name, least in when.items()}
    row = {"rule": "only", "when": conditions, "reason": "upset", "why": "W", "urgency": "high", "queue": "q"}
    return [row]


LEGAL = stake(Stake.legal, 0.8)


@pytest.mark.parametrize(
    ("thread", "least", "fate"),
    [
        ([CALM, LEGAL], 0.8, [Fate.SAME]),
        ([CALM, CALM], 0.8, [Fate.NEITHER]),
        ([LEGAL, HANDOFF], 0.9, [Fate.NO_LONGER]),
        ([stake(Stake.legal, 0.4)], 0.4, [Fate.NEWLY]),
        ([LEGAL, HANDOFF, stake(Stake.legal, 0.95)], 0.9, [Fate.LATER]),
        ([stake(Stake.legal, 0.4), LEGAL], 0.4, [Fate.EARLIER]),
        ([LEGAL, HANDOFF, CLAIM, HANDBACK, LEGAL], 0.9, [Fate.NO_LONGER, Fate.NO_LONGER]),
        ([HANDOFF, LEGAL, CLAIM, LEGAL], 0.1, []),  # a button led to that queue, and then a person spoke
    ],
)
def test_what_becomes_of_a_stretch_with_the_ai(
    tmp_path: Path, thread: list[Any], least: float, fate: list[Fate]
) -> None:
    new = policy(tmp_path, rules=only(stakes__legal=least))
    assert fates(weigh_again(history(*thread), CURRENT, new)) == fate


def test_another_smoothing_makes_other_levels_of_the_same_feelings(tmp_path: Path) -> None:
    quicker = policy(
        tmp_path, trajectory={"smoothing": 0.6, "ring_at": 0.7, "rest_below": 0.3, "half_life_days": 7}
    )
    first, second = weigh_again(history(felt(0.84), FURIOUS), quicker, CURRENT)
    assert (first.current.name, first.new.name, first.differs) == (None, None, False)
    assert first.current.inputs["conversation.level"] > first.new.inputs["conversation.level"]
    assert (second.current.name, second.new.name) == ("lasting-anger", "lasting-anger")


def test_what_could_not_be_read_is_not_weighed() -> None:
    thread = history(CALM, signals())
    del thread.readings[thread.spoken[1].id]
    assert [w.message.seq for w in weigh_again(thread, CURRENT, CURRENT)] == [2]


async def test_the_replay_is_given_what_production_was_given(world: World) -> None:
    """Order, tier, repetition, refusals, unanswered questions, trajectories: each decision of a real run comes again."""
    amina, aoife = await world.shopper("cus_amina"), await world.human_agent()
    await amina.ask("Which mountain passes in Peru are open in February 2031?")
    await amina.ask("That did not help. Which mountain passes in Peru are open?")
    await amina.ask("Where is my order TT-10411?")
    await amina.ask("This is a disgrace, I am furious with you!")
    await amina.ask("I want to talk to a person")
    await aoife.claim(amina.conversation_id)
    await aoife.hand_back(amina.conversation_id)
    await amina.ask("You are still useless, this makes me so angry!")
    first = UUID(amina.conversation_id)
    amina = await world.shopper("cus_amina")
    await amina.ask("How long does delivery to France take?")

    triggers = world.parts.attendance.triggers
    async with world.parts.database.reading() as session:
        turns = (await session.exec(select(TurnRecord))).all()
        recorded = {turn.message_id: turn.record["decision"] for turn in turns if "decision" in turn.record}
        weighed = [
            w
            for id_ in (first, UUID(amina.conversation_id))
            for w in weigh_again(
                await history_of(session, await session.get_one(Conversation, id_)), triggers, triggers
            )
        ]

    again = {w.message.id: w.new.to_json() for w in weighed if w.message.id in recorded}
    assert again == recorded
    assert len(again) >= 6
    assert {"upset-again", None} <= {decision["rule"] for decision in again.values()}
    seen = {name for decision in again.values() for name in decision.get("inputs", {})}
    assert {"unanswered", "refusals", "times_asked", "customer.tier", "customer.level"} <= seen


async def test_a_conversation_is_weighed_under_the_thresholds_that_it_drew(world: World) -> None:
    change = {"triggers": {"unanswered": {"unanswered": 1}}}
    await world.parts.experiments.start(plan(variants={"B": change}), by=None)
    drawn = {}
    for variant in Variant:
        conversation = await begin(world.parts.database)
        async with world.parts.database.transaction() as session:
            session.add(
                Lot(
                    conversation_id=conversation.id,
                    experiment="surer-search",
                    variant=variant,
                    unit=variant,
                    at=utc_now(),
                )
            )
        async with world.parts.database.reading() as session:
            drawn[variant] = await policy_drawn(session, conversation.id, CURRENT)
    assert drawn[Variant.A] is CURRENT
    rule = next(rule for rule in drawn[Variant.B].rules if rule.rule == "unanswered")
    assert rule.when == {"unanswered": 1}
    assert drawn[Variant.B].version != CURRENT.version
