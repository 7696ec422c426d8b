"""What a grammar does not hold is reported, with the place in the schema; what it does hold is not."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.constraints.flatten import disjoint
from litellm_fnwrap.constraints.notation import SPACED
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.constraints.values import Values
from litellm_fnwrap.errors import ConstraintError

INTEGER, STRING = {"type": "integer"}, {"type": "string"}
LISTS = [{"type": "array", "minItems": number} for number in range(12)]


def both(*parts: Any) -> dict[str, Any]:
    return {"allOf": list(parts)}


def reports(schema: Any, *, brief: bool = False) -> list[str]:
    rules = Rules(brief=brief)
    Values(rules, SPACED, schema).node(schema, "q")
    return list(rules.widened)


REPORTED: dict[str, tuple[Any, list[str]]] = {
    "two demands on what a list contains": (
        both({"type": "array", "contains": INTEGER}, {"contains": STRING}),
        ["q: a second contains", "q: contains"],
    ),
    "the same demand twice": (both({"type": "array", "contains": INTEGER}, {"contains": INTEGER}), ["q: contains"]),
    "a list that need not contain it": ({"type": "array", "contains": INTEGER, "minContains": 0}, []),
    "two steps that are no integers": (
        both({"type": "number", "multipleOf": 0.1}, {"multipleOf": 0.25}),
        ["q: a second multipleOf"],
    ),
    "two steps of which one is no integer": (
        both({"type": "number", "multipleOf": 0.1}, {"multipleOf": 2}),
        ["q: a second multipleOf"],
    ),
    "unique items in one part": (
        both({"type": "array", "uniqueItems": True}, {"uniqueItems": False}),
        ["q: uniqueItems"],
    ),
    "unique items in the other part": (
        both({"type": "array", "uniqueItems": False}, {"uniqueItems": True}),
        ["q: uniqueItems"],
    ),
    "one item, which is unique": ({"type": "array", "uniqueItems": True, "maxItems": 1}, []),
    "two patterns": (both({"type": "string", "pattern": "a"}, {"pattern": "b"}), ["q: pattern 'b'"]),
    "the same pattern twice": (both({"type": "string", "pattern": "a"}, {"pattern": "a"}), []),
    "a pattern and a format": ({"type": "string", "pattern": "a", "format": "date"}, ["q: format 'date'"]),
    "two formats": (both({"type": "string", "format": "date"}, {"format": "time"}), ["q: format 'time'"]),
    "a format that means nothing": ({"type": "string", "format": "phone"}, []),
    "as many alternatives as are multiplied out": (both({"anyOf": LISTS[:8]}, {"anyOf": [*LISTS, *LISTS[:4]]}), []),
    "more alternatives": (
        both({"anyOf": LISTS[:11]}, {"anyOf": LISTS}),
        ["q: a combination of more than 128 alternatives"],
    ),
    "one of what may be both": ({"oneOf": [{"minimum": 1}, {"maximum": 2}]}, ["q: oneOf is taken as anyOf"]),
    "one of three, two of which overlap": (
        {"oneOf": [INTEGER, STRING, {"type": "string", "maxLength": 2}]},
        ["q: oneOf is taken as anyOf"],
    ),
    "one of two, beside something": (
        {"type": "integer", "oneOf": [{"minimum": 1}, {"maximum": 2}]},
        ["q: oneOf is taken as anyOf"],
    ),
    "not one value": ({"type": "integer", "not": {"const": 1}}, ["q: not"]),
    "not an integer, but a number": ({"type": "number", "not": INTEGER}, ["q: not"]),
    "neither integer nor number": ({"type": ["number", "string"], "not": {"type": ["integer", "number"]}}, []),
    "not a number": ({"type": ["number", "string"], "not": {"type": "number"}}, []),
    "a condition": ({"type": "integer", "if": {"minimum": 3}}, ["q: if/then/else is taken as a choice of both"]),
    "items of other parts": ({"type": "array", "unevaluatedItems": False}, ["q: unevaluatedItems"]),
    "steps without bounds": ({"type": "integer", "multipleOf": 7}, ["q: multipleOf 7"]),
    "steps from a bound": ({"type": "integer", "multipleOf": 2, "minimum": 0}, ["q: multipleOf 2"]),
    "few steps in a range": ({"type": "integer", "multipleOf": 7, "minimum": 0, "maximum": 3584}, []),
    "many steps in a range": ({"type": "integer", "multipleOf": 7, "minimum": 0, "maximum": 3591}, ["q: multipleOf 7"]),
    "steps that divide a thousand": ({"type": "integer", "multipleOf": 125}, []),
    "steps of a half": ({"type": "integer", "multipleOf": 0.5}, []),
    "steps of three halves": ({"type": "integer", "multipleOf": 1.5}, ["q: multipleOf 1.5"]),
    "steps of a fraction in a range": ({"type": "number", "multipleOf": 0.1, "minimum": 0}, ["q: multipleOf 0.1"]),
    "steps of a fraction up to a bound": ({"type": "number", "multipleOf": 0.1, "maximum": 0}, ["q: multipleOf 0.1"]),
    "steps of another fraction": ({"type": "number", "multipleOf": 0.3}, ["q: multipleOf 0.3"]),
    "steps of a quarter": ({"type": "number", "multipleOf": 0.25}, ["q: multipleOf 0.25"]),
    "steps of nothing": ({"type": "integer", "multipleOf": 0}, ["q: multipleOf 0"]),
    "steps backwards": ({"type": "integer", "multipleOf": -0.5}, ["q: multipleOf -0.5"]),
    "numbers in steps of nothing": ({"type": "number", "multipleOf": 0}, ["q: multipleOf 0"]),
    "steps beyond the largest number": ({"type": "integer", "multipleOf": 10**40}, ["q: multipleOf 1" + "0" * 40]),
    "steps that are no number": ({"type": "integer", "multipleOf": True}, []),
    "very long list": ({"type": "array", "items": INTEGER, "maxItems": 2001}, ["q: maxItems above 2000"]),
    "long list": ({"type": "array", "items": INTEGER, "maxItems": 2000}, []),
    "long list behind a tuple": ({"type": "array", "prefixItems": [INTEGER], "items": INTEGER, "maxItems": 2001}, []),
    "very long text at least": ({"type": "string", "minLength": 2001}, ["q: minLength above 2000"]),
    "long text at least": ({"type": "string", "minLength": 2000}, []),
    "very long text at most": ({"type": "string", "maxLength": 2001}, ["q: maxLength above 2000"]),
    "long text at most": ({"type": "string", "maxLength": 2000}, []),
    "texts of many lengths, all long": ({"type": "string", "minLength": 1000, "maxLength": 3000}, []),
    "listed texts of a format": ({"enum": ["a", 1], "format": "date"}, ["q: format beside enum"]),
    "listed numbers of a format": ({"enum": [1, 2], "format": "date"}, []),
    "keys written twice": ({"type": "object", "minProperties": 2}, ["q: minProperties, where a key is written twice"]),
    "one key": ({"type": "object", "minProperties": 1}, []),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "expected"), REPORTED.values(), ids=REPORTED)
def test_what_the_grammar_leaves_to_later_checks_is_reported(schema: Any, expected: list[str]) -> None:
    assert reports(schema) == expected


MINIMUM, MAXIMUM = "q: minProperties beside properties", "q: maxProperties beside properties"
KEYS = {f"k{number}": {"type": "null"} for number in range(300)}


@pytest.mark.parametrize(
    ("count", "demands", "brief", "expected"),
    [
        (300, {"maxProperties": 1}, False, []),
        (300, {"maxProperties": 2}, False, [MAXIMUM]),
        (300, {"minProperties": 1}, False, []),
        (300, {"minProperties": 2}, False, [MINIMUM]),
        (300, {"maxProperties": 300}, False, []),
        (300, {"minProperties": 2, "maxProperties": 300}, False, [MINIMUM, MAXIMUM]),
        (7, {"maxProperties": 1}, True, []),
        (8, {"maxProperties": 1}, True, [MAXIMUM]),
        (60, {"maxProperties": 0}, True, []),
        (61, {"maxProperties": 0}, True, [MAXIMUM]),
        (3, {"minProperties": 2}, True, []),
        (4, {"minProperties": 2}, True, [MINIMUM]),
    ],
)  # fmt: skip
def test_members_are_counted_as_far_as_the_grammar_stays_small(
    count: int, demands: dict[str, int], brief: bool, expected: list[str]
) -> None:
    schema = {"type": "object", "properties": dict(list(KEYS.items())[:count]), **demands}
    assert reports(schema, brief=brief) == expected


FURTHER: dict[str, tuple[dict[str, Any], list[str]]] = {
    "by pattern and otherwise": (
        {"patternProperties": {"^x": INTEGER}, "additionalProperties": STRING},
        ["q: additionalProperties beside patternProperties"],
    ),
    "by pattern and in any way": ({"patternProperties": {"^x": INTEGER}, "additionalProperties": True}, []),
    "by a pattern that is not understood": (
        {"patternProperties": {"(?=x)": INTEGER}, "additionalProperties": False},
        ["q: patternProperties '(?=x)'"],
    ),
    "by pattern beside declared ones": (
        {"properties": {"a": STRING}, "patternProperties": {"^x": INTEGER}},
        ["q: patternProperties '^x' may meet other keys"],
    ),
    "by two patterns": (
        {"patternProperties": {"^x": INTEGER, "^y": STRING}},
        ["q: patternProperties '^x' may meet other keys", "q: patternProperties '^y' may meet other keys"],
    ),
    "of a length beside declared ones": (
        {"properties": {"a": STRING}, "propertyNames": {"maxLength": 2}, "additionalProperties": INTEGER},
        ["q: propertyNames beside properties"],
    ),
    "among values beside declared ones": (
        {"properties": {"a": STRING}, "propertyNames": {"enum": ["a", "b"]}, "additionalProperties": INTEGER},
        [],
    ),
}


@pytest.mark.parametrize(("schema", "expected"), FURTHER.values(), ids=FURTHER)
def test_keys_that_are_not_declared_are_reported_where_they_may_meet_others(
    schema: dict[str, Any], expected: list[str]
) -> None:
    assert reports({"type": "object", **schema}) == expected


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        (3, "q is 3; a JSON Schema is needed there"),
        ({"allOf": [None]}, "q is null; a JSON Schema is needed there"),
        (both({"type": "strin"}), "q has the type 'strin'. Accepted: object, array, string, number, integer"),
        ({"$ref": "#/$defs/y", "$defs": {"x": {}}}, "refers to '#/$defs/y', and there is no 'y' there"),
        ({"$ref": "#/allOf/1", "allOf": [{}]}, "refers to '#/allOf/1', and there is no '1' there"),
        ({"$ref": "#/allOf/7", "allOf": [{}]}, "refers to '#/allOf/7', and there is no '7' there"),
        ({"$ref": "#/allOf/x", "allOf": [{}]}, "refers to '#/allOf/x', and there is no 'x' there"),
        ({"$ref": "other.json"}, "refers to 'other.json', which is not part of it"),
        ({"$ref": 7}, "refers to 7, which is not part of it"),
        (both({"$ref": "#"}), "the reference '#' leads back to itself"),
        (
            {"anyOf": [both({"$ref": "#/$defs/x"})], "$defs": {"x": {"minimum": 1, "$ref": "#/$defs/x"}}},
            "the reference '#/$defs/x' leads back to itself",
        ),
    ],
)
def test_schema_that_is_none_is_refused_with_its_place(schema: Any, sentence: str) -> None:
    with pytest.raises(ConstraintError) as caught:
        reports(schema)
    assert sentence in str(caught.value)


CLOSED = {"type": "object", "additionalProperties": False}
KIND = {"type": "object", "properties": {"kind": {"const": "a"}}, "required": ["kind"]}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (True, True, False),
        (False, True, True),
        ({}, False, True),
        ({}, True, False),
        ({}, {}, False),
        (INTEGER, STRING, True),
        (INTEGER, INTEGER, False),
        (INTEGER, {"type": "number"}, False),
        ({"type": "number"}, INTEGER, False),
        ({"type": ["string", "null"]}, {"type": ["integer", "boolean"]}, True),
        ({"type": ["string", "null"]}, {"type": ["integer", "null"]}, False),
        (INTEGER, {}, False),
        ({}, INTEGER, False),
        ({"const": 1}, {"const": 2}, True),
        ({"const": 1}, {"const": True}, True),
        ({"const": 1}, {"enum": [1, 2]}, False),
        ({"enum": ["a", "b"]}, {"enum": ["c"]}, True),
        ({"enum": ["a", "b"]}, {"enum": ["c", "b"]}, False),
        ({"const": None}, {"const": None}, False),
        ({"const": None}, {}, False),
        (KIND, {**KIND, "properties": {"kind": {"const": "b"}}}, True),
        (KIND, KIND, False),
        (KIND, {**KIND, "properties": {"kind": {"const": "b"}}, "required": []}, False),
        ({**KIND, "required": []}, {**KIND, "properties": {"kind": {"const": "b"}}}, False),
        (KIND, {**CLOSED, "properties": {"b": {}}}, True),
        ({**CLOSED, "properties": {"b": {}}}, KIND, True),
        (KIND, {"type": "object", "properties": {"b": {}}}, False),
        (KIND, {**CLOSED, "properties": {"b": {}}, "patternProperties": {"k": {}}}, False),
        (KIND, {**CLOSED, "properties": {"kind": {}}}, False),
        ({"type": "object", "required": ["x"]}, {**CLOSED, "properties": {"x": {}}, "required": ["x"]}, False),
        ({"required": ["a"]}, {"properties": {"b": {}}, "additionalProperties": False}, False),
        ({"required": ["a"]}, {**CLOSED, "properties": {"b": {}}}, True),
        ({**CLOSED, "properties": {"b": {}}}, {"required": ["a"], "type": ["object", "null"]}, True),
    ],
    ids=str,
)  # fmt: skip
def test_schemas_that_share_no_value_are_known(left: Any, right: Any, expected: bool) -> None:
    assert disjoint(left, right) is expected
