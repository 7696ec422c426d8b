from __future__ import annotations

import json
from typing import Any

import pytest

from derive.made_up import MADE_UP, MadeUp
from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.errors import TemplateError
from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.formats.derive import derive
from litellm_fnwrap.formats.parser import StreamParser, parse_text
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import Tool

PROPERTIES = {
    "city": {"type": "string"},
    "days": {"type": "integer"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "where": {"type": "object"},
}
TOOLS = (
    Tool(name="get_weather", parameters={"type": "object", "properties": PROPERTIES}),
    Tool(name="look_up", parameters={"type": "object", "properties": PROPERTIES}),
    Tool(name="ping"),
)
CALLS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "one": [("get_weather", {"city": "Lyon"})],
    "two": [("get_weather", {"city": "Lyon"}), ("look_up", {"city": "Zürich 東京", "days": 3})],
    "three": [("look_up", {"city": "a b"}), ("ping", {}), ("get_weather", {"city": "c", "days": 1})],
    "none_given": [("ping", {})],
    "number": [("get_weather", {"days": 3})],
    "list": [("get_weather", {"tags": ["a", "b"]})],
    "object": [("get_weather", {"where": {"lat": "x", "deep": {"k": "v"}}})],
    "lines": [("get_weather", {"city": 'one\ntwo "three"'})],
}
# What Jinja writes of a value by itself, which no declaration can say: Python's spelling of lists and line breaks.
SPELLED_BY_JINJA = {("pythonic", "lines"), ("pythonic_on_lines", "one"), ("pythonic_on_lines", "two")} | {
    ("pythonic_on_lines", name) for name in ("three", "list", "object", "lines")
}
SPELLED_BY_JINJA |= {("literal_object", "list"), ("literal_object", "object"), ("literal_object", "lines")}
SPELLED_BY_JINJA |= {("literal_object_all_quoted", "list"), ("literal_object_all_quoted", "object")}


def rendered(made: MadeUp, calls: list[tuple[str, dict[str, Any]]]) -> str:
    tool_calls = [
        {"id": f"abcdefgh{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for n, (name, arguments) in enumerate(calls)
    ]
    messages = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "", "tool_calls": tool_calls},
    ]
    return ChatTemplate(made.template).render(messages, add_generation_prompt=False)


def given(calls: list[tuple[str, dict[str, Any]]]) -> list[ToolCall]:
    return [
        ToolCall(f"abcdefgh{n}", name, json.dumps(arguments, ensure_ascii=False))
        for n, (name, arguments) in enumerate(calls)
    ]


def read(format: Format, text: str, size: int = 0) -> list[tuple[str, dict[str, Any]]]:
    if not size:
        parsed = parse_text(text, format, TOOLS)
    else:
        parser = StreamParser(format, TOOLS)
        for start in range(0, len(text), size):
            parser.feed(text[start : start + size])
        parser.close()
        parsed = parser.result
    assert not (parsed.content or "").strip()
    return [(call.name, json.loads(call.arguments)) for call in parsed.tool_calls]


@pytest.mark.parametrize("name", MADE_UP)
def test_derived_declaration_says_what_the_template_writes(name: str) -> None:
    made = MADE_UP[name]
    format = derive(made.template)
    seen = {field: getattr(format, field) for field in made.fields}
    assert {
        field: value[0] if isinstance(value, tuple) and field != "stop" else value for field, value in seen.items()
    } == made.fields


@pytest.mark.parametrize("name", MADE_UP)
@pytest.mark.parametrize("scenario", CALLS)
def test_derived_writer_reproduces_the_template(name: str, scenario: str) -> None:
    made, calls = MADE_UP[name], CALLS[scenario]
    format = derive(made.template)
    if len(calls) > 1 and not format.parallel:
        pytest.skip("the template writes one call at most")
    if (name, scenario) in SPELLED_BY_JINJA:
        pytest.skip("Jinja spells this value in a way of its own")
    assert write_calls(format, given(calls), TOOLS) in rendered(made, calls)


@pytest.mark.parametrize("name", MADE_UP)
@pytest.mark.parametrize("scenario", CALLS)
@pytest.mark.parametrize("size", [0, 1, 3], ids=["whole", "characters", "threes"])
def test_derived_parser_reads_what_was_written(name: str, scenario: str, size: int) -> None:
    calls = CALLS[scenario]
    format = derive(MADE_UP[name].template)
    if len(calls) > 1 and not format.parallel:
        pytest.skip("the template writes one call at most")
    assert read(format, write_calls(format, given(calls), TOOLS), size) == calls


def test_template_without_calls_is_refused_with_a_way_out() -> None:
    source = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    with pytest.raises(TemplateError, match="renders no tool calls"):
        derive(source)


def test_broken_template_is_refused() -> None:
    with pytest.raises(TemplateError, match="cannot be compiled"):
        derive("{% for m in messages %}")
