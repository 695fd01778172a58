"""Every sentence is checked before the customer reads it (law 5 and law 8).

The gate takes the model's text as it arrives, holds it back until a sentence is whole, and lets the sentence
through or cuts it. What goes through as a claim rests on one passage, which is cited, or on a tool's result or a
receipt. Figures, names, links and negation are compared exactly: likeness of words alone would let "60 days" pass
for "30 days". What the comparisons are is in `wording.py`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agent.binding import misplaced
from agent.wording import content_words, contradicts, figures, has_claim, links, names, overlap, says, support
from knowledge.search import Found
from knowledge.sentences import sentence_spans

# Where a sentence may end, with closing quotes, Markdown marks and citations that follow; a line's end always does.
# A row of marks is tried once, from its first: tried from each, a quotation full of dots stopped the server for seconds.
_MARK = re.compile(r"\n|(?<![.!?…])[.!?…]++[\"'”’)*_]*+(?=\s|\[\d)")
_AFTER = re.compile(r"(?:\s*\[\d{1,2}\])*\s*")
_CITATION_BEGUN = re.compile(r"\[\d{0,2}")
_CITATION = re.compile(r"\s?\[(\d{1,2})\](?!\()")

_DID = r"cancel+ed|refunded|returned|changed|updated|reshipped|replaced|credited|exchanged|sent|issued|booked|arranged|processed|initiated|notified|informed|forwarded|escalated|transferred|approved"
_HOW = r"(?:(?:\w+ly|now|just|already|also|gone ahead and|been able to) ){0,3}"
_DEED = re.compile(rf"\b(?:I|we)(?:['’]ve| have)? {_HOW}(?:{_DID})\b", re.IGNORECASE)
_STATE = re.compile(
    rf"\b(?:(?:has|have) {_HOW}been|your (?:\S+ ){{1,3}}(?:is|are|was|were)) {_HOW}(?:{_DID})\b",
    re.IGNORECASE,
)
_PROMISES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"\b(?:I|we)(?:['’]m| am|['’]ll| will|['’]re| are) {_HOW}(?:going to )?"
            r"(?:transfer|connect|pass|forward|hand|put|escalat|refund|cancel|process|arrang|send|issu|e-?mail|call|ring"
            r"|contact|get back|notify|inform|let (?:our|the|them)|updat|chang|return|replac|credit)\w*"
        ),
        r"\byou(?:['’]ll| will| should) (?:\w+ly |soon |now )?(?:get|receive|hear)\b",
        r"\b(?:someone|somebody|a (?:colleague|person|human)|(?:our|the) (?:support )?(?:team|colleagues?))\b[^.?!]{0,40}(?:\bwill\b|['’]ll\b|\bis going to\b)",
        r"\brefund\b[^.?!]{0,40}\b(?:on its way|under ?way|in progress|approved)\b",
        r"\b(?:consider it done|all (?:done|sorted)|taken care of)\b",
    )
]
_HUMAN = re.compile(
    r"\b(?:I(?:['’]m| am)(?: actually| really)? (?:a |an )?(?:real |actual |live )?(?:human|person|man|woman|representative|employee)\b"
    r"|I(?:['’]m| am) (?:not|no) (?:just )?(?:an? )?(?:AI|(?:chat)?bot|robot|machine|computer|virtual)\b"
    r"|as a (?:human|person)\b"
    r"|you(?:['’]re| are) (?:now )?(?:talking|speaking|chatting) (?:to|with) (?:a )?(?:real |live )?(?:human|person))",
    re.IGNORECASE,
)

# `wording.support` that a sentence needs. On BEGIN 91 % of the attributable answers reach 0.5 and 8 % of the others
# (`python -m evals.citation_support`). Of the sentences in tests/agent/test_check.py those kept have 0.56 and more, those
# cut 0.47 and less; but true ones in other words have 0.24 to 0.49 and are cut, too: no threshold parts them.
SUPPORT = 0.5
SUPPORT_UNCITED = 0.7  # for us to cite a passage where the model did not: 3 % of BEGIN's others pass
# Share of its content words that tools' results or a receipt must contain. Results are JSON and have no small words,
# so `wording.support` would count those of every sentence as new.
OVERLAP_WITH_TOOLS = 0.5
LONGEST_SENTENCE = 2_000  # characters; a table row or list item has fewer
LONGEST_ANSWER = 6_000  # characters
_EXPLAINED = 300  # characters of a cut sentence that are kept


@dataclass
class Evidence:
    """What a sentence may rest on."""

    passages: Sequence[Found]
    tool_results: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    own_words: list[str] = field(default_factory=list)  # the customer's: order numbers may be echoed
    known_names: str = ""  # the shop's and the customer's: anybody may be called by their name


@dataclass(frozen=True)
class Cut:
    """A sentence that did not pass, and why."""

    sentence: str
    why: str


@dataclass
class _Passed:
    """A sentence that passed, with the passages it cites, or those that we could cite for it, best first."""

    text: str
    numbers: list[int]
    sources: list[int]


class Gate:
    """Lets checked sentences through. How the text is divided into pieces makes no difference to what passes.

    `judged` is False for words that code has written from typed results and verbatim quotes: they only get their
    citations renumbered.
    """

    def __init__(self, evidence: Evidence, *, judged: bool = True) -> None:
        self.evidence = evidence
        self.judged = judged
        self.cuts: list[Cut] = []
        self._passed: list[_Passed] = []
        self._length = 0
        self._held = ""
        self._finished = False

    @property
    def text(self) -> str:
        """What the customer may read so far, with citations renumbered by first appearance."""
        marks, order = self._marks(), self._order()
        parts = []
        for passed, mark in zip(self._passed, marks, strict=True):
            text = _CITATION.sub(lambda match: _renumbered(match, order), passed.text)
            if mark is not None:
                end = len(text.rstrip())
                text = f"{text[:end]} [{order.index(mark) + 1}]{text[end:]}"
            parts.append(text)
        return "".join(parts).strip()

    @property
    def cited(self) -> list[Found]:
        """The passages that citations 1, 2, … in `text` mean."""
        return [self.evidence.passages[number - 1] for number in self._order()]

    def feed(self, piece: str) -> bool:
        """Take a piece of the model's text; True if a sentence went through."""
        before = len(self._passed)
        for start in range(0, len(piece), LONGEST_SENTENCE):
            self._held += piece[start : start + LONGEST_SENTENCE]
            self._release(whole=False)
        return len(self._passed) > before

    def finish(self, *, broken_off: bool = False) -> None:
        """No more text comes: judge what is held, or drop it if the model was cut off in the middle."""
        if broken_off:
            self._held = ""
        self._release(whole=True)
        self._finished = True

    def _release(self, *, whole: bool) -> None:
        while self._held and (end := _first_end(self._held, whole=whole)):
            sentence, self._held = self._held[:end], self._held[end:]
            self._judge(sentence)

    def _judge(self, sentence: str) -> None:
        why: str | None = None
        if not self.judged:
            pass
        elif self._length > LONGEST_ANSWER:
            why = "the answer is too long already"
            if self.cuts and self.cuts[-1].why == why:
                return
        elif content_words(sentence) and any(p.text.strip() == sentence.strip() for p in self._passed):
            why = "said already"
        else:
            why = objection(sentence, self.evidence)
        if why is not None:
            self.cuts.append(Cut(sentence.strip()[:_EXPLAINED], why))
            # What follows still begins where it began: the line's end outlives the sentence.
            if "\n" in sentence and self._passed and "\n" not in self._passed[-1].text:
                self._passed[-1].text = self._passed[-1].text.rstrip() + _line_end(sentence)
            return
        # A bracketed number in words of code that names no passage is part of a product's name, not a citation.
        numbers = [n for n in _cited_in(sentence) if 1 <= n <= len(self.evidence.passages)]
        sources = [] if numbers or not self.judged else _sources_of(sentence, self.evidence)
        self._length += len(sentence)
        self._passed.append(_Passed(sentence, numbers, sources))

    def _marks(self) -> list[int | None]:
        """The citation to add to each sentence; none where the next citation stands for it as well, or still may."""
        marks: list[int | None] = []
        following: int | None = None
        for passed in reversed(self._passed):
            undecided = following is None and not self._finished
            if passed.sources and following not in passed.sources and not undecided:
                following = passed.sources[0]
                marks.append(following)
            else:
                marks.append(None)
            following = next(iter(passed.numbers), following)
        return marks[::-1]

    def _order(self) -> list[int]:
        """Numbers of the passages, as the model knows them, in the order in which they are cited."""
        shown = zip(self._passed, self._marks(), strict=True)
        return list(
            dict.fromkeys(n for passed, mark in shown for n in (*passed.numbers, *([mark] if mark else [])))
        )


