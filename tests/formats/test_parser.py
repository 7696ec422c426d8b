"""Where an answer begins: reasoning or a call that the prompt has opened, and an answer that the prompt has begun."""

from __future__ import annotations

import json

import pytest

from formats.transcript import PING, WEATHER, read
from litellm_fnwrap.errors import UnknownToolError
from litellm_fnwrap.events import Finish
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.compiled import compile_format
from litellm_fnwrap.formats.parser import StreamParser, open_tail, parse_text

TOOLS = (WEATHER, PING)


@pytest.mark.parametrize(
    ("format", "tail", "opened"),
    [
        ("hermes", "", ""),
        ("hermes", "<|im_start|>assistant\n", ""),
        ("hermes", "assistant\n<think>\n", "<think>\n"),
        ("hermes", "assistant\n<think>", "<think>"),
        ("hermes", "assistant\n<think>\nSo", "<think>\nSo"),
        ("hermes", "assistant\n<think>\n</think>\n\n", ""),
        ("hermes", "<think>a</think> <think>b", "<think>b"),
        ("hermes", "<think>a<|im_end|>\n<|im_start|>assistant\n", ""),
        ("hermes", "assistant\n<tool_call>\n", "<tool_call>\n"),
        ("hermes", '<tool_call>\n{"name": "pi', '<tool_call>\n{"name": "pi'),
        ("hermes", "<tool_call>\n{}\n</tool_call>\n", ""),
        ("hermes", "<tool_call>\n{}<|im_end|>\n<|im_start|>assistant\n", ""),
        ("hermes", "<tool_call>{}</tool_call> <tool_call>", "<tool_call>"),
        ("mistral", "[/INST][TOOL_CALLS]", "[TOOL_CALLS]"),
        ("mistral", "[/INST][", ""),
        ("kimi-k2", "<|tool_calls_section_begin|><|tool_call", "<|tool_calls_section_begin|><|tool_call"),
    ],
)  # fmt: skip
def test_end_of_a_prompt_that_the_answer_goes_on_from_is_known(format: str, tail: str, opened: str) -> None:
    assert open_tail(compile_format(get_format(format)), tail) == opened


