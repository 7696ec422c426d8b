"""How values are written: JSON, Python literals, and literals whose strings stand between quote marks.

A string's content is first a language over its own characters (any text, so many letters, a pattern); a notation
writes that language with its quotes and escapes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .automaton import ends_without, text_without, units_without
from .grammar import (
    ALL,
    ANY,
    EMPTY,
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
    nonempty,
    nullable,
    optional,
    repeat,
    sequence,
    without,
)
from .rules import Rules

_SHORT = {'"': '"', "\\": "\\", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_PYTHON_SHORT = {"\\": "\\", "\n": "n", "\r": "r", "\t": "t"}
_CONTROLS = "".join(map(chr, range(0x20)))
Encoder = Callable[[Ranges], Node]


def _unicode_escape() -> Node:
    """A backslash, u and four digits that make a character: no half of a surrogate pair without its other half."""
    plain = choice(
        sequence(chars(("0", "9"), ("a", "c"), ("A", "C"), "efEF"), repeat(HEX, 3, 3)),
        sequence(chars("dD"), chars(("0", "7")), repeat(HEX, 2, 2)),
    )
    high = sequence(chars("dD"), chars("89abAB"), repeat(HEX, 2, 2))
    low = sequence(Literal("\\u"), chars("dD"), chars(("c", "f"), ("C", "F")), repeat(HEX, 2, 2))
    return sequence(Literal("u"), choice(plain, sequence(high, low)))


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


def _json_text_without(mark: str) -> Node:
    """The content of a JSON string in which a mark does not appear; an escape within the mark breaks it."""
    plain = Chars(without(ALL, '"\\' + _CONTROLS))
    escape = sequence(Literal("\\"), choice(chars('"\\/bfnrt'), _unicode_escape()))
    units, ends = units_without((mark,), allowed=plain), ends_without((mark,), allowed=plain)
    return sequence(repeat(choice(units, sequence(ends, escape))), ends)


def _json_avoiding(mark: str) -> Encoder:
    def encode(ranges: Ranges) -> Node:
        if ranges == ALL:
            return choice(Chars(without(ALL, mark[:1] + '"\\' + _CONTROLS)), *_json_escapes())
        return _json_characters(without(ranges, mark[:1])) if len(mark) > 1 else _json_characters(ranges)

    return encode


def _json_escapes() -> list[Node]:
    return [sequence(Literal("\\"), choice(chars('"\\/bfnrt'), _unicode_escape()))]


def encode(language: Node, encoder: Encoder, any_character: Node) -> Node:
    """A language over characters as it is written; any_character stands for one of all characters."""
    if isinstance(language, Chars):
        return any_character if language == ANY else encoder(language.ranges)
    if isinstance(language, Literal):
        return sequence(*(encoder(((ord(c), ord(c)),)) for c in language.text))
    if isinstance(language, Sequence):
        return sequence(*(encode(part, encoder, any_character) for part in language.parts))
    if isinstance(language, Choice):
        return choice(*(encode(option, encoder, any_character) for option in language.options))
    if isinstance(language, Repeat):
        return repeat(encode(language.part, encoder, any_character), language.low, language.high)
    return language


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to write values.

    prefix     of rule names, so that one grammar can hold several notations.
    quotes     the marks a string can stand between, the usual one first, and how characters are written within.
    end_marks  True if characters are never escaped: a string is any text without its quote mark.
    bare_keys  True if the keys of an object are written without quotes.
    space      what separates lines, where values are written over several.
    avoided    a mark that must not appear within strings, since a reader would take it for their end.
    """

    prefix: str
    true: str
    false: str
    null: str
    pair: str
    comma: str
    quotes: tuple[tuple[str, Encoder], ...]
    end_marks: bool = False
    bare_keys: bool = False
    space: Node = EMPTY
    avoided: str = ""

    @property
    def comma_node(self) -> Node:
        """What stands between two members or items."""
        return sequence(Literal(self.comma.rstrip() if self.space != EMPTY else self.comma), self.space)

    def enclosed(self, opening: str, content: Node, closing: str) -> Node:
        """Members or items between brackets, on lines of their own where the notation has lines."""
        if self.space == EMPTY or content == EMPTY:
            return sequence(Literal(opening), content, Literal(closing))
        lines = sequence(self.space, nonempty(content), self.space)
        return sequence(Literal(opening), optional(lines) if nullable(content) else lines, Literal(closing))

    def string(self, language: Node, rules: Rules) -> Node:
        """Strings of a language between quotes."""
        if language == NOTHING:
            return NOTHING
        if language == repeat(ANY):
            return rules.shared(f"{self.prefix}string", lambda: self._any_string(rules))
        options = []
        for number, (quote, encoder) in enumerate(self.quotes):
            content = encode(language, encoder, self._any_character(number, rules))
            options.append(sequence(Literal(quote), content, Literal(quote)))
        return choice(*options)

    def _any_string(self, rules: Rules) -> Node:
        options = []
        for number, (quote, _) in enumerate(self.quotes):
            content = repeat(self._any_character(number, rules))
            if self.end_marks:
                content = text_without((quote,), before=quote)
            elif self.avoided:
                content = _json_text_without(self.avoided)
            options.append(sequence(Literal(quote), content, Literal(quote)))
        return choice(*options)

    def _any_character(self, number: int, rules: Rules) -> Node:
        encoder = self.quotes[number][1]
        return rules.shared(f"{self.prefix}char{number or ''}", lambda: encoder(ALL))

    def literal(self, value: Any, rules: Rules) -> Node:
        """One value, written out."""
        if isinstance(value, str):
            return self.string(Literal(value), rules)
        if value is None or isinstance(value, bool):
            return Literal(self.null if value is None else self.true if value else self.false)
        if isinstance(value, list):
            return self.enclosed("[", sequence(*self._joined([self.literal(item, rules) for item in value])), "]")
        if isinstance(value, dict):
            pair = Literal(self.pair)
            pairs = [sequence(self.key(key, rules), pair, self.literal(item, rules)) for key, item in value.items()]
            return self.enclosed("{", sequence(*self._joined(pairs)), "}")
        return Literal(json.dumps(value))

    def _joined(self, nodes: list[Node]) -> list[Node]:
        return [node if n == 0 else sequence(self.comma_node, node) for n, node in enumerate(nodes)]

    def key(self, key: str, rules: Rules) -> Node:
        """A key as it is written."""
        return Literal(key) if self.bare_keys else self.string(Literal(key), rules)


