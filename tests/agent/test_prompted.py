"""Models without tool calls of their own: told in the prompt, read strictly, over HTTP as their endpoints speak."""

import json

import pytest

from agent.answers import Answer
from agent.models import Pace, ToolMode, Writer
from agent.models.hosted import hosted_writer
from agent.models.offline import offline_writer
from agent.models.prompted import MalformedReplyError, _object_in
from agent.models.providers import Providers
from agent.models.scripted import ScriptedModel
from agent.records import Proposal
from agent.signals import Intent
from tests.agent.test_hosted import ENDPOINT, endpoint, sent, text
from tests.agent.turn_world import chat, embedder

__all__ = ["endpoint"]  # a fixture

RIGHT = "You can return most items within 30 days of delivery [1]."
SHOW = '{"tool": "show_order", "arguments": {"order": "TT-10432"}}'
CANCEL = (
    '{"tool": "propose_cancel_order", "arguments": {"order": "TT-10432", "reason": "ordered_by_mistake"}}'
)


def in_mode(mode, **more) -> Writer:
    return hosted_writer(
        "small-model", base_url=ENDPOINT, api_key="none", tools=mode, pace=Pace(5, 5, **more)
    )


def step(**what) -> str:
    return json.dumps({"step": what})


async def test_tools_stand_in_the_prompt_and_a_call_reaches_them(endpoint, tmp_path):
    endpoint.side_effect = [text(SHOW[:20], SHOW[20:]), text("Your order TT-10432 is pending.")]
    talk = await chat(tmp_path, in_mode(ToolMode.PROMPT))

    answer = await talk.ask("Where is TT-10432?", Intent.order_status)

    assert isinstance(answer, Answer)
    assert answer.text == "Your order TT-10432 is pending."
    assert answer.record["tools"] == [{"name": "show_order", "result": "OrderShown"}]
    body = sent(endpoint)
    assert "tools" not in body
    assert '"name": "show_order"' in body["messages"][0]["content"]
    *_, called, result = body["messages"]
    assert (called["role"], json.loads(called["content"])) == ("assistant", json.loads(SHOW))
    assert result["role"] == "user"
    assert result["content"].startswith("<tool_result>\n{")
    assert answer.record["spent"]["estimated"] is True  # this endpoint counts nothing


async def test_text_still_streams_sentence_by_sentence(endpoint, tmp_path):
    endpoint.mock(return_value=text("  You can return most items ", "within 30 days of delivery [1]. ", "Any", "thing else?"))  # fmt: skip
    talk = await chat(tmp_path, in_mode(ToolMode.PROMPT))

    answer = await talk.ask("How long may I keep a jacket?")

    assert isinstance(answer, Answer)
    assert talk.drafts == [RIGHT]
    assert answer.text == f"{RIGHT} Anything else?"


async def test_a_fenced_proposal_waits_for_the_customer(endpoint, tmp_path):
    endpoint.side_effect = [text(f"```json\n{CANCEL}\n```"), text("Please check and confirm.")]
    talk = await chat(tmp_path, in_mode(ToolMode.PROMPT))

    answer = await talk.ask("Cancel TT-10432, ordered by mistake", Intent.cancel_order)

    assert isinstance(answer, Answer)
    assert (await talk.world.proposal(answer.proposal_id)).status == "open"
    assert await talk.world.effects() == []


async def test_a_malformed_call_is_asked_for_once_more_then_the_next_provider_answers(endpoint, tmp_path):
    endpoint.side_effect = lambda _: text(CANCEL + " Hope this helps!")
    two = Writer("two", ScriptedModel(script=[RIGHT]))
    line = Providers([in_mode(ToolMode.PROMPT), two], backup=offline_writer(embedder(), "Tarn & Thistle"))
    talk = await chat(tmp_path, line)

    answer = await talk.ask("How long may I keep a jacket?")

    assert isinstance(answer, Answer)
    assert endpoint.call_count == 2
    assert (answer.text, answer.record["failed"]) == (RIGHT, ["small-model: MalformedReplyError"])
    assert await talk.world.rows(Proposal) == []


async def test_an_endpoint_that_holds_replies_to_a_schema_is_given_one(endpoint, tmp_path):
    endpoint.side_effect = [
        text(step(tool="show_order", arguments={"order": "TT-10432"})),
        text(step(answer="Your order TT-10432 is pending.")),
    ]
    talk = await chat(tmp_path, in_mode(ToolMode.JSON_SCHEMA))

    answer = await talk.ask("Where is TT-10432?", Intent.order_status)

    assert isinstance(answer, Answer)
    assert answer.text == "Your order TT-10432 is pending."
    schema = sent(endpoint)["response_format"]["json_schema"]["schema"]
    steps = schema["properties"]["step"]["anyOf"]
    assert steps[0]["properties"] == {"answer": {"type": "string"}}
    assert {"const": "show_order"} in [one["properties"].get("tool") for one in steps]
    *_, called, _ = sent(endpoint)["messages"]
    assert json.loads(called["content"]) == {
        "step": {"tool": "show_order", "arguments": {"order": "TT-10432"}}
    }


@pytest.mark.parametrize(
    "reply", [SHOW, '{"answer": "no step around it"}', "Plain words.", step(answer=1), step(answer="a", tool="b")]
)  # fmt: skip
async def test_what_the_schema_does_not_allow_is_not_guessed_at(endpoint, tmp_path, reply):
    endpoint.side_effect = lambda _: text(reply)
    talk = await chat(tmp_path, in_mode(ToolMode.JSON_SCHEMA, tries=1))

    answer = await talk.ask("How long may I keep a jacket?")

    assert (answer.record["provider"], answer.record["failed"]) == (
        "offline", ["small-model: MalformedReplyError"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "reply",
    [
        "{", "[]", "null", "1", f"{SHOW} {SHOW}", f"{SHOW}.", '{"tool": "a", "tool": "b", "arguments": {}}',
        '{"tool": NaN}', '{"tool": Infinity}', "```json\n{}", f"```python\n{SHOW}\n```", "{'tool': 'x'}", "[" * 20_000,
    ],
)  # fmt: skip
def test_only_one_whole_object_is_read(reply):
    with pytest.raises(MalformedReplyError):
        _object_in(reply)


@pytest.mark.parametrize("around", ["{}", "\n {} \n", "```json\n{}\n```", "```\n{}\n```\n"])
def test_it_may_be_fenced(around):
    assert _object_in(around.replace("{}", SHOW)) == json.loads(SHOW)
