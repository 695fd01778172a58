"""What speaks against a sentence: a table of rules, asked in order. The first objection is the reason of the cut.

Likeness of words alone would let "60 days" pass for "30 days": figures, names, links, denial and states of orders are compared
exactly. Where a sentence asserts nothing (`is_claim`), only its figures count.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from agent.binding import misplaced
from agent.claims import is_claim
from agent.cutting import LONGEST_SENTENCE
from agent.deeds import hands_over_truly, is_backed, lacks_its_receipt, lacks_its_rule
from agent.denial import contradicts
from agent.evidence import Evidence, Objection, Said, words_of
from agent.figures import figures
from agent.gloss import in_english
from agent.order_states import wrong_state
from agent.saying import does
from agent.support import BORNE_OUT, BORNE_OUT_UNCITED, borne_out, in_one_language, signs, with_denied_names
from agent.wording import OVERLAP_WITH_TOOLS, links, names, new_wide_words, overlap, says, support

_LONG_NUMBER = 5  # digits from which a number is an order's or a postcode, which may be echoed
_TOOL_NAME = re.compile(r"\b(?:propose|hand_to|show|list)_\w+")

Rule = Callable[[Said], Objection | None]


def objection(sentence: str, evidence: Evidence) -> Objection | None:
    """Why the customer must not read this sentence; None if nothing speaks against it."""
    said = Said(sentence, evidence)
    return next((against for rule in RULES if (against := rule(said)) is not None), None)


def exact_objection(said: Said) -> Objection | None:
    """What speaks against a sentence with citations however it is weighed: all rules that compare exactly."""
    exact = (rule for rule in RULES if rule not in {_deed, _promise, _facts})
    first = next((against for rule in exact if (against := rule(said)) is not None), None)
    return first or _strange(said, said.cited) or _misplaced(said, said.cited)


def sources_of(sentence: str, evidence: Evidence) -> list[int]:
    """Numbers of the passages that say an uncited claim almost word for word, best first; none for no claim."""
    return _sources_of(Said(sentence, evidence))


def _cites_nothing(said: Said) -> Objection | None:
    if all(1 <= number <= len(said.evidence.passages) for number in said.numbers):
        return None
    return Objection("citation", "cites a passage that was not found")


def _too_long(said: Said) -> Objection | None:
    return Objection("length", "longer than a sentence") if len(said.plain) >= LONGEST_SENTENCE else None


def _human(said: Said) -> Objection | None:
    return Objection("human", "claims to be a person") if "human" in does(said.plain) else None


def _confidential(said: Said) -> Objection | None:
    if said.evidence.confidential.told_in(said.sentence, said.evidence.visible):
        return Objection("leak", "tells what only the AI may read")
    return None


def _leak(said: Said) -> Objection | None:
    leaks = "leak" in does(said.plain) or _TOOL_NAME.search(said.plain)
    if leaks and any(says(source, said.plain) for source in said.quotable):
        return None  # an article on our own rules may be quoted to those who may read it
    return Objection("leak", "tells of instructions or internal notes") if leaks else None


def _hand_over(said: Said) -> Objection | None:
    if "hand_over" not in does(said.plain) or said.evidence.handing_over:
        return None
    return Objection("hand_over", "announces a person, and none is fetched")


def _deed(said: Said) -> Objection | None:
    return Objection("deed", "reports an action without a receipt") if lacks_its_receipt(said) else None


def _promise(said: Said) -> Objection | None:
    return Objection("promise", "promises an action that nothing backs") if lacks_its_rule(said) else None


def _link(said: Said) -> Objection | None:
    strange = links(said.sentence) - links(" ".join([*said.quotable, *said.done])) - _pages(said.done)
    return Objection("link", f"links without a source: {_listed(strange)}") if strange else None


def _state(said: Said) -> Objection | None:
    told = wrong_state(said.plain, said.evidence.tool_results)
    return Objection("order_state", f"the order is not as told: {told}") if told else None


def _facts(said: Said) -> Objection | None:
    """What the sentence's source does not bear out: the cited passages, one that could be cited, or tools and receipts."""
    if said.numbers:
        return _unsupported(said, said.cited, BORNE_OUT) or _misplaced(said, said.cited)
    if not is_claim(said.plain):
        return _strange_figures(said, "\n".join([*said.quotable, *said.done]), claims=False)
    if hands_over_truly(said) or is_backed(said) or _sources_of(said):
        return None
    if said.done:
        return _untold(said)
    return Objection("source", "a claim without a source")


