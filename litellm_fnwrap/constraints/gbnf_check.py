"""A check of GBNF text before it is sent: one server dies on a grammar it cannot parse, others drop it silently.

The text is read again from its characters, so a mistake of the printer is found too. What takes a character becomes a
dot, a group becomes a rule of its own; what is left is the grammar's skeleton, in which few shapes recur:

    call ::= "<f>" name ("," [a-z]+)* | "x" call        call ::= . name .* | . call
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..errors import ConstraintError

_MOST_REPEATS = 2000
_ESCAPE = r'\\(?:["\\nrt\[\]]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})'
_CHARACTERS = re.compile(
    rf'"[^"\\\n]*(?:{_ESCAPE}[^"\\\n]*)*"|\[\^?(?:[^\]\\\n]|{_ESCAPE})[^\]\\\n]*(?:{_ESCAPE}[^\]\\\n]*)*\]'
)
_GROUP = re.compile(r"\(([^()]*)\)")
_COUNT = re.compile(r"\{(\d+)(,?)(\d*)\}")
_ITEM = r"(?:[a-zA-Z0-9-]+|#\d+|[.ε])[*+?]?"
_NAME_AND_SIGN = re.compile(r"([^ *+?]+)([*+?]?)")
_SEQUENCE = rf"{_ITEM}(?: +{_ITEM})*"
_ALTERNATIVES = re.compile(rf" *{_SEQUENCE}(?: *\| *{_SEQUENCE})* *")
_RULE = re.compile(r"([a-zA-Z0-9-]+) +::= +(.*)")
_CERTAIN = ((".", ""), (".", "+"))
_Alternatives = list[list[tuple[str, str]]]
"""Items of each alternative: what is referred to ("." for a character), and how it is repeated."""


def check_gbnf(text: str, *, start: str = "root", known: Mapping[str, bool] | None = None) -> dict[str, bool]:
    """Of each rule whether it admits the empty text.

    Raises ConstraintError if a text is no GBNF that every server can load: unknown rules, left recursion, loops.

    known  such a result for rules of another text that this one may refer to, and which do not refer back to it.
    """
    known = known or {}
    rules = _Skeleton(text).rules
    if start not in rules:
        raise ConstraintError(f"The grammar has no rule called {start}.")
    _refuse_unknown(rules, known)
    uncertain = {
        name: rest
        for name, alternatives in rules.items()
        if (rest := [items for items in alternatives if items[0] not in _CERTAIN])
    }
    nullable = _nullable(uncertain, known)
    _refuse_endless_nothing(rules, nullable)
    _refuse_left_recursion({name: _leading(rest, nullable) - known.keys() for name, rest in uncertain.items()})
    return {name: name in nullable for name in rules if name[0] != "#"}


class _Skeleton:
    """The rules of a grammar, groups among them under names such as #3."""

    def __init__(self, text: str) -> None:
        self.rules: dict[str, _Alternatives] = {}
        self._symbols: dict[str, str] = {}
        self._rule = ""
        written = _CHARACTERS.sub(".", text.replace(' ""', " ε"))
        for line in _COUNT.sub(self._quantifier, written).splitlines():
            if line:
                self._read(line)

    def _read(self, line: str) -> None:
        match = _RULE.fullmatch(line)
        if match is None:
            raise ConstraintError(f"The grammar's line {line!r} cannot be read: a name, ::= and a rule are needed.")
        self._rule, body = match.groups()
        if self._rule in self.rules:
            raise ConstraintError(f"The grammar defines the rule {self._rule!r} twice.")
        while "(" in body:
            shorter = _GROUP.sub(self._symbol, body)
            if shorter == body:
                raise ConstraintError(f"The grammar's rule {self._rule!r} has a group that is never closed.")
            body = shorter
        self.rules[self._rule] = self._alternatives(body)

    def _symbol(self, group: re.Match[str]) -> str:
        """What stands for a group: a character where each of its alternatives begins with one, else its rule."""
        body = group[1]
        if body not in self._symbols:
            name, alternatives = f"#{len(self._symbols)}", self._alternatives(body)
            self.rules[name] = alternatives
            self._symbols[body] = "." if all(items[0] in _CERTAIN for items in alternatives) else name
        return self._symbols[body]

    def _alternatives(self, body: str) -> _Alternatives:
        if _ALTERNATIVES.fullmatch(body) is None:
            raise ConstraintError(f"The grammar's rule {self._rule!r} cannot be read where it says {body[:80]!r}.")
        return [_NAME_AND_SIGN.findall(sequence) for sequence in body.split("|")]

    @staticmethod
    def _quantifier(count: re.Match[str]) -> str:
        """The sign that means the same as a count, as far as emptiness and endlessness go."""
        low, high = int(count[1]), int(count[3] or count[1])
        if max(low, high) > _MOST_REPEATS:
            raise ConstraintError(f"The grammar repeats with {count[0]}; at most {_MOST_REPEATS} times is possible.")
        if count[2] and not count[3]:
            return "+" if low else "*"
        return "" if low else "?"


def _refuse_unknown(rules: dict[str, _Alternatives], known: Mapping[str, bool]) -> None:
    twice = next(iter(rules.keys() & known.keys()), None)
    if twice is not None:
        raise ConstraintError(f"The grammar defines the rule {twice!r} twice.")
    defined = {*rules, *known, ".", "ε"}
    for name, alternatives in rules.items():
        for items in alternatives:
            for other, _ in items:
                if other not in defined:
                    raise ConstraintError(f"The grammar's rule {name!r} refers to {other!r}, which is not defined.")


def _may_be_empty(item: tuple[str, str], nullable: set[str]) -> bool:
    return item[0] in nullable or item[1] in ("?", "*")


def _nullable(uncertain: dict[str, _Alternatives], known: Mapping[str, bool]) -> set[str]:
    """The names of what admits the empty text: what begins with a character that must come never does."""
    found = {"ε", *(name for name, empty in known.items() if empty)}
    while more := {
        name
        for name, alternatives in uncertain.items()
        if name not in found and any(all(_may_be_empty(item, found) for item in items) for items in alternatives)
    }:
        found |= more
    return found


def _refuse_endless_nothing(rules: dict[str, _Alternatives], nullable: set[str]) -> None:
    for name, alternatives in rules.items():
        for items in alternatives:
            for item, sign in items:
                if sign in ("*", "+") and item in nullable:
                    raise ConstraintError(f"The grammar's rule {name!r} repeats without end what may be empty.")


def _leading(alternatives: _Alternatives, nullable: set[str]) -> set[str]:
    """The rules that can stand first in a rule."""
    out: set[str] = set()
    for items in alternatives:
        for item in items:
            if item[0] not in ".ε":
                out.add(item[0])
            if not _may_be_empty(item, nullable):
                break
    return out


def _refuse_left_recursion(leading: dict[str, set[str]]) -> None:
    done: set[str] = set()
    for start in leading:
        path: list[tuple[str, Iterator[str]]] = [(start, iter(leading[start]))] if start not in done else []
        on_path = {start}
        while path:
            name, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                on_path.discard(name)
                done.add(name)
            elif following in on_path:
                raise ConstraintError(
                    f"The grammar's rule {following!r} begins with itself. A schema that refers to itself needs an "
                    "object, a list or another value around the reference."
                )
            elif following not in done:
                path.append((following, iter(leading.get(following, ()))))
                on_path.add(following)
