"""Calibrate the exported reader on rows held out of training, and write heads.json.

Temperatures (Guo et al. 2017, "On calibration of modern neural networks") for the softmax heads, a Platt
scale and shift (Platt 1999) for the yes-or-no ones. A single stake has few validation positives (23 to 54), so its pair is
held near the one that all stakes share.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.explicit import clean
from agent.legible import legible
from agent.signals import Emotion, Intent, Stake
from agent.train.corpus import EMOTIONS, Row
from knowledge.transformer import LocalTransformer

Floats = NDArray[np.float64]

# Strength of the ridge that holds the pair of one stake near the shared one.
FEW = 3.0
# The most of our plain messages that may read as negative.
FALSELY_NEGATIVE = 0.08


def fit(folder: Path, checks: dict[str, list[Row]]) -> None:
    """Write `heads.json` beside the model. `checks`: own, go (GoEmotions), shop (bitext), out (CLINC150)."""
    model = LocalTransformer(folder, max_tokens=96)
    rows = [row for name in checks for row in checks[name]]
    outputs = [
        model.run([legible(clean(row.text)) for row in rows[at : at + 64]]) for at in range(0, len(rows), 64)
    ]
    logits = {name: np.concatenate([o[name] for o in outputs]).astype(np.float64) for name in outputs[0]}
    # Our own rows are few beside GoEmotions; each source counts alike.
    weights = np.concatenate([np.full(len(part), 1 / max(len(part), 1)) for part in checks.values()])

    def softmax_head(name: str, labels: list[object]) -> float:
        at = [i for i, label in enumerate(labels) if label is not None]
        target = np.array([_distribution(labels[i], logits[name].shape[1]) for i in at])
        return _temperature(logits[name][at], target, weights[at])

    # The yes-or-no heads are fitted where customers speak (own examples; for persons also bitext): on texts
    # about anything else nothing is ever at stake, and the fit would only learn to stay silent. Grave
    # messages are commoner in our examples than in a shop, so the fit leans to the alarm, as it should.
    support = np.array([name == "own" for name in checks for _ in checks[name]])
    asked = support | np.array([name == "shop" for name in checks for _ in checks[name]])
    person_at = [i for i, row in enumerate(rows) if asked[i] and row.wants_person is not None]
    person = _platt(logits["wants_person"][person_at, 0], np.array([rows[i].wants_person for i in person_at]))
    known = np.array([row.stakes for row in rows])
    seen = (known >= 0) & support[:, None]
    shared = _platt(logits["stakes"][seen], known[seen])
    stakes = [
        _platt(logits["stakes"][seen[:, k], k], known[seen[:, k], k], near=shared, ridge=FEW)
        for k in range(len(Stake))
    ]
    heads = {
        "version": "reader-3-" + hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()[:8],
        "labels": {"emotion": list(Emotion), "intent": list(Intent), "stakes": list(Stake)},
        "emotion": softmax_head("emotion", [row.emotion for row in rows]),
        "valence": softmax_head("valence", [row.valence for row in rows]),
        "intent": softmax_head("intent", [row.intent for row in rows]),
        "wants_person": person,
        "stakes": stakes,
    }
    (folder / "heads.json").write_text(json.dumps(heads) + "\n", "utf-8")
    _print_cuts(logits, heads, checks)
    _print_stakes(logits["stakes"][support], known[support], stakes)
    print({name: heads[name] for name in ("emotion", "valence", "intent", "wants_person")}, "stakes", stakes)


def _print_cuts(logits: dict[str, Floats], heads: dict[str, Any], checks: dict[str, list[Row]]) -> None:
    """Print the cuts of highest macro-F1 for `NEGATIVE_VALENCE` (GoEmotions and own messages, which count alike; of those that
    take few plain messages for negative) and
    for `evals.signals.ANGRY` (GoEmotions). They are constants of the product, so a person copies them.
    """
    begun = np.cumsum([0, *(len(rows) for rows in checks.values())])
    at = {name: slice(*begun[place : place + 2]) for place, name in enumerate(checks)}
    valence = _softmax(logits["valence"] / heads["valence"]) @ np.array([-1.0, 0.0, 1.0])
    gold = {name: np.array([row.valence == 0 for row in checks[name]]) for name in ("go", "own")}

    def mean(cut: float) -> float:
        return sum(_macro_f1(gold[name], valence[at[name]] < cut) for name in gold) / len(gold)

    plain = np.array([row.intensity == 0 and row.valence == 1 for row in checks["own"]])
    cuts = [
        c for c in np.arange(-0.9, 0.3, 0.02) if (valence[at["own"]][plain] < c).mean() <= FALSELY_NEGATIVE
    ]
    best = max(cuts, key=mean)
    told = {name: round(_macro_f1(gold[name], valence[at[name]] < best), 3) for name in gold}
    print(f"negative below {best:.2f}: macro-F1 {told}")
    kinds = [EMOTIONS.index(Emotion.anger), EMOTIONS.index(Emotion.frustration)]
    angry = np.array(
        [row.emotion is not None and sum(row.emotion[k] for k in kinds) > 0 for row in checks["go"]]
    )
    share = _softmax(logits["emotion"][at["go"]] / heads["emotion"])[:, kinds].sum(1)
    cut = max(np.arange(0.05, 0.9, 0.01), key=lambda c: _macro_f1(angry, share >= c))
    print(f"angry from {cut:.2f}: macro-F1 {_macro_f1(angry, share >= cut):.3f}")


def _print_stakes(logits: Floats, known: Floats, pairs: list[tuple[float, float]]) -> None:
    """Print precision and recall of each stake at the thresholds that the triggers may have (`escalation/triggers.yaml`)."""
    for k, stake in enumerate(Stake):
        p = 1 / (1 + np.exp(-(logits[:, k] * pairs[k][0] + pairs[k][1])))
        gold = known[:, k] > 0
        told = [
            f"{cut:.1f}: {(gold & (p >= cut)).sum() / max((p >= cut).sum(), 1):.2f}/{(gold & (p >= cut)).sum() / gold.sum():.2f}"
            for cut in (0.2, 0.3, 0.4, 0.5, 0.6)
        ]
        print(f"{stake} ({gold.sum()}), precision/recall from {', '.join(told)}")


def _softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(shifted / shifted.sum(1, keepdims=True))


def _macro_f1(gold: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    def f1(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
        return float(2 * (a & b).sum() / max(int(a.sum() + b.sum()), 1))

    return (f1(gold, said) + f1(~gold, ~said)) / 2


def _distribution(label: object, size: int) -> Floats:
    if isinstance(label, tuple):
        return np.array(label)
    one = np.zeros(size)
    one[int(str(label))] = 1.0
    return one


def _temperature(logits: Floats, target: Floats, weights: Floats) -> float:
    """The temperature of least weighted cross-entropy, by grid."""

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        scaled = scaled - scaled.max(1, keepdims=True)
        log_p = scaled - np.log(np.exp(scaled).sum(1, keepdims=True))
        return float(-(weights * (target * log_p).sum(1)).sum())

    return round(float(min(np.geomspace(0.3, 4.0, 120), key=loss)), 3)


def _platt(
    logits: Floats, target: Floats, *, near: tuple[float, float] = (1.0, 0.0), ridge: float = 1.0
) -> tuple[float, float]:
    """Scale and shift of least cross-entropy, by Newton's method with a ridge that holds them near others."""
    features = np.stack([logits, np.ones_like(logits)], axis=1)
    theta = np.array(near)
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(features @ theta, -30, 30)))
        gradient = features.T @ (p - target) + ridge * (theta - np.array(near))
        curvature = (features * (p * (1 - p))[:, None]).T @ features + ridge * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        theta = theta - step
        if np.abs(step).max() < 1e-6:  # noqa: PLR2004 - converged
            break
    return round(float(theta[0]), 4), round(float(theta[1]), 4)
