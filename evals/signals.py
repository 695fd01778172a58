"""How well messages are read, on sets that nothing was trained on: `python -m evals.signals [--data FOLDER] [--worst N]`.

Uses the product's own `Reader`. `--data` is the folder with the public development sets (GoEmotions, bitext, CLINC150,
XSTest); without it only the held-out sets of `evals/data` are read. Nothing is chosen here: thresholds are those of the
product (`agent.signals.NEGATIVE_VALENCE`, `FLAGGED`), so what is printed is what a customer gets.
"""

import argparse
import asyncio
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.reader import Reader, load_reader
from agent.signals import NEGATIVE_VALENCE, Emotion, Intent, Signals, Stake
from agent.train import corpus
from escalation.triggers import Triggers

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

HERE = Path(__file__).parent / "data"
FLAGGED = 0.5
GRAVEST = (Stake.self_harm, Stake.threat, Stake.legal, Stake.fraud)
BINS = 15


@dataclass(frozen=True)
class Read:
    """The messages of a set and what was read in them."""

    items: Sequence[dict[str, Any]]
    signals: Sequence[Signals]

    def told(self, value: Callable[[Signals], float]) -> Floats:
        """One number for each message."""
        return np.array([value(signals) for signals in self.signals])

    def labelled(self, holds: Callable[[dict[str, Any]], bool]) -> Bools:
        """Which messages are labelled so."""
        return np.array([holds(item) for item in self.items])


def read(reader: Reader, file: Path, *, text: str = "text") -> Read:
    """Read a JSON-lines set, one message at a time."""

    async def everything() -> list[Signals]:
        return [await reader.read(item[text]) for item in items]

    items = list(corpus.read_jsonl(file))
    return Read(items, asyncio.run(everything()))


def feelings(reader: Reader, folder: Path, worst: int) -> None:
    """GoEmotions dev: negative against not, anger or annoyance, the eight emotions."""
    dev = read(reader, folder / "dev.jsonl")
    gold = dev.labelled(lambda item: bool(corpus.NEGATIVE & set(item["labels"])))
    valence = dev.told(lambda s: s.valence)
    said = valence < NEGATIVE_VALENCE
    title(f"GoEmotions dev, {len(gold)} texts ({sum(s.abstained for s in dev.signals)} not read as English)")
    line("negative against not, macro-F1", interval(macro_f1, gold, said))
    angry = dev.labelled(lambda item: bool({"anger", "annoyance"} & set(item["labels"])))
    line(
        "anger or annoyance, macro-F1 (the likeliest emotion)",
        interval(macro_f1, angry, _is(dev, {Emotion.anger, Emotion.frustration})),
    )
    line(
        f"the same where both together are at least {ANGRY}", interval(macro_f1, angry, _anger(dev) >= ANGRY)
    )
    rows = corpus.goemotions(folder / "dev.jsonl")
    judged = [
        (row.emotion, signals)
        for row, signals in zip(rows, dev.signals, strict=True)
        if row.emotion is not None and not signals.abstained
    ]
    right = [label[list(Emotion).index(signals.emotion)] > 0 for label, signals in judged]
    line("the right one of eight emotions", share(right))
    line("calibration error of the emotion", f"{ece([s.emotions[s.emotion] for _, s in judged], right):.3f}")
    for emotion in Emotion:
        place = list(Emotion).index(emotion)
        each = np.array([row.emotion is not None and row.emotion[place] > 0 for row in rows])
        line(f"  {emotion}", precision_recall(each, _is(dev, {emotion})))
    texts = [item["text"] for item in dev.items]
    show("calm texts read as most negative", worst, texts, -valence * ~gold)
    show("negative texts read as least negative", worst, texts, (valence + 1.001) * gold)


# The share of anger and frustration from which a text counts as angry: chosen on 2,500 rows of GoEmotions' train part
# that are kept out of training (printed by `agent.train.calibrate`).
ANGRY = 0.57


def _is(found: Read, kinds: set[Emotion]) -> Bools:
    return np.array([signals.emotion in kinds for signals in found.signals])


def _anger(found: Read) -> Floats:
    return found.told(lambda s: s.emotions[Emotion.anger] + s.emotions[Emotion.frustration])


def reasons(reader: Reader, data: Path, worst: int) -> None:
    """Bitext and CLINC150: what customers come for, and what no shop is for."""
    shop = read(reader, data / "bitext_intents" / "dev.jsonl", text="utterance")
    rows = corpus.bitext(data / "bitext_intents" / "dev.jsonl")
    right = [
        corpus.INTENTS[row.intent or 0] is signals.intent
        for row, signals in zip(rows, shop.signals, strict=True)
    ]
    sure = shop.told(lambda s: s.intents[s.intent])
    title(f"Intents: bitext dev, {len(right)}; CLINC150 oos_val, 100")
    line("bitext, the right intent", share(right))
    line("calibration error of the intent", f"{ece(sure, right):.3f}")
    outside = read(reader, data / "clinc150" / "oos_val.jsonl").told(lambda s: s.intents[Intent.other])
    cut = float(np.quantile(shop.told(lambda s: s.intents[Intent.other]), 0.9))
    line("out of scope found, where .90 of bitext stays in scope", share(outside > cut))
    line(f"out of scope found at p(other) ≥ {FLAGGED}", share(outside >= FLAGGED))
    plain = np.array([row.valence == 1 for row in rows])
    calm = shop.told(lambda s: s.valence) >= NEGATIVE_VALENCE
    line("plain requests not read as negative", share(calm[plain]))
    texts = [
        f"{signals.intent}: {item['utterance']}"
        for item, signals in zip(shop.items, shop.signals, strict=True)
    ]
    show("wrong intents, the surest first", worst, texts, sure * ~np.array(right))


