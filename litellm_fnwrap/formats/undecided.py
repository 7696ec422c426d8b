"""The beginning of an answer, held until it tells whether the reasoning is open already."""

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


class OpenedTwice:
    """Holds the beginning of an answer whose prompt has opened the reasoning, while it may be the same mark again.

    Models that were taught to open their reasoning themselves do so behind a prompt that has done it for them; their
    mark is no part of the reasoning then.
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._held = ""

    def feed(self, text: str, *, final: bool = False) -> str | None:
        """The held text, without the mark if it begins with that, once that is decided; None before."""
        self._held += text
        begun = self._held.lstrip()
        if begun.startswith(self._mark):
            return begun[len(self._mark) :]
        return None if self._mark.startswith(begun) and not final else self._held
