"""Languages of patterns cut down to texts of certain lengths, in characters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .grammar import (
    EMPTY,
    NOTHING,
    Chars,
    Choice,
    Literal,
    Node,
    Ranges,
    Repeat,
    Sequence,
    chars,
    choice,
    nullable,
    repeat,
    sequence,
    union,
)
from .rules import Rules

MOST_REPEATS = 2000
"""Servers refuse repetitions beyond this many, or take minutes over them."""
_MOST_STATES = 600
_State = tuple[Node, int]


def lengths(language: Node) -> tuple[int, int | None]:
    """The shortest and longest text of a language without rules, in characters; None if there is no longest."""
    if isinstance(language, Literal):
        return len(language.text), len(language.text)
    if isinstance(language, Chars):
        return 1, 1
    if isinstance(language, Repeat):
        low, high = lengths(language.part)
        most = None if high is None or language.high is None else high * language.high
        return low * language.low, most
    parts = (
        language.parts if isinstance(language, Sequence) else language.options if isinstance(language, Choice) else ()
    )
    bounds = [lengths(part) for part in parts]
    if not bounds:
        return 0, 0
    highs = [high for _, high in bounds if high is not None]
    endless = len(highs) < len(bounds)
    if isinstance(language, Sequence):
        return sum(low for low, _ in bounds), None if endless else sum(highs)
    return min(low for low, _ in bounds), None if endless else max(highs)


def repeated_to_fit(language: Node, low: int, high: int | None) -> Node | None:
    """The texts of low to high characters where other numbers of repetitions suffice for that, else None.

    So it is with one repetition of what has always the same length: ^[A-Z][a-z]*$ becomes [A-Z][a-z]{2,9}.
    """
    shortest, longest = lengths(language)
    if (high is not None and shortest > high) or (longest is not None and longest < low):
        return NOTHING
    if shortest >= low and (high is None or (longest is not None and longest <= high)):
        return language
    if isinstance(language, Choice):
        options = [repeated_to_fit(option, low, high) for option in language.options]
        found = [option for option in options if option is not None]
        return choice(*found) if len(found) == len(options) else None
    parts = language.parts if isinstance(language, Sequence) else (language,)
    varying = [n for n, part in enumerate(parts) if _length(part) is None]
    part = parts[varying[0]]
    if len(varying) > 1 or not isinstance(part, Repeat) or not (unit := _length(part.part)):
        return None
    others = shortest - unit * part.low
    least = max(part.low, -((others - low) // unit))
    most = part.high if high is None else min((high - others) // unit, part.high or high)
    if most is not None and most < least:
        return NOTHING
    if max(least, most or 0) > MOST_REPEATS:
        return None
    return sequence(*parts[: varying[0]], repeat(part.part, least, most), *parts[varying[0] + 1 :])


def _length(language: Node) -> int | None:
    """The length that all texts of a language have."""
    low, high = lengths(language)
    return low if low == high else None


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A language as an automaton that counts characters: its states are rests of the language after so many.

    edges  each state, the start first, with the characters that lead on to others.
    """

    edges: Mapping[_State, Mapping[_State, Ranges]]
    low: int

    def grammar(self, written: Callable[[Ranges], Node], rules: Rules) -> Node:
        """A rule for each state; written says how one character out of a set is written, NOTHING if it cannot be."""
        edges = {
            state: {target: node for target, ranges in targets.items() if (node := written(ranges)) != NOTHING}
            for state, targets in self.edges.items()
        }
        ends = {state for state in edges if state[1] >= self.low and nullable(state[0])}
        useful = _leading_to(ends, edges)
        start = next(iter(edges))
        if start not in useful:
            return NOTHING
        refs = {state: rules.reserve("counted") for state in edges if state in useful}
        for state, ref in refs.items():
            onward = [sequence(node, refs[target]) for target, node in edges[state].items() if target in refs]
            rules.nodes[ref.name] = choice(*onward, EMPTY if state in ends else NOTHING)
        return refs[start]


def counted(language: Node, low: int, high: int | None) -> Counted | None:
    """The texts of low to high characters; None if that takes too many states."""
    edges: dict[_State, dict[_State, Ranges]] = {}
    pending: list[_State] = [(language, 0)]
    while pending:
        state = pending.pop()
        if state in edges:
            continue
        if len(edges) == _MOST_STATES:
            return None
        edges[state] = _edges(state, low, high)
        pending.extend(edges[state])
    return Counted(edges, low)


def _edges(state: _State, low: int, high: int | None) -> dict[_State, Ranges]:
    rest, count = state
    # Where nothing is too long, characters count as far as they have to.
    after = min(count + 1, low) if high is None else count + 1
    found: dict[_State, Ranges] = {}
    for ranges, further in _derivatives(rest):
        if high is None or after + lengths(further)[0] <= high:
            target = (further, after)
            found[target] = union(found.get(target, ()), ranges)
    return found


def _derivatives(language: Node) -> Iterator[tuple[Ranges, Node]]:
    """Each set of characters that a text may begin with, and what follows it (Antimirov's partial derivatives)."""
    if isinstance(language, Literal):
        if language.text:
            yield chars(language.text[0]).ranges, Literal(language.text[1:])
    elif isinstance(language, Chars):
        yield language.ranges, EMPTY
    elif isinstance(language, Choice):
        for option in language.options:
            yield from _derivatives(option)
    elif isinstance(language, Repeat):
        again = repeat(language.part, max(language.low - 1, 0), None if language.high is None else language.high - 1)
        for ranges, rest in _derivatives(language.part):
            yield ranges, sequence(rest, again)
    elif isinstance(language, Sequence):
        head, tail = language.parts[0], sequence(*language.parts[1:])
        for ranges, rest in _derivatives(head):
            yield ranges, sequence(rest, tail)
        if nullable(head):
            yield from _derivatives(tail)


def _leading_to(ends: set[_State], edges: Mapping[_State, Mapping[_State, Node]]) -> set[_State]:
    """The states from which an end can be reached; at any other a model could write nothing more."""
    arriving: dict[_State, list[_State]] = {}
    for state, targets in edges.items():
        for target in targets:
            arriving.setdefault(target, []).append(state)
    found, pending = set(ends), list(ends)
    while pending:
        new = [state for state in arriving.get(pending.pop(), ()) if state not in found]
        found.update(new)
        pending.extend(new)
    return found
