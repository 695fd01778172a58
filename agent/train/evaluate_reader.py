"""Print how good the shipped reader is, with the product's own `Reader` on the shipped files.

    python -m agent.train.evaluate_reader --data ../shared/data [--worst 20]

The one threshold that is chosen (valence below which a message is negative) is chosen on rows held out of
training, never on the development sets that are reported.
"""

import argparse
import asyncio
import json
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.signals import Emotion, Intent, Reader, Signals, Stake, load_reader
from agent.train import corpus
from agent.train.corpus import NEGATIVE, Row

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

GRAVE = (Stake.self_harm, Stake.threat, Stake.legal, Stake.fraud)
FLAGGED = 0.5
NEGATIVE_BELOW = -0.3


def main() -> None:
    """Read every set and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=None)
    parser.add_argument("--worst", type=int, default=0, help="print so many of the worst errors of each kind")
    arguments = parser.parse_args()
    reader = load_reader(arguments.weights)
    if reader.degraded:
        raise SystemExit(reader.degraded)
    print(f"reader {reader.version}")
    _emotions(reader, arguments.data / "goemotions", arguments.worst)
    _intents(reader, arguments.data, arguments.worst)
    _own(reader, arguments.worst)
    _xstest(reader, arguments.data / "xstest" / "prompts.jsonl")


def read_all(reader: Reader, texts: Sequence[str]) -> list[Signals]:
    """One by one, as the product reads."""

    async def run() -> list[Signals]:
        return [await reader.read(text) for text in texts]

    return asyncio.run(run())


def _emotions(reader: Reader, folder: Path, worst: int) -> None:
    held = [
        i for i in corpus.read_jsonl(folder / "train.jsonl") if corpus.part_of(i["text"]) == "validation"
    ][:2500]
    dev = list(corpus.read_jsonl(folder / "dev.jsonl"))
    held_signals, signals = (
        read_all(reader, [i["text"] for i in held]),
        read_all(reader, [i["text"] for i in dev]),
    )
    tune = np.array([bool(NEGATIVE & set(i["labels"])) for i in held])
    gold = np.array([bool(NEGATIVE & set(i["labels"])) for i in dev])
    grid = np.arange(-0.8, 0.0, 0.02)
    cut = max(grid, key=lambda c: macro_f1(tune, np.array([s.valence < c for s in held_signals])))
    said = np.array([s.valence < cut for s in signals])
    print(f"GoEmotions dev, {len(dev)} texts, {sum(s.abstained for s in signals)} abstained as not English")
    print(
        f"  negative against not (valence < {cut:.2f}): macro-F1 {macro_f1(gold, said):.3f} ± {_half_width(gold == said):.3f} (accuracy's)"
    )
    for name, label in (("anger or annoyance", {"anger", "annoyance"}), ("anger", {"anger"})):
        kinds = (Emotion.anger, Emotion.frustration) if len(label) > 1 else (Emotion.anger,)
        held_p = np.array([sum(s.emotions[k] for k in kinds) for s in held_signals])
        p = np.array([sum(s.emotions[k] for k in kinds) for s in signals])
        held_y = np.array([bool(label & set(i["labels"])) for i in held])
        y = np.array([bool(label & set(i["labels"])) for i in dev])
        at = max(np.arange(0.05, 0.9, 0.01), key=lambda c: f1(held_y, held_p >= c))
        print(f"  {name}: F1 {f1(y, p >= at):.3f}, macro-F1 {macro_f1(y, p >= at):.3f} (p ≥ {at:.2f})")
    rows = corpus.goemotions(folder / "dev.jsonl")
    right, sure = [], []
    for row, signal in zip(rows, signals, strict=True):
        if row.emotion is not None and not signal.abstained:
            right.append(row.emotion[list(Emotion).index(signal.emotion)] > 0)
            sure.append(signal.emotions[signal.emotion])
    print(f"  emotion of eight: accuracy {np.mean(right):.3f}, ECE {ece(sure, right):.3f}")
    for emotion in Emotion:
        y = np.array(
            [row.emotion is not None and row.emotion[list(Emotion).index(emotion)] > 0 for row in rows]
        )
        told = np.array([s.emotion is emotion for s in signals])
        print(
            f"    {emotion.value:12} n {y.sum():5} precision {_ratio(y & told, told)} recall {_ratio(y & told, y)}"
        )
    p_negative = np.array([min(max(-s.valence, 0.0), 1.0) for s in signals])
    _show("calm texts read as most negative", worst, [i["text"] for i in dev], p_negative * ~gold)
    _show("negative texts read as least negative", worst, [i["text"] for i in dev], (1 - p_negative) * gold)


def _intents(reader: Reader, data: Path, worst: int) -> None:
    shop = corpus.bitext(data / "bitext_intents" / "dev.jsonl")
    out = [i["text"] for i in corpus.read_jsonl(data / "clinc150" / "oos_val.jsonl")]
    far = [
        r
        for r in corpus.clinc(data / "clinc150" / "val.jsonl")
        if r.intent == corpus.INTENTS.index(Intent.other)
    ]
    shop_signals = read_all(reader, [row.text for row in shop])
    right = [corpus.INTENTS[row.intent or 0] is s.intent for row, s in zip(shop, shop_signals, strict=True)]
    sure = [s.intents[s.intent] for s in shop_signals]
    print(f"bitext dev, {len(shop)}: intent accuracy {np.mean(right):.3f}, ECE {ece(sure, right):.3f}")
    p_shop = np.array([s.intents[Intent.other] for s in shop_signals])
    cut = float(np.quantile(p_shop, 0.90))
    for name, texts in (("clinc150 oos_val", out), ("clinc150 val, other domains", [r.text for r in far])):
        p = np.array([s.intents[Intent.other] for s in read_all(reader, texts)])
        print(f"  out of scope, {name}, {len(texts)}: recall {np.mean(p > cut):.3f} at .90 in-scope, {np.mean(p >= FLAGGED):.3f} at p(other) ≥ .5 "
              f"(in-scope kept {np.mean(p_shop < FLAGGED):.3f})")  # fmt: skip
    plain = [(r, s) for r, s in zip(shop, shop_signals, strict=True) if r.valence == 1]
    print(
        f"  plain requests read as neutral: {np.mean([s.emotion is Emotion.neutral for _, s in plain]):.3f} of {len(plain)}"
    )
    asked = np.array([r.wants_person == 1.0 for r in shop if r.wants_person is not None])
    said = np.array(
        [
            s.wants_person >= FLAGGED
            for r, s in zip(shop, shop_signals, strict=True)
            if r.wants_person is not None
        ]
    )
    print(f"  wants a person: precision {_ratio(asked & said, said)} recall {_ratio(asked & said, asked)}")
    _show("wrong intents", worst, [f"{s.intent.value} {r.text}" for r, s in zip(shop, shop_signals, strict=True)],
          np.array([p * (not ok) for p, ok in zip(sure, right, strict=True)]))  # fmt: skip


def _own(reader: Reader, worst: int) -> None:
    rows = corpus.own("test")
    began = time.perf_counter()
    signals = read_all(reader, [row.text for row in rows])
    each = (time.perf_counter() - began) / len(rows) * 1000
    print(
        f"own test split, {len(rows)}: {each:.1f} ms a message; {sum(s.abstained for s in signals)} abstained"
    )
    kept = [(r, s) for r, s in zip(rows, signals, strict=True) if not s.abstained]

    def softmax(name: str, right: Callable[[Row, Signals], bool], sure: Callable[[Signals], float]) -> None:
        hits = [right(r, s) for r, s in kept]
        print(
            f"  {name}: accuracy {np.mean(hits):.3f} ± {_half_width(np.array(hits)):.3f}, ECE {ece([sure(s) for _, s in kept], hits):.3f}"
        )

    softmax(
        "emotion",
        lambda r, s: (r.emotion or ())[list(Emotion).index(s.emotion)] > 0,
        lambda s: s.emotions[s.emotion],
    )
    softmax("intent", lambda r, s: corpus.INTENTS[r.intent or 0] is s.intent, lambda s: s.intents[s.intent])
    gold = np.array([r.valence == 0 for r in rows])
    print(
        f"  negative against not (valence < -.3): macro-F1 {macro_f1(gold, np.array([s.valence < NEGATIVE_BELOW for s in signals])):.3f}"
    )
    p = np.array([s.wants_person for s in signals])
    asked = np.array([r.wants_person == 1.0 for r in rows])
    said = p >= FLAGGED
    print(
        f"  wants a person: n {asked.sum()} precision {_ratio(asked & said, said)} recall {_ratio(asked & said, asked)} ECE {ece(p, asked):.3f}"
    )
    _show("wants a person: missed", worst, [r.text for r in rows], (1 - p) * (asked & ~said))
    _show("wants a person: false alarms", worst, [r.text for r in rows], p * (said & ~asked))
    flat: list[float] = []
    truth: list[bool] = []
    for index, stake in enumerate(Stake):
        p = np.array([s.stakes[stake] for s in signals])
        y = np.array([r.stakes[index] == 1.0 for r in rows])
        flat.extend(p)
        truth.extend(y)
        said = p >= FLAGGED
        print(
            f"    {stake.value:16} n {y.sum():3} precision {_ratio(y & said, said)} recall {_ratio(y & said, y)}"
        )
        _show(f"{stake.value}: false alarms", worst and 5, [r.text for r in rows], p * ~y * said)
        _show(f"{stake.value}: missed", worst and 5, [r.text for r in rows], (1 - p) * y * ~said)
    for name, group in (("grave", GRAVE), ("all", tuple(Stake))):
        at = [i for i, stake in enumerate(Stake) if stake in group]
        y = np.array([[r.stakes[i] == 1.0 for i in at] for r in rows]).ravel()
        said = np.array(
            [[s.stakes[stake] >= FLAGGED for stake in Stake if stake in group] for s in signals]
        ).ravel()
        print(f"    {name:16} n {y.sum():3} precision {_ratio(y & said, said)} recall {_ratio(y & said, y)}")
    print(f"  stakes together: ECE {ece(flat, truth):.3f}")
    # An ECE over mostly zeros is small by itself; the gap where something is at stake says more.
    told = [(p, t) for p, t in zip(flat, truth, strict=True) if p >= 0.1]  # noqa: PLR2004
    print(f"  stakes with p ≥ .1: ECE {ece([p for p, _ in told], [t for _, t in told]):.3f} (n {len(told)})")
    _show("emotion wrong", worst, [f"{s.emotion.value} | {r.text}" for r, s in kept],
          np.array([s.emotions[s.emotion] * ((r.emotion or ())[list(Emotion).index(s.emotion)] == 0) for r, s in kept]))  # fmt: skip


def _xstest(reader: Reader, file: Path) -> None:
    texts = [i["prompt"] for i in corpus.read_jsonl(file) if i["label"] == "safe"]
    signals = read_all(reader, texts)
    grave = [t for t, s in zip(texts, signals, strict=True) if any(s.stakes[g] >= FLAGGED for g in GRAVE)]
    some = [t for t, s in zip(texts, signals, strict=True) if any(p >= FLAGGED for p in s.stakes.values())]
    print(
        f"xstest safe prompts, {len(texts)}: {len(grave) / len(texts):.3f} flagged grave, {len(some) / len(texts):.3f} flagged at all"
    )
    print(json.dumps(some, ensure_ascii=False))


def f1(gold: Bools, said: Bools) -> float:
    """F1 of the true class; 0 without any."""
    hits = int((gold & said).sum())
    return 2 * hits / max(int(gold.sum() + said.sum()), 1)


def macro_f1(gold: Bools, said: Bools) -> float:
    """Mean of the F1 of both classes."""
    return (f1(gold, said) + f1(~gold, ~said)) / 2


def ece(
    sure: Sequence[float] | Floats,
    right: Sequence[bool] | Bools,
) -> float:
    """Expected calibration error over 15 equal bins (Guo et al. 2017)."""
    p, y = np.asarray(sure, dtype=float), np.asarray(right, dtype=float)
    bins = np.minimum((p * 15).astype(int), 14)
    return float(sum(abs(p[bins == b].sum() - y[bins == b].sum()) for b in range(15)) / max(len(p), 1))


def _ratio(hits: Bools, of: Bools) -> str:
    """`.95 [.87–.98]`: share with Wilson's 95 % interval."""
    n, k = int(of.sum()), int(hits.sum())
    if n == 0:
        return "–"
    z, p = 1.96, k / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return f"{p:.2f} [{centre - half:.2f}–{centre + half:.2f}]"


def _half_width(right: Bools) -> float:
    p = float(np.mean(right))
    return 1.96 * math.sqrt(p * (1 - p) / len(right))


def _show(title: str, count: int, texts: Sequence[str], badness: Floats) -> None:
    worst = [i for i in np.argsort(-np.asarray(badness, dtype=float))[:count] if badness[i] > 0]
    if worst:
        print(f"  -- {title}")
        for i in worst:
            print(f"     {badness[i]:.2f} {texts[i][:140]}")


if __name__ == "__main__":
    main()
