"""What has changed between two versions of an article."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from knowledge.articles import Article

Kind = Literal["same", "removed", "added"]

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing word by word costs the product of both lengths; beyond this (a second or so) whole lines are told.
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
