"""JSON out of a model's text: with prose and code fences around it, mended, cut off, or in several pieces."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..coercion import fit, kind_of
from ..errors import OutputError
from ..events import Repair
from ..schema import Schema, SchemaReader
from .readers.json import JsonReader
from .readers.jsontext import decode
from .readers.strict import Unreadable

_START = re.compile(r"[{\[]")
_NEXT_MEMBER = re.compile(r"""\s{0,80},?\s{0,80}(?=["'][^"'\n]{1,200}["']\s{0,20}:)""")
_FIRST_MEMBER = re.compile(r"""\s{0,200}(?=["'][^"'\n]{1,200}["']\s{0,20}:)""")
_OPEN_END = re.compile(r"\s{0,80}(?:[}\]]\s{0,80},?\s{0,80}){1,40}(?:`{3,4}\s{0,80})?\Z|`{3,4}\s{0,80}\Z")
_MOST_CANDIDATES = 200


@dataclass(slots=True)
class _Candidate:
    """A value found in the text: what was mended in it, and how much speaks for it."""

    value: Any
    notes: list[tuple[str, str, int]]
    end: int


def read_json(text: str, schema: Schema | None = None) -> tuple[Any, list[Repair]]:
    """The JSON value a text holds, fitted to the schema, and what was mended to read it.

    Of several values the one that fits the schema best is taken, the first of equals; a schema of a list takes all
    objects of a text without a list. What is cut off is closed. The work is linear in the length of the text.
    Raises OutputError for a text that holds no value.
    """
    reader = SchemaReader(True if schema is None else schema)
    value, notes = _strict(text)
    if notes is None:
        value, notes = _found(text, schema, reader)
    repairs = [Repair(kind, detail, where) for kind, detail, where in notes]
    fitted = fit(value, schema, reader, lambda kind, detail: repairs.append(Repair(kind, detail, 0)))
    return fitted, repairs


def _strict(text: str) -> tuple[Any, list[tuple[str, str, int]] | None]:
    try:
        return json.loads(text), []
    except (ValueError, RecursionError):
        return None, None


def _found(text: str, schema: Schema | None, reader: SchemaReader) -> tuple[Any, list[tuple[str, str, int]]]:
    candidates = _candidates(text)
    if not candidates:
        first = _FIRST_MEMBER.match(text)
        lone = _read(text, first.end(), opened="{") if first else _scalar(text)
        if lone is None:
            raise OutputError("The answer holds no JSON value. Ask for an object or a list.", raw=text)
        return lone.value, lone.notes
    objects = [candidate for candidate in candidates if isinstance(candidate.value, dict)]
    best = max(candidates, key=lambda candidate: _weight(candidate.value, schema, reader))
    if reader.kinds(schema) == {"array"} and not isinstance(best.value, list) and len(objects) > 1:
        notes = [note for candidate in objects for note in candidate.notes]
        return [candidate.value for candidate in objects], [("list", "objects side by side read as a list", 0), *notes]
    notes = list(best.notes)
    if text.strip() and (len(candidates) > 1 or best.end < len(text.rstrip()) or text.lstrip()[0] not in "{["):
        notes.insert(0, ("surroundings", "text around the value left out", 0))
    return best.value, notes


def _candidates(text: str) -> list[_Candidate]:
    """Every object and list of the text that is not inside another one."""
    found: list[_Candidate] = []
    pos = 0
    for _ in range(_MOST_CANDIDATES):
        start = _START.search(text, pos)
        if start is None:
            break
        candidate = _read(text, start.start())
        if candidate is None:
            pos = start.end()
            continue
        found.append(candidate)
        pos = max(candidate.end, start.end())
    return found


def _read(text: str, start: int, opened: str = "") -> _Candidate | None:
    """The value that begins at a position; None where none does."""
    reader = JsonReader(repair=True)
    try:
        if opened:
            reader.feed(opened, 0)
        end = reader.feed(text, start, final=True)
        if reader.in_string and (tail := _OPEN_END.search(text, max(start, len(text) - 2000))):
            return _read(
                text[: tail.start()] + reader.quote_mark + text[tail.start() :].strip("` \t\r\n"), start, opened
            )
        if not reader.finish():
            return None
        value = decode(reader.take())
    except (Unreadable, ValueError, RecursionError):
        return None
    candidate = _Candidate(value, list(reader.notes), end)
    # An object that took nothing of the text would go on with itself.
    return _with_more_members(text, candidate) if isinstance(value, dict) and end > start else candidate


def _with_more_members(text: str, candidate: _Candidate) -> _Candidate:
    """An object that was closed too early goes on with the members behind it."""
    more = _NEXT_MEMBER.match(text, candidate.end)
    if more is None:
        return candidate
    rest = _read(text, more.end(), opened="{")
    if rest is None or not isinstance(rest.value, dict):
        return candidate
    notes = [*candidate.notes, ("stray_closer", "'}' between two members", candidate.end), *rest.notes]
    return _Candidate({**candidate.value, **rest.value}, notes, rest.end)


def _scalar(text: str) -> _Candidate | None:
    """A text that is a number, a literal or a string as a whole."""
    plain = text.strip()
    if not plain or (plain[0] not in "\"'`“" and len(plain.split()) > 1):
        return None
    reader = JsonReader(repair=True)
    try:
        end = reader.feed(plain, 0, final=True)
        if not reader.finish() or plain[end:].strip():
            return None
        value = decode(reader.take())
    except (Unreadable, ValueError):
        return None
    quoted = plain[0] in "\"'`“"
    return None if isinstance(value, str) and not quoted else _Candidate(value, list(reader.notes), len(text))


def _weight(value: Any, schema: Schema | None, reader: SchemaReader) -> tuple[int, int]:
    """How much speaks for a value: that the schema admits it, then that it is an object or holds more than words."""
    fits = 0
    if isinstance(schema, Mapping):
        kinds = reader.kinds(schema)
        fits = 2 if kind_of(value) in kinds else 0
        if fits and isinstance(value, dict):
            wanted = {*reader.required(schema), *reader.properties(schema)}
            fits += (2 if reader.required(schema) <= value.keys() else 0) + (1 if wanted & value.keys() else 0)
        if fits and isinstance(value, list) and value:
            fits += kind_of(value[0]) in reader.kinds(reader.item(schema, 0))
    if isinstance(value, dict):
        return fits, 2 if value else 1
    return fits, 1 if any(not isinstance(item, str) for item in value) else 0
