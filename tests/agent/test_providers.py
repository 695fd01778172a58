"""Several providers in their order: who is asked, who is left alone, and what a turn tells of it."""

import asyncio

import pytest

from agent.answers import Answer
from agent.models import Pace, Writer
from agent.models.breaker import Breaker, Fuse
from agent.models.offline import offline_writer
from agent.models.providers import Providers
from agent.models.scripted import ScriptedModel, call
from agent.records import Proposal
from agent.signals import Intent
from agent.transcript import BROKE_OFF, PLEASE_CONFIRM
from agent.turn import TurnLimits
from tests.agent.turn_world import chat, embedder

RIGHT = "You can return most items within 30 days of delivery [1]."
OFFLINE = "You can return most items within 30 days of delivery. [1]"
QUESTION = "How long do I have to return a jacket?"
BY_MISTAKE = {"order": "TT-10432", "reason": "ordered_by_mistake"}


class DownError(Exception):
    """What the scripted models raise."""


class OursError(Exception):
    """A fault that lies in what was sent."""


class Clock:
    """Seconds, moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def writer(name, *script, tries=1, wait=None, pace=None):
    model = ScriptedModel(script=list(script))
    pace = pace or Pace(5, 5, tries)
    return Writer(
        name, model, (DownError, OursError), pace=pace, wait_after=lambda _: wait, own_faults=(OursError,)
    )


def providers(*writers, **more):
    return Providers(writers, backup=offline_writer(embedder(), "Tarn & Thistle"), **more)


async def test_the_next_provider_answers_when_the_first_one_fails(tmp_path):
    talk = await chat(tmp_path, providers(writer("one", DownError()), writer("two", RIGHT)))

    answer = await talk.ask(QUESTION)

    assert isinstance(answer, Answer)
    assert answer.text == RIGHT
    assert (answer.record["provider"], answer.record["model"]) == ("two", "two")
    assert answer.record["failed"] == ["one: DownError"]
    assert answer.record["spent"]["calls"] == 2
    assert answer.record["first_token_ms"] >= 0


async def test_when_all_fail_the_offline_model_answers_in_the_same_turn(tmp_path):
    talk = await chat(tmp_path, providers(writer("one", DownError()), writer("two", DownError())))

    answer = await talk.ask(QUESTION)

    assert isinstance(answer, Answer)
    assert (answer.text, answer.record["provider"]) == (OFFLINE, "offline")
    assert answer.record["failed"] == ["one: DownError", "two: DownError"]
    assert answer.record["spent"]["tokens"] == 0  # who refuses a call is not paid for it


async def test_a_call_is_tried_again_while_nothing_has_come_of_it(tmp_path):
    one = writer("one", DownError(), RIGHT, tries=2, wait=0)
    talk = await chat(tmp_path, providers(one))

    answer = await talk.ask(QUESTION)

    assert isinstance(answer, Answer)
    assert answer.text == RIGHT
    assert "failed" not in answer.record
    one.model.assert_consumed()


async def test_after_the_first_piece_nothing_is_tried_again_and_nobody_else_is_asked(tmp_path):
    one = writer("one", [f"{RIGHT} And ", DownError()], "never asked for", tries=2, wait=0)
    two = writer("two", "You have 60 days.")
    talk = await chat(tmp_path, providers(one, two))

    answer = await talk.ask(QUESTION)

    assert isinstance(answer, Answer)
    assert answer.text == f"{RIGHT}\n\n{BROKE_OFF}"
    assert all(answer.text.startswith(draft) for draft in talk.drafts)
    assert (one.model._next, two.model._next) == (1, 0)


async def test_a_proposal_of_a_provider_that_then_fails_is_not_made_again_by_the_next(tmp_path):
    one = writer("one", [call("propose_cancel_order", **BY_MISTAKE)], DownError())
    two = writer("two", [call("propose_cancel_order", **BY_MISTAKE)], RIGHT)
    talk = await chat(tmp_path, providers(one, two))

    answer = await talk.ask("Cancel TT-10432, ordered by mistake", Intent.cancel_order)

    assert isinstance(answer, Answer)
    assert answer.text == PLEASE_CONFIRM
    assert [row.id for row in await talk.world.rows(Proposal)] == [answer.proposal_id]
    assert two.model._next == 0


@pytest.mark.parametrize(
    ("script", "why"),
    [([asyncio.Event()], "NoTokenError"), (["Happy ", asyncio.Event()], "StalledError"), (["", "  "], "EmptyReplyError")],
)  # fmt: skip
async def test_a_provider_that_keeps_a_customer_waiting_or_says_nothing_is_replaced(tmp_path, script, why):
    one = writer("one", script, pace=Pace(0.05, 0.05, 1))
    talk = await chat(tmp_path, providers(one, writer("two", RIGHT)))

    answer = await talk.ask(QUESTION)

    assert isinstance(answer, Answer)
    assert (answer.text, answer.record["failed"]) == (RIGHT, [f"one: {why}"])


async def test_all_providers_together_have_the_time_of_one_turn(tmp_path):
    one, two = writer("one", [asyncio.Event()]), writer("two", RIGHT)
    talk = await chat(tmp_path, providers(one, two), limits=TurnLimits(seconds=0.1))

    answer = await talk.ask(QUESTION)

    assert isinstance(answer, Answer)
    assert (answer.text, answer.record["failed"]) == (OFFLINE, ["one: TimeoutError"])
    assert two.model._next == 0


async def test_a_provider_that_keeps_failing_is_left_alone_and_tried_once_after_a_rest(tmp_path):
    clock = Clock()
    one = writer("one", DownError(), DownError(), DownError(), RIGHT, RIGHT)
    two = writer("two", *[RIGHT] * 4)
    line = providers(one, two, breakers=[Breaker(Fuse(failures=2, rest=30), clock), Breaker()])
    talk = await chat(tmp_path, line)

    async def ask():
        return (await talk.ask(QUESTION)).record

    assert line.degraded == []
    assert [(await ask())["failed"] for _ in range(2)] == [["one: DownError"]] * 2
    left = await ask()
    assert (left["provider"], left["left_alone"]) == ("two", ["one"])
    assert "failed" not in left
    (said,) = line.degraded
    assert "“one” fails (DownError)" in said

    clock.now += 30
    assert (await ask())["failed"] == ["one: DownError"]  # the trial fails: another rest
    clock.now += 30
    assert (await ask())["provider"] == "one"
    assert line.degraded == []


async def test_faults_that_a_customer_can_bring_about_leave_the_provider_in_service(tmp_path):
    one = writer("one", *[OursError()] * 5, *["  "] * 5, RIGHT)
    line = providers(one, breakers=[Breaker(Fuse(failures=2))])
    talk = await chat(tmp_path, line)

    for _ in range(10):
        assert (await talk.ask(QUESTION)).record["provider"] == "offline"

    assert line.degraded == []
    assert (await talk.ask(QUESTION)).record["provider"] == "one"


def test_half_open_lets_one_attempt_through_at_a_time():
    clock = Clock()
    breaker = Breaker(Fuse(failures=1, rest=10), clock)
    breaker.failed("DownError")
    assert not breaker.admits()

    clock.now += 10
    assert (breaker.admits(), breaker.admits()) == (True, False)
    breaker.let_go()  # cancelled: it told nothing
    assert breaker.admits()
    breaker.worked()
    assert (breaker.admits(), breaker.admits()) == (True, True)


def test_failures_far_apart_do_not_open_the_circuit():
    clock = Clock()
    breaker = Breaker(Fuse(failures=2, window=60), clock)

    for _ in range(5):
        breaker.failed("DownError")
        clock.now += 61

    assert breaker.admits()
    breaker.failed("DownError")
    breaker.failed("DownError")
    assert not breaker.admits()


async def test_a_turn_that_is_cancelled_gives_its_trial_back(tmp_path):
    clock = Clock()
    one = writer("one", DownError(), [asyncio.Event()], RIGHT)
    line = providers(one, breakers=[Breaker(Fuse(failures=1, rest=10), clock)])
    talk = await chat(tmp_path, line)
    await talk.ask(QUESTION)
    clock.now += 10

    turn = asyncio.create_task(talk.ask(QUESTION))
    async with asyncio.timeout(10):
        while one.model._next < 2:  # noqa: ASYNC110 - the model has no event to wait for
            await asyncio.sleep(0.001)
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)

    assert (await talk.ask(QUESTION)).record["provider"] == "one"


async def test_who_is_too_slow_for_an_impatient_turn_is_not_left_alone_for_it(tmp_path):
    for patient, left_alone in ((True, 1), (False, 0)):
        one = writer("one", [asyncio.Event()])
        line = providers(one, breakers=[Breaker(Fuse(failures=1))])
        folder = tmp_path / str(patient)
        folder.mkdir()
        talk = await chat(folder, line, limits=TurnLimits(seconds=0.1, patient=patient))

        answer = await talk.ask(QUESTION)

        assert isinstance(answer, Answer)
        assert (answer.text, answer.record["failed"]) == (OFFLINE, ["one: TimeoutError"])
        assert len(line.degraded) == left_alone
