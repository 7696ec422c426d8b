"""The TypeScript of Kimi K2.5 to K2.7: members in the order of their names, those needed first, remarks above each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...formats.toolprompts import openai
from ...messages import Tool

_INDENT = "  "
_LIMITS = {
    "string": ("maxLength", "minLength", "pattern"),
    "number": ("maximum", "minimum"),
    "integer": ("maximum", "minimum"),
    "array": ("maxItems", "minItems"),
}
_NAMES = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "null": "null",
    "object": "{}",
    "array": "Array<any>",
}
_OF_CHOICES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
}


class _Unwritable(Exception):
    """A schema that Kimi's encoder has no TypeScript for."""


def declared(tools: Iterable[Tool]) -> str:
    """Tools as Kimi K2.5 reads them: TypeScript or, where a schema of any tool has none, JSON.

    Source: https://huggingface.co/moonshotai/Kimi-K2.5, tool_declaration_ts.py and tokenization_kimi.py.
    """
    in_order = [sorted_keys(openai(tool)) for tool in tools]
    try:
        functions = "\n".join(_Writer().function(tool["function"]) for tool in in_order)
    except (_Unwritable, AttributeError, TypeError, RecursionError):
        # Kimi's tokenizer falls back in the same way, whatever is wrong with the schema.
        return compact(in_order)
    return f"# Tools\n\n## functions\nnamespace functions {{\n{functions}\n}}\n"


def compact(value: Any) -> str:
    """JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sorted_keys(value: Any) -> Any:
    """A value with the keys of every object in it in order, as Kimi's tokenizers show tools."""
    if isinstance(value, Mapping):
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    return [sorted_keys(item) for item in value] if isinstance(value, list) else value


class _Writer:
    """Writes one function, and the definitions that its parameters bring, as interfaces."""

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}
        self.refers_to_itself = False

    def function(self, function: Mapping[str, Any]) -> str:
        schema = function["parameters"]
        parameters = self.object(schema, "")
        lines = []
        if self.refers_to_itself:
            members = self.members(schema, "", by_need=False)
            lines.append("interface parameters {" + (f"\n{members}\n" if members else "") + "}")
            parameters = "parameters"
        for name, definition in list(self.definitions.items()):
            lines += _remarks(definition.get("description"), "") if isinstance(definition, Mapping) else []
            lines.append(f"interface {name} {self.type(definition, '')}")
        lines += _remarks(function.get("description"), "")
        return "\n".join((*lines, f"type {function['name']} = (_: {parameters}) => any;"))

    def type(self, schema: Any, indent: str) -> str:
        if schema is True or schema == {}:
            return "any"
        if schema is False:
            return "null"
        if not isinstance(schema, Mapping):
            raise _Unwritable
        if "$ref" in schema:
            return self.reference(str(schema["$ref"]))
        if "anyOf" in schema:
            return " | ".join([self.type(branch, indent) for branch in schema["anyOf"]])
        if "enum" in schema:
            return _choices(schema)
        if "type" not in schema:
            raise _Unwritable
        return self.named(schema["type"], schema, indent)

    def named(self, kind: Any, schema: Mapping[str, Any], indent: str) -> str:
        if isinstance(kind, list):
            if not all(isinstance(one, str) and one in _NAMES for one in kind):
                raise _Unwritable
            return " | ".join(_NAMES[one] for one in kind)
        if kind == "object":
            return self.object(schema, indent)
        if kind == "array":
            return self.array(schema.get("items"), indent)
        return "number" if kind == "integer" else str(kind)

    def reference(self, ref: str) -> str:
        if ref == "#":
            self.refers_to_itself = True
            return "parameters"
        name = ref.rpartition("/")[2]
        if not ref.startswith("#/$defs/") or name not in self.definitions:
            raise _Unwritable
        return name

    def array(self, items: Any, indent: str) -> str:
        if not items:
            return "Array<any>"
        inside = indent + _INDENT
        remarks = "".join(line + "\n" for line in _above(items, inside))
        if remarks:
            return f"Array<\n{remarks}{inside}{self.type(items, inside)}\n{indent}>"
        return f"Array<{self.type(items, indent)}>"

    def object(self, schema: Mapping[str, Any], indent: str) -> str:
        if schema.get("$defs"):
            self.definitions.update(schema["$defs"])
        members = self.members(schema, indent)
        return f"{{\n{members}\n{indent}}}" if members else "{}"

    def members(self, schema: Mapping[str, Any], indent: str, *, by_need: bool = True) -> str:
        required = schema.get("required") or ()
        properties = schema.get("properties") or {}
        names = sorted(properties, key=lambda name: (by_need and name not in required, name))
        inside = indent + _INDENT
        lines = [self.member(name, properties[name], name in required, inside) for name in names]
        others = schema.get("additionalProperties")
        if others is not None and by_need:
            lines.append(f"{inside}[k: string]: {'never' if others is False else self.type(others, inside)}")
        return ",\n".join(lines)

    def member(self, name: str, schema: Any, required: bool, indent: str) -> str:
        lines = list(_above(schema, indent))
        default = schema.get("default") if isinstance(schema, Mapping) else None
        if default is not None:
            number = isinstance(default, (int, float))
            shown = repr(default) if number else json.dumps(default, ensure_ascii=False)
            lines.append(f"{indent}// Default: {shown}")
        return "\n".join((*lines, f"{indent}{name}{'' if required else '?'}: {self.type(schema, indent)}"))


def _above(schema: Any, indent: str) -> Iterator[str]:
    """What is remarked above a member: its description, then the limits of its type."""
    if not isinstance(schema, Mapping) or "$ref" in schema:
        # Beside a reference, only the description is read.
        yield from _remarks(schema.get("description") if isinstance(schema, Mapping) else "", indent)
        return
    yield from _remarks(schema.get("description"), indent)
    kind = "" if "anyOf" in schema or "enum" in schema else schema.get("type")
    limits = [f"{key}: {schema[key]}" for key in _LIMITS.get(str(kind), ()) if key in schema]
    if limits:
        yield f"{indent}// {', '.join(limits)}"


def _remarks(text: Any, indent: str) -> list[str]:
    if not text:
        return []
    if not isinstance(text, str):
        raise _Unwritable
    return [f"{indent}// {line}" if line else "" for line in text.split("\n")]


def _choices(schema: Mapping[str, Any]) -> str:
    """The values of an enum, which must be of the type declared, if one is."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kinds = [one for one in kind if one != "null"] if len(kind) == 2 and "null" in kind else kind
        if len(kinds) != 1:
            raise _Unwritable
        kind = kinds[0]
    wanted = _OF_CHOICES.get(str(kind), object)
    if not all(value is None or isinstance(value, wanted) for value in schema["enum"]):
        raise _Unwritable
    return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in schema["enum"])
