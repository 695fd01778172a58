"""Whether a source bears a sentence out: the reading of the model and the comparison of words, weighed together.

The weights are a logistic regression (`python -m evals.support_weights`). Figures and names are no part of it: they are compared
exactly, before, and nothing makes up for a wrong one.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from agent.denial import contradicts
from agent.entailment import WEIGHTS, entailed, sentences_of
from agent.evidence import Said
from agent.gloss import in_english, language_of
from agent.wording import SHARE, SUPPORT, names, new_wide_words, overlap, says, support, without_opening

# What a sentence needs: where it cites the passage, and where we would cite it for the model. Chosen on the dev halves of
# `python -m evals.checks`.
BORNE_OUT = 0.45
BORNE_OUT_UNCITED = 0.7
_CERTAIN = 0.001  # probabilities nearer to 0 or 1 than this are all the same


@dataclass(frozen=True)
class Signs:
    """What speaks for and against a sentence, beside its source."""

    quoted: bool  # the source says it word for word
    reading: float | None  # the model's probability; None without a model
    support: float
    overlap: float
    closest: float  # share of its content words that one sentence of the source has, the one that has most
    denied: bool  # the source says the opposite
    wide: bool  # it says "always" or "every", and the source does not

    def features(self) -> list[float]:
        """For the logistic regression, in the order of its weights."""
        reading = min(max(self.reading or 0.0, _CERTAIN), 1 - _CERTAIN)
        return [
            math.log(reading / (1 - reading)),
            self.overlap,
            self.closest,
            float(self.denied),
            float(self.wide),
        ]


def signs(said: Said, passages: Sequence[str]) -> Signs:
    """The signs of a sentence beside passages, and what tools told. Where they are of two languages, both word by word in English."""
    said, passages = in_one_language(said, passages)
    source = "\n".join([*passages, *said.done])
    known, quoted = with_denied_names(said, source), says(source, without_opening(said.plain))
    return Signs(
        quoted=quoted,
        reading=entailed("\n".join(passages), without_opening(said.plain)),
        support=support(said.plain, known),
        overlap=overlap(said.plain, known),
        closest=max(overlap(said.plain, sentence) for sentence in sentences_of(known) or [""]),
        denied=not quoted and contradicts(said.plain, source),
        wide=bool(new_wide_words(said.plain, source)),
    )


def in_one_language(said: Said, passages: Sequence[str]) -> tuple[Said, Sequence[str]]:
    """Sentence and passages as they are, or word by word in English where they are of two languages."""
    if language_of(said.plain) == language_of("\n".join(passages)):
        return said, passages
    return replace(said, sentence=in_english(said.sentence)), [in_english(text) for text in passages]


def with_denied_names(said: Said, source: str) -> str:
    """The source with the names that the customer named and the sentence denies: "We do not ship to Canada."."""
    denied = names(said.plain) - names(said.plain, " ".join(said.evidence.own_words))
    return f"{source} {' '.join(denied)}"


def borne_out(seen: Signs) -> float:
    """Probability (0 to 1) that the source bears the sentence out. Without a model: 1 if every rule of words holds, else 0."""
    if seen.quoted:
        return 1.0
    if seen.reading is None:
        fits = seen.support >= SUPPORT and seen.overlap >= SHARE and not seen.denied and not seen.wide
        return float(fits)
    weights = _weights()
    return 1 / (
        1 + math.exp(-weights[0] - sum(w * x for w, x in zip(weights[1:], seen.features(), strict=True)))
    )


@cache
def _weights() -> tuple[float, ...]:
    """Bias first."""
    told: dict[str, list[float]] = json.loads((WEIGHTS / "heads.json").read_text("utf-8"))
    return tuple(told["support"])
