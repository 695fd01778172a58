"""How well two labellers agree, beyond what chance would make them."""

from collections import Counter
from collections.abc import Sequence


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa (Educational and Psychological Measurement 20, 1960): 1 is full agreement, 0 what chance makes, below 0 less.

    None where it says nothing: without a pair, or where both gave everything the same one word.
    """
    if not pairs:
        return None
    n = len(pairs)
    seen = sum(one == other for one, other in pairs) / n
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(ones[word] * others[word] for word in ones) / (n * n)
    return None if chance == 1 else (seen - chance) / (1 - chance)