def _raw(mark: str) -> Encoder:
    return lambda ranges: Chars(without(ranges, mark[:1])) if without(ranges, mark[:1]) else NOTHING


SPACED = Notation("", "true", "false", "null", ": ", ", ", (('"', _json_characters),))
COMPACT = Notation("", "true", "false", "null", ":", ",", (('"', _json_characters),))
PYTHON = Notation(
    "python-", "True", "False", "None", ": ", ", ", (("'", _python_characters("'")), ('"', _python_characters('"')))
)
KEYWORDS = replace(PYTHON, pair="=", bare_keys=True)


def json_notation(compact: bool, indent: int) -> Notation:
    """JSON on one line, with blanks or without, or over several lines."""
    if indent:
        return replace(SPACED, prefix="lines-", space=sequence(Literal("\n"), repeat(chars(" "), 0, 12 * indent)))
    return COMPACT if compact else SPACED


def json_between(json: Notation, mark: str) -> Notation:
    """JSON in whose strings a mark does not appear, since a reader would take it for the value's end."""
    return replace(json, prefix="inner-", quotes=(('"', _json_avoiding(mark)),), avoided=mark) if mark else json


def quoted_literals(quote: str) -> Notation:
    """Literals with bare keys and strings between a mark: {k:<|"|>text<|"|>,n:3}."""
    return Notation("literal-", "true", "false", "null", ":", ",", ((quote, _raw(quote)),), True, True)
