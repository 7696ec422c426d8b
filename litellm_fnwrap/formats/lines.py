"""Calls that a line begins with, without any mark but their name."""

from __future__ import annotations

import re

from .compiled import Compiled, Opening
from .hidden import HiddenCalls
from .leads import CALL, CLOSING_FENCE, FENCE, read_lead
from .machine import Machine
from .toolset import Toolset

_LINE_END = re.compile(r"[ \t]{0,20}[;,]{1,3}[ \t]{0,20}(?=\r?\n|\Z)")
# Lines that no call can begin with: none of the marks of a call, of a fence, or of what models write before a call.
_PLAIN_LINES = re.compile(r"(?:[^\n(\[{`=\"'“]*\n)+")
_BLANK_LINES = re.compile(r"(?:[ \t]{0,80}\r?\n)+")
_FENCE_END = re.compile(r"\s{0,80}```(?![a-zA-Z])")
_FENCE_END_START = re.compile(r"\s{0,80}`{0,3}\Z")
_LIST = Opening("[", True, True, (CALL,), (), True)


class LineMachine(Machine):
    """The part of the machine that knows calls by their place and their name."""

    def __init__(self, compiled: Compiled, tools: Toolset, *, repair: bool) -> None:
        super().__init__(compiled, tools, repair=repair)
        self._hidden = HiddenCalls(compiled.bare_headers if compiled.format.bare and len(tools) > 0 else (), tools)
        self._has_leads = repair and compiled.format.arguments == "pythonic" and len(tools) > 0
        self._by_lines = self._has_leads or bool(self._hidden.headers)
        self._behind_call = False
        self._fence_open = False
        self._closers = ""

    def _leave(self) -> None:
        super()._leave()
        self._behind_call = self._has_leads

    def _say(self, text: str) -> None:
        if text.strip():
            self._behind_call = self._fence_open = False
        super()._say(text)

    def _call_at_line_start(self) -> bool | None:
        if not self._line_start:
            return None
        closing = CLOSING_FENCE.match(self._buf, self._pos)
        if closing and self.sink.in_fence:
            return self._say_mark(closing)
        return self._led() if self._has_leads else self._named()

    def _next_line(self, pos: int) -> int:
        """The next line behind a position that may begin with a call, passing all that do not."""
        line = super()._next_line(pos)
        if not self._has_leads:
            return self._hidden.next_line(self._buf, line)
        while line < len(self._buf):
            plain = _PLAIN_LINES.match(self._buf, line)
            line = plain.end() if plain else line
            lead = read_lead(self._buf, line, self._tools, final=self._final, behind_call=False, entry=False)
            if lead.where != "no":
                break
            line = super()._next_line(line)
        return line

    def _led(self) -> bool | None:
        """A Python call, with what models write before it."""
        blank = None if self._behind_call else _BLANK_LINES.match(self._buf, self._pos)
        if blank:
            self._say(blank.group())
            self._pos = blank.end()
            return True
        if self._fence_open:
            end = _FENCE_END.match(self._buf, self._pos)
            if end and (end.end() < len(self._buf) or self._final):
                self._pos = end.end()
                self._fence_open = False
                return True
            if not self._final and _FENCE_END_START.match(self._buf, self._pos):
                return False
        lead = read_lead(
            self._buf, self._pos, self._tools, final=self._final, behind_call=self._behind_call, entry=False
        )
        if lead.where == "wait":
            return False
        if (lead.label or lead.where == "list" or FENCE in lead.closers) and self._own_mark():
            return None
        if lead.where == "list" and not self._final and self._c.marks.hold.match(self._buf, self._pos):
            return False
        if lead.where == "no":
            return self._past_line_end() if self._behind_call else None
        fenced = FENCE in lead.closers or (lead.where == "list" and "```" in lead.closers)
        self._fence_open = self._fence_open or fenced
        self._closers = lead.closers.replace(FENCE, "")
        if lead.label:
            self._say(self._buf[self._pos : lead.label])
            self._pos = lead.label
        if lead.header and lead.found:
            self._attempt(self._pos, lead.found.end())
            return self._open_named(lead.header, lead.found)
        self._attempt(self._pos, lead.end)
        self._enter(_LIST)
        return True

    def _own_mark(self) -> bool:
        """Whether a mark of the format's own stands here, which reads like a label or a list."""
        mark = self._c.marks.search.match(self._buf, self._pos)
        return mark is not None and mark.group() not in ("", "[")

    def _past_line_end(self) -> bool | None:
        """A comma or semicolon behind a call at a line's end is markup; so is nothing else."""
        self._behind_call = False
        end = _LINE_END.match(self._buf, self._pos)
        if end:
            self._pos = end.end()
            return True
        return None

    def _named(self) -> bool | None:
        """A call whose marks the server has hidden begins a line with a declared name; None if none can begin here."""
        call = self._hidden.find(self._buf, self._pos)
        if call is not None:
            self._attempt(self._pos, call[1].end())
            return self._open_named(*call)
        return False if not self._final and self._hidden.may_begin(self._buf, self._pos) else None