RULES: tuple[Rule, ...] = (
    _cites_nothing, _too_long, _human, _confidential, _leak, _hand_over, _deed, _promise, _link, _state, _facts,
)  # fmt: skip


def _unsupported(said: Said, passages: Sequence[str], enough: float) -> Objection | None:
    """What the passages, and tools and receipts with them, do not bear out."""
    if strange := _strange(said, passages):
        return strange
    seen = signs(said, passages)
    if borne_out(seen) >= enough:
        return None
    if seen.denied:
        return Objection("denial", "the source says the opposite")
    if seen.wide:
        wide = new_wide_words(said.plain, "\n".join([*passages, *said.done]))
        return Objection("wide", f"more than the source says: {_listed(wide)}")
    return Objection("support", "the source does not say this")


def _strange(said: Said, passages: Sequence[str]) -> Objection | None:
    """Figures and names that nothing has: compared exactly, before anything is weighed."""
    if strange := _strange_figures(said, "\n".join([*passages, *said.done])):
        return strange
    said, passages = in_one_language(said, passages)
    return _strange_names(said, "\n".join([*passages, *said.done]))


def _untold(said: Said) -> Objection | None:
    """What tools and receipts do not bear out. Their JSON has no small words and no sentences, so only content words are compared."""
    source = "\n".join(said.done)
    if strange := _strange_figures(said, source):
        return strange
    said = replace(said, sentence=in_english(said.sentence))
    if overlap(said.plain, with_denied_names(said, source)) < OVERLAP_WITH_TOOLS:
        return Objection("support", "the source does not say this")
    if strange := _strange_names(said, source):
        return strange
    if not says(source, said.plain) and contradicts(said.plain, source):
        return Objection("denial", "the source says the opposite")
    if wide := new_wide_words(said.plain, source):
        return Objection("wide", f"more than the source says: {_listed(wide)}")
    return None


def _strange_figures(said: Said, source: str, *, claims: bool = True) -> Objection | None:
    """Figures that the source does not have."""
    # A question asserts nothing, so it may repeat what the customer said.
    question = said.plain.endswith("?")
    told = figures(" ".join(said.evidence.own_words))
    echoed = {f for f in told if question or (f.isdigit() and len(f) >= _LONG_NUMBER)}
    missing = figures(said.plain, exact=True) - figures(source) - echoed
    if not claims:
        missing = frozenset(f for f in missing if not (f.isdigit() and len(f) == 1))  # "which of the two?"
    return Objection("figure", f"figures without a source: {_listed(missing)}") if missing else None


def _strange_names(said: Said, source: str) -> Objection | None:
    """Names that neither the source has nor anybody here."""
    known = names(f"{source} {said.evidence.known_names}", anywhere=True)
    strange = names(said.plain, " ".join(said.evidence.own_words), source=source) - known
    return Objection("name", f"names without a source: {_listed(strange)}") if strange else None


def _misplaced(said: Said, cited: Sequence[str]) -> Objection | None:
    """Figures that the passages have for something else, and no tool's result has."""
    said, cited = in_one_language(said, cited)
    wrong = misplaced(said.plain, "\n".join(cited)) - figures("\n".join(said.done))
    return Objection("place", f"figures of something else: {_listed(wrong)}") if wrong else None


def _sources_of(said: Said) -> list[int]:
    if not is_claim(said.plain):
        return []
    texts = {number: words_of(found) for number, found in enumerate(said.evidence.passages, start=1)}
    fitting = [n for n, text in texts.items() if _bears_out(text, said.plain, said.evidence.known_names)]
    return sorted(fitting, key=lambda number: -support(said.plain, texts[number]))


@lru_cache(maxsize=64)  # asked once to let a sentence through, and once more to cite for it
def _bears_out(text: str, sentence: str, known_names: str) -> bool:
    alone = Said(sentence, Evidence((), known_names=known_names))
    return (_unsupported(alone, [text], BORNE_OUT_UNCITED) or _misplaced(alone, [text])) is None


def _pages(done: Sequence[str]) -> set[str]:
    """The pages of articles that a tool's result names."""
    return {f"/help/{slug}" for slug in re.findall(r'"article":"([a-z0-9-]+)"', " ".join(done))}


def _listed(words: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(words))
