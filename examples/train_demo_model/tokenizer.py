"""The vocabulary: byte-level pieces that llama.cpp's pre-tokenizer "qwen2" can split a text into.

No piece joins letters with a space or a punctuation mark. "Paris" is therefore the same pieces after a space, after a
quotation mark and at the start of a text, and to copy it from a request into a call is to repeat these pieces.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

START, END, PAD = "<|im_start|>", "<|im_end|>", "<|pad|>"
CALL, CALL_END = "<tool_call>", "</tool_call>"
SPECIAL = (START, END, PAD)
MARKS = (CALL, CALL_END)

_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""What llama.cpp splits by where a file's tokenizer.ggml.pre is "qwen2" (llama-vocab.cpp)."""

_LETTERS_APART = r"\p{L}+|\p{N}|[^\S\r\n]+(?=[\p{L}\p{N}])| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+"


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """The pieces that write the texts shortest, learnt with letters apart, used as llama.cpp will use them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _splitter(_LETTERS_APART)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[*SPECIAL, *MARKS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.pre_tokenizer = _splitter(_QWEN2)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that was saved."""
    return Tokenizer.from_file(str(path))


def _splitter(pattern: str) -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
