"""Keywords that meet: the same one in several parts of a schema, and values that are listed beside other demands."""

from __future__ import annotations

from typing import Any

from constraints.keywords import Case

_INTEGER = {"type": "integer"}


def _all(*parts: Any) -> dict[str, Any]:
    return {"allOf": list(parts)}


TOGETHER: tuple[Case, ...] = (
    Case(
        id="lengths-twice",
        keyword="allOf",
        schema=_all({"type": "string", "minLength": 1, "maxLength": 9}, {"minLength": 2, "maxLength": 4}),
        good=("ab", "abcd"),
        bad=("a", "abcde"),
    ),
    Case(
        id="bounds-twice",
        keyword="allOf",
        schema=_all({**_INTEGER, "minimum": 1, "maximum": 7}, {"minimum": 3, "maximum": 90}),
        good=(3, 7),
        bad=(1, 2, 8),
    ),
    Case(
        id="both-bounds-of-one-side",
        keyword="minimum, maximum",
        schema={**_INTEGER, "minimum": 2, "exclusiveMinimum": 2, "maximum": 5, "exclusiveMaximum": 9},
        good=(3, 5),
        bad=(2, 6, 8),
    ),
    Case(
        id="multiples-of-two-numbers",
        keyword="allOf",
        schema=_all({**_INTEGER, "multipleOf": 4, "minimum": 0}, {"multipleOf": 6, "maximum": 100}),
        good=(0, 12, 24),
        bad=(4, 6, 13, -12),
    ),
    Case(
        id="patterns-of-keys-twice",
        keyword="allOf",
        schema=_all(
            {"type": "object", "patternProperties": {"^x[0-9]$": _INTEGER}},
            {"patternProperties": {"^x[0-9]$": {"minimum": 3}}, "additionalProperties": False},
        ),
        good=({}, {"x1": 3}),
        bad=({"x1": 1}, {"x1": "a"}, {"z": 1}),
    ),
    Case(
        id="further-members-twice",
        keyword="allOf",
        schema=_all(
            {"type": "object", "additionalProperties": {"type": "number"}},
            {"properties": {"a": {}}, "required": ["a"], "additionalProperties": _INTEGER},
        ),
        good=({"a": 1.5}, {"a": 1, "b": 2}),
        bad=({"a": "x"}, {"a": 1, "b": 1.5}, {}),
    ),
    Case(
        id="tuples-of-two-lengths",
        keyword="allOf",
        schema=_all(
            {"type": "array", "prefixItems": [_INTEGER], "items": {"type": "string"}, "minItems": 2},
            {"prefixItems": [{"minimum": 2}, {"maxLength": 2}], "maxItems": 3},
        ),
        good=([2, "ab"], [3, "a", "any"]),
        bad=([1, "a"], [2, "abc"], [2, 3], [2], [2, "a", "b", "c"]),
    ),
    Case(
        id="items-twice",
        keyword="allOf",
        schema=_all({"type": "array", "items": _INTEGER}, {"items": {"minimum": 0, "maximum": 9}}),
        good=([], [0, 9]),
        bad=([-1], [10], ["a"]),
    ),
    Case(
        id="names-of-keys-twice",
        keyword="allOf",
        schema=_all(
            {"type": "object", "additionalProperties": _INTEGER, "propertyNames": {"maxLength": 3}},
            {"propertyNames": {"minLength": 2}},
        ),
        good=({}, {"ab": 1, "abc": 2}),
        bad=({"a": 1}, {"abcd": 1}),
    ),
    Case(
        id="names-of-keys-listed",
        keyword="propertyNames",
        schema={"type": "object", "additionalProperties": _INTEGER, "propertyNames": {"enum": ["a", "b"]}},
        good=({}, {"a": 1}, {"b": 2, "a": 1}),
        bad=({"c": 1}, {"a": "x"}),
    ),
    Case(
        id="list-among-lists",
        keyword="enum",
        schema={"enum": [[1], [1, 2], ["x", 2], [1, 2, 3]], "minItems": 2, "maxItems": 2, "items": _INTEGER},
        good=([1, 2],),
        bad=([1], ["x", 2], [1, 2, 3]),
    ),
    Case(
        id="tuple-among-lists",
        keyword="enum",
        schema={"enum": [["a", 1], [1, "a"], ["b", True]], "prefixItems": [{"const": "a"}, {}]},
        good=(["a", 1],),
        bad=([1, "a"], ["b", True]),
    ),
    Case(
        id="object-among-objects",
        keyword="enum",
        schema={
            "enum": [{"k": "a", "n": 1}, {"k": "b", "n": 1}, {"k": "a"}],
            "properties": {"k": {"enum": ["a"]}, "n": _INTEGER},
            "required": ["n"],
        },
        good=({"k": "a", "n": 1},),
        bad=({"k": "b", "n": 1}, {"k": "a"}),
    ),
    Case(
        id="reference-into-a-list",
        keyword="$ref, $defs, definitions",
        schema={"$ref": "#/$defs/either/anyOf/1", "$defs": {"either": {"anyOf": [_INTEGER, {"type": "null"}]}}},
        good=(None,),
        bad=(1, "a"),
    ),
    Case(
        id="nothing-but-null-is-excluded",
        keyword="not",
        schema={"type": ["integer", "null"], "not": {"type": "null"}},
        good=(1,),
        bad=(None, "a"),
    ),
    Case(id="not-nothing", keyword="not", schema={**_INTEGER, "not": False}, good=(1,), bad=("a",)),
    Case(
        id="one-of-beside-all-of",
        keyword="oneOf",
        schema={
            "type": "object",
            "properties": {"kind": {"type": "string"}, "n": _INTEGER},
            "required": ["kind"],
            "additionalProperties": False,
            "oneOf": [
                {"type": "object", "properties": {"kind": {"const": "a"}}, "required": ["kind", "n"]},
                {"type": "object", "properties": {"kind": {"const": "b"}}, "required": ["kind"]},
            ],
        },
        good=({"kind": "a", "n": 1}, {"kind": "b"}),
        bad=({"kind": "a"}, {"kind": "c"}),
    ),
)
