"""From the outputs of the reading model to signals: temperatures and Platt scales, fitted in training."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Self, TypeVar

import numpy as np

from agent.explicit import Stake
from agent.signals import Emotion, Intent, Signals
from knowledge.transformer import Array, ModelMissingError

K = TypeVar("K", bound=StrEnum)

EXPLICIT_VERSION = "explicit-2"

# Numbers that each output of the model holds for a text.
_WIDTHS = {
    "emotion": len(Emotion),
    "valence": 3,
    "intent": len(Intent),
    "wants_person": 1,
    "stakes": len(Stake),
    "intensity": 1,
}


@dataclass(frozen=True)
class Heads:
    """How the model's outputs become probabilities: temperatures and Platt scales, fitted in training."""

    version: str
    emotion_temperature: float
    valence_temperature: float
    intent_temperature: float
    wants_person: tuple[float, float]
    """Platt: probability = sigmoid(scale * logit + shift)."""
    stakes: tuple[tuple[float, float], ...]
    """Platt scale and shift for each `Stake`, in its order."""

    @property
    def full_version(self) -> str:
        """The version of weights and rules together."""
        return f"{self.version}+{EXPLICIT_VERSION}"

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `heads.json`. Raises `ModelMissingError` if it is absent, damaged or of other labels."""
        file = folder / "heads.json"
        try:
            data = json.loads(file.read_text("utf-8"))
            labels = data["labels"]
            for name, kind in (("emotion", Emotion), ("intent", Intent), ("stakes", Stake)):
                if labels[name] != list(kind):
                    raise ModelMissingError(
                        f"{file} was trained for other {name} labels than this version knows."
                    )
            scale, shift = data["wants_person"]
            heads = cls(
                version=str(data["version"]),
                emotion_temperature=float(data["emotion"]),
                valence_temperature=float(data["valence"]),
                intent_temperature=float(data["intent"]),
                wants_person=(float(scale), float(shift)),
                stakes=tuple((float(a), float(b)) for a, b in data["stakes"]),
            )
        except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise ModelMissingError(f"{file} cannot be read: {error!r}") from error
        heads._refuse_nonsense(file)
        return heads

    def _refuse_nonsense(self, file: Path) -> None:
        temperatures = (self.emotion_temperature, self.valence_temperature, self.intent_temperature)
        if len(self.stakes) != len(Stake):
            raise ModelMissingError(f"{file} does not calibrate every stake.")
        if not all(
            math.isfinite(n) for pair in (temperatures, self.wants_person, *self.stakes) for n in pair
        ):
            raise ModelMissingError(f"{file} holds a number that is none.")
        if min(temperatures) <= 0:
            raise ModelMissingError(f"{file} holds a temperature that is not above zero.")


def calibrated(
    outputs: Mapping[str, Array],
    heads: Heads,
    *,
    language: str = "en",
    person: float = 0.0,
    stakes: Mapping[Stake, float] = MappingProxyType({}),
) -> Signals:
    """The model's outputs as signals, over the pieces of a long message joined. `person` and `stakes`: what the rules say.

    Emotion and valence are means weighted by intensity (one furious sentence outweighs three of facts), intent
    a plain mean; a stake or a wish for a person counts wherever it stands. Raises KeyError or ValueError for outputs of another model.
    """
    for name, width in _WIDTHS.items():
        if outputs[name].shape[1:] != (width,) or not np.isfinite(outputs[name]).all():
            raise ValueError(f"the output '{name}' is not {width} numbers for each text")
    emotions = _softmax(outputs["emotion"] / heads.emotion_temperature)
    valences = _softmax(outputs["valence"] / heads.valence_temperature)
    intents = _softmax(outputs["intent"] / heads.intent_temperature).mean(axis=0)
    intensities = _sigmoid(outputs["intensity"][:, 0])
    weights = (0.1 + intensities) / (0.1 + intensities).sum()
    emotion = weights @ emotions
    negative, _, positive = weights @ valences
    scale, shift = heads.wants_person
    wants = float(_sigmoid(outputs["wants_person"][:, 0] * scale + shift).max())
    platt = np.asarray(heads.stakes, dtype=np.float32)
    risk = _sigmoid(outputs["stakes"] * platt[:, 0] + platt[:, 1]).max(axis=0)
    return Signals(
        emotion=list(Emotion)[int(emotion.argmax())],
        emotions=_named(Emotion, emotion),
        valence=round(float(positive - negative), 4),
        intensity=round(float(intensities.max()), 4),
        intent=list(Intent)[int(intents.argmax())],
        intents=_named(Intent, intents),
        wants_person=round(max(wants, person), 4),
        stakes={
            stake: round(max(float(p), stakes.get(stake, 0.0)), 4)
            for stake, p in zip(Stake, risk, strict=True)
        },
        language=language,
        abstained=False,
        source="model",
        version=heads.full_version,
    )


def _softmax(logits: Array) -> Array:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def _sigmoid(logits: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)


def _named(labels: type[K], values: Sequence[float] | Array) -> dict[K, float]:
    return {label: round(float(value), 4) for label, value in zip(labels, values, strict=True)}
