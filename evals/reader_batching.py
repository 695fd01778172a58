"""What batches would do to the reader: to its time and to what it says. `python -m evals.reader_batching`.

The product reads each text alone (docs/decisions/0011-each-text-alone.md). Here the same weights read 500 of our example
messages in several kinds of batches, on one core and one thread, and every number is compared with the text alone.
"""

import json
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from agent.heads import Heads, calibrated
from agent.reader import MAX_TOKENS, WEIGHTS
from agent.signals import Signals, Stake

EXAMPLES = Path(__file__).parents[1] / "agent" / "train" / "examples"
TEXTS = 500
WAITING = 16  # messages that wait when a pass begins
ROUNDS = 7

Batch = list[int]  # numbers of texts


class Passes:
    """The model over padded batches, and the tokens of the texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        options = SessionOptions()
        options.intra_op_num_threads = 1
        self.session = InferenceSession(
            str(WEIGHTS / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.names = [node.name for node in self.session.get_outputs()]
        tokens = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
        tokens.enable_truncation(MAX_TOKENS)
        tokens.no_padding()
        self.ids = [tokens.encode(text).ids for text in texts]
        self.lengths = [len(ids) for ids in self.ids]

    def run(self, batch: Batch) -> dict[str, np.ndarray]:
        """Outputs by name, one row a text of the batch."""
        longest = max(self.lengths[i] for i in batch)
        ids = np.zeros((len(batch), longest), np.int64)
        for row, i in enumerate(batch):
            ids[row, : self.lengths[i]] = self.ids[i]
        # 0 is the padding token; no text holds it.
        outputs = self.session.run(
            self.names, {"input_ids": ids, "attention_mask": (ids != 0).astype(np.int64)}
        )
        return dict(zip(self.names, outputs, strict=True))


def main() -> None:
    """Print one line for each way to batch."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    passes, heads = Passes(example_messages()), Heads.load(WEIGHTS)
    alone = [[i] for i in range(TEXTS)]
    ways = {
        "alone": alone,
        "16 as they come": arriving(),
        "up to 16 by length, 1.5 times the shortest": by_length(passes.lengths, 1.5),
        "up to 16 by length, 1.25 times": by_length(passes.lengths, 1.25),
        "equal lengths only": by_length(passes.lengths, 1.0),
    }
    print(
        f"{TEXTS} messages, median {statistics.median(passes.lengths):.0f} tokens, {WAITING} waiting at a time"
    )
    times = _best_of({name: _timing(passes, batches) for name, batches in ways.items()})
    told = signals(passes, alone, heads)
    for name, batches in ways.items():
        said = signals(passes, batches, heads)
        moves = np.abs(numbers(said) - numbers(told))
        print(
            f"{name}: {len(batches)} passes, {times[name]:.2f} ms a text ({times[name] / times['alone']:.2f} of alone); "
            f"moves: max {moves.max():.3f}, mean of each text's largest {moves.max(axis=1).mean():.4f}, "
            f"mean {moves.mean():.4f}; other emotion {_differ(said, told, lambda s: s.emotion)}, "
            f"other intent {_differ(said, told, lambda s: s.intent)}, "
            f"other stakes {_differ(said, told, lambda s: [p >= 0.5 for p in s.stakes.values()])}"  # noqa: PLR2004 - likelier than not
        )


def example_messages() -> list[str]:
    """The same texts at every call: a sample of those that the reader's authors wrote."""
    lines = [
        line for file in sorted(EXAMPLES.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
    ]
    return random.Random(1).sample([row["text"] for row in map(json.loads, lines) if row.get("text")], TEXTS)


def arriving() -> list[Batch]:
    """As many as wait, in the order in which they came."""
    return [list(range(at, min(at + WAITING, TEXTS))) for at in range(0, TEXTS, WAITING)]


def by_length(lengths: Sequence[int], most: float) -> list[Batch]:
    """Those who wait, sorted by length; none is padded to more than `most` times its own."""
    batches: list[Batch] = []
    for waiting in arriving():
        shortest = 0
        for i in sorted(waiting, key=lengths.__getitem__):
            if not shortest or lengths[i] > most * shortest:
                shortest = lengths[i]
                batches.append([])
            batches[-1].append(i)
    return batches


def signals(passes: Passes, batches: Sequence[Batch], heads: Heads) -> list[Signals]:
    """What the reader says of every text, in the order of the texts."""
    said: dict[int, Signals] = {}
    for batch in batches:
        outputs = passes.run(batch)
        for row, i in enumerate(batch):
            one = {name: values[row : row + 1] for name, values in outputs.items()}
            said[i] = calibrated(one, heads, language="en", person=0.0, stakes=dict.fromkeys(Stake, 0.0))
    return [said[i] for i in range(TEXTS)]


def numbers(said: Sequence[Signals]) -> np.ndarray:
    """All numbers of the signals, [texts, numbers]."""
    return np.array(
        [
            [
                *s.emotions.values(),
                s.valence,
                s.intensity,
                *s.intents.values(),
                s.wants_person,
                *s.stakes.values(),
            ]
            for s in said
        ]
    )


def _timing(passes: Passes, batches: Sequence[Batch]) -> Callable[[], float]:
    def timed() -> float:
        started = time.perf_counter()
        for batch in batches:
            passes.run(batch)
        return 1000 * (time.perf_counter() - started) / TEXTS

    return timed


def _best_of(ways: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Milliseconds of each way's best round, the ways in turn: what else the machine does only adds."""
    rounds = [{name: timed() for name, timed in ways.items()} for _ in range(ROUNDS)]
    return {name: min(one[name] for one in rounds) for name in ways}


def _differ(said: Sequence[Signals], told: Sequence[Signals], what: Callable[[Signals], object]) -> int:
    return sum(what(one) != what(other) for one, other in zip(said, told, strict=True))


if __name__ == "__main__":
    main()
