"""Arguments that are strict JSON already, and all there: read in one step by the standard library."""

from __future__ import annotations

import json
import re

from ...coercion import fits
from ...schema import Schema, SchemaReader
from .jsontext import encode
from .strict import MAX_DEPTH, MAX_KEY
from .wrapped import wrapper


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


# A string of sound JSON, one behind the other: what is searched for from within a string would be searched for in vain.
_STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?')

_scan = json.JSONDecoder(parse_constant=_refuse).raw_decode
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def read_whole(text: str, pos: int, schema: Schema | None, reader: SchemaReader | None) -> tuple[str, int] | None:
    """The object at a position as JSON text, and the position behind it, where nothing in it is to be changed.

    None where the text stops before its end, where anything is to be mended or fitted to the schema (None: no fitting),
    or where a number or escape is written in a way of its own: the reader that works piece by piece keeps those as they
    are, and what it writes is the same for all that is read here.
    """
    if text.find("}", pos) < 0:
        return None
    try:
        value, end = _scan(text, pos)
    except (ValueError, RecursionError):
        return None
    given, written = text[pos:end], encode(value)
    if given != written and _compact(value) != given and "".join(written.split()) != "".join(given.split()):
        return None
    if given.count("{") + given.count("[") > MAX_DEPTH or "\\_" in given:
        return None
    if len(given) > MAX_KEY and _has_long_key(given):
        return None
    if schema is not None and reader is not None:
        properties = reader.properties(schema)
        foreign = value and next(iter(value)) not in properties
        if not fits(value, schema, reader) or (foreign and wrapper(text, pos + 1, properties) is not None):
            return None
    return written, end


def _has_long_key(given: str) -> bool:
    """Whether a key is so long that the reader which works piece by piece refuses it."""
    return any(found[2] and len(found[1]) >= MAX_KEY for found in _STRING.finditer(given))
