"""A ridge logistic regression in numpy, for the few small models that are fitted here."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fit(features: Floats, labels: Floats, *, ridge: float, balanced: bool) -> tuple[Floats, float]:
    """Weights [d] and bias for features [n, d] and labels (0 or 1) [n], by Newton's method.

    `ridge`: strength of the penalty on standardised features, beside a sum over the examples. `balanced`: both classes
    weigh the same, and the sum is a mean over two.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    design = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    importance = (
        np.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
        if balanced
        else np.ones(len(labels))
    )
    penalty = np.diag([ridge] * features.shape[1] + [0.0])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (importance * (predicted - labels)) + penalty @ beta
        curvature = (design * (importance * predicted * (1 - predicted))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, gradient)
        beta = beta - step
        if float(np.abs(step).max()) < 1e-9:  # noqa: PLR2004 - no longer moves
            break
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - mean @ weights)
