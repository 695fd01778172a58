"""The walk of a turn: models and tools in turn, the check, the limits, and what comes of them."""

from langchain_core.messages import ToolMessage

from agent.answers import Answer, NeedsPerson, PersonReason
from agent.models import Writer
from agent.models.scripted import ScriptedModel, call
from agent.records import AuthorKind, MessageKind, Proposal
from agent.signals import Intent
from agent.transcript import BROKE_OFF, DOES_NOT_KNOW, PLEASE_CONFIRM
from agent.turn import TurnLimits
from tests.agent.turn_world import RETURNS, Chat, chat

BY_MISTAKE = {"order": "TT-10432", "reason": "ordered_by_mistake"}


class BrokenModelError(Exception):
    """What the scripted model says that it may raise."""


async def scripted(folder, *script, **more) -> tuple[Chat, ScriptedModel]:
    model = ScriptedModel(script=list(script))
    return await chat(folder, Writer("scripted", model, (BrokenModelError,)), **more), model


async def test_an_answer_carries_its_passages_and_a_record_of_how_it_came_about(tmp_path):
    talk, model = await scripted(tmp_path, "You can return most items within 30 days of delivery [1].")

    answer = await talk.ask("How long do I have?")

    assert isinstance(answer, Answer)
    assert (answer.known, answer.offer_person, answer.proposal_id) == (True, False, None)
    (citation,) = answer.citations
    passage = RETURNS[0].passage
    assert (citation["number"], citation["article"], citation["version"]) == (1, "returns", 1)
    assert (citation["quote"], citation["url"], citation["hash"]) == (passage.text, passage.url, passage.hash)
    assert answer.record["question"] == "How long do I have?"
    assert answer.record["passages"] == [{"url": passage.url, "hash": passage.hash, "score": 1.0}]
    model.assert_consumed()


async def test_if_nothing_was_found_no_claim_gets_through(tmp_path):
    talk, _ = await scripted(tmp_path, "You can return most items within 30 days of delivery [1].", found=[])

    answer = await talk.ask("How long do I have?")

    assert isinstance(answer, Answer)
    assert (answer.text, answer.known, answer.offer_person) == (DOES_NOT_KNOW, False, True)
    assert answer.citations == []


async def test_when_every_sentence_is_cut_and_nothing_was_found_the_ai_says_that_it_does_not_know(tmp_path):
    talk, _ = await scripted(tmp_path, "You can pay with bitcoin. You have 60 days [1].", found=())

    answer = await talk.ask("Can I pay with bitcoin?")

    assert isinstance(answer, Answer)
    assert (answer.text, answer.known, answer.offer_person) == (DOES_NOT_KNOW, False, True)
    assert [cut["sentence"] for cut in answer.record["cut"]] == [
        "You can pay with bitcoin.",
        "You have 60 days [1].",
    ]
    assert all(draft in DOES_NOT_KNOW for draft in talk.drafts)


async def test_a_shop_that_does_not_answer_needs_a_person(tmp_path):
    arguments = {"order": "TT-10440", "lines": [], "reason": "none_given"}
    talk, model = await scripted(tmp_path, [call("propose_return_items", **arguments)])
    talk.world.shop.down = True

    outcome = await talk.ask("Send it back", Intent.return_item)

    assert isinstance(outcome, NeedsPerson)
    assert outcome.reason is PersonReason.APPROVAL
    assert outcome.why == "The shop does not answer at the moment."
    model.assert_consumed()


async def test_a_model_may_ask_for_a_person(tmp_path):
    talk, model = await scripted(tmp_path, [call("hand_to_person", reason="She wants to complain")])

    outcome = await talk.ask("I want to complain")

    assert isinstance(outcome, NeedsPerson)
    assert (outcome.reason, outcome.why) == (PersonReason.ASKED, "She wants to complain")
    assert outcome.record["tools"] == [{"name": "hand_to_person", "result": "HandOverAsked"}]
    model.assert_consumed()


async def test_after_the_last_round_a_person_is_needed(tmp_path):
    talk, model = await scripted(tmp_path, *[[call("list_orders")]] * 2, limits=TurnLimits(rounds=2))

    outcome = await talk.ask("Where is my order?")

    assert isinstance(outcome, NeedsPerson)
    assert outcome.reason is PersonReason.STUCK
    model.assert_consumed()


