"""JSON Schema as a grammar of the values it admits, in any notation.

Objects are written in the order their properties are declared. An object that declares properties and says nothing of
further ones has no further ones; one that declares nothing may hold anything. Likewise a tuple. A schema without type
is taken for the types its keywords speak of.
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Mapping
from typing import Any

from .fitting import fits
from .flatten import ANNOTATIONS, KINDS, Flattener
from .grammar import ANY, EMPTY, NOTHING, Choice, Literal, Node, Sequence, choice, optional, repeat, sequence
from .lengths import MOST_REPEATS
from .members import Members
from .merge import Flat
from .notation import Notation
from .numbers import integer, number
from .ranges import ranged
from .rules import Rules
from .strings import string_language

_SPEAKS_OF = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
               "maxProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "string": ("pattern", "format", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}  # fmt: skip
_SIMPLE = {"string", "integer", "number", "boolean", "null"}


def schema_key(schema: Any) -> bytes | None:
    """What tells schemas apart that mean the same wherever they stand; None for one that depends on its document."""
    if not isinstance(schema, dict):
        return None
    try:
        key = marshal.dumps({keyword: schema[keyword] for keyword in schema if keyword not in ANNOTATIONS}, 2)
    except ValueError:
        return None
    return None if b"$ref" in key else key


class Values:
    """Grammars of the values of one document's schemas in one notation."""

    def __init__(self, rules: Rules, notation: Notation, root: Any) -> None:
        self.rules = rules
        self.notation = notation
        self.flattener = Flattener(root, rules)
        self._references: dict[str, Node] = {}

    def node(self, schema: Any, path: str) -> Node:
        """The values of a schema; NOTHING if there are none. Raises ConstraintError for what is no schema."""
        key = schema_key(schema)
        if key is None:
            return self._node(schema, path)
        return self.rules.remember((self.notation.prefix, key), lambda: self._rule(schema, path))

    def _rule(self, schema: Any, path: str) -> Node:
        """The values of a schema that may stand in several places, written once."""
        node = self._node(schema, path)
        return self.rules.add(self.notation.prefix + path, node) if isinstance(node, (Choice, Sequence)) else node

    def _node(self, schema: Any, path: str) -> Node:
        if schema is True:
            return self.anything()
        if isinstance(schema, Mapping):
            keywords = [keyword for keyword in schema if keyword not in ANNOTATIONS]
            if keywords == ["type"] and str(schema["type"]) in _SIMPLE:
                return self.simple(schema["type"])
            if keywords == ["$ref"]:
                return self._reference(json.dumps(schema["$ref"]), {"$ref": schema["$ref"]}, path)
            if keywords in (["anyOf"], ["oneOf"]):
                return self._alternatives(schema, keywords[0], path)
            if schema_key(schema) is None or "allOf" in keywords:
                return self._reference(json.dumps(schema, sort_keys=True, default=repr), schema, path)
        return choice(*(self.flat(flat, path) for flat in self.flattener.flatten(schema, path)))

    def _alternatives(self, schema: Mapping[str, Any], keyword: str, path: str) -> Node:
        if keyword == "oneOf":
            self.flattener.check_exclusive(schema["oneOf"], path)
        return choice(*(self.node(option, path) for option in schema[keyword]))

    def _reference(self, key: str, schema: Mapping[str, Any], path: str) -> Node:
        """A rule for what may refer to itself; the same text is the same rule."""
        target = self.flattener.resolve(schema["$ref"]) if set(schema) == {"$ref"} else None
        hint = str(schema["$ref"]).rpartition("/")[-1] if target is not None else path

        def make() -> Node:
            if target is not None:
                return self.node(target, path)
            return choice(*(self.flat(flat, path) for flat in self.flattener.flatten(schema, path)))

        return self.rules.recursive(self._references, key, self.notation.prefix + hint, make)

    def flat(self, flat: Flat, path: str) -> Node:
        """The values of a schema without combinators."""
        if "enum" in flat:
            return choice(*(self.notation.literal(value, self.rules) for value in self.listed(flat, path)))
        kinds = self.kinds(flat)
        if not kinds:
            return self.anything()
        return choice(*(self.kind(kind, flat, path) for kind in kinds))

    def listed(self, flat: Flat, path: str) -> list[Any]:
        """The values of an enum that fulfil what stands beside it; reports a format, which they may lack."""
        found = [value for value in flat["enum"] if fits(value, flat)]
        if "format" in flat and any(isinstance(value, str) for value in found):
            self.rules.widen(f"{path}: format beside enum")
        return found

    def kinds(self, flat: Flat) -> list[str]:
        """The JSON types a flat schema admits, in the order they are written; [] for any."""
        given = flat.get("type")
        if given is None:
            given = [kind for kind, keywords in _SPEAKS_OF.items() if any(keyword in flat for keyword in keywords)]
        kinds = [kind for kind in KINDS if kind in given]
        return [kind for kind in kinds if kind != "integer" or "number" not in kinds]

    def kind(self, kind: str, flat: Flat, path: str) -> Node:
        """The values of one type that a flat schema admits."""
        if kind == "object":
            return self.object(flat, path)
        if kind == "array":
            return self.array(flat, path)
        if kind == "string":
            return self.string(flat, path)
        if kind in ("integer", "number") and any(keyword in flat for keyword in _SPEAKS_OF["number"]):
            return ranged(kind, flat, path, self.rules)
        return self.simple(kind)

    def string(self, flat: Flat, path: str) -> Node:
        """The strings that a flat schema admits; the same demands are one rule."""
        demands = tuple(str(flat.get(keyword)) for keyword in _SPEAKS_OF["string"])
        return self.rules.remember((self.notation.prefix, demands), lambda: self._string(flat, path))

    def _string(self, flat: Flat, path: str) -> Node:
        node = self.notation.string(string_language(flat, path, self.rules), self.rules)
        hint = str(flat["format"][0]) if flat.get("format") else f"{path}-text"
        return self.rules.add(self.notation.prefix + hint, node)

    def simple(self, kind: str) -> Node:
        """Any value of a type that has no parts."""
        if kind == "string":
            return self.notation.string(repeat(ANY), self.rules)
        if kind == "integer":
            return self.rules.shared("integer", integer)
        if kind == "number":
            return self.rules.shared("number", number)
        if kind == "boolean":
            return choice(Literal(self.notation.true), Literal(self.notation.false))
        return Literal(self.notation.null)

    def anything(self) -> Node:
        """Any value."""
        return self.rules.shared(f"{self.notation.prefix}value", self._anything)

    def _anything(self) -> Node:
        parts = [self.object({}, "value"), self.array({}, "value")]
        return choice(*parts, *(self.simple(kind) for kind in ("string", "number", "boolean", "null")))

    def object(self, flat: Flat, path: str) -> Node:
        """Objects, with their braces."""
        return self.notation.enclosed("{", Members(self, flat, path, self.notation).node(), "}")

    def array(self, flat: Flat, path: str) -> Node:
        """Arrays: first the tuple's items, then further ones."""
        elements = self.elements(flat, path, self.node, self.notation.comma_node)
        return self.notation.enclosed("[", elements, "]")

    def elements(self, flat: Flat, path: str, item: Callable[[Any, str], Node], separator: Node) -> Node:
        """The items of an array as item writes each, with what stands between them; NOTHING if there can be none."""
        if flat.get("uniqueItems") and flat.get("maxItems", 2) > 1:
            self.rules.widen(f"{path}: uniqueItems")
        if "contains" in flat and flat.get("minContains") != 0:
            self.rules.widen(f"{path}: contains")
        first = [item(schema, f"{path}[{n}]") for n, schema in enumerate(flat.get("prefixItems", ()))]
        default = "prefixItems" not in flat or "contains" in flat
        further = item(flat.get("items", default), f"{path}[]")
        low, high = int(flat.get("minItems", 0)), flat.get("maxItems")
        if high is not None and high < low:
            return NOTHING
        if high is not None and high - len(first) > MOST_REPEATS:
            self.rules.widen(f"{path}: maxItems above {MOST_REPEATS}")
            high = None
        return _in_order(first, further, separator, low, None if high is None else int(high))


def _in_order(first: list[Node], further: Node, separator: Node, low: int, high: int | None) -> Node:
    """Items from the last to the first: what must come, and what may."""
    if high is not None:
        first = first[:high]
    count = len(first)
    most = None if high is None else high - count
    if count == 0:
        tail = repeat(sequence(separator, further), max(low - 1, 0), None if most is None else max(most - 1, 0))
        some = sequence(further, tail) if most is None or most > 0 else NOTHING
        return some if low > 0 else optional(some)
    node = repeat(sequence(separator, further), max(low - count, 0), most)
    for position in reversed(range(count)):
        node = sequence(separator if position else EMPTY, first[position], node)
        if position >= low:
            node = optional(node)
    return node
