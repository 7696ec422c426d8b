"""Calls in the text of a format: a declaration's templates with their holes filled by grammars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..formats.spec import Format, Literally, segments
from ..messages import Tool
from .arguments import arguments_of
from .grammar import (
    ANY,
    DIGIT,
    NOTHING,
    Choice,
    Literal,
    Node,
    chars,
    choice,
    optional,
    repeat,
    sequence,
)
from .grammar import Sequence as Parts
from .notation import json_notation
from .pattern import pattern_language
from .rules import Rules
from .values import Values

_ID = repeat(chars(("a", "z"), ("A", "Z"), ("0", "9")), 9, 9)
_WORDS = re.compile(r"\s+|\S+")
_JSON_TOKENS = re.compile(r'"[^"]*"|[{}\[\]:,"]|[^\s{}\[\]:,"]+|\s+')
_INDEX = repeat(DIGIT, 1, 3)
MOST_BLANKS = 20
Schema = Mapping[str, Any] | bool | None


class Calls:
    """The grammars of one request: calls of these tools in this format.

    loose  True if blanks may differ from the declaration's, for a grammar that starts at what a model wrote freely.
    """

    def __init__(
        self, format: Format, tools: Sequence[Tool], rules: Rules, *, parallel: bool = True, loose: bool = False
    ) -> None:
        self.format = format
        self.tools = tools
        self.rules = rules
        self.parallel = parallel and format.parallel
        self.loose = loose
        self.json = json_notation(format.compact, format.indent)
        declared = pattern_language(f"^(?:{format.id_pattern})$") if format.id_pattern else None
        self._id = _ID if declared is None else declared
        self._arguments: dict[str, Node] = {}
        self._ones: dict[bool, Node] = {}

    def turn(self, *, marked: bool = True) -> Node:
        """What a turn that calls tools consists of: the section or the envelope with one call or several."""
        if self.format.envelope:
            return self.envelope(self.format.envelope[0], None)
        section = self.format.sections[0] if self.format.sections and marked else "{calls}"
        return ending_optional(self.fill(section, {"calls": self.several()}), self.format.stop)

    def several(self) -> Node:
        """One call, or several with separators where the request and the format allow them."""
        last = self.one(ended=not self._is_stopped())
        if not self.parallel:
            return last
        one = self.one()
        separator = self.literal(self.format.separator)
        if self.loose:
            separator = _single(sequence(self.blanks(), separator, self.blanks()), self.blanks(), at_end=True)
        if last != one:
            return sequence(repeat(sequence(one, separator)), last)
        return sequence(one, repeat(sequence(separator, one)))

    def _is_stopped(self) -> bool:
        """Whether a call's last mark is a stop string: servers end the turn there and cut it off."""
        return any(stop and self.format.calls[0].endswith(stop) for stop in self.format.stop)

    def one(self, *, ended: bool = True) -> Node:
        """One call of any of the tools; ended False if its last mark may be missing."""
        if ended not in self._ones:
            node = choice(*(self._call(tool, ended) for tool in self.tools))
            self._ones[ended] = self.rules.add("call" if ended else "last-call", node)
        return self._ones[ended]

    def _call(self, tool: Tool, ended: bool) -> Node:
        if tool.name not in self._arguments:
            self._arguments[tool.name] = arguments_of(self.format, tool, self.rules, self.json)
        holes = {**self.holes(tool), "arguments": self._arguments[tool.name]}
        written = choice(*(self._written(template, tool, holes) for template in self._spellings(self.format.calls)))
        if self.format.empty_call and _may_be_empty(tool.parameters):
            written = choice(written, self.fill(self.format.empty_call, holes))
        return self.rules.add(f"{'call' if ended else 'last-call'}-{tool.name}", self._ended(written, ended))

    def _written(self, template: str, tool: Tool, holes: dict[str, Node]) -> Node:
        if "{object}" in template:
            holes["object"] = self.object(tool, holes)
        return self.fill(template, holes)

    def _ended(self, node: Node, ended: bool) -> Node:
        if ended:
            return node
        options = node.options if isinstance(node, Choice) else (node,)
        return choice(*(ending_optional(option, self.format.stop) for option in options))

    def _spellings(self, templates: Sequence[str]) -> list[str]:
        """The spelling that is written; where the model has begun freely, also those that begin like it."""
        begin = templates[0].partition("{name}")[0]
        others = [text for text in templates[1:] if text.startswith(begin + "{name}")]
        return [templates[0], *others] if self.loose else [templates[0]]

    def holes(self, tool: Tool) -> dict[str, Node]:
        """What fills the holes of a call's template, but for object and arguments."""
        return {"name": Literal(tool.name), "id": self._id, "index": _INDEX}

    def object(self, tool: Tool, holes: Mapping[str, Node]) -> Node:
        """The JSON object of a call."""
        quoted = {
            **holes,
            "name": self.json.literal(tool.name, self.rules),
            "id": self.json.string(self._id, self.rules),
        }
        if self.format.as_text:
            self.rules.widen(f"{tool.name}: arguments that are JSON text in a string")
            quoted["arguments"] = self.json.string(repeat(ANY), self.rules)
        return choice(*(self.fill(text, quoted, json=True) for text in self._spellings(self.format.objects)))

    def envelope(self, template: str, response_schema: Schema) -> Node:
        """The JSON around a whole turn: calls, or an answer that is text or a value of the response schema."""
        text = self.json.string(repeat(ANY), self.rules)
        content = text
        if response_schema is not None:
            content = self.response(response_schema)
        calls = self.several() if self.tools and "{calls}" in template else NOTHING
        return self.fill(template, {"calls": calls, "content": content, "reasoning": text}, json=True)

    def answers(self, response_schema: Schema) -> Node:
        """An answer without calls in the format's envelope; NOTHING where the format has none."""
        templates = [template for template in self.format.envelope if "{calls}" not in template]
        return choice(*(self.envelope(template, response_schema) for template in templates))

    def response(self, schema: Schema) -> Node:
        """The values of a response schema, as JSON on one line."""
        return Values(self.rules, json_notation(self.format.compact, 0), schema).node(schema, "response")

    def fill(self, template: str, holes: Mapping[str, Node], *, json: bool = False) -> Node:
        """A template with its holes filled."""
        parts: list[Node] = []
        for part in segments(template):
            if isinstance(part, Literally):
                parts.append(self.literal(part.text, json=json))
            elif self.loose and (json or part.name == "object" or (part.name == "calls" and self.format.array)):
                parts.extend((self.blanks(), holes[part.name], self.blanks()))
            else:
                parts.append(holes[part.name])
        if not self.loose:
            return sequence(*parts)
        start = next((n for n, part in enumerate(parts) if part != self.blanks()), 0)
        return _single(sequence(*parts[start:]), self.blanks())

    def literal(self, text: str, *, json: bool = False) -> Node:
        """A declaration's text; with other blanks than declared where the grammar is loose."""
        if not self.loose:
            return Literal(text)
        pieces = (_JSON_TOKENS if json or self.format.array else _WORDS).findall(text)
        nodes = [self.blanks() if piece.isspace() else Literal(piece) for piece in pieces]
        if not json and not self.format.array:
            return sequence(*nodes)
        return sequence(
            *(node for n, piece in enumerate(nodes) for node in ((self.blanks(), piece) if n else (piece,)))
        )

    def blanks(self) -> Node:
        """A few blanks and line ends."""
        return self.rules.shared("blank", lambda: repeat(chars(" \n\t\r"), 0, MOST_BLANKS))


def _may_be_empty(schema: Mapping[str, Any]) -> bool:
    """Whether a schema plainly admits an object without members."""
    plain = {"type", "properties", "required", "additionalProperties", "description", "title", "$defs", "$schema"}
    return set(schema) <= plain and not schema.get("required")


def _single(node: Node, blanks: Node, *, at_end: bool = False) -> Node:
    """A sequence with one place for blanks at a time, since two would be ambiguous, and none at its end."""
    if not isinstance(node, Parts):
        return node
    parts = [part for n, part in enumerate(node.parts) if part != blanks or not n or node.parts[n - 1] != blanks]
    while parts and parts[-1] == blanks and not at_end:
        parts.pop()
    return sequence(*parts)


def ending_optional(node: Node, stops: Sequence[str]) -> Node:
    """A turn whose last mark may be missing if it is a stop string: the server cuts it off, or ends the turn there."""
    last = node.parts[-1] if isinstance(node, Parts) else node
    if not isinstance(last, Literal):
        return node
    for stop in stops:
        if stop and last.text.endswith(stop):
            head = node.parts[:-1] if isinstance(node, Parts) else ()
            return sequence(*head, Literal(last.text[: -len(stop)]), optional(Literal(stop)))
    return node
