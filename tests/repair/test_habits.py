"""What models have in the habit of writing in and around their calls, whatever the format."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import ToolCall, read_tools

WEATHER = {"city": {"type": "string"}, "days": {"type": "integer"}}
TOOLS = read_tools(
    [
        {"name": "get_weather", "parameters": {"type": "object", "properties": WEATHER, "required": ["city"]}},
        {"name": "ping", "parameters": {"type": "object", "properties": {}}},
    ]
)
LYON = ("get_weather", '{"city": "Lyon", "days": 3}')
PING = ("ping", "{}")
FAMILIES = ["hermes", "llama3-json", "mistral", "lfm2", "qwen3-coder", "glm-4.5", "kimi-k2", "gpt-oss", "gemma4"]


def written(format: str, *calls: tuple[str, str]) -> str:
    """Calls as a model of the format writes them."""
    told = [ToolCall(f"functions.{name}:{n}", name, arguments) for n, (name, arguments) in enumerate(calls)]
    return write_calls(get_format(format), told, TOOLS)


def read(format: str, text: str, size: int = 0, **switches: Any) -> tuple[str | None, list[tuple[str, str]]]:
    """Content and calls of a text read in pieces of a size; 0 for the whole."""
    parser = StreamParser(get_format(format), TOOLS, **switches)
    for at in range(0, len(text), size or len(text)):
        parser.feed(text[at : at + (size or len(text))])
    parser.close("stop")
    return parser.result.content, [(call.name, call.arguments) for call in parser.result.tool_calls]


AROUND: dict[str, tuple[str, str | None]] = {
    "a code fence": ("```xml\n{call}\n```", None),
    "a code fence without a language": ("Sure:\n```\n{call}\n```\nDone.", "Sure:\nDone."),
    "a code fence that never closes": ("```tool_call\n{call}", None),
    "a tag": ("<answer>\n{call}\n</answer>", None),
    "a fence and a tag": ("```xml\n<tools>\n{call}\n</tools>\n```", None),
    "bold": ("**{call}**", None),
    "code": ("`{call}`", None),
    "another model's end of turn": ("{call}<|eot_id|>", None),
    "an end of turn in capitals": ("{call}<|END_OF_TURN_TOKEN|>", None),
    "two ends of turn": ("{call}\n</s>\n<|endoftext|>\n", None),
    "another model's special token": ("<|tool_call|>{call}", None),
    "another model's special tokens": ("Sure.\n<|START_ACTION|>\n{call}\n<|END_ACTION|>\nDone.", "Sure.\nDone."),
    "another model's mark in square brackets": ("[TOOL_CALLS]{call}", None),
    "square brackets of its own": ("See [1] and [NOTE]\n{call}", "See [1] and [NOTE]"),
    "reasoning as most models write it": ("<think>\nHm.\n</think>\n\n{call}", None),
    "a tag that does not close": ("<answer>\n{call}\nDone.", "<answer>\nDone."),
    "an opened quotation": ("'{call}\nDone.", "'\nDone."),
    "an end of turn in a sentence": ("Say <end_of_turn> to end.\n{call}", "Say <end_of_turn> to end."),
    "a quotation before it": ('He said "hi"{call}', 'He said "hi"'),
    "emphasis before it": ("It is **so**{call}", "It is **so**"),
    "code in a line before it": ("I use `ping`{call}", "I use `ping`"),
    "a tag in a line before it": ("Call it <b>\n{call}", "Call it <b>"),
    "a code block before it": ("As in:\n```python\nx = 1\n```\n{call}", "As in:\n```python\nx = 1\n```"),
    "a code block without a language before it": ("As in:\n```\nx\n```\n\n{call}\nOk.", "As in:\n```\nx\n```\n\nOk."),
    "code behind it": ("{call}\n```python\nprint(1)\n```", "```python\nprint(1)\n```"),
}


@pytest.mark.parametrize("format", FAMILIES)
@pytest.mark.parametrize(("around", "content"), AROUND.values(), ids=AROUND)
def test_what_stands_around_a_call_is_markup_where_it_closes(format: str, around: str, content: str | None) -> None:
    text = around.replace("{call}", written(format, LYON))
    assert read(format, text) == read(format, text, 1) == read(format, text, 4) == (content, [LYON])


@pytest.mark.parametrize("format", FAMILIES)
@pytest.mark.parametrize("between", [",\n", "\n\n", ";", "\r\n"], ids=repr)
def test_separators_between_two_calls_are_no_content(format: str, between: str) -> None:
    text = written(format, LYON) + between + written(format, PING)
    assert read(format, text) == read(format, text, 1) == (None, [LYON, PING])


@pytest.mark.parametrize("text", ["Hello, **you**", "`code`", "A <b> c", "```python\nx = '1'\n```", "1 < 2 'x'"])
@pytest.mark.parametrize("size", [1, 2, 3, 0])
def test_text_with_marks_and_no_call_is_kept(text: str, size: int) -> None:
    assert read("hermes", text, size) == (text, [])


INSIDE: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "tags in capitals": (
        "qwen3-coder",
        "<TOOL_CALL>\n<Function=get_weather>\n<PARAMETER=city>\nLyon\n</PARAMETER>\n<parameter=days>\n3\n</Parameter>\n"
        "</Function>\n</TOOL_CALL>",
        [LYON],
    ),
    "attributes in single quotes": (
        "minimax-m2",
        "<minimax:tool_call>\n<invoke name='get_weather'>\n<parameter name='city'>Lyon</parameter>\n"
        "<parameter name='days'>3</parameter>\n</invoke>\n</minimax:tool_call>",
        [LYON],
    ),
    "attributes without quotes": (
        "minimax-m2",
        "<minimax:tool_call>\n<invoke name=get_weather>\n<parameter name=city>Lyon</parameter>\n"
        "<parameter name=days>3</parameter>\n</invoke>\n</minimax:tool_call>",
        [LYON],
    ),
    "arguments of Qwen's other format": (
        "hermes",
        "<tool_call>\n<function=get_weather>\n<parameter=city>\nLyon\n</parameter>\n<parameter=days>\n3\n</parameter>\n"
        "</function>\n</tool_call>\n<tool_call>\n<function=ping>\n</function>\n</tool_call>",
        [LYON, PING],
    ),
    "arguments of another format in the same tag": (
        "functionary-v3.1",
        "<function=get_weather>\n<parameter=city>\nLyon\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>",
        [LYON],
    ),
    "a name with parentheses": (
        "qwen3-coder",
        "<tool_call>\n<function=get_weather()>\n<parameter=city>\nLyon\n</parameter>\n<parameter=days>\n3\n"
        "</parameter>\n</function>\n</tool_call>",
        [LYON],
    ),
    "a name as code": ("mistral-v11", '[TOOL_CALLS]`get_weather`[ARGS]{"city": "Lyon", "days": 3}', [LYON]),
    "a name in bold": ("hermes", '<tool_call>\n{"name": "**ping**", "arguments": {}}\n</tool_call>', [PING]),
    "a name of an MCP server": ("hermes", '<tool_call>{"name": "mcp__net__ping", "arguments": {}}</tool_call>', [PING]),
    "a name behind a colon": ("hermes", '<tool_call>{"name": "tools:ping", "arguments": {}}</tool_call>', [PING]),
    "arguments inside arguments": (
        "hermes",
        '<tool_call>{"name": "get_weather", "arguments": {"arguments": {"city": "Lyon", "days": 3}}, "id": 1}'
        "</tool_call>",
        [LYON],
    ),
    "arguments in the shape of their schema": (
        "llama3-json",
        '{"name": "get_weather", "parameters": {"type": "object", "properties": {"city": "Lyon", "days": 3}}}',
        [LYON],
    ),
    "arguments inside arguments behind a name": (
        "mistral-v11",
        '[TOOL_CALLS]get_weather[ARGS]{"parameters": {"city": "Lyon", "days": "3"}}',
        [LYON],
    ),
    "null for no arguments": (
        "deepseek-v3.1",
        "<｜tool▁call▁begin｜>ping<｜tool▁sep｜>null<｜tool▁call▁end｜>",
        [PING],
    ),
    "arguments in a list": (
        "deepseek-v3.1",
        '<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>[{"city": "Lyon", "days": 3}]<｜tool▁call▁end｜>',
        [LYON],
    ),
    "arguments in quotes": (
        "deepseek-v3.1",
        '<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>"{"city": "Lyon", "days": 3}"<｜tool▁call▁end｜>',
        [LYON],
    ),
    "a number without its brace": (
        "deepseek-v3.1",
        '<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Lyon", "days": 3<｜tool▁call▁end｜>',
        [LYON],
    ),
    "a method with params": ("llama3-json", '{"method": "get_weather", "params": {"city": "Lyon", "days": 3}}', [LYON]),
    "a thought before the call": (
        "llama3-json",
        '{"thought": "It may rain.", "action": "get_weather", "action_input": {"city": "Lyon", "days": 3}}',
        [LYON],
    ),
    "a name alone of a tool that takes nothing": ("llama3-json", '{"name": "ping"}', [PING]),
    "a name alone of a tool that takes something": ("llama3-json", '{"name": "get_weather"}', []),
    "typographic quotes that all close": (
        "hermes",
        "<tool_call>{”name”: ”get_weather”, ”arguments”: {”city”: ”Lyon”, ”days”: 3}}</tool_call>",
        [LYON],
    ),
    "a brace too many": (
        "hermes",
        '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon", "days": 3}}}\n</tool_call>',
        [LYON],
    ),
    "a word behind a call's opening tag alone": ("mimo", "<function=ping>null", [PING]),
    "an argument whose name cannot be read": (
        "minimax-m2",
        '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="ci</">Lyon</parameter>\n</invoke>\n'
        "</minimax:tool_call>",
        [],
    ),
}


@pytest.mark.parametrize(("format", "text", "calls"), INSIDE.values(), ids=INSIDE)
def test_call_with_a_common_slip_is_read(format: str, text: str, calls: list[tuple[str, str]]) -> None:
    whole = read(format, text)
    assert whole == read(format, text, 1) == read(format, text, 4)
    assert whole[1] == calls
    assert whole[0] is None or not calls or "null" in text


def test_argument_named_like_a_wrapper_is_that_argument() -> None:
    inner = {"type": "object", "properties": {"input": {"type": "object"}}}
    tools = read_tools([{"name": "run", "parameters": inner}])
    for size in (1, 100):
        text = '{"name": "run", "parameters": {"input": {"a": 1}}}'
        parser = StreamParser(get_format("llama3-json"), tools)
        for at in range(0, len(text), size):
            parser.feed(text[at : at + size])
        parser.close()
        assert [call.arguments for call in parser.result.tool_calls] == ['{"input": {"a": 1}}']


@pytest.mark.parametrize(("length", "read_as_call"), [(999, True), (1000, False), (5000, False)])
@pytest.mark.parametrize("size", [0, 1, 7])
def test_key_of_a_thousand_characters_is_no_key_in_any_chunking(length: int, read_as_call: bool, size: int) -> None:
    text = '<tool_call>{"name": "get_weather", "arguments": {"KEY": 1}}</tool_call>'.replace("KEY", "k" * length)
    content, calls = read("hermes", text, size)
    assert (content == text, bool(calls)) == (not read_as_call, read_as_call)


def test_fence_that_closes_where_the_next_call_begins_is_markup() -> None:
    text = "```xml\n" + written("hermes", LYON) + "\n```" + written("hermes", PING)
    assert read("hermes", text) == read("hermes", text, 1) == read("hermes", text, 3) == (None, [LYON, PING])


def test_blanks_without_end_behind_a_call_are_looked_at_once() -> None:
    parser = StreamParser(get_format("hermes"), TOOLS)
    parser.feed(written("hermes", PING))
    for _ in range(1000):
        parser.feed("\n\n\n\n")
        assert len(parser._machine._buf) < 200
    parser.feed("Done.")
    parser.close("stop")
    assert parser.result.content == "Done."
