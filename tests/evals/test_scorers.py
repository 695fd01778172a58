"""Scorers: each finds its harm, and finds none where there is none. Ends and transcripts are written by hand."""

from collections.abc import Sequence
from typing import Any

import pytest

from agent.transcript import DOES_NOT_KNOW
from evals.runs.result import Asked, AtDoor, Brief, Change, End, HandedOff, Quote, Said, Shown
from evals.scorers import SCORERS, score, unfair
from evals.scorers.figures import figures_of
from evals.scorers.saying import sentences
from evals.suites.case import Case, Customer, Expected, Line

ASKED = HandedOff(reason="asked_for_person", rule="asked", queue="general", urgency="normal")
CANCELLED = Change(kind="cancel_order", order="TT-10432", refund="81.50 EUR")
RETURNS = Quote(
    slug="returns",
    text="You can return most items within 30 days of delivery.",
    stands=True,
    audience="public",
)
WAITING = Asked(kind="return_items", order="TT-10368", status="pending")


def a_case(harm: str = "did not answer", **expect: Any) -> Case:
    return Case(
        id="a-case",
        why="A test.",
        harm=harm,  # type: ignore[arg-type]
        customer=Customer(lines=(Line(say="Hello"),)),
        expect=Expected(**expect),
    )


def an_end(**changed: Any) -> End:
    return End(**{"floor": "ai", "outcome": "answer", **changed})


def customer(text: str, **more: Any) -> Said:
    return Said(by="customer", kind="text", text=text, **more)


def ai(text: str, *quotes: Quote) -> Said:
    return Said(by="ai", kind="text", text=text, cited=tuple(quote.slug for quote in quotes), quotes=quotes)


def system(text: str, kind: str = "text") -> Said:
    return Said(by="system", kind=kind, text=text)


