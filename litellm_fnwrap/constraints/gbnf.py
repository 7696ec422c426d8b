"""GBNF, the grammar text of llama.cpp, KoboldCpp and text-generation-webui.

    root ::= "<tool_call>\\n" call "\\n</tool_call>"
    call ::= ...

Source: grammars/README.md of llama.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .gbnf_check import check_gbnf
from .grammar import Block, Chars, Choice, Grammar, Literal, Node, Ref, Repeat, Sequence

_CLASS_ESCAPES = {"[": "\\[", "]": "\\]", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ASCII = 0x7F
# Not \x2D and the like: xgrammar reads any number of digits behind \x.
_LITERAL_ESCAPES = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), _ASCII)},
    **str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}),
}


def print_gbnf(grammar: Grammar) -> str:
    """The grammar as GBNF text with the start rule root; raises ConstraintError if a server could not load it."""
    rules: dict[str, Node] = {"root": grammar.root, **grammar.rules}
    texts: list[str] = []
    emptiable: dict[str, bool] = {}
    for block in grammar.blocks:
        text, found = _printed_block(block)
        texts.append(text)
        emptiable.update(found)
        for name in block.rules:
            del rules[name]
    own = _lines(rules)
    check_gbnf(own, known=emptiable)
    return "".join((own, *texts))


@lru_cache(maxsize=64)
def _printed_block(block: Block) -> tuple[str, dict[str, bool]]:
    """A block's text, and of each of its rules whether it may be empty."""
    text = _lines(block.rules)
    return text, check_gbnf(text, start=block.start)


def _lines(rules: Mapping[str, Node]) -> str:
    return "".join(f"{name} ::= {_alternatives(node)}\n" for name, node in rules.items())


def _alternatives(node: Node) -> str:
    if isinstance(node, Choice):
        return " | ".join(map(_sequence, node.options))
    return _sequence(node)


def _sequence(node: Node) -> str:
    if isinstance(node, Sequence):
        return " ".join(map(_item, node.parts))
    return _item(node)


def _item(node: Node) -> str:
    if isinstance(node, Literal):
        return _quoted(node.text)
    if isinstance(node, Ref):
        return node.name
    if isinstance(node, Chars):
        return print_class(node)
    if isinstance(node, Repeat):
        return _repeated(node)
    return f"({_alternatives(node)})"


def _repeated(node: Repeat) -> str:
    part = _item(node.part)
    if isinstance(node.part, Repeat) or (isinstance(node.part, Literal) and len(node.part.text) != 1):
        part = f"({part})"
    bounds = {(0, 1): "?", (0, None): "*", (1, None): "+"}
    if (node.low, node.high) in bounds:
        return part + bounds[node.low, node.high]
    if node.high is None:
        return f"{part}{{{node.low},}}"
    return f"{part}{{{node.low}}}" if node.low == node.high else f"{part}{{{node.low},{node.high}}}"


def _quoted(text: str) -> str:
    return '"' + text.translate(_LITERAL_ESCAPES) + '"'


@lru_cache(maxsize=1024)
def print_class(node: Chars) -> str:
    """The character class by what it holds, never by what it excludes.

    llama.cpp takes a negated class to hold numbers beyond Unicode as well, and a model that writes such bytes gets
    several replacement characters for one; a negated class also refuses neighbours of an excluded character that
    shares its first bytes.
    """
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
    if c in _CLASS_ESCAPES:
        return _CLASS_ESCAPES[c]
    if code < 0x20 or code == _ASCII or c in "-^":
        return f"\\u{code:04X}"
    if code > 0xFFFF:
        return f"\\U{code:08X}"
    return c if code < _ASCII else f"\\u{code:04X}"
