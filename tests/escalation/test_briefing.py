"""The briefing: every line rests on messages, every figure stands in them."""

import re
from typing import Any
from uuid import UUID, uuid4

from agent.records import AuthorKind, Message, MessageKind, Proposal, ProposalStatus
from agent.signals import Emotion, Intent, Signals, Stake
from escalation.briefing import QUOTE, write_briefing
from knowledge.database import utc_now
from tests.conftest import World
from tests.escalation.makers import signals

CASE = uuid4()


def message(text: str, author: AuthorKind = AuthorKind.CUSTOMER, **more: Any) -> Message:
    return Message(conversation_id=CASE, seq=2, author_kind=author, text=text, **more)


def proposal(status: ProposalStatus = ProposalStatus.OPEN) -> Proposal:
    return Proposal(
        conversation_id=CASE,
        customer_id="cus_maeve",
        epoch=1,
        action="cancel_order",
        arguments={},
        title="Cancel order TT-10432",
        lines=[{"label": "Refund", "value": "€88.50"}],
        digest="d",
        policy_version="p",
        status=status,
        expires_at=utc_now(),
    )


def read(messages: list[Message], **changes: Any) -> dict[UUID, Signals]:
    return {m.id: signals(**changes) for m in messages if m.author_kind == AuthorKind.CUSTOMER}


def by_label(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["label"].partition(" (")[0]: line for line in lines}


def test_an_empty_thread_has_an_empty_briefing() -> None:
    assert write_briefing([], {}, []) == []
    disclosure = message("You are chatting with an AI.", AuthorKind.SYSTEM, kind=MessageKind.DISCLOSURE)
    assert write_briefing([disclosure], {}, []) == []


def test_an_answer_to_a_question_of_the_ai_is_not_the_matter() -> None:
    wish, slot = message("Please return my socks."), message("To my card, please.")
    which = message("Where shall the refund go?", AuthorKind.AI, task={"intent": "return_item"})
    readings = {wish.id: signals(intent=Intent.return_item), slot.id: signals(intent=Intent.payment)}

    lines = write_briefing([wish, which, slot], readings, [])

    assert lines[0]["text"] == "“Please return my socks.”"


def test_the_matter_is_the_last_message_that_asks_for_something() -> None:
    hello, matter, last = message("Hello"), message("My tent leaks."), message("Are you there?")
    readings = {
        hello.id: signals(intent=Intent.greeting),
        matter.id: signals(intent=Intent.warranty),
        last.id: signals(),
    }

    lines = write_briefing([hello, matter, last], readings, [])

    assert lines[0] == {"label": "Wants (warranty)", "text": "“My tent leaks.”", "sources": [str(matter.id)]}
    assert lines[1] == {"label": "Last words", "text": "“Are you there?”", "sources": [str(last.id)]}


def test_the_only_words_of_a_customer_are_in_the_briefing_whatever_they_were_read_as() -> None:
    only = message("I want to talk to somebody about my broken stove.")
    asked = {only.id: signals(intent=Intent.talk_to_person)}

    for readings in (asked, {}):  # read, and not read yet
        lines = write_briefing([only], readings, [])
        assert [
            line for line in lines if "broken stove" in line["text"] and line["sources"] == [str(only.id)]
        ]


def test_what_was_done_is_told_in_the_words_of_its_receipt() -> None:
    done = proposal(ProposalStatus.DONE)
    card = message("Please confirm.", AuthorKind.AI, proposal_id=done.id)
    receipt = message(
        "Order TT-10432 is cancelled, €88.50 goes back.",
        AuthorKind.SYSTEM,
        kind=MessageKind.RECEIPT,
        proposal_id=done.id,
    )

    line = by_label(write_briefing([card, receipt], {}, [done]))["Done"]

    assert line["text"] == receipt.text
    assert line["sources"] == [str(card.id), str(receipt.id)]


def test_what_was_only_offered_is_never_called_done() -> None:
    for status in ProposalStatus:
        offered = proposal(status)
        card = message("Please confirm.", AuthorKind.AI, proposal_id=offered.id)
        lines = by_label(write_briefing([card], {}, [offered]))
        assert ("Done" in lines) == (status is ProposalStatus.DONE)
        line = lines["Done" if status is ProposalStatus.DONE else "Proposed"]
        assert "Cancel order TT-10432 (Refund: €88.50)" in line["text"]


