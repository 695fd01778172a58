"""Gaps: what nobody could answer is grouped, offered as a draft, and closed by publishing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from agent.records import AuthorKind, MessageKind, TurnRecord
from escalation.gaps import GapNotFoundError, Gaps
from escalation.records import TurnOutcome
from knowledge.articles import Article
from knowledge.database import Database, utc_now
from knowledge.embedding import Embedder
from knowledge.index import VectorIndex
from knowledge.library import KnowledgeBase
from knowledge.records import ArticleState
from tests.conftest import World
from tests.escalation.makers import account, begin, say

STOVE = "Can I take the gas stove on a plane?"
STOVE_TOO = "Will airport security let me fly with the camping stove?"


@dataclass(frozen=True)
class Records:
    """The help centre and the gaps in it, without a server and the reading model."""

    database: Database
    knowledge: KnowledgeBase
    gaps: Gaps


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture
async def records(data_dir: Path, embedder: Embedder) -> AsyncIterator[Records]:
    database = Database(f"sqlite+aiosqlite:///{data_dir / 'candor.db'}")
    index = VectorIndex.embedded(data_dir / "vectors")
    knowledge = KnowledgeBase(database, index, embedder)
    yield Records(database, knowledge, Gaps(database, knowledge, embedder))
    await index.close()
    await database.close()


async def miss(
    records: Records, question: str, *, record=None, outcome=TurnOutcome.UNKNOWN, days_ago: float = 0
):
    """A conversation with one question that the AI could not answer."""
    database, asked_at = records.database, utc_now() - timedelta(days=days_ago)
    conversation = await begin(database)
    message = await say(database, conversation, question, created_at=asked_at)
    async with database.transaction() as session:
        session.add(
            TurnRecord(
                message_id=message.id,
                conversation_id=conversation.id,
                epoch=1,
                outcome=outcome,
                record={"question": question} if record is None else record,
                created_at=asked_at,
            )
        )
    return conversation, message


async def answer(records: Records, conversation, text: str, *, resolved: bool = True) -> None:
    """A colleague's reply, and the end of the matter."""
    database = records.database
    await say(database, conversation, text, author=AuthorKind.HUMAN, author_name="Aoife")
    if resolved:
        await say(database, conversation, "Resolved.", author=AuthorKind.SYSTEM, kind=MessageKind.RESOLVED)


async def test_two_visitors_who_ask_differently_for_one_missing_thing_are_one_gap(world: World) -> None:
    for question in (STOVE, STOVE_TOO):
        visitor = await world.shopper(None)
        await visitor.ask(question)

    [gap] = await world.parts.gaps.found()

    assert gap.conversations == 2
    assert set(gap.questions) == {STOVE, STOVE_TOO}
    assert gap.first_at < gap.last_at
    assert gap.reply is None


async def test_publishing_an_article_closes_its_gap(records: Records) -> None:
    await miss(records, STOVE)
    await miss(records, STOVE_TOO)
    knowledge, gaps = records.knowledge, records.gaps
    [gap] = await gaps.found()
    draft = await gaps.draft(gap.id, by="Aoife")
    assert len(await gaps.found()) == 1  # a draft tells nobody anything yet

    article = draft.article
    written = Article(
        slug=article.slug,
        title=article.title,
        body="You can take the stove on a plane, but airport security lets nobody fly with gas.",
        questions=article.questions,
    )
    saved = await knowledge.drafts.save(written, by="Aoife", base=draft.fingerprint)
    await knowledge.publish([saved.id], by="Aoife")

    assert await gaps.found() == []
    with pytest.raises(GapNotFoundError):
        await gaps.draft(gap.id, by="Aoife")


async def test_a_draft_without_a_reply_says_what_to_write_and_is_only_a_draft(records: Records) -> None:
    _, message = await miss(records, "hi, can I take the gas stove on a plane?? thanks")
    gaps = records.gaps

    draft = await gaps.draft(str(message.id), by="Aoife")

    assert (draft.title, draft.slug) == (STOVE, "can-i-take-the-gas-stove-on-a-plane")
    assert draft.body.startswith("**Not written yet.**")
    assert (draft.state, draft.author, draft.owner, draft.tags) == (
        ArticleState.DRAFT,
        "Aoife",
        None,
        ["gap"],
    )
    again = await gaps.draft(str(message.id), by="Padraig")
    assert again.id == draft.id
    assert await records.knowledge.article(draft.slug) is None


async def test_a_draft_never_takes_the_name_of_another_article(records: Records) -> None:
    knowledge = records.knowledge
    other = Article(slug="can-i-take-the-gas-stove-on-a-plane", title="Other", body="Something else.")
    await knowledge.drafts.save(other, by="Padraig", base=None)
    _, message = await miss(records, STOVE)

    draft = await records.gaps.draft(str(message.id), by="Aoife")

    assert draft.slug == "can-i-take-the-gas-stove-on-a-plane-2"


