"""A check of GBNF text before it is sent: one server dies on a grammar it cannot parse, others drop it silently.

The text is read again from its characters, so a mistake of the printer is found too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import ConstraintError

_MOST_REPEATS = 2000
_ESCAPE = r'\\(?:["\\nrt\[\]]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})'
_CHARACTERS = rf'(?:"(?:[^"\\\n]|{_ESCAPE})+"|\[\^?(?:[^\]\\\n]|{_ESCAPE})+\]|\.)'
# Literals and classes in a row are one token, but for a last one that is repeated.
_TOKEN = re.compile(
    rf"""(?P<blank>[ \t]+)
      | (?P<end>\n+)
      | (?P<define>::=)
      | (?P<characters>(?:{_CHARACTERS}[ ]+)*{_CHARACTERS}(?![*+?{{]))
      | (?P<repeated>{_CHARACTERS})
      | (?P<empty>"")
      | (?P<name>[a-zA-Z0-9-]+)
      | (?P<count>\{{\d+(?:,\d*)?\}})
      | (?P<many>[*+?])
      | (?P<open>\()
      | (?P<close>\))
      | (?P<or>\|)""",
    re.VERBOSE,
)


@dataclass(slots=True)
class _Rule:
    """What checking needs to know of an alternative set: whether it can be empty, and what it can begin with."""

    empties: list[list[str]] = field(default_factory=list)
    references: set[str] = field(default_factory=set)


def check_gbnf(text: str) -> None:
    """Raise ConstraintError if a text is no GBNF that every server can load: unknown rules, left recursion, loops."""
    rules = _Checker(text).rules
    if "root" not in rules:
        raise ConstraintError("The grammar has no rule called root.")
    for name, rule in rules.items():
        for other in rule.references:
            if other not in rules:
                raise ConstraintError(f"The grammar's rule {name!r} refers to {other!r}, which is not defined.")
    nullable = _nullable(rules)
    leading = {name: _leading(rule, nullable) for name, rule in rules.items()}
    _refuse_left_recursion(leading)


class _Checker:
    """Reads GBNF into rules, each a list of alternatives; an item is a rule's name, or "" for what takes characters.

    Groups and repetitions become rules of their own, as servers do it.
    """

    def __init__(self, text: str) -> None:
        self.tokens = list(self._tokens(text))
        self.at = 0
        self.rules: dict[str, _Rule] = {}
        while self.at < len(self.tokens):
            if self.tokens[self.at][0] == "end":
                self.at += 1
                continue
            name = self._take("name")
            self._take("define")
            if name in self.rules:
                raise ConstraintError(f"The grammar defines the rule {name!r} twice.")
            self.rules[name] = _Rule()
            self._alternatives(name)
            if self.at < len(self.tokens):
                self._take("end")

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        out, at = [], 0
        for match in _TOKEN.finditer(text):
            if match.start() != at:
                break
            at = match.end()
            if match.lastgroup != "blank":
                out.append((match.lastgroup or "", match.group()))
        if at < len(text):
            raise ConstraintError(f"The grammar cannot be read from character {at} on: {text[at : at + 40]!r}.")
        return out

    def _peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def _take(self, kind: str) -> str:
        if self._peek() != kind:
            found = self.tokens[self.at][1] if self.at < len(self.tokens) else "the end"
            raise ConstraintError(f"The grammar has {found!r} where a {kind} is needed.")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _alternatives(self, name: str) -> None:
        self._sequence(name)
        while self._peek() == "or":
            self.at += 1
            self._sequence(name)

    def _sequence(self, name: str) -> None:
        items: list[str] = []
        while True:
            kind = self._peek()
            if kind == "name":
                items.append(self._take(kind))
                self.rules[name].references.add(items[-1])
            elif kind in ("characters", "repeated"):
                self.at += 1
                items.append("")
            elif kind == "empty":
                self.at += 1
            elif kind == "open":
                self.at += 1
                items.append(self._group(name))
                self._take("close")
            elif kind in ("many", "count"):
                items[-1:] = [self._repeated(name, items)]
            else:
                break
        self.rules[name].empties.append(items)

    def _group(self, name: str) -> str:
        inner = f"{name}({len(self.rules)})"
        self.rules[inner] = _Rule()
        self.rules[name].references.add(inner)
        self._alternatives(inner)
        return inner

    def _repeated(self, name: str, items: list[str]) -> str:
        kind, text = self.tokens[self.at]
        self.at += 1
        if not items:
            raise ConstraintError(f"The grammar repeats nothing with {text!r}.")
        low, high = self._bounds(kind, text)
        if max(low, high or 0) > _MOST_REPEATS:
            raise ConstraintError(f"The grammar repeats with {text}; at most {_MOST_REPEATS} times is possible.")
        inner = f"{name}({len(self.rules)})"
        rule = _Rule()
        if low == 0:
            rule.empties.append([])
        rule.empties.append([items[-1], *([inner] if high is None else [])])
        rule.references.update(item for item in (items[-1],) if item)
        self.rules[inner] = rule
        self.rules[name].references.add(inner)
        return inner

    def _bounds(self, kind: str, text: str) -> tuple[int, int | None]:
        if kind == "many":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[text]
        low, comma, high = text[1:-1].partition(",")
        return int(low), int(high) if high else (None if comma else int(low))


def _nullable(rules: dict[str, _Rule]) -> set[str]:
    """The rules that admit the empty text."""
    found = {name for name, rule in rules.items() if [] in rule.empties}
    # What takes a character is never empty, so only alternatives of references alone can become so.
    open_ = {
        name: [items for items in rule.empties if "" not in items]
        for name, rule in rules.items()
        if name not in found and any("" not in items for items in rule.empties)
    }
    changed = True
    while changed:
        more = {name for name, empties in open_.items() if any(found.issuperset(items) for items in empties)} - found
        changed = bool(more)
        found |= more
    return found


def _leading(rule: _Rule, nullable: set[str]) -> set[str]:
    """The rules that can stand first in a rule."""
    out: set[str] = set()
    for items in rule.empties:
        for item in items:
            if item:
                out.add(item)
            if item not in nullable:
                break
    return out


def _refuse_left_recursion(leading: dict[str, set[str]]) -> None:
    done: set[str] = set()
    for start in leading:
        path: list[tuple[str, list[str]]] = [(start, sorted(leading[start]))] if start not in done else []
        on_path = {start}
        while path:
            name, rest = path[-1]
            if not rest:
                path.pop()
                on_path.discard(name)
                done.add(name)
                continue
            following = rest.pop()
            if following in on_path:
                raise ConstraintError(
                    f"The grammar's rule {following!r} begins with itself. A schema that refers to itself needs an "
                    "object, a list or another value around the reference."
                )
            if following not in done:
                path.append((following, sorted(leading.get(following, ()))))
                on_path.add(following)
