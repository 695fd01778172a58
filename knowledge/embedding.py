"""Texts to vectors: all-MiniLM-L6-v2 on the local transformer."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from knowledge.transformer import Array, LocalTransformer, ModelMissingError

MODEL = Path(__file__).parent / "models" / "minilm"
MAX_TOKENS = 256  # what the model was trained to see; see its card
BATCH = 32  # larger batches gain nothing on a CPU and delay a question that waits for the worker
DIMENSIONS = 384


class Embedder:
    """Unit vectors of texts. The dot product of two of them is their cosine, -1 to 1."""

    def __init__(self, folder: Path = MODEL) -> None:
        self._transformer = LocalTransformer(folder, max_tokens=MAX_TOKENS)

    @cached_property
    def version(self) -> str:
        """Names the exact weights: vectors of two versions must never be compared.

        Raises `ModelMissingError`.
        """
        file = self._transformer.folder / "model.onnx"
        try:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            raise ModelMissingError(f"{file} cannot be read: {error}") from error
        return f"{self._transformer.folder.name}-{digest[:12]}"

    async def embed(self, texts: Sequence[str]) -> Array:
        """Vectors [n, 384], float32, in the order of the texts. Raises `ModelMissingError`."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        batches = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
        rows = [(await self._transformer.run_off_loop(batch))["embedding"] for batch in batches]
        return np.concatenate(rows)
