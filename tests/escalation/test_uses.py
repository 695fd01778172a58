"""Who was answered from an article before it changed, and which eval cases rest on it."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.records import Audience, AuthorKind, MessageKind
from escalation.uses import AnsweredConversation, CaseFileError, EvalCase, uses
from knowledge.articles import Article
from knowledge.database import Database, utc_now
from knowledge.drafts import Drafts
from tests.escalation.makers import begin, say


async def answered(database: Database, *citations: tuple[str, int], question: str = "?", days_ago=0, **more):
    """A conversation with one question, and the AI's answer from versions of articles."""
    conversation = await begin(database)
    at = utc_now() - timedelta(days=days_ago)
    asked = await say(database, conversation, question, created_at=at)
    fields = {
        "author": AuthorKind.AI,
        "text": "So it is.",
        "citations": [{"article": article, "version": version} for article, version in citations],
        "in_reply_to": asked.id,
        "created_at": at,
    }
    message = await say(database, conversation, **(fields | more))
    return conversation, message


async def test_conversations_answered_from_earlier_versions_are_listed_newest_first(
    database: Database,
) -> None:
    older, _ = await answered(database, ("customs", 1), ("delivery", 7), days_ago=2)
    newer, message = await answered(
        database, ("customs", 2), question="My name is Anna. Who pays customs for TT-10432?"
    )

    found = await uses(database, "customs", before=3)

    assert [one.id for one in found.conversations] == [newer.id, older.id]
    assert found.conversations[0] == AnsweredConversation(
        id=newer.id,
        case_number=newer.case_number,
        version=2,
        cited_at=message.created_at,
        question="My name is [name]. Who pays customs for [order number]?",
    )
    assert found.conversations_total == 2


async def test_other_articles_newer_versions_older_days_and_unsent_drafts_are_no_use(
    database: Database,
) -> None:
    await answered(database, ("customs-returns", 1))
    await answered(database, ("customs", 3))
    await answered(database, ("customs", 1), days_ago=31)
    await answered(database, ("customs", 1), kind=MessageKind.NOTE, audience=Audience.STAFF)

    found = await uses(database, "customs", before=3)

    assert (found.conversations, found.conversations_total) == ((), 0)


async def test_who_was_answered_in_another_language_is_no_use(database: Database) -> None:
    drafts = Drafts(database)
    for locale in ("en", "de"):  # versions 1 and 2: the languages of an article are numbered together
        await drafts.save(Article("tolls", "Tolls", "You pay.", locale), by=None, base=None)
    english, _ = await answered(database, ("tolls", 1))
    german, _ = await answered(database, ("tolls", 2))

    for locale, conversation in (("en", english), ("de", german)):
        [one] = (await uses(database, "tolls", locale, before=3)).conversations
        assert one.id == conversation.id


async def test_a_conversation_is_there_once_with_its_last_answer(database: Database) -> None:
    conversation, _ = await answered(database, ("customs", 1), days_ago=1)
    again = await say(
        database,
        conversation,
        "So it is still.",
        author=AuthorKind.AI,
        citations=[{"article": "customs", "version": 2}],
    )

    [one] = (await uses(database, "customs", before=3)).conversations

    assert (one.version, one.cited_at, one.question) == (2, again.created_at, "")


async def test_eval_cases_that_name_the_article_are_listed(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "help_questions.jsonl"
    file.write_text(
        '{"id": "1", "question": "Who pays?", "article": "customs"}\n\n'
        '{"id": "2", "question": "How long?", "article": "delivery"}\n'
        '{"id": "3", "question": "Hello?", "article": null}\n{"anything": "else"}\n'
    )

    found = await uses(database, "customs", before=2, cases=[file])

    assert found.cases == (EvalCase("help_questions", "1", "Who pays?"),)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{broken", "line 2: is not JSON"),
        ("[1, 2]", "line 2: is not an object"),
        ('{"id": "2", "article": "customs"}', "line 2: question is missing"),
    ],
)
async def test_a_broken_case_names_its_file_and_line(
    database: Database, tmp_path: Path, line: str, problem: str
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(f'{{"id": "1", "question": "Who pays?", "article": "customs"}}\n{line}\n')

    with pytest.raises(CaseFileError, match=rf"cases\.jsonl, {problem}"):
        await uses(database, "customs", before=2, cases=[file])
