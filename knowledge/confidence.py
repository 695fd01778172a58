"""How sure a search is that what it found answers the question: two small logistic models.

Its coefficients stand in `confidence.json`, written by `knowledge/train/fit_confidence.py`.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "confidence.json"


@dataclass(frozen=True)
class Evidence:
    """What one search looked like.

    More was tried: the cosine of the best passage, the share of the question's words in it, its margin over the others.
    On the dev questions of the help centre (80) each looked better in some combination and did worse on others; score
    and known are those that held on every set that we have.
    """

    score: float  # of the best passage: text, questions and words at once; see `knowledge.search.rank`
    known: float  # share of the question's words that what may be read knows at all, 0 to 1, rare words weighing more
    follows: bool = (
        False  # whether something was said before: a question mixed with that scores on another scale
    )


NOTHING = Evidence(0, 0)


@dataclass(frozen=True)
class Confidence:
    """Logistic regression: confidence = 1 / (1 + exp(-(bias + score · evidence.score + known · evidence.known)))."""

    bias: float
    score: float
    known: float
    threshold: float

    def of(self, evidence: Evidence) -> float:
        """The probability that the passages found answer the question, 0 to 1."""
        logit = self.bias + self.score * evidence.score + self.known * evidence.known
        return 1 / (1 + math.exp(-logit))

    def enough(self, confidence: float) -> bool:
        """Whether to answer. The threshold was chosen so that few unanswerable questions pass."""
        return confidence >= self.threshold


@cache
def fitted(follows: bool) -> Confidence:  # noqa: FBT001 - the field of `Evidence`
    """The model that ships for a question that follows others, or for one that opens a conversation."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return Confidence(**data["following" if follows else "opening"])
