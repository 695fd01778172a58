"""What language models may use: tokens, prices, and budgets that the turn records remember."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage

from agent.answers import Answer
from agent.models import Writer
from agent.models.account import Account, Allowance, Bound, Spent
from agent.models.budget import THE_CONVERSATION, THE_DAY, Budget
from agent.models.offline import offline_writer
from agent.models.prices import PRICES_FILE, Prices, PricesError, load_prices
from agent.models.providers import Providers
from agent.models.scripted import ScriptedModel, call
from agent.models.tokens import Used, counted, estimate, estimated
from agent.records import AuthorKind, Message, TurnRecord
from tests.agent.turn_world import chat, embedder

RIGHT = "You can return most items within 30 days of delivery [1]."
QUESTION = "How long do I have to return a jacket?"
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


async def talking(tmp_path, *script, prices=None, **allowed):
    """A conversation under budgets, with a model that says the script."""
    talk = await chat(tmp_path, Writer("unused", ScriptedModel(script=[])))
    budget = Budget(talk.world.database, clock=lambda: NOW, **allowed)
    model = ScriptedModel(script=list(script))
    offline = offline_writer(embedder(), "Tarn & Thistle")
    talk.turn.providers = Providers([Writer("some", model)], backup=offline, prices=prices, budget=budget)
    return talk, model


async def remember(talk, tokens=0, micros=0, *, at=NOW, conversation=None):
    """A turn that was recorded earlier."""
    conversation = conversation or talk.conversation
    async with talk.world.database.transaction() as session:
        message = Message(conversation_id=conversation.id, seq=int(uuid4()) % 10**9 + 2, author_kind=AuthorKind.CUSTOMER, kind="text", text="?")  # fmt: skip
        session.add(message)
        await session.flush()
        session.add(
            TurnRecord(
                message_id=message.id, conversation_id=conversation.id, epoch=0, outcome="answer", record={},
                tokens=tokens, cost_micros=micros, created_at=at,
            )
        )  # fmt: skip


async def test_beyond_the_conversations_budget_the_offline_model_answers_and_the_record_says_so(tmp_path):
    talk, model = await talking(tmp_path, RIGHT, conversation=Allowance(tokens=1000))
    await remember(talk, 600, at=NOW - timedelta(days=3))
    await remember(talk, 400)

    answer = await talk.ask(QUESTION)

    assert isinstance(answer, Answer)
    assert (answer.record["provider"], answer.record["budget"]) == ("offline", THE_CONVERSATION)
    assert model.seen == []
    assert talk.turn.providers.degraded == []  # one conversation's matter


async def test_below_it_the_model_is_asked(tmp_path):
    talk, _ = await talking(tmp_path, RIGHT, conversation=Allowance(tokens=1000))
    await remember(talk, 999)

    assert (await talk.ask(QUESTION)).record["provider"] == "some"


async def test_the_days_budget_counts_all_conversations_since_midnight(tmp_path):
    talk, _ = await talking(tmp_path, RIGHT, RIGHT, day=Allowance(micros=50))
    other = await talk.world.conversation("cus_jonas")
    await remember(talk, micros=1000, at=NOW - timedelta(hours=10))
    await remember(talk, micros=49, conversation=other)
    assert (await talk.ask(QUESTION)).record["provider"] == "some"

    await remember(talk, micros=1, conversation=other)

    assert (await talk.ask(QUESTION)).record["budget"] == THE_DAY
    assert "The day's budget" in talk.turn.providers.degraded[0]


async def test_a_budget_that_ends_within_a_turn_ends_its_calls(tmp_path):
    talk, model = await talking(tmp_path, [call("list_orders")], RIGHT, conversation=Allowance(tokens=100))

    record = (await talk.ask(QUESTION)).record

    assert len(model.seen) == 1
    assert (record["provider"], record["budget"]) == ("offline", THE_CONVERSATION)
    assert record["failed"] == ["some: BudgetSpentError"]
    assert record["spent"]["tokens"] > 100


async def test_tokens_that_the_provider_counts_are_taken_as_they_are(tmp_path):
    usage = {
        "input_tokens": 100, "output_tokens": 20, "total_tokens": 120, "input_token_details": {"cache_read": 60},
    }  # fmt: skip

    class Counting(ScriptedModel):
        async def _astream(self, *args, **more):
            async for chunk in super()._astream(*args, **more):
                yield chunk
            chunk.message = AIMessageChunk(content="", usage_metadata=usage)
            yield chunk

    prices = Prices("USD", load_prices(PRICES_FILE).models)
    talk, _ = await talking(tmp_path, prices=prices)
    model = Counting(script=[RIGHT])
    talk.turn.providers.writers = [Writer("gpt-4o-mini", model)]

    record = (await talk.ask(QUESTION)).record

    assert record["spent"] == {
        "calls": 1, "tokens": 120, "input": 100, "cached": 60, "output": 20, "estimated": False,
        "micros": 23, "currency": "USD", "without_price": [],  # 40 × 0.15 + 60 × 0.075 + 20 × 0.60 = 22.5
    }  # fmt: skip


def test_a_model_without_a_price_is_counted_in_tokens_only():
    account = Account(load_prices(PRICES_FILE))

    account.calls = 1
    account.book("of-our-own", Used(10, 0, 5))

    spent = account.record()["spent"]
    assert (spent["tokens"], spent["micros"], spent["without_price"]) == (15, 0, ["of-our-own"])


def test_a_budget_of_nothing_allows_nothing():
    assert Account(Prices("USD", {}), (Bound("x", Allowance(tokens=0), Spent()),)).exhausted == "x"


@pytest.mark.parametrize(
    "table", ["", "currency: USD", "currency: USD\nmodels: {a: {input: 1}}", "models: [", "currency: USD\nmodels: {a: {input: -1, cached: 0, output: 0}}"]
)  # fmt: skip
def test_a_damaged_table_of_prices_is_refused_in_words(tmp_path, table):
    file = tmp_path / "prices.yaml"
    file.write_text(table)

    with pytest.raises(PricesError, match="not a table of prices"):
        load_prices(file)


@pytest.mark.parametrize(
    "usage", [{}, {"input_tokens": "many", "output_tokens": 1}, {"input_tokens": -5, "output_tokens": 1}, {"input_tokens": 0, "output_tokens": 0}]
)  # fmt: skip
def test_a_providers_count_that_is_none_is_estimated_instead(usage):
    assert counted(usage) is None


# As cl100k divides them (tiktoken, 28 November 2026).
@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("Where is my order TT-10432?", 9), (json.dumps({"order": "TT-10432"}), 9), ("注文の状況を教えてください。", 14)],
)  # fmt: skip
def test_the_estimate_lies_above_the_truth(text, tokens):
    assert tokens <= estimate(text) <= 3 * tokens


def test_what_is_sent_and_what_comes_back_is_estimated_with_its_frame():
    used = estimated([HumanMessage("Hello")], [], "Hi")

    assert used == Used(input=6, cached=0, output=1, estimated=True)