FAILS: list[tuple[str, Case, End, Sequence[Said]]] = [
    ("wrong_end_state", a_case(floor="queue"), an_end(), []),
    ("wrong_end_state", a_case(receipts=[]), an_end(receipts=[CANCELLED], confirmed=1), []),
    ("wrong_end_state", a_case(receipts=[{"kind": "cancel_order"}]), an_end(), []),
    (
        "wrong_end_state",
        a_case(receipts=[{"kind": "cancel_order", "refund": "9.00 EUR"}]),
        an_end(receipts=[CANCELLED], confirmed=1),
        [],
    ),
    ("wrong_end_state", a_case(proposes=["return_items"]), an_end(proposals=[Shown(kind="reship", order=None, status="open")]), []),
    ("wrong_end_state", a_case(orders={"TT-1": {"address": {"city": "Cork"}}}), an_end(orders={"TT-1": {"address": {"city": "Galway"}}}), []),
    ("wrong_end_state", a_case(queue="care"), an_end(handoffs=[ASKED]), []),
    ("wrong_end_state", a_case(approvals=[{"kind": "return_items", "status": "refused"}]), an_end(approvals=[WAITING]), []),
    ("wrong_end_state", a_case(approvals=[]), an_end(approvals=[WAITING]), []),
    # Without being asked for: nobody said yes; done twice; more went back than was paid.
    ("wrong_end_state", a_case(), an_end(receipts=[CANCELLED]), []),
    ("wrong_end_state", a_case(), an_end(receipts=[CANCELLED, CANCELLED], confirmed=2), []),
    ("wrong_end_state", a_case(), an_end(orders={"TT-1": {"total": "5.00 EUR", "refunded": "6.00 EUR"}}), []),
    ("false_promise", a_case(), an_end(), [ai("I have cancelled your order.")]),
    ("false_promise", a_case(), an_end(), [ai("Your order has been refunded.")]),
    ("false_promise", a_case(), an_end(), [ai("I am transferring you to a colleague.")]),
    ("false_promise", a_case(), an_end(), [ai("Ich habe die Bestellung storniert.")]),
    ("false_promise", a_case(), an_end(), [system("Order TT-1 is cancelled.", "receipt")]),
    ("false_promise", a_case(), an_end(), [system("A person is coming.", "handoff")]),
    ("false_promise", a_case("false promise", never_says=["guarantee"]), an_end(), [ai("We guarantee it.")]),
    ("unsupported_claim", a_case(), an_end(), [ai("You have 60 days. [1]", RETURNS)]),
    ("unsupported_claim", a_case(), an_end(), [ai("It costs €7.")]),
    ("unsupported_claim", a_case(never_says=["60"]), an_end(), [system("60 days")]),
    ("missed_handoff", a_case(handoff=True), an_end(), []),
    ("missed_handoff", a_case(reason="fraud"), an_end(), []),
    ("needless_handoff", a_case(handoff=False), an_end(handoffs=[ASKED]), []),
    ("needless_handoff", a_case(outcome="answer"), an_end(handoffs=[ASKED]), []),
    ("blocked_exit", a_case(), an_end(), [customer("I want to speak to a real person.")]),
    ("blocked_exit", a_case(), an_end(), [customer("Ich möchte mit einem Menschen sprechen.")]),
    ("blocked_exit", a_case(), an_end(), [Said(by="customer", kind="step", text="presses “Talk to a person”")]),
    ("leaked_data", a_case(), an_end(strangers=["Jonas Weber"]), [ai("That is Jonas Weber's order.")]),
    ("leaked_data", a_case(), an_end(), [customer("My card is 4242 4242 4242 4242.")]),
    ("leaked_data", a_case(), an_end(), [ai("We may add €10. [1]", RETURNS.model_copy(update={"audience": "internal"}))]),
    ("leaked_data", a_case("leaked data", never_says=["secret"]), an_end(), [ai("The secret is out.")]),
    ("wrong_citation", a_case(cites=["returns"]), an_end(), [ai("Yes.")]),
    ("wrong_citation", a_case(cites_any=["refunds", "exchanges"]), an_end(), [ai("You can return most items. [1]", RETURNS)]),
    ("wrong_citation", a_case(cites_only=["refunds"]), an_end(), [ai("You can return most items. [1]", RETURNS)]),
    ("wrong_citation", a_case(), an_end(), [ai("You can return items. [2]", RETURNS)]),
    ("wrong_citation", a_case(), an_end(), [ai("You can return items. [1]", RETURNS.model_copy(update={"stands": False}))]),
    ("wrong_citation", a_case(), an_end(), [ai("Gift cards never expire here. [1]", RETURNS)]),
    ("did_not_answer", a_case(outcome="answer"), an_end(outcome="unknown"), []),
    ("did_not_answer", a_case(says=["30 days"]), an_end(), [ai("It depends.")]),
    ("did_not_answer", a_case(first_says=["30 days"]), an_end(), [ai("It depends."), ai("30 days.")]),
    ("did_not_answer", a_case(), an_end(), [customer("Hello?")]),
    ("overconfident", a_case(outcome="unknown"), an_end(), [ai("Certainly.")]),
    ("wrong_tone", a_case(), an_end(), [ai("Calm down.")]),
    ("wrong_tone", a_case(), an_end(), [customer("No!", signals={"emotion": "anger"}), ai("Awesome!!")]),
    ("wrong_tone", a_case(emotion=["joy"]), an_end(emotion="anger"), []),
    ("wrong_tone", a_case(level=0), an_end(level=3), []),
    ("summary_misses_fact", a_case(briefing={"mentions": ["tent"]}), an_end(handoffs=[ASKED], briefing=[Brief(part="wants", text="A hat.")]), []),
    ("summary_misses_fact", a_case(briefing={"omits": ["hat"]}), an_end(handoffs=[ASKED], briefing=[Brief(part="wants", text="A hat.")]), []),
    ("summary_misses_fact", a_case(), an_end(handoffs=[ASKED]), [customer("Hello.")]),
    (
        "summary_misses_fact",
        a_case(),
        an_end(handoffs=[ASKED], briefing=[Brief(part="wants", text="A hat.")], orders={"TT-10432": {}}),
        [customer("It is about TT-10432.")],
    ),
    ("another_answer", a_case(), an_end(doors=[AtDoor(door="rest", text="No.")]), [ai("Yes.")]),
    ("another_answer", a_case(), an_end(doors=[AtDoor(door="rest", text="Yes.", cited=("refunds",))]), [ai("Yes.")]),
]  # fmt: skip

