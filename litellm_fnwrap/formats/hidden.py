"""Calls without marks: a server that hides special tokens leaves the name at the beginning of a line."""

from __future__ import annotations

import re
from functools import lru_cache

from .headers import Header
from .marks import any_of
from .toolset import Toolset

_WORD = re.compile(r"[ \t]*[\"']?([^\s(){}\[\]<>\"'`,;|｜]*)")
_LONGEST = 300


class HiddenCalls:
    """Finds headers whose marks are hidden, by the declared names."""

    def __init__(self, headers: tuple[Header, ...], tools: Toolset) -> None:
        self.headers = headers
        self._tools = tools
        self._lines = _at_line_starts(headers)

    def find(self, text: str, pos: int) -> tuple[Header, re.Match[str]] | None:
        """The header of a call of a declared tool at a line's start."""
        word = _WORD.match(text, pos)
        if word is None or not word.group(1):
            return None
        for header in self.headers:
            found = header.full.match(text, pos)
            if found and self._tools.find_written(found.group("name")) is not None:
                return header, found
        return None

    def next_line(self, text: str, line: int) -> int:
        """The first line, from one on, that a call begins with or, near the end of the text, may still begin with."""
        if len(text) - line <= _LONGEST:
            return line
        near = max(line, text.rfind("\n", 0, max(line, len(text) - _LONGEST)) + 1)
        for found in self._lines.finditer(text, line):
            if found.start() >= near:
                break
            if self.find(text, found.start()) is not None:
                return found.start()
        return near

    def may_begin(self, text: str, pos: int) -> bool:
        """Whether the line may still become the header of a call when more text comes."""
        word = _WORD.match(text, pos)
        first = word.group(1) if word else ""
        at_end = word is not None and word.end() == len(text)
        if not first:
            return at_end
        return any(self._fits(header, first, at_end, text, pos) for header in self.headers)

    def _fits(self, header: Header, first: str, at_end: bool, text: str, pos: int) -> bool:
        lead = header.begin
        if at_end and lead.startswith(first):
            return True
        if not first.startswith(lead):
            return False
        name = first[len(lead) :].lstrip("0123456789").split(":", 1)[0]
        if name and not self._tools.begins_name(name):
            return False
        return len(text) - pos < _LONGEST and header.partial.match(text, pos) is not None


@lru_cache(maxsize=256)
def _at_line_starts(headers: tuple[Header, ...]) -> re.Pattern[str]:
    """A pattern of any of the headers at the beginning of a line."""
    return re.compile(
        f"^{any_of(header.full.pattern.replace('(?P<name>', '(?:').replace('(?P<id>', '(?:') for header in headers)}",
        re.M,
    )
