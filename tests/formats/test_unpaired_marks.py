"""Marks that stand alone: closing ones without an opening, reasoning that a prompt may have opened, content's marks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats import transcript
from litellm_fnwrap.events import Parsed
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.messages import Tool

CITY = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
CODE = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "timeout": {"type": "integer"}},
    "required": ["code"],
}
TOOLS = (Tool(name="get_weather", parameters=CITY), Tool(name="python", parameters=CODE), Tool(name="ping"))


def read(text: str, format: str, size: int, *, finish: Any = None, tools: Any = TOOLS, **more: Any) -> Parsed:
    return transcript.read(format, text, tools, sizes=(size,), finish_reason=finish, **more).parsed


def told(parsed: Parsed) -> tuple[str, str, list[tuple[str, str]]]:
    calls = [(call.name, call.arguments) for call in parsed.tool_calls]
    return parsed.content or "", parsed.reasoning_content or "", calls


LYON = [("get_weather", '{"city": "Lyon"}')]
ALONE: dict[str, tuple[str, str, str, str, list[tuple[str, str]]]] = {
    "a call's closing tag whose opening one was left out": (
        "qwen3-coder",
        "I look.\n<function=get_weather>\n<parameter=city>\nLyon\n</parameter>\n</function>\n</tool_call>\nDone.",
        "I look.\nDone.",
        "",
        LYON,
    ),
    "a closing tag behind a call without any mark": (
        "hermes",
        '{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>',
        "",
        "",
        LYON,
    ),
    "marks and names with the underscores escaped, as Markdown has them": (
        "hermes",
        'Sure.\n<tool\\_call>{"name": "get\\_weather", "arguments": {"city": "Lyon"}}</tool\\_call>',
        "Sure.",
        "",
        LYON,
    ),
    "a closing tag that no call stands before": (
        "hermes",
        "Write </tool_call> behind it.",
        "Write </tool_call> behind it.",
        "",
        [],
    ),
    "a closing mark of reasoning at the very beginning": ("hermes", "</think>\n\nHello", "Hello", "", []),
    "a closing mark of reasoning in a sentence": ("hermes", "Say </think> then.", "Say </think> then.", "", []),
    "a closing mark of reasoning that a call has ended": (
        "hermes",
        '<think>Now <tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call></think>Done',
        "Done",
        "Now",
        LYON,
    ),
    "special tokens of reasoning behind the content": (
        "gemma4",
        "Hello<|channel>thought\nHm.<channel|> there<channel|>",
        "Hello there",
        "Hm.",
        [],
    ),
    "content's mark in reasoning that was not closed": (
        "solar-open",
        "<|think|>Hm.<|content|>Hello<|end|>",
        "Hello",
        "Hm.",
        [],
    ),
}


@pytest.mark.parametrize(("format", "text", "content", "reasoning", "calls"), ALONE.values(), ids=ALONE)
@pytest.mark.parametrize("size", [1 << 20, 1, 3], ids=["whole", "characters", "threes"])
def test_mark_alone_is_read(
    format: str, text: str, content: str, reasoning: str, calls: list[tuple[str, str]], size: int
) -> None:
    assert told(read(text, format, size)) == (content, reasoning, calls)


TEXTS: dict[str, tuple[str, str, str]] = {
    "behind a recipient": ("functionary-v3.2", "python\n  x = 1\n\n  print(x)<|eot_id|>", "  x = 1\n\n  print(x)"),
    "in a tag": ("functionary-v3.1", "<function=python>\nprint(1 < 2)\n</function>", "print(1 < 2)"),
    "behind a special token, without an end": ("mistral-v11", "[TOOL_CALLS]python[ARGS]print(1)", "print(1)"),
    "behind a recipient, without an end": ("functionary-v3.2", "python\nprint(1)\n", "print(1)"),
    "behind a special token": ("mistral-v11", "[TOOL_CALLS]python[ARGS]print(1)</s>", "print(1)"),
    "as code in a channel": (
        "gpt-oss",
        "<|channel|>commentary to=python <|constrain|>code<|message|>print(1)<|call|>",
        "print(1)",
    ),
}


@pytest.mark.parametrize(("format", "text", "code"), TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("size", [1 << 20, 1], ids=["whole", "characters"])
def test_text_in_place_of_arguments_is_the_one_text_a_tool_takes(format: str, text: str, code: str, size: int) -> None:
    parsed = read(text, format, size)
    assert [(call.name, json.loads(call.arguments)) for call in parsed.tool_calls] == [("python", {"code": code})]
    assert [repair.kind for repair in parsed.repairs] == ["text_arguments"]


def test_text_in_place_of_arguments_stays_content_where_the_tool_takes_no_one_text() -> None:
    assert told(read("get_weather\nin Lyon, please", "functionary-v3.2", 1)) == ("get_weather\nin Lyon, please", "", [])


def test_text_in_place_of_arguments_is_no_call_where_repair_is_off() -> None:
    assert read("[TOOL_CALLS]python[ARGS]print(1)", "mistral-v11", 1, repair=False).tool_calls == []


def test_text_that_was_cut_off_is_no_whole_call() -> None:
    parsed = read(">>>python\nprint(", "functionary-v3.2", 1, finish="length")
    assert (parsed.tool_calls, parsed.finish_reason) == ([], "length")


BUILTIN = "<|channel|>analysis<|message|>I run it.<|end|><|start|>assistant{call}"


@pytest.mark.parametrize(
    "call",
    [
        " to=container.exec<|channel|>commentary<|message|>ls -l<|call|>",
        '<|channel|>commentary to=browser.search <|constrain|>json<|message|>{"query": "x"}<|call|>',
        '<|channel|>analysis to=browser.open code<|message|>{"id": 1}',
    ],
)
@pytest.mark.parametrize("tools", [TOOLS, None, ()], ids=["others", "unknown", "none"])
def test_call_of_a_builtin_tool_that_nobody_declared_is_left_out_and_told(call: str, tools: Any) -> None:
    for size in (1 << 20, 1):
        parsed = read(BUILTIN.replace("{call}", call), "gpt-oss", size, tools=tools)
        assert told(parsed) == ("", "I run it.", [])
        assert [repair.kind for repair in parsed.repairs] == ["skipped_call"]


def test_builtin_tool_that_is_declared_is_called() -> None:
    shell = (Tool(name="container.exec", parameters={"type": "object", "properties": {"cmd": {"type": "string"}}}),)
    text = ' to=container.exec<|channel|>commentary <|constrain|>json<|message|>{"cmd": "ls"}<|call|>'
    assert told(read(text, "gpt-oss", 1, tools=shell)) == ("", "", [("container.exec", '{"cmd": "ls"}')])


OPENED: dict[str, tuple[str, str, str]] = {
    "the closing mark": ("Hm.</think>Hello", "Hello", "Hm."),
    "an opening mark": ("<think>Hm.</think>Hello", "Hello", "Hm."),
    "a call": ('Hello <tool_call>{"name": "ping", "arguments": {}}</tool_call>', "Hello", ""),
    "the end": ("Hello", "Hello", ""),
}


@pytest.mark.parametrize(("text", "content", "reasoning"), OPENED.values(), ids=OPENED)
@pytest.mark.parametrize("size", [1 << 20, 1], ids=["whole", "characters"])
def test_what_comes_first_decides_whether_an_unknown_prompt_had_opened_reasoning(
    text: str, content: str, reasoning: str, size: int
) -> None:
    parsed = read(text, "hermes", size, opens="<think>\n")
    assert (parsed.content, parsed.reasoning_content or "") == (content, reasoning)


def test_nothing_is_held_where_prompts_open_no_reasoning() -> None:
    parser = StreamParser(get_format("hermes"), TOOLS)
    assert [event.text for event in parser.feed("Hello")] == ["Hello"]  # type: ignore[union-attr]
