"""A small local transformer: tokenised with `transformers`, run with `onnxruntime`, no torch.

The only door to both vendors. One instance holds one ONNX file and its tokeniser.
"""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class ModelMissingError(RuntimeError):
    """A model file that ships with Candor is not there or cannot be read."""


class LocalTransformer:
    """An ONNX model in a folder with `model.onnx` and `tokenizer.json`.

    `run` works on the calling thread, `run_off_loop` on a thread of its own; both return the model's
    outputs by name, one row a text. Loading happens at the first call (or at `load`), because importing
    the vendors takes seconds.
    """

    def __init__(self, folder: Path, *, max_tokens: int) -> None:
        self.folder = folder
        self.max_tokens = max_tokens
        # One worker: onnxruntime with one thread of its own is fastest on a busy small machine, and the
        # vendors' sessions are then never entered twice at once.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"transformer-{folder.name}")
        self._loaded: tuple[Any, Any] | None = None

    def load(self) -> None:
        """Read the files. Raises `ModelMissingError` that names the file."""
        if self._loaded is not None:
            return
        model, tokenizer = self.folder / "model.onnx", self.folder / "tokenizer.json"
        for file in (model, tokenizer):
            if not file.is_file():
                raise ModelMissingError(
                    f"{file} is missing. Reinstall Candor, or restore the file from its package."
                )
        # It would tell at every start that there is no PyTorch; that is meant.
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
        import onnxruntime
        from transformers import PreTrainedTokenizerFast

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            tokens = PreTrainedTokenizerFast(
                tokenizer_file=str(tokenizer),
                pad_token="[PAD]",  # noqa: S106 - a token of the vocabulary
                model_max_length=self.max_tokens,
            )
        # Both vendors raise what they like for a damaged file (RuntimeError subclasses, bare Exception).
        except Exception as error:
            raise ModelMissingError(f"{self.folder} holds a damaged model: {error}") from error
        self._loaded = (session, tokens)

    def run(self, texts: Sequence[str]) -> dict[str, Array]:
        """Outputs by name for a batch of texts; each array's first axis is the text."""
        self.load()
        assert self._loaded is not None  # noqa: S101 - for the type checker; load() raised otherwise
        session, tokens = self._loaded
        batch = tokens(
            list(texts), padding=True, truncation=True, max_length=self.max_tokens, return_tensors="np"
        )
        wanted = {node.name for node in session.get_inputs()}
        names = [node.name for node in session.get_outputs()]
        outputs = session.run(names, {k: v.astype(np.int64) for k, v in batch.items() if k in wanted})
        return dict(zip(names, outputs, strict=True))

    def vocabulary(self) -> frozenset[str]:
        """The pieces that texts are cut into. Raises `ModelMissingError`."""
        self.load()
        assert self._loaded is not None  # noqa: S101 - as above
        return frozenset(self._loaded[1].get_vocab())

    async def vocabulary_off_loop(self) -> frozenset[str]:
        """`vocabulary` without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self.vocabulary)

    async def run_off_loop(self, texts: Sequence[str]) -> dict[str, Array]:
        """`run` without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self.run, list(texts))
