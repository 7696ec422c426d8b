"""Tiny llama-architecture models, written in milliseconds and loaded by a real llama.cpp server.

A random model has noise for weights: anything sensible in its output comes from a constraint.
A scripted model is a next-token table. It answers with given text, token by token, special tokens included, whenever
the prompt ends in a given token, and with other text once a given special token is anywhere in the context: one file
plays both turns of a call and its answer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

from e2e.script import CONTROL, MERGES, STEP, VISIBLE, Script, Vocabulary

Matrix = npt.NDArray[np.float32]

CHATML = (
    "{%- for message in messages -%}"
    "{{ '<|im_start|>' + message['role'] + '\n' + (message['content'] or '') + '<|im_end|>\n' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}"
)


# Bytes that begin what is no character, or a character in more bytes than it needs: llama.cpp's grammars let the latter
# pass, and the server then answers with replacement characters.
OVERLONG = frozenset({0xC0, 0xC1, 0xE0, 0xF0, *range(0xF4, 0x100)})


def write_random_model(
    path: Path,
    *,
    chat_template: str = CHATML,
    end: str = "<|im_end|>",
    context: int = 4096,
    seed: int = 0,
    whole_characters: bool = True,
    layers: int = 2,
    width: int = 64,
) -> Path:
    """Write a model of noise, of 450 KB unless it is to be smaller; a given seed gives the same file."""
    vocabulary = Vocabulary(whole_characters=whole_characters, silent=OVERLONG)
    vocabulary.pad()
    size, inner, heads = len(vocabulary.texts), 2 * width, width // 16
    kv_heads = heads // 2
    noise = np.random.default_rng(seed)

    def matrix(*shape: int) -> Matrix:
        return (noise.standard_normal(shape) * 0.4).astype(np.float32)

    tensors = {"token_embd": matrix(size, width), "output": matrix(size, width)}
    for layer in range(layers):
        tensors |= _layer(layer, matrix, width, inner, heads, kv_heads)
    _write(path, vocabulary, tensors, heads, kv_heads, inner, layers, chat_template, context, end=end)
    return path


def write_scripted_model(
    path: Path,
    replies: Mapping[str, str],
    *,
    later: Mapping[str, str] | None = None,
    mark: str = "</tool_response>",
    chat_template: str = CHATML,
    end: str = "<|im_end|>",
    context: int = 4096,
    bos: str | None = None,
    control: Sequence[str] = CONTROL,
    visible: Sequence[str] = VISIBLE,
) -> Path:
    """Write a model that answers with given text.

    replies  what to say, by the prompt's last token ("\\n" for ChatML).
    later    what to say instead once the special token mark is in the context.
    end      the token that ends an answer; bos, if given, is put before every prompt by the server.
    """
    vocabulary = Vocabulary(control, visible)
    script = Script(vocabulary)
    for after, text in replies.items():
        script.say(after, text, end)
    for after, text in (later or {}).items():
        script.say(after, text, end, seen=mark)
    vocabulary.pad()
    watched = sorted({watch for known in script.successors.values() for _, watch in known if watch is not None})
    width = len(vocabulary.texts) + STEP
    heads = width // STEP

    def blank(*shape: int) -> Matrix:
        return np.zeros(shape, np.float32)

    tensors = {"token_embd": np.eye(len(vocabulary.texts), width, dtype=np.float32)}
    tensors["output"] = _table(script, watched, len(vocabulary.texts), width)
    tensors |= _layer(0, blank, width, STEP, heads, heads)
    for number, token in enumerate(watched):
        _watch(tensors, number, token, len(vocabulary.texts), width)
    _write(path, vocabulary, tensors, heads, heads, STEP, 1, chat_template, context, end=end, bos=bos)
    return path


def _table(script: Script, watched: Sequence[int], size: int, width: int) -> Matrix:
    """Output weights: the first successor wins with 8; the nth has 8-n, and 2n more once its flag is up."""
    out = np.zeros((size, width), np.float32)
    for token, known in script.successors.items():
        for rank, (successor, watch) in enumerate(known):
            if rank > 3:
                raise ValueError(f"{script.vocabulary.texts[token]!r} has more than four places.")
            out[successor, token] = 8.0 - rank
            if rank and watch is None:
                raise ValueError(f"{script.vocabulary.texts[token]!r} would need two successors.")
            if watch is not None:
                out[successor, size + watched.index(watch)] = 2.0 * rank
    return out


def _watch(tensors: dict[str, Matrix], head: int, token: int, size: int, width: int) -> None:
    """Let one attention head raise a flag when a token is anywhere in the context.

    Query and key use the slowest rotary pair, so that distance hardly matters.
    """
    row = head * STEP
    tensors["blk.0.attn_q"][row + STEP - 1, :size] = 1.0
    tensors["blk.0.attn_k"][row + STEP - 1, token] = 1.0
    tensors["blk.0.attn_v"][row, token] = width**-0.5
    tensors["blk.0.attn_output"][size + head, row] = 1.0


def _layer(layer: int, matrix: Any, width: int, inner: int, heads: int, kv_heads: int) -> dict[str, Matrix]:
    head, name = width // heads, f"blk.{layer}."
    return {
        name + "attn_norm": np.ones(width, np.float32),
        name + "attn_q": matrix(heads * head, width),
        name + "attn_k": matrix(kv_heads * head, width),
        name + "attn_v": matrix(kv_heads * head, width),
        name + "attn_output": matrix(width, heads * head),
        name + "ffn_norm": np.ones(width, np.float32),
        name + "ffn_gate": matrix(inner, width),
        name + "ffn_up": matrix(inner, width),
        name + "ffn_down": matrix(width, inner),
    }


def _write(
    path: Path,
    vocabulary: Vocabulary,
    tensors: Mapping[str, Matrix],
    heads: int,
    kv_heads: int,
    inner: int,
    layers: int,
    chat_template: str,
    context: int,
    *,
    end: str,
    bos: str | None = None,
) -> None:
    size, width = tensors["token_embd"].shape
    out = gguf.GGUFWriter(path, "llama")
    out.add_name(path.stem)
    out.add_context_length(context)
    out.add_embedding_length(width)
    out.add_block_count(layers)
    out.add_feed_forward_length(inner)
    out.add_head_count(heads)
    out.add_head_count_kv(kv_heads)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(width // heads)
    out.add_rope_freq_base(10000.0)
    out.add_vocab_size(size)
    out.add_file_type(gguf.LlamaFileType.ALL_F32)
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("gpt-2")
    out.add_token_list(vocabulary.texts)
    out.add_token_types(vocabulary.kinds)
    out.add_token_merges(list(MERGES))
    out.add_bos_token_id(vocabulary.find(bos or "<s>"))
    out.add_eos_token_id(vocabulary.find(end))
    out.add_eot_token_id(vocabulary.find(end))
    out.add_unk_token_id(vocabulary.find("<unk>"))
    out.add_pad_token_id(vocabulary.find("<|endoftext|>"))
    out.add_add_bos_token(bos is not None)
    out.add_chat_template(chat_template)
    for name, tensor in {**tensors, "output_norm": np.ones(width, np.float32)}.items():
        out.add_tensor(f"{name}.weight", tensor)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


@contextlib.contextmanager
def serve(path: Path, *, context: int = 4096, slots: int = 2, api_keys: Sequence[str] = ()) -> Iterator[str]:
    """The base URL of a real llama.cpp server with a model, on a free port of the loopback interface.

    context is divided among the slots, as llama.cpp does.
    """
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = context * slots
    parameters.n_parallel = slots
    parameters.warmup = False
    parameters.fit_params = False
    parameters.verbosity = 0
    parameters.endpoint_props = True
    parameters.endpoint_slots = True
    parameters.api_keys = list(api_keys)
    for pool in (parameters.cpuparams, parameters.cpuparams_batch):
        pool.n_threads = 1
    server = xllamacpp.Server(parameters)
    try:
        yield server.listening_address
    finally:
        del server
