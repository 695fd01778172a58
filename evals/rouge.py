"""ROUGE-L: how much of a reference a summary tells in the same order. Lin, "ROUGE: A Package for Automatic Evaluation of
Summaries", 2004: F1 over the longest common subsequence of words.

Words as Google's `rouge-score` has them (small letters and digits, no stemming), so that figures can be compared.
"""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+")


def rouge_l(summary: str, reference: str) -> float:
    """F1, 0 to 1; 0 where either has no words."""
    said, wanted = _WORD.findall(summary.lower()), _WORD.findall(reference.lower())
    common = _longest_common(said, wanted)
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


def _longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, against in enumerate(other, start=1):
            before, row[place] = (
                row[place],
                before + 1 if word == against else max(row[place], row[place - 1]),
            )
    return row[-1]
