"""Text that does not contain certain marks, as a grammar without lookahead.

The marks make an automaton (Aho and Corasick) whose states are their beginnings; from a state, a character leads to the
longest beginning that the text then ends with. Leaving out the states that complete a mark gives the text without
marks. Where a grammar has rules, each state is one. As one expression, the states are taken out one by one, until what
is left is a repetition of units, and a beginning of a mark at the end.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from .grammar import (
    ALL,
    EMPTY,
    NOTHING,
    Block,
    Chars,
    Node,
    Ref,
    chars,
    choice,
    intersection,
    repeat,
    sequence,
    without,
)
from .rules import Rules

_MOST_STATES = 400
_MANY_COUNTED, _MOST_COUNTED = 200, 600
States = tuple[tuple[str, tuple[tuple[str, Node], ...], bool], ...]


def free_text(
    rules: Rules, name: str, marks: tuple[str, ...], *, before: str = "", allowed: Chars | None = None
) -> Node:
    """Any text that contains none of the marks, under a name of its own in the grammar.

    before   what follows the text: its mark must not be found earlier than where it begins.
    allowed  the characters that may be used at all, by default all.
    """
    if rules.brief:
        return rules.shared(name, lambda: text_without(marks, before=before, allowed=allowed))
    return state_rules(rules, name, marks, before=before, allowed=allowed)


def state_rules(
    rules: Rules,
    name: str,
    marks: tuple[str, ...],
    *,
    before: str = "",
    allowed: Chars | None = None,
    escape: Node = NOTHING,
) -> Node:
    """As free_text, a rule for each state; escape is what breaks a mark wherever it stands."""

    return rules.include(_state_block(name, marks, before, allowed, escape))


@lru_cache(maxsize=64)
def _state_block(name: str, marks: tuple[str, ...], before: str, allowed: Chars | None, escape: Node) -> Block:
    states, rules = _automaton(marks, before, allowed), Rules(ending="-S")
    refs = {state: rules.reserve(name) for state, *_ in states}
    broken = sequence(escape, refs[""])
    for state, edges, can_end in states:
        onward = [sequence(characters, refs[target]) for target, characters in edges]
        rules.nodes[refs[state].name] = choice(*onward, broken, EMPTY if can_end else NOTHING)
    return rules.block(refs[""])


def counted_text(rules: Rules, marks: tuple[str, ...], low: int, high: int | None, *, before: str) -> Node | None:
    """Texts of low to high characters without the marks, a rule for each state and count; None if these are too many.

    Where whole marks make too many, already their beginnings are left out of the text.
    """
    most = low if high is None else high
    for size in range(max(map(len, marks)), 1, -1):
        short = tuple(dict.fromkeys(mark[:size] for mark in marks))
        if len(_beginnings(short)) * (most + 1) <= (_MANY_COUNTED if size > 2 else _MOST_COUNTED):
            return rules.include(_counted_block(short, before[:size], low, high))
    return None


@lru_cache(maxsize=32)
def _counted_block(marks: tuple[str, ...], before: str, low: int, high: int | None) -> Block:
    """From the last character to the first: what may follow in each state after so many characters."""
    states, rules = _automaton(marks, before, None), Rules(ending=f"-S{low}" if high is None else f"-S{low}-{high}")
    most = low if high is None else high
    after: dict[str, Node] = dict.fromkeys((state for state, *_ in states), NOTHING)
    if high is None:
        after = {state: rules.reserve("counted") for state in after}
        for state, edges, can_end in states:
            onward = [sequence(characters, after[target]) for target, characters in edges]
            rules.nodes[cast(Ref, after[state]).name] = choice(*onward, EMPTY if can_end else NOTHING)
    for count in reversed(range(most if high is None else most + 1)):
        here = {}
        for state, edges, can_end in states:
            onward = [sequence(characters, after[target]) for target, characters in edges]
            end = EMPTY if can_end and count >= low else NOTHING
            here[state] = rules.add("counted", choice(*onward, end)) if len(state) <= count else NOTHING
        after = here
    return rules.block(after[""])


@lru_cache(maxsize=256)
def _automaton(marks: tuple[str, ...], before: str, allowed: Chars | None) -> States:
    """Each state, the start first, with the characters that lead to others, and whether a text may end in it."""
    states = _beginnings(marks)
    return tuple(
        (
            state,
            tuple(_edges(state, states, marks, allowed or Chars(ALL)).items()),
            not state or _ends_well(state, before, states, marks),
        )
        for state in states
    )


@lru_cache(maxsize=256)
def text_without(marks: tuple[str, ...], *, before: str = "", allowed: Chars | None = None) -> Node:
    """The texts of free_text as one expression."""
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
