"""Every sentence is checked before the customer reads it (law 5 and law 8).

The gate takes the model's text as it arrives, holds it back until a sentence is whole, and lets the sentence
through or cuts it. Figures are compared exactly; likeness of words alone would let "60 days" pass for "30 days".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.search import Found

# A sentence ends at . ! ? or …, with closing quotes and citations that follow, before white space; or at a line's end.
_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"')\]”’]*(?:\s?\[\d{1,2}\])*(?=\s)|\n+)\s*", re.DOTALL)
_CITATION = re.compile(r"\s?\[(\d{1,2})\]")
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]{3,}")

_DID = r"cancel+ed|refunded|returned|changed|updated|reshipped|replaced|credited|exchanged|sent|issued|booked|arranged|processed"
_PROMISES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:I|we)(?:['’]ve| have| just)?(?: now| just| already)? (?:{_DID})\b",
        rf"\b(?:has|have|is|are) (?:now |just |already )?been (?:{_DID})\b",
        r"\b(?:I|we)(?:['’]m| am|['’]ll| will|['’]re| are) (?:now )?(?:transfer|connect|pass|forward|hand|put|escalat|refund|cancel)\w*",
        r"\b(?:I|we)(?:['’]ll| will) (?:e-?mail|call|ring|contact|get back)\b",
        r"\byou(?:['’]ll| will) (?:get|receive|hear)\b",
    )
]
_HUMAN = re.compile(
    r"\bI(?:['’]m| am)(?: actually| really)? (?:a |an )?(?:real |actual )?(?:human|person|man|woman)\b|\bas a (?:human|person)\b",
    re.IGNORECASE,
)
_STOPWORDS = frozenset(
    [
        "the",
        "and",
        "for",
        "you",
        "your",
        "yours",
        "our",
        "ours",
        "with",
        "that",
        "this",
        "these",
        "those",
        "are",
        "was",
        "were",
        "will",
        "can",
        "may",
        "not",
        "have",
        "has",
        "had",
        "from",
        "but",
        "all",
        "any",
        "its",
        "it's",
        "they",
        "them",
        "their",
        "what",
        "when",
        "which",
        "who",
        "how",
        "than",
        "then",
        "there",
        "here",
        "also",
        "only",
        "been",
        "being",
        "into",
        "about",
        "please",
        "would",
        "could",
        "should",
        "does",
        "did",
        "just",
        "more",
        "most",
        "such",
    ]
)

SUPPORT = 0.35  # share of a sentence's content words that its source must contain
SUPPORT_UNCITED = 0.5  # the same, where the sentence does not say what its source is
SHORT = 4  # sentences with fewer content words are courtesy, not claims


@dataclass
class Evidence:
    """What a sentence may rest on."""

    passages: Sequence[Found]
    tool_results: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    own_words: list[str] = field(default_factory=list)  # the customer's: figures may be echoed


@dataclass(frozen=True)
class Cut:
    """A sentence that did not pass, and why."""

    sentence: str
    why: str


class Gate:
    """Lets checked sentences through. `text` is what the customer may read so far.

    Citations are renumbered by first appearance; `cited` gives the passages in that order.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.text = ""
        self.cited: list[Found] = []
        self.cuts: list[Cut] = []
        self._held = ""

    def feed(self, piece: str) -> bool:
        """Take a piece of the model's text; True if a sentence went through."""
        self._held += piece
        before = len(self.text)
        while (match := _SENTENCE.match(self._held)) and match.end() < len(self._held):
            # A citation may still follow what looks like an end.
            if self._held[match.end() :].startswith("[") and not _CITATION.match(self._held[match.end() :]):
                break
            sentence, rest = match.group(), self._held[match.end() :]
            while citation := _CITATION.match(rest):
                sentence, rest = (
                    sentence.rstrip() + " " + citation.group().strip() + " ",
                    rest[citation.end() :],
                )
            self._held = rest.lstrip(" ")
            self._judge(sentence)
        return len(self.text) > before

    def finish(self) -> None:
        """No more text comes: judge what is held."""
        if self._held.strip():
            self._judge(self._held)
        self._held = ""
        self.text = self.text.strip()

    def _judge(self, sentence: str) -> None:
        why = objection(sentence, self.evidence)
        if why is None:
            self.text += _CITATION.sub(self._renumber, sentence)
        else:
            self.cuts.append(Cut(sentence.strip(), why))

    def _renumber(self, match: re.Match[str]) -> str:
        found = self.evidence.passages[int(match.group(1)) - 1]
        if found not in self.cited:
            self.cited.append(found)
        return f" [{self.cited.index(found) + 1}]"


def objection(sentence: str, evidence: Evidence) -> str | None:
    """Why the customer must not read this sentence; None if nothing speaks against it."""
    numbers = [int(number) for number in _CITATION.findall(sentence)]
    if any(not 1 <= number <= len(evidence.passages) for number in numbers):
        return "cites a passage that was not found"
    plain = _CITATION.sub("", sentence).strip()
    if _HUMAN.search(plain):
        return "claims to be a person"

    cited = [evidence.passages[number - 1].passage for number in numbers]
    quoted = [" ".join((p.title, *p.heading_path, p.text)) for p in cited]
    done = [*evidence.tool_results, *evidence.receipts]
    everything = [*(f.passage.text for f in evidence.passages), *done]

    if any(promise.search(plain) for promise in _PROMISES) and not _stands_in(
        plain, [*quoted, *evidence.receipts]
    ):
        return "promises or reports an action without a receipt"
    sources = [*quoted, *done] if quoted else everything
    if missing := figures(plain) - figures(" ".join([*sources, *evidence.own_words])):
        return f"figures without a source: {', '.join(sorted(missing))}"
    if quoted and support(plain, " ".join([*quoted, *done])) < SUPPORT:
        return "the cited passage does not say this"
    if not quoted and _is_claim(plain) and support(plain, " ".join(everything)) < SUPPORT_UNCITED:
        return "a claim without a source"
    return None


def figures(text: str) -> set[str]:
    """The figures of a text, in one spelling: '4.95', '30', '13:00', '1,000' as '1000'."""
    return {_same_figure(figure) for figure in _FIGURE.findall(text)}


def support(sentence: str, source: str) -> float:
    """Share (0..1) of the sentence's content words that the source contains; 1 for a sentence without any."""
    words = _content_words(sentence)
    return len(words & _content_words(source)) / len(words) if words else 1.0


def _same_figure(figure: str) -> str:
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(\.\d+)?", figure)
    figure = figure.replace(",", "" if thousands else ".")
    return re.sub(r"\.00?$", "", figure)


def _content_words(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.lower()) if word not in _STOPWORDS}


def _stem(word: str) -> str:
    """Cut plain English endings, so that 'returned' meets 'return'. Wrong stems meet their like all the same."""
    for ending in ("ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004 - a stem shorter than three letters says nothing
            return word[: -len(ending)]
    return word


def _is_claim(sentence: str) -> bool:
    if sentence.endswith(("?", ":")) or re.match(r"(?:I|I['’]\w+|Sorry|Hello|Hi|Thanks|Thank)\b", sentence):
        return False
    return len(_content_words(sentence)) >= SHORT


def _stands_in(sentence: str, sources: Sequence[str]) -> bool:
    """Whether one of the sources says nearly the same words (a quoted rule, or a receipt's own text)."""
    return any(support(sentence, source) >= 0.8 for source in sources)  # noqa: PLR2004 - nearly all words
