"""One JSON value, or a Python call's keyword arguments, read in pieces into strict JSON text.

Mistakes are mended where they stand and reported. Every character is looked at a bounded number of times, so the work
is linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from ...schema import Schema, SchemaReader
from . import strings
from .jsontext import decode
from .keywords import KeywordReader
from .strict import Unreadable
from .words import CLOSE, OPEN, QUOTES, WAIT
from .wrapped import may_be_wrapped, wrapper

# What may stand before a value in a Python call, and before arguments as a whole.
_PREFIX = re.compile(r"""[fFrRbBuU]{1,2}(?=["'])|dict\(""")
_PREFIX_START = re.compile(r"(?:[fFrRbBuU]{1,2}|d|di|dic|dict)\Z")
_FENCE = re.compile(r"```[a-zA-Z]{0,10}\s{0,40}(?=\{)")
# A quote mark before an object whose own quote marks are not escaped.
_QUOTED = re.compile(r"""(["'])(?=\s{0,40}\{\s{0,40}\1[^\\])""")
_QUOTED_START = re.compile(r"""(["'])(?:\s{0,40}(?:\{\s{0,40}\1?)?)?\Z""")
_FENCE_START = re.compile(r"(?:`{1,2}|```[a-zA-Z]{0,10}\s{0,40})\Z")


class JsonReader(KeywordReader):
    """Reads one value. Feed text until done is True; out collects the pieces of strict JSON text.

    schema   what the value should be; None for anything.
    kind     "value", or "call" for keyword arguments up to the closing parenthesis.
    quote    a mark that quotes strings raw, as Gemma's formats have it.
    quote_all  every value stands between those marks.
    context  where a string alone stands: "{" an object's value, "[" a list's item, "" by itself.
    closer   what ends the keyword arguments of a call.
    """

    def __init__(
        self,
        schema: Schema | None = None,
        reader: SchemaReader | None = None,
        *,
        kind: Literal["value", "call"] = "value",
        repair: bool = True,
        coerce: bool = True,
        quote: str = "",
        quote_all: bool = False,
        context: str = "",
        closer: str = ")",
    ) -> None:
        super().__init__(schema, reader, repair=repair, coerce=coerce, quote=quote, python=kind == "call")
        self._context = context
        self._quote_all = quote_all
        self._entered = self._enter
        self._left = self._leave
        self._decode = self._read_encoded
        if kind == "call":
            self.push("(", schema, closer)

    def feed(self, text: str, pos: int = 0, final: bool = False) -> int:
        """Read on from a position and return where reading stopped; what lies behind must be fed again, with more.

        Raises Unreadable where the text is no such value: without repair at any mistake, with it on absurd nesting.
        """
        self._final = final
        size = len(text)
        while pos < size and not self.done:
            self._pos = pos
            noted, slips = len(self.notes), self._slips
            self._passed = pos, noted
            after = self._mode(text, pos)
            if after == WAIT:
                # What was noted before the mode found that it must wait is going to be noted again.
                pos, noted = self._passed
                del self.notes[noted:]
                self._slips = slips
                break
            pos = after
        return pos

    @property
    def between(self) -> bool:
        """Whether the text stopped between two parts, so that closing what is open invents no value."""
        if self._mode in (self._after, self._member, self._keyword):
            return True
        return self._mode == self._value and bool(self._stack) and self._stack[-1].kind == "["

    @property
    def in_string(self) -> bool:
        """Whether the text stopped inside a string."""
        return self._mode in (self._in_string, self._in_raw_string) and not self.done

    @property
    def quote_mark(self) -> str:
        """What ends the string read last."""
        return self._end_mark

    def finish(self) -> bool:
        """Close all that is open, strings and numbers too; a key without value is dropped. True if there is a value."""
        if self.done:
            return True
        if self._mode in (self._in_string, self._in_raw_string):
            self._end_string()
        elif self._mode == self._bare:
            self._end_token()
        if not self.done and self._stack:
            self.note("unclosed", "closed at the end of the text")
            while self._stack:
                self.pop()
        return self.done

    def note_fit(self, kind: str, detail: str) -> None:
        """Record a change of a value for the schema's sake; where all values are quoted, typing them is no mend."""
        if not self._quote_all:
            super().note_fit(kind, detail)

    def _close_all(self, pos: int) -> int:
        self.note("missing_closer", "closing brackets missing before the end of the value")
        while self._stack:
            self.pop()
        return pos

    def _enter(self, kind: str) -> None:
        self._mode = {"{": self._member, "[": self._value, "(": self._keyword}[kind]

    def _leave(self) -> None:
        self._mode = self._after

    def _read_encoded(self, text: str, schema: Schema | None) -> Any:
        """A value that was encoded twice; the text itself where it holds none."""
        inner = JsonReader(schema, self._reader, repair=self._repair)
        try:
            end = inner.feed(text, 0, final=True)
            if not inner.finish() or text[end:].strip():
                return text
        except Unreadable:
            return text
        self.note_fit("double_encoding", "JSON inside a string decoded")
        return decode(inner.take())

    # The modes. Each looks at the text from a position and returns the position behind what it read, or WAIT.

    def _value(self, text: str, pos: int) -> int:
        """A value is about to begin."""
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        char = text[pos]
        mark = self._quote_mark
        if mark and mark.startswith(text[pos : pos + len(mark)]):
            return self._open_raw_string(text, pos)
        if char == "(" and self._python and self._sum_wanted():
            return self._open_bare(pos)
        if char in "{[" or (char == "(" and self._python):
            kind = "{" if char == "{" else "["
            first = self._coerce and self._repair and not self._stack and kind == "{"
            self.push(kind, self.begin("object" if kind == "{" else "array"), CLOSE[OPEN.index(char)])
            self._mode = self._first_member if first else self._mode
            return pos + 1
        if self._repair and (char in "`fFrRbBuUd" or (char in "\"'" and not self._stack)):
            led = self._led(text, pos)
            if led is not None:
                return led
        if char in QUOTES and (self._repair or char == '"' or (char == "'" and self._python)):
            return self._open_string(text, pos)
        if char == "\\" and self._repair:
            return self._open_escaped_string(text, pos)
        if char in "}],)" and self._stack:
            return self._missing_value(char, pos)
        if char in "}])":
            raise Unreadable(f"{char!r} where a value should begin")
        return self._open_bare(pos)

    def _led(self, text: str, pos: int) -> int | None:
        """Past what stands before a value: a code fence, a string's prefix, dict(; None where nothing does."""
        pattern, start = (_PREFIX, _PREFIX_START) if self._python else (_FENCE, _FENCE_START)
        if self._stack and not self._python:
            return None
        if text[pos] in "\"'" and not self._python:
            if self._reader.kinds(self._schema) != {"object"}:
                return None
            pattern, start = _QUOTED, _QUOTED_START
        found = pattern.match(text, pos)
        if found is None:
            return WAIT if not self._final and start.match(text, pos) else None
        if found.group() == "dict(":
            self.push("(", self.begin("object"), ")")
        elif pattern is _QUOTED:
            self.note("quotes", "quotes around the arguments object")
            self.closers = found.group()
        elif not self._python:
            self.note("fence", "a code fence around the arguments")
            self.closers = "```"
        return found.end()

    def _first_member(self, text: str, pos: int) -> int:
        """Behind the opening brace of a call's arguments, which may hold those inside another object."""
        inside = wrapper(text, pos, self._reader.properties(self._stack[-1].schema))
        if inside is None and not self._final and may_be_wrapped(text, pos):
            return WAIT
        self._mode = self._member
        if inside is None:
            return pos
        self.note("wrapped", "arguments inside arguments")
        self.closers = "}" + self.closers
        return inside

    def _sum_wanted(self) -> bool:
        """Whether a parenthesis begins a sum here, and no tuple."""
        kinds = self._reader.kinds(self.wanted())
        return bool(kinds & {"number", "integer"}) and "array" not in kinds

    def _missing_value(self, char: str, pos: int) -> int:
        if self._stack[-1].kind != "[":
            self.note("missing_value", f"no value for {self._key!r}; null")
            self.scalar("null", "null", "")
            return pos
        if char == ",":
            self.note("missing_value", "comma without a value")
            return pos + 1
        if self._stack[-1].count and not self._python:
            self.note("trailing_comma", "comma before the closing bracket")
        self._mode = self._after
        return pos

    def _after(self, text: str, pos: int) -> int:
        """A value is complete, its object or list is open."""
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        char = text[pos]
        frame = self._stack[-1]
        if char == frame.closer:
            self.pop()
            return pos + 1
        if char in CLOSE:
            return self._wrong_closer(text, pos)
        if char in "`<" and self._repair:
            over = strings.mark_follows(text, pos - 1, pos, self._final)
            if over is None:
                return WAIT
            if over:
                return self._close_all(pos)
        self._enter(frame.kind)
        if char == ",":
            return pos + 1
        self.note("missing_comma", "no comma between two entries")
        return pos + 1 if char in ";:=" else pos
