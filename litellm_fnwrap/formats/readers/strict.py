"""The writing half of the value readers: strict JSON text, piece by piece, fitted to a schema on the way.

Entries are separated by ", ", keys followed by ": ". A value that the schema does not admit as it stands is held back
until it is complete and then fitted; all others pass through at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...coercion import ABSENT, fit, from_list
from ...schema import Schema, SchemaReader
from .jsontext import decode, encode

_CLOSERS = {"{": "}", "[": "]", "(": ")"}
MAX_DEPTH = 500
MAX_KEY = 1000

# Mistakes between values: a text with more of them than this is no value. Those inside strings do not count.
_SLIPS = frozenset(
    {"stray", "stray_closer", "extra_comma", "missing_comma", "missing_value", "missing_colon", "repeated_key"}
)
_MOST_SLIPS = 1000


class Unreadable(Exception):
    """The text is no value of the kind looked for; the caller takes it for content."""


class Frame:
    """An object, list or argument list that is open."""

    __slots__ = ("closer", "count", "kind", "opened", "schema", "used")

    def __init__(self, kind: str, schema: Schema | None, closer: str) -> None:
        self.kind = kind
        self.schema = schema
        self.closer = closer
        self.count = 0
        self.opened = False
        self.used: set[str] = set()


class StrictJson:
    """Writes one value. Subclasses read some syntax and say what begins and ends.

    out    pieces of strict JSON text.
    notes  (kind, detail, position in the text fed last) of every mending.
    done   True when the value is complete.
    """

    def __init__(self, schema: Schema | None, reader: SchemaReader | None, repair: bool, coerce: bool) -> None:
        self.out: list[str] = []
        self.notes: list[tuple[str, str, int]] = []
        self.done = False
        self._schema = schema
        self._reader = reader or SchemaReader(True)
        self._repair = repair
        self._coerce = coerce and schema is not None
        self._stack: list[Frame] = []
        self._key: str = ""
        self._held: tuple[int, Schema | None, str] | None = None
        self._sink = self.out
        self._pos = 0
        self._slips = 0
        self._positioned = False
        self._entered: Callable[[str], None] = lambda _kind: None
        self._left: Callable[[], None] = lambda: None
        self._decode: Callable[[str, Schema | None], Any] = lambda text, _schema: text

    def take(self) -> str:
        """The JSON text written since the last call."""
        if not self.out:
            return ""
        text = self.out[0] if len(self.out) == 1 else "".join(self.out)
        self.out.clear()
        return text

    def note(self, kind: str, detail: str) -> None:
        """Record a mending of the text; without repair, or after too many slips, the text is unreadable instead."""
        if not self._repair:
            raise Unreadable(f"{kind}: {detail}")
        if kind in _SLIPS:
            self._slips += 1
            if self._slips > _MOST_SLIPS:
                raise Unreadable(f"more than {_MOST_SLIPS} slips")
        self.notes.append((kind, detail, self._pos))

    def note_fit(self, kind: str, detail: str) -> None:
        """Record a change of a value for the schema's sake."""
        self.notes.append((kind, detail, self._pos))

    def prefix(self) -> None:
        """Write what stands before a value: the bracket of an object not yet opened, a comma, the key."""
        if not self._stack:
            return
        frame = self._stack[-1]
        if frame.kind == "[":
            if frame.count:
                self._sink.append(", ")
        else:
            lead = ", " if frame.opened else "{"
            frame.opened = True
            frame.used.add(self._key)
            self._sink.append(f"{lead}{encode(self._key)}: ")
        frame.count += 1

    def wanted(self) -> Schema | None:
        """The schema of the value about to begin; None where anything goes."""
        if not self._coerce or self._held is not None:
            return None
        if not self._stack:
            return self._schema
        frame = self._stack[-1]
        if frame.kind == "[":
            return self._reader.item(frame.schema, frame.count)
        return self._reader.property(frame.schema, self._key)

    def begin(self, kind: str) -> Schema | None:
        """Start a value of a kind: hold it if the schema does not admit it as it stands, else write its prefix."""
        wanted = self.wanted()
        if wanted is not None and (kind not in self._reader.kinds(wanted) or self._reader.enum(wanted)):
            self._held = (len(self._stack), wanted, self._key)
            self._sink = []
            return None
        if self._held is None or len(self._stack) > self._held[0]:
            self.prefix()
        return wanted

    def push(self, kind: str, schema: Schema | None, closer: str = "") -> None:
        """Open an object "{", list "[" or argument list "("; its opening bracket is written with its first entry."""
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH} levels")
        self._stack.append(Frame(kind, schema, closer or _CLOSERS[kind]))
        if kind == "[":
            self._sink.append("[")
        self._entered(kind)

    def pop(self) -> None:
        """Close the innermost object or list."""
        frame = self._stack.pop()
        if frame.kind == "[":
            self._sink.append("]")
        else:
            self._sink.append("}" if frame.opened else "{}")
        self.complete()

    def scalar(self, text: str, kind: str, word: str) -> None:
        """Write a number or literal given as JSON text; word is what stood in the model's text."""
        wanted = self.wanted()
        kinds = self._reader.kinds(wanted)
        if wanted is not None and kind not in kinds:
            value: Any = decode(text)
            if "string" in kinds and kind != "null" and word and not kinds & {"integer", "number", "boolean"}:
                self.note_fit("coerced", f"{word} read as text")
                value = word
            self._fitted(value, wanted)
        elif wanted is not None and kind == "string":
            self._fitted(decode(text), wanted)
        else:
            if self._held is None or len(self._stack) > self._held[0]:
                self.prefix()
            self._sink.append(text)
        self.complete()

    def complete(self) -> None:
        """A value is complete: fit it if it was held, and go on behind it."""
        if self._held is not None and len(self._stack) == self._held[0]:
            _, schema, self._key = self._held
            pieces, self._held, self._sink = self._sink, None, self.out
            self._fitted(decode("".join(pieces)), schema)
        if self._stack:
            self._left()
        else:
            self.done = True

    def _as_arguments(self, value: Any, schema: Schema | None) -> dict[str, Any]:
        """What stands for a call's arguments without being an object. Raises Unreadable where nothing does."""
        if value in (None, "", []):
            self.note("missing_value", f"{value!r} read as no arguments")
            return {}
        named = from_list(value, self._reader.properties(schema)) if isinstance(value, list) else None
        if named is None:
            raise Unreadable(f"arguments that are no object: {value!r:.60}")
        self.note("list", "a list read as the arguments it stands for")
        return named

    def _fitted(self, value: Any, schema: Schema | None) -> None:
        """Write a decoded value as the schema wants it; an optional null is left out."""
        kinds = self._reader.kinds(schema)
        if isinstance(value, str) and "string" not in kinds and value.lstrip()[:1] in ("{", "[", '"'):
            value = self._decode(value, schema)
        if not self._stack and kinds == {"object"} and not isinstance(value, dict):
            value = self._as_arguments(value, schema)
        if isinstance(value, dict) and len(value) == 1 and "object" not in kinds:
            # f({"place": "Lyon"}) is meant like f("Lyon"), and so is f(city={"city": "Lyon"}).
            inside = next(iter(value))
            if self._positioned or inside == self._key:
                self.note_fit("coerced", f"{inside!r} inside {self._key!r}")
                value = value[inside]
        frame = self._stack[-1] if self._stack else None
        optional = frame is not None and frame.kind != "[" and self._key not in self._reader.required(frame.schema)
        fitted = fit(value, schema, self._reader, self.note_fit, optional=optional)
        if fitted is ABSENT:
            self.note_fit("null_dropped", f"null for the optional {self._key!r} left out")
            if frame is not None:
                frame.used.add(self._key)
            return
        self.prefix()
        self._sink.append(encode(fitted))
