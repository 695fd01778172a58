"""Questions that mean the same, grouped: agglomerative clustering with average linkage (UPGMA)."""

import numpy as np

from knowledge.transformer import Array

# Mean cosine from which two groups are one. Chosen on the 60 questions about 19 matters of
# evals/data/same_questions.jsonl (written by us): of .35 to .60 it keeps almost all pairs right (precision
# .94) at the best balance (F1 .82); see evals/gap_grouping.py.
SAME_MATTER = 0.45


def group(vectors: Array, threshold: float = SAME_MATTER) -> list[list[int]]:
    """Places of unit vectors [n, d] in groups, each ascending, groups by their first place.

    The two nearest groups become one as long as the mean cosine between their members is at least `threshold`
    (Sokal and Michener, 1958); of equally near ones the first. Time and memory grow with n²: for some thousand.
    """
    count = len(vectors)
    groups = {place: [place] for place in range(count)}
    near = np.asarray(vectors @ vectors.T, dtype=np.float64)
    np.fill_diagonal(near, -np.inf)
    best = near.max(axis=1, initial=-np.inf)
    while len(groups) > 1:
        one = int(best.argmax())
        if best[one] < threshold:
            break
        other = int(near[one].argmax())
        one, other = min(one, other), max(one, other)
        # The mean over all pairs of members; a row of -inf is a group that is no more.
        sizes = len(groups[one]), len(groups[other])
        joined = np.average(near[[one, other]], axis=0, weights=sizes)
        near[one, :] = near[:, one] = joined
        near[other, :] = near[:, other] = -np.inf
        near[one, one] = -np.inf
        groups[one] += groups.pop(other)
        best = near.max(axis=1, initial=-np.inf)
    return [sorted(groups[place]) for place in sorted(groups)]


def most_central(vectors: Array) -> list[int]:
    """Places of unit vectors [n, d], the one nearest to all others first; equals keep their order."""
    return [int(place) for place in np.argsort(-(vectors @ vectors.sum(axis=0)), kind="stable")]
