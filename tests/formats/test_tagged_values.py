"""Values between tags: sections that hide markup, and texts where a schema takes an object too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.transcript import read
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.messages import Tool

UNION = {"type": "object", "properties": {"value": {"anyOf": [{"type": "string"}, {"type": "object"}]}}}
TOOLS = (
    Tool(name="write", parameters={"type": "object", "properties": {"text": {"type": "string"}}}),
    Tool(name="store", parameters=UNION),
)
VALUES: dict[str, tuple[str, str, Any]] = {
    "a section in which tags are text": (
        "text",
        "<![CDATA[<b>x</b></parameter></function>]]>",
        "<b>x</b></parameter></function>",
    ),
    "a section on lines of its own": ("text", "\n<![CDATA[a & b]]>\n", "a & b"),
    "text that only begins like a section": ("text", "<![CDAT and so on", "<![CDAT and so on"),
    "an object where a text would do": ("value", '{"a": 1}', {"a": 1}),
    "an object with a slip": ("value", '{"a": 1,}', {"a": 1}),
    "what is hardly an object": ("value", "{not valid json", "{not valid json"),
    "a text in square brackets": ("value", "[see below]", "[see below]"),
}


@pytest.mark.parametrize(("key", "written", "value"), VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("size", [1 << 20, 1, 5], ids=["whole", "characters", "fives"])
def test_value_is_read(key: str, written: str, value: Any, size: int) -> None:
    name = "write" if key == "text" else "store"
    text = f"<tool_call>\n<function={name}>\n<parameter={key}>{written}</parameter>\n</function>\n</tool_call>"
    parsed = read("qwen3-coder", text, TOOLS, sizes=(size,)).parsed
    assert [(call.name, json.loads(call.arguments)) for call in parsed.tool_calls] == [(name, {key: value})]


LINES = "\n  two\n lines \n\n"


def parameter(tag: str, text: str) -> str:
    return f"<tool_call>\n<function=write>\n<{tag}>{text}</parameter>\n</function>\n</tool_call>"


@pytest.mark.parametrize(
    ("declared", "written", "value"),
    [
        ({"trim": "markup"}, parameter("parameter=text", LINES), "  two\n lines \n"),
        ({"trim": "none"}, parameter("parameter=text", LINES), LINES),
        ({"trim": "all"}, parameter("parameter=text", LINES), "two\n lines"),
        ({"trim": "markup"}, parameter("parameter=text", "\r\ntwo\r\n"), "two"),
        ({"trim": "markup"}, parameter("parameter=text", "two"), "two"),
        ({"trim": "markup"}, parameter("parameter=text", " two "), " two "),
        ({"entities": True}, parameter("parameter=text", "a &lt; b"), "a < b"),
        ({"entities": False}, parameter("parameter=text", "a &lt; b"), "a &lt; b"),
        ({"value_type": "text"}, parameter("parameter=n", "5"), "5"),
        ({"value_type": "schema"}, parameter("parameter=n", "5"), 5),
        ({"value_type": "json"}, parameter("parameter=text", '"5"'), "5"),
        ({"value_type": "json"}, parameter("parameter=any", '"5"'), "5"),
        ({"value_type": "json"}, parameter("parameter=any", "[5]"), [5]),
        ({"value_type": "schema"}, parameter("parameter=any", '"5"'), '"5"'),
    ],
)
@pytest.mark.parametrize("size", [1 << 20, 1], ids=["whole", "characters"])
def test_text_of_a_value_is_what_its_declaration_makes_of_it(
    declared: dict[str, Any], written: str, value: Any, size: int
) -> None:
    tool = Tool(
        name="write",
        parameters={"type": "object", "properties": {"text": {"type": "string"}, "n": {"type": "integer"}, "any": {}}},
    )
    format: Format = get_format("qwen3-coder").with_(**declared)
    parser = StreamParser(format, [tool], coerce=False)
    for at in range(0, len(written), size):
        parser.feed(written[at : at + size])
    parser.close("stop")
    assert [list(json.loads(call.arguments).values()) for call in parser.result.tool_calls] == [[value]]
