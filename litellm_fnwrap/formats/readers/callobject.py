"""The JSON object of a call: {"name": ..., "arguments": {...}} in all the ways models write it.

The object may be wrapped ({"type": "function", "function": {...}}), stand in an envelope ({"tool_calls": [...]}), have
its arguments before its name, as a string, or flat beside the name. What it holds is told to a host as it is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..compiled import KEY, KEY_START, Compiled
from .callhost import Call, Host, Level
from .callrecord import CallRecorder
from .json import JsonReader
from .strict import Unreadable
from .whole import read_whole
from .words import WAIT, comment_end

_BLANKS = re.compile(r"[ \t\r\n\f]*")
_KEY = re.compile(KEY)
_KEY_START = re.compile(KEY_START)
_KEY_MARKS = ("double", "single", "curly", "escaped", "plain")
_SPURIOUS_QUOTE = re.compile(r"""["'`][ \t\r\n]*\{[ \t\r\n]*(?:["'][^\\]|\})""")


class CallObjectReader(CallRecorder):
    """Reads one object with a call or an envelope of calls. Feed text until done.

    marked  True if a mark has announced a call: then any object is one, and what is missing may be mended.
    """

    def __init__(self, compiled: Compiled, host: Host, *, marked: bool, repair: bool, coerce: bool) -> None:
        super().__init__(compiled, host, marked=marked, repair=repair, coerce=coerce)
        self.done = False
        self._mode: Callable[[str, int], int] = self._open
        self._take: Callable[[str], None] = lambda _text: None
        self._given: Callable[[str], None] = lambda _text: None
        self._collected: list[str] = []
        self._final = False
        self._closers = ""

    def feed(self, text: str, pos: int, final: bool = False) -> int:
        """Read on and return where reading stopped. Raises Unreadable where the object turns out to be no call."""
        self._final = final
        size = len(text)
        while pos < size and not self.done:
            self.position = pos
            after = self._mode(text, pos)
            if after == WAIT:
                break
            pos = after
        return pos

    def finish(self, pos: int, close_arguments: bool) -> bool:
        """The text is over at a position: end the open call if its arguments are complete, or may be closed.

        True if all is whole.
        """
        if self.done:
            return True
        call = self._levels[-1].call if self._levels else None
        if call is None:
            return False
        child = self._child
        if child is not None:
            if not (close_arguments and self._repair and self._role == "arguments" and child.between):
                return False
            child.finish()
            self._drain()
            self._value_ends(pos)
        elif self._mode == self._value or not self._repair:
            return False
        if not call.ended and (call.started or call.arguments is not None):
            self._host.note("unclosed", "closed at the end of the text", 0)
            self._end_call(call)
        # Content has been told as it came; of the object around it nothing is missing.
        return call.ended or (self._said and not call.name)

    def _open(self, text: str, pos: int) -> int:
        if (pos := self._past_blanks(text, pos)) >= len(text):
            return pos
        if text[pos] != "{":
            raise Unreadable(f"{text[pos]!r} where an object should begin")
        self._push(False, Call(0))
        usual = self._compiled.usual_start.match(text, pos) if self._compiled.usual_start else None
        return self._usual(text, usual) if usual else pos + 1

    def _usual(self, text: str, start: re.Match[str]) -> int:
        """The object begins as the format is written: the name and the key of the arguments are read in one step."""
        self.position = start.end("name") + 1
        call = self._levels[-1].call or Call(0)
        self._name_call(call, start["name"])
        self._key, self._role = start["key"], "arguments"
        return self._arguments(text, start.end())

    def _push(self, is_list: bool, call: Call | None) -> None:
        if len(self._levels) > 16:
            raise Unreadable("calls nested too deep")
        self._levels.append(Level(is_list, call))
        self._mode = self._entry if is_list else self._member

    def _member(self, text: str, pos: int) -> int:
        """A key, or the end of the object."""
        pos = self._past_blanks(text, pos)
        if pos >= len(text):
            return pos
        if self._closers:
            closes, self._closers = text[pos] in self._closers, ""
            if closes:
                return pos + 1
        comment = self._past_comment(text, pos)
        if comment is not None:
            return comment
        char = text[pos]
        if char == "}":
            return self._past_early_end(text, pos, self._final) or self._close(pos + 1)
        if char == "," or (char == ";" and self._repair):
            return pos + 1
        key = _KEY.match(text, pos)
        if key is None:
            if _KEY_START.match(text, pos) and not self._final:
                return WAIT
            return self._odd(text, pos)
        self._key = self._key_of(key, pos)
        self._role = self._find_role(self._key)
        self._mode = self._value
        return key.end()

    def _past_blanks(self, text: str, pos: int) -> int:
        self.position = _BLANKS.match(text, pos).end()  # type: ignore[union-attr]
        return self.position

    def _past_comment(self, text: str, pos: int) -> int | None:
        """The end of a comment at a position, WAIT where one may be open; None if none begins."""
        end = comment_end(text, pos, self._final) if text[pos] in "/#" and self._repair else pos
        if end == pos:
            return None
        if end != WAIT:
            self._host.note("comment", text[pos : min(end, pos + 40)], pos)
        return end

    def _key_of(self, found: re.Match[str], pos: int) -> str:
        """The key that has been found; what is wrong with its marks is told."""
        key: str | None = found["double"]
        quoted = key is not None and not found.group().startswith('""')
        if not quoted or not found["joint"].endswith(":"):
            if not self._repair:
                raise Unreadable(f"{found.group()[:40]!r} is no key of JSON")
            kind = "missing_colon" if quoted else "quotes" if found["plain"] is None else "unquoted_key"
            self._host.note(kind, f"key {found.group()[:40]!r}", pos)
        key = next(found[name] for name in _KEY_MARKS if found[name] is not None) if key is None else key
        return key.replace("\\_", "_")

    def _odd(self, text: str, pos: int) -> int:
        """Something that is no key: a brace may be doubled, as in format strings of Python, or a call's missing."""
        call, char = self._levels[-1].call, text[pos]
        if char == "{" and len(self._levels) == 1 and self._marked and self._repair and not self._key:
            self._host.note("stray", "brace doubled", pos)
            self._key = char
            return pos + 1
        if call is None or not self._repair or not (call.ended or call.started or call.arguments is not None):
            raise Unreadable(f"{char!r} where a key should begin")
        self._host.note("missing_closer", f"'}}' missing before {char!r}", pos)
        self._end_call(call)
        self.done = True
        return pos

    def _value(self, text: str, pos: int) -> int:
        """A value begins."""
        pos = self._past_blanks(text, pos)
        if pos >= len(text):
            return pos
        comment = self._past_comment(text, pos)
        if comment is not None:
            return comment
        char, role, call = text[pos], self._role, self._levels[-1].call
        if role == "name" and char == "{":
            role = "nest"
        if role == "nest" and char == "{":
            nested = call if self._key == "function" and call is not None else Call(len(self._levels))
            self._push(False, nested)
            return pos + 1
        if role in ("calls", "nest") and char == "[":
            self._push(True, None)
            return pos + 1
        if role == "calls" and char == "{":
            self._push(False, Call(len(self._levels)))
            return pos + 1
        if role == "arguments":
            return self._arguments(text, pos)
        self._collected = []
        self._take = self._say if role in ("content", "reasoning", "thought") else self._collected.append
        if role == "content":
            self._tell_thought("reasoning")
        given = {"name": self._named, "id": self._identified, "nest": self._nested_text}
        self._given = given.get(role or "", self._other)
        self._saying = ""
        self._child = JsonReader(repair=self._repair, context="{")
        self._mode = self._in_value
        return pos

    def _arguments(self, text: str, pos: int) -> int:
        call = self._levels[-1].call or Call(len(self._levels))
        if self._repair and text[pos] in "\"'`":
            if not self._final and len(text) - pos < 12 and "\\" not in text[pos:]:
                return WAIT
            if _SPURIOUS_QUOTE.match(text, pos):
                self._host.note("quotes", "quotes around the arguments object", pos)
                self._closers = "\"'`"
                pos += 1
        self._collected = []
        if call.name and not call.unknown:
            self._start(call)
            schema, reader = self._host.arguments_schema(call.name)
            plain = text[pos] == "{" and not self._closers
            whole = read_whole(text, pos, schema if self._coerce else None, reader) if plain else None
            if whole:
                self._host.arguments(whole[0])
                self.position = whole[1]
                self._end_call(call)
                self._mode = self._member
                return whole[1]
            self._take = self._host.arguments
            self._given = lambda _text: self._end_call(call)
        else:
            schema, reader = None, None
            self._take = self._collected.append
            self._given = lambda text: setattr(call, "arguments", text)
        self._child = JsonReader(schema, reader, repair=self._repair, coerce=self._coerce, context="{")
        self._mode = self._in_value
        return pos

    def _in_value(self, text: str, pos: int) -> int:
        child = self._child
        if child is None:
            return WAIT
        try:
            after = child.feed(text, pos, self._final)
        except Unreadable:
            self.position = child.reached
            self._tell_notes(child)
            raise
        self.position = after
        self._drain()
        if child.done:
            return self._value_ends(after)
        return after if after > pos else WAIT

    def _drain(self) -> None:
        child = self._child
        if child is None:
            return
        if child.out:
            self._take(child.take())
        self._tell_notes(child)

    def _tell_notes(self, child: JsonReader) -> None:
        for note in child.notes:
            self._host.note(*note)
        child.notes.clear()

    def _value_ends(self, pos: int) -> int:
        self.position = pos
        self._closers += self._child.closers if self._child else ""
        self._child = None
        self._mode = self._member if not self._levels[-1].is_list else self._entry
        self._given("".join(self._collected))
        return pos

    def _close(self, pos: int) -> int:
        """The end of an object or list."""
        level = self._levels.pop()
        call = level.call
        if call is not None and not call.ended and not any(above.call is call for above in self._levels):
            self._complete(call)
        if not self._levels:
            self._tell_thought("content")
            self.done = True
        else:
            self._mode = self._entry if self._levels[-1].is_list else self._member
        return pos

    def _entry(self, text: str, pos: int) -> int:
        """Between the calls of a list."""
        pos = self._past_blanks(text, pos)
        if pos >= len(text):
            return pos
        comment = self._past_comment(text, pos)
        if comment is not None:
            return comment
        char = text[pos]
        if char == "]":
            return self._close(pos + 1)
        if char == ",":
            return pos + 1
        if char == "{":
            self._push(False, Call(len(self._levels)))
            return pos + 1
        raise Unreadable(f"{char!r} in a list of calls")
