"""How values are written: JSON, Python literals, and literals whose strings stand between quote marks.

A string's content is first a language over its own characters (any text, so many letters, a pattern); a notation
writes that language with its quotes and escapes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from ..formats.readers.keys import bare_key
from .automaton import free_text
from .escapes import Quote, encode, json_quote, json_quote_avoiding, json_text_without, python_quote, raw_quote
from .grammar import (
    ALL,
    ANY_TEXT,
    EMPTY,
    NOTHING,
    Literal,
    Node,
    chars,
    choice,
    nonempty,
    nullable,
    optional,
    repeat,
    sequence,
)
from .lengths import Counted
from .rules import Rules

_MOST_LEVELS = 20


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to write values.

    prefix     of rule names, so that one grammar can hold several notations.
    quotes     the marks a string can stand between, the usual one first, and how characters are written within.
    end_marks  True if characters are never escaped: a string is any text without its quote mark.
    bare_keys  True if the keys of an object are written without quotes.
    space      what separates lines, where values are written over several.
    avoided    marks that must not appear within strings, since a reader would take them for their end.
    """

    prefix: str
    true: str
    false: str
    null: str
    pair: str
    comma: str
    quotes: tuple[Quote, ...]
    end_marks: bool = False
    bare_keys: bool = False
    space: Node = EMPTY
    avoided: tuple[str, ...] = ()

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

    def string(self, language: Node | Counted, rules: Rules) -> Node:
        """Strings of a language between quotes."""
        if isinstance(language, Literal):
            return choice(*[quote.text(language.text) for quote in self.quotes])
        if language == NOTHING:
            return NOTHING
        if language == ANY_TEXT:
            return rules.shared(f"{self.prefix}string", lambda: self._any_string(rules))
        options = []
        for number, quote in enumerate(self.quotes):
            content = encode(language, quote.characters, self._any_character(number, rules), rules)
            options.append(sequence(Literal(quote.mark), content, Literal(quote.mark)))
        return choice(*options)

    def _any_string(self, rules: Rules) -> Node:
        options = []
        for number, quote in enumerate(self.quotes):
            if self.end_marks:
                content = free_text(rules, f"{self.prefix}text", (quote.mark,), before=quote.mark)
            elif self.avoided:
                content = json_text_without(rules, f"{self.prefix}text", self.avoided)
            else:
                content = repeat(self._any_character(number, rules))
            options.append(sequence(Literal(quote.mark), content, Literal(quote.mark)))
        return choice(*options)

    def _any_character(self, number: int, rules: Rules) -> Node:
        characters = self.quotes[number].characters
        return rules.shared(f"{self.prefix}char{number or ''}", lambda: characters(ALL))

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
        return Literal(bare_key(key)) if self.bare_keys else self.string(Literal(key), rules)


SPACED = Notation("", "true", "false", "null", ": ", ", ", (json_quote(),))
COMPACT = Notation("", "true", "false", "null", ":", ",", (json_quote(),))
PYTHON = Notation("python-", "True", "False", "None", ": ", ", ", (python_quote("'"), python_quote('"')))


def keywords(notation: Notation) -> Notation:
    """Values as a call's keyword arguments: city='Lyon', days=3."""
    return replace(notation, pair="=", bare_keys=True)


def json_notation(compact: bool, indent: int) -> Notation:
    """JSON on one line, with blanks or without, or over several lines."""
    if indent:
        return replace(
            SPACED, prefix="lines-", space=sequence(Literal("\n"), repeat(chars(" "), 0, _MOST_LEVELS * indent))
        )
    return COMPACT if compact else SPACED


def json_between(json: Notation, marks: tuple[str, ...]) -> Notation:
    """JSON in whose strings some marks do not appear, since a reader would take them for the value's end."""
    return replace(json, prefix="inner-", quotes=(json_quote_avoiding(marks),), avoided=marks) if marks else json


def quoted_literals(quote: str) -> Notation:
    """Literals with bare keys and strings between a mark: {k:<|"|>text<|"|>,n:3}."""
    return Notation("literal-", "true", "false", "null", ":", ",", (raw_quote(quote),), True, True)
