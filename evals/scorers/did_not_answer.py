"""Did not answer: the customer was left without the answer that there is, or without any word.

Holds for every case: the last message of a customer is followed by a word or by somebody who owes one.
"""

from collections.abc import Iterator, Sequence

from evals.runs.result import End, Said, Verdict
from evals.scorers.saying import by_ai, found, quoted, text_of, told
from evals.suites.case import Case

NAME = "did_not_answer"


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict:
    """What is missing in what was said."""
    missing = list(_missing(case, end, transcript))
    return Verdict(scorer=NAME, passed=not missing, why="; ".join(missing) or "What was asked was answered.")


def _missing(case: Case, end: End, transcript: Sequence[Said]) -> Iterator[str]:
    expect = case.expect
    asked = [
        number for number, said in enumerate(transcript) if said.by == "customer" and said.kind != "step"
    ]
    if asked and end.floor == "ai" and not told(transcript[asked[-1] :]):
        yield f"nothing was said to {quoted(transcript[asked[-1]].text)}"
    if expect.outcome in ("answer", "person", "silent") and end.outcome != expect.outcome:
        yield f"the last turn should end with {_named(expect.outcome)} and ended with {_named(end.outcome)}"
    words = by_ai(transcript)
    for pattern in expect.says:
        if not found(pattern, text_of(words)):
            yield f"nothing like {quoted(pattern)} was said"
    first = words[:1]
    for pattern in expect.first_says:
        if not found(pattern, text_of(first)):
            yield f"the first reply has nothing like {quoted(pattern)}"


def _named(outcome: str) -> str:
    return {
        "answer": "an answer", "unknown": "“I do not know”", "person": "a person", "silent": "silence"
    }[outcome]  # fmt: skip
