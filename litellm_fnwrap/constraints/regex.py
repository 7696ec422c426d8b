"""Regular expressions, for servers that compile them to automata: no lookaround, no back references.

Rules that refer to themselves are written out to a depth; what would lie deeper cannot be generated, which is reported.
"""

from __future__ import annotations

import re

from ..errors import ConstraintError
from .grammar import Chars, Choice, Grammar, Literal, Node, Ref, Repeat, Sequence, complement, references

MOST_DEPTH = 3
LONGEST = 400_000
_META = re.compile(r"[\\.+*?()|\[\]{}^$]")
_CLASS_META = set("\\]^[-&~")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NEVER = None


class RegexPrinter:
    """Prints grammars as regular expressions; shallow holds the rules that were cut off at a depth."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._known: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self._recursive = _recursive(grammar)
        self.shallow: dict[str, None] = {}

    def print(self) -> str:
        """The regular expression; raises ConstraintError if nothing of bounded depth fulfils the grammar."""
        text = self._alternatives(self._grammar.root, ())
        if text is None:
            raise ConstraintError(
                f"The schema nests without end, and a regular expression reaches {MOST_DEPTH} levels deep only. "
                "Use a server that takes GBNF or JSON schemas, or bound the nesting in the schema."
            )
        if len(text) > LONGEST:
            raise ConstraintError(
                f"The regular expression for these tools has {len(text)} characters; servers take up to {LONGEST}. "
                "Offer fewer tools, or use a server that takes GBNF or JSON schemas."
            )
        return text

    def _alternatives(self, node: Node, path: tuple[str, ...]) -> str | None:
        if not isinstance(node, Choice):
            return self._sequence(node, path)
        options = [text for option in node.options if (text := self._sequence(option, path)) is not None]
        return "|".join(options) if options else _NEVER

    def _sequence(self, node: Node, path: tuple[str, ...]) -> str | None:
        if not isinstance(node, Sequence):
            return self._item(node, path)
        parts = [self._item(part, path) for part in node.parts]
        return "".join(part for part in parts if part is not None) if None not in parts else _NEVER

    def _item(self, node: Node, path: tuple[str, ...]) -> str | None:
        if isinstance(node, Literal):
            return "".join(_NAMED.get(c) or ("\\" + c if _META.match(c) else _visible(c)) for c in node.text)
        if isinstance(node, Chars):
            return print_class(node)
        if isinstance(node, Ref):
            return self._rule(node.name, path)
        if isinstance(node, Repeat):
            return self._repeated(node, path)
        return _group(self._alternatives(node, path))

    def _rule(self, name: str, path: tuple[str, ...]) -> str | None:
        if name in self._recursive:
            if path.count(name) >= MOST_DEPTH:
                self.shallow.setdefault(name)
                return _NEVER
            path = (*path, name)
        key = (name, tuple(sorted(path)))
        if key not in self._known:
            node = self._grammar.rules[name]
            text = self._alternatives(node, path)
            self._known[key] = _group(text) if isinstance(node, Choice) else text
        return self._known[key]

    def _repeated(self, node: Repeat, path: tuple[str, ...]) -> str | None:
        part = self._item(node.part, path)
        if part is None:
            return "" if node.low == 0 else _NEVER
        if not isinstance(node.part, (Chars, Choice)) and not (
            isinstance(node.part, Literal) and len(node.part.text) == 1
        ):
            part = f"(?:{part})"
        bounds = {(0, 1): "?", (0, None): "*", (1, None): "+"}
        if (node.low, node.high) in bounds:
            return part + bounds[node.low, node.high]
        if node.high is None:
            return f"{part}{{{node.low},}}"
        return f"{part}{{{node.low}}}" if node.low == node.high else f"{part}{{{node.low},{node.high}}}"


def _group(text: str | None) -> str | None:
    return None if text is None else f"(?:{text})"


def _recursive(grammar: Grammar) -> set[str]:
    """The rules that can contain themselves."""
    reached = {name: set(references(node)) for name, node in grammar.rules.items()}
    changed = True
    while changed:
        changed = False
        for found in reached.values():
            more = set().union(*(reached[name] for name in found)) - found
            if more:
                found |= more
                changed = True
    return {name for name, found in reached.items() if name in found}


def _visible(c: str) -> str:
    return c if ord(c) >= 0x20 and ord(c) != 0x7F else f"\\x{ord(c):02x}"


def print_class(node: Chars) -> str:
    """The character class; by what it excludes where that is shorter."""
    excluded = complement(node.ranges)
    if not excluded:
        return "(?:[^a]|a)"
    if len(excluded) < len(node.ranges) and excluded[-1][1] < 0x80:
        return "[^" + _members(excluded) + "]"
    return "[" + _members(node.ranges) + "]"


def _members(ranges: tuple[tuple[int, int], ...]) -> str:
    out = []
    for low, high in ranges:
        out.append(_member(low))
        if high > low:
            out.append(("-" if high > low + 1 else "") + _member(high))
    return "".join(out)


def _member(code: int) -> str:
    c = chr(code)
    return _NAMED.get(c) or ("\\" + c if c in _CLASS_META else _visible(c))
