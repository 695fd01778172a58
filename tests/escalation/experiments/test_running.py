"""Starting, stopping and guarding, on both databases and among several processes."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from agent.records import Conversation
from agent.turn import Turn
from escalation.after.policy import After
from escalation.experiments.lots import Variant
from escalation.experiments.records import Experiment, ExperimentEvent, Happened, Lot, Tried
from escalation.experiments.running import (
    EVERY,
    ExperimentConflictError,
    ExperimentNotFoundError,
    Experiments,
)
from escalation.experiments.ways import Ways
from escalation.triggers import Triggers
from knowledge.database import Database, utc_now
from tests.escalation.experiments.lived import lived
from tests.escalation.experiments.plans import plan
from tests.escalation.makers import begin

TRIGGERS = {"triggers": {"unanswered": {"unanswered": 2}}}


class Clock:
    """Now, and then later."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> Any:
        return utc_now() + self.later


def experiments(database: Database, clock: Clock | None = None) -> Experiments:
    return Experiments(database, After.load(), clock=clock or Clock())


def ways(database: Database, **more: Any) -> Ways:
    """The ways of another process: no model is asked here, so it has none."""
    turn = object.__new__(Turn)
    return Ways(database, Triggers.load(), turn, None, **({"settling": timedelta()} | more))  # type: ignore[arg-type]


async def events(database: Database) -> list[str]:
    async with database.reading() as session:
        return [event.kind for event in await session.exec(select(ExperimentEvent))]


async def test_a_name_is_used_once_and_one_thing_is_tried_by_one_experiment_at_a_time(
    either: Database,
) -> None:
    ours = experiments(either)
    await ours.start(plan(), by="Niamh")

    with pytest.raises(ExperimentConflictError, match="'surer-search' runs, and a name is used once"):
        await ours.start(plan(variants={"B": TRIGGERS}), by="Niamh")
    with pytest.raises(ExperimentConflictError, match=r"B\.search is tried by surer-search already"):
        await ours.start(plan(experiment="other"), by="Niamh")
    await ours.start(plan(experiment="of-rules", variants={"B": TRIGGERS}), by="Niamh")

    await ours.stop("surer-search", by="Niamh", why="Enough.")
    with pytest.raises(ExperimentConflictError, match="'surer-search' ended on"):
        await ours.start(plan(), by="Niamh")
    await ours.start(plan(experiment="other"), by="Niamh")


async def test_of_two_that_start_at_once_one_does(either: Database) -> None:
    made = [plan(experiment=f"number-{n}") for n in range(4)]
    ended = await asyncio.gather(
        *(experiments(either).start(one, by=None) for one in made), return_exceptions=True
    )
    assert sum(isinstance(one, Experiment) for one in ended) == 1
    assert await events(either) == ["started"]
    async with either.reading() as session:
        assert len((await session.exec(select(Tried))).all()) == 1


async def test_of_many_that_stop_it_at_once_one_does_and_the_others_are_told(either: Database) -> None:
    await experiments(either).start(plan(), by="Niamh")
    ended = await asyncio.gather(
        *(experiments(either).stop("surer-search", by="Niamh", why="Enough.") for _ in range(5)),
        return_exceptions=True,
    )
    assert [str(one) for one in ended].count("None") == 1
    assert sum("has ended already" in str(one) for one in ended) == 4
    assert await events(either) == ["started", "stopped"]


async def test_guardrails_are_seen_to_by_every_process_and_stop_it_once(either: Database) -> None:
    await experiments(either).start(plan(), by="Niamh")
    await lived(either, "surer-search", 60, unknown={Variant.B: 1.0})

    await asyncio.gather(*(experiments(either).look() for _ in range(4)))

    assert await events(either) == ["started", "stopped"]
    ((ended, (_, stopped)),) = await experiments(either).all()
    assert ended.ended_at == stopped.at
    assert "is broken: B is worse than A by at least" in stopped.why


async def test_a_harmless_variant_goes_on(either: Database) -> None:
    ours = experiments(either)
    await ours.start(plan(), by="Niamh")
    await lived(either, "surer-search", 100, unknown={Variant.A: 0.3, Variant.B: 0.3})
    await ours.look()
    assert await events(either) == ["started"]
    found = await ours.results("surer-search")
    assert (found.of("could_not_find").a.arm.n, found.of("could_not_find").b.arm.n) == (100, 100)
    assert found.of("tokens").b.value == 100
    assert found.of("cost").a.value == 50
    assert found.of("first_words").a.value == 100


async def test_guardrails_are_looked_at_again_after_a_time_and_not_at_every_turn(either: Database) -> None:
    clock = Clock()
    ours = experiments(either, clock)
    await ours.start(plan(), by="Niamh")
    await ours.look()
    await lived(either, "surer-search", 60, unknown={Variant.B: 1.0})
    await ours.look()
    assert await events(either) == ["started"]
    clock.later = EVERY
    await ours.look()
    assert await events(either) == ["started", "stopped"]


async def test_what_has_ended_is_counted_as_it_was_at_its_end(either: Database) -> None:
    clock = Clock()
    ours = experiments(either, clock)
    await ours.start(plan(), by="Niamh")
    await lived(either, "surer-search", 40, unknown={}, ago=timedelta(hours=2))
    await ours.stop("surer-search", by="Niamh", why="Enough.")
    clock.later = timedelta(days=30)
    found = await ours.results("surer-search")
    assert found.of("handed_over").a.arm.n == 40
    assert found.of("resolved_alone").a.arm.n == 0


