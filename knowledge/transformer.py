"""A small local transformer: tokenised with `transformers`, run with `onnxruntime`, no torch.

The only door to both vendors. One instance holds one ONNX file and its tokeniser.
"""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class ModelMissingError(RuntimeError):
    """A model file that ships with Candor is not there or cannot be read."""


@dataclass(frozen=True)
class _Loaded:
    session: Any
    tokens: Any
    inputs: frozenset[str]
    outputs: tuple[str, ...]


class LocalTransformer:
    """An ONNX model in a folder with `model.onnx` and `tokenizer.json`.

    `run` works on the calling thread, `run_off_loop` on threads of its own; both return the model's outputs by
    name, one row a text. Each text is a pass of its own: int8 activations are scaled over a batch, so in a batch a
    text's outputs would depend on its neighbours, and on a core a batch is hardly faster
    (docs/decisions/0011-each-text-alone.md). Texts that come at the same time run on as many threads as there are cores.
    Loading happens at the first call (or at `load`), because importing the vendors takes seconds.
    """

    def __init__(self, folder: Path, *, max_tokens: int) -> None:
        self.folder = folder
        self.max_tokens = max_tokens
        self._workers = ThreadPoolExecutor(usable_cores(), thread_name_prefix=f"transformer-{folder.name}")
        self._loading = Lock()
        self._loaded: _Loaded | None = None

    def load(self) -> None:
        """Read the files. Raises `ModelMissingError` that names the file."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._read_files()

    def run_alone(self, text: str, pair: str | None = None) -> dict[str, Array]:
        """Outputs of one text, or of a text and a second one read beside it, by name, [1, ...]. Raises `ModelMissingError`."""
        loaded = self._ready()
        encoded = loaded.tokens.encode(text, pair)
        fed = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        feed = {name: np.array([ids], np.int64) for name, ids in fed.items() if name in loaded.inputs}
        return dict(zip(loaded.outputs, loaded.session.run(loaded.outputs, feed), strict=True))

    def run(self, texts: Sequence[str]) -> dict[str, Array]:
        """Outputs by name, [texts, ...]; each row is a function of its text alone. Raises `ModelMissingError`."""
        return _rows([self.run_alone(text) for text in texts])

    async def run_off_loop(self, texts: Sequence[str]) -> dict[str, Array]:
        """`run` without blocking the event loop.

        One text after the other, so that whoever asks for many lets others in between. A cancelled caller's next
        pass does not start.
        """
        loop = asyncio.get_running_loop()
        return _rows([await loop.run_in_executor(self._workers, self.run_alone, text) for text in texts])

    def count_tokens(self, text: str) -> int:
        """The tokens of a pass over the text, at most `max_tokens`. Raises `ModelMissingError`."""
        return len(self._ready().tokens.encode(text))

    def vocabulary(self) -> frozenset[str]:
        """The pieces that texts are cut into. Raises `ModelMissingError`."""
        return frozenset(self._ready().tokens.get_vocab())

    async def vocabulary_off_loop(self) -> frozenset[str]:
        """`vocabulary` without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, self.vocabulary)

    def _ready(self) -> _Loaded:
        if self._loaded is None:
            self.load()
        assert self._loaded is not None  # noqa: S101 - for the type checker; load() raised otherwise
        return self._loaded

    def _read_files(self) -> _Loaded:
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
        # More threads in a pass are slower on a busy small machine; passes run beside each other instead.
        options.intra_op_num_threads = 1
        try:
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            # Called through `transformers`, a tokeniser sets its truncation anew each time, which two threads may not do.
            tokens = PreTrainedTokenizerFast(tokenizer_file=str(tokenizer)).backend_tokenizer
            tokens.enable_truncation(self.max_tokens)
            tokens.no_padding()
        # Both vendors raise what they like for a damaged file (RuntimeError subclasses, bare Exception).
        except Exception as error:
            raise ModelMissingError(f"{self.folder} holds a damaged model: {error}") from error
        inputs = frozenset(node.name for node in session.get_inputs())
        return _Loaded(session, tokens, inputs, tuple(node.name for node in session.get_outputs()))


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _rows(passes: Sequence[dict[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([one[name] for one in passes]) for name in passes[0]} if passes else {}
