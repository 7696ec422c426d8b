"""Training conversations as token numbers, rendered by the package with the template that ships in the model file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, repeat
from pathlib import Path

import numpy
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

import litellm_fnwrap

from .conversations import Conversation, conversation
from .tokenizer import ANSWER, END, START

TEMPLATE = Path(__file__).with_name("chat_template.jinja").read_text(encoding="utf-8").rstrip("\n")
LONGEST = 640
"""Tokens; longer conversations are left out."""

Tokens = NDArray[numpy.uint16]


def text_of(talk: Conversation) -> str:
    """A conversation as the model sees it, up to the end of its last turn."""
    prompt = litellm_fnwrap.render(talk.messages, talk.tools or None, chat_template=TEMPLATE)
    text = prompt.text
    return text[: text.rindex(START)]


def texts(numbers: range, seed: int, make: Callable[[str], Conversation] = conversation) -> list[str]:
    """The texts of conversations by their numbers."""
    return [text_of(make(f"{seed}:{number}")) for number in numbers]


def write(
    path: Path,
    tokenizer: Tokenizer,
    count: int,
    seed: int,
    make: Callable[[str], Conversation] = conversation,
    processes: int = 1,
) -> None:
    """Tokenise conversations and save them: all tokens in a row, and where each conversation begins."""
    numbers = [range(start, min(start + 1000, count)) for start in range(0, count, 1000)]
    with ProcessPoolExecutor(processes) as pool:
        written = pool.map(_tokenised, numbers, repeat(seed), repeat(make), repeat(tokenizer))
        parts = list(tqdm(written, desc=path.stem, total=len(numbers), unit="k"))
    lengths = numpy.concatenate([lengths for _, lengths in parts])
    starts = numpy.cumsum(numpy.concatenate(([0], lengths)))
    numpy.savez(path, tokens=numpy.concatenate([tokens for tokens, _ in parts]), starts=starts)


def _tokenised(
    numbers: range, seed: int, make: Callable[[str], Conversation], tokenizer: Tokenizer
) -> tuple[Tokens, NDArray[numpy.int64]]:
    """Conversations that are short enough, in a row, and the length of each."""
    found = [row.ids for row in tokenizer.encode_batch_fast(texts(numbers, seed, make))]
    rows = [row for row in found if len(row) <= LONGEST]
    return numpy.array([*chain(*rows)], dtype=numpy.uint16), numpy.array([*map(len, rows)])


def read(path: Path) -> list[Tokens]:
    """The conversations that write() saved."""
    with numpy.load(path) as file:
        return numpy.split(file["tokens"], file["starts"][1:-1])


def answered(tokens: Tokens, tokenizer: Tokenizer) -> NDArray[numpy.bool_]:
    """Which tokens [conversations, length] the assistant writes: those after its header, to the end of its turn."""
    places = numpy.arange(tokens.shape[1])
    header = numpy.where(tokens == tokenizer.token_to_id(ANSWER), places, -1)
    end = numpy.where(tokens == tokenizer.token_to_id(END), places, -1)
    inside = numpy.maximum.accumulate(header, 1) > numpy.maximum.accumulate(end, 1)
    return numpy.pad(inside[:, :-1], ((0, 0), (1, 0)))


def batches(rows: list[Tokens], size: int, generator: random.Random) -> Iterable[list[int]]:
    """Numbers of conversations in batches of about equal length, size tokens each, padding counted; one epoch."""
    order = list(range(len(rows)))
    generator.shuffle(order)
    found = []
    for at in range(0, len(order), 4096):
        batch: list[int] = []
        for number in sorted(order[at : at + 4096], key=lambda number: len(rows[number])):
            if batch and len(rows[number]) * (len(batch) + 1) > size:
                found.append(batch)
                batch = []
            batch.append(number)
        found.append(batch)
    generator.shuffle(found)
    return found