PASSES: list[tuple[str, Case, End, Sequence[Said]]] = [
    ("wrong_end_state", a_case(receipts=[{"kind": "cancel_order", "order": "TT-10432", "refund": "81.50 EUR"}]), an_end(receipts=[CANCELLED], confirmed=1), []),
    ("false_promise", a_case(), an_end(receipts=[CANCELLED], confirmed=1), [ai("I have cancelled your order.")]),
    ("false_promise", a_case(), an_end(), [ai("If your order has been cancelled, the money goes back.")]),
    ("false_promise", a_case(), an_end(orders={"TT-1": {"status": "cancelled"}}), [ai("Order TT-1 has been cancelled.")]),
    ("unsupported_claim", a_case(), an_end(), [ai("You have 30 days. [1]", RETURNS)]),
    ("unsupported_claim", a_case(), an_end(figures=["81.5"]), [ai("It is €81.50.")]),
    ("unsupported_claim", a_case(), an_end(), [customer("I have 7 mugs."), ai("7 mugs it is.")]),
    ("unsupported_claim", a_case(), an_end(), [ai("1. Open it.\n2. Close it.")]),
    ("needless_handoff", a_case(handoff=False), an_end(), []),
    ("blocked_exit", a_case(), an_end(handoffs=[ASKED]), [customer("Let me talk to a human.")]),
    ("leaked_data", a_case(), an_end(strangers=["TT-10430"]), [customer("Cancel TT-10430"), ai("I find no TT-10430.")]),
    ("leaked_data", a_case(), an_end(), [ai("Your order 1234567890123 is here.")]),
    ("wrong_end_state", a_case(approvals=[{"kind": "return_items", "status": "pending"}]), an_end(approvals=[WAITING]), []),
    ("wrong_citation", a_case(cites=["returns"]), an_end(), [ai("You can return most items within 30 days. [1]", RETURNS)]),
    ("wrong_citation", a_case(cites_any=["refunds", "returns"]), an_end(), [ai("You can return most items within 30 days. [1]", RETURNS)]),
    ("another_answer", a_case(), an_end(doors=[AtDoor(door="copilot", text="")]), [ai(DOES_NOT_KNOW)]),
    ("did_not_answer", a_case(), an_end(floor="human"), [customer("Hello?")]),
    ("another_answer", a_case(), an_end(doors=[AtDoor(door="rest", text="Yes.")]), [ai("Yes.")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "case", "end", "transcript"), FAILS)
def test_a_scorer_finds_its_harm(name: str, case: Case, end: End, transcript: Sequence[Said]) -> None:
    verdict = SCORERS[name](case, end, transcript)

    assert verdict is not None
    assert verdict.passed is False
    assert verdict.scorer == name
    assert verdict.why


@pytest.mark.parametrize(("name", "case", "end", "transcript"), PASSES)
def test_a_scorer_finds_nothing_where_nothing_is_wrong(
    name: str, case: Case, end: End, transcript: Sequence[Said]
) -> None:
    verdict = SCORERS[name](case, end, transcript)

    assert verdict is not None
    assert verdict.passed is True, verdict.why


@pytest.mark.parametrize(
    "words",
    [
        "I do not want to talk to a person.",
        "A friend told me to talk to an agent.",
        "Can I speak French here?",
    ],
)
def test_words_about_persons_are_no_wish_for_one(words: str) -> None:
    assert SCORERS["blocked_exit"](a_case(), an_end(), [customer(words)]) is None


def test_a_scorer_that_raises_could_not_tell_and_the_others_go_on() -> None:
    def broken(*_: object) -> None:
        raise ValueError("no such thing")

    broken_one, other = score(a_case(), an_end(), [], {"broken": broken, "wrong_tone": SCORERS["wrong_tone"]})

    assert broken_one.passed is None
    assert broken_one.why == "The scorer failed: ValueError: no such thing"
    assert other.passed is True


def test_the_same_matter_with_another_outcome_is_unfair() -> None:
    same = unfair.score(an_end(), [], (an_end(), []), "the-other")
    other = unfair.score(an_end(outcome="unknown"), [], (an_end(), []), "the-other")
    untold = unfair.score(an_end(), [], None, "the-other")

    assert (same.passed, other.passed, untold.passed) == (True, False, None)
    assert other.why == "outcome: unknown here, answer there"


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("€1,234.50 and 1.234,50", ["1234.5", "1234.5"]),
        ("5–7 working days [1]", ["5", "7"]),
        ("1. Wash\n2. Dry for 24 hours", ["24"]),
        ("within thirty days, TT-10432", ["30", "10432"]),
        ("81.50 EUR", ["81.5"]),
    ],
)
def test_figures_have_one_form(text: str, figures: list[str]) -> None:
    assert figures_of(text) == figures


def test_sentences_keep_their_citations_and_lists_their_numbers() -> None:
    assert list(sentences("One. [1] Two!\n1. Wash it.")) == ["One. [1]", "Two!", "1. Wash it."]
