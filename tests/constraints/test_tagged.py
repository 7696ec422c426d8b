"""Arguments between tags: what a schema demands of a value holds for the text that stands for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constraints.acceptance import accepts
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import Tool, ToolCall, ToolChoice

TAGGED = ["qwen3-coder", "glm-4.5", "minimax-m3", "claude-2", "deepseek-v3.2", "step3", "minicpm5", "k2-horizon-typed"]
SCHEMAS: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "shortest": ({"type": "string", "minLength": 3}, ["abc", "a longer text"], ["", "ab"]),
    "longest": ({"type": "string", "maxLength": 4}, ["", "abcd"], ["abcde"]),
    "both": ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab", "abc"], ["a", "abcd"]),
    "pattern": ({"type": "string", "pattern": "^[a-z]+-[0-9]{2}$"}, ["ab-12"], ["ab-1", "AB-12", "ab-12x"]),
    "format": ({"type": "string", "format": "date"}, ["2026-11-25"], ["25.11.2026", "2026-13-01"]),
    "listed texts": ({"enum": ["red", "light green"]}, ["red", "light green"], ["blue", "re"]),
    "listed values": ({"enum": ["red", 7, 1.5, True, None]}, ["red", 7, 1.5, True, None], ["blue", 8, False]),
    "integer": ({"type": "integer", "minimum": 0, "maximum": 12}, [0, 12], [13, -1]),
    "number or nothing": ({"type": ["number", "null"]}, [1.5, -3, None], ["x"]),
    "boolean": ({"type": "boolean"}, [True, False], ["yes"]),
}
NESTED: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "list": (
        {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
        [[1], [1, 2, 3]],
        [[], [1, 2, 3, 4], ["x"]],
    ),
    "tuple": (
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}], "items": False, "minItems": 2},
        [[1, True]],
        [[1], [True, 1], [1, True, 2]],
    ),
    "object": (
        {
            "type": "object",
            "properties": {
                "n": {"type": "integer"},
                "in": {"type": "object", "properties": {"b": {"type": "boolean"}}},
            },
            "required": ["n"],
            "additionalProperties": False,
        },
        [{"n": 1}, {"n": 1, "in": {"b": True}}],
        [{}, {"n": "x"}, {"n": 1, "other": 2}, {"n": 1, "in": {"b": "x"}}],
    ),
    "objects in a list": (
        {"type": "array", "items": {"type": "object", "properties": {"a": {"enum": [1, 2]}}, "required": ["a"]}},
        [[], [{"a": 1}, {"a": 2}]],
        [[{"a": 3}], [{}], [1]],
    ),
}


def admitted(name: str, schema: Any, value: Any) -> bool:
    parameters = {"type": "object", "properties": {"x": schema}, "required": ["x"], "additionalProperties": False}
    tool = Tool(name="f", parameters=parameters)
    format = get_format(name)
    found = build_constraint(format, [tool], ToolChoice("required"), dialect="gbnf", parallel=False)
    assert found is not None
    assert not found.widened
    return accepts(
        "gbnf", str(found.value), write_calls(format, [ToolCall("c", "f", json.dumps({"x": value}))], [tool])
    )


@pytest.mark.parametrize("name", TAGGED)
@pytest.mark.parametrize(("schema", "good", "bad"), SCHEMAS.values(), ids=SCHEMAS)
def test_text_of_a_value_is_what_its_schema_demands(name: str, schema: Any, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not admitted(name, schema, value)] == []
    assert [value for value in bad if admitted(name, schema, value)] == []


@pytest.mark.parametrize("name", TAGGED)
@pytest.mark.parametrize(("schema", "good", "bad"), NESTED.values(), ids=NESTED)
def test_values_inside_are_what_their_schemas_demand(name: str, schema: Any, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not admitted(name, schema, value)] == []
    assert [value for value in bad if admitted(name, schema, value)] == []


@pytest.mark.parametrize("name", ["qwen3-coder", "glm-4.5", "minimax-m3", "deepseek-v3.2", "step3"])
def test_text_of_a_length_may_hold_tags_that_are_not_the_formats(name: str) -> None:
    for schema in ({"type": "string", "minLength": 3}, {"type": "string", "maxLength": 20}):
        assert admitted(name, schema, "a <b>text</b>")
