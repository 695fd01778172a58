"""Signals: what the local models read in one customer message.

One pass of a small transformer (`reader_weights/`, see its CARD.md) gives emotion, valence, intensity,
intent, wants-a-person and stakes, each calibrated. It was trained and validated on English only; in any
other language emotion and intent abstain and the explicit rules (`explicit.py`) speak alone. They also speak when the
model is missing or damaged, so a wish for a person and the gravest stakes are never silently off.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
import structlog

from agent.explicit import Stake, asks_for_person, clean, explicit_stakes
from agent.language import detect
from agent.legible import legible
from knowledge.transformer import Array, LocalTransformer, ModelMissingError

__all__ = ["NEGATIVE_VALENCE", "Emotion", "Heads", "Intent", "Reader", "Signals", "Stake", "load_reader"]

log = structlog.get_logger()

K = TypeVar("K", bound=StrEnum)

WEIGHTS = Path(__file__).parent / "reader_weights"
EXPLICIT_VERSION = "explicit-1"
# A message whose valence is below counts as negative: the cut with the best macro-F1 on rows held out of training
# (agent/reader_weights/CARD.md).
NEGATIVE_VALENCE = -0.34
VALIDATED_LANGUAGES = frozenset({"en"})

# Probability given to what a plain-words rule found: its precision on our own examples, rounded down.
EXPLICIT_PROBABILITY = 0.97

MAX_TOKENS = 96
_PIECE = 280  # characters: about 60 tokens, the length that the model was trained on
_PIECES = 24  # 6,700 characters are read by the model; of a longer text the first and the last
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)


class Emotion(StrEnum):
    """What the customer feels, as far as the words show it."""

    anger = "anger"
    frustration = "frustration"
    anxiety = "anxiety"
    sadness = "sadness"
    confusion = "confusion"
    neutral = "neutral"
    relief = "relief"
    joy = "joy"


class Intent(StrEnum):
    """What the customer is here for. `other` includes everything out of scope."""

    cancel_order = "cancel_order"
    change_address = "change_address"
    return_item = "return_item"
    order_status = "order_status"
    refund_status = "refund_status"
    exchange = "exchange"
    delivery = "delivery"
    payment = "payment"
    gift_card = "gift_card"
    product = "product"
    warranty = "warranty"
    account = "account"
    privacy = "privacy"
    complaint = "complaint"
    talk_to_person = "talk_to_person"
    greeting = "greeting"
    thanks = "thanks"
    confirm = "confirm"
    decline = "decline"
    other = "other"


@dataclass(frozen=True)
class Signals:
    """The signals of one message. Every number is a probability (0..1) but `valence` (-1..1)."""

    emotion: Emotion
    emotions: dict[Emotion, float]
    valence: float
    intensity: float
    intent: Intent
    intents: dict[Intent, float]
    wants_person: float
    stakes: dict[Stake, float]
    language: str
    """ISO 639-1, `und` if unknown."""
    abstained: bool
    """Emotion was not judged: a language the model was not validated for, nothing to read, or no model."""
    source: str
    """`model`, or `explicit` where only the plain-words rules were asked."""
    version: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` is the inverse."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError for what `to_json` did not write."""
        return cls(
            emotion=Emotion(data["emotion"]),
            emotions={Emotion(k): float(v) for k, v in data["emotions"].items()},
            valence=float(data["valence"]),
            intensity=float(data["intensity"]),
            intent=Intent(data["intent"]),
            intents={Intent(k): float(v) for k, v in data["intents"].items()},
            wants_person=float(data["wants_person"]),
            stakes={Stake(k): float(v) for k, v in data["stakes"].items()},
            language=str(data["language"]),
            abstained=bool(data["abstained"]),
            source=str(data["source"]),
            version=str(data["version"]),
        )


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
            stakes = tuple((float(a), float(b)) for a, b in data["stakes"])
            if len(stakes) != len(Stake):
                raise ModelMissingError(f"{file} does not calibrate every stake.")
            return cls(
                version=str(data["version"]),
                emotion_temperature=float(data["emotion"]),
                valence_temperature=float(data["valence"]),
                intent_temperature=float(data["intent"]),
                wants_person=(float(scale), float(shift)),
                stakes=stakes,
            )
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise ModelMissingError(f"{file} cannot be read: {error!r}") from error


