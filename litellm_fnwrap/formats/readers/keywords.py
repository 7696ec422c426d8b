"""What stands before a value in a Python call: its keyword, or nothing."""

from __future__ import annotations

import re

from ...coercion import near_key
from .keys import KeyReader
from .strict import Unreadable
from .words import WAIT

# Behind a bracket that closes what a parenthesis should: the end of the call's list.
_LIST_ENDS = re.compile(r"[\])}\s]{0,80}(?:\Z|```|<[|/])")
_LIST_ENDS_START = re.compile(r"[\])}\s]{0,80}(?:`{0,2}|<)\Z")
_KEYWORD = re.compile(r"""(["']?)((?:[^\W\d]|\$)[\w.$\\-]{0,200})\1[ \t\r\n]{0,40}(?:=(?!=)|:)""")
_KEYWORD_START = re.compile(r"""(["']?)(?:[^\W\d]|\$)[\w.$\\-]{0,200}(?:\1[ \t\r\n]{0,40}=?)?\Z""")
_KEYWORD_INSIDE = re.compile(r"""(["'])((?:[^\W\d]|\$)[\w.$\\-]{0,200})[ \t]{0,10}=(?!=)[ \t]{0,10}""")
_KEYWORD_INSIDE_START = re.compile(r"""["'](?:(?:[^\W\d]|\$)[\w.$\\-]{0,200}[ \t]{0,10}(?:=[ \t]{0,10})?)?\Z""")
_NAME = re.compile(r"(?:[^\W\d]|\$)[\w.$-]{0,200}")
_WORDS = r"(?P<word>arguments|parameters|params|args|kwargs)"
_SPREAD = re.compile(
    rf"""(?:\*\*[ \t]{{0,20}}|{_WORDS}[ \t]{{0,20}}=[ \t]{{0,20}})?\{{"""
    r"""(?=\s{0,80}(?P<mark>\\{0,3}["'])(?P<key>[^"'\n{}:]{1,100})(?P=mark)\s{0,20}:)"""
)
_SPREAD_START = re.compile(
    r"""(?:\*{1,2}[ \t]{0,20}|[a-z]{1,10}[ \t]{0,20}(?:=[ \t]{0,20})?)?"""
    r"""(?:\{\s{0,80}(?:\\{0,3}(?:["'][^"'\n{}:]{0,100}(?:["']\s{0,20})?)?)?)?\Z"""
)


def is_keyword(name: str) -> bool:
    """Whether a parameter's name is read before an equals sign: f(max_results=5), but f(**{"max results": 5})."""
    return _NAME.fullmatch(name) is not None


class KeywordReader(KeyReader):
    """The modes of a reader that read keywords and positional arguments.

    closers  what has to close what stands around the arguments, beside the call's own parenthesis.
    """

    closers = ""

    def _list_ends(self, text: str, pos: int) -> bool | None:
        """Whether a bracket ends the list around the open call, so that the call lacks its own end; None: wait."""
        if not self._repair:
            return False
        if not self._final and _LIST_ENDS_START.match(text, pos):
            return None
        return _LIST_ENDS.match(text, pos) is not None

    def _keyword(self, text: str, pos: int) -> int:
        """A Python argument: its keyword, or a positional value for the next declared parameter."""
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        if text[pos] == self._stack[-1].closer:
            self.pop()
            return pos + 1
        if text[pos] == ",":
            return pos + 1
        spread = self._spread(text, pos)
        if spread is not None:
            return spread
        keyword = _KEYWORD.match(text, pos)
        if keyword and (keyword.end() < len(text) or self._final):
            self._positioned = False
            self._by_colon = keyword.group().endswith(":")
            self._found_key(keyword.group(2))
            return keyword.end()
        inside = self._keyword_inside(text, pos)
        if inside is not None:
            return inside
        if not self._final and (keyword or _KEYWORD_START.match(text, pos)):
            return WAIT
        return self._positional(pos)

    def _keyword_inside(self, text: str, pos: int) -> int | None:
        """A keyword and its value between one pair of quote marks: f('days=3'); None where it is no such."""
        if not self._repair:
            return None
        found = _KEYWORD_INSIDE.match(text, pos)
        if found is None or (found.end() == len(text) and not self._final):
            return WAIT if not self._final and _KEYWORD_INSIDE_START.match(text, pos) else None
        properties = self._reader.properties(self._stack[-1].schema)
        if near_key(found.group(2), properties) not in properties:
            return None
        self.note("quotes", "quote marks around a keyword and its value")
        self._found_key(found.group(2))
        self._start_string(found.group(1))
        return found.end()

    def _positional(self, pos: int) -> int:
        frame = self._stack[-1]
        free = [name for name in self._reader.properties(frame.schema) if name not in frame.used]
        if not free:
            raise Unreadable("a positional argument, and no declared parameter left for it")
        self.note("positional", f"positional argument read as {free[0]!r}")
        self._key = free[0]
        self._positioned = True
        self._mode = self._value
        return pos

    def _spread(self, text: str, pos: int) -> int | None:
        """All arguments in one object: f({"a": 1}), f(**{"a": 1}), f(params={"a": 1}); None where it is no such."""
        frame = self._stack[-1]
        if frame.used or not self._repair:
            return None
        found = _SPREAD.match(text, pos)
        if found is None:
            return WAIT if not self._final and _SPREAD_START.match(text, pos) else None
        properties = self._reader.properties(frame.schema)
        if near_key(found.group("word") or "", properties) in properties:
            return None
        first = next(iter(properties), "")
        inner = self._reader.properties(self._reader.property(frame.schema, first))
        key, stars = found.group("key"), found.group().startswith("**")
        unknown = near_key(key, properties) not in properties
        if not stars and (unknown or (not found.group("word") and near_key(key, inner) in inner)):
            return None
        self.note("spread", "arguments in one object")
        frame.kind, frame.closer = "{", "}"
        self.closers = ")"
        self._mode = self._member
        return found.end()
