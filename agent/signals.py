"""Signals: what was read in one customer message. `reader.py` reads them, `heads.py` turns a model's outputs into them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from agent.explicit import Stake

__all__ = ["NEGATIVE_VALENCE", "Emotion", "Intent", "Signals", "Stake"]

# A message whose valence is below counts as negative: of the cuts that take at most 8 % of plain messages for it, the one
# with the best macro-F1 on rows held out of training; printed by `agent.train.calibrate`
# (agent/reader_weights/CARD.md).
NEGATIVE_VALENCE = -0.38


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
