"""Literals whose every value stands between quote marks, whatever its type."""

from __future__ import annotations

from ..formats.readers.keys import bare_key
from .grammar import Literal, Node, sequence
from .members import Members
from .merge import Flat
from .tagged import NestedMembers, TaggedMembers


class QuotedMembers(NestedMembers):
    """The members of a literal whose every value but an object stands between quote marks."""

    def node(self) -> Node:
        """The object with its braces."""
        return sequence(Literal("{"), super().node(), Literal("}"))

    def group(self, kind: str) -> str:
        """Objects stand without quote marks."""
        return kind if kind == "object" else ""

    def tail(self, group: str, value: Node, key: Node) -> Node:
        """A value between quote marks, or an object."""
        return sequence(Literal(":"), value) if group == "object" else super().tail(group, value, key)

    def key(self, key: str) -> Node:
        """A key, bare where it can be."""
        return Literal(bare_key(key))

    def further_key(self) -> Node:
        """A key that is not declared."""
        return Members.further_key(self)

    def value_of(self, kind: str, flat: Flat, path: str) -> Node:
        """The values of one type; a list is JSON between quote marks."""
        return TaggedMembers.value_of(self, kind, flat, path) if kind == "array" else super().value_of(kind, flat, path)