async def test_a_resolved_colleagues_reply_becomes_the_text_with_names_blanked(records: Records) -> None:
    await account(records.database, "Padraig")
    conversation, message = await miss(
        records, "My name is Anna Schmidt, can I take the gas stove on a plane?"
    )
    await answer(records, conversation, "Hi Anna, I am looking into it, one moment please!", resolved=False)
    await answer(
        records,
        conversation,
        "Hi Anna,\n\nyes, Padraig flies with the stove, never with gas. Anna, just write to fly@shop.example with order "
        "TT-10432 and your address.\n\nBest,\nAoife",
    )

    [gap] = await records.gaps.found()
    draft = await records.gaps.draft(str(message.id), by="Aoife")

    assert gap.reply is not None
    assert gap.reply.by == "Aoife"
    assert draft.body == (
        "Yes, [name] flies with the stove, never with gas. [name], just write to [e-mail address] with order "
        "[order number] and your address."
    )
    whole = f"{draft.title} {draft.body} {draft.questions} {draft.slug} {gap}"
    assert not any(secret in whole for secret in ("Anna", "Schmidt", "Padraig", "TT-10432"))


async def test_a_reply_in_a_matter_that_is_not_resolved_is_not_proposed(records: Records) -> None:
    conversation, _ = await miss(records, STOVE)
    await answer(records, conversation, "The stove may fly with you, but the gas may never.", resolved=False)

    [gap] = await records.gaps.found()

    assert gap.reply is None


async def test_what_was_dismissed_does_not_come_back(records: Records) -> None:
    _, message = await miss(records, STOVE, days_ago=40)
    gaps = records.gaps
    assert await gaps.found() == []  # too long ago
    [gap] = await gaps.found(days=60)
    assert gap.id == str(message.id)

    await gaps.dismiss(gap.id, by="Aoife")
    await gaps.dismiss(gap.id, by="Aoife")
    await miss(records, STOVE_TOO)

    assert await gaps.found() == []
    assert await gaps.found(days=60) == []


async def test_a_gap_keeps_its_id_while_it_grows_and_the_largest_comes_first(records: Records) -> None:
    await miss(records, "Can you post me a paper catalogue?", days_ago=3)
    _, first = await miss(records, STOVE, days_ago=2)
    before = await records.gaps.found()
    await miss(records, STOVE_TOO)

    after = await records.gaps.found()

    assert str(first.id) in {gap.id for gap in before}
    assert [gap.conversations for gap in after] == [2, 1]
    assert after[0].id == str(first.id)


@pytest.mark.parametrize("gap_id", ["00000000-0000-0000-0000-000000000000", "no id at all"])
async def test_an_unknown_gap_is_said_to_be_unknown(records: Records, gap_id: str) -> None:
    with pytest.raises(GapNotFoundError, match="no such gap"):
        await records.gaps.draft(gap_id, by="Aoife")
    with pytest.raises(GapNotFoundError, match="no such gap"):
        await records.gaps.dismiss(gap_id, by="Aoife")


async def test_what_is_no_open_question_about_the_shop_is_no_gap(world: World) -> None:
    for text in (
        "Hello!",
        "thank you very much",
        "Are you an AI?",
        "Can I talk to a real person please?",
        "you are all useless idiots",
        "???",
        "How long does delivery to Germany take?",
        "Where is my order TT-10411?",
    ):
        maeve = await world.shopper()
        await maeve.ask(text)

    assert await world.parts.gaps.found() == []


async def test_a_turn_that_asked_the_shop_is_no_gap(records: Records) -> None:
    record = {"question": STOVE, "known": False, "tools": [{"name": "list_orders", "result": "list"}]}
    await miss(records, STOVE, record=record)

    assert await records.gaps.found() == []


async def test_an_answer_to_a_question_of_the_ai_is_no_gap(records: Records) -> None:
    conversation, message = await miss(records, "The blue one with the long zip")
    database = records.database
    await say(database, conversation, "Which?", author=AuthorKind.SYSTEM)
    asked = await records.gaps.found()
    async with database.transaction() as session:
        turn = await session.get_one(TurnRecord, message.id)
        await session.delete(turn)
    await say(database, conversation, "Which item?", author=AuthorKind.AI, task={"intent": "return_item"})
    slot = await say(database, conversation, "The green one with the short zip")
    async with database.transaction() as session:
        session.add(
            TurnRecord(
                message_id=slot.id, conversation_id=conversation.id, epoch=1, outcome="unknown", record={}
            )
        )

    assert len(asked) == 1
    assert await records.gaps.found() == []


async def test_a_hosted_model_that_finds_nothing_makes_a_gap_whatever_its_words(scripted) -> None:
    async with scripted("I am afraid I do not know that. Would you like to talk with a person?") as world:
        visitor = await world.shopper(None)
        await visitor.ask(STOVE)

        [gap] = await world.parts.gaps.found()

    assert gap.question == STOVE


async def test_a_question_that_leans_on_the_one_before_is_shown_with_it(world: World) -> None:
    visitor = await world.shopper(None)
    await visitor.ask(STOVE)
    await visitor.ask("And by train?")

    found = await world.parts.gaps.found()

    assert f"{STOVE} And by train?" in {q for gap in found for q in gap.questions}
