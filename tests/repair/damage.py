"""What becomes of damaged calls: how many of them are read as what, and what is told of it, a table for each format.

python tests/repair/damage.py --write     counts anew, after a change that is meant

Each call loses a character, or has one twice, or one too many, or breaks off, at every place. Calls that had a mistake
before lose a character: mistakes.txt has a line for each.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from litellm_fnwrap.events import Parsed
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from repair.test_call_repair import HERMES, PYTHONIC, TOOLS

FOLDER = Path(__file__).parent / "damage"
STRAY = "\"'\\,:{}[]()=\n x<`/#.-"
CALLS = {
    "hermes": '<tool_call>\n{"name": "get_forecast", "arguments": {"city_name": "Lyon", "tags": ["a"]}}\n</tool_call>',
    "llama3-json": '{"name": "get_forecast", "parameters": {"city_name": "L\\"y\\u00e9", "days": 3}}',
    "mistral": '[TOOL_CALLS][{"name": "get_forecast", "arguments": {"city_name": "Lyon"}}]',
    "pythonic": "[get_forecast(city_name='Lyon', days=3, rate=1/2)]",
    "qwen3-coder": "<tool_call>\n<function=get_forecast>\n<parameter=city_name>\nLyon\n</parameter>\n"
    "<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>",
    "glm-4.5": "<tool_call>get_forecast\n<arg_key>city_name</arg_key>\n<arg_value>Lyon</arg_value>\n</tool_call>",
    "gemma4": '<|tool_call>call:get_forecast{city_name:<|"|>Lyon<|"|>,tags:[<|"|>a<|"|>]}<tool_call|>',
    "claude-2": "<function_calls>\n<invoke>\n<tool_name>get_forecast</tool_name>\n<parameters>\n<tags><item>a</item>\n"
    "</tags>\n</parameters>\n</invoke>\n</function_calls>",
    "minimax-m3": ']<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="get_forecast">]<]minimax[>[<days>3]<]minimax[>['
    "</days>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>",
    "llama-cpp-generic": '{"tool_calls": [{"name": "get_forecast", "arguments": {"city_name": "Lyon"}}]}',
    "kimi-k2": "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_forecast:0<|tool_call_argument_begin|>"
    '{"days": 3}<|tool_call_end|><|tool_calls_section_end|>',
}
MISTAKEN = {
    "hermes": {name: f"<tool_call>\n{text}\n</tool_call>" for name, (text, _, _) in HERMES.items()},
    "pythonic": {name: text for name, (text, _, _) in PYTHONIC.items()},
}
WAYS: dict[str, dict[str, Any]] = {
    "mended": {"finish_reason": "stop"},
    "mended, and nobody knows why the text is over": {},
    "mended, and not fitted to the schema": {"finish_reason": "stop", "coerce": False},
    "strictly": {"finish_reason": "stop", "repair": False},
    "tools unknown": {"finish_reason": "stop", "tools": None},
}
HEAD = " texts  arguments  content   read"


def damaged(text: str) -> Iterator[str]:
    """The text cut off, with a character less, with it twice, and with each of the stray ones at some places."""
    for at in range(len(text)):
        yield text[:at]
        yield text[:at] + text[at + 1 :]
        yield text[: at + 1] + text[at:]
        for number in range(at % 4, len(STRAY), 4):
            yield text[:at] + STRAY[number] + text[at:]


def lessened(text: str) -> Iterator[str]:
    """The text with a character less, at every place."""
    return (text[:at] + text[at + 1 :] for at in range(len(text)))


def made_of(found: Parsed, meant: Parsed) -> str:
    """What was read, beside what was meant, and what was told of it."""
    calls, wanted = [[(call.name, call.arguments) for call in one.tool_calls] for one in (found, meant)]
    read = "as meant" if calls == wanted else f"{len(calls)} calls" if len(calls) != len(wanted) else "otherwise"
    kinds = dict.fromkeys(repair.kind for repair in found.repairs)
    return f"{read}: {' '.join(kinds)}" if kinds else read


def rows(format: str, way: str) -> Iterator[str]:
    """How many damaged texts are read alike, with how many characters of arguments and of content."""
    count, arguments, content = Counter[str](), Counter[str](), Counter[str]()
    options = {"tools": TOOLS, **WAYS[way]}
    meant = parse_text(CALLS[format], get_format(format), **options)
    for text in dict.fromkeys(damaged(CALLS[format])):
        found = parse_text(text, get_format(format), **options)
        row = made_of(found, meant)
        count[row] += 1
        arguments[row] += sum(len(call.arguments) for call in found.tool_calls)
        content[row] += len(found.content or "")
    for row in sorted(count, key=lambda row: (-count[row], row)):
        yield f"{count[row]:6} {arguments[row]:10} {content[row]:8}   {row}"


def table(format: str) -> str:
    """The table of a format, as its file shows it."""
    return "\n".join("\n".join([way, HEAD, *rows(format, way), ""]) for way in WAYS)


def line(format: str, text: str) -> str:
    """What is read of a call with a mistake that loses a character too: how often what was meant, and how much."""
    meant = parse_text(text, get_format(format), TOOLS, finish_reason="stop")
    every = [
        parse_text(less, get_format(format), TOOLS, finish_reason="stop") for less in dict.fromkeys(lessened(text))
    ]
    right = sum(made_of(found, meant).startswith("as meant") for found in every)
    arguments = sum(len(call.arguments) for found in every for call in found.tool_calls)
    content, told = (sum(map(len, texts)) for texts in ((f.content or "" for f in every), (f.repairs for f in every)))
    return f"{right} of {len(every)} as meant, {told} told, {arguments} characters of arguments, {content} of content"


def mistakes() -> Iterator[tuple[str, str, str]]:
    """Every call with a mistake: its name, its format, its text."""
    return ((f"{format}, {name}", format, text) for format, texts in MISTAKEN.items() for name, text in texts.items())


def path_of(format: str) -> Path:
    """Where a format's table lies."""
    return FOLDER / f"{format}.txt"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/repair/damage.py --write")
    FOLDER.mkdir(exist_ok=True)
    for name in CALLS:
        path_of(name).write_text(table(name), encoding="utf-8")
    path_of("mistakes").write_text("".join(f"{name}: {line(*of)}\n" for name, *of in mistakes()), encoding="utf-8")
    print(f"{len(CALLS) + 1} tables written to {FOLDER}")
