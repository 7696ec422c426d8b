"""Text that does not contain certain marks, as a grammar without lookahead.

The marks make an automaton (Aho and Corasick) whose states are their beginnings; from a state, a character leads to the
longest beginning that the text then ends with. Leaving out the states that complete a mark gives the text without
marks; the other states are taken out one by one, until what is left is a repetition of units, and a beginning of a
mark at the end.
"""

from __future__ import annotations

from functools import lru_cache

from .grammar import ALL, EMPTY, NOTHING, Chars, Node, chars, choice, intersection, repeat, sequence, without

_MOST_STATES = 400


@lru_cache(maxsize=256)
def text_without(marks: tuple[str, ...], *, before: str = "", allowed: Chars | None = None) -> Node:
    """Any text that contains none of the marks, not even together with the text that comes after it.

    before   what follows the text: its mark must not be found earlier than where it begins.
    allowed  the characters that may be used at all, by default all.
    """
    units, ends = _parts(marks, before, allowed)
    return sequence(repeat(units), ends)


def units_without(marks: tuple[str, ...], *, before: str = "", allowed: Chars | None = None) -> Node:
    """The pieces, of one or more characters, that a text without the marks is made of."""
    return _parts(marks, before, allowed)[0]


def ends_without(marks: tuple[str, ...], *, before: str = "", allowed: Chars | None = None) -> Node:
    """What a text without the marks may end with beyond its pieces: a mark's beginning, or nothing."""
    return _parts(marks, before, allowed)[1]


@lru_cache(maxsize=256)
def _parts(marks: tuple[str, ...], before: str, allowed: Chars | None) -> tuple[Node, Node]:
    states = _beginnings(marks)
    edges = {state: _edges(state, states, marks, allowed or Chars(ALL)) for state in states}
    finals: dict[str, Node] = {
        state: EMPTY for state in states if not state or _ends_well(state, before, states, marks)
    }
    for state in sorted((state for state in states if state), key=lambda state: (-len(state), state)):
        _eliminate(state, edges, finals)
    return edges[""].get("", NOTHING), finals.get("", EMPTY)


def _beginnings(marks: tuple[str, ...]) -> list[str]:
    """The states: beginnings of marks that hold no whole mark themselves; the empty one is the start."""
    found = {mark[:end] for mark in marks for end in range(len(mark))}
    return sorted(state for state in found if not any(mark in state for mark in marks))


def _step(state: str, c: str, states: set[str], marks: tuple[str, ...]) -> str | None:
    """The state after one more character; None if that completes a mark."""
    text = state + c
    if any(text.endswith(mark) for mark in marks):
        return None
    return next(text[start:] for start in range(len(text) + 1) if text[start:] in states)


def _edges(state: str, states: list[str], marks: tuple[str, ...], allowed: Chars) -> dict[str, Node]:
    known = set(states)
    letters = sorted({c for mark in marks for c in mark})
    targets: dict[str, list[str]] = {}
    for c in letters:
        target = _step(state, c, known, marks)
        if target is not None and intersection(allowed.ranges, ((ord(c), ord(c)),)):
            targets.setdefault(target, []).append(c)
    edges: dict[str, Node] = {target: chars("".join(members)) for target, members in targets.items()}
    others = without(allowed.ranges, "".join(letters))
    if others:
        edges[""] = choice(edges.get("", NOTHING), Chars(others))
    return edges


def _ends_well(state: str, before: str, states: list[str], marks: tuple[str, ...]) -> bool:
    """Whether a text may end in a state: what follows completes no mark before its own end."""
    known = set(states)
    current: str | None = state
    for position, c in enumerate(before):
        current = _step(current or "", c, known, marks)
        if current is None:
            return position == len(before) - 1
    return True


def _eliminate(state: str, edges: dict[str, dict[str, Node]], finals: dict[str, Node]) -> None:
    """Take a state out: ways through it become edges of their own."""
    leaving = edges.pop(state)
    loop = leaving.pop(state, NOTHING)
    around = EMPTY if loop == NOTHING else repeat(loop)
    for origin in edges:
        arriving = edges[origin].pop(state, NOTHING)
        if arriving == NOTHING:
            continue
        entry = sequence(arriving, around)
        rest: Node = NOTHING
        for target, node in leaving.items():
            if target == "":
                rest = node
            else:
                edges[origin][target] = choice(edges[origin].get(target, NOTHING), sequence(entry, node))
        if rest != NOTHING:
            edges[origin][""] = choice(edges[origin].get("", NOTHING), sequence(entry, rest))
        if state in finals:
            finals[origin] = choice(finals.get(origin, NOTHING), sequence(entry, finals[state]))


def can_exclude(marks: tuple[str, ...]) -> bool:
    """Whether a grammar of reasonable size can exclude these marks."""
    return bool(marks) and all(marks) and sum(map(len, marks)) <= _MOST_STATES
