"""The reader's architecture in fp32 torch, as a child that is timed: BERT of gte-small's shape, mean pooling, six linear heads.

    <python with torch and transformers> evals/torch_encoder.py TOKENS

Writes a line when it is ready. For each number that it reads it makes so many passes over one text of TOKENS tokens, on one
thread, and writes the milliseconds of each as a JSON list. The weights are random: they do not change the time.
Imports nothing of Candor, so that it runs where that is not installed.
"""

import json
import sys
import time

import torch
from transformers import BertConfig, BertModel

# thenlper/gte-small, config.json
SHAPE = {
    "vocab_size": 30522,
    "hidden_size": 384,
    "intermediate_size": 1536,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
}
HEADS = (8, 3, 20, 1, 12, 1)  # as in agent/train/train_reader.py


def main() -> None:
    """Serve timings until the input ends."""
    torch.set_num_threads(1)
    encoder = BertModel(BertConfig(**SHAPE), add_pooling_layer=False).eval()
    heads = [torch.nn.Linear(encoder.config.hidden_size, width) for width in HEADS]
    ids = torch.randint(1000, 20_000, (1, int(sys.argv[1])))
    mask = torch.ones_like(ids)

    def read() -> list[torch.Tensor]:
        hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        pooled = (hidden * weights).sum(1) / weights.sum(1)
        return [head(pooled) for head in heads]

    with torch.inference_mode():
        for _ in range(10):
            read()
        print("ready", flush=True)
        for line in sys.stdin:
            taken = []
            for _ in range(int(line)):
                started = time.perf_counter()
                read()
                taken.append(1000 * (time.perf_counter() - started))
            print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    main()