async def test_processes_agree_on_what_a_conversation_draws_and_write_it_once(either: Database) -> None:
    await experiments(either).start(plan(variants={"B": TRIGGERS}), by="Niamh")
    processes = [ways(either) for _ in range(4)]
    for process in processes:
        await process.refresh()
    conversations = [await begin(either, f"cus_{number}") for number in range(6)]
    for conversation in conversations:
        told = await asyncio.gather(*(process.of(conversation, begins=True) for process in processes))
        assert len({way.tried["surer-search"] for way in told}) == 1
        assert len({way.triggers.version for way in told}) == 1
    async with either.reading() as session:
        assert len((await session.exec(select(Lot))).all()) == 6


async def test_a_process_that_has_not_looked_yet_goes_by_what_the_records_say_as_soon_as_it_knows_one(
    either: Database,
) -> None:
    ours = experiments(either)
    await ours.start(plan(variants={"B": TRIGGERS}), by="Niamh")
    process = ways(either)
    await process.refresh()
    conversation = await with_variant(either, process, Variant.B)
    await ours.stop("surer-search", by="Niamh", why="Enough.")
    assert (await process.of(conversation, begins=False)).tried == {}
    assert (await process.of(await begin(either, "cus_new"), begins=True)).tried == {}


async def with_variant(database: Database, process: Ways, variant: Variant) -> Conversation:
    for number in range(40):
        conversation = await begin(database, f"cus_{number}")
        if (await process.of(conversation, begins=True)).tried.get("surer-search") == variant:
            return conversation
    raise AssertionError("nobody drew it")


async def test_where_several_processes_serve_nobody_draws_before_all_of_them_know(either: Database) -> None:
    clock = Clock()
    await experiments(either, clock).start(plan(variants={"B": TRIGGERS}), by="Niamh")
    process = ways(either, settling=timedelta(minutes=1), clock=clock)
    await process.refresh()
    assert (await process.of(await begin(either, "cus_0"), begins=True)).tried == {}
    clock.later = timedelta(minutes=1)
    assert (await process.of(await begin(either, "cus_1"), begins=True)).tried != {}


async def test_two_experiments_on_different_things_are_tried_in_one_conversation(either: Database) -> None:
    ours = experiments(either)
    await ours.start(plan(variants={"B": TRIGGERS}), by="Niamh")
    await ours.start(plan(experiment="of-tone", variants={"B": {"tone": "Brief."}}), by="Niamh")
    process = ways(either)
    process.control.turn.tone = ""
    await process.refresh()
    seen = set()
    for number in range(40):
        way = await process.of(await begin(either, f"cus_{number}"), begins=True)
        changed = way.triggers.version != process.control.triggers.version
        assert (way.tried["surer-search"] == "B", way.tried["of-tone"] == "B") == (
            changed,
            way.turn.tone == "Brief.",
        )
        seen.add((changed, way.turn.tone))
    assert len(seen) == 4
    assert process.control.turn.tone == ""


async def test_an_experiment_that_this_product_cannot_do_is_stopped_and_says_why(either: Database) -> None:
    gone = {"triggers": {"a-rule-that-was": {"unanswered": 2}}}
    await experiments(either).start(plan(variants={"B": gone}), by="Niamh")
    process = ways(either)
    await process.refresh()
    ((ended, (_, stopped)),) = await experiments(either).all()
    assert ended.ended_at is not None
    assert stopped.why.startswith("It cannot be done here: triggers: there is no rule 'a-rule-that-was'")


async def test_an_unknown_name_and_a_share_that_cannot_be_are_told(either: Database) -> None:
    ours = experiments(either)
    await ours.start(plan(share=0.2), by="Niamh")
    with pytest.raises(ExperimentNotFoundError, match="There is no experiment 'other'"):
        await ours.stop("other", by=None, why="")
    with pytest.raises(ValueError, match="at most 1"):
        await ours.set_share("surer-search", 2, by=None)
    await ours.set_share("surer-search", 0.5, by="Niamh")
    assert (await ours.find("surer-search")).share == 0.5
    await ours.stop("surer-search", by=None, why="")
    with pytest.raises(ExperimentConflictError, match="has ended; name a new experiment"):
        await ours.set_share("surer-search", 0.7, by=None)


@pytest.mark.parametrize(
    "row",
    [
        Lot(conversation_id=UUID(int=0), experiment="surer-search", variant="C", unit="u", at=utc_now()),
        ExperimentEvent(experiment="surer-search", kind=Happened.STOPPED, why="Twice.", at=utc_now()),
        Experiment(name="none", plan={}, version="", share=0, started_at=utc_now()),
        Tried(subject="search", experiment="surer-search"),
    ],
)
async def test_the_database_itself_refuses_what_must_not_be(either: Database, row: Any) -> None:
    ours = experiments(either)
    await ours.start(plan(), by=None)
    if isinstance(row, ExperimentEvent):
        await ours.stop("surer-search", by=None, why="")
    if isinstance(row, Lot):
        row.conversation_id = (await begin(either)).id
    with pytest.raises(IntegrityError):
        async with either.transaction() as session:
            session.add(type(row)(**row.model_dump()))
