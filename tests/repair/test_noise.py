"""Noise: brackets, quote marks, backslashes and marks over and over are read in linear time, and nothing is lost."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser, parse_text
from litellm_fnwrap.messages import Tool

TOOLS = [Tool(name="f", parameters={"type": "object", "properties": {"a": {"type": "string"}}})]
UNITS = ["{", "[", "[{", '{"', '"', "\\", '\\"', "<", "</", "<tool_call>", "f(", "f(a='", "```", '{"name": "f", ', "\n"]
FORMATS = ["hermes", "pythonic", "mistral", "qwen3-coder", "kimi-k2"]
# Python calls a character of noise may take: reading one character by itself takes about five.
STEPS = 16


def steps(format: str, text: str) -> int:
    """How many functions are called to read a text."""
    counted = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    parser = StreamParser(get_format(format), TOOLS)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        parser.feed(text)
        parser.close()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("format", FORMATS)
def test_noise_takes_steps_in_proportion_to_its_length(format: str, unit: str) -> None:
    patience = 3000  # characters, within which even attempts that fail are looked at closely
    text = unit * (6000 // len(unit))
    first, second = steps(format, text[:patience]), steps(format, text)
    assert second - first <= max(STEPS * (len(text) - patience), first * 1.2)


@pytest.mark.parametrize("unit", ['"a" "', "'a': ", "\\u", '{"', '\\"', "\\n", "<", "{'name': "])
@pytest.mark.parametrize("format", ["hermes", "pythonic", "qwen3-coder", "claude-2"])
def test_noise_in_a_value_is_passed_in_leaps(format: str, unit: str) -> None:
    sample = get_format(format).sample.replace("get_weather", "f").replace("city", "a")
    opening = sample[: sample.find("Lyon")]
    first, second = (steps(format, opening + unit * (size // len(unit))) for size in (6000, 12000))
    assert second - first <= 2 * 6000


def test_lines_that_begin_no_call_are_passed_in_leaps() -> None:
    for format, line in (("kimi-k2", "x\n"), ("hunyuan-v3", "x\n"), ("functionary-v3.2", "x\n{}\n")):
        first, second = (steps(format, line * count) for count in (1000, 3000))
        assert second - first <= 2000 * 4


@pytest.mark.parametrize("unit", ["{", "[{", '{"name": "f", ', "<tool_call>", "f(", "```", '{"a": 1}\n'])
@pytest.mark.parametrize("format", ["hermes", "pythonic", "mistral"])
def test_noise_is_content(format: str, unit: str) -> None:
    text = "Look: " + unit * 3000 + "end"
    read = parse_text(text, get_format(format), TOOLS)
    assert (read.content, read.tool_calls) == (text, [])


def test_call_behind_some_noise_is_read_and_behind_a_thousand_failed_marks_none() -> None:
    call = '<tool_call>{"name": "f", "arguments": {"a": "x"}}</tool_call>'
    for count, calls in ((10, 1), (500, 1), (1500, 0)):
        text = "<tool_call>nothing " * count + call
        assert len(parse_text(text, get_format("hermes"), TOOLS).tool_calls) == calls


def test_mistakes_of_one_kind_in_a_string_are_told_once() -> None:
    text = '<tool_call>{"name": "f", "arguments": {"a": "one\ntwo\nsay "three" and "four""}}</tool_call>'
    read = parse_text(text, get_format("hermes"), TOOLS)
    assert read.tool_calls[0].arguments == '{"a": "one\\ntwo\\nsay \\"three\\" and \\"four\\""}'
    assert [repair.kind for repair in read.repairs] == ["control_character", "inner_quote"]
