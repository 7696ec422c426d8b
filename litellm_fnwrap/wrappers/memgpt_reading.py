"""Reading what MemGPT's wrappers are answered with: one JSON object, its beginning perhaps in the prompt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..events import ArgumentsDelta, CallEnd, CallStart, Event, Finish, FinishReason, Parsed, Text
from ..formats.readers.json import JsonReader
from ..formats.readers.strict import Unreadable
from ..messages import Tool

Read = Callable[[str, str, "frozenset[str] | None"], Parsed]


class ObjectParser:
    """Reads one answer of a MemGPT wrapper; StreamParser's methods."""

    def __init__(self, read: Read, tools: Sequence[Tool] | None, opened: str) -> None:
        self._read = read
        self._declared = None if tools is None else frozenset(tool.name for tool in tools)
        self._opened = opened
        self._pieces: list[str] = []
        self.result = Parsed()

    def feed(self, text: str) -> list[Event]:
        """Keeps the text: thoughts may follow the call, so nothing is sure before the end."""
        self._pieces.append(text)
        return []

    def close(self, finish_reason: FinishReason | None = None) -> list[Event]:
        """The answer's events; an answer cut off by the token limit is content, since half a call is none."""
        raw = "".join(self._pieces)
        cut = finish_reason == "length"
        if self._declared is not None and not self._declared:
            self.result = Parsed(content=raw or None)
        else:
            self.result = self._read(raw, self._opened, self._declared)
        if cut and not _is_complete(raw, self._opened):
            self.result = Parsed(content=raw or None, finish_reason="length")
        content, calls = self.result.content, self.result.tool_calls
        self.result.finish_reason = "length" if cut else "tool_calls" if calls else "stop"
        events: list[Event] = [Text(content)] if content else []
        for index, call in enumerate(calls):
            events += [CallStart(index, call.id, call.name), ArgumentsDelta(index, call.arguments), CallEnd(index)]
        return [*events, Finish(self.result.finish_reason)]


def readable_json(text: str, indent: int, *, simplify: bool = False) -> str:
    """Text that is a JSON object, indented, or where simplify says so the message it carries; other text as it is."""
    try:
        read = json.loads(text, strict=False)
    except ValueError:
        return text
    if not isinstance(read, Mapping):
        return text
    if simplify and isinstance(read.get("message"), str):
        return str(read["message"])
    return json.dumps(read, ensure_ascii=False, indent=indent) if indent else text


def type_of(text: str) -> str:
    """The type that a message in JSON declares; "" where it is no JSON object or declares none."""
    try:
        read = json.loads(text, strict=False)
    except ValueError:
        return ""
    return str(read.get("type") or "") if isinstance(read, Mapping) else ""


def object_in(raw: str, opened: str) -> dict[str, Any] | None:
    """The object an answer holds, the opened part put in front where the model has not repeated it."""
    for text in _candidates(raw, opened):
        reader = JsonReader()
        try:
            reader.feed(text, final=True)
            complete = reader.finish()
        except Unreadable:
            continue
        read = json.loads("".join(reader.out)) if complete else None
        if isinstance(read, dict) and ("function" in read or "inner_thoughts" in read):
            return read
    return None


def _candidates(raw: str, opened: str) -> list[str]:
    start = raw.find("{")
    whole = raw[start:] if start >= 0 else ""
    repeated = "".join(raw.split()).startswith("".join(opened.split())) if opened else True
    return [text for text in ([whole] if repeated else [opened + raw, whole]) if text]


def _is_complete(raw: str, opened: str) -> bool:
    for text in _candidates(raw, opened):
        reader = JsonReader()
        try:
            reader.feed(text, final=True)
        except Unreadable:
            continue
        if reader.done:
            return True
    return False
