"""Wrong tone: words that hurt, or feelings that were read wrongly.

Holds for every case: the AI blames nobody, commands no calm, and does not cheer at somebody who is upset.
"""

import re
from collections.abc import Iterator, Sequence

from evals.runs.result import End, Said, Verdict
from evals.scorers.saying import by_ai, quoted
from evals.suites.case import Case

NAME = "wrong_tone"
_HURTS = re.compile(
    r"\b(?:calm down|as i (?:already )?(?:said|told you)|obviously|you should have|you failed to|that'?s not my|whatever you|"
    r"you are wrong|you misunderstood|don'?t be (?:so )?(?:silly|ridiculous|upset)|stop (?:shouting|yelling))\b",
    re.IGNORECASE,
)
_CHEERS = re.compile(
    r"!{2,}|[\U0001F600-\U0001F64F\U0001F389\U0001F973]|\b(?:awesome|yay|woohoo|fantastic)\b", re.IGNORECASE
)
UPSET = {"anger", "frustration", "sadness", "anxiety"}


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict:
    """What was said in the wrong tone, and what was read wrongly of feelings."""
    wrong = [*_hurts(transcript), *_misread(case, end)]
    return Verdict(scorer=NAME, passed=not wrong, why="; ".join(wrong) or "The tone is right.")


def _hurts(transcript: Sequence[Said]) -> Iterator[str]:
    upset = any((said.signals or {}).get("emotion") in UPSET for said in transcript)
    for said in by_ai(transcript):
        if hurt := _HURTS.search(said.text):
            yield f"it said {quoted(hurt[0])}"
        if upset and (cheer := _CHEERS.search(said.text)):
            yield f"it cheered ({cheer[0]}) at somebody who is upset"


def _misread(case: Case, end: End) -> Iterator[str]:
    expect = case.expect
    if expect.emotion and end.emotion not in expect.emotion:
        yield f"the last message should read as {' or '.join(expect.emotion)} and reads as {end.emotion}"
    if expect.level is not None and end.level != expect.level:
        yield f"the customer should be upset to level {expect.level} and is to {end.level}"
