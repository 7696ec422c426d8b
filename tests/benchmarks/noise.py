"""How long the readers take over noise.

Every format reads 100 kB of each pattern whole, and 20 kB in pieces of 4 characters: brackets, quote marks,
backslashes, tags, half marks and the format's own marks over and over, alone and inside an argument. Patterns that
make calls are no noise and are left out. A figure is the processor time for a megabyte of the slowest pattern, beside
that of plain words read in the same way.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator

from timing import Row, at_most

from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.messages import Tool

LIMIT = 1.0  # seconds for a megabyte
MEGABYTE = 1_000_000
WHOLE, PIECES, STEP = 100_000, 20_000, 4
PROPERTIES = {"a": {"type": "string"}, "n": {"type": "integer"}, "l": {"type": "array"}, "o": {"type": "object"}}
TOOLS = [
    Tool(name=name, parameters={"type": "object", "properties": PROPERTIES, "required": ["a"]})
    for name in ("f", "get_weather", "ping")
]
BRACKETS = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "[{",
    "{[",
    '{"',
    "{'",
    "f(",
    "f(a=",
    'f(a="',
    "f(a='",
    "[f(",
    "print(",
    "- f(",
]
QUOTES = ['"', "'", "`", "```", "'''", '"""', '"a" "', "“", "\\", '\\"', "\\\\n", "\\u", "```python\n", "```json\n{"]
TAGS = ["<", "</", ">", "<|", "|>", "<tool_call>", "</tool_call>", "<tool_call>{", "<think>", "</think>"]
PLAIN = ["\n", " ", " \n", "\t", "0", "1,", ",", ";", ":", "a ", "a, ", "x\n", "f, ", "-", "1/", "#", "//", "/*", "é"]
OBJECTS = ['{"a":', '"a": 1, ', "'a': ", "a=1, ", "x = ", "return ", '{"name": "f", ', '{"name": "f", "arguments": {']
OBJECTS += ['{"name": "f", "arguments": {"a": "', '{"id": 1}, ', '{"name": "x"}\n']
UNITS = [*BRACKETS, *QUOTES, *TAGS, *PLAIN, *OBJECTS]
FLOORS: dict[int, float] = {}


def patterns_of(format: Format) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, what the text begins with and what is repeated) of every pattern."""
    opening = format.sample[: max(1, format.sample.find("Lyon"))]
    for unit in UNITS:
        yield repr(unit), ("", unit)
        yield f"in a value {unit!r}", (opening, unit)
    own = list(own_marks(format))
    for unit in own:
        yield f"mark {unit!r}", ("", unit)
    yield "mixed", ("", *UNITS, *(unit for unit in own if len(unit) < 40))


def own_marks(format: Format) -> Iterator[str]:
    """The format's marks, halves of them, and its sample up to the first value."""
    yield format.sample[: max(1, format.sample.find("Lyon"))]
    yield format.sample[format.sample.find("Lyon") :]
    found = re.findall(r"<[^<>]*>|\[[A-Z_/]+\]|[^\s<>\[\]{}]+\{?|\S+", format.sample)
    for mark in dict.fromkeys(found):
        yield mark
        if len(mark) > 3:
            yield mark[: len(mark) // 2]
            yield mark[len(mark) // 2 :]


def noise(pattern: tuple[str, ...], size: int) -> str:
    """So many characters of a pattern; several units are mixed at random."""
    lead, *units = pattern
    if len(units) == 1:
        return lead + (units[0] * (size // len(units[0]) + 1))[:size]
    chosen = random.Random(11)
    return "".join(chosen.choice(units) for _ in range(size // 3))[:size]


def seconds(format: Format, text: str, step: int) -> float:
    """Processor seconds for a megabyte, from reading a text in pieces of a length; 0 for one that makes calls."""
    parser = StreamParser(format, TOOLS)
    began = time.process_time()
    for at in range(0, len(text), step):
        parser.feed(text[at : at + step])
    parser.close()
    spent = time.process_time() - began
    return 0.0 if parser.result.tool_calls else spent * MEGABYTE / len(text)


def floor(step: int) -> float:
    """Seconds for a megabyte of plain words in such pieces: what the number of pieces costs by itself."""
    if step not in FLOORS:
        FLOORS[step] = seconds(get_format("hermes"), ("plain words go by " * 6000)[:100_000], step)
    return FLOORS[step]


def rows(every: bool) -> Iterator[Row]:
    """The slowest pattern of each format, or of all formats."""
    found: dict[int, list[tuple[float, str]]] = {WHOLE: [], STEP: []}
    for name in FORMATS.names():
        format = get_format(name)
        patterns = dict(patterns_of(format))
        for step, size in ((WHOLE, WHOLE), (STEP, PIECES)):
            most = max((seconds(format, noise(p, size), step), f"{name} {key}") for key, p in patterns.items())
            found[step].append(most)
            if every:
                yield _row(*most, step)
    for step, slowest in found.items():
        yield _row(*max(slowest), step)


def _row(spent: float, pattern: str, step: int) -> Row:
    way = "whole" if step == WHOLE else f"by {step}"
    row = Row(what=f"1 MB of noise {way}: {pattern}"[:54], ours=spent, unit="s", peer="plain words", theirs=floor(step))
    return at_most(row, LIMIT, of="ours") if step == WHOLE else row
