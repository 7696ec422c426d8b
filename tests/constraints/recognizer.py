"""A reader of GBNF that decides whether a grammar admits a text, by the stacks of positions that llama.cpp keeps.

It shares no code with the package: it reads the grammar's text, so it judges the printer too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(
    r'(?P<ws>[ \t]+)|(?P<nl>\n)|(?P<def>::=)|(?P<lit>"(?:[^"\\]|\\.)*")|(?P<cls>\[(?:[^\]\\]|\\.)*\])'
    r"|(?P<any>\.)|(?P<name>[a-zA-Z0-9-]+)|(?P<rep>\{\d+(?:,\d*)?\}|[*+?])|(?P<par>[()|])"
)
_ESCAPE = re.compile(r"\\(?:x(..)|u(....)|U(........)|(.))|(.)", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
Item = Any
Stack = Any


def _characters(text: str) -> list[tuple[str, bool]]:
    out = []
    for match in _ESCAPE.finditer(text):
        code = match[1] or match[2] or match[3]
        if code:
            out.append((chr(int(code, 16)), True))
        else:
            out.append((_LETTERS.get(match[4], match[4]) if match[4] else match[5], bool(match[4])))
    return out


class Recognizer:
    """The rules of a grammar; an item is a set of ranges, or the name of a rule."""

    def __init__(self, text: str) -> None:
        self.tokens = [(m.lastgroup, m.group()) for m in _TOKEN.finditer(text) if m.lastgroup != "ws"]
        assert sum(len(m.group()) for m in _TOKEN.finditer(text)) == len(text), "the grammar cannot be read"
        self.rules: dict[str, list[tuple[Item, ...]]] = {}
        self.at = 0
        self.made = 0
        while self.at < len(self.tokens):
            name = self._next()
            assert self._next() == "::="
            self.rules[name] = self._alternatives()
            if self.at < len(self.tokens):
                assert self._next() == "\n"

    def _next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _peek(self) -> tuple[str | None, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else (None, "")

    def _new(self, alternatives: list[tuple[Item, ...]]) -> str:
        self.made += 1
        self.rules[f"({self.made})"] = alternatives
        return f"({self.made})"

    def _alternatives(self) -> list[tuple[Item, ...]]:
        out = [self._sequence()]
        while self._peek()[1] == "|" and self._peek()[0] == "par":
            self._next()
            out.append(self._sequence())
        return out

    def _sequence(self) -> tuple[Item, ...]:
        groups: list[tuple[Item, ...]] = []
        while True:
            kind, text = self._peek()
            if kind == "lit":
                groups.append(tuple(((ord(c), ord(c)),) for c, _ in _characters(text[1:-1])))
            elif kind == "cls":
                groups.append((self._class(text[1:-1]),))
            elif kind == "name":
                groups.append((text,))
            elif kind == "rep":
                groups[-1] = self._repeated(groups[-1], text)
            elif text == "(":
                self._next()
                groups.append((self._new(self._alternatives()),))
                assert self._peek()[1] == ")"
            else:
                return tuple(item for group in groups for item in group)
            self._next()

    def _repeated(self, group: tuple[Item, ...], text: str) -> tuple[Item, ...]:
        low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(text, (None, None))
        if low is None:
            first, comma, last = text[1:-1].partition(",")
            low, high = int(first), int(last) if last else (None if comma else int(first))
        if high is None:
            name = self._new([])
            self.rules[name] = [(*group, name), ()]
            return group * low + (name,)
        tail: tuple[Item, ...] = ()
        for _ in range(high - low):
            tail = (self._new([(*group, *tail), ()]),)
        return group * low + tail

    @staticmethod
    def _class(text: str) -> tuple[tuple[int, int], ...]:
        assert not text.startswith("^"), "classes are printed by what they hold"
        members, out, at = _characters(text), [], 0
        while at < len(members):
            low = high = ord(members[at][0])
            if at + 2 < len(members) and members[at + 1] == ("-", False):
                high, at = ord(members[at + 2][0]), at + 2
            out.append((low, high))
            at += 1
        return tuple(out)

    def accepts(self, text: str) -> bool:
        """Whether the whole text is admitted."""
        stacks = self._expanded([("root", None)])
        for c in text:
            code = ord(c)
            moved = [rest for item, rest in stacks if any(low <= code <= high for low, high in item)]
            stacks = self._expanded(moved)
            if not stacks and not self._done:
                return False
        return self._done

    def _expanded(self, pending: list[Stack]) -> set[Stack]:
        """Stacks whose top is a set of characters; _done says whether one of them is empty."""
        self._done = False
        seen: set[Stack] = set()
        out: set[Stack] = set()
        work = list(pending)
        while work:
            stack = work.pop()
            if stack is None:
                self._done = True
                continue
            if stack in seen:
                continue
            seen.add(stack)
            item, rest = stack
            if not isinstance(item, str):
                out.add(stack)
                continue
            for alternative in self.rules[item]:
                below = rest
                for part in reversed(alternative):
                    below = (part, below)
                work.append(below)
        return out


@lru_cache(maxsize=64)
def recognizer(text: str) -> Recognizer:
    """The reader of a grammar's text."""
    return Recognizer(text)
