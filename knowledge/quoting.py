"""Chooses the sentences of found passages that answer a question best, word for word.

What is quoted is always a piece of a passage as it stands there, so that it can be checked and cited.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.articles import Passage
from knowledge.embedding import Embedder
from knowledge.lexical import words
from knowledge.markdown import Block, blocks, plain
from knowledge.passages import only_points_elsewhere, word_count
from knowledge.search import Found
from knowledge.sentences import sentence_spans

# A list or table up to this many words is quoted whole; of a longer list single items are, of a longer table nothing.
WHOLE_WORDS = 80
# A further piece is added if it scores at least this share of the best one. On the dev questions .7 quotes the answer
# as often, in a third more words.
ALSO = 0.8
WORDS_WEIGHT = 0.1  # of the share of the question's words that a piece has, beside its cosine
RANK_WEIGHT = 0.5  # of its passage's score relative to the best passage
# Such a start points at the sentence before: without it the reader does not know what is meant.
_POINTS_BACK = re.compile(
    r"[\W_]*(it|its|this|that|these|those|they|their|then|there|he|she|such|so|otherwise)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Quoted:
    """A verbatim piece of a passage: a sentence, neighbouring sentences, or a list with its lead-in."""

    text: str
    passage: Passage


@dataclass(frozen=True)
class _Piece:
    """`text[start:end]` of passage number `passage`.

    `needs`: how many pieces back stands the one without which this is not understood, 0 for none.
    `alone`: whether it says something by itself; the lead-in of a list does not.
    """

    passage: int
    start: int
    end: int
    needs: int = 0
    alone: bool = True


async def best_sentences(
    embedder: Embedder, question: str, found: Sequence[Found], *, limit: int = 3
) -> list[Quoted]:
    """The pieces that answer best, at most `limit` sentences or lists, in the order of passages and text.

    All come from one article, the one with the best piece: sentences of several articles in a row read as if they
    belonged together, which nobody has checked. Nothing found gives an empty list.
    """
    pieces = [piece for number, entry in enumerate(found) for piece in _pieces(number, entry.passage.text)]
    if not pieces:
        return []
    scores = await _scores(embedder, question, pieces, found)
    order = sorted((i for i in range(len(pieces)) if pieces[i].alone), key=lambda i: (-scores[i], i))
    article = found[pieces[order[0]].passage].passage.article
    chosen: set[int] = set()
    for index in order:
        wanted = _with_needed(pieces, index)
        if chosen and (
            found[pieces[index].passage].passage.article != article
            or scores[index] < ALSO * scores[order[0]]
            or len(chosen | wanted) > limit
        ):
            continue
        chosen |= wanted
    return _joined([pieces[index] for index in sorted(chosen)], found)


async def _scores(
    embedder: Embedder, question: str, pieces: Sequence[_Piece], found: Sequence[Found]
) -> list[float]:
    """For each piece: its cosine alone and under its title, its words, and how well its passage was found."""
    passages = [found[piece.passage].passage for piece in pieces]
    texts = [
        plain(passage.text[piece.start : piece.end]) for piece, passage in zip(pieces, passages, strict=True)
    ]
    titled = [f"{passage.title}: {text}" for passage, text in zip(passages, texts, strict=True)]
    vectors = await embedder.embed([question, *texts, *titled])
    cosines = vectors[1:] @ vectors[0]
    asked = set(words(question))
    highest = max(entry.score for entry in found)
    return [
        float(cosines[i] + cosines[i + len(pieces)]) / 2
        + WORDS_WEIGHT * len(asked & set(words(texts[i]))) / max(len(asked), 1)
        + RANK_WEIGHT * found[piece.passage].score / max(highest, 1e-9)
        for i, piece in enumerate(pieces)
    ]


def _with_needed(pieces: Sequence[_Piece], index: int) -> set[int]:
    wanted = {index}
    while pieces[index].needs:
        index -= pieces[index].needs
        wanted.add(index)
    return wanted


def _pieces(number: int, text: str) -> list[_Piece]:
    """What can be quoted of a passage."""
    pieces: list[_Piece] = []
    lead_in: Block | None = None
    for block in blocks(text):
        body = text[block.start : block.end]
        if block.kind == "paragraph" and body.endswith(":"):
            lead_in = block
            continue
        if block.kind == "paragraph" and not only_points_elsewhere(body):
            before = len(pieces)
            for start, end in sentence_spans(body):
                if body[start:end].endswith("?"):
                    continue  # "Right jacket, wrong size?" is close to a question but answers nothing
                needs = min(len(pieces) - before, 1) if _POINTS_BACK.match(body[start:end]) else 0
                pieces.append(_Piece(number, block.start + start, block.start + end, needs))
        elif block.kind in {"list", "table"}:
            pieces += _of_list_or_table(number, block, lead_in, text)
        lead_in = None
    return pieces


def _of_list_or_table(number: int, block: Block, lead_in: Block | None, text: str) -> list[_Piece]:
    start = lead_in.start if lead_in else block.start
    if word_count(text[start : block.end]) <= WHOLE_WORDS:
        return [_Piece(number, start, block.end)]
    if block.kind == "table":
        return []
    edges = [block.start, *block.cuts, block.end]
    items = [_Piece(number, first, first + len(text[first:last].rstrip())) for first, last in pairwise(edges)]
    if lead_in is None:
        return items
    # The lead-in goes with every item: it is what makes a sentence of it.
    lead = _Piece(number, lead_in.start, lead_in.end, alone=False)
    return [lead, *(_Piece(number, item.start, item.end, place + 1) for place, item in enumerate(items))]


def _joined(pieces: Sequence[_Piece], found: Sequence[Found]) -> list[Quoted]:
    """Pieces that follow one another in their passage become one quotation."""
    spans: list[_Piece] = []
    for piece in pieces:
        if spans and spans[-1].passage == piece.passage:
            text = found[piece.passage].passage.text
            if not text[spans[-1].end : piece.start].strip():
                spans[-1] = _Piece(piece.passage, spans[-1].start, piece.end)
                continue
        spans.append(piece)
    return [Quoted(found[s.passage].passage.text[s.start : s.end], found[s.passage].passage) for s in spans]
