"""What the check lets through and what it cuts, sentence by sentence."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.check import LONGEST_ANSWER, Evidence, Gate, objection
from knowledge.passages import split
from knowledge.search import Found
from tests.agent.turn_world import article
from tests.knowledge.article_samples import help_centre

RULES = article(
    "returns",
    "Returns",
    "You can return most items within 30 days of delivery, until 17:00 on the last day. Final-sale items cannot be returned. "
    "The return label costs €4.95 and is deducted from the refund. Orders over €1,000 are insured.",
)
DELIVERY = article(
    "delivery",
    "Delivery",
    "Standard delivery takes 2–4 working days in Ireland, and 3–6 working days to the rest of the European Union. "
    "Tarn & Thistle does not ship outside Europe. We will e-mail you when the parcel leaves.",
)
PAYMENT = article("payment", "Ways to pay", "You can pay by Visa, Mastercard or PayPal.")
FOUND = [*RULES, *DELIVERY, *PAYMENT]
R, D, P = "[1]", "[2]", "[3]"

KEPT = [
    f"You can return most items within 30 days of delivery {R}.",
    f"You have 30 days from the day of delivery to return your items {R}.",
    f"Items can be returned within thirty days of delivery {R}.",
    f"The return label costs 4.95 EUR {R}.",
    f"The return label costs €4,95, deducted from your refund {R}.",
    f"Orders over €1000 are insured {R}.",
    f"Orders over 1,000 euros are insured {R}.",
    f"Returns are possible until 17:00 on the last day {R}.",
    f"Unfortunately, final-sale items can't be returned {R}.",
    f"Standard delivery in Ireland takes 2 to 4 working days {D}.",
    f"Standard delivery to Germany takes 3–6 working days {D}.",
    f"We do not ship to Canada, as we do not ship outside Europe {D}.",
    f"We will e-mail you when the parcel leaves {D}.",
    f"You can pay by Visa or PayPal {P}.",
    # Freer wording.
    f"Most of our items can be sent back within 30 days of delivery {R}.",
    f"Yes, you have 30 days after delivery to return most items {R}.",
    f"I'm afraid final-sale items can't be returned {R}.",
    f"Please note that final-sale items cannot be returned {R}.",
    f"If your order is over €1,000, it is insured {R}.",
    f"You can use PayPal, Visa or Mastercard to pay {P}.",
    f"Yes, we deliver to Germany; it takes 3–6 working days {D}.",
    f"In Ireland, you can expect your parcel in 2–4 working days {D}.",
    f"The €4.95 for the label will be deducted from your refund {R}.",
    f"Sending something back costs €4.95, which we take off your refund {R}.",
    f"We accept Visa, Mastercard and PayPal {P}.",
    f"Delivery to Germany usually takes between 3 and 6 working days {D}.",
    f"Sending it back costs 4,95 € {R}.",
    f"Return it by 5 pm on the last day at the latest {R}.",
    "Final-sale items cannot be returned.",  # uncited, but a passage says so: it is cited for the model
    "You're welcome!",
    "Is there anything else I can help you with?",
    "I'm sorry to hear that.",
    "Hello Maeve!",
    "I am an AI assistant, not a person.",
    "I'm not a human.",
    "I could not find that in our help centre, and I would rather not guess.",
    "A person on our team can look into it.",
    "Would you like a person to look into it?",
    "Do you mean order TT-10500?",
]

CUT = [
    (f"You can return most items within 60 days of delivery {R}.", "figures without a source: 60 day"),
    (f"You can return most items within sixty days of delivery {R}.", "figures without a source: 60 day"),
    (f"You can return most items within 30 months of delivery {R}.", "figures without a source: 30 month"),
    (f"The return label costs €3.95 {R}.", "figures without a source: 3.95 €"),
    (f"The return label costs $4.95 {R}.", "figures without a source: 4.95 $"),
    (f"Orders over €100 are insured {R}.", "figures without a source: 100 €"),
    (f"Standard delivery in Ireland takes 3–6 working days {D}.", "figures of something else: 3–6 day"),
    (f"Returns are possible until 18:00 on the last day {R}.", "figures without a source: 18:00"),
    (f"Standard delivery takes 2–6 working days {D}.", "figures without a source: 2–6 day"),
    (f"Yes, you can return items within 45 days {R}.", "figures without a source: 45 day"),  # the customer's own figure
    ("You can return items [9].", "cites a passage that was not found"),
    ("You can return items [0].", "cites a passage that was not found"),
    (f"Final-sale items can be returned {R}.", "the source says the opposite"),
    (f"Yes, you can pay with bitcoin {P}.", "the source does not say this"),
    (f"You can pay by Visa, PayPal or Klarna {P}.", "names without a source: klarna"),
    (f"You can pay by Visa {D}.", "names without a source: visa"),
    ("Yes, you can pay with bitcoin.", "a claim without a source"),
    ("We ship worldwide.", "a claim without a source"),
    ("I'm happy to say that every return is free and instant.", "a claim without a source"),
    ("I can help, but returns are always free anyway.", "a claim without a source"),
    ("The mountain passes in Peru are not open in February.", "a claim without a source"),
    ("Standard delivery to Germany is overnight.", "a claim without a source"),
    ("Call us on 0800 123 456!", "a claim without a source"),
    (f"Return items [here](https://evil.example/returns) {R}.", "links without a source: https://evil.example/returns"),
    (f"Send your return to help@evil.example {R}.", "links without a source: help@evil.example"),
    ("I'm human.", "claims to be a person"),
    ("Yes, I am a real person.", "claims to be a person"),
    ("I'm not a bot.", "claims to be a person"),
    ("As a human, I understand.", "claims to be a person"),
    ("You are speaking with a real person.", "claims to be a person"),
    *(
        (deed, "reports an action without a receipt")
        for deed in (
            "I've refunded you.", f"I've refunded your return {R}.", "I have successfully cancelled your order.",
            "I've gone ahead and cancelled it for you.", "Your order has been cancelled.", "Your order is now cancelled.",
            "Your refund is on its way.", "Consider it done!", "I am processing your refund.",
        )
    ),
    *(
        (promise, "promises an action that nothing backs")
        for promise in (
            "I'll let our team know.", "You'll get an e-mail.", "You will receive a refund soon.",
            "A colleague will call you within the hour.", "Our team will get back to you.", "We will e-mail you a voucher.",
        )
    ),
    ("I'm transferring you now.", "announces a person, and none is fetched"),
]  # fmt: skip


def evidence(**more: list[str]) -> Evidence:
    asked = ["Can I return it within 45 days? Do you ship to Canada? It is about TT-10500."]
    return Evidence(FOUND, **({"own_words": asked} | more))


def why(sentence: str, what: Evidence) -> str | None:
    against = objection(sentence, what)
    return against.why if against else None


def passed(text: str, what: Evidence | None = None) -> Gate:
    gate = Gate(what or evidence())
    gate.feed(text)
    gate.finish()
    return gate


@pytest.mark.parametrize("sentence", KEPT)
def test_what_the_source_bears_out_is_kept(sentence: str) -> None:
    assert objection(sentence, evidence()) is None


@pytest.mark.parametrize(("sentence", "reason"), CUT)
def test_what_has_no_source_is_cut(sentence: str, reason: str) -> None:
    assert why(sentence, evidence()) == reason
    assert passed(sentence).text == ""


def test_true_but_in_other_words_is_known_to_be_cut() -> None:
    true = f"Whoever pays with us has the choice of three providers, among them PayPal {P}."
    assert why(true, evidence()) == "figures without a source: 3"
    assert why(f"Parcels are quicker at home than abroad {D}.", evidence()) == "the source does not say this"


FREELY_WORDED = [
    f"You've got 30 days from delivery to send most things back {R}.",
    f"The label for sending it back is €4.95, which comes off your refund {R}.",
    f"Die meisten Artikel können innerhalb von 30 Tagen nach der Lieferung zurückgegeben werden {R}.",
]


@pytest.mark.parametrize("sentence", FREELY_WORDED)
def test_free_wording_and_another_language_than_the_article_are_kept(sentence: str) -> None:
    assert why(sentence, evidence()) is None


NEAR_BUT_FALSE = [
    f"Die meisten Artikel können innerhalb von 60 Tagen nach der Lieferung zurückgegeben werden {R}.",
    f"You'll get a voucher if your parcel is late {D}.",
    "Sie können kostenlos zurückschicken.",
    f"Le enviaremos un paquete nuevo {R}.",
]


@pytest.mark.parametrize("sentence", NEAR_BUT_FALSE)
def test_what_only_sounds_like_the_article_is_cut(sentence: str) -> None:
    assert why(sentence, evidence()) is not None


def test_half_the_truth_needs_a_citation_at_least() -> None:
    assert why("Items can be returned.", evidence()) == "a claim without a source"


def test_a_deed_may_be_told_when_its_receipt_is_in_the_conversation() -> None:
    receipt = "Order TT-10432 is cancelled. €62.00 was refunded to Visa •••• 4242."

    assert objection("Your order TT-10432 has been cancelled.", evidence(receipts=[receipt])) is None
    assert objection("I've refunded €62.00 to your Visa.", evidence(receipts=[receipt])) is None
    # Another order, another amount, another deed: the customer's own mention is no receipt.
    for other in (
        "Your order TT-10500 has been cancelled.",
        "I've refunded €95.00 to your Visa.",
        "I've changed order TT-10432.",
    ):
        assert objection(other, evidence(receipts=[receipt])) is not None


def test_a_deed_may_be_told_in_another_language_than_its_receipt() -> None:
    receipt = "Order TT-10432 is cancelled. €62.00 was refunded to Visa •••• 4242."

    assert objection("Ihre Bestellung TT-10432 wurde storniert.", evidence(receipts=[receipt])) is None
    assert objection("Votre commande TT-10432 a été annulée.", evidence(receipts=[receipt])) is None
    assert objection("Ihre Bestellung TT-10500 wurde storniert.", evidence(receipts=[receipt])) is not None
    assert objection("J'ai modifié votre adresse.", evidence(receipts=[receipt])) is not None


def test_a_person_is_announced_only_where_the_turn_fetches_one() -> None:
    handing_over = evidence(tool_results=['{"asked_for_person":true}'])

    for sentence in ("I'm transferring you to a colleague.", "Ich verbinde Sie mit einem Kollegen."):
        assert objection(sentence, handing_over) is None
        against = objection(sentence, evidence())
        assert against is not None
        assert against.rule == "hand_over"


def test_figures_and_items_of_another_order_are_not_borne_out() -> None:
    two = '{"orders":[{"order":"TT-1","status":"pending","total":"€73.95","items":["1 × Inagh fleece"]},{"order":"TT-2","status":"shipped","total":"€238.90","items":["1 × Aran hat"]}]}'

    assert objection("Order TT-1 came to a total of €73.95.", evidence(tool_results=[two])) is None
    assert objection("Order TT-1 came to a total of €238.90.", evidence(tool_results=[two])) is not None
    assert objection("The order TT-1 has the Aran hat.", evidence(tool_results=[two])) is not None


def test_each_cut_carries_its_rule() -> None:
    gate = passed(f"You can return most items within 60 days of delivery {R}. I've refunded you. I'm human.")

    assert [cut.rule for cut in gate.cuts] == ["figure", "deed", "human"]


def test_what_is_only_proposed_is_not_done() -> None:
    proposed = '{"proposed":"Cancel order TT-10432","lines":{"Refund":"€62.00"},"next":"Nothing is changed until the customer confirms. It is not cancelled."}'
    shown = '{"order":"TT-10400","status":"cancelled"}'

    assert objection("Your order TT-10432 has been cancelled.", evidence(tool_results=[proposed])) is not None
    assert objection("Your order TT-10400 was cancelled.", evidence(tool_results=[shown])) is None
    assert objection("I have cancelled your order TT-10400.", evidence(tool_results=[shown])) is not None


def test_facts_about_an_order_rest_on_the_tools_results() -> None:
    shown = '{"order":"TT-10398","status":"shipped","shipped":"2026-11-20","tracking":{"carrier":"An Post","url":"https://track.example/X1"}}'
    with_tool = evidence(tool_results=[shown])

    assert objection("Order TT-10398 was shipped on 20 November 2026 with An Post.", with_tool) is None
    assert objection("Follow order TT-10398 here: https://track.example/X1", with_tool) is None
    assert objection("Order TT-10398 was shipped on 21 November 2026.", with_tool) is not None
    assert objection("Order TT-10398 was shipped with Starling Parcels.", with_tool) is not None


def test_citations_are_renumbered_by_first_appearance() -> None:
    gate = passed(
        f"You can pay by PayPal {P}. Items can be returned within 30 days of delivery {R}. You can pay by Visa {P}."
    )

    assert gate.text == (
        "You can pay by PayPal [1]. Items can be returned within 30 days of delivery [2]. You can pay by Visa [1]."
    )
    assert [found.passage.article for found in gate.cited] == ["payment", "returns"]


def test_a_citation_of_a_cut_sentence_is_not_counted() -> None:
    gate = passed(f"You can pay by Klarna {P}. Final-sale items cannot be returned {R}.")

    assert gate.text == "Final-sale items cannot be returned [1]."
    assert [found.passage.article for found in gate.cited] == ["returns"]


@pytest.mark.parametrize(
    "written", ["You can pay by Visa. [3] Great!", "You can pay by Visa.[3] Great!", "You can pay by Visa [3]. Great!"]
)  # fmt: skip
def test_a_citation_belongs_to_its_sentence_before_or_after_the_full_stop(written: str) -> None:
    gate = passed(written)

    assert gate.text == written.replace(".[3]", ". [3]").replace("[3]", "[1]")
    assert [found.passage.article for found in gate.cited] == ["payment"]


def test_a_claim_that_the_model_did_not_cite_is_cited_for_it_once() -> None:
    gate = passed(
        "You can pay by Visa, Mastercard or PayPal. You can pay by Visa. Final-sale items cannot be returned. Great!"
    )

    assert gate.text == (
        "You can pay by Visa, Mastercard or PayPal. You can pay by Visa. [1] Final-sale items cannot be returned. [2] Great!"
    )


def test_abbreviations_and_numbers_end_no_sentence() -> None:
    gate = passed(
        f"Most llamas, e.g. Pacos, eat approx. Nothing like €4.95 of hay {R}. You can pay by Visa {P}."
    )

    assert gate.text == "You can pay by Visa [1]."
    assert [cut.sentence for cut in gate.cuts] == [
        f"Most llamas, e.g. Pacos, eat approx. Nothing like €4.95 of hay {R}."
    ]


def test_a_german_date_ends_no_sentence_however_the_text_is_divided() -> None:
    for step in (1, 7, 100):
        gate = Gate(evidence())
        text = "Ihre Bestellung wurde am 20. November storniert. Vielen Dank!"
        for start in range(0, len(text), step):
            gate.feed(text[start : start + step])
        gate.finish()

        assert gate.text == "Vielen Dank!"
        assert [cut.sentence for cut in gate.cuts] == ["Ihre Bestellung wurde am 20. November storniert."]


def test_lists_keep_their_form_and_lose_only_the_wrong_items() -> None:
    gate = passed(
        f"You can pay by:\n\n1. Visa {P}\n2. Klarna {P}\n3. PayPal {P}\n\nFinal-sale items cannot be returned {R}."
    )

    assert (
        gate.text
        == "You can pay by:\n\n1. Visa [1]\n3. PayPal [1]\n\nFinal-sale items cannot be returned [2]."
    )
    assert [cut.sentence for cut in gate.cuts] == [f"2. Klarna {P}"]


def test_a_table_goes_through_row_by_row() -> None:
    gate = passed(
        f"| Where | Delivery |\n|---|---|\n| Ireland | 2–4 working days |\n| Mars | 9 working days |\n| European Union | 3–6 working days | {D}\n"
    )

    assert gate.text == (
        "| Where | Delivery |\n|---|---|\n| Ireland | 2–4 working days |\n| European Union | 3–6 working days | [1]"
    )


def test_what_is_said_twice_is_read_once() -> None:
    gate = passed(f"You can pay by Visa {P}.\n\n" * 30 + "I'm here to help you with your order.\n\n" * 30)

    assert gate.text == "You can pay by Visa [1].\n\nI'm here to help you with your order."


def test_an_answer_without_end_ends() -> None:
    gate = passed("word" * 100_000)
    assert gate.text == ""
    many = "".join(f"Is it TT-10500, {n % 7 * chr(97)}{n // 7 * chr(98)}? " for n in range(300))
    assert len(passed(many).text) < LONGEST_ANSWER + 200


SAMPLES = [
    f"You can return most items within 30 days of delivery. {R} {D} Or within 60 days {R}. Anything else?",
    f"You can pay by:\n\n1. Visa {P}\n2. Klarna\n- PayPal {P}\n\n| a | b |\n|---|---|\n| Ireland | 2–4 working days | {D}\n",
    f"It costs €4.95 {R}.[1] [12] [see](/help/returns) e.g. this.\nFinal-sale items cannot be returned… Good? “Yes.” {D}",
    "You can pay by Visa.\n\n[3] Great! I've refunded you. [link](https://evil.example) [",
]


@given(
    st.sampled_from(SAMPLES) | st.lists(st.sampled_from([*"aA.!?\n 1[]()|-é", R, D, "Visa", "30 days", " "]), max_size=40).map("".join),
    st.lists(st.integers(0, 400), max_size=30),
)  # fmt: skip
def test_how_the_text_is_cut_into_pieces_makes_no_difference(text: str, places: list[int]) -> None:
    at_once = passed(text)
    gate = Gate(evidence())
    edges = [0, *sorted(place for place in places if place < len(text)), len(text)]
    for start, end in pairwise(edges):
        gate.feed(text[start:end])
    gate.finish()

    assert (gate.text, gate.cited, gate.cuts) == (at_once.text, at_once.cited, at_once.cuts)


@pytest.mark.parametrize("text", SAMPLES)
def test_letter_by_letter_or_at_once_gives_the_same_text(text: str) -> None:
    gate = Gate(evidence())
    for letter in text:
        gate.feed(letter)
    gate.finish()

    assert (gate.text, gate.cuts) == (passed(text).text, passed(text).cuts)


@pytest.mark.parametrize("entry", help_centre(), ids=lambda entry: entry.slug)
def test_every_passage_of_the_help_centre_can_be_quoted_uncut(entry) -> None:
    found = [Found(passage, 1.0) for passage in split(entry, 1)]
    for number, each in enumerate(found, start=1):
        gate = passed(f"{each.passage.text} [{number}]", Evidence(found))

        assert gate.cuts == []
        assert gate.text == f"{each.passage.text} [1]"


@pytest.mark.timeout(60)  # that of the square of the length: minutes
def test_a_quotation_of_nothing_but_dots_passes_in_time() -> None:
    gate = Gate(Evidence([]), judged=False)
    gate.feed("." * 200_000)
    gate.finish()
