"""Two flat schemas as one that admits what both admit."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

Flat = dict[str, Any]
Report = Callable[[str], None]

_LARGER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_SMALLER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_OBJECT = ("properties", "patternProperties", "additionalProperties")
_ARRAY = ("prefixItems", "items")


def merge(left: Flat, right: Flat, report: Report) -> Flat | None:
    """The conjunction of two flat schemas, None if it is empty; report is told what had to be left out."""
    if not left or not right:
        return left or right
    out: Flat = dict(left)
    for keyword, value in right.items():
        if keyword not in left:
            out[keyword] = value
        elif keyword in _LARGER:
            out[keyword] = max(left[keyword], value)
        elif keyword in _SMALLER:
            out[keyword] = min(left[keyword], value)
        elif keyword not in _OBJECT and keyword not in _ARRAY:
            out[keyword] = _combined(keyword, left[keyword], value, report)
    _merge_objects(left, right, out)
    _merge_arrays(left, right, out)
    if ("type" in out and not out["type"]) or ("enum" in out and not out["enum"]):
        return None
    return out


def _combined(keyword: str, left: Any, right: Any, report: Report) -> Any:
    if keyword == "type":
        return _common_types(left, right)
    if keyword == "enum":
        known = {_text(value) for value in right}
        return [value for value in left if _text(value) in known]
    if keyword in ("pattern", "format", "required"):
        return [*left, *(value for value in right if value not in left)]
    if keyword == "uniqueItems":
        return left or right
    if keyword == "propertyNames":
        return conjunction(left, right)
    if keyword == "multipleOf" and isinstance(left, int) and isinstance(right, int):
        return math.lcm(left, right)
    if left != right:
        report(f"a second {keyword}")
    return left


def _common_types(left: list[str], right: list[str]) -> list[str]:
    common = [kind for kind in left if kind in right]
    if "integer" not in common and (
        ("integer" in left and "number" in right) or ("number" in left and "integer" in right)
    ):
        common.append("integer")
    return common


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def conjunction(*schemas: Any) -> Any:
    """A schema that demands all of the given ones."""
    if len(schemas) == 1:
        return schemas[0]
    parts: dict[str, Any] = {}
    for schema in schemas:
        if schema is False:
            return False
        if schema is True or schema == {}:
            continue
        inner = schema["allOf"] if isinstance(schema, Mapping) and set(schema) == {"allOf"} else [schema]
        parts.update((_text(part), part) for part in inner)
    if not parts:
        return True
    return next(iter(parts.values())) if len(parts) == 1 else {"allOf": list(parts.values())}


def demands_on(key: str, flat: Mapping[str, Any]) -> Any:
    """The schema for the value of a key: its own, those of patterns it matches, or that of further keys."""
    properties = flat.get("properties", {})
    own = [properties[key]] if key in properties else []
    if "patternProperties" in flat:
        own.extend(schema for pattern, schema in flat["patternProperties"].items() if _found(pattern, key))
    return conjunction(*own) if own else flat.get("additionalProperties", True)


def _found(pattern: str, key: str) -> bool:
    try:
        return re.search(pattern, key) is not None
    except re.error:
        return False


def _merge_objects(left: Flat, right: Flat, out: Flat) -> None:
    if not (any(keyword in left for keyword in _OBJECT) and any(keyword in right for keyword in _OBJECT)):
        return
    keys = dict.fromkeys([*left.get("properties", ()), *right.get("properties", ())])
    out["properties"] = {key: conjunction(demands_on(key, left), demands_on(key, right)) for key in keys}
    if "additionalProperties" in left or "additionalProperties" in right:
        out["additionalProperties"] = conjunction(
            left.get("additionalProperties", True), right.get("additionalProperties", True)
        )
    patterns = dict(left.get("patternProperties", {}))
    for pattern, schema in right.get("patternProperties", {}).items():
        patterns[pattern] = conjunction(patterns.get(pattern, True), schema)
    if patterns:
        out["patternProperties"] = patterns
    if not keys:
        del out["properties"]


def _merge_arrays(left: Flat, right: Flat, out: Flat) -> None:
    if not (any(keyword in left for keyword in _ARRAY) and any(keyword in right for keyword in _ARRAY)):
        return
    tuples = [flat.get("prefixItems", []) for flat in (left, right)]
    rest = [flat.get("items", True) for flat in (left, right)]
    length = max(map(len, tuples))
    if length:
        out["prefixItems"] = [
            conjunction(*(given[n] if n < len(given) else other for given, other in zip(tuples, rest, strict=True)))
            for n in range(length)
        ]
    if "items" in left or "items" in right:
        out["items"] = conjunction(*rest)
