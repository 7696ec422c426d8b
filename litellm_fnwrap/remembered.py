"""What was read before, known again by its content, together with what was made of it.

A program sends the same tools with every request. They are read once, and their text, their names and whatever else
is made of them lives as long as they do. Nothing here can go stale: what is kept belongs to nobody else.
"""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from threading import Lock
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
Made = TypeVar("Made")

MOST: Final = 64
LONGEST: Final = 256 * 1024
"""Bytes of what is remembered at most, so that all of it together stays below 16 MiB."""

_MOST_MADE: Final = 32


class Remembered(tuple[T, ...]):
    """Values that nobody can change, with what was made of them."""

    _made: dict[Hashable, Any]

    def __new__(cls, values: Iterable[T]) -> Remembered[T]:
        """The values, of which nothing has been made yet."""
        self = super().__new__(cls, values)
        self._made = {}
        return self

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What make gives, which is called the first time only; its result must not be changed."""
        if key in self._made:
            known: Made = self._made[key]
            return known
        if len(self._made) >= _MOST_MADE:
            self._made = {}
        made = self._made[key] = make()
        return made


def once(values: Sequence[Any], key: Hashable, make: Callable[[], Made]) -> Made:
    """What make gives of the values: remembered with them where they are remembered themselves."""
    return values.once(key, make) if isinstance(values, Remembered) else make()


class Memory(Generic[T]):
    """Reads lists of plain data, and knows equal ones again; the least recently used are forgotten first."""

    def __init__(self, read: Callable[[Any], Iterable[T]]) -> None:
        self._read = read
        self._known: OrderedDict[bytes, Remembered[T]] = OrderedDict()
        self._lock = Lock()

    def get(self, data: Any) -> tuple[T, ...]:
        """What the data is read as; raises what reading it raises."""
        try:
            text = marshal.dumps(data, 2)
        except ValueError:
            # Objects of classes, which may be changed by whoever holds them.
            return tuple(self._read(data))
        with self._lock:
            known = self._known.get(text)
            if known is not None:
                self._known.move_to_end(text)
                return known
        # Read from a copy, so that nobody else holds a part of it; the bytes were written a few lines above.
        found = Remembered(self._read(marshal.loads(text)))  # noqa: S302
        if len(text) <= LONGEST:
            with self._lock:
                self._known[text] = found
                if len(self._known) > MOST:
                    self._known.popitem(last=False)
        return found
