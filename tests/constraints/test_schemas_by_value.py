"""Schemas judged value by value: the grammar admits what jsonschema calls valid, and nothing else unless it says so."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from constraints.judging import exact, validator
from litellm_fnwrap.constraints.notation import SPACED
from litellm_fnwrap.constraints.regex import RegexPrinter
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.constraints.values import Values

INTEGER, STRING, NULL = {"type": "integer"}, {"type": "string"}, {"type": "null"}
SCALAR = {"type": ["integer", "null", "string"]}
VALUES: list[Any] = [
    "", "a", "b", "c", "ab", "abc", "abcd", "A", "x1", "é", "a b", '"', "2024-02-29",
    0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 24, 100, -1, -2, -4, -7, -12, 0.5, 1.5, -0.5, 2.25, 6.5, 9.75, -7.5, 1e-06,
    True, False, None,
    [], [1], [7], ["a"], [None], [1, 2], [1, "a"], ["a", 1], [True, 1], [1, 2, 3], [1, "a", None], [1, 2, 3, 4],
    [[1]], [["a"]], [{"a": 1}], [{}], [1, 1],
    {}, {"a": 1}, {"a": 7}, {"a": "x"}, {"a": "a"}, {"a": None}, {"a": {}}, {"a": []}, {"a": {"a": 1}},
    {"a": {"a": {"a": None}}}, {"a": [1]}, {"b": 1}, {"b": "x"}, {"c": 3}, {"a": 1, "b": 2}, {"a": 1, "b": "x"},
    {"a": 7, "b": 2}, {"a": 1, "c": 3}, {"b": 2, "c": 3}, {"a": 1, "b": 2, "c": 3}, {"x1": 1}, {"x1": "s"},
    {"a": 1, "x1": 2}, {"a": 1, "x1": "s"}, {"a": 1, "b": 2, "x1": 3}, {"ab": 1}, {"": 1}, {"A": 1}, {"a": 1, "ab": 2},
    {"kind": "a"}, {"kind": "b"}, {"kind": "c"}, {"kind": "a", "n": 1}, {"kind": "b", "n": 1}, {"kind": "b", "n": "x"},
]  # fmt: skip


def grammar(schema: Any) -> tuple[re.Pattern[str], list[str]]:
    """The regular expression of a schema's values, and what the grammar says it leaves to later checks."""
    rules = Rules()
    root = Values(rules, SPACED, schema).node(schema, "value")
    return re.compile(RegexPrinter(rules.grammar(root)).print()), list(rules.widened)


def admitted(schema: Any) -> tuple[list[Any], list[str]]:
    pattern, widened = grammar(schema)
    return [value for value in VALUES if pattern.fullmatch(json.dumps(value, ensure_ascii=False))], widened


def valid(schema: Any) -> list[Any]:
    judge = validator(schema)
    return [value for value in VALUES if judge.is_valid(exact(value))]


def without(values: list[Any], others: list[Any]) -> list[Any]:
    texts = [json.dumps(value) for value in others]
    return [value for value in values if json.dumps(value) not in texts]


def judge_exactly(schema: Any) -> None:
    found, widened = admitted(schema)
    assert widened == []
    assert found == (expected := valid(schema)), (without(found, expected), without(expected, found))
    assert found, "a schema that nothing here fulfils shows little"
    assert len(found) < len(VALUES), "so does one that everything fulfils"


