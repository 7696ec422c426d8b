"""Calls with the name in the text: header, arguments, and what closes them."""

from __future__ import annotations

import fnmatch
import re
from abc import abstractmethod
from typing import Literal

from ..schema import Schema, SchemaReader
from . import marks
from .blocks import ArgumentsReader, BlockMachine
from .compiled import Compiled
from .headers import Header
from .leads import FLAT
from .readers.json import JsonReader
from .readers.nested import NestedReader
from .readers.strict import Unreadable
from .readers.tagged import TaggedReader
from .readers.text import TextReader
from .readers.whole import read_whole
from .toolset import Toolset

_BLANKS = re.compile(r"\s*")


class NamedCalls(BlockMachine):
    """The part of the machine that reads such calls."""

    def __init__(self, compiled: Compiled, tools: Toolset, *, repair: bool, coerce: bool) -> None:
        super().__init__(compiled, tools, repair=repair)
        self._coerce = coerce
        self._muted = False
        self._left_out = False

    @abstractmethod
    def _begin_call(self, name: str | None, id: str, written: str) -> None:
        """A call begins; name is None for one that is not declared."""

    @abstractmethod
    def arguments(self, text: str) -> None:
        """A piece of the open call's arguments."""

    @abstractmethod
    def end(self) -> None:
        """The open call is complete."""

    def _open_named(self, header: Header, found: re.Match[str]) -> bool:
        name = self._tools.find(found.group("name"))
        builtin = self._is_builtin(found.group("name"))
        if builtin:
            name = None
        self._header = header
        self._ends = header.ends(found.group("name"))
        if not self._blocks:
            self._found = 0
            self._skipped = self._said = False
        first = self._blocks[0] if self._blocks else None
        listed = first is not None and (first.array or (first.section and self._c.format.arguments == "pythonic"))
        if name is None and not (self._lists or listed or builtin):
            self.unknown.append(found.group("name"))
            self._pos = found.end()
            self._fail()
            return True
        self._pos = found.end("name")
        schema, reader = self._tools.schema(name or "")
        self._begin_call(name, found.groupdict().get("id") or "", found.group("name"))
        self._pos = found.end()
        if header.arguments == "none":
            return self._given("{}")
        if (header.arguments or self._c.format.arguments) == "json" and self._whole_arguments(schema, reader):
            return True
        self._reader = self._arguments_reader(schema, reader, header, name or "")
        if isinstance(self._reader, (TaggedReader, NestedReader)):
            # Blanks before the first argument are text where none comes.
            self._pos = found.start() + len(found.group().rstrip())
        self._state = self._arguments
        return True

    def _whole_arguments(self, schema: Schema, reader: SchemaReader) -> bool:
        """Read arguments that are strict JSON and all there in one step."""
        pos = _BLANKS.match(self._buf, self._pos).end()  # type: ignore[union-attr]
        if self._buf[pos : pos + 1] != "{":
            return False
        whole = read_whole(self._buf, pos, schema if self._coerce else None, reader)
        if whole is None:
            return False
        self._pos = whole[1]
        return self._given(whole[0])

    def _given(self, arguments: str) -> bool:
        """All arguments of a call are there."""
        self.arguments(arguments)
        self.end()
        self._state = self._past_closers
        return True

    def _is_builtin(self, name: str) -> bool:
        """Whether a name is that of a tool which the model calls without being offered it."""
        known = any(fnmatch.fnmatchcase(name, pattern) for pattern in self._c.format.builtin)
        return known and self._tools.find_declared(name) is None

    def _arguments_reader(self, schema: Schema, reader: SchemaReader, header: Header, name: str) -> ArgumentsReader:
        format = self._c.format
        syntax = header.arguments or format.arguments
        ends = (*self._ends, *(end for block in self._blocks for end in block.ends))
        if syntax == "text":
            return TextReader(self._tools.text_key(name), (*ends, *self._c.all_marks))
        if syntax == "tagged":
            typed: Literal["schema", "guess"] = "schema" if self._tools.known else "guess"
            return TaggedReader(
                format, schema, reader, ends=ends, typed=typed, repair=self._repair, coerce=self._coerce
            )
        if syntax == "nested":
            return NestedReader(format, schema, reader, ends=self._ends, repair=self._repair, coerce=self._coerce)
        values = JsonReader(
            schema,
            reader,
            kind="call" if syntax in ("pythonic", "flat") else "value",
            closer="]" if syntax == "flat" else ")",
            quote=format.quote if syntax == "literal" else "",
            quote_all=format.quote_all,
            repair=self._repair,
            coerce=self._coerce,
        )
        values.doubtful = self.sink.holding
        return values

    def _arguments(self) -> bool:
        """Inside a call's arguments."""
        reader = self._reader
        if reader is None:
            return False
        try:
            after = reader.feed(self._buf, self._pos, self._final)
        except Unreadable as problem:
            self._pos = max(self._pos, reader.reached)
            self._tell_notes(reader.notes)
            if not self.sink.holding:
                self._repaired("unreadable_call", str(problem), self._pos)
            self._fail()
            return True
        self._pos = max(after, self._pos)
        if reader.out:
            self.arguments(reader.take())
        if reader.notes:
            self._tell_notes(reader.notes)
        if not reader.done:
            return False
        self.end()
        if isinstance(reader, JsonReader):
            self._closers = reader.closers + self._closers
            self._pos -= self._header is FLAT
        self._state = self._past_closers
        return True

    def _tell_notes(self, notes: list[tuple[str, str, int]]) -> None:
        for kind, detail, position in notes:
            self._mended(kind, detail, position)
        notes.clear()

    def _call_end(self) -> bool:
        """Behind a call's arguments: past what closes it, each part of which may be missing."""
        buf = self._buf
        pos = _BLANKS.match(buf, self._pos).end()  # type: ignore[union-attr]
        while pos < len(buf):
            end = next((end for end in self._ends if marks.compiled_mark(end).match(buf, pos)), "")
            if end:
                self._pos = marks.compiled_mark(end).match(buf, pos).end()  # type: ignore[union-attr]
                if end in self._c.ends_that_open:
                    self._ends = tuple(other for other in self._ends if other != end)
            elif not self._final and any(marks.compiled_beginning(end).match(buf, pos) for end in self._ends):
                return False
            elif buf[pos] == "}" and self._repair and self._c.format.arguments in ("json", "literal"):
                self._mended("stray_closer", "'}' closes nothing", pos)
                self._pos = pos + 1
            else:
                break
            pos = _BLANKS.match(buf, self._pos).end()  # type: ignore[union-attr]
        if pos >= len(buf) and not self._final:
            return False
        if self._blocks and not self._blocks[-1].section and self._header in self._blocks[-1].headers:
            self._blocks.pop()
        if self._blocks:
            self._state = self._block
            return self._pos < len(buf)
        self._leave()
        return True
