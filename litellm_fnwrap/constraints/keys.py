"""Keys that are none of the declared ones: every string but a finite number of them."""

from __future__ import annotations

from functools import lru_cache

from .grammar import ANY, EMPTY, Chars, Literal, Node, chars, choice, intersection, repeat, sequence, without

_FIRST = chars(("a", "z"), ("A", "Z"), "_")
_LATER = chars(("a", "z"), ("A", "Z"), ("0", "9"), "_-")


@lru_cache(maxsize=512)
def keys_except(taken: tuple[str, ...], *, bare: bool = False) -> Node:
    """Strings other than the taken ones; bare ones are written without quotes and look like identifiers."""
    first, later = (_FIRST, _LATER) if bare else (ANY, ANY)
    return _differing(frozenset(taken), first, later, empty=not bare)


def _differing(taken: frozenset[str], first: Chars, later: Chars, *, empty: bool) -> Node:
    """By first character: those of no taken string go on freely, the others must differ further on."""
    heads = sorted({name[0] for name in taken if name})
    options: list[Node] = [EMPTY] if empty and "" not in taken else []
    free = without(first.ranges, "".join(heads))
    if free:
        options.append(sequence(Chars(free), repeat(later)))
    for head in heads:
        if intersection(first.ranges, ((ord(head), ord(head)),)):
            rest = frozenset(name[1:] for name in taken if name[:1] == head)
            options.append(sequence(Literal(head), _differing(rest, later, later, empty=True)))
    return choice(*options)
