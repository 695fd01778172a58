"""How sure a search is that what it found answers the question: a small logistic model.

Its coefficients stand in `confidence.json`, written by `knowledge/train/fit_confidence.py`.
"""

import json
import math
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "confidence.json"


@dataclass(frozen=True)
class Evidence:
    """What one search says about its best passage.

    These two, because the fit prints a leave-one-out AUROC of .912 on the help centre and .935 on conversations. Other
    features were tried by the same fit: the score that ranks in place of nearness loses .03 on the help centre, where
    articles have typical questions and so score higher; nearness alone loses .01 on conversations; the share of words
    that any passage knows, the margin over other passages and whether there was a turn before add nothing to the two.
    On the test split, looked at once afterwards, `evals.help_search` prints .873: chosen on 80 questions, .912 flatters.
    """

    nearness: float  # cosine of the best passage: of its own text or of a question to it, whichever is nearer
    covered: float  # share of the question's words that it holds, 0 to 1, rare words weighing more


NOTHING = Evidence(0, 0)


@dataclass(frozen=True)
class Confidence:
    """Logistic regression: confidence = 1 / (1 + exp(-(bias + weights · evidence)))."""

    bias: float
    weights: tuple[float, ...]
    threshold: float

    def __post_init__(self) -> None:
        if len(self.weights) != len(fields(Evidence)):
            raise ValueError(f"{FILE.name} fits other features. Run knowledge/train/fit_confidence.py again.")

    def of(self, evidence: Evidence) -> float:
        """The probability that the passages found answer the question, 0 to 1."""
        logit = self.bias + sum(w * x for w, x in zip(self.weights, astuple(evidence), strict=True))
        return 1 / (1 + math.exp(-logit))

    def enough(self, confidence: float) -> bool:
        """Whether to answer. The threshold was chosen so that few unanswerable questions pass."""
        return confidence >= self.threshold


@cache
def fitted() -> Confidence:
    """The model that ships."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    names = [field.name for field in fields(Evidence)]
    return Confidence(
        data["bias"], tuple(data["weights"].get(name, math.nan) for name in names), data["threshold"]
    )
