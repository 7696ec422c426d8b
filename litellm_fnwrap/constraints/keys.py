"""Keys that are none of the declared ones: every string but a finite number of them."""

from __future__ import annotations

from functools import lru_cache

from .grammar import ANY, EMPTY, Chars, Literal, Node, chars, choice, intersection, repeat, sequence, without

_FIRST = chars(("a", "z"), ("A", "Z"), "_")
_LONGEST = 63  # a key without quotes that is much longer is not read as one
_LATER = chars(("a", "z"), ("A", "Z"), ("0", "9"), "_-")


@lru_cache(maxsize=512)
def keys_except(taken: tuple[str, ...], *, bare: bool = False) -> Node:
    """Strings other than the taken ones; bare ones are written without quotes and look like (short) identifiers."""
    if bare:
        return _differing(frozenset(taken), _FIRST, repeat(_LATER, 0, _LONGEST), _LATER, empty=False)
    return _differing(frozenset(taken), ANY, repeat(ANY), ANY, empty=True)


def _differing(taken: frozenset[str], first: Chars, rest: Node, later: Chars, *, empty: bool) -> Node:
    """By first character: those of no taken string go on freely, the others must differ further on."""
    heads = sorted({name[0] for name in taken if name})
    options: list[Node] = [EMPTY] if empty and "" not in taken else []
    free = without(first.ranges, "".join(heads))
    if free:
        options.append(sequence(Chars(free), rest))
    for head in heads:
        if intersection(first.ranges, ((ord(head), ord(head)),)):
            behind = frozenset(name[1:] for name in taken if name[:1] == head)
            options.append(sequence(Literal(head), _differing(behind, later, rest, later, empty=True)))
    return choice(*options)
