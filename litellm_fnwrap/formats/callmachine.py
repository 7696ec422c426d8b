"""Reading calls once a mark, or a shape, has announced them."""

from __future__ import annotations

import re

from ..schema import Schema, SchemaReader
from .compiled import Compiled
from .keyroles import Role
from .leads import CLOSING_FENCE
from .named import NamedCalls
from .readers.callobject import CallObjectReader
from .readers.strict import Unreadable
from .readers.text import TextReader
from .toolset import Toolset

_BLANKS = re.compile(r"\s*")
_NEXT_OBJECT = re.compile(r"\s*[;,]?\s*(?=\{)")
_SEPARATOR = re.compile(r"\s*[;,]?\s*\Z")
_CLOSER = re.compile(r"\s*(?:[}\]]\s*){0,4}")


class CallMachine(NamedCalls):
    """The whole machine: finds calls and reads them. It is the host its object reader tells what it finds."""

    def __init__(self, compiled: Compiled, tools: Toolset, *, repair: bool, coerce: bool, parallel: bool) -> None:
        super().__init__(compiled, tools, repair=repair, coerce=coerce)
        self._parallel = parallel
        self._fenced = False

    # Calls as JSON objects

    def _open_bare(self, found: re.Match[str]) -> bool:
        if not self._tools.known and self.sink.has_content:
            self._say(self._buf[found.start() : found.end() + 1])
            self._pos = found.end() + 1
            return True
        closing = CLOSING_FENCE.match(self._buf, found.start())
        if closing and self.sink.in_fence:
            return self._say_mark(closing)
        self._attempt(found.start(), found.end())
        self._mark_length = max(self._mark_length, 1)
        self._enter(self._c.unmarked)
        self._bare = True
        self._lists = found.group().count("[")
        self._fenced = "```" in found.group()
        return self._open_object()

    def _open_object(self) -> bool:
        # A code fence announces code of any kind, not a call.
        marked = not self._bare and not self._blocks[-1].mark.startswith("```")
        self._object = CallObjectReader(self._c, self, marked=marked, repair=self._repair, coerce=self._coerce)
        self._state = self._in_object
        return True

    def _in_object(self) -> bool:
        """Inside a call's JSON object, or an envelope of calls."""
        reader = self._object
        if reader is None:
            return False
        try:
            after = reader.feed(self._buf, self._pos, self._final)
        except Unreadable as problem:
            self._pos = max(self._pos, reader.position)
            if self._in_call or not self._bare:
                self._repaired("unreadable_call", str(problem), self._pos)
            self._fail()
            return True
        self._pos = after
        if not reader.done:
            return False
        self._object = None
        in_list = self._lists > 0 or self._blocks[0].array
        if not self._found and not self._said and not (self._skipped and in_list):
            self._fail()
        else:
            self._state = self._behind_bare if self._bare else self._block
        return True

    def _behind_bare(self) -> bool:
        """Behind a call without a mark: another one, or what closes the list and fence before it."""
        buf, pos = self._buf, self._pos
        following = _NEXT_OBJECT.match(buf, pos)
        if following:
            self._pos = following.end()
            return self._open_object()
        if not self._final and _SEPARATOR.match(buf, pos):
            return False
        closer = _CLOSER.match(buf, pos)
        end = closer.end() if closer else pos
        if end >= len(buf) and not self._final:
            return False
        if self._fenced:
            rest = buf[end : end + 3]
            if not self._final and rest != "```" and "```".startswith(rest):
                return False
            end += 3 if rest == "```" else 0
        self._pos = end if buf[pos:end].strip() else pos
        if not self._found and not self._said:
            self._fail()
        else:
            self._leave()
        return True

    # What the object reader tells

    def find_tool(self, name: str) -> str | None:
        """The tool a name stands for."""
        return self._tools.find(name)

    def find_declared(self, name: str) -> str | None:
        """The declared tool a name stands for."""
        return self._tools.find_declared(name)

    def arguments_schema(self, name: str) -> tuple[Schema | None, SchemaReader | None]:
        """What a tool's arguments should be."""
        return self._tools.schema(name)

    def start(self, name: str, id: str) -> None:
        """A call begins."""
        self._begin_call(name, id, name)

    def _begin_call(self, name: str | None, id: str, written: str) -> None:
        self._muted = name is None or (not self._parallel and self.sink.started > 0)
        self._left_out = name is None and self._is_builtin(written)
        if name is None:
            self.unknown.append(written)
        if self._muted or name is None:
            self._skipped = True
            return
        if name != written:
            self._mended("name", f"{written!r} read as {name!r}", self._pos)
        self._in_call = True
        self._call_begins()
        listed = self._lists > 0 or (bool(self._blocks) and self._blocks[0].array)
        self.sink.start_call(name, id, hold=self._is_doubtful(), watch=self._repair and not listed)

    def _is_doubtful(self) -> bool:
        """Whether a call is only shown once it is complete: it has no mark, and text before it may talk about it."""
        if not self._repair or not self.sink.has_content:
            return False
        mark = self._blocks[0].mark if self._blocks else "["
        return mark == "[" or ((self._bare or mark.startswith("```")) and self.sink.talks)

    def arguments(self, text: str) -> None:
        """A piece of the open call's arguments."""
        if not self._muted:
            self.sink.arguments(text)

    def end(self) -> None:
        """The open call is complete."""
        if self._object is not None:
            self._pos = self._object.position
        if self._muted:
            self._found += self._parallel is False
            if self._left_out:
                self._said = True
                self._repaired_text("skipped_call")
            return
        self._in_call = False
        self._found += 1
        if self.sink.repeats:
            self.sink.drop_call()
            self._repaired_text("repeated_call")
            self._succeeded()
            return
        self.sink.end_call()
        if self._skipped:
            self._repaired_text("skipped_call")
            self._skipped = False
        self._succeeded()

    def skip(self, name: str) -> None:
        """A complete object that calls no declared tool."""
        self.unknown.append(name)
        self._skipped = True

    def say(self, role: Role, text: str) -> None:
        """Content or reasoning of an envelope."""
        self._said = True
        if role == "reasoning":
            self.sink.reasoning(text)
        else:
            self.sink.text(text)
        if self._object is not None:
            self._pos = self._object.position
        self._succeeded()

    def note(self, kind: str, detail: str, position: int) -> None:
        """Something was mended."""
        self._mended(kind, detail, position)

    # The end of the text

    def _finish_attempt(self) -> bool:
        if self._state == self._in_object and self._object is not None:
            if not self._object.finish(self._pos, self._stopped):
                return False
            self._object = None
        elif self._state == self._arguments and self._reader is not None:
            # Text that no mark closes, or only one that ends the turn, is over where the answer is.
            unclosed = isinstance(self._reader, TextReader) and set(self._ends) <= set(self._c.format.stop)
            open_ended = unclosed and not self._cut_off
            if not ((self._stopped or open_ended) and self._repair and self._reader.between and self._reader.finish()):
                return False
            self.arguments(self._reader.take())
            if not open_ended:
                self._mended("unclosed", "call closed at the end of the text", len(self._buf))
            self.end()
        if not self._found and not self._said:
            return False
        rest = self._buf[self._pos :].strip()
        ends = [*self._ends, *(end for block in self._blocks for end in block.ends)]
        if rest and any(end.startswith(rest) for end in ends):
            self._pos = len(self._buf)
        self._leave()
        return True
