"""JSON Schema without combinators: every schema as alternatives of flat schemas, each with one set of keywords.

$ref beside other keywords, allOf, anyOf, oneOf, if and not are resolved; what cannot be is widened and reported. In a
flat schema type is a list, const has become enum, pattern and format are lists, and a tuple is prefixItems.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import ConstraintError
from ..schema import type_name
from .merge import Flat, merge
from .rules import Rules

KINDS = ("object", "array", "string", "number", "integer", "boolean", "null")
_MOST_ALTERNATIVES = 128
ANNOTATIONS = frozenset(
    {
        "$anchor", "$comment", "$defs", "$id", "$schema", "$vocabulary", "contentEncoding", "contentMediaType",
        "contentSchema", "default", "definitions", "deprecated", "description", "discriminator", "example", "examples",
        "id", "optional", "readOnly", "strict", "title", "writeOnly", "xml", "externalDocs",
    }
)  # fmt: skip
_OWN = frozenset(
    {
        "type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
        "maxLength", "items", "prefixItems", "minItems", "maxItems", "properties", "required", "additionalProperties",
        "patternProperties", "propertyNames", "minProperties", "maxProperties", "uniqueItems", "contains",
        "minContains", "maxContains", "pattern", "format",
    }
)  # fmt: skip

_UNREAD = frozenset({"unevaluatedItems", "$dynamicRef", "$recursiveRef"})


class Flattener:
    """Flattens the schemas of one document."""

    def __init__(self, root: Any, rules: Rules) -> None:
        self._root = root
        self._rules = rules
        self._anchors: dict[str, Any] | None = None

    def resolve(self, ref: Any) -> Any:
        """The schema a $ref points to; raises ConstraintError if it is not in this document."""
        if isinstance(ref, str) and ref.startswith("#/"):
            found = self._root
            for step in ref[2:].split("/"):
                step = step.replace("~1", "/").replace("~0", "~").replace("%25", "%").replace("%24", "$")
                if isinstance(found, Mapping) and step in found:
                    found = found[step]
                elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
                    found = found[int(step)]
                else:
                    raise ConstraintError(
                        f"The schema refers to {ref!r}, and there is no {step!r} there. "
                        "Define it under $defs of the same parameters."
                    )
            return found
        if ref == "#":
            return self._root
        anchors = self._find_anchors()
        if ref in anchors:
            return anchors[ref]
        raise ConstraintError(
            f"The schema refers to {ref!r}, which is not part of it. Only references within the parameters "
            "('#/$defs/...') can be constrained; copy the definition into $defs."
        )

    def _find_anchors(self) -> dict[str, Any]:
        if self._anchors is None:
            self._anchors = {}
            pending = [self._root]
            while pending:
                found = pending.pop()
                if isinstance(found, Mapping):
                    for keyword, prefix in (("$anchor", "#"), ("$id", ""), ("id", "")):
                        if isinstance(found.get(keyword), str):
                            self._anchors.setdefault(prefix + found[keyword], found)
                    pending.extend(found.values())
                elif isinstance(found, list):
                    pending.extend(found)
        return self._anchors

    def flatten(self, schema: Any, path: str, seen: tuple[str, ...] = ()) -> list[Flat]:
        """The alternatives of a schema; [] if nothing fulfils it. Raises ConstraintError for what is no schema."""
        if isinstance(schema, bool):
            return [{}] if schema else []
        if not isinstance(schema, Mapping):
            raise ConstraintError(f"{path} is {json.dumps(schema, default=repr)}; a JSON Schema is needed there.")
        alternatives = [self._own(schema, path)]
        for group in self._groups(schema, path, seen):
            alternatives = self._product(alternatives, group, path)
        for keyword in _UNREAD & schema.keys():
            self._rules.widen(f"{path}: {keyword}")
        if "unevaluatedProperties" in schema:
            # It is asked last, when the properties of all parts are known.
            further = schema["unevaluatedProperties"]
            return [{"additionalProperties": further, **flat} for flat in alternatives]
        return alternatives

    def _groups(self, schema: Mapping[str, Any], path: str, seen: tuple[str, ...]) -> Iterable[list[Flat]]:
        """What is to be fulfilled besides the schema's own keywords, each as alternatives."""
        if "$ref" in schema:
            ref = str(schema["$ref"])
            if ref in seen:
                raise ConstraintError(f"{path}: the reference {ref!r} leads back to itself without an object between.")
            yield self.flatten(self.resolve(schema["$ref"]), path, (*seen, ref))
        for part in schema.get("allOf", ()):
            yield self.flatten(part, path, seen)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                if keyword == "oneOf":
                    self.check_exclusive(schema[keyword], path)
                yield [flat for option in schema[keyword] for flat in self.flatten(option, path, seen)]
        if "if" in schema:
            yield self._conditional(schema, path, seen)
        if "not" in schema:
            yield self._negated(schema["not"], path)
        yield from self._dependencies(schema, path, seen)

    def check_exclusive(self, options: list[Any], path: str) -> None:
        """Report a oneOf whose options may share values: the grammar admits what fulfils any of them."""
        given = [self._shallow(option) for option in options]
        if not all(disjoint(a, b) for n, a in enumerate(given) for b in given[n + 1 :]):
            self._rules.widen(f"{path}: oneOf is taken as anyOf")

    def _shallow(self, schema: Any) -> Any:
        """A schema as far as telling it from others needs: references followed, nothing merged."""
        for _ in range(8):
            if not isinstance(schema, Mapping) or set(schema) - ANNOTATIONS != {"$ref"}:
                break
            schema = self.resolve(schema["$ref"])
        return schema

    def _conditional(self, schema: Mapping[str, Any], path: str, seen: tuple[str, ...]) -> list[Flat]:
        condition = self.flatten(schema["if"], path, seen)
        met = self._product(condition, self.flatten(schema.get("then", True), path, seen), path)
        self._rules.widen(f"{path}: if/then/else is taken as a choice of both")
        return met + self.flatten(schema.get("else", True), path, seen)

    def _negated(self, schema: Any, path: str) -> list[Flat]:
        """not, where it excludes whole types or everything; else widened."""
        if schema is True or schema == {}:
            return []
        if schema is False:
            return [{}]
        if isinstance(schema, Mapping) and set(schema) - ANNOTATIONS == {"type"}:
            excluded = set(self._own(schema, path)["type"])
            if "number" in excluded:
                excluded.add("integer")
            if "integer" not in excluded or "number" in excluded:
                return [{"type": [kind for kind in KINDS if kind not in excluded]}]
        self._rules.widen(f"{path}: not")
        return [{}]

    def _dependencies(self, schema: Mapping[str, Any], path: str, seen: tuple[str, ...]) -> Iterable[list[Flat]]:
        """dependentRequired, dependentSchemas and dependencies: either the key is absent or its demands are met."""
        for keyword in ("dependentRequired", "dependentSchemas", "dependencies"):
            for key, demand in (schema.get(keyword) or {}).items():
                wanted = (
                    {"required": [key, *demand]}
                    if isinstance(demand, list)
                    else {"allOf": [demand, {"required": [key]}]}
                )
                yield [{"properties": {key: False}}, *self.flatten(wanted, path, seen)]

    def _product(self, left: list[Flat], right: list[Flat], path: str) -> list[Flat]:
        if len(left) * len(right) > _MOST_ALTERNATIVES:
            self._rules.widen(f"{path}: a combination of more than {_MOST_ALTERNATIVES} alternatives")
            return left
        merged = (merge(a, b, lambda what: self._rules.widen(f"{path}: {what}")) for a in left for b in right)
        return [flat for flat in merged if flat is not None]

    def _own(self, schema: Mapping[str, Any], path: str) -> Flat:
        """The schema's own keywords in the flat form, of every draft and of OpenAPI."""
        flat: Flat = {keyword: schema[keyword] for keyword in schema if keyword in _OWN}
        if "type" in flat:
            flat["type"] = _types(flat["type"], path)
            if schema.get("nullable") is True and "null" not in flat["type"]:
                flat["type"] = [*flat["type"], "null"]
            if "any" in flat["type"]:
                del flat["type"]
        if "const" in schema:
            flat["enum"] = [value for value in flat.get("enum", [schema["const"]]) if same(value, schema["const"])]
        for keyword in ("pattern", "format"):
            if keyword in flat:
                flat[keyword] = [flat[keyword]] if isinstance(flat[keyword], str) else list(flat[keyword])
        for keyword, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if flat.get(keyword) is True and bound in flat:
                flat[keyword] = flat.pop(bound)
            elif isinstance(flat.get(keyword), bool):
                del flat[keyword]
        if isinstance(flat.get("items"), list):
            flat["prefixItems"] = flat.pop("items")
            flat["items"] = schema.get("additionalItems", True)
        return flat


