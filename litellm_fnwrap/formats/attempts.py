"""The text a parser has been fed, and attempts to read calls in it.

A mark opens an attempt. What the attempt reads is kept until it yields a call; if it yields none, its text is content
(or reasoning) again, from the mark on. So nothing is lost, and no call is made of prose.

An attempt that fails costs what it has read. What may be read anew behind the failed marks is bounded, and so is the
number of attempts that fail with no call between them: a text in which a thousand marks in a row begin no call is
noise, and the rest of it is read as text. So any text is read in linear time.
"""

from __future__ import annotations

from collections.abc import Callable

from .compiled import Compiled
from .sink import Sink

_RESCAN = 4096
_RESCAN_IN_ALL = 1 << 16
_PATIENCE = 1000
_TOLD = 200


class Attempts:
    """The buffer and the open attempt of a state machine; a subclass's states read from the buffer."""

    def __init__(self, compiled: Compiled, *, repair: bool) -> None:
        self.sink = Sink()
        self._c = compiled
        self._repair = repair
        self._buf = ""
        self._pos = 0
        self._base = 0
        self._state: Callable[[], bool] = lambda: False
        self._raw: list[str] | None = None
        self._raw_from = 0
        self._mark_length = 0
        self._read_anew = 0
        self._failures = 0
        self._notes: list[tuple[str, str, int]] = []

    def _trim(self) -> None:
        """Drop what has been read from the buffer."""
        if self._raw is not None:
            self._raw.append(self._buf[self._raw_from : self._pos])
            self._raw_from = 0
        self._base += self._pos
        self._buf = self._buf[self._pos :]
        self._pos = 0

    def _mended(self, kind: str, detail: str, position: int) -> None:
        """Something was mended: told once it is clear that a call came of it."""
        note = kind, detail, self._base + position
        if self._raw is None:
            self.sink.repair(*note)
        else:
            self._notes.append(note)

    def _tell_mended(self) -> None:
        for note in self._notes:
            self.sink.repair(*note)
        self._notes.clear()

    def _repaired(self, kind: str, detail: str, position: int | None = None) -> None:
        """What became of a call: told at once, with the place where the text that is kept begins, or a position."""
        kept_from = self._raw_from - sum(map(len, self._raw or ()))
        self.sink.repair(kind, detail, self._base + (kept_from if position is None else position))

    def _repaired_text(self, kind: str) -> None:
        """What became of a call, told with the beginning of its text."""
        self._repaired(kind, self._kept().strip()[:_TOLD])

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
        self._failures = 0
        self._tell_mended()

    def _leave(self) -> None:
        """The attempt is over and has yielded what it could."""
        self._tell_mended()
        self._raw = None

    def _kept(self) -> str:
        return "".join(self._raw or ()) + self._buf[self._raw_from : self._pos]

    def _fail(self, *, anew: bool = True) -> None:
        """The attempt yielded nothing: its text is content or reasoning again, and read anew behind the mark."""
        self._notes.clear()
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
        self._resume(self._buf[start:end])
        self._failures += 1
        if self._failures == _PATIENCE:
            self._give_up()

    def _resume(self, text: str) -> None:
        """Go on outside calls, behind a text that an attempt has left."""

    def _give_up(self) -> None:
        """Look for no further calls."""
