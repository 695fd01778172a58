"""The offline model within a turn, where the shop differs from the demo's."""

import time
from pathlib import Path

import pytest

from agent.answers import Answer, NeedsPerson, PersonReason
from agent.models.offline import offline_writer
from agent.models.wishes import plain_wish
from agent.signals import Intent
from tests.agent.turn_world import chat, embedder


async def test_what_a_shop_does_not_make_goes_to_a_person(tmp_path: Path) -> None:
    talk = await chat(tmp_path, offline_writer(embedder(), "Tarn & Thistle"))
    talk.world.shop.kinds = frozenset({"cancel_order"})

    outcome = await talk.ask("Stop my sock club", Intent.cancel_order)

    assert isinstance(outcome, NeedsPerson)
    assert (outcome.reason, outcome.why) == (PersonReason.ASKED, "The customer asks for the subscription.")


async def test_what_a_shop_makes_is_proposed_beside_it(tmp_path: Path) -> None:
    talk = await chat(tmp_path, offline_writer(embedder(), "Tarn & Thistle"))
    talk.world.shop.kinds = frozenset({"cancel_order"})

    outcome = await talk.ask("Cancel order TT-10432, ordered by mistake", Intent.cancel_order)

    assert isinstance(outcome, Answer)
    assert outcome.proposal_id is not None


@pytest.mark.parametrize(
    "words",
    [
        "what address ",
        "cancel from ",
        "price refund ",
        "send my future orders ",
        "stop ",
        "when my club ",
        "pay with ",
    ],
)
def test_no_message_keeps_the_server_busy(words: str) -> None:
    started = time.process_time()

    plain_wish(words * 300)

    assert time.process_time() - started < 1
