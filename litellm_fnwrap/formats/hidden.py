"""Calls without marks: a server that hides special tokens leaves the name at the beginning of a line."""

from __future__ import annotations

import re

from .headers import Header
from .toolset import Toolset

_WORD = re.compile(r"[ \t]*[\"']?([^\s(){}\[\]<>\"'`,;|｜]*)")
_LONGEST = 300


class HiddenCalls:
    """Finds headers whose marks are hidden, by the declared names."""

    def __init__(self, headers: tuple[Header, ...], tools: Toolset) -> None:
        self.headers = headers
        self._tools = tools

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
