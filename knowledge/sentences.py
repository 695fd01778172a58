"""Where the sentences of a text are."""

import re

# The end of a sentence: its mark, closing quotes or Markdown marks, then space before something that can start one. A row
# of marks is tried once, from its first: tried from each, 200,000 dots would stop the whole process for minutes.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]*_]*+(?=\s+[\"'“‘(\[*_]*[A-Z0-9À-ÞŸ€£])")
# Points that end no sentence, as they occur in help texts; single letters are initials.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|excl|no|nr|art|max|min|tel|mr|mrs|ms|dr|st|ltd|co)|\b[A-Z])\.$",
    re.IGNORECASE,
)
# "am 20. November": German writes days of a month with a point.
_DAY_OF_MONTH = re.compile(
    r"\b\d{1,2}\.\s+(?=(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b)"
)
_LONGEST_ABBREVIATION = 12  # characters, with the one before it


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in characters, without the space around it, in order.

    Together they cover everything in the text but white space.
    """
    spans = []
    start = 0
    days = {match.start() + len(match[0].rstrip()) for match in _DAY_OF_MONTH.finditer(text)}
    for match in _END.finditer(text):
        if match.end() not in days and not _ABBREVIATION.search(
            text[max(start, match.end() - _LONGEST_ABBREVIATION) : match.end()]
        ):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return [trimmed for trimmed in (_trim(text, *span) for span in spans) if trimmed[0] < trimmed[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def questions_in(text: str) -> str:
    """The questions of a text, without the sentences around them; the whole text if it is nothing else or has none."""
    told = [text[start:end] for start, end in sentence_spans(text)]
    asked = [sentence for sentence in told if sentence.endswith(("?", "？", "؟"))]
    return " ".join(asked) if asked else text
