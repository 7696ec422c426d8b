"""The beginning of an answer whose prompt nobody knows, where prompts of its kind usually open the reasoning."""

from __future__ import annotations

import re

from . import marks
from .compiled import Compiled
from .spec import spellings


class Undecided:
    """Holds an answer's text until a mark tells whether the prompt had opened the reasoning.

    The mark that closes reasoning says that it had; one that opens reasoning, a call or content says that it had not,
    and so does the end of the text.
    """

    def __init__(self, compiled: Compiled, opened: str) -> None:
        self._opened = opened
        thoughts = [spelling.split("{reasoning}") for spelling in spellings(compiled.format.reasoning)]
        ends = [after for before, after in thoughts if after.strip() and before.strip() == opened.strip()]
        begins = [before for before, _ in thoughts]
        others = [*begins, *compiled.content_begins, *(mark for mark in compiled.by_mark if len(mark) > 1)]
        closing = marks.any_of(map(marks.pattern, marks.longest_first(ends)))
        self._marks = re.compile(f"(?P<end>{closing})|{marks.any_of(map(marks.pattern, marks.longest_first(others)))}")
        self._reach = compiled.reach
        self._pieces: list[str] = []
        self._tail = ""

    def feed(self, text: str, *, final: bool = False) -> str | None:
        """The held text, behind what the prompt had opened, once that is decided; None before."""
        self._pieces.append(text)
        seen = self._tail + text
        found = self._marks.search(seen)
        if found is None and not final:
            self._tail = seen[-self._reach :]
            return None
        return (self._opened if found and found.group("end") else "") + "".join(self._pieces)
