"""Train the reader: MiniLM-L6 with the last layers tuned, one linear head for each signal, one ONNX graph.

    python -m agent.train.train_reader --data ../shared/data --minilm <folder with model.safetensors>

Needs torch, transformers, onnx, onnxruntime (not part of the product). The lower layers stay frozen and
their hidden states are computed once. Writes model.onnx, tokenizer.json and heads.json. On a CPU the same
seed and thread count give the same weights.
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
from transformers import AutoModel, AutoTokenizer

from agent.explicit import clean
from agent.legible import legible
from agent.reader import WEIGHTS
from agent.signals import Intent
from agent.train import calibrate, corpus, templates
from agent.train.corpus import EMOTIONS, INTENTS, STAKES, Row

MAX_TOKENS = 72
BATCH = 32
HEADS = {
    "emotion": len(EMOTIONS),
    "valence": 3,
    "intent": len(INTENTS),
    "wants_person": 1,
    "stakes": len(STAKES),
    "intensity": 1,
}
# Rare labels and the heads that decide about people weigh more.
LOSS = {"emotion": 1.0, "valence": 1.0, "intent": 0.7, "wants_person": 0.7, "stakes": 6.0, "intensity": 0.7}


class ReaderNet(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """The encoder, mean pooling over real tokens, and the heads (in the order of `HEADS`)."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.heads = nn.ModuleDict(
            {name: nn.Linear(encoder.config.hidden_size, size) for name, size in HEADS.items()}
        )

    def lower(self, ids: Any, mask: Any, frozen: int) -> Any:
        """Hidden states after the frozen layers, (batch, tokens, 384)."""
        hidden = self.encoder.embeddings(input_ids=ids)
        wide = _additive(mask)
        for layer in self.encoder.encoder.layer[:frozen]:
            hidden = _tensor(layer(hidden, wide))
        return hidden

    def upper(self, hidden: Any, mask: Any, frozen: int) -> tuple[Any, ...]:
        """Logits of every head from the hidden states after the frozen layers."""
        wide = _additive(mask)
        for layer in self.encoder.encoder.layer[frozen:]:
            hidden = _tensor(layer(hidden, wide))
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        pooled = self.dropout((hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0))
        return tuple(head(pooled) for head in self.heads.values())

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, ...]:
        """The whole walk, as it is exported."""
        return self.upper(self.lower(input_ids, attention_mask, 0), attention_mask, 0)


def _additive(mask: Any) -> Any:
    return (1.0 - mask[:, None, None, :].float()) * -1e4


def _tensor(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output


def training_rows(data: Path, seed: int) -> tuple[list[Row], dict[str, list[Row]]]:
    """What is trained on, and what calibrates: `own` and `go` (natural frequencies), never a dev or test row."""
    chance = random.Random(seed)
    everything = corpus.goemotions(data / "goemotions" / "train.jsonl")
    held = [row for row in everything if corpus.part_of(row.text) == "validation"][:3000]
    go = [row for row in everything if corpus.part_of(row.text) != "validation"]
    negative = [row for row in go if row.valence == 0]
    rare = [row for row in go if row.valence != 0 and row.emotion and max(row.emotion[i] for i in (4, 6)) > 0]
    rest = [
        row
        for row in go
        if row.valence != 0 and not (row.emotion and max(row.emotion[i] for i in (4, 6)) > 0)
    ]
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
        *negative, *rare, *corpus.sampled(rest, 14000, chance),
        *corpus.sampled((r for r in shop if corpus.part_of(r.text) != "validation"), 3500, chance),
        *corpus.sampled((r for r in out if corpus.part_of(r.text) != "validation"), 4500, chance),
        *corpus.sampled(fraud, 250, chance), *corpus.sampled((r for r in bank if max(r.stakes) <= 0), 1000, chance),
        *corpus.moderation(data / "openai_moderation" / "samples.jsonl"),
        *corpus.augmented(corpus.own("train"), 1, chance),
        *templates.rows(chance),
    ]  # fmt: skip
    checks = {
        "own": corpus.own("validation"), "go": held,
        "shop": corpus.sampled(shop_held, 400, chance), "out": corpus.sampled(out_held, 400, chance),
    }  # fmt: skip
    return rows, checks


