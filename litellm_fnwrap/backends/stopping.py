"""Stop strings searched on this side, for servers that leave them in the text or take only a few."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..generation import Chunk


class StopCutter:
    """Lets text through up to the first stop string; holds back only a tail that could become one.

    found  the stop string that ended the text, None so far.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(dict.fromkeys(stop for stop in stops if stop))
        self._longest = max(map(len, self._stops), default=0)
        first = "".join(re.escape(stop[0]) for stop in self._stops)
        self._leads = re.compile(f"[{first}]" if first else "(?!)").search
        self._held = ""
        self.found: str | None = None

    def feed(self, text: str) -> str:
        """The part of the text so far that is certainly before any stop string."""
        if self.found is not None or not text:
            return ""
        text = self._held + text
        if self._leads(text) is None:
            return text
        hits = [(text.find(stop), -len(stop), stop) for stop in self._stops if stop in text]
        if hits:
            at, _, self.found = min(hits)
            self._held = ""
            return text[:at]
        keep = self._tail(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def close(self) -> str:
        """What was held back and turned out to be no stop string."""
        held, self._held = self._held, ""
        return held

    def cut(self, chunk: Chunk) -> Chunk:
        """A whole answer up to its first stop string."""
        kept = self.feed(chunk.text) + self.close()
        return chunk if self.found is None else replace(chunk, text=kept, finish_reason="stop", stop_text=self.found)

    def _tail(self, text: str) -> int:
        """How many characters at the end could be the beginning of a stop string."""
        start = max(0, len(text) - self._longest + 1)
        return max((len(text) - _beginning(stop, text, start) for stop in self._stops), default=0)


def _beginning(stop: str, text: str, start: int) -> int:
    """Where, behind a position, a text ends with the beginning of a stop string; its length if it does not."""
    at = text.find(stop[0], start)
    while at >= 0 and not stop.startswith(text[at:]):
        at = text.find(stop[0], at + 1)
    return len(text) if at < 0 else at
