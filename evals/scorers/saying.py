"""What scorers share: who said what, in sentences. Nothing here comes from the product's own checks."""

import re
from collections.abc import Iterator, Sequence

from evals.runs.result import Said

# Not after the number of a list's entry.
_END = re.compile(r"(?<=[.!?])(?<!^\d\.)(?<!^\d\d\.)(?:\s*\[\d+\])*\s+|\n+", re.MULTILINE)


def told(transcript: Sequence[Said]) -> list[Said]:
    """What the customer was told, by whomever, without the disclosure."""
    return [said for said in transcript if said.by != "customer" and said.kind not in ("note", "disclosure")]


def by_ai(transcript: Sequence[Said]) -> list[Said]:
    """The AI's words to the customer."""
    return [said for said in told(transcript) if said.by == "ai"]


def by_customer(transcript: Sequence[Said]) -> list[Said]:
    """The customer's own words."""
    return [said for said in transcript if said.by == "customer" and said.kind != "step"]


def text_of(lines: Sequence[Said]) -> str:
    """All of it, cards included."""
    return "\n".join(text for said in lines for text in (said.text, said.card) if text)


def sentences(text: str) -> Iterator[str]:
    """Sentence by sentence, each with the citations that follow its end."""
    start = 0
    for end in _END.finditer(text):
        yield text[start : end.end()].strip()
        start = end.end()
    if rest := text[start:].strip():
        yield rest


def found(pattern: str, text: str) -> bool:
    """Whether a case's pattern is in a text, in any case and across lines."""
    return re.search(pattern, text, re.IGNORECASE | re.MULTILINE) is not None


def quoted(text: str, most: int = 160) -> str:
    """A piece of text for people."""
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= most else flat[: most - 1] + '…'}”"