def _types(given: Any, path: str) -> list[str]:
    """Type names as a list; the names of programming languages are taken for what they mean."""
    out = []
    for name in given if isinstance(given, (list, tuple)) else [given]:
        kind = "any" if name == "any" else type_name(name)
        if kind is None:
            raise ConstraintError(f"{path} has the type {name!r}. Accepted: {', '.join(KINDS)}.")
        out.append(kind)
    return out


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; true is not 1."""
    return json.dumps(left, sort_keys=True, default=repr) == json.dumps(right, sort_keys=True, default=repr)


def disjoint(left: Any, right: Any) -> bool:
    """Whether two flat schemas certainly share no value: by type, by values, or by a required key."""
    if not isinstance(left, Mapping) or not isinstance(right, Mapping):
        return left is False or right is False
    kinds = [set(_kinds(flat)) for flat in (left, right)]
    if kinds[0] and kinds[1]:
        wide = [found | ({"integer"} if "number" in found else set()) for found in kinds]
        if not wide[0] & wide[1]:
            return True
    values = [flat.get("enum", [flat["const"]] if "const" in flat else None) for flat in (left, right)]
    if values[0] is not None and values[1] is not None:
        return not any(same(a, b) for a in values[0] for b in values[1])
    return _keys_differ(left, right) or _keys_differ(right, left)


def _kinds(flat: Mapping[str, Any]) -> list[str]:
    given = flat.get("type", ())
    return [given] if isinstance(given, str) else list(given)


def _keys_differ(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Whether objects of one side always have a key that those of the other lack, or that differs there."""
    if _kinds(left) != ["object"] and _kinds(right) != ["object"]:
        return False  # they may share what is no object
    ours, theirs = left.get("properties", {}), right.get("properties", {})
    for key in left.get("required", ()):
        if key not in theirs:
            if right.get("additionalProperties") is False and not right.get("patternProperties"):
                return True
        elif key in ours and key in right.get("required", ()) and disjoint(ours[key], theirs[key]):
            return True
    return False
