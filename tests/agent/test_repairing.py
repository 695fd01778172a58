"""The instruction for the repair round: which sentences were cut, why, and what would make them pass."""

from agent.check import Cut, Evidence, Gate
from agent.repairing import MOST_SENTENCES, repair_instruction
from tests.agent.turn_world import passages

FOUND = passages("returns")


def cut(text: str, evidence: Evidence) -> list[Cut]:
    gate = Gate(evidence)
    gate.feed(text)
    gate.finish()
    return gate.cuts


def test_a_wrong_figure_is_told_with_the_passage_that_has_the_right_one() -> None:
    evidence = Evidence(FOUND)
    told = repair_instruction(
        cut("You can return most items within 60 days of delivery [2].", evidence), evidence
    )

    assert told is not None
    assert (
        '"You can return most items within 60 days of delivery [2].": figures without a source: 60 day'
        in told
    )
    assert "say what passage [2] says" in told


def test_what_no_passage_is_near_to_is_left_out_when_the_reply_is_written_anew() -> None:
    evidence = Evidence(FOUND)
    told = repair_instruction(
        cut("We plant a tree for every order. You can return most items within 60 days [2].", evidence),
        evidence,
    )

    assert told is not None
    assert '"We plant a tree for every order.": a claim without a source; leave it out.' in told


def test_a_claim_that_nothing_is_near_to_is_not_worth_another_round() -> None:
    evidence = Evidence(FOUND)

    assert repair_instruction(cut("We plant a tree for every order.", evidence), evidence) is None


def test_what_was_said_already_is_not_written_again() -> None:
    evidence = Evidence(FOUND)
    cuts = cut("We plant a tree for every order. You can return most items within 60 days [2].", evidence)

    told = repair_instruction(cuts, evidence, said="Happy to help!")

    assert told is not None
    assert "Write only what replaces these" in told
    assert "60 days" in told
    assert "tree" not in told


def test_a_deed_is_only_worth_a_round_while_nothing_binds() -> None:
    cuts = cut("I've refunded you.", Evidence(()))

    assert repair_instruction(cuts, Evidence(()), said="Happy to help!") is not None
    assert repair_instruction(cuts, Evidence(()), said="Your order TT-10432 is pending.", bound=True) is None


def test_what_a_tool_told_is_put_right_by_the_tool() -> None:
    evidence = Evidence((), tool_results=['{"order":"TT-10432","status":"pending"}'])
    told = repair_instruction(cut("Your order TT-10432 was shipped.", evidence), evidence)

    assert told is not None
    assert "say what the tool's result says" in told


def test_a_deed_without_a_receipt_is_told_as_such() -> None:
    evidence = Evidence(())
    told = repair_instruction(cut("I've refunded you. I am transferring you.", evidence), evidence)

    assert told is not None
    assert "only a receipt shows that something is done" in told
    assert "call hand_to_person" in told


def test_nothing_cut_or_only_repetition_needs_no_second_round() -> None:
    assert repair_instruction([], Evidence(())) is None
    assert repair_instruction([Cut("Good.", "said already", "repetition")], Evidence(())) is None


def test_the_instruction_stays_short() -> None:
    many = [Cut('"quoted" word ' * 200, "reports an action without a receipt", "deed")] * 50
    told = repair_instruction(many, Evidence(()))

    assert told is not None
    assert told.count("\n- ") == MOST_SENTENCES
    assert len(told) < 2_000
