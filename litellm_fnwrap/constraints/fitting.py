"""Whether a listed value fulfils the keywords beside the list: enum ["a", null] with type string admits "a" only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .flatten import KINDS, same
from .merge import Flat


def fits(value: Any, flat: Flat) -> bool:
    """False if a value certainly violates a keyword on types, bounds, lengths, patterns or required keys."""
    if "type" in flat and not any(_is(kind, value) for kind in flat["type"]):
        return False
    if isinstance(value, str):
        return _between(len(value), flat, "minLength", "maxLength") and all(
            _found(pattern, value) for pattern in flat.get("pattern", ())
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _between(value, flat, "minimum", "maximum") and (
            flat.get("exclusiveMinimum", value - 1) < value < flat.get("exclusiveMaximum", value + 1)
            and _divides(flat.get("multipleOf"), value)
        )
    if isinstance(value, list):
        return _between(len(value), flat, "minItems", "maxItems") and _items_fit(value, flat)
    if isinstance(value, Mapping):
        counted = _between(len(value), flat, "minProperties", "maxProperties")
        return counted and all(key in value for key in flat.get("required", ())) and _members_fit(value, flat)
    return True


def _items_fit(value: list[Any], flat: Flat) -> bool:
    first = flat.get("prefixItems", [])
    rest = flat.get("items", True)
    return all(_fulfils(item, first[n] if n < len(first) else rest) for n, item in enumerate(value))


def _members_fit(value: Mapping[str, Any], flat: Flat) -> bool:
    declared, patterns = flat.get("properties", {}), flat.get("patternProperties", {})
    for key, inner in value.items():
        demands = [declared[key]] if key in declared else []
        demands += [schema for pattern, schema in patterns.items() if _found(pattern, key)]
        if not all(_fulfils(inner, schema) for schema in demands or [flat.get("additionalProperties", True)]):
            return False
    return True


def _fulfils(value: Any, schema: Any) -> bool:
    """As fits, for a schema that is not flat: what is combined or referred to is not looked at."""
    if not isinstance(schema, Mapping):
        return schema is not False
    listed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if listed is not None and not any(same(value, one) for one in listed):
        return False
    lists = {key: [schema[key]] for key in ("type", "pattern") if isinstance(schema.get(key), str)}
    return fits(value, {**schema, **lists})


def _divides(step: Any, value: float) -> bool:
    return not isinstance(step, (int, float)) or step <= 0 or Decimal(str(value)) % Decimal(str(step)) == 0


def _is(kind: str, value: Any) -> bool:
    if kind not in KINDS:
        return True
    if isinstance(value, bool) or value is None:
        return kind == ("null" if value is None else "boolean")
    if isinstance(value, (int, float)):
        return kind == "number" or (kind == "integer" and value == int(value))
    return kind == ("string" if isinstance(value, str) else "array" if isinstance(value, list) else "object")


def _between(size: float, flat: Flat, low: str, high: str) -> bool:
    return bool(flat.get(low, size) <= size <= flat.get(high, size))


def _found(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True
