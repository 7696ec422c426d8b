"""Arguments between marks: one element after the other, strings as the text they are, other values as JSON."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from ..errors import ConstraintError
from ..formats.readers.nested import is_element
from ..formats.readers.tags import is_key
from ..formats.spec import Format, Hole, Literally, segments
from .automaton import counted_text, free_text, units_without
from .escapes import encode
from .grammar import (
    ANY,
    EMPTY,
    NOTHING,
    Chars,
    Choice,
    Literal,
    Node,
    Repeat,
    Sequence,
    any_but,
    choice,
    repeat,
    sequence,
    without,
)
from .lengths import Counted
from .members import Members
from .merge import Flat
from .notation import json_between
from .strings import string_language
from .values import Values, schema_key

_SHORT = 200
_BRIEF = 3
_MARK = re.compile(r"[<\[\]].{2,}")
_CDATA_END = "]]>"


class TaggedMembers(Members):
    """The arguments of a call as elements of a template with the holes key, value, type and is_string."""

    is_key = staticmethod(is_key)

    def __init__(self, values: Values, flat: Flat, path: str, format: Format) -> None:
        super().__init__(values, flat, path, values.notation)
        self.bare_keys = True
        self.format = format
        self.template = format.parameters[0]
        self.bare_texts = format.value_type != "json"
        self.end_mark = end_mark(self.template)
        marks = (self.end_mark,) if values.rules.brief else (self.end_mark, *outer_marks(format))
        self.marks = marks if self.end_mark else ()
        # Beginnings are enough where JSON can write the mark's first character as an escape.
        inner = tuple(dict.fromkeys(mark[:_BRIEF] if values.rules.brief else mark for mark in self.marks))
        # Where values are also read from lines of their own, a line end beside a short text would be lost.
        self.loses_lines = len({"\n{value}" in template for template in format.parameters}) > 1
        self.inner = Values(values.rules, json_between(values.notation, inner), None)
        self.inner.flattener = values.flattener

    @property
    def separator(self) -> Node:
        """What stands between two elements."""
        return Literal(self.format.parameter_separator)

    def key(self, key: str) -> Node:
        """A key as it is written; NOTHING where it cannot be. Raises ConstraintError if it is required then."""
        if self.is_key(key):
            return Literal(key)
        if key not in self.flat.get("required", ()):
            return NOTHING
        raise ConstraintError(
            f"{self.path}: the required key {key!r} cannot be written in the format {self.format.name!r}, whose keys "
            "stand in tags. Rename it, or choose a format that writes JSON."
        )

    def member(self, key: Node, schema: Any, path: str) -> Node:
        """An element with the values its schema admits."""
        head, tail = _around_key(self.template)
        if Hole("key") in tail:
            return sequence(head, key, self.tails(schema, path, key))
        known = (type(self), self.template, "tail", schema_key(schema))
        shared = self.values.rules.remember(known, lambda: self._rule(self.tails(schema, path), path))
        return sequence(head, key, shared)

    def tails(self, schema: Any, path: str, key: Node = EMPTY) -> Node:
        """What follows an element's key, with any value that the schema admits."""
        return choice(*[self.tail(group, node, key) for group, node in self.groups(schema, path).items()])

    def tail(self, group: str, value: Node, key: Node) -> Node:
        """What follows an element's key, with values of one group."""
        holes = {"key": key, "value": value}
        _, tail = _around_key(self.template)
        if Hole("type") in tail or Hole("is_string") in tail:
            holes["type"], holes["is_string"] = _flags(self.format, group)
        return sequence(*[part if isinstance(part, Literal) else holes[part.name] for part in tail])

    def group(self, kind: str) -> str:
        """Kinds of values that are written alike, of which one element has any."""
        return kind if self.format.value_type == "flag" else ""

    def groups(self, schema: Any, path: str) -> dict[str, Node]:
        """The values of a schema by their group, strings first; none is impossible."""

        def make() -> dict[str, Node]:
            flats = self.values.flattener.flatten(schema, path)
            found = sorted((pair for flat in flats for pair in self.values_of(flat, path)), key=_is_no_text)
            groups: dict[str, list[Node]] = {}
            for kind, node in found:
                groups.setdefault(self.group(kind), []).append(node)
            nodes = {group: choice(*nodes) for group, nodes in groups.items()}
            return {group: self._rule(node, path) for group, node in nodes.items() if node != NOTHING}

        return self.values.rules.remember((type(self), self.template, schema_key(schema)), make)

    def _rule(self, node: Node, path: str) -> Node:
        return self.values.rules.add(path, node) if isinstance(node, (Choice, Sequence)) else node

    def values_of(self, flat: Flat, path: str) -> list[tuple[str, Node]]:
        """Kind and text of the values a flat schema admits; a string is raw text."""
        if "enum" in flat:
            return [self._listed(value) for value in self.values.listed(flat, path) if self._is_writable(value)]
        untyped = ["string", "object"] if self.format.value_type in ("flag", "json") else ["string"]
        kinds = self.values.kinds(flat) or untyped
        return [(kind, self.value_of(kind, flat, path)) for kind in kinds]

    def value_of(self, kind: str, flat: Flat, path: str) -> Node:
        """The values of one type."""
        if kind == "string" and self.bare_texts:
            text = self.raw(string_language(flat, path, self.values.rules), path)
            hint = str(flat["format"][0]) if flat.get("format") else f"{path}-text"
            return self.values.rules.add(hint, text) if isinstance(text, (Choice, Sequence)) else text
        return self.inner.kind(kind, flat, path)

    def _listed(self, value: Any) -> tuple[str, Node]:
        if isinstance(value, str) and self.bare_texts:
            return "string", Literal(value)
        return _kind_of(value), self.inner.notation.literal(value, self.values.rules)

    def _is_writable(self, value: Any) -> bool:
        bare = isinstance(value, str) and self.bare_texts
        text = value if bare else json.dumps(value, ensure_ascii=False)
        return not any(mark in text for mark in self.marks)

    def raw(self, language: Node | Counted, path: str) -> Node:
        """Text of a language that does not contain the mark behind it."""
        rules, mark = self.values.rules, self.end_mark
        if self.format.entities:
            return self._with_entities(language)
        if language == repeat(ANY):
            return free_text(rules, "text", self.marks, before=mark) if mark else repeat(ANY)
        if language == EMPTY:
            return EMPTY
        if not mark:
            return encode(language, Chars, ANY, rules)
        if isinstance(language, Repeat) and language.part == ANY:
            return self._of_length(language, path)
        avoided = mark[0] + ("\n" if self.loses_lines else "")
        return encode(language, lambda ranges: _less(ranges, avoided), any_but(avoided), rules)

    def _of_length(self, lengths: Repeat, path: str) -> Node:
        """Text of so many characters that does not contain the mark behind it."""
        rules, mark, low, high = self.values.rules, self.end_mark, lengths.low, lengths.high
        if self.loses_lines and high is not None and high <= _SHORT:
            return _between_lines(any_but(mark[0]), any_but(mark[0] + "\n"), low, high)
        exact = None if rules.brief else counted_text(rules, self.marks, low, high, before=mark)
        if exact is not None:
            return exact
        if high is not None and high <= _SHORT:
            return repeat(any_but(mark[0]), low, high)
        if high is not None:
            rules.widen(f"{path}: maxLength, where the text holds beginnings of {mark!r}")
        return repeat(units_without(self.marks), low, high)

    def _with_entities(self, language: Node | Counted) -> Node:
        """Text without markup, or any text in a CDATA section."""
        plain = encode(language, lambda ranges: _less(ranges, "<&"), any_but("<&"), self.values.rules)
        if language != repeat(ANY):
            return plain
        raw = free_text(self.values.rules, "raw-text", (_CDATA_END,), before=_CDATA_END)
        cdata = sequence(Literal("<![CDATA["), raw, Literal(_CDATA_END))
        return self.values.rules.shared("text", lambda: choice(repeat(any_but("<&")), cdata))