@pytest.mark.parametrize(
    ("format", "tail", "text", "content", "reasoning", "calls"),
    [
        ("hermes", "<think>\n", "Hm.</think>\n\nHello", "Hello", "Hm.", []),
        ("hermes", "<think>\nSo", " it is.</think>Hello", "Hello", "it is.", []),
        ("hermes", "<tool_call>\n", '{"name": "ping", "arguments": {}}\n</tool_call>', None, None, [("ping", {})]),
        ("hermes", '<tool_call>\n{"name": "pi', 'ng", "arguments": {}}\n</tool_call>', None, None, [("ping", {})]),
        ("hermes", "assistant\n", "Hello", "Hello", None, []),
        ("mistral", "[TOOL_CALLS]", '[{"name": "ping", "arguments": {}}]', None, None, [("ping", {})]),
        ("airoboros", 'ASSISTANT: {\n  "function":', ' "ping",\n  "params": {}\n}', None, None, [("ping", {})]),
        ("airoboros", 'A: {\n  "function":', '{\n  "function": "ping", "params": {}\n}', None, None, [("ping", {})]),
        ("airoboros", 'ASSISTANT: {\n  "function":', " no.", "no.", None, []),
        ("airoboros", "ASSISTANT:", '{\n  "function": "ping", "params": {}\n}', None, None, [("ping", {})]),
        ("airoboros", "", ' "ping",\n  "params": {}\n}', None, None, [("ping", {})]),
        ("airoboros", "ASSISTANT:", ' "ping",\n  "params": {}\n}', '"ping",\n  "params": {}\n}', None, []),
        ("airoboros", "", "Hello", "Hello", None, []),
        ("functionary-v3.2", ">>>", "all\nHello", "Hello", None, []),
        ("functionary-v3.2", ">>>", "ping\n{}", None, None, [("ping", {})]),
        ("functionary-v3.2", "", ">>>ping\n{}", None, None, [("ping", {})]),
        ("functionary-v3.2", "", "ping\n{}", None, None, [("ping", {})]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 1000])
def test_answer_goes_on_from_what_the_prompt_has_opened(
    format: str,
    tail: str,
    text: str,
    content: str | None,
    reasoning: str | None,
    calls: list[tuple[str, object]],
    size: int,
) -> None:
    transcript = read(format, text, TOOLS, sizes=(size,), prompt_tail=tail)
    parsed = transcript.parsed
    assert (parsed.content, parsed.reasoning_content, transcript.calls) == (content, reasoning, calls)


def test_start_of_an_answer_is_held_until_it_is_known_whether_the_model_has_repeated_it() -> None:
    parser = StreamParser(get_format("functionary-v3.2"), TOOLS)
    assert parser.feed(">>") == []
    assert [type(event).__name__ for event in parser.feed(">all\nHello")] == ["Text"]
    parser.close()
    assert parser.result.content == "Hello"


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize(
    ("tail", "text", "content", "reasoning"),
    [
        ("<think>\n", "<think>\nhm</think>Hello", "Hello", "hm"),
        ("<think>\n", "\n<think>hm</think>Hello", "Hello", "hm"),
        ("<think>", "<think></think>Hello", "Hello", None),
        ("<think>", "<thinking aloud>, hm</think>Hello", "Hello", "<thinking aloud>, hm"),
        ("<think>", "hm, <think> again</think>Hello", "Hello", "hm, <think> again"),
        ("<think>", "<thi", None, "<thi"),
        ("<think>hm", "<think>ah</think>Hello", "Hello", "<think>ah"),
    ],
)
def test_reasoning_opened_by_the_prompt_and_the_model_is_opened_once(
    tail: str, text: str, content: str | None, reasoning: str | None, size: int
) -> None:
    parsed = read("hermes", text, TOOLS, sizes=(size,), prompt_tail=tail).parsed
    assert (parsed.content, parsed.reasoning_content) == (content, reasoning)


def test_reasoning_is_told_as_soon_as_it_is_no_mark() -> None:
    parser = StreamParser(get_format("hermes"), TOOLS, prompt_tail="<think>\n")
    assert parser.feed("<th") == []
    assert [type(event).__name__ for event in parser.feed("ree")] == ["Reasoning"]


def test_closed_parser_has_nothing_more_to_say() -> None:
    parser = StreamParser(get_format("hermes"), TOOLS)
    parser.feed("Hello")
    assert parser.close()[-1] == Finish("stop")
    assert parser.close("length") == []
    assert parser.result.finish_reason == "stop"


RM = '<tool_call>{"name": "rm", "arguments": {"path": "/"}}</tool_call>'


def test_undeclared_call_is_content_a_call_or_an_error() -> None:
    assert parse_text(RM, get_format("hermes"), TOOLS).content == RM
    passed = parse_text(RM, get_format("hermes"), TOOLS, unknown_tool="pass")
    assert [(call.name, json.loads(call.arguments)) for call in passed.tool_calls] == [("rm", {"path": "/"})]
    with pytest.raises(UnknownToolError, match="'rm', which is not among the declared tools"):
        parse_text(RM, get_format("hermes"), TOOLS, unknown_tool="error")
    assert parse_text("Hello", get_format("hermes"), TOOLS, unknown_tool="error").content == "Hello"


def test_python_call_is_an_error_only_where_its_tool_is_not_declared() -> None:
    pythonic = get_format("pythonic")
    assert [call.name for call in parse_text("[ping()]", pythonic, TOOLS, unknown_tool="error").tool_calls] == ["ping"]
    with pytest.raises(UnknownToolError, match="'rm'"):
        parse_text("[rm(), ping()]", pythonic, TOOLS, unknown_tool="error")
