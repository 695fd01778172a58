"""Texts to vectors: all-MiniLM-L6-v2 on the local transformer."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from knowledge.lexical import forms
from knowledge.transformer import Array, LocalTransformer, ModelMissingError

MODEL = Path(__file__).parent / "models" / "minilm"
MAX_TOKENS = 256  # what the model was trained to see; see its card
DIMENSIONS = 384
REMEMBERED = 10_000  # vectors, 15 MB


class Embedder:
    """Unit vectors of texts. The dot product of two of them is their cosine, -1 to 1."""

    def __init__(self, folder: Path = MODEL) -> None:
        self._transformer = LocalTransformer(folder, max_tokens=MAX_TOKENS)
        self._recent: OrderedDict[str, Array] = OrderedDict()
        self._known_words: frozenset[str] | None = None

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

    async def known_words(self) -> frozenset[str]:
        """Common forms (see `knowledge.lexical`) of the words that the model need not cut into pieces.

        They are some 20,000, mostly English. Raises `ModelMissingError`.
        """
        if self._known_words is None:
            whole = [piece for piece in await self._transformer.vocabulary_off_loop() if piece.isalpha()]
            self._known_words = await asyncio.to_thread(forms, whole)
        return self._known_words

    async def embed(self, texts: Sequence[str]) -> Array:
        """Vectors [n, 384], float32, in the order of the texts. Raises `ModelMissingError`.

        Each is a function of its text alone, which makes it reusable (see `LocalTransformer`).
        """
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for place, text in enumerate(texts):
            rows[place] = await self._one(text)
        return rows

    async def _one(self, text: str) -> Array:
        """Its vector; that of a text seen lately is remembered: a conversation's turns and the sentences quoted in it."""
        known = self._recent.get(text)
        if known is None:
            known = (await self._transformer.run_off_loop([text]))["embedding"][0]
            self._recent[text] = known
            while len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)
        else:
            self._recent.move_to_end(text)
        return known