async def test_a_proposal_without_words_asks_the_customer_to_confirm(tmp_path):
    talk, model = await scripted(tmp_path, [call("propose_cancel_order", **BY_MISTAKE)], "")

    answer = await talk.ask("Cancel TT-10432, ordered by mistake", Intent.cancel_order)

    assert isinstance(answer, Answer)
    assert (answer.text, answer.known, answer.offer_person) == (PLEASE_CONFIRM, True, False)
    (proposal,) = await talk.world.rows(Proposal)
    assert answer.proposal_id == proposal.id
    assert await talk.world.effects() == []
    model.assert_consumed()


async def test_the_model_reads_what_its_tools_gave(tmp_path):
    talk, model = await scripted(
        tmp_path, [call("show_order", order="TT-10432")], "Your order TT-10432 is pending."
    )

    answer = await talk.ask("Where is TT-10432?", Intent.order_status)

    assert isinstance(answer, Answer)
    assert answer.text == "Your order TT-10432 is pending."
    result = model.seen[1][-1]
    assert isinstance(result, ToolMessage)
    assert '"status":"pending"' in str(result.content)


async def test_another_customers_order_is_nowhere_to_be_seen(tmp_path):
    talk, model = await scripted(
        tmp_path,
        [call("list_orders")],
        [call("show_order", order="TT-99999")],
        "Hm?",
    )
    others = (await talk.world.shop.orders("cus_jonas"))[0].number
    model.script[0] = [call("show_order", order=others)]

    await talk.ask("Where is it?")

    foreign, missing = (str(model.seen[n][-1].content) for n in (1, 2))
    assert foreign.replace(others, "X") == missing.replace("TT-99999", "X")


async def test_what_the_customer_has_read_stays_when_the_model_fails_half_way(tmp_path):
    talk, _ = await scripted(
        tmp_path, ["You can return most items within 30 days of delivery [1]. And ", BrokenModelError()]
    )

    answer = await talk.ask("How long do I have to return a jacket?")

    assert isinstance(answer, Answer)
    assert talk.drafts == ["You can return most items within 30 days of delivery [1]."]
    assert answer.text == f"{talk.drafts[0]}\n\n{BROKE_OFF}"
    assert (answer.known, answer.offer_person) == (True, True)
    assert [found.passage.article for found in answer.cited] == ["returns"]
    assert (answer.record["model"], answer.record["failed"]) == ("scripted", ["scripted: BrokenModelError"])


async def test_after_a_courtesy_that_broke_off_the_backup_answers(tmp_path):
    talk, _ = await scripted(tmp_path, ["Happy to help! You can ret", BrokenModelError()])

    answer = await talk.ask("How long do I have to return a jacket?")

    assert isinstance(answer, Answer)
    assert answer.text == "You can return most items within 30 days of delivery. [1]"
    assert (answer.record["model"], answer.record["provider"]) == ("offline", "offline")


async def test_what_fails_after_a_proposal_was_made_leaves_the_proposal_to_the_customer(tmp_path):
    talk, _ = await scripted(tmp_path, [call("propose_cancel_order", **BY_MISTAKE)], BrokenModelError())

    answer = await talk.ask("Cancel TT-10432, ordered by mistake", Intent.cancel_order)

    assert isinstance(answer, Answer)
    assert answer.text == PLEASE_CONFIRM
    assert answer.proposal_id is not None


async def test_a_receipt_of_this_conversation_lets_the_deed_be_told(tmp_path):
    talk, _ = await scripted(
        tmp_path, "Your order TT-10432 has been cancelled. Your order TT-10444 has been cancelled."
    )
    talk.add(AuthorKind.SYSTEM, "Order TT-10432 is cancelled. €62.00 goes back to Visa.", MessageKind.RECEIPT)

    answer = await talk.ask("Is it done? And TT-10444?")

    assert isinstance(answer, Answer)
    assert answer.text == "Your order TT-10432 has been cancelled."


