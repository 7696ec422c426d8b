"""Arguments between tags: what a schema demands of a value holds for the text that stands for it."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from constraints.acceptance import accepts
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.tagged import end_mark
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


def written(format: str, schema: Any, *, dialect: str = "regex") -> re.Pattern[str]:
    """The pattern of a call whose one argument, x, fulfils a schema, without what stands around the value."""
    tool = Tool(name="f", parameters={"type": "object", "properties": {"x": schema}, "required": ["x"]})
    found = build_constraint(get_format(format), [tool], ToolChoice("required"), dialect=dialect, parallel=False)  # type: ignore[arg-type]
    assert found is not None
    return re.compile(str(found.value))


SEED = "<seed:tool_call>\n<function=f>\n<parameter=x>{}</parameter>\n</function>\n</seed:tool_call>"


@pytest.mark.parametrize(("low", "high"), list(itertools.combinations_with_replacement(range(5), 2)))
def test_line_ends_beside_a_short_text_are_not_written_where_they_would_be_lost(low: int, high: int) -> None:
    pattern = written("seed-oss", {"type": "string", "minLength": low, "maxLength": high})
    for text in map("".join, (letters for size in range(6) for letters in itertools.product("a\n<", repeat=size))):
        expected = low <= len(text) <= high and "<" not in text and text == text.strip("\n")
        assert bool(pattern.fullmatch(SEED.format(text))) == expected, text


def test_line_ends_of_a_pattern_are_not_written_where_they_would_be_lost() -> None:
    pattern = written("seed-oss", {"type": "string", "pattern": "^a[^b]?$"})
    assert [text for text in ("a", "ac", "a\n", "a<", "ab") if pattern.fullmatch(SEED.format(text))] == ["a", "ac"]
    pattern = written("glm-4.7", {"type": "string", "pattern": "^a[^b]?$"})
    call = "<tool_call>f<arg_key>x</arg_key><arg_value>{}</arg_value></tool_call>"
    assert [text for text in ("a", "ac", "a\n", "a<", "ab") if pattern.fullmatch(call.format(text))] == [
        "a",
        "ac",
        "a\n",
    ]


@pytest.mark.parametrize(
    ("template", "mark"),
    [
        ("<p={key}>\n{value}\n</p>\n", "</p>"),
        ("<p={key}>{value}</p> <q>{key}</q>", "</p> <q>"),
        ("{key}: {value}\n", "\n"),
        ("{key}: {value} \n\n", "\n"),
        ("{key}={value}", ""),
        ("{value}</v>{key}", "</v>"),
        ("{key}{value}{type}</v>", ""),
        ("{key}: {value} ", ""),
    ],
)
def test_mark_behind_a_value_is_what_a_reader_looks_for(template: str, mark: str) -> None:
    assert end_mark(template) == mark


FLAGS: dict[str, tuple[Any, Any, str, bool]] = {
    "a string called one": ({"type": "string"}, "x", "true", True),
    "a string called none": ({"type": "string"}, "x", "false", False),
    "an integer called no string": ({"type": "integer"}, 3, "false", True),
    "an integer called a string": ({"type": "integer"}, 3, "true", False),
    "either, a string": ({"type": ["string", "null"]}, "x", "true", True),
    "either, null": ({"type": ["string", "null"]}, None, "false", True),
    "listed string": ({"enum": ["x", 3]}, "x", "true", True),
    "listed number": ({"enum": ["x", 3]}, 3, "false", True),
    "listed number called a string": ({"enum": ["x", 3]}, 3, "true", False),
}


@pytest.mark.parametrize(("schema", "value", "flag", "expected"), FLAGS.values(), ids=FLAGS)
def test_element_says_truly_whether_its_value_is_a_string(schema: Any, value: Any, flag: str, expected: bool) -> None:
    head = '<｜DSML｜function_calls>\n<｜DSML｜invoke name="f">\n<｜DSML｜parameter name="x" string="'
    tail = "</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>"
    text = value if isinstance(value, str) else json.dumps(value)
    assert bool(written("deepseek-v3.2", schema).fullmatch(f'{head}{flag}">{text}{tail}')) == expected


TYPES = [
    ({"type": "string"}, "x", ["string"]),
    ({"type": "integer"}, "3", ["number"]),
    ({"type": "number"}, "1.5", ["number"]),
    ({"type": "boolean"}, "true", ["boolean"]),
    ({"type": "null"}, "null", ["null"]),
    ({"type": "array"}, "[]", ["array"]),
    ({"type": "object"}, "{}", ["object"]),
    ({"enum": [3]}, "3", ["number"]),
    ({"enum": [1.5]}, "1.5", ["number"]),
    ({"enum": ["x"]}, "x", ["string"]),
    ({"enum": [True]}, "true", ["boolean"]),
    ({"enum": [None]}, "null", ["null"]),
    ({"enum": [[1]]}, "[1]", ["array"]),
    ({"enum": [{}]}, "{}", ["object"]),
]


@pytest.mark.parametrize(("schema", "text", "names"), TYPES, ids=[str(schema) for schema, *_ in TYPES])
def test_element_names_the_type_of_its_value(schema: Any, text: str, names: list[str]) -> None:
    pattern = written("kimi-k3", schema)
    head = '<|open|>tools<|sep|><|open|>call tool="f" index="1"<|sep|><|open|>argument key="x" type="{}"<|sep|>'
    tail = "<|close|>argument<|sep|><|close|>call<|sep|><|close|>tools<|sep|>"
    kinds = ["string", "integer", "number", "boolean", "null", "array", "object"]
    assert [kind for kind in kinds if pattern.fullmatch(head.format(kind) + text + tail)] == sorted(
        names, key=kinds.index
    )


INTEGER = {"type": "integer"}
ITEMS = [
    ({"type": "array", "prefixItems": [INTEGER], "items": {"type": "null"}, "minItems": 1, "maxItems": 3},
     [[1], [1, None], [1, None, None]], [[], [None], [1, None, None, None]]),
    ({"type": "array", "prefixItems": [INTEGER, INTEGER], "items": {"type": "null"}, "minItems": 3},
     [[1, 2, None], [1, 2, None, None]], [[1, 2], [1, None, None]]),
    ({"type": "array", "prefixItems": [INTEGER], "items": {"type": "null"}, "minItems": 1, "maxItems": 2},
     [[1], [1, None]], [[], [1, None, None]]),
    ({"type": "array", "items": INTEGER, "maxItems": 2}, [[], [1], [1, 2]], [[1, 2, 3]]),
    ({"type": "array", "items": INTEGER, "minItems": 2}, [[1, 2], [1, 2, 3]], [[], [1]]),
]  # fmt: skip


@pytest.mark.parametrize("name", ["minimax-m3", "claude-2"])
@pytest.mark.parametrize(
    ("schema", "good", "bad"), ITEMS, ids=["tuple", "longer tuple", "tuple and one more", "at most", "at least"]
)
def test_elements_of_a_list_are_as_many_as_the_schema_demands(
    name: str, schema: Any, good: list[Any], bad: list[Any]
) -> None:
    assert [value for value in good if not admitted(name, schema, value)] == []
    assert [value for value in bad if admitted(name, schema, value)] == []


def test_listed_text_in_a_list_is_written_without_the_end_mark_that_it_holds() -> None:
    listed = {"type": "array", "items": {"enum": ["a</parameter>b"]}, "minItems": 1, "maxItems": 1}
    tool = Tool(name="f", parameters={"type": "object", "properties": {"v": listed}, "required": ["v"]})
    found = build_constraint(get_format("qwen3-coder"), [tool], ToolChoice("required"), dialect="gbnf", parallel=False)
    assert found is not None
    call = "<tool_call>\n<function=f>\n<parameter=v>\n{}\n</parameter>\n</function>\n</tool_call>"
    written = [
        r'["a\u003c/parameter>b"]',
        '["a</parameter>b"]',
        r'["a\u003c<parameter>b"]',
        r'["a\u003c</parameter>b"]',
    ]
    assert [accepts("gbnf", str(found.value), call.format(value)) for value in written] == [True, False, False, False]
