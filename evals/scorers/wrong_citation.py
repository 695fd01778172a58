"""Wrong citation: an answer points to something that does not say it.

Holds for every case: every [n] has a passage, every passage stands in its article as this world has it, and a sentence shares words
with what it cites.
"""

import re
from collections.abc import Iterator, Sequence

from evals.runs.result import End, Said, Verdict
from evals.scorers.saying import by_ai, quoted, sentences
from evals.suites.case import Case

NAME = "wrong_citation"
_MARK = re.compile(r"\[(\d+)\]")
_WORD = re.compile(r"[^\W\d_]{4,}")
# Of a sentence's words of four letters and more, so many are in what it cites. A quote has all of them, a fair paraphrase a third and
# more (`evals/citation_support.py`); a passage on another matter hardly any.
SHARED = 0.2


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict:
    """What is wrong with the citations."""
    wrong = [*_always(transcript), *_expected(case, transcript)]
    return Verdict(scorer=NAME, passed=not wrong, why="; ".join(wrong) or "The citations are right.")


def _always(transcript: Sequence[Said]) -> Iterator[str]:
    for said in by_ai(transcript):
        for quote in said.quotes:
            if not quote.stands:
                yield f"the article {quote.slug} does not say {quoted(quote.text, 80)}"
        for sentence in sentences(said.text):
            numbers = [int(number) for number in _MARK.findall(sentence)]
            if beyond := [n for n in numbers if not 1 <= n <= len(said.quotes)]:
                yield f"[{beyond[0]}] cites nothing"
            elif numbers and not any(_shares(sentence, said.quotes[n - 1].text) for n in numbers):
                yield f"{quoted(sentence)} shares no words with what it cites"


def _shares(sentence: str, passage: str) -> bool:
    words = {word.casefold()[:6] for word in _WORD.findall(_MARK.sub("", sentence))}
    there = {word.casefold()[:6] for word in _WORD.findall(passage)}
    return not words or len(words & there) >= SHARED * len(words)


def _expected(case: Case, transcript: Sequence[Said]) -> Iterator[str]:
    cited = {slug for said in by_ai(transcript) for slug in said.cited}
    for slug in case.expect.cites or ():
        if slug not in cited:
            yield f"{slug} should be cited; cited was {', '.join(sorted(cited)) or 'nothing'}"
    some = case.expect.cites_any
    if some and not cited.intersection(some):
        yield f"one of {', '.join(some)} should be cited; cited was {', '.join(sorted(cited)) or 'nothing'}"
    if case.expect.cites_only is not None:
        for slug in sorted(cited - set(case.expect.cites_only)):
            yield f"{slug} is cited and should not be"
