"""An experiment from its start to its end, as customers and the desk see it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from agent.records import Conversation, TurnRecord
from escalation.experiments.lots import Variant, draw
from escalation.experiments.plan import Plan
from escalation.experiments.records import Lot
from tests.conftest import World
from tests.escalation.experiments.lived import lived
from tests.escalation.experiments.plans import plan
from tests.people import Shopper

QUESTION = "How long does standard delivery to Germany take?"


async def begin(world: World, made: Plan) -> None:
    """Start it, and let the process look."""
    await world.parts.experiments.start(made, by="Niamh")
    await world.parts.attendance.ways.refresh()


async def who_draws(world: World, name: str, variant: Variant) -> Shopper:
    """A visitor who draws this variant. Each session is another visitor, so a few tries are enough."""
    for _ in range(40):
        shopper = await world.shopper(None)
        conversation = await shopper.begin()
        async with world.parts.database.reading() as session:
            found = await session.get_one(Conversation, UUID(conversation["id"]))
        if draw(name, f"visitor {found.visitor_id}", 1).variant is variant:
            return shopper
    raise AssertionError("nobody drew it")


async def lots(world: World) -> list[Lot]:
    async with world.parts.database.reading() as session:
        return list((await session.exec(select(Lot).order_by(col(Lot.at)))).all())


async def record_of(world: World, shopper: Shopper) -> dict[str, Any]:
    query = select(TurnRecord).where(TurnRecord.conversation_id == UUID(shopper.conversation_id))
    async with world.parts.database.reading() as session:
        turns = (await session.exec(query.order_by(col(TurnRecord.created_at).desc()))).all()
    return turns[0].record


async def test_b_gets_what_is_tried_and_a_the_product_as_it_is_and_the_record_says_which(
    world: World,
) -> None:
    await begin(world, plan())
    a, b = [await who_draws(world, "surer-search", variant) for variant in Variant]

    assert "3–6 working days" in (await a.ask(QUESTION))["text"]
    assert "could not find that" in (await b.ask(QUESTION))["text"]

    assert (await record_of(world, a))["experiments"] == {"surer-search": "A"}
    assert (await record_of(world, b))["experiments"] == {"surer-search": "B"}


async def test_the_desk_reads_under_which_variant_an_answer_was_written(world: World) -> None:
    await begin(world, plan())
    b, aoife = await who_draws(world, "surer-search", Variant.B), await world.human_agent()
    answer = await b.ask(QUESTION)

    turn = (await aoife.client.get(f"/v1/desk/messages/{answer['id']}/turn")).json()

    assert turn["experiments"] == {"surer-search": "B"}


async def test_without_an_experiment_nobody_draws_and_no_record_speaks_of_one(world: World) -> None:
    shopper = await world.shopper(None)
    await shopper.ask(QUESTION)
    assert await lots(world) == []
    assert "experiments" not in await record_of(world, shopper)


async def test_a_conversation_keeps_its_variant_when_the_share_moves_and_ends_with_the_experiment(
    world: World,
) -> None:
    await begin(world, plan())
    b = await who_draws(world, "surer-search", Variant.B)
    await b.ask("Hello")

    await world.parts.experiments.set_share("surer-search", 0.000001, by="Niamh")
    await world.parts.attendance.ways.refresh()
    assert "could not find that" in (await b.ask(QUESTION))["text"]

    # Stopped by another process: this one has not looked yet.
    await world.parts.experiments.stop("surer-search", by="Niamh", why="Enough.")
    assert "3–6 working days" in (await b.ask(QUESTION))["text"]
    assert "experiments" not in await record_of(world, b)


async def test_a_conversation_that_has_begun_before_does_not_join(world: World) -> None:
    shopper = await who_draws(world, "surer-search", Variant.B)
    await shopper.ask("Hello")
    await begin(world, plan())
    assert "3–6 working days" in (await shopper.ask(QUESTION))["text"]
    assert await lots(world) == []


async def test_another_threshold_of_a_rule_hands_over_whom_the_product_would_answer(world: World) -> None:
    change = {"triggers": {"unanswered": {"unanswered": 1}}}
    await begin(world, plan(experiment="sooner", variants={"B": change}))
    a, b = [await who_draws(world, "sooner", variant) for variant in Variant]
    for shopper in (a, b):
        await shopper.ask("Do you sell submarines in purple?")
        await shopper.ask("Do you sell hovercrafts in yellow?")
    assert (await a.conversation())["floor"] == "ai"
    assert (await b.conversation())["floor"] == "queue"
    decision = (await record_of(world, b))["decision"]
    assert decision["conditions"][0]["at_least"] == 1
    assert decision["policy_version"] != world.parts.attendance.triggers.version


async def test_b_answers_from_the_knowledge_as_an_earlier_publication_left_it_and_a_from_what_is_live(
    world: World,
) -> None:
    knowledge = world.parts.knowledge
    before = (await knowledge.publications())[0].number
    row = await knowledge.article("delivery")
    assert row is not None
    article = row.article
    changed = replace(article, body=article.body.replace("3–6 working", "30–60 working"))
    draft = await knowledge.drafts.save(changed, by="Niamh", base=row.fingerprint)
    await knowledge.publish([draft.id])
    assert (await knowledge.publications())[0].number == before + 1

    await begin(world, plan(variants={"B": {"knowledge": {"publication": before}}}))
    a, b = [await who_draws(world, "surer-search", variant) for variant in Variant]
    assert "30–60 working days" in (await a.ask(QUESTION))["text"]
    answer = await b.ask(QUESTION)
    assert "3–6 working days" in answer["text"]

    # Law 8: what B cites was published, and can be opened.
    (citation, *_) = answer["citations"]
    assert citation["version"] == row.version
    page = await b.client.get(citation["url"])
    assert "3–6 working days" in page.text


async def test_a_guardrail_stops_the_experiment_by_itself_and_everybody_is_back_with_the_control(
    world: World,
) -> None:
    experiments = world.parts.experiments
    await begin(world, plan())
    b = await who_draws(world, "surer-search", Variant.B)
    await b.ask(QUESTION)
    await lived(world.parts.database, "surer-search", 60, unknown={Variant.B: 1.0}, ago=timedelta(hours=2))

    await world.parts.tend()

    ((ended, events),) = await experiments.all()
    assert ended.ended_at is not None
    assert [event.kind for event in events] == ["started", "stopped"]
    assert events[-1].by is None
    assert "“Was told that nothing was found” is broken: B is worse than A by at least" in events[-1].why
    assert "3–6 working days" in (await b.ask(QUESTION))["text"]


async def test_all_conversations_of_a_customer_have_one_variant_and_count_as_one(world: World) -> None:
    await begin(world, plan())
    for _ in range(2):
        await (await world.shopper("cus_maeve")).ask(QUESTION)
    first, second = await lots(world)
    assert (first.variant, first.unit) == (second.variant, second.unit)
    assert "maeve" not in first.unit
