"""JSON Schemas as TypeScript types: what a model reads of a tool at a fraction of the tokens of its schema.

    // Get the weather.
    type get_weather = (_: {
    // Name of the city
    city: string,
    unit?: "celsius" | "fahrenheit",
    }) => any;

Source of the shape: the prompts of Functionary v2 (https://github.com/MeetKai/functionary) and of llama.cpp's
examples/openai, which describe tools this way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..messages import Tool
from ..schema import Schema, resolve, type_name

_NAMES = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_MAX_DEPTH = 24


def namespace(tools: Iterable[Tool], name: str = "functions") -> str:
    """All tools as the signatures of one TypeScript namespace."""
    body = "\n\n".join(signature(tool) for tool in tools)
    return f"namespace {name} {{\n\n{body}\n\n}} // namespace {name}" if body else f"namespace {name} {{}}"


def signature(tool: Tool) -> str:
    """One tool as a TypeScript function type; definitions its schema refers to come before it under their names."""
    writer = _Writer(tool)
    parameters = writer.parameters()
    lines = [*writer.definitions(), *_comment(tool.description), f"type {tool.name} = ({parameters}) => any;"]
    return "\n".join(lines)


def typescript(schema: Schema, root: Schema | None = None) -> str:
    """A schema as a TypeScript type; a reference is followed, and where it leads back to itself is written any."""
    return _Writer(Tool(name="", parameters=root if isinstance(root, Mapping) else {}), inline=True).type(schema, 0)


class _Writer:
    """Writes the types of one tool and collects the definitions met on the way."""

    def __init__(self, tool: Tool, *, inline: bool = False) -> None:
        self.tool = tool
        self.root = tool.parameters
        self.inline = inline
        self._named: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._open: list[str] = []

    def parameters(self) -> str:
        schema = resolve(self.root, self.root)
        empty = isinstance(schema, Mapping) and not schema.get("properties") and not schema.get("allOf")
        return "" if empty else f"_: {self.type(self.root, 0)}"

    def definitions(self) -> list[str]:
        return [f"type {self._named[where]} = {text};\n" for where, text in self._written.items()]

    def type(self, schema: Schema, depth: int) -> str:
        if not isinstance(schema, Mapping) or depth > _MAX_DEPTH:
            return "any"
        if isinstance(schema.get("$ref"), str):
            return self._reference(schema, depth)
        if "enum" in schema or "const" in schema:
            values = schema["enum"] if "enum" in schema else [schema["const"]]
            return " | ".join(json.dumps(value, ensure_ascii=False) for value in values) or "any"
        for group in ("anyOf", "oneOf"):
            if schema.get(group):
                return self._union([self.type(branch, depth + 1) for branch in schema[group]], schema)
        if schema.get("allOf"):
            return self._object(_joined(schema, self.root), depth)
        return self._plain(schema, depth)

    def _plain(self, schema: Mapping[str, Any], depth: int) -> str:
        declared = schema.get("type")
        names = declared if isinstance(declared, list) else [declared]
        known = [type_name(name) if name is not None else None for name in names]
        return self._union([self._one(name, schema, depth) for name in known], schema)

    def _one(self, name: str | None, schema: Mapping[str, Any], depth: int) -> str:
        if name == "object" or (name is None and "properties" in schema):
            return self._object(schema, depth)
        if name == "array" or (name is None and ("items" in schema or "prefixItems" in schema)):
            return self._array(schema, depth)
        if name == "string" and schema.get("format") in ("date-time", "date"):
            return "Date"
        return _NAMES.get(name or "", "any")

    @staticmethod
    def _union(types: Sequence[str], schema: Mapping[str, Any]) -> str:
        known = dict.fromkeys([*types, *(["null"] if schema.get("nullable") is True else [])])
        return "any" if "any" in known else " | ".join(known)

    def _array(self, schema: Mapping[str, Any], depth: int) -> str:
        items = schema.get("items")
        first = schema.get("prefixItems") or (items if isinstance(items, list) else None)
        if first:
            return f"[{', '.join(self.type(item, depth + 1) for item in first)}]"
        item = self.type(items if isinstance(items, (Mapping, bool)) else True, depth + 1)
        return f"({item})[]" if " | " in item else f"{item}[]"

    def _object(self, schema: Mapping[str, Any], depth: int) -> str:
        properties = schema.get("properties")
        additional = schema.get("additionalProperties")
        lines: list[str] = []
        required = schema.get("required") or ()
        for key, value in (properties if isinstance(properties, Mapping) else {}).items():
            lines += _comment(_remarks(value))
            name = key if _IDENTIFIER.fullmatch(key) else json.dumps(key, ensure_ascii=False)
            lines.append(f"{name}{'' if key in required else '?'}: {self.type(value, depth + 1)},")
        if isinstance(additional, Mapping):
            lines.append(f"[key: string]: {self.type(additional, depth + 1)},")
        return "\n".join(["{", *lines, "}"]) if lines else "any"

    def _reference(self, schema: Mapping[str, Any], depth: int) -> str:
        where = schema["$ref"]
        target = resolve({"$ref": where}, self.root)
        if target is True or where == "#":
            return "any"
        if self.inline:
            if where in self._open:
                return "any"
            self._open.append(where)
            text = self.type(target, depth + 1)
            self._open.pop()
            return text
        if where not in self._named:
            self._named[where] = self._free_name(where.rsplit("/", 1)[-1])
            text = self.type(target, 0)
            self._written[where] = text
        return self._named[where]

    def _free_name(self, wanted: str) -> str:
        # Two tools may mean different things by one definition's name, and all share the namespace.
        base = f"{self.tool.name}_{re.sub(r'[^A-Za-z0-9_$]', '_', wanted)}"
        taken = set(self._named.values())
        return next(name for name in (base, *(f"{base}_{n}" for n in range(2, 1000))) if name not in taken)


def _joined(schema: Mapping[str, Any], root: Schema) -> Mapping[str, Any]:
    """An allOf as one object schema: the properties of all its parts."""
    properties: dict[str, Any] = dict(schema.get("properties") or {})
    required: list[str] = list(schema.get("required") or ())
    for part in schema["allOf"]:
        read = resolve(part, root)
        if isinstance(read, Mapping):
            inner = _joined(read, root) if read.get("allOf") else read
            properties.update(inner.get("properties") or {})
            required += inner.get("required") or ()
    return {"type": "object", "properties": properties, "required": required}


def _remarks(schema: Schema) -> str:
    if not isinstance(schema, Mapping):
        return ""
    text = str(schema.get("description") or "")
    if "default" in schema:
        default = json.dumps(schema["default"], ensure_ascii=False)
        text = f"{text} (default: {default})" if text else f"default: {default}"
    return text


def _comment(text: str) -> list[str]:
    return [f"// {line}".rstrip() for line in text.splitlines()]
