"""The reader: what the local models and plain words find in one customer message.

One pass of a small transformer (`reader_weights/`, see its CARD.md) gives emotion, valence, intensity,
intent, wants-a-person and stakes, each calibrated. It was trained and validated on English only; in any
other language emotion and intent abstain and the explicit rules (`agent/explicit`) speak alone. They also speak when the
model is missing, damaged, failing or too slow, so a wish for a person and the gravest stakes are never silently off.
"""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import structlog

from agent.disguises import let_go, undisguised, unmarked
from agent.explicit import Stake, asks_for_person, clean, explicit_stakes
from agent.heads import EXPLICIT_VERSION, Heads, calibrated
from agent.language import detect
from agent.legible import legible
from agent.signals import Emotion, Intent, Signals
from knowledge.transformer import LocalTransformer, ModelMissingError

log = structlog.get_logger()

WEIGHTS = Path(__file__).parent / "reader_weights"
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


# What a model answers that reads messages, on the plainest ones.
_PLAIN = {
    "I want to cancel my order": Intent.cancel_order,
    "where is my parcel": Intent.order_status,
    "Can I return a tent?": Intent.return_item,
}


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