def load_reader(folder: Path | None = None) -> "Reader":
    """The reader over the shipped weights (or those in `folder`).

    Loads them at once (seconds), so that a missing or damaged file is known at start-up: the reader then
    works on explicit rules alone and `degraded` says why.
    """
    folder = folder or WEIGHTS
    transformer = LocalTransformer(folder, max_tokens=MAX_TOKENS)
    try:
        transformer.load()
        return Reader(transformer, Heads.load(folder))
    except ModelMissingError as error:
        log.warning("Messages are read by explicit rules only: %s", error)
        return Reader(None, degraded=str(error))


class Reader:
    """Reads messages. `degraded` says why the model does not take part, or is None."""

    def __init__(
        self,
        transformer: LocalTransformer | None,
        heads: Heads | None = None,
        *,
        degraded: str | None = None,
    ) -> None:
        self._transformer = transformer if heads is not None else None
        self._heads = heads
        self.degraded = degraded or (None if self._transformer else "no reading model was given")

    @property
    def version(self) -> str:
        """Which weights and rules read: it goes into every reading."""
        return (
            f"{self._heads.version}+{EXPLICIT_VERSION}"
            if self._transformer and self._heads
            else EXPLICIT_VERSION
        )

    async def read(self, text: str) -> Signals:
        """The signals of one message. Never raises, whatever the text."""
        plain = _own_words(clean(text))
        language, person, stakes = await asyncio.to_thread(_explicitly, plain)
        readable = language in VALIDATED_LANGUAGES and any(c.isalpha() for c in legible(plain))
        if self._transformer is not None and self._heads is not None and readable:
            try:
                outputs = await self._transformer.run_off_loop(_pieces(legible(plain)))
            # The vendor raises what it likes. A message unread by the model must still reach the rules.
            except Exception as error:  # noqa: BLE001 - see above
                # The type only: a vendor's message may repeat the text.
                log.error("reading_failed", error=type(error).__name__, characters=len(plain))
                self.degraded = f"the model failed: {type(error).__name__}"
            else:
                self.degraded = None
                return _by_model(outputs, self._heads, language, person, stakes, self.version)
        return _by_rules(language, person, stakes)


def _own_words(text: str) -> str:
    """Without lines quoted from somebody else ("> ..."), unless nothing else is there."""
    return _QUOTED.sub("", text).strip() or text


def _explicitly(text: str) -> tuple[str, float, dict[Stake, float]]:
    found = explicit_stakes(text)
    person = EXPLICIT_PROBABILITY if asks_for_person(text) else 0.0
    return detect(text)[0], person, {s: EXPLICIT_PROBABILITY if s in found else 0.0 for s in Stake}


def _pieces(text: str) -> list[str]:
    """Runs of whole sentences of at most `_PIECE` characters; the first and the last of a very long text."""
    pieces = [""]
    for sentence in _SENTENCE_END.split(text):
        for start in range(0, max(len(sentence), 1), _PIECE):
            part = sentence[start : start + _PIECE]
            if pieces[-1] and len(pieces[-1]) + len(part) >= _PIECE:
                pieces.append(part)
            else:
                pieces[-1] = f"{pieces[-1]} {part}".strip()
    kept = pieces if len(pieces) <= _PIECES else pieces[: _PIECES // 2] + pieces[-_PIECES // 2 :]
    return [piece for piece in kept if piece] or [text[:_PIECE]]


def _by_model(
    outputs: Mapping[str, Array],
    heads: Heads,
    language: str,
    person: float,
    stakes: Mapping[Stake, float],
    version: str,
) -> Signals:
    """Calibrated and, over the pieces of a long message, joined.

    Emotion and valence are means weighted by intensity (one furious sentence outweighs three of facts), intent
    a plain mean; a stake or a wish for a person counts wherever it stands.
    """
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
        stakes={stake: round(max(float(p), stakes[stake]), 4) for stake, p in zip(Stake, risk, strict=True)},
        language=language,
        abstained=False,
        source="model",
        version=version,
    )


def _by_rules(language: str, person: float, stakes: Mapping[Stake, float]) -> Signals:
    """What plain words say; emotion and intent are not judged."""
    return Signals(
        emotion=Emotion.neutral,
        emotions={e: float(e is Emotion.neutral) for e in Emotion},
        valence=0.0,
        intensity=0.0,
        intent=Intent.talk_to_person if person else Intent.other,
        intents={i: float(i is (Intent.talk_to_person if person else Intent.other)) for i in Intent},
        wants_person=person,
        stakes=dict(stakes),
        language=language,
        abstained=True,
        source="explicit",
        version=EXPLICIT_VERSION,
    )


def _softmax(logits: Array) -> Array:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def _sigmoid(logits: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)


def _named(labels: type[K], values: Sequence[float] | Array) -> dict[K, float]:
    return {label: round(float(value), 4) for label, value in zip(labels, values, strict=True)}
