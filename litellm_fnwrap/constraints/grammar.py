"""The grammar that all text dialects are printed from: six kinds of node, and constructors that keep them simple.

A node describes a set of texts. The constructors simplify as they build: neighbouring literals are one literal, the
impossible option disappears, and what could be empty is never repeated without bound (a server that expands the
repetition would see left recursion).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Ranges = tuple[tuple[int, int], ...]

_LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)


@dataclass(frozen=True, slots=True)
class Literal:
    """A text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of code point ranges, which are sorted, disjoint, inclusive and hold no surrogate."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; of none, nothing can be written."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, which is not empty, low to high times; high None is without bound."""

    part: Node
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Ref:
    """What the rule of that name describes."""

    name: str


Node = Literal | Chars | Sequence | Choice | Repeat | Ref

EMPTY = Literal("")
NOTHING = Choice(())


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Rules that refer to each other only, which many grammars share as one and the same object."""

    start: str
    rules: Mapping[str, Node]


@dataclass(slots=True)
class Grammar:
    """A node and the rules it refers to, those of the blocks among them."""

    root: Node
    rules: dict[str, Node] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()


def sequence(*parts: Node) -> Node:
    """One part after the other; NOTHING if one of them is."""
    flat: list[Node] = []
    text = ""
    for part in _unnested(parts):
        if isinstance(part, Literal):
            text += part.text
        elif isinstance(part, Chars) and (letter := literal_text(part)) is not None:
            text += letter
        elif isinstance(part, Choice) and not part.options:
            return NOTHING
        else:
            if text:
                flat.append(Literal(text))
                text = ""
            flat.append(part)
    if text:
        flat.append(Literal(text))
    if not flat:
        return EMPTY
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def _unnested(parts: Iterable[Node]) -> list[Node]:
    out: list[Node] = []
    for part in parts:
        if isinstance(part, Sequence):
            out.extend(part.parts)
        else:
            out.append(part)
    return out


def literal_text(node: Node) -> str | None:
    """The text of a node that stands for one text only; None for any other."""
    if isinstance(node, Literal):
        return node.text
    if isinstance(node, Chars) and len(node.ranges) == 1 and node.ranges[0][0] == node.ranges[0][1]:
        return chr(node.ranges[0][0])
    return None


def choice(*options: Node) -> Node:
    """One of several, each once; optional if one of them is empty."""
    if len(options) == 1:
        return options[0]
    flat: dict[Node, None] = {}
    for option in options:
        flat.update(dict.fromkeys(option.options if isinstance(option, Choice) else (option,)))
    can_be_empty = EMPTY in flat
    flat.pop(EMPTY, None)
    characters = [option for option in flat if isinstance(option, Chars)]
    if len(characters) > 1:
        merged = Chars(union(*(part.ranges for part in characters)))
        flat = {
            (merged if option is characters[0] else option): None for option in flat if option not in characters[1:]
        }
    rest = tuple(flat)
    node: Node = rest[0] if len(rest) == 1 else Choice(rest)
    if not can_be_empty:
        return node
    return optional(node) if rest else EMPTY


def optional(part: Node) -> Node:
    """A part or nothing at all."""
    return repeat(part, 0, 1)


def repeat(part: Node, low: int = 0, high: int | None = None) -> Node:
    """A part low to high times, by default any number of times."""
    if high == 0 or (isinstance(part, Literal) and not part.text):
        return EMPTY
    if isinstance(part, Choice) and not part.options:
        return EMPTY if low == 0 else NOTHING
    if low == 1 and high == 1:
        return part
    if nullable(part):
        if high == 1:
            return part
        part, low = nonempty(part), 0
        if part == NOTHING:
            return EMPTY
    if isinstance(part, Repeat) and high is None and (part.low, part.high) == (1, None):
        return Repeat(part.part, low, None)
    return Repeat(part, low, high)


def nullable(node: Node) -> bool:
    """Whether a node admits the empty text; rules that are referred to are taken to admit some text only."""
    if isinstance(node, Literal):
        return not node.text
    if isinstance(node, Sequence):
        return all(map(nullable, node.parts))
    if isinstance(node, Choice):
        return any(map(nullable, node.options))
    return isinstance(node, Repeat) and node.low == 0


def nonempty(node: Node) -> Node:
    """What a node admits, without the empty text."""
    if not nullable(node):
        return node
    if isinstance(node, Repeat):
        return repeat(node.part, 1, node.high)
    if isinstance(node, Choice):
        return choice(*map(nonempty, node.options))
    if isinstance(node, Sequence):
        head, tail = node.parts[0], sequence(*node.parts[1:])
        return choice(sequence(nonempty(head), tail), nonempty(tail))
    return NOTHING


def references(node: Node) -> Iterator[str]:
    """The names of the rules a node refers to, as often as it does."""
    pending = [node]
    while pending:
        found = pending.pop()
        if isinstance(found, Ref):
            yield found.name
        elif isinstance(found, Sequence):
            pending.extend(found.parts)
        elif isinstance(found, Choice):
            pending.extend(found.options)
        elif isinstance(found, Repeat):
            pending.append(found.part)


def reachable(grammar: Grammar) -> Grammar:
    """The grammar without rules that its root does not lead to; a block is kept as a whole."""
    blocks = {block.start: block for block in grammar.blocks}
    found: dict[str, None] = {}
    pending = [grammar.root]
    while pending:
        for name in references(pending.pop()):
            if name in found:
                continue
            found[name] = None
            if name in blocks:
                found.update(dict.fromkeys(blocks[name].rules))
            else:
                pending.append(grammar.rules[name])
    rules = {name: node for name, node in grammar.rules.items() if name in found}
    return Grammar(grammar.root, rules, tuple(block for start, block in blocks.items() if start in found))


def chars(*members: str | tuple[str, str]) -> Chars:
    """One character out of single characters (each of a string) and inclusive ranges (pairs)."""
    ranges: list[tuple[int, int]] = []
    for member in members:
        if isinstance(member, tuple):
            ranges.append((ord(member[0]), ord(member[1])))
        else:
            ranges.extend((ord(c), ord(c)) for c in member)
    return Chars(union(ranges))


def union(*ranges: Iterable[tuple[int, int]]) -> Ranges:
    """All code points of several sets of ranges."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pair for group in ranges for pair in group):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """All code points that are in none of the ranges, surrogates left out."""
    out, start = [], 0
    for low, high in union(ranges, (_SURROGATES,)):
        if low > start:
            out.append((start, low - 1))
        start = high + 1
    if start <= _LAST:
        out.append((start, _LAST))
    return tuple(out)


def intersection(left: Ranges, right: Ranges) -> Ranges:
    """The code points that are in both."""
    out, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        low, high = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if low <= high:
            out.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def without(ranges: Ranges, excluded: str) -> Ranges:
    """The ranges less some characters."""
    return intersection(ranges, complement(union((ord(c), ord(c)) for c in excluded)))


def any_but(excluded: str) -> Chars:
    """One character, but none of those."""
    return Chars(without(ALL, excluded))


ALL: Ranges = complement(())
DIGIT = chars(("0", "9"))
HEX = chars(("0", "9"), ("a", "f"), ("A", "F"))
ANY = Chars(ALL)
ANY_TEXT = repeat(ANY)
