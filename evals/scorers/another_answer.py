"""Another answer: the same question gets another answer, or another citation, at another door."""

import re
from collections.abc import Sequence

from agent.transcript import DOES_NOT_KNOW
from evals.runs.result import AtDoor, End, Said, Verdict
from evals.scorers.saying import by_ai, quoted
from evals.suites.case import Case

NAME = "another_answer"


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict | None:
    """Whether every door gave the first one's last answer."""
    if not end.doors:
        return None
    words = by_ai(transcript)
    text, cited = (words[-1].text, words[-1].cited) if words else ("", ())
    first = AtDoor(door=case.doors[0], text=text, cited=cited)
    wrong = [what for door in end.doors if (what := differs(first, door))]
    return Verdict(scorer=NAME, passed=not wrong, why="; ".join(wrong) or "Every door gave the same answer.")


def differs(first: AtDoor, other: AtDoor) -> str:
    """What is another answer at the other door; empty if it is the same."""
    if _bare(first.text) == _NOT_KNOWN and other.door == "copilot" and not other.text:
        return ""  # a colleague is told that there is no draft
    if _bare(other.text) != _bare(first.text):
        return f"{other.door} said {quoted(other.text)}, {first.door} {quoted(first.text)}"
    if other.cited != first.cited:
        return f"{other.door} cites {', '.join(other.cited) or 'nothing'}, {first.door} {', '.join(first.cited) or 'nothing'}"
    return ""


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


_NOT_KNOWN = _bare(DOES_NOT_KNOW)
