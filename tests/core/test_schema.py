"""What schemas say of values."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.schema import EVERY_KIND, SchemaReader, type_name

NODE: dict[str, Any] = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {"value": {"type": "integer"}, "next": {"$ref": "#/$defs/node"}},
            "required": ["value"],
        },
        "loop": {"$ref": "#/$defs/loop"},
    },
    "$ref": "#/$defs/node",
}


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({"type": "integer"}, {"integer"}),
        ({"type": "number"}, {"integer", "number"}),
        ({"type": ["string", "null"]}, {"string", "null"}),
        ({"type": "string", "nullable": True}, {"string", "null"}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"integer", "null"}),
        ({"enum": ["a", 1, None]}, {"string", "integer", "number", "null"}),
        ({"const": True}, {"boolean"}),
        ({"allOf": [{"type": ["string", "integer"]}, {"type": "string"}]}, {"string"}),
        ({"properties": {"a": {}}}, {"object"}),
        ({"items": {}}, {"array"}),
        ({"type": "dict"}, {"object"}),
        ({"type": "List[int]"}, {"array"}),
        ({"type": "no such type"}, EVERY_KIND),
        ({}, EVERY_KIND),
        (True, EVERY_KIND),
        (None, EVERY_KIND),
        ({"$ref": "#/$defs/loop"}, EVERY_KIND),
        ({"$ref": "#/nowhere"}, EVERY_KIND),
        ({"$ref": "#/$defs/node"}, {"object"}),
    ],
    ids=lambda value: "" if isinstance(value, (set, frozenset)) else str(value),
)
def test_kinds(schema: Any, kinds: set[str]) -> None:
    assert SchemaReader(NODE).kinds(schema) == kinds


def test_recursive_schema_is_followed_as_far_as_it_is_asked() -> None:
    reader = SchemaReader(NODE)
    schema: Any = NODE
    for _ in range(5):
        assert reader.kinds(reader.property(schema, "value")) == {"integer"}
        schema = reader.property(schema, "next")
    assert reader.required(schema) == {"value"}


def test_properties_of_all_branches_are_known() -> None:
    schema = {"anyOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"type": "string"}}}]}
    assert set(SchemaReader(schema).properties(schema)) == {"a", "b"}


def test_items_of_tuples_have_their_own_schemas() -> None:
    schema = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "boolean"}}
    reader = SchemaReader(schema)
    assert [sorted(reader.kinds(reader.item(schema, n))) for n in range(3)] == [["string"], ["integer"], ["boolean"]]


def test_tuples_of_older_drafts_have_their_schemas_under_items() -> None:
    reader = SchemaReader({"items": [{"type": "string"}, {"const": 1}], "additionalItems": {"type": "null"}})
    assert [sorted(reader.kinds(reader.item(reader.root, n))) for n in range(2)] == [["string"], ["integer", "number"]]


def test_reference_may_point_into_a_list_and_never_leaves_the_schema() -> None:
    schema = {"$defs": {"either": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}
    reader = SchemaReader(schema)
    assert reader.kinds({"$ref": "#/$defs/either/anyOf/1"}) == {"null"}
    assert reader.kinds({"$ref": "#/$defs/either/anyOf/2"}) == EVERY_KIND
    assert reader.kinds({"$ref": "https://example.com/schema.json"}) == EVERY_KIND


def test_listed_values_are_an_enumeration_or_a_constant() -> None:
    reader = SchemaReader(True)
    assert reader.enum({"enum": ["a", 1]}) == ["a", 1]
    assert reader.enum({"const": None}) == [None]
    assert reader.enum({"type": "string"}) is None
    assert reader.enum(True) is None


def test_additional_properties_have_a_schema() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "integer"}}
    reader = SchemaReader(schema)
    assert reader.kinds(reader.property(schema, "anything")) == {"integer"}
    assert reader.property({"type": "object", "additionalProperties": False}, "anything") is None


@pytest.mark.parametrize(
    ("written", "name"), [("Str", "string"), ("dict[str, int]", "object"), ("varchar(20)", "string"), ("blob", None)]
)
def test_type_names_as_people_write_them(written: str, name: str | None) -> None:
    assert type_name(written) == name