class Batches:
    """Rows in batches of like length, with their hidden states after the frozen layers (16 bit, computed once)."""

    def __init__(self, rows: list[Row], net: ReaderNet, tokens: Any, frozen: int) -> None:
        self.rows, self.hidden = rows, []
        ids = tokens([legible(clean(row.text)) for row in rows], truncation=True, max_length=MAX_TOKENS)[
            "input_ids"
        ]
        self.lengths = [len(one) for one in ids]
        order = sorted(range(len(rows)), key=self.lengths.__getitem__)
        kept: dict[int, Any] = {}
        with torch.inference_mode():
            for start in range(0, len(order), 128):
                at = order[start : start + 128]
                longest = max(self.lengths[i] for i in at)
                block = torch.tensor([ids[i] + [0] * (longest - len(ids[i])) for i in at])
                states = net.lower(block, (block != 0).long(), frozen).half()
                for place, i in enumerate(at):
                    kept[i] = states[place, : self.lengths[i]].clone()
        self.hidden = [kept[i] for i in range(len(rows))]

    def shuffled(self, chance: random.Random) -> list[list[int]]:
        """Row numbers in batches; lengths differ little within one, the order is random."""
        order = sorted(range(len(self.rows)), key=lambda i: self.lengths[i] + chance.random() * 4)
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        chance.shuffle(batches)
        return batches

    def tensors(self, at: list[int]) -> tuple[Any, Any]:
        """Hidden states and mask of a batch."""
        longest = max(self.lengths[i] for i in at)
        hidden = torch.zeros(len(at), longest, self.hidden[0].shape[-1])
        mask = torch.zeros(len(at), longest)
        for place, i in enumerate(at):
            hidden[place, : self.lengths[i]] = self.hidden[i].float()
            mask[place, : self.lengths[i]] = 1
        return hidden, mask


def loss_of(logits: tuple[Any, ...], rows: list[Row]) -> Any:
    """Sum over heads of the mean loss over the rows that are labelled for the head."""
    named = dict(zip(HEADS, logits, strict=True))
    total = torch.zeros(())

    def labelled(name: str) -> tuple[list[int], Any]:
        at = [i for i, row in enumerate(rows) if getattr(row, name) is not None]
        return at, torch.tensor([getattr(rows[i], name) for i in at])

    for name in HEADS:
        at, target = labelled(name)
        if not at:
            continue
        weight = torch.tensor([rows[i].weight for i in at])
        out = named[name][at]
        if name in ("emotion", "valence", "intent"):
            each = nn.functional.cross_entropy(out, target, reduction="none", label_smoothing=0.02)
        elif name == "stakes":
            known = (target >= 0).float()
            # A positive is rare (one in thirty rows of one stake) and worth three negatives.
            each = nn.functional.binary_cross_entropy_with_logits(
                out, target.clamp(min=0), reduction="none", pos_weight=torch.tensor(3.0)
            )
            each = (each * known).mean(1)
        else:
            each = nn.functional.binary_cross_entropy_with_logits(out[:, 0], target.float(), reduction="none")
        total = total + LOSS[name] * (each * weight).mean()
    return total


def train(net: ReaderNet, batches: Batches, frozen: int, epochs: int, seed: int) -> None:
    """AdamW over the upper layers and heads, linear warm-up and decay."""
    chance = random.Random(seed)
    for part in (net.encoder.embeddings, *net.encoder.encoder.layer[:frozen]):
        for parameter in part.parameters():
            parameter.requires_grad_(requires_grad=False)
    body = [p for layer in net.encoder.encoder.layer[frozen:] for p in layer.parameters()]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": 2e-4}, {"params": list(net.heads.parameters()), "lr": 1.5e-3}],
        weight_decay=0.01,
    )
    steps = epochs * ((len(batches.rows) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.06 * steps), max(0.02, 1 - s / steps))
    )
    net.train()
    net.encoder.eval()
    for layer in net.encoder.encoder.layer[frozen:]:
        layer.train()
    began, done, running = time.monotonic(), 0, 0.0
    for _ in range(epochs):
        for at in batches.shuffled(chance):
            hidden, mask = batches.tensors(at)
            loss = loss_of(net.upper(hidden, mask, frozen), [batches.rows[i] for i in at])
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
    parser.add_argument("--minilm", type=Path, required=True, help="folder of all-MiniLM-L6-v2 (safetensors)")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--frozen", type=int, default=3, help="layers that stay as they are")
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
    tokens = AutoTokenizer.from_pretrained(arguments.minilm)
    encoder = AutoModel.from_pretrained(arguments.minilm, attn_implementation="eager")
    net = ReaderNet(encoder).eval()
    rows = corpus.sampled(rows, arguments.rows or len(rows), random.Random(arguments.seed))
    print(
        f"{len(rows)} rows; out of scope {sum(r.intent == INTENTS.index(Intent.other) for r in rows)}",
        flush=True,
    )
    batches = Batches(rows, net, tokens, arguments.frozen)
    print("lower layers done", flush=True)
    train(net, batches, arguments.frozen, arguments.epochs, arguments.seed)
    export(net, tokens, arguments.minilm, arguments.out)
    calibrate.fit(arguments.out, checks)


if __name__ == "__main__":
    main()
