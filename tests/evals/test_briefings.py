"""Evals of briefings: ROUGE-L as others compute it, conversations in a file, and a simulator that sees what is invented."""

import json
from pathlib import Path

import pytest

from escalation.briefing import Line, Part
from escalation.reception import Owner
from evals.briefing_backing import Talk
from evals.briefings import DATA, SETS, WAYS, load, main, score
from evals.rouge import rouge_l


@pytest.mark.parametrize(
    ("summary", "reference", "value"),
    [
        # Worked out by hand; rouge-score 0.1.2 gives the same.
        ("the customer wants a refund", "The customer wants a refund.", 1.0),
        ("police killed the gunman", "police kill the gunman", 0.75),
        ("the gunman kill police", "police kill the gunman", 0.5),
        ("Customer paid €88.50", "It cost 88.50", 0.5),
        ("", "something", 0.0),
        ("something", "", 0.0),
    ],
)
def test_rouge_l_is_the_f1_of_the_longest_common_subsequence(
    summary: str, reference: str, value: float
) -> None:
    assert rouge_l(summary, reference) == pytest.approx(value)


@pytest.mark.parametrize("name", SETS)
def test_the_briefing_comes_nearer_to_peoples_summaries_than_a_template_and_the_first_messages(
    name: str,
) -> None:
    conversations = load(DATA / name)
    means = {way: score(conversations, summarise).mean for way, summarise in WAYS.items()}

    assert len(conversations) == 30
    assert means["briefing"] > means["template"] > means["lead-3"]


def test_other_conversations_can_be_scored_and_those_without_summaries_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = [
        {"author": "customer", "text": "My tent leaks."},
        {"author": "ai", "text": "Which tent is it?"},
    ]
    file = tmp_path / "own.jsonl"
    rows = [
        {"messages": messages},
        {"messages": messages, "summaries": ["Customer is complaining about a tent."]},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["briefings", "--conversations", str(file)])

    main()

    told = capsys.readouterr().out
    assert "own.jsonl: 2 conversations, 1 with summaries" in told
    assert "Customer is complaining that their tent leaks. AI asks which tent is it." in told
    assert "ROUGE-L" in told


@pytest.mark.parametrize(
    "line",
    ["no JSON", "{}", '{"messages": [{"author": "robot", "text": "Hi"}]}', '{"messages": ["Hi"]}', "[1]"],
)
def test_a_line_that_is_no_conversation_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(f'{{"messages": []}}\n{line}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.jsonl, line 2"):
        load(file)


@pytest.mark.parametrize(
    ("text", "sources", "wrong"),
    [
        ("Customer paid €88.50.", ("1",), False),
        ("Customer paid €88.60.", ("1",), True),
        ("Customer spoke with Callum.", ("1",), True),
        ("Customer paid.", (), True),
        ("Customer paid.", ("2",), True),
    ],
)
def test_the_simulator_sees_a_figure_a_name_and_a_source_that_are_not_there(
    text: str, sources: tuple[str, ...], *, wrong: bool
) -> None:
    talk = Talk(None, None, None, Owner(visitor_id="v"))
    talk.look_at(Line(Part.BRIEF, "In brief", text, sources), {"1": "I paid €88.50 to Maeve"})
    assert bool(talk.wrong) is wrong
