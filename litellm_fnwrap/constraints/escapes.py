"""How the characters of a string are written between its quote marks: JSON's and Python's escapes, or as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .automaton import ends_without, state_rules, units_without
from .grammar import (
    ALL,
    ANY,
    HEX,
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
    intersection,
    repeat,
    sequence,
    without,
)
from .lengths import Counted
from .rules import Rules

_SHORT = {'"': '"', "\\": "\\", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_PYTHON_SHORT = {"\\": "\\", "\n": "n", "\r": "r", "\t": "t"}
_CONTROLS = "".join(map(chr, range(0x20)))
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
Encoder = Callable[[Ranges], Node]
Escape = Callable[[str], str | None]


def _unicode_escape() -> Node:
    """A backslash, u and four digits that make a character: no half of a surrogate pair without its other half."""
    plain = choice(
        sequence(chars(("0", "9"), ("a", "c"), ("A", "C"), "efEF"), repeat(HEX, 3, 3)),
        sequence(chars("dD"), chars(("0", "7")), repeat(HEX, 2, 2)),
    )
    high = sequence(chars("dD"), chars("89abAB"), repeat(HEX, 2, 2))
    low = sequence(Literal("\\u"), chars("dD"), chars(("c", "f"), ("C", "F")), repeat(HEX, 2, 2))
    return sequence(Literal("u"), choice(plain, sequence(high, low)))


@lru_cache(maxsize=256)
def _json_characters(ranges: Ranges) -> Node:
    """One character of a JSON string, as the set says; any character may be escaped where all are allowed."""
    plain = without(ranges, '"\\' + _CONTROLS)
    if ranges == ALL:
        escaped = choice(chars('"\\/bfnrt'), _unicode_escape())
        return choice(Chars(plain), sequence(Literal("\\"), escaped))
    return choice(Chars(plain) if plain else NOTHING, *_escapes(ranges, _SHORT, "\\u00{:02x}"))


def _escapes(ranges: Ranges, short: dict[str, str], long: str) -> list[Node]:
    """Those of the set that must be escaped, each in the one way that is written."""
    members = [
        c for c in sorted({*_CONTROLS, *short}) if intersection(ranges, ((ord(c), ord(c)),)) and (c in short or c < " ")
    ]
    letters = "".join(short[c] for c in members if c in short)
    out: list[Node] = [sequence(Literal("\\"), chars(letters))] if letters else []
    out.extend(Literal(long.format(ord(c))) for c in members if c not in short)
    return out


def _python_characters(quote: str) -> Encoder:
    short = {**_PYTHON_SHORT, quote: quote}

    def encode(ranges: Ranges) -> Node:
        plain = without(ranges, quote + "\\" + _CONTROLS)
        if ranges == ALL:
            letters = chars("\\'\"nrt")
            code = sequence(chars("x"), repeat(HEX, 2, 2))
            return choice(Chars(plain), sequence(Literal("\\"), choice(letters, code, _python_unicode())))
        return choice(Chars(plain) if plain else NOTHING, *_escapes(ranges, short, "\\x{:02x}"))

    return encode


def _python_unicode() -> Node:
    plain = choice(
        sequence(chars(("0", "9"), ("a", "c"), ("A", "C"), "efEF"), repeat(HEX, 3, 3)),
        sequence(chars("dD"), chars(("0", "7")), repeat(HEX, 2, 2)),
    )
    beyond = choice(sequence(Literal("000"), chars(("1", "9"), ("a", "f"))), Literal("0010"))
    return choice(sequence(Literal("u"), plain), sequence(Literal("U"), beyond, repeat(HEX, 4, 4)))


def json_text_without(rules: Rules, name: str, marks: tuple[str, ...]) -> Node:
    """The content of a JSON string in which some marks do not appear; an escape within a mark breaks it."""
    plain = Chars(without(ALL, '"\\' + _CONTROLS))
    escape = sequence(Literal("\\"), choice(chars('"\\/bfnrt'), _unicode_escape()))
    if not rules.brief:
        return state_rules(rules, name, marks, allowed=plain, escape=escape)
    units, ends = units_without(marks, allowed=plain), ends_without(marks, allowed=plain)
    return sequence(repeat(choice(units, sequence(ends, escape))), ends)


def _json_avoiding(first: str) -> Encoder:
    def encode(ranges: Ranges) -> Node:
        if ranges == ALL:
            return choice(Chars(without(ALL, first + '"\\' + _CONTROLS)), *_json_escapes())
        return _json_characters(without(ranges, first))

    return encode


def _json_escapes() -> list[Node]:
    return [sequence(Literal("\\"), choice(chars('"\\/bfnrt'), _unicode_escape()))]


@dataclass(frozen=True, slots=True)
class Quote:
    """A mark before and after a string, and how the text between is written.

    characters  one character out of a set; escape  a whole text, None if it cannot be written.
    """

    mark: str
    characters: Encoder
    escape: Escape

    def text(self, text: str) -> Node:
        """One string with its marks."""
        escaped = self.escape(text)
        return NOTHING if escaped is None else Literal(f"{self.mark}{escaped}{self.mark}")


def encode(language: Node | Counted, encoder: Encoder, any_character: Node, rules: Rules) -> Node:
    """A language over characters as it is written; any_character stands for one of all characters."""
    if isinstance(language, Counted):
        return language.grammar(lambda ranges: encode(Chars(ranges), encoder, any_character, rules), rules)
    if isinstance(language, Chars):
        return any_character if language == ANY else encoder(language.ranges)
    if isinstance(language, Literal):
        return sequence(*(encoder(((ord(c), ord(c)),)) for c in language.text))
    if isinstance(language, Sequence):
        return sequence(*(encode(part, encoder, any_character, rules) for part in language.parts))
    if isinstance(language, Choice):
        return choice(*(encode(option, encoder, any_character, rules) for option in language.options))
    if isinstance(language, Repeat):
        return repeat(encode(language.part, encoder, any_character, rules), language.low, language.high)
    return language


def json_quote() -> Quote:
    """JSON's quotes."""
    return Quote('"', _json_characters, _json_text)


@lru_cache(maxsize=128)
def json_quote_avoiding(marks: tuple[str, ...]) -> Quote:
    """JSON's quotes around text in which some marks do not appear."""

    def escape(text: str) -> str:
        written = _json_text(text)
        for mark in marks:
            written = written.replace(mark, f"\\u{ord(mark[0]):04x}{mark[1:]}")
        return written

    return Quote('"', _json_avoiding("".join({mark[0] for mark in marks})), escape)


def python_quote(mark: str) -> Quote:
    """One of Python's quotes."""
    table = {ord(c): f"\\x{ord(c):02x}" for c in _CONTROLS}
    table.update({ord(c): "\\" + letter for c, letter in {**_PYTHON_SHORT, mark: mark}.items()})
    return Quote(mark, _python_characters(mark), lambda text: text.translate(table))


def raw_quote(mark: str) -> Quote:
    """A mark around text as it is, which does not contain the mark."""

    def characters(ranges: Ranges) -> Node:
        kept = without(ranges, mark[:1])
        return Chars(kept) if kept else NOTHING

    return Quote(mark, characters, lambda text: None if mark in text else text)


def _json_text(text: str) -> str:
    return _ENCODE(text)[1:-1]
