"""Signals: what the local models read in one customer message.

One pass of a small transformer (`reader_weights/`, see its CARD.md) gives emotion, valence, intensity,
intent, wants-a-person and stakes, each calibrated. It was trained and validated on English only; in any
other language emotion and intent abstain and the explicit rules (`agent/explicit`) speak alone. They also speak when the
model is missing, damaged, failing or too slow, so a wish for a person and the gravest stakes are never silently off.
"""

import asyncio
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, TypeVar

import numpy as np
import structlog

from agent.disguises import let_go, undisguised, unmarked
from agent.explicit import Stake, asks_for_person, clean, explicit_stakes
from agent.language import detect
from agent.legible import legible
from knowledge.transformer import Array, LocalTransformer, ModelMissingError

__all__ = [
    "MAX_TOKENS",
    "NEGATIVE_VALENCE",
    "Emotion",
    "Heads",
    "Intent",
    "Reader",
    "Signals",
    "Stake",
    "calibrated",
    "load_reader",
]

log = structlog.get_logger()

K = TypeVar("K", bound=StrEnum)

WEIGHTS = Path(__file__).parent / "reader_weights"
EXPLICIT_VERSION = "explicit-2"
# A message whose valence is below counts as negative: of the cuts that take at most 8 % of plain messages for it, the one
# with the best macro-F1 on rows held out of training; printed by `agent.train.calibrate`
# (agent/reader_weights/CARD.md).
NEGATIVE_VALENCE = -0.54
VALIDATED_LANGUAGES = frozenset({"en"})

# How the service names itself when the model does not take part.
BY_RULES_ONLY = (
    "Messages are read by explicit rules only. Wishes for a person and grave stakes in plain words are still seen, "
    "feelings and intents are not"
)

# Probability given to what a plain-words rule found: its precision on our own examples, rounded down.
EXPLICIT_PROBABILITY = 0.97

# After so long the rules speak alone. A long message takes a tenth of it on a busy core.
READING_SECONDS = 5.0

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


# What a model answers that reads messages, on the plainest ones.
_PLAIN = {
    "I want to cancel my order": Intent.cancel_order,
    "where is my parcel": Intent.order_status,
    "Can I return a tent?": Intent.return_item,
}
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


def load_reader(folder: Path | None = None) -> "Reader":
    """The reader over the shipped weights (or those in `folder`).

    Loads them at once (seconds) and tries them, so that a missing, damaged or foreign file is known at start-up: the
    reader then works on explicit rules alone and `degraded` says why.
    """
    folder = folder or WEIGHTS
    transformer = LocalTransformer(folder, max_tokens=MAX_TOKENS)
    try:
        transformer.load()
        heads = Heads.load(folder)
        _prove(transformer, heads)
    except ModelMissingError as error:
        log.warning("reading_by_rules_only", why=str(error))
        # Everybody may ask for the health of the service; where it lies on the disk is the log's business.
        return Reader(None, degraded=str(error).replace(f"{folder}", folder.name))
    return Reader(transformer, heads)


def _prove(transformer: LocalTransformer, heads: Heads) -> None:
    """Raises `ModelMissingError` unless model, tokeniser and heads belong together and read plain messages rightly."""
    folder = transformer.folder
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    if not digest.startswith(heads.version.rpartition("-")[2]):
        raise ModelMissingError(
            f"{folder}/heads.json was made for another model.onnx than the one beside it."
        )
    try:
        read = {text: calibrated(transformer.run([text]), heads).intent for text in _PLAIN}
    # A model of another make raises what it likes: no such output, a token that it does not know, another shape.
    except Exception as error:
        raise ModelMissingError(f"{folder} holds a model that does not read messages: {error}") from error
    if read != _PLAIN:
        raise ModelMissingError(f"{folder} holds a model or a tokeniser that misreads the plainest messages.")


class Reader:
    """Reads messages. `degraded` says in words why the model does not take part, or is None."""

    def __init__(
        self,
        transformer: LocalTransformer | None,
        heads: Heads | None = None,
        *,
        degraded: str | None = None,
        seconds: float = READING_SECONDS,
    ) -> None:
        """`seconds`: how long the model may take for a message before the rules speak alone."""
        self._transformer = transformer if heads is not None else None
        self._heads = heads
        self.seconds = seconds
        self._why = degraded or (None if self._transformer else "no reading model was given")

    @property
    def degraded(self) -> str | None:
        """What the service does without, and why: for /health, the console and the log."""
        return f"{BY_RULES_ONLY}. The reason: {self._why}" if self._why else None

    @property
    def version(self) -> str:
        """Which weights and rules read: it goes into every reading."""
        return self._heads.full_version if self._transformer and self._heads else EXPLICIT_VERSION

    async def read(self, text: str) -> Signals:
        """The signals of one message. Never raises, whatever the text and whatever becomes of the model."""
        said = await asyncio.to_thread(_in_plain_words, text)
        if self._transformer is not None and self._heads is not None and said.for_the_model:
            try:
                async with asyncio.timeout(self.seconds):
                    outputs = await self._transformer.run_off_loop(_pieces(legible(said.text)))
                signals = calibrated(
                    outputs, self._heads, language=said.language, person=said.person, stakes=said.stakes
                )
            # The vendor raises what it likes. A message unread by the model must still reach the rules.
            except Exception as error:  # noqa: BLE001 - see above
                self._fail(error, said)
            else:
                self._mend()
                return signals
        return _by_rules(said)

    def _fail(self, error: Exception, said: "_Said") -> None:
        # The type only: a vendor's message may repeat the text.
        log.error("reading_failed", error=type(error).__name__, characters=len(said.text))
        self._why = f"the model failed with {type(error).__name__} at the last message"

    def _mend(self) -> None:
        if self._why:
            log.info("reading_restored")
            self._why = None


@dataclass(frozen=True)
class _Said:
    """A message as it is meant, and what plain words say in it."""

    text: str
    language: str
    person: float
    stakes: dict[Stake, float]

    @property
    def for_the_model(self) -> bool:
        return self.language in VALIDATED_LANGUAGES and any(c.isalpha() for c in legible(self.text))


def _in_plain_words(message: str) -> _Said:
    text = _own_words(undisguised(clean(unmarked(message))))
    # The rules take a letter that is held down for one ("diiie"); it may stand for two ("killlll").
    spellings = {text, let_go(text, 2)}
    found = set().union(*map(explicit_stakes, spellings))
    return _Said(
        text,
        detect(let_go(text, 1))[0],
        EXPLICIT_PROBABILITY if any(map(asks_for_person, spellings)) else 0.0,
        {stake: EXPLICIT_PROBABILITY if stake in found else 0.0 for stake in Stake},
    )


def _own_words(text: str) -> str:
    """Without lines quoted from somebody else ("> ..."), unless nothing else is there."""
    return _QUOTED.sub("", text).strip() or text


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


def _by_rules(said: _Said) -> Signals:
    """What plain words say; emotion and intent are not judged."""
    intent = Intent.talk_to_person if said.person else Intent.other
    return Signals(
        emotion=Emotion.neutral,
        emotions={e: float(e is Emotion.neutral) for e in Emotion},
        valence=0.0,
        intensity=0.0,
        intent=intent,
        intents={i: float(i is intent) for i in Intent},
        wants_person=said.person,
        stakes=said.stakes,
        language=said.language,
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
