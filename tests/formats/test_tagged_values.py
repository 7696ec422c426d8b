"""Values between tags: sections that hide markup, and texts where a schema takes an object too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.transcript import read
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
