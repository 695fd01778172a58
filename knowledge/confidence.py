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

    More was tried: the cosine of the best passage, the share of the question's words in it, its margin over the others,
    and one model for all questions. On the dev questions of the help centre (80) each looked better in some combination
    and did worse on others; these are what held on every set that we have.
    """

    alone: float  # the best score of a passage for the question by itself: text, questions and words; see `search.rank`
    known: float  # share of the question's words that what may be read knows at all, 0 to 1, rare words weighing more
    mixed: float | None = (
        None  # the best score for the question with what was said before; None if nothing was
    )


NOTHING = Evidence(0, 0)


@dataclass(frozen=True)
class Logistic:
    """Logistic regression: 1 / (1 + exp(-(bias + score · best score + known · share of known words)))."""

    bias: float
    score: float
    known: float

    def of(self, score: float, known: float) -> float:
        """The probability that the passages found answer the question, 0 to 1."""
        return 1 / (1 + math.exp(-(self.bias + self.score * score + self.known * known)))


@dataclass(frozen=True)
class Confidence:
    """Two models, for a question by itself and for one mixed with what was said before, and when they are enough.

    Each threshold was chosen so that few unanswerable questions pass. A question that follows others passes by either
    model, as it may go on with the subject or change it; by itself it must then be clearer (`later`) than a first one.
    """

    opening: Logistic
    following: Logistic
    enough_alone: float
    enough_mixed: float
    enough_later: float

    def of(self, evidence: Evidence) -> tuple[float, bool]:
        """The probability that the passages found answer the question, and whether it is enough to answer."""
        alone = self.opening.of(evidence.alone, evidence.known)
        if evidence.mixed is None:
            return alone, alone >= self.enough_alone
        mixed = self.following.of(evidence.mixed, evidence.known)
        return max(alone, mixed), mixed >= self.enough_mixed or alone >= self.enough_later


@cache
def fitted() -> Confidence:
    """The models that ship."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return Confidence(Logistic(**data["opening"]), Logistic(**data["following"]), **data["enough"])
