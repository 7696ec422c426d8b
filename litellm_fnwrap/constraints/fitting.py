"""Whether a listed value fulfils the keywords beside the list: enum ["a", null] with type string admits "a" only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

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
        )
    if isinstance(value, list):
        return _between(len(value), flat, "minItems", "maxItems")
    if isinstance(value, Mapping):
        return all(key in value for key in flat.get("required", ())) and _between(
            len(value), flat, "minProperties", "maxProperties"
        )
    return True


def _is(kind: str, value: Any) -> bool:
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
