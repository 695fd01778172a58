"""A Llama model in a GGUF file whose words are a script."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import gguf
import numpy as np

CONTEXT = 32_768  # tokens; it reads almost every character as one
_UNKNOWN, _END = 0, 2
_NORMAL, _UNKNOWN_KIND, _CONTROL, _OWN, _BYTE = 1, 2, 3, 4, 6  # kinds of token in GGUF
_HEAD = 32  # numbers of one attention head
_SURE = 10.0  # logit of the next token before the norm; all others have 0


def write_model(file: Path, scripts: Mapping[str, Sequence[str]]) -> None:
    """Write a model that says, after each trigger, its pieces one by one and stops.

    A trigger is a control token such as `<|answer|>`, the last of a prompt. No piece may come twice, in any script, but for the first at
    the very end: then it speaks for ever. One layer without effect lies between embeddings, one-hot for the script's tokens and
    nothing for all others, and an output matrix that is the table of successors.
    """
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    kinds = [_UNKNOWN_KIND, _CONTROL, _CONTROL, *[_BYTE] * 256]
    tokens += ["\u2581" if code == ord(" ") else chr(code) for code in range(32, 127)]
    kinds += [_NORMAL] * 95
    following: dict[int, int] = {}
    for trigger, pieces in scripts.items():
        last = _place(trigger, _CONTROL, tokens, kinds)
        for number, piece in enumerate(pieces, start=1):
            following[last] = _place(piece, _OWN, tokens, kinds)
            last = following[last]
            if last in following and not (number == len(pieces) and piece == pieces[0]):
                raise ValueError(f"{piece!r} comes twice")
        following.setdefault(last, _END)
    _write(file, tokens, kinds, following)


def _place(token: str, kind: int, tokens: list[str], kinds: list[int]) -> int:
    if token in tokens:  # the server takes no token twice
        return tokens.index(token)
    tokens.append(token)
    kinds.append(kind)
    return len(tokens) - 1


def _write(file: Path, tokens: Sequence[str], kinds: Sequence[int], following: Mapping[int, int]) -> None:
    size = -(-len(following) // _HEAD) * _HEAD
    embedding = np.zeros((len(tokens), size), np.float32)
    output = np.zeros_like(embedding)
    for place, (token, successor) in enumerate(following.items()):
        embedding[token, place] = 1
        output[successor, place] = _SURE
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(size)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_HEAD)
    writer.add_head_count(size // _HEAD)
    writer.add_head_count_kv(size // _HEAD)
    writer.add_rope_dimension_count(_HEAD)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.encode() for token in tokens])
    writer.add_token_scores([-float(place) for place in range(len(tokens))])
    writer.add_token_types(list(kinds))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(_END)
    writer.add_unk_token_id(_UNKNOWN)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output.weight", output)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(size, np.float32))
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros((size, size), np.float32))
    for name, shape in {
        "ffn_gate": (_HEAD, size),
        "ffn_up": (_HEAD, size),
        "ffn_down": (size, _HEAD),
    }.items():
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros(shape, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
