"""Cuts the model's stream into sentences, as soon as each is whole."""

import re

from knowledge.sentences import sentence_spans

LONGEST_SENTENCE = 2_000  # characters; a table row or list item has fewer

# Where a sentence may end, with closing quotes, Markdown marks and citations that follow; a line's end always does.
# A row of marks is tried once, from its first: tried from each, a quotation full of dots stopped the server for seconds.
_MARK = re.compile(r"\n|(?<![.!?…])[.!?…]++[\"'”’)*_]*+(?=\s|\[\d)")
_DAY = re.compile(r"\b\d{1,2}\.$")
_WORD_AFTER = re.compile(r"\s+\w+\W|\s*\n")
_LONGEST_MONTH = 12  # characters, with the space before it
_AFTER = re.compile(r"(?:\s*\[\d{1,2}\])*\s*")
_CITATION_BEGUN = re.compile(r"\[\d{0,2}")


def first_end(held: str, *, whole: bool) -> int | None:
    """Where the first sentence ends, with its citations and the space after them; None if more text could tell."""
    for mark in _MARK.finditer(held):
        if mark.end() > LONGEST_SENTENCE:
            break
        if mark[0] != "\n" and held.lstrip().startswith("|"):
            continue  # a table's row ends with its line
        if mark[0] != "\n" and _DAY.search(held[: mark.end()]):
            if not (whole or _WORD_AFTER.match(held, mark.end())):
                return None  # "am 20. Nov": a month may follow
            if len(sentence_spans(held[: mark.end() + _LONGEST_MONTH].strip())) == 1:
                continue
        # `X` stands for the sentence that may follow: so the abbreviations are known in one place.
        if mark[0] != "\n" and (
            _is_list_number(held[: mark.end()]) or len(sentence_spans(held[: mark.end()].strip() + " X")) == 1
        ):
            continue
        after = _AFTER.match(held, mark.end())
        end = after.end() if after else mark.end()
        if end < len(held) and (whole or not _CITATION_BEGUN.fullmatch(held, end)):
            return end
        return len(held) if whole else None
    if len(held) > LONGEST_SENTENCE:
        return LONGEST_SENTENCE
    return len(held) if whole else None


def _is_list_number(start: str) -> bool:
    return re.fullmatch(r"\s*\d{1,2}\.", start) is not None
