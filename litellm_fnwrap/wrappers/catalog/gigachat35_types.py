"""The TypeScript of GigaChat 3.5: references followed, alternatives in parentheses, more limits in comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...messages import Tool

_TOLD = (
    *("format", "maxItems", "maximum", "minItems", "minimum", "pattern", "minLength", "maxLength", "exclusiveMinimum"),
    *("exclusiveMaximum", "multipleOf", "uniqueItems", "minProperties", "maxProperties"),
)
_ALTERNATIVES = {"anyOf": " | ", "oneOf": " | ", "allOf": " & "}
_NUMBERS = {"number": "number", "float": "number", "integer": "integer", "int": "integer"}


def typed_functions(tools: Sequence[Tool]) -> str:
    """Tools as GigaChat 3.5 reads them.

    Source: https://huggingface.co/ai-sage/GigaChat3.5-432B-A28B, chat template as llama.cpp keeps it.
    """
    return "\n".join(("namespace functions {", *map(_signature, tools), "} // namespace functions"))


def _signature(tool: Tool) -> str:
    wanted = tool.parameters.get("properties")
    parameters = f"_: {_Writer(tool.parameters).type(tool.parameters, '  ')}" if wanted else ""
    return _remarks(tool.description, "") + f"type {tool.name} = ({parameters}) => any;\n"


def _remarks(text: Any, indent: str) -> str:
    lines = text.split("\n") if isinstance(text, str) else ()
    return "".join(f"{indent}// {line}\n" for line in lines if line.strip())


class _Writer:
    """Writes the types of one tool; followed names the references on the way, which must not lead back."""

    def __init__(self, root: Any, followed: tuple[str, ...] = ()) -> None:
        self.root = root
        self.followed = followed

    def type(self, schema: Any, indent: str) -> str:
        if not isinstance(schema, Mapping):
            return "any"
        if isinstance(schema.get("$ref"), str):
            return self.reference(schema["$ref"], indent)
        for key, sign in _ALTERNATIVES.items():
            if isinstance(schema.get(key), list):
                return sign.join(f"({self.type(branch, indent)})" for branch in schema[key])
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(f"({self.named(name, schema, indent)})" for name in kind)
        if kind is None and not isinstance(schema.get("properties"), Mapping):
            return self.untyped(schema)
        return self.named("object" if kind is None else kind, schema, indent)

    def untyped(self, schema: Mapping[str, Any]) -> str:
        if "const" in schema:
            return _constant(schema["const"])
        if schema.get("enum"):
            return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in schema["enum"])
        return "unknown" if isinstance(schema.get("not"), Mapping) else "any"

    def named(self, kind: Any, schema: Mapping[str, Any], indent: str) -> str:
        if kind in ("object", "dict"):
            return self.object(schema, indent)
        if kind == "array":
            return self.array(schema, indent)
        if kind == "boolean":
            return _constant(schema["const"]) if isinstance(schema.get("const"), bool) else "boolean"
        if kind == "string" or kind in tuple(_NUMBERS):
            return _constant(schema["const"]) if "const" in schema else _simple(kind, schema)
        if kind == "null":
            return "null"
        return "unknown" if isinstance(schema.get("not"), Mapping) and not isinstance(schema["type"], list) else "any"

    def array(self, schema: Mapping[str, Any], indent: str) -> str:
        for several in (schema.get("prefixItems"), schema.get("items")):
            if isinstance(several, list):
                return "[" + ", ".join(self.type(one, indent) for one in several) + "]"
        items = schema.get("items")
        return f"({self.type(items, indent)})[]" if isinstance(items, Mapping) else "Array<any>"

    def object(self, schema: Mapping[str, Any], indent: str) -> str:
        required = schema.get("required") or ()
        members = [
            (name if name in required else f"{name}?", inner)
            for name, inner in (schema.get("properties") or {}).items()
        ]
        others = schema.get("additionalProperties")
        if others is True or isinstance(others, Mapping):
            members.append(("[key: string]", {} if others is True else others))
        return "{\n" + "".join(self.member(head, inner, indent) for head, inner in members) + indent[:-2] + "}"

    def member(self, head: str, schema: Any, indent: str) -> str:
        known = schema if isinstance(schema, Mapping) else {}
        limits = ((key, value) for key, value in known.items() if key in _TOLD and value is not None)
        told = "".join(f"{indent}// {key}: {_value(value)}\n" for key, value in limits)
        default = f" // default: {_value(known['default'])}" if "default" in known else ""
        return (
            _remarks(known.get("description"), indent)
            + told
            + f"{indent}{head}: {self.type(schema, indent + '  ')},{default}\n"
        )

    def reference(self, ref: str, indent: str) -> str:
        if ref in self.followed or not ref.startswith("#/"):
            return "any"
        target = _pointed(self.root, ref[2:].split("/"))
        return _Writer(self.root, (*self.followed, ref)).type(target, indent)


def _pointed(value: Any, path: Iterable[str]) -> Any:
    for step in path:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _simple(kind: str, schema: Mapping[str, Any]) -> str:
    if schema.get("enum"):
        if kind in _NUMBERS:
            return " | ".join(map(str, schema["enum"]))
        return " | ".join(f'"{value}"' for value in schema["enum"] if isinstance(value, str))
    if kind in _NUMBERS:
        return _NUMBERS[kind]
    return "Date" if schema.get("format") in ("date-time", "date") else "string"


def _constant(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return _value(value) if isinstance(value, (str, int, float)) else "any"


def _value(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