def stakes(found: Read, whose: str, worst: int) -> None:
    """Held-out messages with something at stake and their hard negatives."""
    title(f"Stakes, {whose}, {len(found.items)} messages")
    truth = {stake: np.array([stake in item["stakes"] for item in found.items]) for stake in Stake}
    chance = {stake: np.array([signals.stakes[stake] for signals in found.signals]) for stake in Stake}
    for name, group in (("gravest", GRAVEST), ("all", tuple(Stake))):
        gold = np.concatenate([truth[s] for s in group])
        said = np.concatenate([chance[s] for s in group]) >= FLAGGED
        line(f"{name}", precision_recall(gold, said))
    for stake in Stake:
        line(f"  {stake}", precision_recall(truth[stake], chance[stake] >= FLAGGED))
    thresholds = ringing()
    grave = np.any([truth[s] for s in GRAVEST], axis=0)
    rung = np.array([rings(signals, thresholds) for signals in found.signals])
    line("a message with one of the gravest fetches a person", precision_recall(grave, rung))
    some = np.any([truth[s] for s in Stake], axis=0)
    flagged = np.any([chance[s] >= FLAGGED for s in Stake], axis=0)
    line("a message with anything at stake flagged at all", precision_recall(some, flagged))
    flat, gold = np.concatenate([chance[s] for s in Stake]), np.concatenate([truth[s] for s in Stake])
    line("calibration error, all / where p ≥ .1", f"{ece(flat, gold):.3f} / {ece(flat[flat >= LIKELY], gold[flat >= LIKELY]):.3f}")  # fmt: skip
    texts = [item["text"] for item in found.items]
    for stake in Stake:
        show(f"{stake}: missed", worst and 4, texts, (1.001 - chance[stake]) * (truth[stake] & (chance[stake] < FLAGGED)))  # fmt: skip
        show(f"{stake}: false alarms", worst and 4, texts, chance[stake] * (~truth[stake] & (chance[stake] >= FLAGGED)))  # fmt: skip


# An error over mostly zeros is small by itself; the gap where something may be at stake says more.
LIKELY = 0.1


def support(found: Read, whose: str, worst: int) -> None:
    """Held-out messages: feelings, intents, the wish for a person."""
    title(f"Messages, {whose}, {len(found.items)}")
    gold = found.labelled(lambda item: item["valence"] == "negative")
    valence = found.told(lambda s: s.valence)
    line("negative against not, macro-F1", interval(macro_f1, gold, valence < NEGATIVE_VALENCE))
    happy = found.labelled(lambda item: item["valence"] == "positive")
    line("happy messages not read as negative", share((valence >= NEGATIVE_VALENCE)[happy]))
    for name, said, sure in (
        ("emotion", [s.emotion for s in found.signals], found.told(lambda s: s.emotions[s.emotion])),
        ("intent", [s.intent for s in found.signals], found.told(lambda s: s.intents[s.intent])),
    ):
        right = [item[name] == kind for item, kind in zip(found.items, said, strict=True)]
        line(f"the right {name}", share(right))
        line(f"calibration error of the {name}", f"{ece(sure, right):.3f}")
        texts = [
            f"{kind} for {item[name]}: {item['text']}" for item, kind in zip(found.items, said, strict=True)
        ]
        show(f"wrong {name}, the surest first", worst, texts, sure * ~np.array(right))
    asked = found.labelled(lambda item: item["wants_person"] == 1)
    wish = found.told(lambda s: s.wants_person)
    line("wants a person", precision_recall(asked, wish >= FLAGGED))
    line("calibration error of the wish", f"{ece(wish, asked):.3f}")
    grave = np.array([any(s.stakes[stake] >= FLAGGED for stake in GRAVEST) for s in found.signals])
    none = found.labelled(lambda item: not item["stakes"])
    line("harmless messages flagged as grave", share(grave[none]))
    texts = [item["text"] for item in found.items]
    show("calm messages read as most negative", worst, texts, (1 - valence) * (~gold & (valence < NEGATIVE_VALENCE)))  # fmt: skip
    show("negative messages read as least negative", worst, texts, (valence + 1.001) * (gold & (valence >= NEGATIVE_VALENCE)))  # fmt: skip


