"""Pairs of a passage and a sentence, with whether the passage says it: what the reader of entailment is trained on.

Most come from sentences of our own (`examples/entailment.jsonl`, about the articles in `knowledge/train/examples`), as written and changed:
dressed up, turned round, with another figure, with a clause from elsewhere, beside a passage without what they rest on. The rest are
the articles' own sentences, their facts that are told twice (`restated`, `planted`), BEGIN's answers and mtRAG's references.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.entailment import COURTESY, sentences_of
from agent.evidence import words_of
from agent.wording import overlap
from knowledge.front_matter import parse_article
from knowledge.passages import split
from knowledge.search import Found
from knowledge.sentences import sentence_spans

EXAMPLES = Path(__file__).parent / "examples" / "entailment.jsonl"
ARTICLES = Path(__file__).parents[2] / "knowledge" / "train" / "examples"
# How much a pair counts: what rules have made teaches less than what was written.
WEIGHT = {"own": 1.0, "restated": 1.0, "changed": 0.8, "verbatim": 0.6, "elsewhere": 0.7, "public": 0.5}
_SURE = 3  # sentences of the passage nearest to the sentence, which are always kept
_MORE = 4  # others that are kept at most, so that a passage is about as long as a real one

# The first that is found may turn a sentence round.
_TURNED = [
    (r"\bcan't\b|\bcannot\b", "can"), (r"\bcan\b", "can't"), (r"\bisn't\b|\bis not\b", "is"), (r"\baren't\b|\bare not\b", "are"),
    (r"\b(?:don't|do not) (?:have|need) to\b|\bneedn't\b", "have to"), (r"\b(?:have|need) to\b|\bmust\b", "don't have to"),
    (r"\bfor free\b|\bfree of charge\b|\bat no (?:extra )?cost\b", "for a fee"), (r"\bis free\b", "costs extra"),
    (r"\bbefore\b", "after"), (r"\bafter\b", "before"), (r"\bunless\b", "if"), (r"\bat least\b", "at most"),
    (r"\bnever\b", "always"), (r"\balways\b", "never"), (r"\bmost\b", "all"), (r"\bwon't\b", "will"), (r"\bdoesn't cost\b", "costs"),
    (r"\bdon't\b", "do"), (r"\bnot\b ", ""), (r"\bis\b", "is not"), (r"\bare\b", "aren't"), (r"\bwill\b", "won't"),
    (r"\bhas\b", "doesn't have"), (r"\bwithout\b", "only with"), (r"\byou get\b", "you don't get"),
]  # fmt: skip
_OPENINGS = (
    "Yes, ", "Good news: ", "Sure! ", "Of course – ", "Great question! ", "Just so you know, ", "No worries, ", "Please note that ",
    "Don't worry: ", "Thanks for asking! ", "That's right, ", "Happy to help! ", "In short: ", "As far as I can see, ", "Hi there! ",
)  # fmt: skip
_JOINTS = (", and ", " and ", "; ", ", but ")
_KEEPS_CAPITAL = re.compile(r"I\b|[A-Z]\w*[A-Z]|[A-Z][a-z]+ [A-Z]")


@dataclass(frozen=True)
class Pair:
    """A passage as the model reads it, a sentence, whether the passage says it, and where the pair comes from."""

    passage: str
    sentence: str
    said: bool
    kind: str


@dataclass(frozen=True)
class _Passage:
    slug: str
    business: str
    lines: tuple[str, ...]  # the first is the title


class Builder:
    """Makes the pairs. `embed` gives a text's unit vector, by which the sentences that a paraphrase rests on are found."""

    def __init__(self, embed: Callable[[str], np.ndarray], seed: int) -> None:
        self._embed = embed
        self._chance = random.Random(seed)
        rows = [
            json.loads(line)
            for file in sorted(ARTICLES.glob("*.jsonl"))
            for line in file.open(encoding="utf-8")
        ]
        self._passages = [p for row in rows if row["kind"] == "article" for p in _passages_of(row)]
        self._told_twice = [row for row in rows if row["kind"] != "article"]

    def pairs(self, data: Path) -> list[Pair]:
        """All of them, shuffled."""
        written = [json.loads(line) for line in EXAMPLES.open(encoding="utf-8")]
        about = [row for row in written if row["article"]]
        found = [
            *self._own(about), *self._courtesies(written, about), *self._twice(), *self._verbatim(),
            *_begin(data / "begin"), *self._mtrag(data / "mtrag_un"),
        ]  # fmt: skip
        self._chance.shuffle(found)
        return found

    def _own(self, rows: Sequence[dict[str, str]]) -> Iterator[Pair]:
        chance, good = self._chance, [row for row in rows if row["said"]]
        for row in rows:
            text, passage = row["text"], self._best(row["text"], row["article"])
            yield Pair(self._cropped(text, passage), text, bool(row["said"]), "own")
            yield Pair(self._cropped(text, passage), self._dressed(text), bool(row["said"]), "own")
            if not row["said"]:
                continue
            if (turned := self._turned(text)) and chance.random() < 0.5:  # noqa: PLR2004 - shares of the mixture, here and below
                yield Pair(self._cropped(text, passage), turned, False, "changed")
            if (other := self._renumbered(text)) and chance.random() < 0.3:  # noqa: PLR2004
                yield Pair(self._cropped(text, passage), other, False, "changed")
            if chance.random() < 0.6 and (rest := self._without(text, passage)):  # noqa: PLR2004
                yield Pair(rest, text, False, "changed")
            yield Pair(self._cropped(text, self._elsewhere(text, passage)), text, False, "elsewhere")
            same = [r["text"] for r in rows if r["article"] == row["article"] and r["text"] != text]
            mate = chance.choice([r for r in rows if r["text"] in same])
            joined = text.rstrip(".!") + chance.choice(_JOINTS) + _lower(mate["text"])
            if chance.random() < 0.6:  # noqa: PLR2004
                both = self._cropped(f"{text} {mate['text']}", passage, sure=5)
                if not mate["said"] or self._best(mate["text"], row["article"]) is passage:
                    yield Pair(both, joined, bool(mate["said"]), "own")
            stranger = chance.choice(good)["text"]
            if stranger not in same and chance.random() < 0.4:  # noqa: PLR2004
                half = text.rstrip(".!") + chance.choice(_JOINTS) + _lower(stranger)
                yield Pair(self._cropped(text, passage), half, False, "changed")

    def _courtesies(
        self, written: Sequence[dict[str, str]], about: Sequence[dict[str, str]]
    ) -> Iterator[Pair]:
        """What claims nothing, and what only sounds so."""
        chance = self._chance
        for row in written:
            if row["article"]:
                continue
            text = row["text"]
            for said in (text, self._dressed(text), *([self._dressed(text)] if row["said"] else [])):
                yield Pair(COURTESY, said, bool(row["said"]), "own")
            if row["said"]:
                for _ in range(2):
                    claim = (
                        text.rstrip(".!")
                        + chance.choice((", and ", ", but "))
                        + _lower(chance.choice(about)["text"])
                    )
                    yield Pair(COURTESY, claim, False, "changed")
                yield Pair(self._cropped(text, chance.choice(self._passages)), text, False, "elsewhere")
        for row in chance.sample(list(about), 350):
            yield Pair(COURTESY, self._dressed(row["text"]), False, "own")

    def _twice(self) -> Iterator[Pair]:
        """A fact of one article beside the other article that tells it as well, or contradicts it."""
        for row in self._told_twice:
            quotes = [
                " – ".join(cell.strip() for cell in quote.strip("| ").split("|")) for quote in row["quotes"]
            ]
            for mine, other in ((0, 1), (1, 0)):
                if len(quotes[mine].split()) >= 5:  # noqa: PLR2004 - "A hundred nights." alone says nothing
                    home = max(
                        (p for p in self._passages if p.slug == row["articles"][other]),
                        key=lambda p: overlap(quotes[other], " ".join(p.lines)),
                    )
                    yield Pair(
                        self._cropped(quotes[mine], home), quotes[mine], row["kind"] == "restated", "restated"
                    )

    def _verbatim(self) -> Iterator[Pair]:
        chance = self._chance
        lines = [
            (p, line) for p in self._passages for line in p.lines[1:]
            if 6 <= len(line.split()) <= 28 and " – " not in line and not line.endswith("?")  # noqa: PLR2004
        ]  # fmt: skip
        chance.shuffle(lines)
        for passage, line in lines[:600]:
            yield Pair(self._cropped(line, passage), self._dressed(line), True, "verbatim")
        for passage, line in lines[600:1500]:
            if (turned := self._turned(line)) and turned != line:
                yield Pair(self._cropped(line, passage), turned, False, "verbatim")
        for passage, line in lines[1500:1800]:
            if rest := self._without(line, passage):
                yield Pair(rest, line, False, "verbatim")

    def _mtrag(self, folder: Path) -> Iterator[Pair]:
        """Sentences of the reference answers that mostly stand in a gold passage, and other passages beside them."""
        with (folder / "passages.jsonl").open(encoding="utf-8") as lines:
            texts = {
                row["id"]: " ".join(row["text"].replace("<br>", " ").split())
                for row in map(json.loads, lines)
            }
        with (folder / "tasks.jsonl").open(encoding="utf-8") as lines:
            tasks = [row for row in map(json.loads, lines) if row["answerability"] == "ANSWERABLE"]
        for row in tasks:
            gold = [texts[i] for i in row["gold_passages"] if i in texts]
            for start, end in sentence_spans(row["reference"]):
                said = row["reference"][start:end]
                if gold and 6 <= len(said.split()) <= 35 and not said.endswith("?"):  # noqa: PLR2004
                    window = max((w for text in gold for w in _windows(text)), key=lambda w: overlap(said, w))
                    if overlap(said, window) > 0.75:  # noqa: PLR2004
                        yield Pair(window, said, True, "public")
                    if self._chance.random() < 0.2:  # noqa: PLR2004
                        other = self._chance.choice(list(texts.values()))
                        yield Pair(" ".join(other.split()[:120]), said, False, "public")

    def _best(self, text: str, slug: str) -> _Passage:
        mine = [p for p in self._passages if p.slug == slug]
        return max(mine, key=lambda p: max((self._near(text, line) for line in p.lines[1:]), default=0.0))

    def _near(self, text: str, line: str) -> float:
        return float(self._embed(text) @ self._embed(line)) + 0.5 * overlap(text, line)

    def _cropped(self, text: str, passage: _Passage, *, sure: int = _SURE) -> str:
        """The passage with what is near to the text and some of the rest, in its order; a heading or question with what follows it."""
        title, *lines = passage.lines
        if len(lines) > _SURE + 1:
            near = set(sorted(lines, key=lambda line: -self._near(text, line))[:sure])
            share = self._chance.randint(1, _MORE) / len(lines)
            kept = [line in near or self._chance.random() < share for line in lines]
            lines = [
                line for at, line in enumerate(lines)
                if kept[at] or (at + 1 < len(lines) and kept[at + 1] and line.endswith(("?", ":")))
            ]  # fmt: skip
        return " ".join([title, *lines])

    def _without(self, text: str, passage: _Passage) -> str | None:
        """The passage without the sentences that the text may rest on."""
        title, *lines = passage.lines
        ranked = sorted(lines, key=lambda line: -self._near(text, line))
        gone = [line for line in ranked[:3] if self._near(text, line) > 0.55] or ranked[:1]  # noqa: PLR2004 - cosine and half the overlap
        rest = _Passage(
            passage.slug, passage.business, (title, *(line for line in lines if line not in gone))
        )
        return self._cropped(text, rest) if len(rest.lines) > 2 else None  # noqa: PLR2004

    def _elsewhere(self, text: str, passage: _Passage) -> _Passage:
        """A passage of another business that is about something like it."""
        others = [p for p in self._chance.sample(self._passages, 60) if p.business != passage.business]
        return max(others, key=lambda p: float(self._embed(text) @ self._embed(" ".join(p.lines)[:300])))

    def _turned(self, text: str) -> str | None:
        fitting = [(pattern, other) for pattern, other in _TURNED if re.search(pattern, text)]
        if not fitting:
            return None
        pattern, other = self._chance.choice(fitting)
        return re.sub(pattern, other, text, count=1)

    def _renumbered(self, text: str) -> str | None:
        found = list(re.finditer(r"\d+", text))
        if not found:
            return None
        one = self._chance.choice(found)
        value = int(one[0])
        other = self._chance.choice(
            [v for v in (value + 1, value * 2, value + 5, value + 10, value - 1) if v > 0 and v != value]
        )
        return f"{text[: one.start()]}{other}{text[one.end() :]}"

    def _dressed(self, text: str) -> str:
        """As an answer may begin, one time in four."""
        if self._chance.random() >= 0.25:  # noqa: PLR2004
            return text
        opening = self._chance.choice(_OPENINGS)
        return opening + (text if opening.endswith("! ") else _lower(text))


def _passages_of(row: dict[str, str]) -> Iterator[_Passage]:
    source = f"---\ntitle: {json.dumps(row['title'])}\nlocale: en\n---\n{row['body']}"
    for passage in split(parse_article(source, source=row["slug"], slug=row["slug"]), 1):
        yield _Passage(row["slug"], row["business"], tuple(sentences_of(words_of(Found(passage, 1.0)))))


def _begin(folder: Path) -> Iterator[Pair]:
    for file in sorted(folder.glob("*_dev.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["begin_label"] != "Generic":
                    said = row["begin_label"] == "Fully attributable"
                    yield Pair(row["knowledge"], row["response"], said, "public")


def _windows(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[start : start + 150]) for start in range(0, max(len(words) - 120, 1), 30)]


def _lower(text: str) -> str:
    return text if _KEEPS_CAPITAL.match(text) else text[:1].lower() + text[1:]
