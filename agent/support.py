"""Whether a source bears a sentence out: the reading of the model and the comparison of words, weighed together.

The weights are a logistic regression (`python -m agent.train.fit_support`). Figures and names are no part of it: they are compared
exactly, before, and nothing makes up for a wrong one.
"""

import json
import math
from dataclasses import dataclass
from functools import cache

from agent.denial import contradicts
from agent.entailment import WEIGHTS, entailed
from agent.wording import SHARE, SUPPORT, new_wide_words, overlap, says, support

# What a sentence needs: where it cites the passage, and where we would cite it for the model. Chosen on the dev halves of
# `python -m evals.checks`.
BORNE_OUT = 0.5
BORNE_OUT_UNCITED = 0.7
_CERTAIN = 0.001  # probabilities nearer to 0 or 1 than this are all the same


@dataclass(frozen=True)
class Signs:
    """What speaks for and against a sentence, beside its source."""

    reading: float | None  # the model's probability; None without a model
    support: float
    overlap: float
    denied: bool  # the source says the opposite
    wide: bool  # it says "always" or "every", and the source does not

    def features(self) -> list[float]:
        """For the logistic regression, in the order of its weights."""
        reading = min(max(self.reading or 0.0, _CERTAIN), 1 - _CERTAIN)
        return [
            math.log(reading / (1 - reading)),
            self.support,
            self.overlap,
            float(self.denied),
            float(self.wide),
        ]


def signs(sentence: str, passages: str, source: str, known: str) -> Signs:
    """The signs of a sentence beside its passages. `source` is these and what tools told, `known` also names that are only denied."""
    return Signs(
        reading=entailed(passages, sentence),
        support=support(sentence, known),
        overlap=overlap(sentence, known),
        denied=not says(source, sentence) and contradicts(sentence, source),
        wide=bool(new_wide_words(sentence, source)),
    )


def borne_out(seen: Signs) -> float:
    """Probability (0 to 1) that the source bears the sentence out. Without a model: 1 if every rule of words holds, else 0."""
    if seen.reading is None:
        fits = seen.support >= SUPPORT and seen.overlap >= SHARE and not seen.denied and not seen.wide
        return float(fits)
    weights = _weights()
    return 1 / (1 + math.exp(-weights[0] - sum(w * x for w, x in zip(weights[1:], seen.features(), strict=True))))


@cache
def _weights() -> tuple[float, ...]:
    """Bias first."""
    told: dict[str, list[float]] = json.loads((WEIGHTS / "heads.json").read_text("utf-8"))
    return tuple(told["support"])
