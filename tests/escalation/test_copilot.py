"""What a suggested reply is about, and what becomes of what a turn says."""

from uuid import uuid4

import pytest

from agent.answers import Answer, NeedsPerson, PersonReason
from agent.records import AuthorKind, Message, MessageKind
from agent.signals import Intent
from escalation.copilot import NOTHING_FOUND, matter, suggestion_of
from tests.agent.turn_world import RETURNS
from tests.escalation.makers import signals

ROOM = uuid4()
WHO = {"C": AuthorKind.CUSTOMER, "A": AuthorKind.AI, "H": AuthorKind.HUMAN, "S": AuthorKind.SYSTEM}


def thread_of(*lines: str) -> list[Message]:
    """ "C: words" is a message of the customer."""
    return [
        Message(
            conversation_id=ROOM,
            seq=seq,
            author_kind=WHO[line[0]],
            kind=MessageKind.CLAIM if line[0] == "S" else MessageKind.TEXT,
            text=line[3:],
        )
        for seq, line in enumerate(lines, start=2)
    ]


@pytest.mark.parametrize(
    ("lines", "about"),
    [
        (["C: Can I return boots?"], ["Can I return boots?"]),
        (
            ["C: Can I return boots?", "S: Aoife is here", "C: They are worn"],
            ["Can I return boots?", "They are worn"],
        ),
        (["C: Can I return boots?", "A: Within 30 days.", "C: Even worn ones?"], ["Even worn ones?"]),
        # "Get me a person" is no question: the one before it is.
        (
            ["C: Can I return boots?", "A: Within 30 days.", "C: Get me a human being"],
            ["Can I return boots?"],
        ),
        (["C: Can I return boots?", "H: Yes.", "C: Thanks a lot"], ["Can I return boots?"]),
        (["C: Are you a bot?"], []),
        ([], []),
    ],
)
def test_a_draft_is_about_what_waits_for_an_answer(lines: list[str], about: list[str]) -> None:
    spoken = thread_of(*lines)
    intents = {"Get me": Intent.talk_to_person, "Thanks": Intent.thanks}
    readings = {
        m.id: signals(
            intent=next((i for start, i in intents.items() if m.text.startswith(start)), Intent.other)
        )
        for m in spoken
    }

    assert [m.text for m in matter(spoken, readings)] == about
    # Without the reader, or in a language that it does not know, plain words decide.
    if "Thanks" not in str(lines):
        assert [m.text for m in matter(spoken, {})] == about


def answer(
    text: str = "Within 30 days [1].", *, cited: bool = True, known: bool = True, **record: object
) -> Answer:
    found = (RETURNS[0],) if cited else ()
    return Answer(text, found, None, offer_person=False, known=known, task=None, record=dict(record))


def test_a_suggestion_rests_on_a_passage_or_on_something_looked_up() -> None:
    order = {"name": "show_order", "result": "OrderShown"}

    assert suggestion_of(answer()).text == "Within 30 days [1]."
    assert suggestion_of(answer()).citations[0]["article"] == "returns"
    assert suggestion_of(answer("It is on its way.", cited=False, tools=[order])).known


@pytest.mark.parametrize(
    "nothing",
    [
        answer("Hello! How can I help?", cited=False),
        answer("I could not find that.", cited=False, known=False),
        answer("Sorry.", cited=False, tools=[{"name": "propose_refund", "result": "BadCall"}]),
    ],
)
def test_a_greeting_and_not_knowing_are_no_suggestion(nothing: Answer) -> None:
    assert (suggestion_of(nothing).text, suggestion_of(nothing).why) == ("", NOTHING_FOUND)


def test_what_was_cut_is_told_also_where_nothing_is_left() -> None:
    cut = [{"sentence": "We ship to Mars.", "why": "a claim without a source"}]
    asked = NeedsPerson(PersonReason.ASKED, "The customer asks for a cancellation.", {"cut": cut})

    assert suggestion_of(answer(cut=cut)).cut == cut
    assert (suggestion_of(asked).cut, suggestion_of(asked).why) == (cut, asked.why)
