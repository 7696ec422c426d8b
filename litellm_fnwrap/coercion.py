"""Fitting values to a tool's schema where that is unambiguous.

A value that the schema admits is never changed, a string-typed value least of all. What cannot be fitted is returned
as it is: whether to accept it is for validation to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any, Final

from .schema import Schema, SchemaReader

Note = Callable[[str, str], None]

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,_ ]\d{3})+(?:\.\d+)?\Z")
_SEPARATORS = re.compile(r"[\s_\-.\\]")
_CURRENCY = re.compile(r"\A[$€£¥](?=\d)|(?<=\d) ?[€$£]\Z")
# Keys under which models put a plain value, and what they write beside it: {"type": "string", "value": "Lyon"}.
_WRAPPERS, _BESIDE = ("value", "text", "content", "string", "val"), ("type", "description", "title", "name")
_NULLS = {"null", "none", "nil", "undefined", "n/a", ""}
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


class _Absent:
    """Says that an optional value is better left out."""


ABSENT = _Absent()


_KIND_OF: Final = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
}


def kind_of(value: object) -> str:
    """The JSON type of a decoded value; whole numbers are "integer"."""
    return _KIND_OF.get(type(value), "object")


def fit(value: Any, schema: Schema | None, reader: SchemaReader, note: Note, *, optional: bool = False) -> Any:
    """The value as the schema wants it, or the value itself; ABSENT for a null where an optional value may not be null.

    note is told (kind, detail) of every change.
    """
    kinds = reader.kinds(schema)
    kind = kind_of(value)
    if kind in kinds:
        return _fit_inside(value, schema, reader, note)
    if value is None:
        return ABSENT if optional else value
    fitted = _fit_kind(value, kind, kinds, schema, reader, note)
    if fitted is not value:
        note("coerced", f"{_short(value)} read as {_short(fitted)}")
        return fitted
    return value


def fits(value: Any, schema: Schema | None, reader: SchemaReader) -> bool:
    """Whether a value is what the schema wants, so that fit() would leave it and all its keys as they are."""
    if schema is None or schema is True:
        return True
    if kind_of(value) not in reader.kinds(schema):
        return False
    allowed = reader.enum(schema)
    if allowed is not None and value not in allowed:
        return False
    if isinstance(value, dict):
        scalars = reader.scalars(schema)
        return all(
            kind_of(item) in scalars[key] if key in scalars else _fits_member(key, item, schema, reader)
            for key, item in value.items()
        )
    if isinstance(value, list):
        return all(fits(item, reader.item(schema, index), reader) for index, item in enumerate(value))
    return True


def _fits_member(key: str, item: Any, schema: Schema, reader: SchemaReader) -> bool:
    return near_key(key, reader.properties(schema)) == key and fits(item, reader.property(schema, key), reader)


def _fit_kind(
    value: Any, kind: str, kinds: frozenset[str], schema: Schema | None, reader: SchemaReader, note: Note
) -> Any:
    if kind == "string":
        return _from_text(value, kinds, schema, reader, note)
    if kind == "number" and "integer" in kinds and float(value).is_integer():
        return int(value)
    if kind == "object" and "array" not in kinds:
        return _from_object(value, kinds, schema, reader, note)
    if kind == "array" and len(value) == 1 and "object" in kinds and isinstance(value[0], dict):
        return fit(value[0], schema, reader, note)
    if kind == "array" and len(value) == 1 and kind_of(value[0]) in kinds:
        return value[0]
    if kind in ("integer", "number", "boolean") and "string" in kinds:
        return json.dumps(value)
    if "array" in kinds:
        return _items([value], value, schema, reader, note)
    if kind == "integer" and "boolean" in kinds and value in (0, 1):
        return bool(value)
    return value


def _from_object(
    value: dict[str, Any], kinds: frozenset[str], schema: Schema | None, reader: SchemaReader, note: Note
) -> Any:
    """The value that an object only wraps; where a text is wanted, the JSON of any other object."""
    wrapped = next((key for key in _WRAPPERS if key in value), None)
    if wrapped is not None and value.keys() <= {wrapped, *_BESIDE}:
        return fit(value[wrapped], schema, reader, note)
    if "string" in kinds:
        return json.dumps(value, ensure_ascii=False)
    return fit(next(iter(value.values())), schema, reader, note) if len(value) == 1 else value


def _fit_inside(value: Any, schema: Schema | None, reader: SchemaReader, note: Note) -> Any:
    if isinstance(value, str):
        return _fit_enum(value, schema, reader, note)
    if isinstance(value, list):
        return [fit(item, reader.item(schema, index), reader, note) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return _fit_object(value, schema, reader, note)
    return value


def _fit_object(value: dict[str, Any], schema: Schema | None, reader: SchemaReader, note: Note) -> dict[str, Any]:
    required = reader.required(schema)
    out: dict[str, Any] = {}
    for key, item in value.items():
        name = near_key(key, reader.properties(schema), value)
        if name != key:
            note("key", f"{key!r} read as {name!r}")
        fitted = fit(item, reader.property(schema, name), reader, note, optional=name not in required)
        if fitted is ABSENT:
            note("null_dropped", f"null for the optional {name!r} left out")
        else:
            out[name] = fitted
    return out


def from_list(values: list[Any], properties: Collection[str]) -> dict[str, Any] | None:
    """The object a list stands for: pairs of name and value, the values in the order declared, or the object itself.

    [{"name": "city", "value": "Lyon"}], ["Lyon"] and [{"city": "Lyon"}] are what models write for {"city": "Lyon"}.
    None for a list that stands for none.
    """
    pairs = [item for item in values if isinstance(item, dict)]
    if not values or len(values) > len(properties):
        return None
    if not pairs:
        return dict(zip(properties, values, strict=False))
    named = {str(item.get("name", item.get("key"))): item["value"] for item in pairs if item.keys() > {"value"}}
    if len(named) == len(values) and named.keys() <= set(properties):
        return named
    return pairs[0] if len(values) == 1 else None


def _fit_enum(value: str, schema: Schema | None, reader: SchemaReader, note: Note) -> Any:
    allowed = reader.enum(schema)
    if not allowed or value in allowed:
        return value
    folded = fold_key(value)
    near = [item for item in allowed if (fold_key(item) if isinstance(item, str) else _short(item)) == folded]
    if len(near) == 1:
        note("enum", f"{value!r} read as {near[0]!r}")
        return near[0]
    return value


def _from_text(text: str, kinds: frozenset[str], schema: Schema | None, reader: SchemaReader, note: Note) -> Any:
    """A value of another kind that a text stands for; the text itself if there is none."""
    plain = text.strip()
    lower = plain.lower()
    if "null" in kinds and lower in _NULLS:
        return None
    if "boolean" in kinds and lower in _TRUE | _FALSE:
        return lower in _TRUE
    number = read_number(plain)
    if number is not None:
        if "integer" in kinds and (isinstance(number, int) or float(number).is_integer()):
            return number if isinstance(number, int) else (number if "number" in kinds else int(number))
        if "number" in kinds:
            return number
    if kinds & {"object", "array"} and plain[:1] in ("{", "["):
        decoded = _decoded(plain)
        if kind_of(decoded) in kinds:
            return _fit_inside(decoded, schema, reader, note)
    if "array" in kinds:
        parts = [part.strip() for part in plain.split(",")] if "," in plain else [plain]
        return _items([part for part in parts if part], text, schema, reader, note)
    return text


def _items(values: list[Any], whole: Any, schema: Schema | None, reader: SchemaReader, note: Note) -> Any:
    """Single values as a list's items; the whole as it was if one of them is none that the list may hold."""
    notes: list[tuple[str, str]] = []
    items = []
    for index, value in enumerate(values):
        wanted = reader.item(schema, index)
        items.append(fit(value, wanted, reader, lambda kind, detail: notes.append((kind, detail))))
        if kind_of(items[-1]) not in reader.kinds(wanted):
            return whole
    for kind, detail in notes:
        note(kind, detail)
    return items


def _decoded(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return text


def read_number(text: str) -> int | float | None:
    """The number a text spells, thousands separators and a currency sign allowed; None if it spells none."""
    text = _CURRENCY.sub("", text, count=1)
    if _GROUPED.match(text):
        text = re.sub("[,_ ]", "", text)
    if not _NUMBER.match(text) or len(text) > 400:
        return None
    if re.match(r"[+-]?\d+\Z", text):
        return int(text)
    number = float(text)
    return number if abs(number) != float("inf") else None


@lru_cache(maxsize=8192)
def fold_key(key: str) -> str:
    """The form in which keys and enum values are compared when they differ in case or separators only.

    A backslash counts as one: models write f\\_n for f_n.
    """
    return _SEPARATORS.sub("", key).casefold()


def near_key(key: str, properties: Mapping[str, Any], taken: Collection[str] = ()) -> str:
    """The declared property a misspelt key can only mean, or the key itself."""
    if not properties or key in properties:
        return key
    folded = fold_key(key)
    matches = [name for name in properties if fold_key(name) == folded and name not in taken]
    return matches[0] if len(matches) == 1 else key


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
