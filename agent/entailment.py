"""Whether a passage says what a sentence says, as a small local transformer reads the two together.

`entailment_weights/` (see its CARD.md) holds a MiniLM that was tuned on pairs of a passage and a sentence. It knows paraphrases
("there's no charge for" and "is free"), which comparing words does not; it reads figures badly, so those are compared exactly, apart
from this. English only. Where the model is missing or damaged there is no reading, and the rules of words decide alone.
"""

import math
import re
from functools import cache, lru_cache
from pathlib import Path

import structlog

from knowledge.sentences import sentence_spans
from knowledge.transformer import LocalTransformer, ModelMissingError

log = structlog.get_logger()

WEIGHTS = Path(__file__).parent / "entailment_weights"
MAX_TOKENS = 224  # of a window and a sentence together
_WINDOW = 110  # words of a passage that are read at once, about as long as in training
_MARKS = re.compile(r"[*_`#]+")
_TARGET = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_LIST_MARK = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+")
_RULE = re.compile(r"[|\s:-]+")
BY_WORDS_ONLY = (
    "Sentences of a language model are compared with their sources word by word only: more good ones are cut"
)
# What stands in a passage's place when the question is whether a sentence claims anything at all.
COURTESY = "The assistant greets, thanks, apologises, asks, offers help or says that it does not know."


@lru_cache(maxsize=1024)
def entailed(source: str, sentence: str) -> float | None:
    """Probability (0 to 1) that the source says the sentence; None without a model.

    `source` is Markdown, its title and headings as its first lines. Of a long one the window counts that says most of it.
    """
    model = _model()
    if model is None:
        return None
    return max(_probability(model, window, sentence) for window in _windows(source))


def is_courtesy(sentence: str) -> float | None:
    """Probability (0 to 1) that the sentence claims nothing: it greets, asks, offers help; None without a model."""
    return entailed(COURTESY, sentence)


def reads() -> bool:
    """Whether there is a model. Asked at the start, it reads the files (a second), so that the first sentence need not wait."""
    return _model() is not None


def degraded() -> str | None:
    """Why sentences are checked by words alone, in words for an operator; None if the model reads them."""
    return None if reads() else f"{BY_WORDS_ONLY}. The reason: {_loaded()[1]}"


def _model() -> LocalTransformer | None:
    return _loaded()[0]


@cache
def _loaded() -> tuple[LocalTransformer | None, str]:
    """The model, or why there is none."""
    model = LocalTransformer(WEIGHTS, max_tokens=MAX_TOKENS)
    try:
        model.load()
    except ModelMissingError as error:
        log.warning("sentences_checked_by_words_only", why=str(error))
        return None, str(error).replace(f"{WEIGHTS}", WEIGHTS.name)
    return model, ""


def _probability(model: LocalTransformer, window: str, sentence: str) -> float:
    logit = float(next(iter(model.run_alone(window, sentence).values()))[0])
    return 1 / (1 + math.exp(-logit))


@lru_cache(maxsize=128)
def _windows(source: str) -> tuple[str, ...]:
    """The source as prose, in windows that overlap by half, each under the first line of the source."""
    title, *said = sentences_of(source) or [""]
    windows, start = [], 0
    while start == 0 or start < len(said):
        end = start + 1
        while end < len(said) and sum(len(piece.split()) for piece in said[start : end + 1]) <= _WINDOW:
            end += 1
        windows.append(" ".join([title, *said[start:end]]))
        if end >= len(said):
            break
        start = max(start + 1, (start + end) // 2)
    return tuple(windows)


def sentences_of(source: str) -> list[str]:
    """The sentences, list items and rows of Markdown, as plain text; the same line twice counts once."""
    lines = dict.fromkeys(line for line in source.split("\n") if line.strip() and not _RULE.fullmatch(line))
    return [piece for line in lines for piece in _sentences(line)]


def _sentences(line: str) -> list[str]:
    """A line's sentences without Markdown; the cells of a table's row as one."""
    plain = " ".join(_MARKS.sub("", _TARGET.sub(r"\1", line)).split())
    if plain.startswith("|"):
        return [_ended(" – ".join(cell.strip() for cell in plain.strip("|").split("|") if cell.strip()))]
    plain = _LIST_MARK.sub("", plain)
    return [_ended(plain[start:end]) for start, end in sentence_spans(plain)]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", ":", ";", "…")) else f"{text}."
