"""Whom an object reader tells what it finds, and what it remembers of a call while reading it."""

from __future__ import annotations

from typing import Protocol

from ...schema import Schema, SchemaReader
from ..keyroles import Role


class Host(Protocol):
    """Who is told what a call object holds."""

    def find_tool(self, name: str) -> str | None:
        """The declared name a name stands for; None if it is no tool."""

    def find_declared(self, name: str) -> str | None:
        """The declared tool a name stands for; None where the toolset is unknown, too."""

    def arguments_schema(self, name: str) -> tuple[Schema | None, SchemaReader | None]:
        """What the tool's arguments should be."""

    def start(self, name: str, id: str) -> None:
        """A call begins."""

    def arguments(self, text: str) -> None:
        """A piece of its arguments, strict JSON text."""

    def end(self) -> None:
        """The call is complete."""

    def skip(self, name: str) -> None:
        """A complete object that calls no declared tool."""

    def say(self, role: Role, text: str) -> None:
        """Content or reasoning of an envelope."""

    def note(self, kind: str, detail: str, position: int) -> None:
        """Something was mended."""


class Level:
    """An open object or list of the envelope or the call; call is what the innermost call has shown of itself."""

    __slots__ = ("call", "is_list")

    def __init__(self, is_list: bool, call: Call | None) -> None:
        self.is_list = is_list
        self.call = call


class Call:
    """What has been read of one call.

    level    how deep it stands.
    by_key   True if its name is the key of its arguments: further keys may be further calls.
    unknown  a name that is not declared.
    flat     the values of keys that mean nothing.
    """

    __slots__ = ("arguments", "by_key", "ended", "flat", "id", "level", "name", "started", "unknown")

    def __init__(self, level: int) -> None:
        self.level = level
        self.name = ""
        self.id = ""
        self.unknown = ""
        self.by_key = False
        self.started = False
        self.ended = False
        self.arguments: str | None = None
        self.flat: dict[str, str] = {}
