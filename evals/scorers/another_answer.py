"""Another answer: the same question gets another answer, or another citation, at another door."""

import re
from collections.abc import Sequence

from evals.runs.result import End, Said, Verdict
from evals.scorers.saying import by_ai, quoted
from evals.suites.case import Case

NAME = "another_answer"


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict | None:
    """Whether every door gave the first one's last answer."""
    if not end.doors:
        return None
    words = by_ai(transcript)
    text, cited = (words[-1].text, words[-1].cited) if words else ("", ())
    wrong = []
    for door in end.doors:
        if _bare(door.text) != _bare(text):
            wrong.append(f"{door.door} said {quoted(door.text)}, {case.doors[0]} {quoted(text)}")
        elif door.cited != cited:
            wrong.append(
                f"{door.door} cites {', '.join(door.cited) or 'nothing'}, {case.doors[0]} {', '.join(cited) or 'nothing'}"
            )
    return Verdict(scorer=NAME, passed=not wrong, why="; ".join(wrong) or "Every door gave the same answer.")


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
