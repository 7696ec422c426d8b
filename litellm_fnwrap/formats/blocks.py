"""Between calls: inside sections and lists, what opens, separates and closes calls."""

from __future__ import annotations

import re
from abc import abstractmethod

from . import marks
from .compiled import Compiled, Opening
from .headers import WORD_AT_END, Header
from .leads import CALL, NAMED, read_lead
from .lines import LineMachine
from .readers.callobject import CallObjectReader
from .readers.json import JsonReader
from .readers.nested import NestedReader
from .readers.tagged import TaggedReader
from .readers.text import TextReader
from .toolset import Toolset

_BLANKS = re.compile(r"\s*")

_SHORT = 3
_MOST_BLOCKS = 8
_MOST_LISTS = 4
_MOST_BLANKS = 80

ArgumentsReader = JsonReader | TaggedReader | NestedReader | TextReader


class BlockMachine(LineMachine):
    """The part of the machine that knows which marks are open."""

    def __init__(self, compiled: Compiled, tools: Toolset, *, repair: bool) -> None:
        super().__init__(compiled, tools, repair=repair)
        self._blocks: list[Opening] = []
        self._bare = False
        self._lists = 0
        self._found = 0
        self._skipped = False
        self._said = False
        self._in_call = False
        self._object: CallObjectReader | None = None
        self._reader: ArgumentsReader | None = None
        self._header: Header | None = None
        self._ends: tuple[str, ...] = ()

    @abstractmethod
    def _call_end(self) -> bool:
        """Behind a call's arguments."""

    @abstractmethod
    def _is_builtin(self, name: str) -> bool:
        """Whether a name is that of a tool which the model calls without being offered it."""

    @abstractmethod
    def _open_object(self) -> bool:
        """A call's JSON object begins at the position."""

    def _enter(self, opening: Opening) -> None:
        self._blocks = [opening]
        self._bare = False
        self._lists = 1 if opening.mark.endswith("[") else 0
        self._found = 0
        self._skipped = False
        self._said = False
        self._state = self._block

    def _block(self) -> bool:
        """Behind an opening mark, where a call, another mark, or the closing mark may stand."""
        top = self._blocks[-1]
        buf = self._buf
        pos = _BLANKS.match(buf, self._pos).end()  # type: ignore[union-attr]
        # Blanks before what belongs to no call are text, and are kept as far as they matter.
        self._pos = max(self._pos, pos - _MOST_BLANKS)
        if pos >= len(buf):
            return False
        verdict = self._closing_mark(pos)
        if verdict is not None:
            return verdict
        inside = self._c.inside.match(buf, pos)
        partial = not self._final and self._c.inside_hold.match(buf, pos) is not None
        if inside and len(inside.group()) < _SHORT:
            # A mark as short as the < of <get_weather> also begins marks that mean something else.
            partial = partial or (not self._final and self._c.marks.hold.match(buf, pos) is not None)
            inside = None if self._dropped(pos) else inside
        if inside and not partial:
            return self._inside(inside)
        char = buf[pos]
        if not partial and self._is_punctuation(char):
            return self._punctuation(char, pos)
        led = self._led_inside(top, char)
        if led and self._has_leads and not partial:
            verdict = self._open_led(top, pos)
            if verdict is not None:
                return verdict
        if char == "{" and (top.objects or (top.section and self._repair)):
            return self._open_object()
        return self._open_header(top, pos, partial, mixed=led and not self._has_leads)

    def _open_header(self, top: Opening, pos: int, partial: bool, *, mixed: bool) -> bool:
        """Begin a call with the name in the text; mixed: or a Python call, where a model mixes two formats."""
        buf = self._buf
        whole = self._final or self._c.format.arguments != "json"  # where "null" at the end may go on as a word
        for header in (*top.headers, NAMED) if mixed else top.headers:
            found = header.full.match(buf, pos)
            if found and (whole or not WORD_AT_END.match(buf, found.end())):
                return self._open_named(header, found)
            partial = partial or (not self._final and len(buf) - pos < 400 and bool(header.partial.match(buf, pos)))
        if mixed and not partial:
            verdict = self._open_led(top, pos)
            if verdict is not None:
                return verdict
        if partial or (not self._final and self._c.marks.hold.match(buf, pos)):
            return False
        return self._open_text(top, pos) or self._unexpected(pos)

    def _open_led(self, top: Opening, pos: int) -> bool | None:
        """Begin a Python call with what models write before it; None if none begins here, False to wait."""
        plain = CALL.full.match(self._buf, pos) if self._has_leads else None
        if plain and self._tools.is_declared(plain["name"]):
            self._closers = ""
            own = next((header for header in top.headers if header.end and header.full.match(self._buf, pos)), CALL)
            return self._open_named(own, plain)
        lead = read_lead(self._buf, pos, self._tools, final=self._final, behind_call=False, entry=True)
        if lead.header and lead.found and (self._has_leads or lead.header is CALL):
            self._closers = lead.closers
            return self._open_named(lead.header, lead.found)
        return False if lead.where == "wait" else None

    def _open_text(self, top: Opening, pos: int) -> bool:
        """Begin a call with text in place of arguments, if one stands here whose tool takes a text."""
        for header in top.texts if self._repair else ():
            found = header.full.match(self._buf, pos)
            if found and (self._tools.text_key(found.group("name")) or self._is_builtin(found.group("name"))):
                return self._open_named(header, found)
        return False

    def _led_inside(self, top: Opening, char: str) -> bool:
        """Whether a Python call may stand behind a mark: in formats of such calls, and where a model mixes two."""
        if self._has_leads:
            return bool(top.headers)
        if not (char.isalpha() or char in "_\"'(") or not self._repair or len(self._tools) == 0:
            return False
        own = "{name}(" in self._c.format.calls[0]  # the format's own calls look like Python's, and are JSON
        return not own and not top.mark.startswith("```")

    def _inside(self, mark: re.Match[str]) -> bool:
        """Another mark inside: one that is only repeated, or stands too deep, opens nothing new."""
        opening = self._c.openings[(mark.lastindex or 1) - 1]
        if self._blocks[-1] is not opening and len(self._blocks) < _MOST_BLOCKS:
            self._blocks.append(opening)
        self._pos = mark.end()
        return True

    def _dropped(self, pos: int) -> re.Match[str] | None:
        """The mark at a position that means nothing there."""
        mark = self._c.marks.search.match(self._buf, pos)
        return mark if mark and self._c.marks.kinds[(mark.lastindex or 1) - 1][0] == "drop" else None

    def _unexpected(self, pos: int) -> bool:
        """Something that belongs to no call."""
        mark = self._dropped(pos)
        if mark:
            self._pos = mark.end()
            return True
        if self._found and self._repair and self._buf[pos] in "}]":
            self._mended("stray_closer", f"{self._buf[pos]!r} closes nothing", pos)
            self._pos = pos + 1
        elif self._found or self._said:
            self._leave()
        else:
            self._fail()
        return True

    def _past_closers(self) -> bool:
        """Past what closes the marks that stood before a call, each of which may be missing."""
        while self._closers:
            pos = _BLANKS.match(self._buf, self._pos).end()  # type: ignore[union-attr]
            if pos >= len(self._buf) and not self._final:
                return False
            if self._buf[pos : pos + 1] == self._closers[0]:
                self._pos = pos + 1
            self._closers = self._closers[1:]
        self._state = self._call_end
        return True

    def _closing_mark(self, pos: int) -> bool | None:
        """Close the block whose closing mark stands here; False where it may be the beginning of one."""
        buf = self._buf
        if not self._c.end_begins.match(buf, pos):
            return None
        for depth in range(len(self._blocks) - 1, -1, -1):
            for end in self._blocks[depth].ends:
                mark = marks.compiled_mark(end).match(buf, pos)
                if mark:
                    self._pos = mark.end()
                    return self._close_block(depth)
                if not self._final and marks.compiled_beginning(end).match(buf, pos):
                    return False
        return None

    def _close_block(self, depth: int) -> bool:
        del self._blocks[depth:]
        self._lists = 0
        if not self._found and not self._said:
            self._fail()
        elif not self._blocks:
            self._leave()
        return True

    def _is_punctuation(self, char: str) -> bool:
        """Whether a character opens, closes or separates calls here."""
        if char == "[":
            return self._lists < _MOST_LISTS and (self._blocks[-1].array or self._blocks[-1].objects)
        return (char == "]" and self._lists > 0) or (char in ",;" and bool(self._lists or self._found or self._skipped))

    def _punctuation(self, char: str, pos: int) -> bool:
        self._pos = pos + 1
        self._lists += {"[": 1, "]": -1}.get(char, 0)
        if self._lists < 0 or (char == "]" and self._lists == 0 and not any(block.ends for block in self._blocks)):
            self._lists = 0
            return self._close_block(0)
        return True

    def _leave(self) -> None:
        if self._skipped and self._found:
            self._repaired_text("skipped_call")
        self._blocks = []
        super()._leave()

    def _fail(self, *, anew: bool = True) -> None:
        if self.sink.holding:
            self.sink.drop_call()
            self._in_call = False
        if self._in_call:
            # The call has been announced; reading its text anew would announce another.
            self._in_call = anew = False
            self.sink.abandon_call()
            self._repaired_text("incomplete_call")
        self._blocks = []
        self._object = self._reader = None
        super()._fail(anew=anew)
