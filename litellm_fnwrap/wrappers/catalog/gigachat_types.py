"""The TypeScript of GigaChat 3: formats and limits in comments before a property, its default behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...messages import Tool

_TOLD = ("format", "maxItems", "maximum", "minItems", "minimum", "pattern")
_SIMPLE = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean"}


def typed_functions(tools: Sequence[Tool]) -> str:
    """Tools as GigaChat 3 reads them.

    Source: https://huggingface.co/ai-sage/GigaChat3-10B-A1.8B, chat template.
    """
    return "\n".join(("namespace functions {", *map(_signature, tools), "} // namespace functions"))


def _signature(tool: Tool) -> str:
    parameters = f"_: {_object(tool.parameters, '  ')}" if tool.parameters.get("properties") else ""
    return "".join(_comments(tool.description, "")) + f"type {tool.name} = ({parameters}) => any;\n"


def _comments(text: str, indent: str) -> Iterator[str]:
    return (f"{indent}// {line}\n" for line in text.split("\n") if line.strip())


def _object(schema: Mapping[str, Any], indent: str) -> str:
    required = schema.get("required") or ()
    fields = (
        _field(f"{name}{'' if name in required else '?'}", inner if isinstance(inner, Mapping) else {}, indent)
        for name, inner in (schema.get("properties") or {}).items()
    )
    further = schema.get("additionalProperties")
    others = {} if further is True else further
    rest = f"{indent}[key: string]: {_type(others, indent + '  ')}\n" if isinstance(others, Mapping) else ""
    return "{\n" + "".join(fields) + rest + indent[:-2] + "}"


def _field(head: str, schema: Mapping[str, Any], indent: str) -> str:
    told = "".join(f"{indent}// {key}: {_value(value)}\n" for key, value in schema.items() if key in _TOLD)
    default = f" // default: {_value(schema['default'])}" if "default" in schema else ""
    before = "".join(_comments(str(schema.get("description", "")), indent)) + told
    return f"{before}{indent}{head}: {_type(schema, indent + '  ')},{default}\n"


def _value(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _type(schema: Mapping[str, Any], indent: str) -> str:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, indent)
    if kind == "array":
        items = schema.get("items")
        return f"{_type(items, indent)}[]" if isinstance(items, Mapping) else "Array<any>"
    if kind in ("string", "number", "integer") and schema.get("enum"):
        return " | ".join(f'"{value}"' if kind == "string" else str(value) for value in schema["enum"])
    if kind == "string" and schema.get("format") in ("date-time", "date"):
        return "Date"
    return _SIMPLE.get(str(kind), "any")