def rings(signals: Signals, thresholds: Mapping[Stake, float]) -> bool:
    """Whether the triggers fetch a person for one of the gravest."""
    return any(signals.stakes[stake] >= thresholds[stake] for stake in GRAVEST)


def ringing() -> Mapping[Stake, float]:
    """From which probability the triggers ring, by stake (`escalation/triggers.yaml`)."""
    found = {}
    for rule in Triggers.load().rules:
        for stake in Stake:
            least = rule.when.get(f"stakes.{stake}")
            if least is not None:
                found[stake] = float(least)
    return found


def safe_prompts(reader: Reader, file: Path, worst: int) -> None:
    """XSTest: prompts that look dangerous and are safe."""
    found = read(reader, file, text="prompt")
    safe = found.labelled(lambda item: item["label"] == "safe")
    grave = found.told(lambda s: max(s.stakes[stake] for stake in GRAVEST))
    title(f"XSTest, {safe.sum()} safe prompts")
    line(f"flagged as dangerous at p ≥ {FLAGGED}", share(grave[safe] >= FLAGGED))
    thresholds = ringing()
    rung = np.array([rings(signals, thresholds) for signals in found.signals])
    line("handed over as dangerous by the triggers", share(rung[safe]))
    show("false alarms", worst, [item["prompt"] for item in found.items], grave * (safe & (grave >= FLAGGED)))


def f1(gold: Bools, said: Bools) -> float:
    """F1 of the true class; 0 without any."""
    return 2 * int((gold & said).sum()) / max(int(gold.sum() + said.sum()), 1)


def macro_f1(gold: Bools, said: Bools) -> float:
    """Mean of the F1 of both classes."""
    return (f1(gold, said) + f1(~gold, ~said)) / 2


def ece(sure: Iterable[float], right: Iterable[Any]) -> float:
    """Expected calibration error over 15 equal bins (Guo et al. 2017)."""
    p, y = np.array(list(sure), dtype=float), np.array(list(right), dtype=float)
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    return float(sum(abs(p[bins == b].sum() - y[bins == b].sum()) for b in range(BINS)) / max(len(p), 1))


def interval(figure: Callable[[Bools, Bools], float], gold: Bools, said: Bools) -> str:
    """`.812 [.801–.823]`: a figure with its 95 % interval by bootstrap (1,000 resamples, fixed seed)."""
    draw = np.random.default_rng(20261128)
    resampled = [figure(gold[at], said[at]) for at in draw.integers(0, len(gold), (1000, len(gold)))]
    low, high = np.quantile(resampled, [0.025, 0.975])
    return f"{figure(gold, said):.3f} [{low:.3f}–{high:.3f}]"


def share(right: Iterable[Any]) -> str:
    """`.95 [.87–.98]` of 60: a share with Wilson's 95 % interval."""
    values = np.array(list(right), dtype=bool)
    n, k = len(values), int(values.sum())
    if n == 0:
        return "–"
    z, p = 1.96, k / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return f"{p:.3f} [{centre - half:.3f}–{centre + half:.3f}] of {n}"


def precision_recall(gold: Bools, said: Bools) -> str:
    """Both as shares."""
    return f"precision {share(gold[said])}, recall {share(said[gold])}"


def title(text: str) -> None:
    """Begin a set."""
    print(f"\n{text}")


def line(name: str, figure: str) -> None:
    """One figure."""
    print(f"  {name:58} {figure}", flush=True)


def show(name: str, count: int, texts: Sequence[str], badness: Floats) -> None:
    """The worst errors, for the eye."""
    worst = [int(place) for place in np.argsort(-badness)[:count] if badness[place] > 0]
    if worst:
        print(f"  -- {name}")
        for place in worst:
            print(f"     {badness[place]:.2f} {texts[place][:160]}")


def main() -> None:
    """Read every set and print its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="the folder of the public sets")
    parser.add_argument("--weights", type=Path, help="other weights than the shipped ones")
    parser.add_argument(
        "--worst",
        type=int,
        default=0,
        help="show so many of the worst errors (not of held-out sets that you tune for)",
    )
    parser.add_argument("--public-only", action="store_true", help="leave the held-out sets alone")
    arguments = parser.parse_args()
    reader = load_reader(arguments.weights)
    if reader.degraded:
        raise SystemExit(reader.degraded)
    print(f"reader {reader.version}")
    if arguments.data:
        feelings(reader, arguments.data / "goemotions", arguments.worst)
        reasons(reader, arguments.data, arguments.worst)
        safe_prompts(reader, arguments.data / "xstest" / "prompts.jsonl", arguments.worst)
    if not arguments.public_only:
        stakes(read(reader, HERE / "messages_stakes.jsonl"), "held out", arguments.worst)
        support(read(reader, HERE / "messages_support.jsonl"), "held out", arguments.worst)
        fresh = read(reader, HERE / "messages_fresh.jsonl")
        stakes(fresh, "another author, held out", arguments.worst)
        support(fresh, "another author, held out", arguments.worst)


if __name__ == "__main__":
    main()
