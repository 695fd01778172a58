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
    wrong = [*_always(transcript, _words(_bought(end))), *_expected(case, transcript)]
    return Verdict(scorer=NAME, passed=not wrong, why="; ".join(wrong) or "The citations are right.")


def _bought(end: End) -> str:
    """What the customer's things are called: the shop's book says so, and no passage need."""
    items = (item for order in end.orders.values() for item in order.get("items", ()))
    return " ".join(f"{item.get('name', '')} {item.get('variant', '')}" for item in items)


def _always(transcript: Sequence[Said], bought: set[str]) -> Iterator[str]:
    for said in by_ai(transcript):
        for quote in said.quotes:
            if not quote.stands:
                yield f"the article {quote.slug} does not say {quoted(quote.text, 80)}"
        for sentence in sentences(said.text):
            numbers = [int(number) for number in _MARK.findall(sentence)]
            if beyond := [n for n in numbers if not 1 <= n <= len(said.quotes)]:
                yield f"[{beyond[0]}] cites nothing"
            elif numbers and not any(_shares(sentence, said.quotes[n - 1].text, bought) for n in numbers):
                yield f"{quoted(sentence)} shares no words with what it cites"


def _shares(sentence: str, passage: str, bought: set[str]) -> bool:
    words = _words(_MARK.sub("", sentence)) - bought
    return not words or len(words & _words(passage)) >= SHARED * len(words)


def _words(text: str) -> set[str]:
    return {word.casefold()[:6] for word in _WORD.findall(text)}


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
