"""What may follow a text that is already written: the prompt may have opened the answer."""

from __future__ import annotations

from collections.abc import Mapping

from ..formats.spec import Hole, Literally, segments
from .grammar import EMPTY, NOTHING, Chars, Choice, Literal, Node, Ref, Repeat, Sequence, choice, repeat, sequence

_LONGEST = 400


def continuation(node: Node, rules: Mapping[str, Node], written: str) -> Node:
    """What may follow if the end of a text is the longest possible beginning of a node; the node itself if none is.

    Blanks that the text and the node have in different places are overlooked if nothing else fits.
    """
    begun = beginning(node, rules, written)
    return after(node, rules, begun) if begun else node


def beginning(node: Node, rules: Mapping[str, Node], written: str) -> str:
    """The longest end of a text with which something in a node begins; "" if there is none."""
    written = written[-_LONGEST:]
    ends = (written[start:] for start in range(len(written)))
    return next((end for end in ends if after(node, rules, end) != NOTHING), "")


def after(node: Node, rules: Mapping[str, Node], text: str) -> Node:
    """What may follow a text in a node; NOTHING if nothing in the node begins so."""
    for loose in (False, True):
        rest = node
        for c in text:
            rest = _after(rest, rules, c, loose)
            if rest == NOTHING:
                break
        if rest != NOTHING:
            return rest
    return NOTHING


def _after(node: Node, rules: Mapping[str, Node], c: str, loose: bool) -> Node:
    if isinstance(node, Literal):
        return _after_literal(node.text, c, loose)
    if isinstance(node, Chars):
        return EMPTY if any(low <= ord(c) <= high for low, high in node.ranges) else NOTHING
    if isinstance(node, Choice):
        return choice(*(_after(option, rules, c, loose) for option in node.options))
    if isinstance(node, Ref):
        return _after(rules[node.name], rules, c, loose)
    if isinstance(node, Repeat):
        high = None if node.high is None else node.high - 1
        return sequence(_after(node.part, rules, c, loose), repeat(node.part, max(node.low - 1, 0), high))
    if not node.parts:
        return NOTHING
    head, tail = node.parts[0], sequence(*node.parts[1:])
    found = sequence(_after(head, rules, c, loose), tail)
    return choice(found, _after(tail, rules, c, loose)) if _can_be_empty(head, rules) else found


def _after_literal(text: str, c: str, loose: bool) -> Node:
    if text[:1] == c:
        return Literal(text[1:])
    if not loose or not text:
        return NOTHING
    if c.isspace():
        return Literal(text[1:]) if text[0].isspace() else Literal(text)
    rest = text.lstrip()
    return Literal(rest[1:]) if rest != text and rest[:1] == c else NOTHING


def _can_be_empty(node: Node, rules: Mapping[str, Node]) -> bool:
    if isinstance(node, Ref):
        return _can_be_empty(rules[node.name], rules)
    if isinstance(node, Sequence):
        return all(_can_be_empty(part, rules) for part in node.parts)
    if isinstance(node, Choice):
        return any(_can_be_empty(option, rules) for option in node.options)
    if isinstance(node, Repeat):
        return node.low == 0 or _can_be_empty(node.part, rules)
    return node == EMPTY


def around(template: str, hole: str) -> tuple[str, str]:
    """The literal texts right before and right behind a template's hole."""
    parts = segments(template)
    at = parts.index(Hole(hole))
    before = parts[at - 1] if at else None
    behind = parts[at + 1] if at + 1 < len(parts) else None
    return (
        before.text if isinstance(before, Literally) else "",
        behind.text if isinstance(behind, Literally) else "",
    )


def open_reasoning(spellings: tuple[str, ...], prefill: str) -> tuple[str, str] | None:
    """The closing mark of reasoning that a prompt has opened, and the blanks behind it; None if none is open."""
    for spelling in spellings:
        begin, end = around(spelling, "reasoning")
        mark, close = begin.strip(), end.strip()
        if mark and close and prefill.rfind(mark) > prefill.rfind(close):
            return close, end[end.index(close) + len(close) :]
    return None
