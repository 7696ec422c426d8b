"""Calls in the text of a format: a declaration's templates with their holes filled by grammars.

The same filling gives the calls of a turn, the JSON envelope around them, and the reasoning before them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..formats.spec import Format, Literally, segments
from ..messages import Tool
from .arguments import arguments_of
from .grammar import ANY, DIGIT, NOTHING, Literal, Node, choice, optional, repeat, sequence
from .notation import Notation, json_notation
from .pattern import pattern_language
from .rules import Rules
from .values import Values

_ID = "^[a-zA-Z0-9]{9}$"


class Calls:
    """The grammars of one request: calls of these tools in this format."""

    def __init__(self, format: Format, tools: Sequence[Tool], rules: Rules, *, parallel: bool = True) -> None:
        self.format = format
        self.tools = tools
        self.rules = rules
        self.parallel = parallel and format.parallel
        self._one: Node | None = None

    @property
    def json(self) -> Notation:
        """How the format writes JSON."""
        return json_notation(self.format.compact, self.format.indent)

    def turn(self, response_schema: Mapping[str, Any] | bool | None = None) -> Node:
        """What a turn that calls tools consists of: the section or the envelope with one call or several."""
        if self.format.envelope:
            return self.envelope(self.format.envelope[0], response_schema)
        section = self.format.sections[0] if self.format.sections else "{calls}"
        return fill(section, {"calls": self.several()})

    def bare_turn(self) -> Node:
        """The calls without the section's marks, for models known to leave them out."""
        return self.several()

    def several(self) -> Node:
        """One call, or several with separators where the request and the format allow them."""
        one = self.one()
        if not self.parallel:
            return one
        return sequence(one, repeat(sequence(Literal(self.format.separator), one)))

    def one(self) -> Node:
        """One call of any of the tools."""
        if self._one is None:
            node = choice(*(self._call(tool) for tool in self.tools))
            self._one = node if len(self.tools) < 2 and not self.parallel else self.rules.add("call", node)
        return self._one

    def _call(self, tool: Tool) -> Node:
        template = self.format.calls[0]
        arguments = arguments_of(self.format, tool, self.rules, self.json)
        identifier = pattern_language(f"^(?:{self.format.id_pattern or _ID})$") or pattern_language(_ID) or NOTHING
        holes: dict[str, Node] = {
            "name": Literal(tool.name),
            "arguments": arguments,
            "id": identifier,
            "index": repeat(DIGIT, 1, 3),
        }
        if "{object}" in template:
            quoted = {
                **holes,
                "name": self.json.literal(tool.name, self.rules),
                "id": self.json.string(identifier, self.rules),
            }
            holes["object"] = fill(self.format.objects[0], quoted)
        return self.rules.add(f"call-{tool.name}", fill(template, holes))

    def envelope(self, template: str, response_schema: Mapping[str, Any] | bool | None) -> Node:
        """The JSON around a whole turn: calls, or an answer that is text or a value of the response schema."""
        text = self.json.string(repeat(ANY), self.rules)
        content = text
        if response_schema is not None and "{calls}" not in template:
            content = Values(self.rules, self.json, response_schema).node(response_schema, "response")
        calls = self.several() if self.tools else NOTHING
        return fill(template, {"calls": calls, "content": content, "reasoning": text})

    def answers(self, response_schema: Mapping[str, Any] | bool | None) -> Node:
        """An answer without calls in the format's envelope; NOTHING where the format has none."""
        return choice(*(self.envelope(template, response_schema) for template in self.format.envelope[1:]))


def fill(template: str, holes: Mapping[str, Node]) -> Node:
    """A template with its holes filled; raises KeyError for a hole that nothing is given for."""
    return sequence(
        *(Literal(part.text) if isinstance(part, Literally) else holes[part.name] for part in segments(template))
    )


def ending_optional(node: Node, stops: Sequence[str]) -> Node:
    """A turn whose last mark may be missing if it is a stop string: the server cuts it off, or ends the turn there."""
    last = node.parts[-1] if hasattr(node, "parts") else node
    if not isinstance(last, Literal):
        return node
    for stop in stops:
        if stop and last.text.endswith(stop):
            kept = Literal(last.text[: -len(stop)])
            end = sequence(kept, optional(Literal(stop)))
            return sequence(*node.parts[:-1], end) if hasattr(node, "parts") else end
    return node


def first_literal(template: str) -> str:
    """The text before a template's first hole."""
    parts = segments(template)
    return parts[0].text if parts and isinstance(parts[0], Literally) else ""


def strip_mark(text: str) -> str:
    """A mark without the blanks around it, which models leave out or add."""
    return re.sub(r"^\s+|\s+$", "", text)
