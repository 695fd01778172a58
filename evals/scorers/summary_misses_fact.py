"""Summary misses fact: the person who takes over does not read what they must know, or reads what is not so.

Holds for every case with a handoff: there is a briefing, and an order that the customer named is in it.
"""

import re
from collections.abc import Iterator, Sequence

from evals.runs.result import End, Said, Verdict
from evals.scorers.saying import by_customer, found, quoted, text_of
from evals.suites.case import Case

NAME = "summary_misses_fact"
_ORDER = re.compile(r"\bTT-\d{5}\b", re.IGNORECASE)


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict | None:
    """What the briefing lacks, or has too much."""
    if not end.handoffs:
        return None
    wrong = list(_wrong(case, end, transcript))
    return Verdict(
        scorer=NAME, passed=not wrong, why="; ".join(wrong) or "The briefing has what it must have."
    )


def _wrong(case: Case, end: End, transcript: Sequence[Said]) -> Iterator[str]:
    if not end.briefing and by_customer(transcript):
        yield "there is no briefing"
    text = "\n".join(line.text for line in end.briefing)
    for number in sorted({match.upper() for match in _ORDER.findall(text_of(by_customer(transcript)))}):
        if number in end.orders and number not in text.upper():
            yield f"the customer named order {number}, the briefing does not"
    if case.expect.briefing:
        for pattern in case.expect.briefing.mentions:
            if not found(pattern, text):
                yield f"the briefing has nothing like {quoted(pattern)}"
        for pattern in case.expect.briefing.omits:
            if found(pattern, text):
                yield f"the briefing has {quoted(pattern)} and should not"
