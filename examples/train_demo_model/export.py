"""The model file: GGUF of architecture llama, with vocabulary and chat template."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
from gguf import GGMLQuantizationType, LlamaFileType, TokenType
from gguf.quants import quantize
from tokenizers import Tokenizer

from .model import NORM_EPSILON, ROPE_BASE, Model, half_by_half
from .tokenizer import END, MARKS, PAD, SPECIAL

NAME = "fnwrap-demo"

_BLOCK = {
    "attention_norm": "attn_norm", "attention.query": "attn_q", "attention.key": "attn_k", "attention.value": "attn_v",
    "attention.output": "attn_output", "feed_forward_norm": "ffn_norm", "feed_forward.gate": "ffn_gate",
    "feed_forward.up": "ffn_up", "feed_forward.down": "ffn_down",
}  # fmt: skip


def export(model: Model, tokenizer: Tokenizer, chat_template: str, path: Path, *, precision: str = "q8_0") -> None:
    """Write a model file; matrices as q8_0 or f16, all else in full."""
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, model, LlamaFileType.MOSTLY_Q8_0 if precision == "q8_0" else LlamaFileType.MOSTLY_F16)
    _add_vocabulary(writer, tokenizer)
    writer.add_chat_template(chat_template)
    kind = GGMLQuantizationType.Q8_0 if precision == "q8_0" else GGMLQuantizationType.F16
    for name, tensor in model.state_dict().items():
        if name.endswith(("query.weight", "key.weight")):
            tensor = half_by_half(tensor, model.shape.heads)
        values = tensor.detach().float().cpu().numpy()
        if values.ndim == 1:
            writer.add_tensor(_name(name), values)
        else:
            writer.add_tensor(_name(name), quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter, model: Model, file_type: LlamaFileType) -> None:
    shape = model.shape
    writer.add_name(NAME)
    writer.add_file_type(file_type)
    writer.add_license("mit")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(NORM_EPSILON)
    writer.add_vocab_size(shape.vocabulary)


def _add_vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    kinds = dict.fromkeys(SPECIAL, TokenType.CONTROL) | dict.fromkeys(MARKS, TokenType.USER_DEFINED)
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list([piece for piece, _ in pieces])
    writer.add_token_types([kinds.get(piece, TokenType.NORMAL) for piece, _ in pieces])
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    end = tokenizer.token_to_id(END)
    writer.add_eos_token_id(end)
    writer.add_bos_token_id(end)
    writer.add_pad_token_id(tokenizer.token_to_id(PAD))
    writer.add_add_bos_token(False)


def _name(name: str) -> str:
    """The name that llama.cpp gives to a tensor."""
    if name == "embedding.weight":
        return "token_embd.weight"
    if name == "norm.weight":
        return "output_norm.weight"
    _, number, rest = name.split(".", 2)
    return f"blk.{number}.{_BLOCK[rest.removesuffix('.weight')]}.weight"