def test_a_proposal_that_the_customer_never_saw_is_not_told_as_proposed() -> None:
    unseen = proposal(ProposalStatus.WITHDRAWN)
    assert write_briefing([message("Cancel it")], {}, [unseen])[0]["label"] != "Proposed"
    assert "Proposed" not in by_label(write_briefing([message("Cancel it")], {}, [unseen]))


def test_what_the_ai_could_not_answer_is_quoted_from_the_customer() -> None:
    asked = message("Do you ship to Mars?")
    shrug = message("I do not know that.", AuthorKind.AI, offer_person=True, in_reply_to=asked.id)

    line = by_label(write_briefing([asked, shrug], {}, [], {asked.id}))["AI could not answer"]

    assert (line["text"], line["sources"]) == ("“Do you ship to Mars?”", [str(asked.id)])


def test_feelings_that_could_not_be_judged_are_left_out() -> None:
    asked = message("Hallo")
    assert "Feeling" not in by_label(write_briefing([asked], read([asked], abstained=True), []))


def test_what_is_at_stake_names_the_messages_that_said_so() -> None:
    calm, grave = message("Hello"), message("My stove exploded, I will sue you.")
    readings = {
        calm.id: signals(stakes={Stake.legal: 0.49}),
        grave.id: signals(stakes={Stake.legal: 0.9, Stake.product_safety: 0.8}),
    }

    line = by_label(write_briefing([calm, grave], readings, []))["At stake"]

    assert line["sources"] == [str(grave.id)]
    assert set(line["text"].split(", ")) == {"legal", "product safety"}


def test_a_draft_that_was_never_sent_is_no_answer() -> None:
    asked = message("How long does delivery take?")
    unsent = message(
        "Unsent draft of the AI: 3–6 days [1].",
        AuthorKind.AI,
        kind=MessageKind.NOTE,
        citations=[{"number": 1, "title": "Delivery"}],
    )

    assert "AI answered from" not in by_label(write_briefing([asked, unsent], {}, []))


def test_a_long_thread_gives_a_briefing_that_can_be_read_at_a_glance() -> None:
    messages: list[Message] = []
    for number in range(300):
        asked = message(f"Question {number}: " + "why " * 900)
        messages += [asked, message("?", AuthorKind.AI, offer_person=True, in_reply_to=asked.id)]
    readings = read(messages, valence=-0.9, emotion=Emotion.anger)

    lines = write_briefing(messages, readings, [])

    assert len(lines) < 12
    assert all(len(line["text"]) <= 5 * QUOTE for line in lines), [len(line["text"]) for line in lines]
    ids = {str(m.id) for m in messages}
    assert all(line["sources"] and set(line["sources"]) <= ids for line in lines)


async def test_every_line_of_a_real_briefing_rests_on_the_thread_and_so_does_every_figure(
    world: World,
) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("How long does delivery to Germany take, and what does it cost?")
    await maeve.ask("Which mountain passes in Peru are open in February 2031?")
    card = (await maeve.ask("Please cancel my order TT-10432, I ordered it by mistake."))["proposal"]
    if card is not None:  # the offline model may ask for something first; then there is no card to confirm
        await maeve.confirm(card)
    await maeve.ask("I have waited 17 days and I am furious, let me talk to a human!")

    case = await aoife.case(maeve.conversation_id)

    lines = case["briefing"]["lines"]
    labels = {line["label"].partition(" (")[0] for line in lines}
    assert {"Wants", "Came with", "Feeling", "AI answered from", "AI could not answer"} <= labels
    by_id = {m["id"]: m for m in case["messages"]}
    cards = [str(m["proposal"]) for m in case["messages"] if m["proposal"]]
    articles = [c["title"] for m in case["messages"] for c in m["citations"]]
    thread = " ".join([m["text"] for m in case["messages"]] + cards + articles)
    for line in lines:
        assert line["sources"], line
        assert set(line["sources"]) <= set(by_id), line
        if line["label"] != "Feeling":  # its percentage is measured, not said
            for figure in re.findall(r"\d[\d.,:-]*\d|\d", line["text"]):
                assert figure in thread, (figure, line)


def test_a_colleagues_note_and_the_orders_that_were_named_stand_in_the_briefing() -> None:
    named = message("Please cancel tt-10432 and TT-10429.")
    note = message("Refund was promised.", AuthorKind.HUMAN, kind=MessageKind.NOTE, author_name="Aoife")

    lines = write_briefing([named, note], {}, [])

    assert lines[0] == {"label": "Note by Aoife", "text": "“Refund was promised.”", "sources": [str(note.id)]}
    assert by_label(lines)["Speaks of"]["text"] == "TT-10432, TT-10429"