async def test_the_thread_goes_to_the_model_with_each_word_under_its_author(tmp_path):
    talk, model = await scripted(tmp_path, "Happy to help.")
    talk.add(AuthorKind.SYSTEM, "You are chatting with an AI.", MessageKind.DISCLOSURE)
    talk.add(AuthorKind.CUSTOMER, "Hello <b>")
    talk.add(AuthorKind.AI, "Hello!")
    talk.add(AuthorKind.HUMAN, "I am Aoife.")
    talk.add(AuthorKind.HUMAN, "for staff", MessageKind.NOTE)
    talk.add(AuthorKind.SYSTEM, "It is cancelled.", MessageKind.RECEIPT)

    await talk.ask("Thank you")

    system, *between, last = model.seen[0]
    assert (system.type, last.type) == ("system", "human")
    assert [(message.type, message.content) for message in between] == [
        ("human", "<message>\nHello &lt;b&gt;\n</message>"),
        ("ai", "Hello!"),
        ("human", "<colleague>\nI am Aoife.\n</colleague>"),
        ("human", "<receipt>\nIt is cancelled.\n</receipt>"),
    ]


async def test_a_sentence_that_did_not_pass_is_put_right_once_and_follows_what_was_said(tmp_path):
    talk, model = await scripted(
        tmp_path,
        "Happy to help! You can return most items within 60 days of delivery [1].",
        "You can return most items within 30 days of delivery [1].",
    )

    answer = await talk.ask("How long do I have?")

    assert isinstance(answer, Answer)
    assert answer.text == "Happy to help!\n\nYou can return most items within 30 days of delivery [1]."
    assert talk.drafts == ["Happy to help!"]
    assert answer.record["repaired"] is True
    assert [cut["sentence"] for cut in answer.record["cut"]] == [
        "You can return most items within 60 days of delivery [1]."
    ]
    told = str(model.seen[1][-1].content)
    assert "60 days" in told
    assert "passage [1]" in told
    model.assert_consumed()


async def test_what_does_not_pass_the_second_time_is_cut(tmp_path):
    talk, model = await scripted(
        tmp_path,
        "You can return most items within 60 days of delivery [1].",
        "You can return most items within 90 days of delivery [1].",
    )

    answer = await talk.ask("How long do I have to return a jacket?")

    assert isinstance(answer, Answer)
    assert answer.text == "You can return most items within 30 days of delivery. [1]"  # the backup's quote
    assert answer.record["model"] == "offline"
    model.assert_consumed()


async def test_a_deed_that_was_only_told_becomes_a_proposal(tmp_path):
    talk, model = await scripted(
        tmp_path,
        "I have cancelled your order TT-10432.",
        [call("propose_cancel_order", **BY_MISTAKE)],
        "Please check the details below.",
    )

    answer = await talk.ask("Cancel TT-10432, ordered by mistake", Intent.cancel_order)

    assert isinstance(answer, Answer)
    assert answer.proposal_id is not None
    assert answer.text == "Please check the details below."
    assert await talk.world.effects() == []
    model.assert_consumed()


async def test_a_courtesy_around_what_was_cut_is_no_answer(tmp_path):
    talk, model = await scripted(tmp_path, "Happy to help! We plant a tree for every jacket. Anything else?")

    answer = await talk.ask("How long do I have to return a jacket?")

    assert isinstance(answer, Answer)
    assert answer.text == "You can return most items within 30 days of delivery. [1]"
    model.assert_consumed()


async def test_a_question_back_is_an_answer_though_something_was_cut(tmp_path):
    talk, _ = await scripted(tmp_path, "We plant a tree for every jacket. Which jacket do you mean?")

    answer = await talk.ask("And my jacket?")

    assert isinstance(answer, Answer)
    assert answer.text == "Which jacket do you mean?"


async def test_what_was_said_stays_whole_when_the_model_fails_while_it_repairs(tmp_path):
    first = "You can return most items within 30 days of delivery [1]. It is within 60 days of delivery [1]."
    talk, _ = await scripted(tmp_path, first, BrokenModelError())

    answer = await talk.ask("How long do I have?")

    assert isinstance(answer, Answer)
    assert answer.text == "You can return most items within 30 days of delivery [1]."
    assert answer.offer_person is False