class NestedMembers(TaggedMembers):
    """The arguments of a call as elements named like their keys, with elements inside for objects and lists."""

    is_key = staticmethod(is_element)

    def __init__(self, values: Values, flat: Flat, path: str, format: Format, known: dict[str, Node]) -> None:
        super().__init__(values, flat, path, format)
        self.known = known

    def value_of(self, kind: str, flat: Flat, path: str) -> Node:
        """The values of one type; elements for objects and lists, each schema's once, since it may hold itself."""
        if kind not in ("object", "array"):
            return super().value_of(kind, flat, path)
        key = json.dumps([kind, flat], sort_keys=True, default=repr)
        inner = type(self)(self.values, flat, path, self.format, self.known)
        make = inner.node if kind == "object" else inner.items
        return self.values.rules.recursive(self.known, key, f"{path}-elements", make)

    def further_key(self) -> Node:
        """A key that is not declared; its closing mark cannot be held to be the same."""
        self.values.rules.widen(f"{self.path}: keys that are not declared, in a format that writes them twice")
        return super().further_key()

    def items(self) -> Node:
        """The elements of a list."""
        item = Literal(self.format.item)
        return self.values.elements(self.flat, self.path, lambda schema, path: self.member(item, schema, path), EMPTY)


def end_mark(template: str) -> str:
    """The mark behind a template's value, without blanks around it; a line's end where nothing else is."""
    parts = segments(template)
    behind = parts[parts.index(Hole("value")) + 1 :]
    text = behind[0].text if behind and isinstance(behind[0], Literally) else ""
    return text.strip() or text[: text.find("\n") + 1].strip(" \t")


