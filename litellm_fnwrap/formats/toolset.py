"""The declared tools as a parser asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from ..coercion import fold_key
from ..messages import Tool
from ..schema import Schema, SchemaReader

# What stands between a namespace and a name; the double underscore is that of MCP clients.
_NAMESPACE = re.compile(r"[./:]|(?<=[^_])__(?=[^_])")
_ANY_OBJECT: dict[str, object] = {"type": "object"}


class Toolset:
    """Tools by name, and by what models write for it. tools None means that nobody knows which there are."""

    def __init__(self, tools: Sequence[Tool] | None, *, repair: bool, accept_unknown: bool) -> None:
        self.known = tools is not None
        self._by_name = {tool.name: tool for tool in tools or ()}
        self._repair = repair
        self._accept_unknown = accept_unknown or tools is None
        self._readers: dict[str, SchemaReader] = {}
        self._prefixes: frozenset[str] | None = None

    @cached_property
    def _folded(self) -> dict[str, list[str]]:
        """The names by the form in which they are compared up to case and separators."""
        return _grouped(self._by_name, fold_key) if self._repair else {}

    @cached_property
    def _tails(self) -> dict[str, list[str]]:
        """The names by what they are without their namespace."""
        return _grouped(self._by_name, _tail) if self._repair else {}

    def __len__(self) -> int:
        return len(self._by_name)

    def is_declared(self, name: str) -> bool:
        """Whether a tool has exactly this name."""
        return name in self._by_name

    def find(self, name: str) -> str | None:
        """The tool a name stands for: itself, or the only one it can mean; None if there is none."""
        return self.find_declared(name) or ((name.strip() or None) if self._accept_unknown else None)

    def find_declared(self, name: str) -> str | None:
        """The declared tool a name stands for."""
        if name in self._by_name:
            return name
        if not self._repair or not name:
            return None
        plain = name.strip().strip("\"'`*").removesuffix("()").removesuffix(".call").removeprefix("functions.")
        if plain in self._by_name:
            return plain
        near = self._folded.get(fold_key(plain), ())
        if len(near) == 1:
            return near[0]
        tail = _tail(plain)
        same = self._tails.get(tail, ()) if len(tail) > 1 else ()
        return same[0] if len(same) == 1 and (tail in (plain, same[0])) else None

    def find_written(self, name: str) -> str | None:
        """The declared tool whose name this is, up to case and separators."""
        if name in self._by_name:
            return name
        near = self._folded.get(fold_key(name), ()) if self._repair else ()
        return near[0] if len(near) == 1 else None

    def begins_name(self, text: str) -> bool:
        """Whether a declared name begins with a text, up to case and separators."""
        if self._prefixes is None:
            names = {*self._by_name, *self._folded}
            self._prefixes = frozenset(name[:size] for name in names for size in range(1, len(name) + 1))
        folded = fold_key(text) if self._repair else text
        return text in self._prefixes or folded in self._prefixes or not folded

    def text_key(self, name: str) -> str:
        """The argument that text stands for; "" if there is none.

        Of tools that nobody knows, models are trained to give python its code so.
        """
        found = self.find_declared(name)
        if found is None:
            return "code" if self._accept_unknown and name == "python" else ""
        schema, reader = self.schema(found)
        return reader.only_text(schema)

    def schema(self, name: str) -> tuple[Schema, SchemaReader]:
        """What a tool's arguments should be; any object for an unknown tool."""
        tool = self._by_name.get(name)
        schema: Schema = tool.parameters if tool else _ANY_OBJECT
        reader = self._readers.get(name)
        if reader is None:
            reader = self._readers[name] = SchemaReader(schema)
        return schema, reader


def _grouped(names: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return groups


def _tail(name: str) -> str:
    """A name without its namespace: functions.ping, tools/ping, tools:ping, mcp__server__ping."""
    return _NAMESPACE.split(name)[-1]
