"""Calls with one character lost, doubled or too many: what is read, and what is told of it, hangs on no chunking."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from repair.test_call_repair import HERMES, PYTHONIC, TOOLS

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


def outcome(format: str, text: str, size: int) -> object:
    """All that a caller sees of a text read in pieces of a size."""
    parser = StreamParser(get_format(format), TOOLS)
    for at in range(0, len(text), size):
        parser.feed(text[at : at + size])
    parser.close("stop")
    read = parser.result
    calls = [(call.name, call.arguments) for call in read.tool_calls]
    return read.content, read.reasoning_content, calls, read.finish_reason, read.repairs


def damaged(text: str) -> Iterator[str]:
    """The text cut off, with a character less, with it twice, and with each of the stray ones at some places."""
    for at in range(len(text)):
        yield text[:at]
        yield text[:at] + text[at + 1 :]
        yield text[: at + 1] + text[at:]
        for number in range(at % 4, len(STRAY), 4):
            yield text[:at] + STRAY[number] + text[at:]


@pytest.mark.parametrize(("format", "text"), CALLS.items(), ids=CALLS)
def test_damaged_call_is_read_and_told_alike_in_any_chunking(format: str, text: str) -> None:
    for broken in dict.fromkeys(damaged(text)):
        assert outcome(format, broken, 1) == outcome(format, broken, len(text) + 1), broken


MISTAKEN = {
    f"hermes, {name}": ("hermes", f"<tool_call>\n{text}\n</tool_call>") for name, (text, _, _) in HERMES.items()
}
MISTAKEN |= {f"pythonic, {name}": ("pythonic", text) for name, (text, _, _) in PYTHONIC.items()}


@pytest.mark.parametrize(("format", "text"), MISTAKEN.values(), ids=MISTAKEN)
def test_mistaken_call_that_breaks_off_is_read_and_told_alike_in_any_chunking(format: str, text: str) -> None:
    for at in range(len(text) + 1):
        assert outcome(format, text[:at], 1) == outcome(format, text[:at], len(text) + 1), text[:at]


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("pythonic", "[get_forecast(city_name='Lyon', days\n=3)]"),
        ("pythonic", "[get_forecast(city_name='Lyon', days==3)]"),
        ("hermes", '<tool_call>\n{"name": "get_\nforecast", "arguments": {"city_name": "Lyon"}}\n</tool_call>'),
        ("hermes", '<tool_call>\n{"na\\me": "get_forecast", "arguments": {"city_name": "Lyon"}}\n</tool_call>'),
        ("claude-2", CALLS["claude-2"].replace("forecast<", 'forecast"<')),
        ("qwen3-coder", CALLS["qwen3-coder"].replace("=city", '="city')),
        ("glm-4.5", CALLS["glm-4.5"].replace(">city", ">'city")),
    ],
)
def test_text_that_was_once_read_otherwise_in_pieces_is_not(format: str, text: str) -> None:
    # Found by the tables above: a quote mark, a backslash or a line's end where one piece ends and the next begins.
    assert outcome(format, text, 1) == outcome(format, text, 3) == outcome(format, text, len(text))
