"""Constraints that were built before, found again by their tools.

The same Tool objects are recognised at once. Tools that were read anew are recognised by their text: a schema that was
changed in place since is a different one.
"""

from __future__ import annotations

import json
import marshal
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from ..generation import Constraint
from ..messages import Tool

_MOST = 256
_T = TypeVar("_T")


class ConstraintCache:
    """The constraints of recent requests, the least recently used dropped first."""

    def __init__(self) -> None:
        self._by_text: OrderedDict[Hashable, Constraint | None] = OrderedDict()
        self._by_object: OrderedDict[Hashable, tuple[tuple[Tool, ...], Constraint | None]] = OrderedDict()
        self._lock = Lock()

    def get(self, tools: tuple[Tool, ...], rest: Hashable, make: Callable[[], Constraint | None]) -> Constraint | None:
        """The constraint for these tools and circumstances, made if it is not known."""
        objects = (tuple(map(id, tools)), rest)
        with self._lock:
            found = self._by_object.get(objects)
            if found is not None:
                self._by_object.move_to_end(objects)
                return found[1]
        text = (tuple((tool.name, text_of(tool.parameters)) for tool in tools), rest)
        with self._lock:
            known = text in self._by_text
            made = self._by_text.get(text)
        if not known:
            made = make()
        with self._lock:
            self._keep(self._by_text, text, made)
            # The tools are kept with the entry, so no other object can take their identity while it lives.
            self._keep(self._by_object, objects, (tools, made))
        return made

    @staticmethod
    def _keep(entries: OrderedDict[Hashable, _T], key: Hashable, value: _T) -> None:
        entries[key] = value
        entries.move_to_end(key)
        while len(entries) > _MOST:
            entries.popitem(last=False)


def text_of(schema: Any) -> bytes | str:
    """A schema as something that can be compared quickly; equal texts are equal schemas."""
    try:
        return marshal.dumps(schema, 2)
    except ValueError:
        return json.dumps(schema, default=repr)
