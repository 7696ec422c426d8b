"""The state machine behind the parser: text in any chunking in; content, reasoning and calls out.

A mark opens an attempt. What the attempt reads is kept until it yields a call; if it yields none, the text is content
(or reasoning) again, from the mark on. So nothing is lost, and no call is made of prose.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from . import marks
from .compiled import Compiled, Opening, mark_key
from .headers import Header
from .sink import Sink
from .toolset import Toolset

_RESCAN = 4096
_RESCAN_IN_ALL = 1 << 18


class Machine:
    """Finds where calls may begin. Its subclass reads them.

    unknown   names of undeclared tools that were called.
    """

    def __init__(self, compiled: Compiled, tools: Toolset, *, repair: bool) -> None:
        self.sink = Sink()
        self.unknown: list[str] = []
        self._c = compiled
        self._tools = tools
        self._repair = repair
        self._buf = ""
        self._pos = 0
        self._base = 0
        self._final = False
        self._stopped = False
        self._state: Callable[[], bool] = self._text
        self._fresh = True
        self._line_start = True
        self._reason_marks: tuple[re.Pattern[str], re.Pattern[str]] | None = None
        self._raw: list[str] | None = None
        self._raw_from = 0
        self._mark_length = 0
        self._read_anew = 0
        self._ahead: tuple[str, int] = ("", 0)
        bare = compiled.format.bare or repair
        self._bare_objects = bare and (len(tools) > 0 or (not tools.known and compiled.unmarked_first))
        self._search = compiled.search_bare if self._bare_objects else compiled.search
        self._hold = compiled.hold_bare if self._bare_objects else compiled.hold
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

    def _trim(self) -> None:
        if self._raw is not None:
            self._raw.append(self._buf[self._raw_from : self._pos])
            self._raw_from = 0
        self._base += self._pos
        self._buf = self._buf[self._pos :]
        self._pos = 0

    def _repaired(self, kind: str, detail: str, position: int = 0) -> None:
        self.sink.repair(kind, detail, self._base + position)

    # Attempts

    def _attempt(self, start: int, end: int) -> None:
        """Begin an attempt at a mark."""
        self._raw = []
        self._raw_from = start
        self._mark_length = end - start
        self._pos = end

    def _succeeded(self) -> None:
        """What has been read so far became a call; what follows is kept anew."""
        self._raw = []
        self._raw_from = self._pos
        self._mark_length = 0

    def _leave(self) -> None:
        """The attempt is over and has yielded what it could."""
        self._raw = None
        self._fresh = True
        self._line_start = True
        self._state = self._text

    def _kept(self) -> str:
        return "".join(self._raw or ()) + self._buf[self._raw_from : self._pos]

    def _fail(self, *, anew: bool = True) -> None:
        """The attempt yielded nothing: its text is content or reasoning again, and read anew behind the mark."""
        earlier = "".join(self._raw or ())
        start = self._raw_from
        size = len(earlier) + self._pos - start
        if size < self._mark_length:
            self._pos += self._mark_length - size
            size = self._mark_length
        self._read_anew += size
        again = anew and size - self._mark_length <= _RESCAN and self._read_anew <= _RESCAN_IN_ALL
        if earlier:
            # Only a mark that an earlier piece of the text holds makes the buffer grow again.
            self._buf = earlier + self._buf[start:]
            self._base -= len(earlier)
            self._pos += len(earlier) - start
            self._base += start
            start = 0
        end = start + self._mark_length if again else self._pos
        self._raw = None
        self._pos = end
        self._state = self._reasoning if self._reason_marks else self._text
        self._say(self._buf[start:end])

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
        """A call has been found: reasoning that is open ends here."""
        self._reason_marks = None

    # Text and reasoning

    def _text(self) -> bool:
        """Outside calls."""
        buf, pos = self._buf, self._pos
        if pos >= len(buf):
            return False
        limit = len(buf)
        if self._by_lines:
            verdict = self._call_at_line_start()
            if verdict is not None:
                return verdict
            line = buf.find("\n", pos)
            limit = line + 1 if line >= 0 else limit
        found = self._mark_before(limit)
        if found is None:
            return self._no_mark(limit)
        held = self._held_from(self._hold, found.start()) if found.end() > found.start() else None
        self._say(buf[pos : found.start() if held is None else held])
        self._pos = found.start() if held is None else held
        return False if held is not None else self._mark(found)

    def _mark_before(self, limit: int) -> re.Match[str] | None:
        """The next mark that begins before a limit; where the one behind it begins is kept, to be looked for once."""
        known, next_mark = self._ahead
        if known is self._buf and next_mark >= limit:
            return None
        found = self._search.search(self._buf, self._pos)
        if found is None or found.start() >= limit:
            self._ahead = self._buf, found.start() if found else len(self._buf)
            return None
        return found

    def _held_from(self, hold: re.Pattern[str], found: int) -> int | None:
        """Where a mark may begin that is not all there yet, and comes before one that is, or may grow out of it."""
        if self._final or len(self._buf) - found > self._c.reach:
            return None
        held = hold.search(self._buf, max(self._pos, len(self._buf) - self._c.reach))
        return held.start() if held is not None and held.start() <= found else None

    def _no_mark(self, limit: int) -> bool:
        buf, pos = self._buf, self._pos
        hold = None if self._final else self._hold.search(buf, max(pos, len(buf) - self._c.reach))
        stop = min(limit, hold.start()) if hold else limit
        self._say(buf[pos:stop])
        self._pos = stop
        return stop > pos and stop < len(buf) and stop == limit

    def _mark(self, found: re.Match[str]) -> bool:
        """A mark stands at the position."""
        index = (found.lastindex or 1) - 1
        if index >= len(self._c.kinds):
            return self._open_bare(found)
        kind, what = self._c.kinds[index]
        if kind == "open" and what.mark == "[" and not self._tools.known and self._c.has_own_marks:
            self._say(found.group())
            self._pos = found.end()
        elif kind == "open":
            self._attempt(found.start(), found.end())
            self._enter(what)
        elif kind == "drop":
            self._pos = found.end()
            self._line_start = True
        elif self._fresh or what == "":
            self._pos = found.end()
            self._begin_reasoning(what)
        else:
            self._say(found.group())
            self._pos = found.end()
        return True

    def _begin_reasoning(self, end: str) -> None:
        ends = marks.pattern(end) if end else r"(?!)"
        calls = self._c.in_reasoning.pattern if self._c.format.calls_in_reasoning == "end" else r"(?!)"
        holds = [marks.partial(end)] if end else []
        if not end:
            calls = marks.any_of([calls, *map(marks.pattern, self._c.content_begins)])
            holds.extend(map(marks.partial, self._c.content_begins))
        if self._c.format.calls_in_reasoning == "end":
            holds.append(self._c.in_reasoning_hold.pattern)
        self._reason_marks = (re.compile(f"(?P<end>{ends})|{calls}"), re.compile(marks.any_of(holds)))
        self._state = self._reasoning

    def _reasoning(self) -> bool:
        """Inside reasoning: up to its end mark, or a call."""
        if self._reason_marks is None:
            self._state = self._text
            return True
        buf, pos = self._buf, self._pos
        if pos >= len(buf):
            return False
        ends, holds = self._reason_marks
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
        opening = self._c.by_mark.get(mark_key(found.group()))
        if opening is None:
            # The answer begins, and its mark ends reasoning that has no mark of its own.
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

    def _enter(self, opening: Opening) -> None:
        """Go on behind an opening mark."""

    def _open_bare(self, found: re.Match[str]) -> bool:
        """A brace without a mark stands at the position."""
        return False

    def _open_named(self, header: Header, found: re.Match[str]) -> bool:
        """A header without a mark has been read."""
        return False
