"""A value written as plain text, read as what it spells."""

from __future__ import annotations

from typing import Any

from .json import JsonReader
from .jsontext import decode
from .strict import Unreadable

# What is mended with these is hardly JSON: where a text would do as well, it is one.
_GUESSES = {"missing_colon", "unquoted_string", "set"}


def read_value(text: str, kinds: frozenset[str] | None, repair: bool = True) -> Any:
    """The value a text spells, of one of the kinds; the text itself where it spells none. kinds None: any."""
    plain = text.strip()
    reader = JsonReader(repair=repair)
    if repair and plain[:1] not in ("{", "[", '"', "'") and len(plain) > 400:
        return text
    try:
        end = reader.feed(plain, 0, final=True)
        if not reader.finish() or plain[end:].strip():
            return text
        value = decode(reader.take())
        if kinds and "string" in kinds and any(kind in _GUESSES for kind, _, _ in reader.notes):
            return text
    except (Unreadable, ValueError):
        return text
    if isinstance(value, str) and plain[:1] not in "\"'":
        return text
    if kinds is None or _kind(value) in kinds:
        return value
    return text if "string" in kinds or isinstance(value, str) else value


def _kind(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}
    return names.get(type(value), "string")
