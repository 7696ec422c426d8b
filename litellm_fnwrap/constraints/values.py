"""JSON Schema as a grammar of the values it admits, in any notation.

Objects are written in the order their properties are declared. An object that declares properties and says nothing of
further ones has no further ones; one that declares nothing may hold anything. Likewise a tuple. A schema without type
is taken for the types its keywords speak of.
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Mapping
from typing import Any

from ..errors import ConstraintError
from .fitting import fits
from .flatten import ANNOTATIONS, KINDS, Flattener
from .grammar import ANY, NOTHING, Choice, Literal, Node, Ref, Sequence, choice, repeat, sequence
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
        self._open: set[str] = set()
        self._recursive = False

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
        if key not in self._references:
            target = self.flattener.resolve(schema["$ref"]) if set(schema) == {"$ref"} else None
            hint = str(schema["$ref"]).rsplit("/", 1)[-1] if target is not None else path
            ref = self.rules.reserve(self.notation.prefix + hint)
            self._references[key] = ref
            self._open.add(key)
            if target is None:
                node = choice(*(self.flat(flat, path) for flat in self.flattener.flatten(schema, path)))
            else:
                node = self.node(target, path)
            self._open.remove(key)
            self.rules.nodes[ref.name] = node
            if node == NOTHING:
                self._references[key] = NOTHING
            elif self._recursive and not self._open:
                self._refuse_endless(ref, path)
        self._recursive = self._recursive or key in self._open
        return self._references[key]

    def _refuse_endless(self, ref: Ref, path: str) -> None:
        """Raise ConstraintError where a value must hold a value that must hold a value: a model would never end it."""
        if self.rules.endless(ref):
            raise ConstraintError(
                f"{path}: a value must hold another one like itself, and so on without end. "
                "Leave what refers back out of required, or let it be null as well."
            )

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
        if flat.get("uniqueItems") and flat.get("maxItems", 2) > 1:
            self.rules.widen(f"{path}: uniqueItems")
        if "contains" in flat and flat.get("minContains") != 0:
            self.rules.widen(f"{path}: contains")
        first = [self.node(item, f"{path}[{n}]") for n, item in enumerate(flat.get("prefixItems", ()))]
        default = "prefixItems" not in flat or "contains" in flat
        further = self.node(flat.get("items", default), f"{path}[]")
        low, high = int(flat.get("minItems", 0)), flat.get("maxItems")
        if high is not None and high < low:
            return NOTHING
        if high is not None and high - len(first) > MOST_REPEATS:
            self.rules.widen(f"{path}: maxItems above {MOST_REPEATS}")
            high = None
        body = self._items(first, further, low, None if high is None else int(high))
        return self.notation.enclosed("[", body, "]")

    def _items(self, first: list[Node], further: Node, low: int, high: int | None) -> Node:
        """The items from the last to the first: what must come, and what may."""
        comma = self.notation.comma_node
        if high is not None:
            first = first[:high]
        count = len(first)
        most = None if high is None else high - count
        if count == 0:
            tail = repeat(sequence(comma, further), max(low - 1, 0), None if most is None else max(most - 1, 0))
            some = sequence(further, tail) if most is None or most > 0 else NOTHING
            return some if low > 0 else choice(some, Literal(""))
        node = repeat(sequence(comma, further), max(low - count, 0), most)
        for position in reversed(range(count)):
            node = sequence(comma if position else Literal(""), first[position], node)
            if position >= low:
                node = choice(node, Literal(""))
        return node
