"""The briefing: every line rests on messages, every figure and name stands in them, and the first lines are read at a glance."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from agent.records import (
    ApprovalRequest,
    Audience,
    AuthorKind,
    Message,
    MessageKind,
    Proposal,
    ProposalStatus,
)
from agent.signals import Emotion, Intent, Signals, Stake
from escalation.briefing import Line, Material, Part, write_briefing
from escalation.briefing.lines import AT_A_GLANCE, at_a_glance
from escalation.briefing.steps import AT_STAKE
from escalation.trajectory import Point
from knowledge.database import utc_now
from tests.conftest import World
from tests.escalation.makers import signals

CASE = uuid4()


def message(text: str, author: AuthorKind = AuthorKind.CUSTOMER, **more: Any) -> Message:
    return Message(conversation_id=CASE, author_kind=author, text=text, **({"seq": 2} | more))


def thread(*messages: Message) -> list[Message]:
    """The messages in their places, after the disclosure."""
    for seq, each in enumerate(messages, start=2):
        each.seq = seq
    return list(messages)


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


def by_part(lines: list[Line]) -> dict[Part, Line]:
    return {line.part: line for line in lines}


def written(*messages: Message, **more: Any) -> dict[Part, Line]:
    return by_part(write_briefing(Material(thread(*messages), **more)))


def test_an_empty_thread_has_an_empty_briefing() -> None:
    assert write_briefing(Material([])) == []
    disclosure = message("You are chatting with an AI.", AuthorKind.SYSTEM, kind=MessageKind.DISCLOSURE)
    assert write_briefing(Material([disclosure])) == []


def test_it_begins_with_the_matter_and_what_came_of_it_then_says_what_to_do() -> None:
    asked = message("Hi! My tent leaks, I bought it in May.")
    answer = message("I am sorry. Could you send us a photo of the seam?", AuthorKind.AI)

    brief, step, *_ = write_briefing(Material(thread(asked, answer)))

    assert brief.text == (
        "Customer is complaining that their tent leaks, they bought it in May. AI apologizes and asks for a photo of the seam."
    )
    assert brief.sources == (str(asked.id), str(answer.id))
    assert (step.part, step.text, step.sources) == (
        Part.NEXT_STEP,
        "Answer their last message.",
        (str(asked.id),),
    )


def test_an_answer_to_a_question_of_the_ai_is_not_the_matter() -> None:
    wish, slot = message("Please return my socks."), message("To my card, please.")
    which = message(
        "Where shall the refund go?", AuthorKind.AI, task={"wish": "return_items", "asked_for": "refund_to"}
    )
    readings = {wish.id: signals(intent=Intent.return_item), slot.id: signals(intent=Intent.payment)}

    lines = written(wish, which, slot, readings=readings)

    assert lines[Part.WANTS].text == "“Please return my socks.”"
    assert lines[Part.BRIEF].text.startswith("Customer wants the company to return their socks.")


def test_the_matter_is_the_last_message_that_asks_for_something() -> None:
    hello, matter, last = message("Hello"), message("My tent leaks."), message("Are you there?")
    readings = {
        hello.id: signals(intent=Intent.greeting),
        matter.id: signals(intent=Intent.warranty),
        last.id: signals(),
    }

    lines = written(hello, matter, last, readings=readings)

    assert lines[Part.WANTS] == Line(Part.WANTS, "Wants (warranty)", "“My tent leaks.”", (str(matter.id),))
    assert lines[Part.LAST_WORDS].sources == (str(last.id),)


def test_what_a_person_has_dealt_with_is_not_the_matter_any_more() -> None:
    old, new = message("My tent leaks."), message("My stove is missing a part.")
    over = message("Back to the AI.", AuthorKind.SYSTEM, kind=MessageKind.HANDBACK)

    assert "stove" in written(old, over, new, readings=read([old, new]))[Part.BRIEF].text


def test_in_another_language_the_matter_is_quoted_and_not_retold() -> None:
    asked = message("Wo bleibt mein Zelt?")
    lines = written(asked, readings=read([asked], language="de", intent=Intent.order_status))
    assert lines[Part.BRIEF].text == "Customer writes: “Wo bleibt mein Zelt?”"


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        (("Guten Tag, ich habe eine Frage.", "Wo bleibt mein Zelt?"), "Guten Tag, ich habe eine Frage."),
        (("Guten Tag",), "Guten Tag"),
        (("Bonjour", "Je voudrais parler à quelqu'un, s'il vous plaît."), "Bonjour"),
        (("Dzień dobry, gdzie jest moja paczka?", "ok thanks"), None),
    ],
)
def test_a_thread_in_another_language_is_quoted_also_before_it_was_read_and_where_nothing_was_asked(
    said: tuple[str, ...], quoted: str | None
) -> None:
    answer = message("Einen Moment, ich sehe gerne nach, was damit ist.", AuthorKind.AI)
    brief = written(*map(message, said), answer)[Part.BRIEF]
    assert "says that" not in brief.text
    if quoted:
        assert brief.text == f"Customer writes: “{quoted}”"


def test_a_greeting_of_unknown_language_does_not_make_an_english_thread_foreign() -> None:
    hello, asked = message("Hallo"), message("My tent leaks.")
    assert written(hello, asked)[Part.BRIEF].text.startswith("Customer is complaining that their tent leaks")


def test_the_only_words_of_a_customer_are_in_the_briefing_whatever_they_were_read_as() -> None:
    only = message("I want to talk to somebody about my broken stove.")
    asked = {only.id: signals(intent=Intent.talk_to_person)}

    for readings in (asked, {}):  # read, and not read yet
        assert "broken stove" in written(only, readings=readings)[Part.BRIEF].text


def test_what_was_done_is_told_in_the_words_of_its_receipt() -> None:
    done = proposal(ProposalStatus.DONE)
    card = message("Please confirm.", AuthorKind.AI, proposal_id=done.id)
    receipt = message(
        "Order TT-10432 is cancelled, €88.50 goes back.",
        AuthorKind.SYSTEM,
        kind=MessageKind.RECEIPT,
        proposal_id=done.id,
    )

    line = written(card, receipt, proposals=[done])[Part.DONE]

    assert line.text == receipt.text
    assert line.sources == (str(card.id), str(receipt.id))


def test_what_was_only_offered_is_never_called_done() -> None:
    for status in ProposalStatus:
        offered = proposal(status)
        lines = written(
            message("Please confirm.", AuthorKind.AI, proposal_id=offered.id), proposals=[offered]
        )
        assert (Part.DONE in lines) == (status is ProposalStatus.DONE)
        line = lines[Part.DONE if status is ProposalStatus.DONE else Part.PROPOSED]
        assert "Cancel order TT-10432 (Refund: €88.50)" in line.text


def test_a_proposal_that_the_customer_never_saw_is_not_told_as_proposed() -> None:
    assert Part.PROPOSED not in written(message("Cancel it"), proposals=[proposal(ProposalStatus.WITHDRAWN)])


def test_a_request_that_waits_for_approval_is_told_with_the_message_that_passed_it_on() -> None:
    request = ApprovalRequest(
        conversation_id=CASE, customer_id="c", action="cancel_order", arguments={}, effects={}, title="Cancel order TT-10430",
        lines=[{"label": "Refund", "value": "€679.00"}], digest="d", policy_version="p", reasons=[], expires_at=utc_now(),
    )  # fmt: skip
    passed_on = message(
        "Your request was passed on as: Cancel order TT-10430.", AuthorKind.SYSTEM, kind=MessageKind.HANDOFF
    )

    lines = written(message("Cancel TT-10430"), passed_on, requests=[request])

    assert lines[Part.PROPOSED].text == "Cancel order TT-10430 – waits for a person's approval"
    assert lines[Part.NEXT_STEP].text == "Approve or refuse: Cancel order TT-10430."
    assert lines[Part.NEXT_STEP].sources == (str(passed_on.id),)


def test_what_was_promised_is_quoted_and_a_rule_of_the_shop_is_no_promise() -> None:
    rule = message("Refunds will arrive within 5 days [1]. Will you wait?", AuthorKind.AI)
    promise = message("Thank you. Callum will call you on Friday.", AuthorKind.HUMAN, author_name="Aoife")
    note = message("I will send a voucher.", AuthorKind.HUMAN, kind=MessageKind.NOTE, audience=Audience.STAFF)

    lines = [
        line for line in write_briefing(Material(thread(rule, promise, note))) if line.part is Part.PROMISED
    ]

    assert lines == [
        Line(Part.PROMISED, "Promised by Aoife", "“Callum will call you on Friday.”", (str(promise.id),))
    ]


def test_facts_are_orders_amounts_and_dates_as_they_were_written_last() -> None:
    named = message("Please cancel tt-10432 and TT-10429, I paid €88.50 on 12 November.")
    again = message("It was €88,50, or 90 EUR with the mug, on November 14th.")
    note = message("They owe us €5.", AuthorKind.HUMAN, kind=MessageKind.NOTE, audience=Audience.STAFF)
    article = message("Delivery costs €4.95.", AuthorKind.AI)

    line = written(named, again, note, article)[Part.FACTS]

    assert line.text == "orders TT-10432, TT-10429; amounts €88,50, 90 EUR; dates 12 November, November 14th"
    assert line.sources == (str(named.id), str(again.id))


def test_what_the_ai_could_not_answer_is_quoted_from_the_customer() -> None:
    asked = message("Do you ship to Mars?")
    shrug = message("I do not know that.", AuthorKind.AI, offer_person=True, in_reply_to=asked.id)

    lines = written(asked, shrug, missed={asked.id})

    assert lines[Part.UNANSWERED].text == "“Do you ship to Mars?”"
    assert lines[Part.NEXT_STEP].text == "Answer what the AI could not: “Do you ship to Mars?”"


def test_the_course_of_feelings_is_told_in_words_and_what_could_not_be_judged_is_left_out() -> None:
    calm, cross, furious = message("Hello"), message("Still nothing"), message("This is a disgrace")
    readings = {
        calm.id: signals(),
        cross.id: signals(emotion=Emotion.anger),
        furious.id: signals(emotion=Emotion.anger),
    }
    feeling = Point(level=0.8, slope=0.3, upset=True)

    line = written(calm, cross, furious, readings=readings, feeling=feeling)[Part.FEELING]
    assert line.text == "neutral → anger; upset; getting worse"
    assert Part.FEELING not in written(calm, readings=read([calm], abstained=True))


def test_what_is_at_stake_names_the_messages_that_said_so_and_comes_first_in_what_to_do() -> None:
    calm, grave = message("Hello"), message("My stove exploded, I will sue you.")
    readings = {
        calm.id: signals(stakes={Stake.legal: 0.49}),
        grave.id: signals(stakes={Stake.legal: 0.9, Stake.product_safety: 0.8}),
    }

    lines = written(calm, grave, readings=readings)

    assert lines[Part.STAKES].sources == (str(grave.id),)
    assert set(lines[Part.STAKES].text.split(", ")) == {"legal", "product safety"}
    assert lines[Part.NEXT_STEP].text == AT_STAKE[Stake.product_safety]


@pytest.mark.parametrize("stake", list(Stake))
def test_every_stake_has_advice_that_its_own_check_lets_through(stake: Stake) -> None:
    grave = message("Something grave.")
    lines = written(grave, readings=read([grave], stakes={stake: 0.9}))
    assert lines[Part.NEXT_STEP].text == AT_STAKE[stake]


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (ProposalStatus.OPEN, "Wait for their yes or no to: Cancel order TT-10432."),
        (ProposalStatus.FAILED, "Do by hand what failed: Cancel order TT-10432."),
        (ProposalStatus.CONFIRMED, "Find out whether it was done: Cancel order TT-10432."),
        (ProposalStatus.WITHDRAWN, "Ask whether they still want it: Cancel order TT-10432."),
        (ProposalStatus.EXPIRED, "Ask whether they still want it: Cancel order TT-10432."),
        (ProposalStatus.DONE, "Answer their last message."),
        (ProposalStatus.DECLINED, "Answer their last message."),
    ],
)
def test_the_next_step_follows_what_was_confirmed_or_offered_last(status: ProposalStatus, step: str) -> None:
    offered = proposal(status)
    card = message("Please confirm.", AuthorKind.AI, proposal_id=offered.id)
    assert written(message("Cancel it"), card, proposals=[offered])[Part.NEXT_STEP].text == step


def test_whoever_has_answered_waits_or_resolves() -> None:
    answered = message("Two days.", AuthorKind.HUMAN, author_name="Aoife")
    lines = written(message("How long does delivery take?"), answered)
    assert lines[Part.NEXT_STEP].text == "Wait for their answer, or resolve it."
    assert lines[Part.NEXT_STEP].sources == (str(answered.id),)


def test_a_draft_that_was_never_sent_is_no_answer() -> None:
    asked = message("How long does delivery take?")
    unsent = message(
        "Unsent draft of the AI: 3–6 days [1].",
        AuthorKind.AI,
        kind=MessageKind.NOTE,
        audience=Audience.STAFF,
        citations=[{"number": 1, "title": "Delivery"}],
    )

    lines = written(asked, unsent)

    assert Part.TRIED not in lines
    assert "AI" not in lines[Part.BRIEF].text


def test_a_colleagues_note_comes_before_all_but_the_customers_correction() -> None:
    named = message("Please cancel TT-10432.")
    note = message("Refund was promised.", AuthorKind.HUMAN, kind=MessageKind.NOTE, author_name="Aoife")
    wrong = message("No, TT-10429!", corrects={"part": "", "text": ""})

    first, second, *_ = write_briefing(Material(thread(named, note, wrong)))

    assert first == Line(Part.CORRECTION, "Corrected by the customer", "“No, TT-10429!”", (str(wrong.id),))
    assert second == Line(Part.NOTE, "Note by Aoife", "“Refund was promised.”", (str(note.id),))


def test_a_correction_leaves_the_line_that_it_corrects_as_it_was() -> None:
    asked, wrong = (
        message("My tent leaks."),
        message("It is the stove!", corrects={"part": "brief", "text": "x"}),
    )

    lines = written(asked, wrong)

    assert lines[Part.BRIEF] == written(asked)[Part.BRIEF]
    assert lines[Part.NEXT_STEP].text == "Acknowledge the correction, and go on from it."


def test_markup_in_names_and_messages_stays_text() -> None:
    asked = message("<script>alert(1)</script> <b>My tent</b> leaks")
    note = message("<img src=x>", AuthorKind.HUMAN, kind=MessageKind.NOTE, author_name="<i>Aoife</i>")

    lines = written(asked, note, readings=read([asked]))

    assert lines[Part.WANTS].text == "“<script>alert(1)</script> <b>My tent</b> leaks”"
    assert lines[Part.NOTE].label == "Note by <i>Aoife</i>"


def test_a_long_thread_gives_a_briefing_that_can_be_read_at_a_glance() -> None:
    messages: list[Message] = []
    for number in range(250):
        asked = message(f"Question {number}: " + "why " * 900)
        messages += [asked, message("I will find out.", AuthorKind.AI, in_reply_to=asked.id)]
    readings = read(messages, valence=-0.9, emotion=Emotion.anger)

    lines = write_briefing(Material(thread(*messages), readings, missed=set(readings)))

    assert len(lines) < 12
    glance = lines[: at_a_glance(lines)]
    assert {Part.BRIEF, Part.NEXT_STEP} <= by_part(glance).keys()
    assert sum(len(f"{line.label} {line.text}".split()) for line in glance) <= AT_A_GLANCE
    ids = {str(m.id) for m in messages}
    assert all(line.sources and set(line.sources) <= ids for line in lines)


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
    parts = {line["part"] for line in lines}
    assert {"brief", "next_step", "done", "feeling", "facts", "tried", "unanswered"} <= parts
    by_id = {m["id"]: m for m in case["messages"]}
    cards = [str(m["proposal"]) for m in case["messages"] if m["proposal"]]
    articles = [c["title"] for m in case["messages"] for c in m["citations"]]
    said = " ".join([m["text"] for m in case["messages"]] + cards + articles)
    for line in lines:
        assert line["sources"], line
        assert set(line["sources"]) <= set(by_id), line
        for figure in re.findall(r"\d[\d.,:-]*\d|\d", line["text"]):
            assert figure in said, (figure, line)
