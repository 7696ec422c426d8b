"""The content of an answer that must be JSON (response_format), read into strict JSON while it streams.

Models fence it, introduce it, comment on it and make the same mistakes as in arguments: the same reader mends them.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..events import Event, Finish, FinishReason, Repair, Text
from ..formats.readers.json import JsonReader
from ..formats.readers.strict import Unreadable
from ..schema import Schema, SchemaReader

_OPENING = {"object": "{", "array": "["}
_QUOTED = 200


class Structured:
    """Text events in, the text of one JSON object or list out; text that holds none comes out as it is, at the end.

    What stands around the JSON is left out and reported as a repair.
    """

    def __init__(self, schema: Schema, *, coerce: bool) -> None:
        self._reader = JsonReader(schema, SchemaReader(schema), coerce=coerce)
        self._brackets = "".join(_OPENING[kind] for kind in SchemaReader(schema).kinds(schema) & _OPENING.keys())
        self._around: list[str] = []
        self._pending = ""
        self._unsure: list[str] = []  # what was read, while none of it has been given out
        self._passed = 0
        self._begun = self._plain = False
        self._noted = 0

    def route(self, events: Iterable[Event]) -> list[Event]:
        """The events with content turned to strict JSON."""
        out: list[Event] = []
        for event in events:
            if isinstance(event, Text):
                self._take(event.text, out)
                continue
            if isinstance(event, Finish):
                self._end(event.reason, out)
            out.append(event)
        return out

    def _take(self, text: str, out: list[Event]) -> None:
        if not self._begun:
            start = min((at for at in map(text.find, self._brackets) if at >= 0), default=-1)
            self._around.append(text if start < 0 else text[:start])
            if start < 0:
                return
            self._begun = True
            self._leave_out("text_before_json", out)
            text = text[start:]
        if self._reader.done and not self._plain:
            self._around.append(text)
            return
        self._pending += text
        self._read(out)
        if self._reader.done and not self._plain:
            self._around.append(self._pending)
            self._pending = ""

    def _read(self, out: list[Event], final: bool = False) -> None:
        """Read on as far as the text goes, and give out the JSON that is sure."""
        if self._plain:
            self._pass(out)
        elif not self._reader.done:
            try:
                read = self._reader.feed(self._pending, 0, final)
            except Unreadable as error:
                self._plain = True
                unsure = "".join(self._unsure)
                self._pending, self._passed = unsure + self._pending, self._passed - len(unsure)
                out.append(Repair("unreadable_json", f"given as it is: {error}", self._passed))
                self._pass(out)
                return
            self._unsure.append(self._pending[:read])
            self._give(out)
            self._pending, self._passed = self._pending[read:], self._passed + read

    def _give(self, out: list[Event]) -> None:
        notes = self._reader.notes[self._noted :]
        self._noted += len(notes)
        out.extend(Repair(kind, detail, self._passed + where) for kind, detail, where in notes)
        if text := self._reader.take():
            out.append(Text(text))
            self._unsure.clear()

    def _pass(self, out: list[Event]) -> None:
        if self._pending:
            out.append(Text(self._pending))
        self._passed += len(self._pending)
        self._pending = ""

    def _leave_out(self, kind: str, out: list[Event]) -> None:
        """Drop the text around the JSON; a mere fence or blank is not worth a word."""
        text = "".join(self._around)
        self._around.clear()
        words = text.strip()
        if words.strip("`").strip() not in ("", "json"):
            out.append(Repair(kind, f"left out: {words[:_QUOTED]!r}", self._passed))
        self._passed += len(text)

    def _end(self, reason: FinishReason, out: list[Event]) -> None:
        if not self._begun:
            self._pending = "".join(self._around)
            self._pass(out)
            return
        self._read(out, final=True)
        if self._plain or (reason == "length" and not self._reader.done):
            # Cut JSON stays open, as the model left it; a number or word that may have gone on is no value yet.
            return
        self._reader.finish()
        self._give(out)
        self._around.append(self._pending)
        self._leave_out("text_after_json", out)
