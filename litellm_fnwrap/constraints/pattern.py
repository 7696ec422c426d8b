"""Regular expressions of JSON Schema (ECMA 262) as grammars over the characters of a string.

What is understood: literals, classes, escapes, groups, alternatives, quantifiers, and anchors where an alternative of
the whole expression begins or ends. A schema's pattern is found anywhere in a string, so what is not anchored may be
surrounded by any text. Where dialects of regular expressions differ, the smaller reading is taken: digits, letters and
what is neither are those of ASCII, and what a class leaves out is meant in the widest sense. So every reader finds the
pattern in what is written.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .grammar import (
    ANY,
    DIGIT,
    EMPTY,
    Chars,
    Literal,
    Node,
    any_but,
    chars,
    choice,
    complement,
    intersection,
    repeat,
    sequence,
    union,
    without,
)

_ASCII = ((0x20, 0x7E),)
_WORD = chars(("a", "z"), ("A", "Z"), ("0", "9"), "_")
_SPACE = chars(" \t\n\r\f\v")
_UNICODE_SPACES = " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_CLASSES = {
    "d": DIGIT,
    "w": _WORD,
    "s": _SPACE,
    "D": Chars(without(_ASCII, "0123456789")),
    "W": Chars(without(_ASCII, "".join(chr(c) for low, high in _WORD.ranges for c in range(low, high + 1)))),
    "S": any_but(_UNICODE_SPACES),
}
_HEX = re.compile(r"[0-9a-fA-F]+")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}
_LINE_ENDS = "\n\r\u2028\u2029"


class _NotUnderstood(Exception):
    """The expression has a part that no grammar expresses, or that is left out on purpose."""


@lru_cache(maxsize=512)
def pattern_language(pattern: str) -> Node | None:
    """The strings in which a pattern is found; None if it is not understood (\\b, lookaround, back references)."""
    try:
        return _Reader(pattern).read()
    except _NotUnderstood:
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def read(self) -> Node:
        options = [self._anchored()]
        while self._take("|"):
            options.append(self._anchored())
        if self.at < len(self.text):
            raise _NotUnderstood
        return choice(*options)

    def _anchored(self) -> Node:
        starts = self._take("^")
        node = self._sequence()
        ends = self._take("$")
        anything = repeat(ANY)
        return sequence(EMPTY if starts else anything, node, EMPTY if ends else anything)

    def _alternatives(self) -> Node:
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        return choice(*options)

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)$":
            parts.append(self._quantified(self._atom()))
        return sequence(*parts)

    def _atom(self) -> Node:
        c = self._next()
        if c == "(":
            return self._group()
        if c == "[":
            return self._set()
        if c == ".":
            return any_but(_LINE_ENDS)
        if c == "\\":
            return self._escape()
        if c in "*+?^{":
            raise _NotUnderstood
        return Literal(c)

    def _group(self) -> Node:
        if self._take("?"):
            if self._take("<"):
                if self._peek() in ("=", "!"):
                    raise _NotUnderstood
                end = self.text.find(">", self.at)
                self.at = end + 1 if end >= 0 else len(self.text)
            elif not self._take(":"):
                raise _NotUnderstood
        node = self._alternatives()
        if not self._take(")"):
            raise _NotUnderstood
        return node

    def _escape(self) -> Node:
        c = self._next()
        if c in _CLASSES:
            return _CLASSES[c]
        return Literal(self._escaped_character(c))

    def _escaped_character(self, c: str) -> str:
        if c in _CONTROL:
            if c == "0" and self._peek().isdigit():
                raise _NotUnderstood
            return _CONTROL[c]
        if c in "xu":
            return self._code(c)
        if c == "c" and self._peek().isascii() and self._peek().isalpha():
            return chr(ord(self._next()) % 32)
        if c.isalnum():
            raise _NotUnderstood
        return c

    def _code(self, c: str) -> str:
        if c == "u" and self._take("{"):
            end = self.text.find("}", self.at)
            digits, after = self.text[self.at : max(end, self.at)], end + 1
        else:
            length = 2 if c == "x" else 4
            after = self.at + length
            digits = self.text[self.at : after].ljust(length)
        self.at = after
        if not _HEX.fullmatch(digits):
            raise _NotUnderstood
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise _NotUnderstood
        return chr(code)

    def _set(self) -> Node:
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            low = self._member(negated)
            if isinstance(low, Chars):
                ranges.extend(low.ranges)
                continue
            if self._peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self._member(negated)
                if isinstance(high, Chars) or ord(high) < ord(low):
                    raise _NotUnderstood
                ranges.append((ord(low), ord(high)))
            else:
                ranges.append((ord(low), ord(low)))
        held = union(ranges)
        found = intersection(ANY.ranges, complement(held) if negated else held)
        if not found or not held:
            raise _NotUnderstood
        return Chars(found)

    def _member(self, negated: bool) -> str | Chars:
        c = self._next()
        if c != "\\":
            return c
        c = self._next()
        if c in _CLASSES:
            return _widest(c) if negated else _CLASSES[c]
        return "\b" if c == "b" else self._escaped_character(c)

    def _quantified(self, node: Node) -> Node:
        c = self._peek()
        if c not in ("*", "+", "?", "{"):
            return node
        self.at += 1
        low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(c) or self._bounds()
        self._take("?")
        if self._peek() in ("*", "+", "{"):
            raise _NotUnderstood
        return repeat(node, low, high)

    def _bounds(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at : max(end, self.at)].partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()) or not (low + high).isascii():
            raise _NotUnderstood
        self.at = end + 1
        if high and int(high) < int(low):
            raise _NotUnderstood
        return int(low), int(high) if high else (None if comma else int(low))

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise _NotUnderstood
        self.at += 1
        return self.text[self.at - 1]

    def _take(self, text: str) -> bool:
        if self._peek() != text:
            return False
        self.at += 1
        return True


@lru_cache(maxsize=8)
def _widest(letter: str) -> Chars:
    """All that a class holds for any reader: what is not in the opposite class for any of them."""
    if letter == "d":  # letters of other alphabets are no digits for anybody
        return Chars(union((ord(c), ord(c)) for c in re.findall(r"\d", "".join(map(chr, range(0x110000))))))
    if letter == "s":
        return chars(_UNICODE_SPACES)
    opposite = _CLASSES[letter.swapcase()]
    return Chars(complement(opposite.ranges))