def closed(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


COMBINED: dict[str, Any] = {
    "a choice in each of two parts": {"allOf": [{"type": ["string", "integer"]}, {"type": ["integer", "null"]}]},
    "number and integer in either order": {"allOf": [{"type": "number"}, {"type": ["integer", "string"]}]},
    "integer and number": {"allOf": [INTEGER, {"type": "number", "minimum": 3}]},
    "number with number": {"allOf": [{"type": ["number", "null"]}, {"type": "number", "maximum": 2}]},
    "values listed twice": {"allOf": [{"enum": [1, True, "a", None]}, {"enum": [True, "a", 0]}]},
    "one value and a list": {"const": "a", "enum": ["a", "b"]},
    "true is not one": {"const": 1, "enum": [True, 1]},
    "lists listed": {"enum": [[1, 2], {"a": 1}, [1]], "type": "array"},
    "a part that demands nothing": {"allOf": [{}, True, {"type": "integer", "maximum": 2}]},
    "key twice with different demands": {
        "allOf": [
            closed({"a": {"type": ["integer", "string"]}}),
            {"properties": {"a": {"type": ["integer", "null"]}}, "additionalProperties": True},
        ]
    },
    "required in each part": {"allOf": [closed({"a": {}, "b": {}}, "a"), {"required": ["b", "a"]}]},
    "further keys only where both admit them": {
        "allOf": [
            {"type": "object", "properties": {"a": {}}, "additionalProperties": INTEGER},
            {"properties": {"b": {}}, "additionalProperties": True},
        ]
    },
    "no further keys in one part": {
        "allOf": [
            {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
            {"additionalProperties": INTEGER},
        ]
    },
    "declared keys in one part, further ones in the other": {
        "allOf": [{"type": "object", "properties": {"a": {}, "b": {"minimum": 2}}}, {"additionalProperties": INTEGER}]
    },
    "further keys in one part, declared ones in the other": {
        "allOf": [{"type": "object", "additionalProperties": INTEGER}, {"properties": {"a": {"minimum": 2}}}]
    },
    "keys by pattern in each part": {
        "allOf": [
            {"type": "object", "patternProperties": {"^x": INTEGER}, "additionalProperties": False},
            {"patternProperties": {"^x": {"minimum": 0}}, "additionalProperties": True},
        ]
    },
    "items twice": {"allOf": [{"type": "array", "items": {"type": ["integer", "null"]}}, {"items": INTEGER}]},
    "tuple and items": {
        "allOf": [{"type": "array", "prefixItems": [INTEGER]}, {"items": {"type": ["integer", "string"]}}]
    },
    "tuples of two lengths": {
        "allOf": [
            {"type": "array", "prefixItems": [INTEGER, STRING], "items": True},
            {"prefixItems": [{"minimum": 1}], "items": True, "maxItems": 2},
        ]
    },
    "counts twice": {"allOf": [{"type": "array", "minItems": 1, "maxItems": 3, "items": INTEGER}, {"minItems": 2}]},
    "keys counted twice": {
        "allOf": [
            {"type": "object", "additionalProperties": INTEGER, "maxProperties": 2},
            {"maxProperties": 1, "minProperties": 1},
        ]
    },
    "any of three": {"anyOf": [INTEGER, {"type": "string", "maxLength": 1}, closed({"a": INTEGER}, "a")]},
    "any of, beside a demand": {"type": "integer", "anyOf": [{"minimum": 7}, {"maximum": -1}]},
    "one of, told apart by type": {"oneOf": [INTEGER, STRING, {"type": "array", "items": INTEGER}]},
    "one of, told apart by values": {"oneOf": [{"enum": ["a", 1]}, {"const": "b"}]},
    "one of, told apart by a key": {
        "oneOf": [
            closed({"kind": {"const": "a"}, "n": INTEGER}, "kind"),
            closed({"kind": {"const": "b"}, "n": INTEGER}, "kind"),
        ]
    },
    "one of, told apart by a key of one": {"oneOf": [closed({"a": INTEGER}, "a"), closed({"b": INTEGER}, "b")]},
    "one of, told apart through references": {
        "oneOf": [{"$ref": "#/$defs/x"}, {"$ref": "#/$defs/y"}],
        "$defs": {"x": INTEGER, "y": {"$ref": "#/$defs/z"}, "z": STRING},
    },
    "one of, one impossible": {"oneOf": [INTEGER, False]},
    "not a type": {"not": {"type": ["number", "string", "object"]}},
    "not a type of given ones": {"type": ["integer", "string", "null"], "not": STRING},
    "not anything": closed({"a": {"not": {}}, "b": INTEGER}),
    "not true": closed({"a": {"not": True}, "b": INTEGER}),
    "not nothing": {"type": "integer", "not": False},
    "key that asks for another": closed({"a": {}, "b": {}}, dependentRequired={"a": ["b"]}),
    "key that asks for a schema": closed(
        {"a": {"type": "integer"}, "b": {}}, dependentSchemas={"a": {"properties": {"a": {"minimum": 7}}}}
    ),
    "nothing depends": closed({"a": INTEGER}, dependentRequired={}),
}
REFERRED: dict[str, Any] = {
    "to the whole": closed({"a": {"anyOf": [{"$ref": "#"}, NULL]}}, "a"),
    "to a definition": {"$ref": "#/$defs/x", "$defs": {"x": INTEGER}},
    "to a definition, beside a demand": {"$ref": "#/$defs/x", "maximum": 3, "$defs": {"x": INTEGER}},
    "to an entry of a list": {"$ref": "#/$defs/x/anyOf/1", "$defs": {"x": {"anyOf": [INTEGER, STRING]}}},
    "to the first entry of a list": {"$ref": "#/$defs/x/anyOf/0", "$defs": {"x": {"anyOf": [INTEGER, STRING]}}},
    "to a name with a slash": {"$ref": "#/$defs/a~1b", "$defs": {"a/b": INTEGER}},
    "to a name with a tilde": {"$ref": "#/$defs/a~0b", "$defs": {"a~b": INTEGER}},
    "to an anchor": {"$ref": "#here", "$defs": {"x": {"$anchor": "here", "type": "integer"}}},
    "to an identifier": {"$ref": "urn:x", "$defs": {"x": {"$id": "urn:x", "type": "integer"}}},
    "to an anchor in a list": {"$ref": "#n", "$defs": {"x": {"anyOf": [STRING, {"$anchor": "n", "type": "null"}]}}},
    "to what refers on": {"$ref": "#/$defs/x", "$defs": {"x": {"$ref": "#/$defs/y"}, "y": STRING}},
    "in a part": {"allOf": [{"$ref": "#/$defs/x"}, {"minimum": 3}], "$defs": {"x": {"type": "integer", "maximum": 7}}},
}
NUMBERS: dict[str, Any] = {
    "integer from": {"type": "integer", "minimum": 3},
    "integer to": {"type": "integer", "maximum": -2},
    "integer above": {"type": "integer", "exclusiveMinimum": 2},
    "integer below": {"type": "integer", "exclusiveMaximum": 3},
    "integer above a fraction": {"type": "integer", "exclusiveMinimum": 2.5, "exclusiveMaximum": 6.5},
    "integer from a fraction": {"type": "integer", "minimum": -1.5, "maximum": 6.5},
    "integer, both lower bounds": {"type": "integer", "minimum": 2, "exclusiveMinimum": 4},
    "integer, both lower bounds the other way": {"type": "integer", "minimum": 4, "exclusiveMinimum": 2},
    "integer, equal lower bounds": {"type": "integer", "minimum": 4, "exclusiveMinimum": 4},
    "integer, both upper bounds": {"type": "integer", "maximum": 6, "exclusiveMaximum": 4},
    "integer, both upper bounds the other way": {"type": "integer", "maximum": 4, "exclusiveMaximum": 9},
    "integer, equal upper bounds": {"type": "integer", "maximum": 4, "exclusiveMaximum": 4},
    "multiples": {"type": "integer", "multipleOf": 2},
    "multiples of five": {"type": "integer", "multipleOf": 5},
    "multiples of a hundred": {"type": "integer", "multipleOf": 100},
    "multiples of one": {"type": "integer", "multipleOf": 1},
    "multiples in a range": {"type": "integer", "multipleOf": 3, "minimum": -12, "maximum": 9},
    "multiples of a part of one": {"type": "integer", "multipleOf": 0.5},
    "numbers that are multiples": {"type": "number", "multipleOf": 2, "maximum": 12, "minimum": -12},
    "multiples of hundredths": {"type": "number", "multipleOf": 0.01},
    "multiples of tenths": {"type": "number", "multipleOf": 0.1},
    "number from": {"type": "number", "minimum": 1.5},
    "number from zero": {"type": "number", "minimum": 0},
    "number above zero": {"type": "number", "exclusiveMinimum": 0},
    "number from one": {"type": "number", "minimum": 1},
    "number to": {"type": "number", "maximum": -0.5},
    "number to zero": {"type": "number", "maximum": 0},
    "number below zero": {"type": "number", "exclusiveMaximum": 0},
    "number between": {"type": "number", "minimum": -0.5, "maximum": 2.25},
    "number between, bounds left out": {"type": "number", "exclusiveMinimum": -0.5, "exclusiveMaximum": 2.25},
    "number, both lower bounds": {"type": "number", "minimum": 1.5, "exclusiveMinimum": 1.5},
    "number, looser bound left out": {"type": "number", "minimum": 1.5, "exclusiveMinimum": 0.5},
    "number, both upper bounds": {"type": "number", "maximum": 6.5, "exclusiveMaximum": 2.25},
    "number of one value": {"type": "number", "minimum": 1.5, "maximum": 1.5},
    "no type, a bound": {"minimum": 3, "type": ["number", "null"]},
}
STRUCTURED: dict[str, Any] = {
    "listed, of a length": {"enum": ["", "a", "ab", "abc", 1], "minLength": 1, "maxLength": 2},
    "listed, of a pattern": {"enum": ["a", "b", "ab", 1], "pattern": "^a"},
    "listed, from a bound": {"enum": [1, 2, 3, 9, "a"], "minimum": 2, "maximum": 3},
    "listed, beyond a bound": {"enum": [1, 2, 3, 9, "a"], "exclusiveMinimum": 1, "exclusiveMaximum": 9},
    "listed, multiples": {"enum": [1, 2, 3, 9, 1.5, "a"], "multipleOf": 1.5},
    "listed, of a type": {"enum": [1, 1.5, True, None, "a", [1], {}], "type": ["integer", "array"]},
    "listed, numbers": {"enum": [1, 1.5, True, None, "a"], "type": "number"},
    "listed, truth values": {"enum": [0, True, False, None], "type": ["boolean"]},
    "listed, null": {"enum": [0, False, None, ""], "type": "null"},
    "listed, counted items": {"enum": [[], [1], [1, 2], [1, 2, 3]], "minItems": 1, "maxItems": 2},
    "listed, items of a type": {"enum": [["a"], [1], [1, "a"]], "items": INTEGER},
    "listed, items of a tuple": {"enum": [["a", 1], [1, "a"], [1, 2]], "prefixItems": [INTEGER], "items": STRING},
    "listed, counted members": {"enum": [{}, {"a": 1}, {"a": 1, "b": 2}], "minProperties": 1, "maxProperties": 1},
    "listed, with a key": {"enum": [{}, {"a": 1}, {"b": 1}], "required": ["b"]},
    "listed, members of a type": {"enum": [{"a": 1}, {"a": "x"}, {"b": 1}], "properties": {"a": STRING}},
    "listed, no further members": {
        "enum": [{"a": 1}, {"b": 1}], "properties": {"a": {}}, "additionalProperties": False
    },
    "listed, further members of a type": {"enum": [{"a": 1}, {"a": "x"}], "additionalProperties": STRING},
    "listed, members by pattern": {"enum": [{"a": 1}, {"a": "x"}, {"b": 1}], "patternProperties": {"^a": STRING}},
    "listed, members among values": {"enum": [{"a": 1}, {"a": 7}], "properties": {"a": {"const": 7}}},
    "any object": {"type": "object"},
    "members of a type": {"type": "object", "additionalProperties": INTEGER},
    "declared and further members": {
        "type": "object", "properties": {"a": INTEGER, "b": STRING}, "additionalProperties": {"type": "integer"}
    },
    "keys by pattern": {"type": "object", "patternProperties": {"^x[0-9]$": INTEGER}, "additionalProperties": False},
    "keys of a length": {"type": "object", "propertyNames": {"maxLength": 1}, "additionalProperties": INTEGER},
    "keys among values": {"type": "object", "propertyNames": {"enum": ["a", "x1"]}, "additionalProperties": INTEGER},
    "one member or two": closed({"a": {}, "b": {}, "c": {}}, minProperties=1, maxProperties=2),
    "two members": closed({"a": {}, "b": {}, "c": {}}, minProperties=2, maxProperties=2),
    "two members, one of them required": closed({"a": {}, "b": {}, "c": {}}, "b", minProperties=2),
    "as many members as are required": closed({"a": {}, "b": {}, "c": {}}, "a", "c", minProperties=2),
    "as many members as there are": closed({"a": {}, "b": {}}, maxProperties=2),
    "fewer members than there are": closed({"a": {}, "b": {}}, maxProperties=1),
    "one member at most, declared or not": {
        "type": "object", "properties": {"a": {}}, "additionalProperties": INTEGER, "maxProperties": 1
    },
    "one member at least, declared or not": {
        "type": "object", "properties": {"a": {}}, "additionalProperties": INTEGER, "minProperties": 1
    },
    "two members at most, one of them required": {
        "type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"], "additionalProperties": INTEGER,
        "maxProperties": 2,
    },
    "no members": closed({"a": {}, "b": {}}, maxProperties=0),
    "impossible member": closed({"a": False, "b": {}}),
    "any list": {"type": "array"},
    "empty list": {"type": "array", "maxItems": 0},
    "list of two or more": {"type": "array", "items": INTEGER, "minItems": 2},
    "list of at most one": {"type": "array", "items": INTEGER, "maxItems": 1},
    "list of one to three": {"type": "array", "items": SCALAR, "minItems": 1, "maxItems": 3},
    "tuple": {"type": "array", "prefixItems": [INTEGER, STRING], "items": False},
    "tuple, all of it": {"type": "array", "prefixItems": [INTEGER, STRING], "items": False, "minItems": 2},
    "tuple and more": {"type": "array", "prefixItems": [INTEGER], "items": SCALAR, "minItems": 2},
    "tuple cut short": {"type": "array", "prefixItems": [INTEGER, STRING], "items": True, "maxItems": 1},
    "tuple and at most one more": {"type": "array", "prefixItems": [INTEGER], "items": INTEGER, "maxItems": 2},
    "no item possible": {"type": "array", "items": False},
}  # fmt: skip


@pytest.mark.parametrize("schema", COMBINED.values(), ids=COMBINED)
def test_combined_schemas_admit_what_is_valid_and_nothing_else(schema: Any) -> None:
    judge_exactly(schema)


@pytest.mark.parametrize("schema", REFERRED.values(), ids=REFERRED)
def test_reference_means_what_it_leads_to(schema: Any) -> None:
    judge_exactly(schema)


@pytest.mark.parametrize("schema", NUMBERS.values(), ids=NUMBERS)
def test_bounds_of_numbers_admit_what_is_valid_and_nothing_else(schema: Any) -> None:
    judge_exactly(schema)


@pytest.mark.parametrize("schema", STRUCTURED.values(), ids=STRUCTURED)
def test_lists_objects_and_listed_values_are_those_that_are_valid(schema: Any) -> None:
    judge_exactly(schema)


@pytest.mark.parametrize(
    ("bound", "near", "inside"),
    [
        ({"exclusiveMinimum": -0.5}, "-0.49999999999999999999", "-0.4999"),
        ({"exclusiveMinimum": 0.5}, "0.50000000000000000001", "0.5001"),
        ({"exclusiveMaximum": -0.5}, "-0.50000000000000000001", "-0.5001"),
        ({"exclusiveMaximum": 0.5}, "0.49999999999999999999", "0.4999"),
    ],
)
def test_number_that_becomes_a_bound_left_out_when_it_is_read_is_not_admitted(
    bound: dict[str, float], near: str, inside: str
) -> None:
    pattern, _ = grammar({"type": "number", **bound})
    assert float(near) == next(iter(bound.values()))
    assert not pattern.fullmatch(near)
    assert pattern.fullmatch(inside)


@pytest.mark.parametrize(
    "counts",
    [
        {"minProperties": 1},
        {"minProperties": 2},
        {"minProperties": 3},
        {"maxProperties": 0},
        {"maxProperties": 1},
        {"maxProperties": 2},
        {"minProperties": 1, "maxProperties": 2},
        {"minProperties": 2, "maxProperties": 2},
        {"minProperties": 3, "maxProperties": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("further", [{}, {"additionalProperties": INTEGER}], ids=["anything", "integers"])
def test_members_of_an_object_that_declares_none_are_counted(counts: dict[str, int], further: dict[str, Any]) -> None:
    schema = {"type": "object", **counts, **further}
    found, _ = admitted(schema)  # that a key may be written twice is reported
    assert found == valid(schema)


@pytest.mark.parametrize(("kind", "found"), [("any", [["a"], [1]]), ("integer", [[1]])])
def test_values_listed_for_a_list_are_judged_by_its_items(kind: str, found: list[Any]) -> None:
    schema = {"enum": [["a"], [1]], "type": "array", "items": {"type": kind}}
    assert without(admitted(schema)[0], found) == without(found, admitted(schema)[0]) == []
