"""JSON Schema keywords with values that fulfil and violate them: one table for the tests and for the README."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Case:
    """A schema that uses a keyword.

    good, bad  values that fulfil it, and that violate it.
    widened    True if the grammar admits a superset and says so; bad values are then not expected to be refused.
    """

    id: str
    keyword: str
    schema: Any
    good: tuple[Any, ...]
    bad: tuple[Any, ...] = ()
    widened: bool = False


def _object(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), **more}


TREE: dict[str, Any] = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": _object(
            {"value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "value"
        )
    },
}
PYDANTIC: dict[str, Any] = {
    "$defs": {
        "Address": {
            "properties": {
                "street": {"title": "Street", "type": "string"},
                "zip": {"pattern": "^[0-9]{5}$", "title": "Zip", "type": "string"},
            },
            "required": ["street", "zip"],
            "title": "Address",
            "type": "object",
        },
        "Colour": {"enum": ["red", "green"], "title": "Colour", "type": "string"},
        "Cat": {
            "properties": {
                "kind": {"const": "cat", "title": "Kind", "type": "string"},
                "lives": {"maximum": 9, "minimum": 1, "title": "Lives", "type": "integer"},
            },
            "required": ["kind", "lives"],
            "title": "Cat",
            "type": "object",
        },
        "Dog": {
            "properties": {
                "kind": {"const": "dog", "title": "Kind", "type": "string"},
                "good": {"default": True, "title": "Good", "type": "boolean"},
            },
            "required": ["kind"],
            "title": "Dog",
            "type": "object",
        },
    },
    "properties": {
        "name": {"maxLength": 12, "minLength": 1, "title": "Name", "type": "string"},
        "address": {"anyOf": [{"$ref": "#/$defs/Address"}, {"type": "null"}], "default": None},
        "colour": {"allOf": [{"$ref": "#/$defs/Colour"}], "default": "red"},
        "scores": {"additionalProperties": {"type": "number"}, "title": "Scores", "type": "object"},
        "pair": {
            "maxItems": 2,
            "minItems": 2,
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "title": "Pair",
            "type": "array",
        },
        "pet": {
            "discriminator": {"mapping": {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}, "propertyName": "kind"},
            "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
            "title": "Pet",
        },
    },
    "required": ["name", "pet"],
    "title": "Person",
    "type": "object",
}

CASES: tuple[Case, ...] = (
    Case(id="string", keyword="type", schema={"type": "string"}, good=("", 'é\n"\\x', "😀"), bad=(1, None, ["a"])),
    Case(id="integer", keyword="type", schema={"type": "integer"}, good=(0, -7, 10**20), bad=(1.5, "1", True)),
    Case(
        id="number",
        keyword="type",
        schema={"type": "number"},
        good=(0, -1.5, 1e-7, 1e22, 1.7976931348623157e308),
        bad=("1", None),
    ),
    Case(id="boolean", keyword="type", schema={"type": "boolean"}, good=(True, False), bad=(0, "true")),
    Case(id="null", keyword="type", schema={"type": "null"}, good=(None,), bad=(0, "", False)),
    Case(id="list-of-types", keyword="type", schema={"type": ["integer", "null"]}, good=(3, None), bad=("3", 1.5)),
    Case(id="integer-or-number", keyword="type", schema={"type": ["integer", "number"]}, good=(3, 1.5), bad=("3",)),
    Case(id="no-type", keyword="no type", schema={}, good=("a", 1, None, [1, {"b": [True]}], {"a": {}})),
    Case(id="true", keyword="true, false", schema=True, good=("a", 1, {"a": [None]})),
    Case(
        id="false-property",
        keyword="true, false",
        schema=_object({"a": False, "b": {"type": "null"}}),
        good=({}, {"b": None}),
        bad=({"a": 1},),
    ),
    Case(
        id="any-object",
        keyword="type",
        schema={"type": "object"},
        good=({}, {"a": 1}, {"a": {"b": []}, "c": ""}),
        bad=([], 1),
    ),
    Case(id="any-array", keyword="type", schema={"type": "array"}, good=([], [1, "a", None, {}]), bad=({}, "[]")),
    Case(
        id="enum",
        keyword="enum",
        schema={"enum": ["a", "b c", 3, None, {"x": [1]}]},
        good=("a", "b c", 3, None, {"x": [1]}),
        bad=("c", 4, {"x": [2]}),
    ),
    Case(
        id="enum-beside-type", keyword="enum", schema={"type": "string", "enum": ["a", None]}, good=("a",), bad=(None,)
    ),
    Case(
        id="enum-beside-properties",
        keyword="enum",
        schema={"enum": [{"a": 1}, {"a": "x"}, {"b": 1}], **_object({"a": {"type": "integer"}}, "a")},
        good=({"a": 1},),
        bad=({"a": "x"}, {"b": 1}),
    ),
    Case(
        id="enum-with-quotes",
        keyword="enum",
        schema={"enum": ["it's", 'say "hi"', "back\\slash", "line\nend"]},
        good=("it's", 'say "hi"', "back\\slash", "line\nend"),
        bad=("its",),
    ),
    Case(id="const", keyword="const", schema={"const": {"a": 1}}, good=({"a": 1},), bad=({"a": 2}, 1)),
    Case(
        id="properties",
        keyword="properties, required",
        schema=_object({"a": {"type": "string"}, "b": {"type": "integer"}, "c": {"type": "null"}}, "b"),
        good=({"b": 1}, {"a": "", "b": 1}, {"b": 1, "c": None}, {"a": "", "b": 1, "c": None}),
        bad=({}, {"a": "x"}, {"b": "1"}, {"a": 1, "b": 1}),
    ),
    Case(
        id="all-optional",
        keyword="properties, required",
        schema=_object(
            {
                "a": {"type": "null"},
                "b": {"type": "null"},
                "c": {"type": "null"},
                "d": {"type": "null"},
                "e": {"type": "null"},
            }
        ),
        good=(
            {},
            {"a": None},
            {"e": None},
            {"b": None, "d": None},
            {"a": None, "b": None, "c": None, "d": None, "e": None},
        ),
        bad=({"a": 1},),
    ),
    Case(id="no-properties", keyword="properties, required", schema=_object({}), good=({},)),
    Case(
        id="required-undeclared",
        keyword="properties, required",
        schema={"type": "object", "required": ["k"]},
        good=({"k": 1},),
        bad=({},),
    ),
    Case(
        id="closed",
        keyword="additionalProperties",
        schema=_object({"a": {"type": "integer"}}, additionalProperties=False),
        good=({}, {"a": 1}),
        bad=({"b": 1},),
    ),
    Case(
        id="open",
        keyword="additionalProperties",
        schema=_object({"a": {"type": "integer"}, "ab": {"type": "null"}}, additionalProperties={"type": "string"}),
        good=({"a": 1, "b": "x"}, {"b": "x", "abc": "y"}, {"": ""}),
        bad=({"b": 1}, {"a": "x"}),
    ),
    Case(
        id="unevaluated-properties",
        keyword="unevaluatedProperties",
        schema={
            **_object({"b": {"type": "string"}}, unevaluatedProperties=False),
            "allOf": [_object({"a": {"type": "integer"}}, "a")],
        },
        good=({"a": 1}, {"b": "x", "a": 1}),
        bad=({"b": "x"}, {"a": 1, "c": 1}),
    ),
    Case(
        id="unevaluated-items",
        keyword="unevaluatedItems",
        schema={"type": "array", "prefixItems": [{"type": "integer"}], "unevaluatedItems": {"type": "null"}},
        good=([1],),
        bad=(["a"],),
        widened=True,
    ),
    Case(
        id="map",
        keyword="additionalProperties",
        schema={"type": "object", "additionalProperties": {"type": "integer"}},
        good=({}, {"x": 1, "y": 2}),
        bad=({"x": "1"},),
    ),
    Case(
        id="pattern-properties",
        keyword="patternProperties",
        schema={
            "type": "object",
            "patternProperties": {"^x-[a-z]+$": {"type": "integer"}},
            "additionalProperties": False,
        },
        good=({}, {"x-a": 1}),
        bad=({"x-a": "1"}, {"y": 1}),
    ),
    Case(
        id="property-names",
        keyword="propertyNames",
        schema={
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]{2}$"},
            "additionalProperties": {"type": "integer"},
        },
        good=({}, {"de": 1, "fr": 2}),
        bad=({"xyz": 1},),
    ),
    Case(
        id="property-counts",
        keyword="minProperties, maxProperties",
        schema={"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1, "maxProperties": 2},
        good=({"a": 1}, {"a": 1, "b": 2}),
        bad=({}, {"a": 1, "b": 2, "c": 3}),
    ),
    Case(
        id="property-counts-declared",
        keyword="minProperties, maxProperties",
        schema=_object({"a": {}, "b": {}}, minProperties=1),
        good=({"a": 1}, {"b": 1}, {"a": 1, "b": 2}),
        bad=({},),
    ),
    Case(
        id="property-counts-beside-required",
        keyword="minProperties, maxProperties",
        schema=_object({"a": {}, "b": {}, "c": {}}, "b", minProperties=2, maxProperties=2),
        good=({"a": 1, "b": 2}, {"b": 1, "c": 2}),
        bad=({"b": 1}, {"a": 1, "b": 2, "c": 3}, {"a": 1, "c": 3}),
    ),
    Case(
        id="property-counts-with-further-keys",
        keyword="minProperties, maxProperties",
        schema=_object({"a": {}, "b": {}}, additionalProperties={"type": "null"}, minProperties=1, maxProperties=2),
        good=({"a": 1}, {"x": None}, {"a": 1, "x": None}, {"x": None, "y": None}),
        bad=({}, {"a": 1, "b": 2, "x": None}, {"x": None, "y": None, "z": None}),
    ),
    Case(
        id="property-counts-of-keys-written-twice",
        keyword="minProperties, maxProperties",
        schema=_object({"a": {}}, additionalProperties={"type": "null"}, minProperties=2),
        good=({"a": 1, "x": None},),
        bad=({"a": 1},),
        widened=True,
    ),
    Case(
        id="dependent-required",
        keyword="dependentRequired",
        schema=_object(
            {"card": {"type": "integer"}, "owner": {"type": "string"}}, dependentRequired={"card": ["owner"]}
        ),
        good=({}, {"owner": "x"}, {"card": 1, "owner": "x"}),
        bad=({"card": 1},),
    ),
    Case(
        id="items",
        keyword="items",
        schema={"type": "array", "items": {"type": "integer"}},
        good=([], [1, 2]),
        bad=(["a"], {}),
    ),
    Case(
        id="item-counts",
        keyword="minItems, maxItems",
        schema={"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3},
        good=([1, 2], [1, 2, 3]),
        bad=([], [1], [1, 2, 3, 4]),
    ),
    Case(
        id="no-items",
        keyword="minItems, maxItems",
        schema={"type": "array", "items": {"type": "integer"}, "maxItems": 0},
        good=([],),
        bad=([1],),
    ),
    Case(
        id="item-counts-that-contradict",
        keyword="minItems, maxItems",
        schema=_object({"a": {"type": "array", "items": {"type": "null"}, "minItems": 3, "maxItems": 2}}),
        good=({},),
        bad=({"a": [None, None]}, {"a": [None, None, None]}),
    ),
    Case(
        id="tuple",
        keyword="prefixItems",
        schema={
            "type": "array",
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "items": False,
            "minItems": 1,
        },
        good=([1], [1, "a"]),
        bad=([], ["a"], [1, "a", 2]),
    ),
    Case(
        id="tuple-and-more",
        keyword="prefixItems",
        schema={"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "null"}, "maxItems": 3},
        good=([], [1], [1, None, None]),
        bad=([None], [1, 2], [1, None, None, None]),
    ),
    Case(
        id="tuple-draft-7",
        keyword="items as a list, additionalItems",
        schema={"type": "array", "items": [{"type": "integer"}, {"type": "string"}], "additionalItems": False},
        good=([], [1], [1, "a"]),
        bad=(["a"], [1, "a", 1]),
    ),
    Case(
        id="unique-items",
        keyword="uniqueItems",
        schema={"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
        good=([1, 2],),
        bad=([1, 1],),
        widened=True,
    ),
    Case(
        id="contains",
        keyword="contains",
        schema={"type": "array", "contains": {"const": 7}},
        good=([7],),
        bad=([8],),
        widened=True,
    ),
    Case(
        id="contains-in-an-empty-list",
        keyword="contains",
        schema={"type": "array", "contains": {"type": "string"}, "maxItems": 1},
        good=(["a"],),
        bad=([], [1]),
        widened=True,
    ),
    Case(
        id="lengths",
        keyword="minLength, maxLength",
        schema={"type": "string", "minLength": 2, "maxLength": 4},
        good=("ab", 'ab\n"', "日本語😀"),
        bad=("", "a", "abcde"),
    ),
    Case(
        id="lengths-that-contradict",
        keyword="minLength, maxLength",
        schema=_object({"a": {"type": "string", "minLength": 3, "maxLength": 1}}),
        good=({},),
        bad=({"a": "xxx"}, {"a": "x"}),
    ),
    Case(
        id="long-text",
        keyword="minLength, maxLength",
        schema={"type": "string", "maxLength": 300},
        good=("", "x" * 299, "x" * 300),
        bad=("x" * 301,),
    ),
    Case(
        id="very-long-text",
        keyword="minLength, maxLength",
        schema={"type": "string", "maxLength": 100000},
        good=("x" * 3000,),
        bad=(1,),
        widened=True,
    ),
    Case(
        id="pattern",
        keyword="pattern",
        schema={"type": "string", "pattern": "^[A-Z]{2,3}-\\d+(\\.\\d)?$"},
        good=("AB-1", "ABC-12.3"),
        bad=("A-1", "AB-", "xAB-1"),
    ),
    Case(
        id="pattern-unanchored",
        keyword="pattern",
        schema={"type": "string", "pattern": "b+c|^z"},
        good=("abbcd", "bc", "zoo"),
        bad=("ab", "az"),
    ),
    Case(
        id="pattern-escapes",
        keyword="pattern",
        schema={"type": "string", "pattern": '^[^"\\\\\\s]+\\u0041\\x42[\\w.-]*\\/$'},
        good=("éAB/", "xABa.b-/"),
        bad=('"AB/', "AB/"),
    ),
    Case(
        id="pattern-and-length",
        keyword="minLength, maxLength",
        schema={"type": "string", "pattern": "^[a-z]+[0-9]{2}$", "minLength": 4, "maxLength": 6},
        good=("ab12", "abcd12"),
        bad=("a12", "abcde12", "abc1"),
    ),
    Case(
        id="pattern-alternatives-and-length",
        keyword="minLength, maxLength",
        schema={"type": "string", "pattern": "^(?:[a-z]+|(?:[0-9]{3})*|\\+)$", "minLength": 2, "maxLength": 7},
        good=("ab", "abcdefg", "123", "123456"),
        bad=("a", "abcdefgh", "", "+", "1234"),
    ),
    Case(
        id="pattern-lookahead",
        keyword="pattern",
        schema={"type": "string", "pattern": "^(?=a)[a-z]+$"},
        good=("abc",),
        bad=("bcd",),
        widened=True,
    ),
    Case(
        id="minimum",
        keyword="minimum, maximum",
        schema={"type": "integer", "minimum": -5, "maximum": 120},
        good=(-5, 0, 99, 120),
        bad=(-6, 121, 1000),
    ),
    Case(
        id="exclusive",
        keyword="exclusiveMinimum, exclusiveMaximum",
        schema={"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10},
        good=(1, 9),
        bad=(0, 10),
    ),
    Case(
        id="exclusive-draft-4",
        keyword="exclusiveMinimum, exclusiveMaximum",
        schema={"type": "integer", "minimum": 0, "exclusiveMinimum": True},
        good=(1, 10**6),
        bad=(),
    ),
    Case(
        id="number-range",
        keyword="minimum, maximum",
        schema={"type": "number", "minimum": -90, "maximum": 90},
        good=(-90, 89.999, 0.5, 1e-9),
        bad=(90.1, -90.0001, 100),
    ),
    Case(
        id="number-range-small",
        keyword="exclusiveMinimum, exclusiveMaximum",
        schema={"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        good=(0.5, 1e-9, 0.999),
        bad=(0, 1, 1.5, -0.5),
    ),
    Case(
        id="number-from",
        keyword="minimum, maximum",
        schema={"type": "number", "minimum": 1.5},
        good=(1.5, 2, 1e30),
        bad=(1.4, 0, -2),
    ),
    Case(
        id="multiple-of",
        keyword="multipleOf",
        schema={"type": "integer", "multipleOf": 5},
        good=(0, -15, 100),
        bad=(3, 101),
    ),
    Case(
        id="multiple-of-in-range",
        keyword="multipleOf",
        schema={"type": "integer", "multipleOf": 7, "minimum": 0, "maximum": 700},
        good=(0, 7, 693),
        bad=(8, 707),
    ),
    Case(
        id="multiple-of-cents",
        keyword="multipleOf",
        schema={"type": "number", "multipleOf": 0.01},
        good=(1.25, 3),
        bad=(1.255,),
    ),
    Case(
        id="multiple-of-other",
        keyword="multipleOf",
        schema={"type": "integer", "multipleOf": 7},
        good=(14,),
        bad=(15,),
        widened=True,
    ),
    Case(
        id="date",
        keyword="format: date",
        schema={"type": "string", "format": "date"},
        good=("2024-02-29", "1999-12-31"),
        bad=("2023-02-29", "2024-13-01", "24-1-1"),
    ),
    Case(
        id="time",
        keyword="format: time",
        schema={"type": "string", "format": "time"},
        good=("23:59:59Z", "00:00:00.5+02:00"),
        bad=("24:00:00Z", "12:00"),
    ),
    Case(
        id="date-time",
        keyword="format: date-time",
        schema={"type": "string", "format": "date-time"},
        good=("2024-02-29T12:00:00Z",),
        bad=("2024-02-30T12:00:00Z", "2024-02-29"),
    ),
    Case(
        id="duration",
        keyword="format: duration",
        schema={"type": "string", "format": "duration"},
        good=("P1Y2M3DT4H5M6S", "PT20M", "P2W"),
        bad=("P", "1D", "PT"),
    ),
    Case(
        id="uuid",
        keyword="format: uuid",
        schema={"type": "string", "format": "uuid"},
        good=("123e4567-e89b-12d3-a456-426614174000",),
        bad=("123e4567",),
    ),
    Case(
        id="email",
        keyword="format: email",
        schema={"type": "string", "format": "email"},
        good=("a.b+c@example.org",),
        bad=("a.b", "@x.org"),
    ),
    Case(
        id="hostname",
        keyword="format: hostname",
        schema={"type": "string", "format": "hostname"},
        good=("example.org", "localhost"),
        bad=("-x.org", "a b"),
    ),
    Case(
        id="ipv4",
        keyword="format: ipv4",
        schema={"type": "string", "format": "ipv4"},
        good=("0.0.0.0", "255.10.1.99"),
        bad=("256.1.1.1", "1.2.3"),
    ),
    Case(
        id="ipv6",
        keyword="format: ipv6",
        schema={"type": "string", "format": "ipv6"},
        good=("::1", "2001:db8::8a2e:370:7334", "::"),
        bad=(":::", "1:2:3"),
    ),
    Case(
        id="uri",
        keyword="format: uri",
        schema={"type": "string", "format": "uri"},
        good=("https://example.org/a/b?c=d#e", "mailto:x@y.z"),
        bad=("example", "http//x"),
    ),
    Case(
        id="format-other",
        keyword="format: others",
        schema={"type": "string", "format": "json-pointer"},
        good=("/a/b",),
        bad=("a",),
        widened=True,
    ),
    Case(
        id="format-beside-enum",
        keyword="format: others",
        schema={"type": "string", "format": "ipv4", "enum": ["a", "1.2.3.4"]},
        good=("1.2.3.4",),
        bad=("a",),
        widened=True,
    ),
    Case(
        id="any-of",
        keyword="anyOf",
        schema={"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string"}}]},
        good=(1, ["a"]),
        bad=("a", [1]),
    ),
    Case(
        id="any-of-beside-properties",
        keyword="anyOf",
        schema=_object(
            {"a": {"type": "integer"}, "b": {"type": "integer"}}, anyOf=[{"required": ["a"]}, {"required": ["b"]}]
        ),
        good=({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        bad=({},),
    ),
    Case(
        id="one-of",
        keyword="oneOf",
        schema={"oneOf": [{"type": "integer"}, {"type": "string"}]},
        good=(1, "a"),
        bad=(None, []),
    ),
    Case(
        id="one-of-told-apart",
        keyword="oneOf",
        schema={
            "oneOf": [
                _object({"kind": {"const": "a"}, "x": {"type": "integer"}}, "kind"),
                _object({"kind": {"const": "b"}}, "kind"),
            ]
        },
        good=({"kind": "a", "x": 1}, {"kind": "b"}),
        bad=({"kind": "c"},),
    ),
    Case(
        id="one-of-overlapping",
        keyword="oneOf",
        schema={"oneOf": [{"type": "integer", "minimum": 0}, {"type": "integer", "maximum": 9}]},
        good=(-1, 10),
        bad=(5,),
        widened=True,
    ),
    Case(
        id="all-of",
        keyword="allOf",
        schema={"allOf": [_object({"a": {"type": "integer"}}, "a"), _object({"b": {"type": "string"}}, "b")]},
        good=({"a": 1, "b": "x"},),
        bad=({"a": 1}, {"b": "x"}),
    ),
    Case(
        id="all-of-bounds",
        keyword="allOf",
        schema={
            "allOf": [
                {"type": "number", "minimum": 1},
                {"type": "integer", "maximum": 5},
                {"enum": [0, 1, 3, 5, 7, "x"]},
            ]
        },
        good=(1, 3, 5),
        bad=(0, 7, "x", 4),
    ),
    Case(
        id="all-of-any-of",
        keyword="allOf",
        schema={
            "allOf": [
                {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            ]
        },
        good=(5,),
        bad=("a", None),
    ),
    Case(
        id="not-type",
        keyword="not",
        schema={"not": {"type": ["object", "array", "string"]}},
        good=(1, None, True),
        bad=("a", [], {}),
    ),
    Case(
        id="not-other",
        keyword="not",
        schema={"type": "string", "not": {"const": "x"}},
        good=("y",),
        bad=("x",),
        widened=True,
    ),
    Case(
        id="if-then-else",
        keyword="if, then, else",
        schema={
            **_object({"kind": {"enum": ["a", "b"]}, "x": {"type": "integer"}}, "kind"),
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"required": ["x"]},
        },
        good=({"kind": "a", "x": 1}, {"kind": "b"}),
        bad=({"kind": "a"},),
        widened=True,
    ),
    Case(
        id="definitions",
        keyword="$ref, $defs, definitions",
        schema={
            **_object({"p": {"$ref": "#/definitions/point"}}, "p"),
            "definitions": {"point": _object({"x": {"type": "number"}}, "x")},
        },
        good=({"p": {"x": 1}},),
        bad=({"p": {}}, {}),
    ),
    Case(
        id="ref-with-siblings",
        keyword="$ref, $defs, definitions",
        schema={
            **_object({"n": {"$ref": "#/$defs/n", "maximum": 3, "description": "small"}}, "n"),
            "$defs": {"n": {"type": "integer", "minimum": 1}},
        },
        good=({"n": 1}, {"n": 3}),
        bad=({"n": 0}, {"n": 4}),
    ),
    Case(
        id="ref-by-anchor",
        keyword="$anchor, $id",
        schema={
            **_object({"n": {"$ref": "#small"}}, "n"),
            "$defs": {"s": {"$anchor": "small", "type": "integer", "maximum": 3, "minimum": 0}},
        },
        good=({"n": 3},),
        bad=({"n": 4},),
    ),
    Case(
        id="recursive",
        keyword="$ref to itself",
        schema=TREE,
        good=({"value": 1}, {"value": 1, "children": [{"value": 2, "children": []}]}),
        bad=({"value": 1, "children": [{}]},),
    ),
    Case(
        id="recursive-root",
        keyword="$ref to itself",
        schema=_object({"n": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "n", "next"),
        good=({"n": 1, "next": None}, {"n": 1, "next": {"n": 2, "next": None}}),
        bad=({"n": 1, "next": 1},),
    ),
    Case(
        id="recursive-beside-properties",
        keyword="$ref to itself",
        schema=_object(
            {"n": {"type": "integer"}, "next": {**_object({"n": {"type": "integer"}}), "anyOf": [{"$ref": "#"}]}}
        ),
        good=({}, {"n": 1, "next": {"n": 2}}),
        bad=({"next": {"n": "x"}},),
    ),
    Case(id="nullable", keyword="nullable", schema={"type": "string", "nullable": True}, good=("a", None), bad=(1,)),
    Case(
        id="implied-object",
        keyword="no type",
        schema={"properties": {"a": {"type": "integer"}}, "required": ["a"]},
        good=({"a": 1},),
        bad=({},),
    ),
    Case(
        id="pydantic",
        keyword="what pydantic writes",
        schema=PYDANTIC,
        good=(
            {"name": "Ann", "pet": {"kind": "cat", "lives": 9}},
            {
                "name": "Bo",
                "address": {"street": "x", "zip": "12345"},
                "colour": "green",
                "scores": {"a": 1.5},
                "pair": [1, "x"],
                "pet": {"kind": "dog"},
            },
            {"name": "C", "address": None, "pet": {"kind": "dog", "good": False}},
        ),
        bad=({"name": "", "pet": {"kind": "dog"}}, {"name": "Ann", "pet": {"kind": "cow"}}, {"name": "Ann"}),
    ),
)