def _between_lines(inner: Node, edge: Node, low: int, high: int) -> Node:
    """Texts of low to high characters that neither begin nor end with a line end."""
    options = [node for length, node in enumerate((EMPTY, edge)) if low <= length <= high]
    if high > 1:
        options.append(sequence(edge, repeat(inner, max(low - 2, 0), high - 2), edge))
    return choice(*options)


@lru_cache(maxsize=128)
def outer_marks(format: Format) -> tuple[str, ...]:
    """The marks of calls and sections, at which a reader may give up a value whose own end is missing."""
    section = format.sections[0] if format.sections else "{calls}"
    parts = [*segments(format.calls[0]), *segments(section)]
    texts = [word for part in parts if isinstance(part, Literally) for word in part.text.split()]
    return tuple(dict.fromkeys(text for text in texts if _MARK.match(text)))


def _flags(format: Format, kind: str) -> tuple[Node, Node]:
    """What an element says of its value: the type, and whether it is a string.

    A whole number is called an integer by some and a number by others, whatever the schema says.
    """
    names = ("integer", "number") if kind in ("integer", "number") else (kind,)
    spelled = dict.fromkeys(map(format.type_name, names))
    return choice(*map(Literal, spelled)), Literal("true" if kind == "string" else "false")


def _is_no_text(value: tuple[str, Node]) -> bool:
    return value[0] != "string"


@lru_cache(maxsize=128)
def _around_key(template: str) -> tuple[Node, tuple[Literal | Hole, ...]]:
    """An element's text before its (first) key, and the parts behind it."""
    parts = [Literal(part.text) if isinstance(part, Literally) else part for part in segments(template)]
    at = parts.index(Hole("key"))
    return sequence(*[part for part in parts[:at] if isinstance(part, Literal)]), tuple(parts[at + 1 :])


def _less(ranges: tuple[tuple[int, int], ...], excluded: str) -> Node:
    kept = without(ranges, excluded)
    return Chars(kept) if kept else NOTHING


def _kind_of(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, float)):
        return "integer" if isinstance(value, int) else "number"
    return "array" if isinstance(value, list) else "object"
