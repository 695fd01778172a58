"""Model judges: pinned, calibrated, and no witness by themselves."""

import json
from pathlib import Path

import pytest

from agent.models import Writer
from agent.models.scripted import ScriptedModel
from evals.judging import Calibration, Judge, JudgeError, JudgeFile
from evals.runs.result import CaseResult, Said, Verdict

GOOD, BAD = '{"passed": true, "why": "kind"}', '{"passed": false, "why": "rude"}'
FILE = JudgeFile.model_validate(
    {
        "name": "kindness", "model": "a-model", "question": "Is it kind?",
        "examples": [{"text": f"ai: {n}", "passed": n % 2 == 0} for n in range(20)],
    }
)  # fmt: skip
RIGHT = [GOOD if n % 2 == 0 else BAD for n in range(20)]
RESULT = CaseResult(
    suite="s",
    case="c",
    repeat=0,
    status="scored",
    verdicts=(Verdict(scorer="x", passed=True, why="y"),),
    transcript=(Said(by="ai", kind="text", text="Hello."),),
)


def judge(*answers: str) -> Judge:
    return Judge(FILE, Writer("a-model", ScriptedModel(script=list(answers))))


async def test_a_judge_that_agrees_with_people_gives_its_opinion_which_decides_nothing() -> None:
    (opinion,) = await judge(*RIGHT, BAD).opinions([RESULT])

    assert (opinion.scorer, opinion.passed, opinion.why) == ("judge:kindness", False, "rude")
    assert RESULT.model_copy(update={"opinions": (opinion,)}).passed is True


async def test_a_judge_that_does_not_agree_with_people_is_not_asked() -> None:
    (opinion,) = await judge(*[GOOD] * 20).opinions([RESULT])

    assert opinion.passed is None
    assert opinion.why == "Not asked: it agrees with people by kappa 0.00, and 0.61 is needed."


@pytest.mark.parametrize("answer", ["Well, I think so.", '{"passed": "yes"}', "[1]", ""])
async def test_an_answer_that_is_nonsense_is_none(answer: str) -> None:
    assert (await judge(*([answer] if answer else [" "])).says("ai: Hello."))[0] is None


def test_a_judge_is_pinned_to_its_model() -> None:
    with pytest.raises(JudgeError, match="pinned to the model a-model; configured is another"):
        Judge(FILE, Writer("another", ScriptedModel(script=[])))


def test_a_wrong_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "judge.yaml"
    file.write_text(
        json.dumps({"name": "kindness", "model": "m", "question": "q", "examples": []}), encoding="utf-8"
    )

    with pytest.raises(JudgeError, match=r"judge\.yaml:1: examples: Tuple should have at least 20 items"):
        JudgeFile.load(file)


def test_kappa_is_cohens() -> None:
    # The example of Cohen's kappa that textbooks have: 20 and 15 agreed of 50.
    assert Calibration(both=20, neither=15, judge_only=5, people_only=10, nonsense=0).kappa == pytest.approx(
        0.4
    )
