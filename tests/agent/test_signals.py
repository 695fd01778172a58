import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.reader import WEIGHTS, Reader, load_reader
from agent.signals import NEGATIVE_VALENCE, Emotion, Intent, Signals, Stake
from agent.train import corpus
from escalation.triggers import Triggers
from tests.escalation.makers import moment

NASTY = [
    "",
    " \n\t",
    "😀😀😀",
    "?",
    "\x00\x01\x02",
    "\u200b\u202e\u2066",
    "\ud800 lone surrogate",
    "a" * 100_000,
    "I am waiting. " * 8_000,
    "<script>alert(1)</script>",
    "```python\nprint('hi')\n```",
    "# Heading\n\n* list\n> quote",
    "> only quoted words",
    "aaaaAAAAAaaaaaaaaaaargh",
    "مرحبا، أين طلبي؟",
    "我的包裹在哪里",
    "Hallo, where ist mon paquete",
    "e\u0301\u0301\u0301\u0301" * 2_000,
]


@pytest.fixture(scope="module")
def reader():
    return load_reader()


def read(reader: Reader, text: str) -> Signals:
    return asyncio.run(reader.read(text))


def test_the_shipped_weights_load(reader):
    assert reader.degraded is None
    assert (WEIGHTS / "model.onnx").stat().st_size < 40_000_000


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want to cancel my order", Intent.cancel_order),
        ("where is my parcel", Intent.order_status),
        ("Can I return a tent?", Intent.return_item),
        ("How much is delivery to Norway?", Intent.delivery),
        ("I need to change my delivery address", Intent.change_address),
        ("Do you take PayPal?", Intent.payment),
    ],
)
def test_a_plain_request_is_neutral_and_its_intent_known(reader, text, intent):
    signals = read(reader, text)
    assert (signals.emotion, signals.intent) == (Emotion.neutral, intent)
    assert signals.valence > -0.3
    assert signals.wants_person < 0.5
    assert max(signals.stakes.values()) < 0.5


def test_fury_is_anger_of_high_intensity(reader):
    signals = read(reader, "This is the third time I am writing, you people are useless, I am furious!!")
    assert signals.emotion is Emotion.anger
    assert signals.intensity > 0.6
    assert signals.valence < -0.6


def test_thanks_are_joy(reader):
    signals = read(reader, "thanks, that helped!")
    assert (signals.emotion, signals.intent) == (Emotion.joy, Intent.thanks)
    assert signals.valence > 0.5


@pytest.mark.parametrize(
    "text",
    ["can I talk to a real person", "Ich möchte mit einem Menschen sprechen", "chcę rozmawiać z człowiekiem"],
)
def test_a_wish_for_a_person_is_nearly_certain_in_any_language(reader, text):
    assert read(reader, text).wants_person > 0.9


@pytest.mark.parametrize(
    ("text", "stake"),
    [
        ("I will take you to court", Stake.legal),
        ("I want to kill myself", Stake.self_harm),
        ("je vais vous tuer", Stake.threat),
        ("someone hacked my account and ordered a tent", Stake.fraud),
        ("My father passed away last week and the jacket was for him", Stake.bereavement),
        ("The stove exploded and burned my hand", Stake.product_safety),
    ],
)
def test_what_is_at_stake_is_seen(reader, text, stake):
    assert read(reader, text).stakes[stake] > 0.5


@pytest.mark.parametrize(
    "text",
    ["this bug is killing me", "my lawyer friend loves it", "kill the subscription", "dying to get my order"],
)
def test_grave_words_without_grave_meaning_raise_nothing_and_call_nobody(reader, text):
    signals = read(reader, text)
    assert {stake: p for stake, p in signals.stakes.items() if p >= 0.5} == {}
    assert Triggers.load().decide(moment(signals)).name is None


def test_a_threat_at_the_end_of_a_long_calm_message_is_seen(reader):
    calm = (
        "I bought a blanket in March and it is quite warm. It came in a brown box and I put it on the sofa. "
    )
    assert read(reader, calm * 60 + "If the money is not here I will sue you.").stakes[Stake.legal] > 0.5


def test_quoted_words_of_somebody_else_do_not_count(reader):
    signals = read(reader, "> you idiots, I am furious and I will sue you!!\n\nWhere is my parcel?")
    assert signals.emotion is Emotion.neutral
    assert signals.stakes[Stake.legal] < 0.5


def test_emotion_abstains_in_a_language_that_was_not_validated(reader):
    signals = read(reader, "Das ist eine Frechheit, ich bin stinksauer auf euch!")
    assert (signals.language, signals.abstained, signals.emotion) == ("de", True, Emotion.neutral)
    assert (signals.valence, signals.intensity) == (0.0, 0.0)


@pytest.mark.parametrize("text", NASTY, ids=lambda text: repr(text[:12]))
def test_any_text_is_read(reader, text):
    signals = read(reader, text)
    assert set(signals.emotions) == set(Emotion)
    assert set(signals.intents) == set(Intent)
    assert set(signals.stakes) == set(Stake)
    numbers = [*signals.emotions.values(), *signals.intents.values(), *signals.stakes.values()]
    assert all(0 <= p <= 1 for p in [*numbers, signals.wants_person, signals.intensity])
    assert -1 <= signals.valence <= 1


@given(st.text(max_size=400))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_raises(reader, text):
    assert 0 <= read(reader, text).wants_person <= 1


def test_signals_survive_json(reader):
    signals = read(reader, "my parcel is late and I am annoyed")
    assert Signals.from_json(json.loads(json.dumps(signals.to_json()))) == signals


def test_messages_read_at_the_same_time_get_their_own_signals(reader):
    texts = ["thank you so much!", "I will take you to court", "where is my parcel", "human please"] * 4

    async def together() -> list[Signals]:
        return await asyncio.gather(*(reader.read(text) for text in texts))

    alone = [read(reader, text) for text in texts]
    assert [s.intent for s in asyncio.run(together())] == [s.intent for s in alone]


def test_unknown_labels_in_stored_signals_are_refused(reader):
    data = replace(read(reader, "hi"), language="en").to_json() | {"emotion": "hangry"}
    with pytest.raises(ValueError, match="hangry"):
        Signals.from_json(data)


def test_the_shipped_reader_keeps_its_quality_on_examples_held_out_of_training(reader):
    grave = [list(Stake).index(s) for s in (Stake.self_harm, Stake.threat, Stake.legal, Stake.fraud)]
    rows = corpus.own("test")
    read_rows = [(row, read(reader, row.text)) for row in rows]
    true = [(n, i) for n, (row, _) in enumerate(read_rows) for i in grave if row.stakes[i] == 1.0]
    told = [(n, i) for n, (_, s) in enumerate(read_rows) for i in grave if list(s.stakes.values())[i] >= 0.5]
    hits = len(set(true) & set(told))
    # Floors a little under the figures of the model card, so that a worse model or a broken rule fails.
    assert hits / len(true) >= 0.8
    assert hits / len(told) >= 0.8
    plain = [s for row, s in read_rows if row.intensity == 0.0 and row.valence == 1]
    assert sum(s.valence < NEGATIVE_VALENCE for s in plain) / len(plain) <= 0.08
