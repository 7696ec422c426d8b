"""Arguments that are no JSON but plain text, which stands for the one text a tool takes: the code for a code tool."""

from __future__ import annotations

import re
from functools import lru_cache

from .. import marks
from .jsontext import encode
from .strings import escaped


@lru_cache(maxsize=256)
def _patterns(ends: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(marks.any_of(map(marks.pattern, ends))), re.compile(marks.any_of(map(marks.partial, ends)))


class TextReader:
    """Reads text up to a mark, one of ends; out collects strict JSON text: an object with the text under a key."""

    between = True
    reached = 0

    def __init__(self, key: str, ends: tuple[str, ...]) -> None:
        self.out: list[str] = [f'{{{encode(key)}: "']
        self.notes: list[tuple[str, str, int]] = []
        self._untold = key
        self.done = False
        self._ends, self._hold = _patterns(tuple(marks.longest_first(ends)))
        self._blanks: list[str] = []

    def take(self) -> str:
        """The JSON text written since the last call."""
        text = "".join(self.out)
        self.out.clear()
        return text

    def finish(self) -> bool:
        """Close the arguments at the end of the text."""
        if not self.done:
            self.done = True
            self.out.append('"}')
        return True

    def feed(self, text: str, pos: int, final: bool = False) -> int:
        """Read on and return where reading stopped; done at a mark. Blanks before it are markup."""
        if self._untold:
            self.notes.append(("text_arguments", f"the text is taken for {self._untold!r}", pos))
            self._untold = ""
        found = self._ends.search(text, pos)
        hold = None if found or final else self._hold.search(text, pos)
        stop = found.start() if found else hold.start() if hold else len(text)
        piece = text[pos:stop]
        body = piece.rstrip()
        if body:
            self.out += [escaped("".join(self._blanks)), escaped(body)]
            self._blanks = [piece[len(body) :]]
        else:
            self._blanks.append(piece)
        if found:
            self.finish()
        return stop
