"""The state machine behind the parser: text in any chunking in; content, reasoning and calls out."""

from __future__ import annotations

import re

from .attempts import Attempts
from .compiled import Compiled, Marks, Opening, is_special
from .headers import Header
from .marks import Finder, in_reasoning
from .toolset import Toolset

_BLANKS = re.compile(r"\s*")
_MOST_BLANKS = 80
"""Blanks that are looked at again with every piece; a model that cannot stop may write any number."""


class Machine(Attempts):
    """Finds where calls may begin. Its subclass reads them.

    unknown   names of undeclared tools that were called.
    """

    def __init__(self, compiled: Compiled, tools: Toolset, *, repair: bool) -> None:
        super().__init__(compiled, repair=repair)
        self.unknown: list[str] = []
        self._tools = tools
        self._final = False
        self._stopped = False
        self._cut_off = False
        self._state = self._text
        self._fresh = True
        self._line_start = True
        self._closing = False
        self._unclosed = False
        self._reason_end: str | None = None
        self._reason_marks: tuple[Finder, Finder] | None = None
        self._ahead: tuple[str, int] = ("", 0)
        self._line_ahead: tuple[str, int] = ("", 0)
        bare = compiled.format.bare or repair
        self._bare_objects = bare and (len(tools) > 0 or (not tools.known and compiled.unmarked_first))
        self._marks: Marks = compiled.bare if self._bare_objects else compiled.marks
        self._by_lines = False

    # Feeding

    def feed(self, text: str) -> None:
        """Read on."""
        if self._pos:
            self._trim()
        self._buf = self._buf + text if self._buf else text
        while self._state():
            pass

    def close(self, *, cut_off: bool, stopped: bool) -> None:
        """The text is over: by the token limit (cut_off), by the model's own end (stopped), or nobody knows how."""
        self._final = True
        self._stopped = stopped and not cut_off
        self._cut_off = cut_off
        while self._state() or self._end_of_text():
            pass
        self.sink.finish(cut_off)

    def _end_of_text(self) -> bool:
        """End what is open now that no more text comes; True if there is something left to read."""
        if self._raw is None:
            return False
        if not self._finish_attempt():
            self._fail()
        return True

    def _finish_attempt(self) -> bool:
        """End the open attempt well, if it can be."""
        return False

    def _leave(self) -> None:
        super()._leave()
        self._fresh = True
        self._line_start = True
        self._closing = self._repair
        self._state = self._text

    def _resume(self, text: str) -> None:
        self._state = self._reasoning if self._reason_marks else self._text
        self._say(text)

    def _give_up(self) -> None:
        self._marks = self._c.around
        self._by_lines = False
        self._ahead = ("", 0)
        if self._reason_marks is not None:
            self._reason_marks = self._marks_in_reasoning(self._reason_end or "")

    def _say(self, text: str) -> None:
        if not text:
            return
        if self._reason_marks:
            self.sink.reasoning(text)
        else:
            self.sink.text(text)
            self._line_start = text.endswith("\n") or (self._line_start and not text.strip())
            self._fresh = self._fresh and not text.strip()

    def _call_begins(self) -> None:
        """A call has been found: reasoning that is open ends here, though its end mark may still come."""
        self._unclosed = self._unclosed or self._reason_marks is not None
        self._reason_marks = None

    # Text and reasoning

    def _text(self) -> bool:
        """Outside calls."""
        buf, pos = self._buf, self._pos
        if pos >= len(buf):
            return False
        if self._closing:
            verdict = self._stray_closer()
            if verdict is not None:
                return verdict
        limit = len(buf)
        if self._by_lines:
            verdict = self._call_at_line_start()
            if verdict is not None:
                return verdict
            limit = self._line_behind(pos)
        elif not self._marks.hold.leads(buf, pos):
            return self._all_said()
        found = self._mark_before(limit)
        if found is None:
            return self._no_mark(limit)
        # A brace without a mark may still become a mark that begins with a brace.
        hold = self._marks.hold if found.end() > found.start() else self._c.marks.hold
        held = self._held_from(hold, found.start())
        self._say(buf[pos : found.start() if held is None else held])
        self._pos = found.start() if held is None else held
        return False if held is not None else self._mark(found)

    def _all_said(self) -> bool:
        """The rest of the buffer is text, and nothing in it may become a mark: so it is of nearly all pieces."""
        self._say(self._buf[self._pos :] if self._pos else self._buf)
        self._pos = len(self._buf)
        return False

    def _stray_closer(self) -> bool | None:
        """Past a closing tag right behind a call, whose opening one the model has left out; None if there is none."""
        at = _BLANKS.match(self._buf, self._pos).end()  # type: ignore[union-attr]
        if at - self._pos > _MOST_BLANKS:
            self._say(self._buf[self._pos : at - _MOST_BLANKS])
            self._pos = at - _MOST_BLANKS
        if not self._final and (at == len(self._buf) or self._c.closers_hold.match(self._buf, at)):
            return False
        found = self._c.closers.match(self._buf, at)
        self._closing = found is not None
        if found is None:
            return None
        self._pos = found.end()
        self._repaired("stray_closer", f"{found.group()!r} closes nothing", at)
        return True

    def _line_behind(self, pos: int) -> int:
        """Where the line behind a position begins; kept, to be looked for once."""
        known, line = self._line_ahead
        if known is not self._buf or line <= pos:
            line = self._next_line(pos)
            self._line_ahead = self._buf, line
        return line

    def _mark_before(self, limit: int) -> re.Match[str] | None:
        """The next mark that begins before a limit; where the one behind it begins is kept, to be looked for once."""
        known, next_mark = self._ahead
        if known is self._buf and next_mark >= limit:
            return None
        found = self._marks.search.search(self._buf, self._pos)
        if found is None or found.start() >= limit:
            self._ahead = self._buf, found.start() if found else len(self._buf)
            return None
        return found

    def _held_from(self, hold: Finder, found: int) -> int | None:
        """Where a mark may begin that is not all there yet, and comes before one that is, or may grow out of it."""
        if self._final or len(self._buf) - found > self._c.reach:
            return None
        held = hold.search(self._buf, max(self._pos, len(self._buf) - self._c.reach), found)
        return held.start() if held is not None and held.start() <= found else None

    def _no_mark(self, limit: int) -> bool:
        buf, pos = self._buf, self._pos
        tail = max(pos, len(buf) - self._c.reach)
        hold = self._marks.hold.search(buf, tail) if limit > tail and not self._final else None
        stop = min(limit, hold.start()) if hold else limit
        self._say(buf[pos:stop])
        self._pos = stop
        return stop > pos and stop < len(buf) and stop == limit

    def _mark(self, found: re.Match[str]) -> bool:
        """A mark stands at the position."""
        index = (found.lastindex or 1) - 1
        if index >= len(self._marks.kinds):
            return self._open_bare(found)
        kind, what = self._marks.kinds[index]
        if kind == "open" and what.mark.strip() == "```" and self.sink.in_fence:
            behind = _BLANKS.match(self._buf, found.end()).end()  # type: ignore[union-attr]
            if behind == len(self._buf) and not self._final:
                return False
            if self._buf[behind : behind + 1] not in ("{", "["):
                return self._say_mark(found)  # it closes the fence before it
        if kind == "open" and what.mark == "[" and not self._tools.known and self._c.has_own_marks:
            return self._say_mark(found)
        if kind == "open":
            self._attempt(found.start(), found.end())
            self._enter(what)
        elif kind == "drop" or (kind == "closed" and (self._fresh or self._unclosed)):
            self._unclosed = self._unclosed and kind == "drop"
            self._pos = found.end()
            self._line_start = True
        elif kind == "head" and self._fresh:
            self._pos, self._fresh = found.end(), False
        elif kind == "reasoning" and (self._fresh or what == "" or is_special(found.group())):
            self._pos = found.end()
            self._begin_reasoning(what)
        else:
            self._say_mark(found)
        return True

    def _say_mark(self, found: re.Match[str]) -> bool:
        self._say(found.group())
        self._pos = found.end()
        return True

    def _begin_reasoning(self, end: str) -> None:
        self._reason_end = end
        self._reason_marks = self._marks_in_reasoning(end)
        self._state = self._reasoning

    def _marks_in_reasoning(self, end: str) -> tuple[Finder, Finder]:
        """What may end reasoning: its end mark, a call's mark, content's; and beginnings of these."""
        calls = self._c.format.calls_in_reasoning == "end" and self._marks is not self._c.around
        return in_reasoning(end, (*(self._c.in_reasoning if calls else ()), *self._c.content_begins))

    def _reasoning(self) -> bool:
        """Inside reasoning: up to its end mark, or a call."""
        if self._reason_marks is None:
            self._state = self._text
            return True
        buf, pos = self._buf, self._pos
        if pos >= len(buf):
            return False
        ends, holds = self._reason_marks
        if not holds.leads(buf, pos):
            return self._all_said()
        found = ends.search(buf, pos)
        if found is None:
            hold = None if self._final else holds.search(buf, max(pos, len(buf) - self._c.reach))
            stop = hold.start() if hold else len(buf)
            self._say(buf[pos:stop])
            self._pos = stop
            return False
        held = self._held_from(holds, found.start())
        self._say(buf[pos : found.start() if held is None else held])
        self._pos = found.start() if held is None else held
        if held is not None:
            return False
        if found.group("end"):
            self._pos = found.end()
            self._reason_marks = None
            self._fresh = True
            self._line_start = True
            self._state = self._text
            return True
        opening = self._c.opening_of(found.group())
        if opening is None:
            # The answer begins, and its mark ends reasoning that was not ended.
            self._reason_marks = None
            self._state = self._text
        else:
            self._attempt(found.start(), found.end())
            self._enter(opening)
        return True

    # What the subclasses read

    def _call_at_line_start(self) -> bool | None:
        """Begin a call that a line begins with; None if none can begin here, False if more text is needed to tell."""
        return None

    def _next_line(self, pos: int) -> int:
        """Where, behind a position, the next line begins."""
        return self._buf.find("\n", pos) + 1 or len(self._buf)

    def _enter(self, opening: Opening) -> None:
        """Go on behind an opening mark."""

    def _open_bare(self, found: re.Match[str]) -> bool:
        """A brace without a mark stands at the position."""
        return False

    def _open_named(self, header: Header, found: re.Match[str]) -> bool:
        """A header without a mark has been read."""
        return False
