"""The vocabulary: byte-level pieces that llama.cpp's pre-tokenizer "qwen2" can split a text into.

Hardly a piece joins letters with a space or a punctuation mark. "Paris" is therefore the same pieces after a space,
after a quotation mark and at the start of a text, and to copy it from a request into a call is to repeat these pieces.
Only the most frequent words, which are seldom copied, have a piece with the space before them too; and what stands
around names and values in every turn and every call is one piece each. Both make conversations a quarter shorter.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

START, END, PAD = "<|im_start|>", "<|im_end|>", "<|pad|>"
CALL, CALL_END = "<tool_call>", "</tool_call>"
ANSWER = f"\n{START}assistant\n"
SPECIAL = (START, END, PAD, f"\n{START}user\n", ANSWER)
MARKS = (
    CALL, CALL_END, f'{CALL}{{"name": "', '", "arguments": {"', '": "', '", "', '": ', ', "', f'"}}}}{CALL_END}',
    f"}}}}{CALL_END}", f'", "arguments": {{}}}}{CALL_END}', "<tools>", "\n// ", "\n</tools>",
)  # fmt: skip
"""Longer ones are found before shorter ones, by llama.cpp and by tokenizers alike."""

SPACE = "\u0120"
"""How byte-level vocabularies write it."""
FREQUENT = 64

_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""What llama.cpp splits by where a file's tokenizer.ggml.pre is "qwen2" (llama-vocab.cpp)."""

_LETTERS_APART = r"\p{L}+|\p{N}|[^\S\r\n]+(?=[\p{L}\p{N}])| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+"


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """The pieces that write the texts shortest, learnt with letters apart, used as llama.cpp will use them."""
    frames = re.compile("|".join(map(re.escape, sorted((*SPECIAL, *MARKS), key=len, reverse=True))))
    parts = [part for text in texts for part in frames.split(text)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _splitter(_LETTERS_APART)
    trainer = trainers.BpeTrainer(
        vocab_size=size - FREQUENT,
        special_tokens=[*SPECIAL, *MARKS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(parts, trainer)
    tokenizer.pre_tokenizer = as_the_engine_splits()
    tokenizer.decoder = decoders.ByteLevel()
    return _with_frequent_words(tokenizer, parts)


def _with_frequent_words(tokenizer: Tokenizer, texts: Iterable[str]) -> Tokenizer:
    """Pieces of a space and a word, made after all others: a longer word is cut as if they were not there."""
    state = json.loads(tokenizer.to_str())
    pieces, merges = state["model"]["vocab"], state["model"]["merges"]
    counted = Counter(word for text in texts for word in re.findall(r" ([a-z]+)", text))
    for word in islice((word for word, _ in counted.most_common() if word in pieces), FREQUENT):
        pieces[SPACE + word] = len(pieces)
        merges.append([SPACE, word])
    return Tokenizer.from_str(json.dumps(state))


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that was saved."""
    return Tokenizer.from_file(str(path))


def as_the_engine_splits() -> pre_tokenizers.PreTokenizer:
    """How llama.cpp splits a text before it looks for pieces."""
    return _splitter(_QWEN2)


def _splitter(pattern: str) -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
