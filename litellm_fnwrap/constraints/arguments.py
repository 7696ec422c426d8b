"""The arguments of a call in each of the argument syntaxes."""

from __future__ import annotations

from ..errors import ConstraintError
from ..formats.readers.keywords import is_keyword
from ..formats.spec import Format
from ..messages import Tool
from .grammar import NOTHING, Node, choice, nonempty, nullable, optional
from .members import Members
from .merge import Flat
from .notation import PYTHON, Notation, keywords, quoted_literals
from .quoted import QuotedMembers
from .rules import Rules
from .tagged import NestedMembers, TaggedMembers
from .values import Values


def arguments_of(format: Format, tool: Tool, rules: Rules, json: Notation) -> Node:
    """What fills the hole {arguments} for a tool; raises ConstraintError if nothing fulfils the tool's schema."""
    node = _SYNTAXES[format.arguments](format, tool, rules, json)
    if node == NOTHING:
        raise ConstraintError(
            f"No arguments fulfil the parameters of the tool {tool.name!r}. An object schema that some object fulfils "
            "is needed; look for contradictions between type, enum, required and the bounds."
        )
    return rules.add(f"{tool.name}-arguments", node)


def _json(format: Format, tool: Tool, rules: Rules, json: Notation) -> Node:
    values = Values(rules, json, tool.parameters)
    return choice(*(values.object(flat, tool.name) for flat in _objects(values, tool)))


def _objects(values: Values, tool: Tool) -> list[Flat]:
    """The alternatives of a tool's schema that are objects."""
    found = values.flattener.flatten(tool.parameters, tool.name)
    return [flat for flat in found if "object" in flat.get("type", ["object"]) and "enum" not in flat]


def _pythonic(format: Format, tool: Tool, rules: Rules, json: Notation) -> Node:
    notation = json if format.value_type == "json" else PYTHON
    values = Values(rules, notation, tool.parameters)
    return choice(*(_keywords(values, flat, tool.name, notation) for flat in _objects(values, tool)))


def _keywords(values: Values, flat: Flat, path: str, notation: Notation) -> Node:
    """Keyword arguments; all of them in one object where a name can be no keyword: f(**{"max results": 5})."""
    if all(map(is_keyword, (*flat.get("properties", ()), *flat.get("required", ())))):
        return Members(values, flat, path, keywords(notation)).node()
    members = Members(values, flat, path, notation).node()
    spread = notation.enclosed("**{", nonempty(members), "}")
    return optional(spread) if nullable(members) else spread


def _literal(format: Format, tool: Tool, rules: Rules, json: Notation) -> Node:
    if format.quote_all:
        quoted = format.with_(parameter="{key}:" + format.quote + "{value}" + format.quote, parameter_separator=",")
        inner = Values(rules, json, tool.parameters)
        return choice(*(QuotedMembers(inner, flat, tool.name, quoted, {}).node() for flat in _objects(inner, tool)))
    values = Values(rules, quoted_literals(format.quote), tool.parameters)
    return choice(*(values.object(flat, tool.name) for flat in _objects(values, tool)))


def _tagged(format: Format, tool: Tool, rules: Rules, json: Notation) -> Node:
    values = Values(rules, json, tool.parameters)
    return choice(*(TaggedMembers(values, flat, tool.name, format).node() for flat in _objects(values, tool)))


def _nested(format: Format, tool: Tool, rules: Rules, json: Notation) -> Node:
    values = Values(rules, json, tool.parameters)
    return choice(*(NestedMembers(values, flat, tool.name, format, {}).node() for flat in _objects(values, tool)))


_SYNTAXES = {"json": _json, "pythonic": _pythonic, "literal": _literal, "tagged": _tagged, "nested": _nested}
