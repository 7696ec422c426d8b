"""Training conversations as token numbers, rendered by the package with the template that ships in the model file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

import litellm_fnwrap

from .conversations import Conversation, conversation
from .tokenizer import END, START

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
    rows: list[Tokens] = []
    numbers = [range(start, min(start + 1000, count)) for start in range(0, count, 1000)]
    with ProcessPoolExecutor(processes) as pool:
        written = pool.map(texts, numbers, repeat(seed), repeat(make))
        for some in tqdm(written, desc=path.stem, total=len(numbers), unit="k"):
            for row in tokenizer.encode_batch_fast(some):
                if len(row.ids) <= LONGEST:
                    rows.append(numpy.array(row.ids, dtype=numpy.uint16))
    starts = numpy.cumsum([0, *map(len, rows)])
    numpy.savez(path, tokens=numpy.concatenate(rows), starts=starts)


def read(path: Path) -> list[Tokens]:
    """The conversations that write() saved."""
    with numpy.load(path) as file:
        return numpy.split(file["tokens"], file["starts"][1:-1])


def answered(row: Tokens, tokenizer: Tokenizer) -> NDArray[numpy.bool_]:
    """Which tokens the assistant writes: those after its header, up to and including the end of its turn."""
    header = tokenizer.encode(f"{START}assistant\n").ids
    end = tokenizer.token_to_id(END)
    wrote, inside = numpy.zeros(len(row), dtype=bool), False
    for place, token in enumerate(row):
        wrote[place] = inside
        if token == end:
            inside = False
        elif token == header[-1] and list(row[max(0, place - len(header) + 1) : place + 1]) == header:
            inside = True
    return wrote


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
