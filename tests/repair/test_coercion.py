"""Values fitted to a schema, and those that must stay as they are."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.coercion import fit, fits
from litellm_fnwrap.schema import SchemaReader

CASES: dict[str, tuple[Any, Any, Any]] = {
    "text to integer": ("5", {"type": "integer"}, 5),
    "whole float to integer": (5.0, {"type": "integer"}, 5),
    "text to boolean": ("True", {"type": "boolean"}, True),
    "text to null": ("None", {"type": ["integer", "null"]}, None),
    "separators": ("1,234,567", {"type": "integer"}, 1234567),
    "currency": ("$5,000.50", {"type": "number"}, 5000.5),
    "single to list": ("x", {"type": "array", "items": {"type": "string"}}, ["x"]),
    "commas to list": ("1,2", {"type": "array", "items": {"type": "integer"}}, [1, 2]),
    "no list of what it may not hold": ("data['x']", {"type": "array", "items": {"type": "number"}}, "data['x']"),
    "JSON text to object": (
        '{"a": "1"}',
        {"type": "object", "properties": {"a": {"type": "integer"}}},
        {"a": 1},
    ),
    "JSON text to list": ('[1, "2"]', {"type": "array", "items": {"type": "integer"}}, [1, 2]),
    "JSON of another kind": ("[1]", {"type": "object"}, "[1]"),
    "half a JSON text": ('{"a": 1', {"type": "object"}, '{"a": 1'),
    "one to boolean": (1, {"type": "boolean"}, True),
    "two is no boolean": (2, {"type": "boolean"}, 2),
    "object in a list of one": ([{"a": 1}], {"type": "object"}, {"a": 1}),
    "number to text": (1.5, {"type": "string"}, "1.5"),
    "const in another case": ("Red", {"const": "red"}, "red"),
    "list of one": ([3], {"type": "integer"}, 3),
    "wrapped": ({"value": 3}, {"type": "integer"}, 3),
    "wrapped with its type": ({"type": "string", "value": "Lyon"}, {"type": "string"}, "Lyon"),
    "an object where a text is wanted": ({"title": "x"}, {"type": "string"}, '{"title": "x"}'),
    "an object that is allowed": ({"value": 3}, {"type": ["string", "object"]}, {"value": 3}),
    "enum case": ("NORTH", {"type": "string", "enum": ["north", "south"]}, "north"),
    "enum unknown": ("up", {"type": "string", "enum": ["north", "south"]}, "up"),
    "key case": (
        {"City_Name": "x"},
        {"type": "object", "properties": {"cityName": {"type": "string"}}},
        {"cityName": "x"},
    ),
    "string stays": ("5", {"type": "string"}, "5"),
    "string of a union stays": ("5", {"type": ["string", "integer"]}, "5"),
    "null for an optional": (
        {"a": None},
        {"type": "object", "properties": {"a": {"type": "integer"}}},
        {},
    ),
    "null for a required": (
        {"a": None},
        {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"a": None},
    ),
    "default not invented": ({}, {"type": "object", "properties": {"a": {"type": "integer", "default": 1}}}, {}),
}


@pytest.mark.parametrize(("value", "schema", "expected"), CASES.values(), ids=CASES)
def test_value_is_fitted(value: Any, schema: Any, expected: Any) -> None:
    notes: list[tuple[str, str]] = []
    fitted = fit(value, schema, SchemaReader(schema), lambda kind, detail: notes.append((kind, detail)))
    assert fitted == expected
    assert type(fitted) is type(expected)
    assert bool(notes) == (fitted != value or type(fitted) is not type(value))


@pytest.mark.parametrize(
    ("value", "schema", "wanted"),
    [
        (1, {"type": "integer"}, True),
        (1, {"type": "string"}, False),
        ("a", {"enum": ["a", "b"]}, True),
        ("c", {"enum": ["a", "b"]}, False),
        ({"a": 1}, {"properties": {"a": {"type": "integer"}}}, True),
        ({"a": "1"}, {"properties": {"a": {"type": "integer"}}}, False),
        ({"A": 1}, {"properties": {"a": {"type": "integer"}}}, False),
        ([1, "2"], {"items": {"type": "integer"}}, False),
        ([{"x": 1}], True, True),
        ({"a": "x"}, {"properties": {"a": {"enum": ["x"]}}}, True),
        ({"a": "y"}, {"properties": {"a": {"enum": ["x"]}}}, False),
        ({"a": [1]}, {"properties": {"a": {"type": "array", "items": {"type": "integer"}}}}, True),
        ({"a": ["1"]}, {"properties": {"a": {"type": "array", "items": {"type": "integer"}}}}, False),
        ({"a": {"b": 1}}, {"properties": {"a": {"properties": {"b": {"type": "string"}}}}}, False),
        ({"a": {}}, {"properties": {"a": {"type": "string"}}}, False),
        ({"a": 1, "b": {}}, {"properties": {"a": True}}, True),
        ({"b": "x"}, {"additionalProperties": {"type": "integer"}}, False),
        ({"a": "x"}, {"$ref": "#/$defs/o", "$defs": {"o": {"properties": {"a": {"type": "integer"}}}}}, False),
        ({"a": None}, {"properties": {"a": {"type": ["integer", "null"]}}}, True),
        ({"a": True}, {"properties": {"a": {"type": "integer"}}}, False),
    ],
)
def test_value_fits_where_nothing_is_left_to_be_fitted(value: Any, schema: Any, wanted: bool) -> None:
    assert fits(value, schema, SchemaReader(schema)) is wanted
