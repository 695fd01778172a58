"""Hints on drafts: what is gentle gets none, what is not gets one, and none of it needs the other."""

from functools import cache

import pytest

from agent.reader import Reader, load_reader
from escalation.tone_check import Written, hints_on, without_sympathy

FRIENDLY = (
    "Hello Maeve, I am looking into your order now.",
    "I am so sorry that you had such a frustrating wait. Your parcel is with the courier and should arrive on Friday.",
    "I understand how annoying this must be. Let me see what I can do.",
    "Unfortunately we cannot refund this item because it was worn.",
    "I'm sorry, the tent is out of stock and I cannot say when it will be back.",
    "Thank you for your patience. Could you tell me which size you need?",
    "I'm afraid your return arrived after 30 days, so it cannot be refunded.",
    "I am sorry to hear about your loss. Take all the time you need.",
    "This is not possible, sorry.",
    "Your parcel was lost on the way. I am really sorry about that.",
    "I can see that the delivery failed twice, and I understand that you are angry. That should not have happened.",
    "No, we do not ship to Canada.",
    "Please send the boots back to the address on the label.",
    "We made a mistake with your order and I apologise.",
    "The refund takes 5 to 7 working days.",
    "I hear you, and I agree that this was poor service on our side.",
    "We have charged your card twice by mistake, and I am putting that right now.",
    "The courier has lost the parcel. We send a new one tomorrow.",
    "The order was cancelled because the payment failed.",
    "This is the second time that it has been delayed, so I called the courier.",
    "You have waited three weeks, which is far too long.",
    "The replacement you received was the wrong size, so we send another one.",
    "The zip you described is a known fault of this batch.",
    "You still have not received the label, so here it is again.",
    "Your account was locked after five wrong passwords.",
    "The warehouse has not answered me yet. I ask again at noon and tell you what they say.",
    "You do not have to send the broken one back.",
    "You need to pay the return yourself unless the item is faulty.",
    "I've passed this on to the warehouse.",
    "Your parcel was sent yesterday.",
    "I will check with the warehouse and get back to you.",
    "Shall I cancel it for you?",
    "Guten Tag, es tut mir leid, dass Sie so lange warten mussten.",
    "Bonjour, je comprends. Le colis arrive vendredi.",
    "It is the DHL parcel with the GORE label!",
)
UNFRIENDLY = {
    "I already told you twice that we cannot do this. Read the email.": "dismissive",
    "This is ridiculous, you clearly did not read our terms.": "blame",
    "Stop writing to us about this, it is getting really annoying.": "dismissive",
    "You should have checked the size before ordering, that is your own fault.": "blame",
    "What exactly do you expect me to do about that?": "dismissive",
    "As I said before, there is NOTHING we can do!!": "shouting",
    "Honestly, you are being unreasonable and wasting my time.": "blame",
    "Your complaint makes no sense at all.": "dismissive",
    "Fine. Do whatever you want.": "dismissive",
    "I do not have time for this.": "dismissive",
    "It is not my problem that you missed the courier.": "dismissive",
    "You people always want free things.": "blame",
    "I can't believe you are asking this again.": "dismissive",
    "That is a stupid question.": "temper",
    "PLEASE READ the article.": "shouting",
    "Das ist nicht unser Problem.": "dismissive",
    "C'est votre faute.": "blame",
    "Order {order} is on its way.": "unfilled",
    "I've refunded €20 to your card.": "deed",
    "I have cancelled order TT-10411 for you.": "deed",
    "Your refund has been issued.": "deed",
    "Ich habe Ihnen 20 Euro erstattet.": "deed",
    "I'll refund the full amount today.": "promise",
    "You will get a replacement by Friday.": "promise",
}


@cache
def reader() -> Reader:
    return load_reader()


async def rules_for(text: str, *receipts: str) -> set[str]:
    return {hint.rule for hint in await hints_on(Written(text, receipts), reader())}


@pytest.mark.parametrize("text", FRIENDLY)
async def test_a_friendly_draft_gets_no_hint(text: str) -> None:
    assert await rules_for(text) == set()


@pytest.mark.parametrize(("text", "rule"), UNFRIENDLY.items())
async def test_what_may_hurt_or_is_not_certain_gets_a_hint(text: str, rule: str) -> None:
    assert rule in await rules_for(text)


async def test_a_deed_with_its_receipt_needs_no_hint_and_one_with_another_amount_does() -> None:
    receipt = "Done: €20.00 has been refunded to your Visa."

    assert await rules_for("I've refunded €20.00 to your Visa.", receipt) == set()
    assert await rules_for("I've refunded €25.00 to your Visa.", receipt) == {"deed"}


def test_the_readers_view_is_asked_of_the_persons_own_words_only() -> None:
    text = "I understand that you are furious. The label is attached. We are sorry!"

    assert without_sympathy(text) == "The label is attached."


async def test_where_the_reader_works_on_rules_alone_the_phrases_still_speak() -> None:
    hints = await hints_on(Written("That is your own fault."), Reader(None))

    assert [hint.rule for hint in hints] == ["blame"]