def objection(sentence: str, evidence: Evidence) -> str | None:
    """Why the customer must not read this sentence; None if nothing speaks against it."""
    numbers = _cited_in(sentence)
    if any(not 1 <= number <= len(evidence.passages) for number in numbers):
        return "cites a passage that was not found"
    plain = _plain(sentence)
    if len(plain) >= LONGEST_SENTENCE:
        return "longer than a sentence"
    if _HUMAN.search(plain):
        return "claims to be a person"
    done = [*evidence.tool_results, *evidence.receipts]
    cited = [_words_of(evidence.passages[number - 1]) for number in numbers]
    quotable = cited or [_words_of(found) for found in evidence.passages]
    if _is_promise(plain, evidence, quotable):
        return "promises or reports an action without a receipt"
    if strange := links(sentence) - links(" ".join([*quotable, *done])) - _pages(done):
        return f"links without a source: {', '.join(sorted(strange))}"
    if numbers:
        return _unsupported(plain, "\n".join([*cited, *done]), evidence, support, SUPPORT) or _misplaced(
            plain, cited, done
        )
    return _uncited(sentence, plain, evidence, quotable, done)


def _uncited(
    sentence: str, plain: str, evidence: Evidence, quotable: Sequence[str], done: Sequence[str]
) -> str | None:
    if not has_claim(plain):
        return _unsupported(plain, "\n".join([*quotable, *done]), evidence)
    if _sources_of(sentence, evidence):
        return None
    return (
        _unsupported(plain, "\n".join(done), evidence, overlap, OVERLAP_WITH_TOOLS)
        if done
        else "a claim without a source"
    )


