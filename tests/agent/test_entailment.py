"""A passage and a sentence, read together, and what happens without a model."""

from pathlib import Path

import pytest

from agent import entailment
from agent.entailment import entailed, is_courtesy, sentences_of
from agent.evidence import Said
from agent.support import borne_out, signs
from tests.agent.test_check import evidence

PASSAGE = (
    "Returns\nYou can return most items within 30 days of delivery. Final-sale items cannot be returned."
)


def test_what_a_passage_says_is_likelier_than_what_it_does_not() -> None:
    said = entailed(PASSAGE, "You've got 30 days from delivery to send most things back.")
    invented = entailed(PASSAGE, "A courier picks the parcel up at your home.")

    assert said is not None
    assert invented is not None
    assert said > 0.5 > invented


def test_a_courtesy_is_told_from_a_claim() -> None:
    assert (is_courtesy("Thanks a lot for your patience with this.") or 0) > (
        is_courtesy("All our tents are free.") or 0
    )


def test_markdown_is_read_as_sentences_and_a_line_counts_once() -> None:
    source = "Returns\nReturns\n\n| Service | Cost |\n|---|---|\n| Express | **€12** |\n\n- See [Delivery](/help/delivery)\n1. First. Then second"

    assert sentences_of(source) == [
        "Returns.", "Service – Cost.", "Express – €12.", "See Delivery.", "First.", "Then second.",
    ]  # fmt: skip


@pytest.fixture
def without_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def forget() -> None:
        entailment._loaded.cache_clear()
        entailment.entailed.cache_clear()

    monkeypatch.setattr(entailment, "WEIGHTS", tmp_path)
    forget()
    yield
    monkeypatch.undo()
    forget()


@pytest.mark.usefixtures("without_model")
def test_without_a_model_the_rules_of_words_decide_alone() -> None:
    near, free = (
        "You can return most items within 30 days of delivery, yes [1].",
        "Send it back whenever you fancy [1].",
    )
    seen = [signs(said, said.cited) for said in (Said(near, evidence()), Said(free, evidence()))]

    assert [each.reading for each in seen] == [None, None]
    assert [borne_out(each) for each in seen] == [1.0, 0.0]
    assert not entailment.reads()


@pytest.mark.usefixtures("without_model")
def test_that_the_model_is_missing_is_told_without_the_path_of_this_machine(tmp_path: Path) -> None:
    said = entailment.degraded()

    assert said is not None
    assert said.startswith(entailment.BY_WORDS_ONLY)
    assert str(tmp_path) not in said


def test_with_the_model_there_is_nothing_to_tell() -> None:
    assert entailment.degraded() is None


def test_a_quotation_is_borne_out_whatever_the_model_reads() -> None:
    said = Said("Please note that final-sale items cannot be returned [1].", evidence())

    assert borne_out(signs(said, said.cited)) == 1.0
