"""What has changed between two versions of an article."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from knowledge.articles import Article

Kind = Literal["same", "removed", "added"]

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing costs up to the product of both lengths; beyond this (a second or so) the whole is told as it is.
MOST_COMPARISONS = 4_000_000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both versions have, or only the older (removed) or the newer one (added)."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class FieldChange:
    """A field other than the body that says something else now."""

    name: str
    before: Any
    after: Any


def changed_fields(old: Article, new: Article) -> list[FieldChange]:
    """The fields that differ, without the body."""
    before, after = asdict(old), asdict(new)
    return [
        FieldChange(name, before[name], after[name])
        for name in before
        if name != "body" and before[name] != after[name]
    ]


def changed_text(old: str, new: str) -> list[Piece]:
    """Both texts as one row of pieces: `removed` and `same` make the old one, `added` and `same` the new one."""
    return _joined(_lines(old.splitlines(keepends=True), new.splitlines(keepends=True)))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    first, last = _alike(old, new), _alike(old[::-1], new[::-1])
    last = min(last, len(old) - first, len(new) - first)
    old_end, new_end = len(old) - last, len(new) - last
    yield Piece("same", "".join(old[:first]))
    yield from _changed_lines(old[first:old_end], new[first:new_end])
    yield Piece("same", "".join(old[old_end:]))


def _changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    there = Counter(new)
    if sum(there[line] for line in old) > MOST_COMPARISONS:  # pairs of equal lines: what matching them costs
        yield from (Piece("removed", "".join(old)), Piece("added", "".join(new)))
        return
    for same, before, after in _steps(old, new):
        if same:
            yield Piece("same", before)
            continue
        old_words, new_words = _WORD.findall(before), _WORD.findall(after)
        if len(old_words) * len(new_words) > MOST_COMPARISONS:
            yield from (Piece("removed", before), Piece("added", after))
            continue
        for word_same, removed, added in _steps(old_words, new_words):
            if word_same:
                yield Piece("same", removed)
            else:
                yield from (Piece("removed", removed), Piece("added", added))


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines both begin with."""
    return next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
        min(len(old), len(new)),
    )


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", "".join(old[i:j]), "".join(new[k:m])


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    result: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if result and result[-1].kind == piece.kind:
            result[-1] = Piece(piece.kind, result[-1].text + piece.text)
        else:
            result.append(piece)
    return result
