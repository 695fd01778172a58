"""Picks the sentences of found passages that answer a question, word for word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.articles import Passage
from knowledge.embedding import Embedder
from knowledge.lexical import words
from knowledge.markdown import Block, blocks, plain, table_rows
from knowledge.passages import only_points_elsewhere, word_count
from knowledge.search import Found
from knowledge.sentences import sentence_spans

WHOLE_WORDS = 80  # a list or table up to this long is quoted whole; of a longer list single items are
MOST_WORDS = 90  # nothing is added beyond this many words in all
# A further piece is added if it scores at most this much below the best one, in the same passage or in another. Against .25 and .15
# the answer is among what is quoted for two more of the 55 dev questions and three more of 99 questions of the suites, with 46 words
# in place of 41.
ALSO = 0.35
ALSO_FROM_ANOTHER = 0.3
WORDS_WEIGHT = 0.1  # of the share of the question's words that a piece has, beside its cosine
PASSAGE_WEIGHT = 0.8  # of its passage's score
ELSEWHERE = 0.3  # against what only leads to another article
AGAIN = 0.8  # share of words already said from which a piece adds nothing
# Such a start points at the sentence before: without it the reader does not know what is meant.
_POINTS_BACK = re.compile(
    r"[\W_]*(it|its|this|that|these|those|they|their|then|there|he|she|such|so|otherwise)\b", re.IGNORECASE
)
_LEADS_ELSEWHERE = re.compile(
    r"\b(?:read|see|(?:stands?|described|listed|explained) in)\s+\[|\]\([^)]*\) (?:lists|explains|describes|tells)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quoted:
    """A verbatim piece of a passage: a sentence, neighbouring sentences, or a list with its lead-in.

    A table comes as a list of its rows, cells verbatim, since a phone is too narrow for it. A list or table that has
    no lead-in in the text gets its heading for one.
    """

    text: str
    passage: Passage


@dataclass(frozen=True)
class _Piece:
    """What may be quoted of `passage[start:end]`, where `passage` is a number.

    `needs`: how many pieces back stands the one without which this is not understood, 0 for none.
    `alone`: whether it says something by itself; the lead-in of a list does not.
    """

    passage: int
    start: int
    end: int
    text: str
    needs: int = 0
    alone: bool = True


async def best_sentences(
    embedder: Embedder, question: str, found: Sequence[Found], *, limit: int = 3
) -> list[Quoted]:
    """The pieces that answer best, at most `limit` sentences or lists, in the order of passages and text.

    All come from one article, the one that was found first: sentences of several articles in a row read as if they
    belonged together, which nobody has checked. Nothing found gives an empty list.
    """
    asked = frozenset(words(question))
    own = [entry for entry in found if entry.passage.article == found[0].passage.article]
    pieces = [piece for number, entry in enumerate(own) for piece in _pieces(number, entry.passage, asked)]
    if not any(piece.alone for piece in pieces):
        return []
    scores = await _scores(embedder, question, asked, pieces, own)
    order = sorted((i for i in range(len(pieces)) if pieces[i].alone), key=lambda i: (-scores[i], i))
    best = pieces[order[0]].passage
    chosen: set[int] = set()
    for index in order:
        wanted = chosen | _with_needed(pieces, index)
        if chosen and (
            scores[index] < scores[order[0]] - (ALSO if pieces[index].passage == best else ALSO_FROM_ANOTHER)
            or len(wanted) > limit
            or sum(word_count(pieces[i].text) for i in wanted) > MOST_WORDS
            or _LEADS_ELSEWHERE.search(pieces[index].text)
            or _says_again(pieces[index], [pieces[i] for i in chosen])
        ):
            continue
        chosen = wanted
    return _joined(pieces, sorted(chosen), own)


async def _scores(
    embedder: Embedder, question: str, asked: frozenset[str], pieces: Sequence[_Piece], found: Sequence[Found]
) -> list[float]:
    """For each piece: its cosine alone and under its title, its words, and how well its passage was found."""
    texts = [plain(piece.text) for piece in pieces]
    titled = [
        f"{found[piece.passage].passage.title}: {text}" for piece, text in zip(pieces, texts, strict=True)
    ]
    vectors = await embedder.embed([question, *texts, *titled])
    cosines = vectors[1:] @ vectors[0]
    return [
        float(cosines[i] + cosines[i + len(pieces)]) / 2
        + WORDS_WEIGHT * len(asked & set(words(texts[i]))) / max(len(asked), 1)
        - ELSEWHERE * (_LEADS_ELSEWHERE.search(piece.text) is not None)
        + PASSAGE_WEIGHT * found[piece.passage].score
        for i, piece in enumerate(pieces)
    ]


def _says_again(piece: _Piece, said: Sequence[_Piece]) -> bool:
    """Whether a piece hardly has a word that was not said: authors often repeat a table in a sentence."""
    heard = {word for earlier in said for word in words(earlier.text)}
    own = set(words(piece.text))
    return len(own & heard) >= AGAIN * len(own)


def _with_needed(pieces: Sequence[_Piece], index: int) -> set[int]:
    wanted = {index}
    while pieces[index].needs:
        index -= pieces[index].needs
        wanted.add(index)
    return wanted


def _pieces(number: int, passage: Passage, asked: frozenset[str]) -> list[_Piece]:
    """What can be quoted of a passage."""
    text = passage.text
    pieces: list[_Piece] = []
    lead_in: Block | None = None
    for block in blocks(text):
        body = text[block.start : block.end]
        if block.kind == "paragraph" and body.endswith(":"):
            lead_in = block
            continue
        # What begins with a bar is the rest of a long table: without its header nobody knows what it means.
        if block.kind == "paragraph" and not only_points_elsewhere(body) and not body.startswith("|"):
            before = len(pieces)
            for start, end in sentence_spans(body):
                sentence = body[start:end]
                if sentence.endswith("?"):
                    continue  # "Right jacket, wrong size?" is close to a question but answers nothing
                needs = min(len(pieces) - before, 1) if _POINTS_BACK.match(sentence) else 0
                pieces.append(_Piece(number, block.start + start, block.start + end, sentence, needs))
        elif block.kind in {"list", "table"}:
            start = lead_in.start if lead_in else block.start
            lead = text[start : lead_in.end] if lead_in else _heading(passage)
            whole = _Piece(number, start, block.end, lead)
            if block.kind == "list":
                pieces += _of_list(whole, block, text)
            else:
                # What the whole article is about tells no row from another.
                subject = words("\n".join((passage.title, *passage.heading_path)))
                pieces += _of_table(whole, table_rows(body), asked.difference(subject))
        lead_in = None
    return pieces


def _heading(passage: Passage) -> str:
    """The heading over a passage as a lead-in."""
    heading = passage.heading_path[-1] if passage.heading_path else passage.title
    return heading if heading.endswith(("?", ":", ".", "!")) else f"{heading}:"


def _of_list(lead: _Piece, block: Block, text: str) -> list[_Piece]:
    body = text[block.start : block.end]
    if word_count(body) <= WHOLE_WORDS:
        return [_replaced(lead, f"{lead.text}\n\n{body}")]
    edges = [block.start, *block.cuts, block.end]
    items = [(first, first + len(text[first:last].rstrip())) for first, last in pairwise(edges)]
    # The lead-in goes with every item: it is what makes a sentence of it.
    return [
        _Piece(lead.passage, lead.start, block.start, lead.text, alone=False),
        *(
            _Piece(lead.passage, start, end, text[start:end], place)
            for place, (start, end) in enumerate(items, start=1)
        ),
    ]


def _of_table(lead: _Piece, table: list[list[str]], asked: frozenset[str]) -> list[_Piece]:
    """The rows that have words of the question, if they stand out by them; else all of them, unless too long."""
    header, *rows = table
    rows = [row for row in rows if any(row)]
    shown = [_row(header, row) for row in rows]
    known = [set(words(row[0])) & asked for row in rows if row]
    standing_out = [line for line, shared in zip(shown, known, strict=False) if shared]
    if 0 < len(standing_out) <= len(shown) / 2:
        shown = standing_out
    listed = "\n".join(shown)
    return [_replaced(lead, f"{lead.text}\n\n{listed}")] if 0 < word_count(listed) <= WHOLE_WORDS else []


def _row(header: Sequence[str], row: Sequence[str]) -> str:
    """`| Cork | 9:30–18:00 | closed |` as `- Cork, Monday–Saturday: 9:30–18:00; Sunday: closed`, verbatim cells."""
    cells = [(name, cell) for name, cell in zip(header[1:], row[1:], strict=False) if cell]
    if len(cells) == 1:  # what the one value is, the heading says
        return f"- {row[0]}: {cells[0][1]}"
    return f"- {', '.join(part for part in (row[0], '; '.join(f'{name}: {cell}' for name, cell in cells)) if part)}"


def _replaced(lead: _Piece, text: str) -> _Piece:
    return _Piece(lead.passage, lead.start, lead.end, text)


def _joined(pieces: Sequence[_Piece], chosen: Sequence[int], found: Sequence[Found]) -> list[Quoted]:
    """Pieces that follow one another in their passage, or need one another, become one quotation."""
    quotes: list[Quoted] = []
    last: _Piece | None = None
    for index in chosen:
        piece = pieces[index]
        passage = found[piece.passage].passage
        gap = passage.text[last.end : piece.start] if last and last.passage == piece.passage else None
        if gap is not None and (not gap.strip() or piece.needs):
            space = gap if gap and not gap.strip() else "\n\n"
            quotes[-1] = Quoted(quotes[-1].text + space + piece.text, passage)
        else:
            quotes.append(Quoted(piece.text, passage))
        last = piece
    return quotes