def _unsupported(
    plain: str,
    source: str,
    evidence: Evidence,
    likeness: Callable[[str, str], float] = overlap,
    enough: float = 0,
) -> str | None:
    """What the source does not bear out. Where nothing is `enough`, only figures count: no more is claimed."""
    echo = " ".join(evidence.own_words)
    question = plain.endswith("?")  # a question asserts nothing, so it may repeat what the customer said
    echoed = {figure for figure in figures(echo) if question or (figure.isdigit() and len(figure) >= 5)}  # noqa: PLR2004 - order numbers, postcodes
    if missing := figures(plain, exact=True) - figures(source) - echoed:
        return f"figures without a source: {', '.join(sorted(missing))}"
    # What denies something may name what the customer named: "We do not ship to Canada."
    denied = " ".join(names(plain) - names(plain, echo))
    if enough and likeness(plain, f"{source} {denied}") < enough:
        return "the source does not say this"
    if enough and (strange := names(plain, echo) - names(f"{source} {evidence.known_names}", anywhere=True)):
        return f"names without a source: {', '.join(sorted(strange))}"
    if enough and contradicts(plain, source):
        return "the source says the opposite"
    return None


def _misplaced(plain: str, cited: Sequence[str], done: Sequence[str] = ()) -> str | None:
    """Figures that the passages have for something else, and no tool's result has."""
    wrong = misplaced(plain, "\n".join(cited)) - figures("\n".join(done))
    return f"figures of something else: {', '.join(sorted(wrong))}" if wrong else None


def _sources_of(sentence: str, evidence: Evidence) -> list[int]:
    """Numbers of the passages that say an uncited claim almost word for word, best first; none for no claim."""
    plain = _plain(sentence)
    if not has_claim(plain):
        return []
    alone = Evidence((), known_names=evidence.known_names)
    texts = {number: _words_of(found) for number, found in enumerate(evidence.passages, start=1)}
    fitting = [
        number
        for number, text in texts.items()
        if (_unsupported(plain, text, alone, support, SUPPORT_UNCITED) or _misplaced(plain, [text])) is None
    ]
    return sorted(fitting, key=lambda number: -support(plain, texts[number]))


def _is_promise(plain: str, evidence: Evidence, quotable: Sequence[str]) -> bool:
    """Whether it says that something was or will be done, and neither a receipt nor the shop's own rule says so."""
    reports = _STATE.search(plain) is not None
    if not (reports or _DEED.search(plain) or any(promise.search(plain) for promise in _PROMISES)):
        return False
    if any(says(source, plain) for source in quotable):
        return False
    # A tool may report that an order is cancelled. What is only proposed is not done.
    facts = [result for result in evidence.tool_results if '"proposed":' not in result] if reports else []
    deeds = set(re.findall(_DID, plain.lower()))
    return not any(
        deeds
        and deeds <= set(re.findall(_DID, source.lower()))
        and figures(plain) <= figures(source)
        and overlap(plain, source) >= OVERLAP_WITH_TOOLS
        for source in [*evidence.receipts, *facts]
    )


def _first_end(held: str, *, whole: bool) -> int | None:
    """Where the first sentence ends, with its citations and the space after them; None if more text could tell."""
    for mark in _MARK.finditer(held):
        if mark.end() > LONGEST_SENTENCE:
            break
        if mark[0] != "\n" and held.lstrip().startswith("|"):
            continue  # a table's row ends with its line
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


def _line_end(sentence: str) -> str:
    return re.search(r"\s*\Z", sentence)[0]  # type: ignore[index]  # it always matches


def _renumbered(citation: re.Match[str], order: Sequence[int]) -> str:
    number = int(citation[1])
    return f" [{order.index(number) + 1}]" if number in order else citation[0]


def _cited_in(sentence: str) -> list[int]:
    return [int(number) for number in _CITATION.findall(sentence)]


def _plain(sentence: str) -> str:
    """Without citations, list marks and Markdown emphasis."""
    return re.sub(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+|[*_`|]", " ", _CITATION.sub("", sentence)).strip()


def _words_of(found: Found) -> str:
    passage = found.passage
    return "\n".join((passage.title, *passage.heading_path, passage.text))


def _pages(done: Sequence[str]) -> set[str]:
    """The pages of articles that a tool's result names."""
    return {f"/help/{slug}" for slug in re.findall(r'"article":"([a-z0-9-]+)"', " ".join(done))}
