"""The TypeScript of Functionary v3.2, which differs in detail from the plain one: limits and formats in comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...messages import Tool

_LIMITS = (
    ("maximum", "Maximum"),
    ("minimum", "Minimum"),
    ("maxLength", "Maximum length"),
    ("minLength", "Minimum length"),
)


def typed_namespace(tools: Sequence[Tool]) -> str:
    """Tools as Functionary v3.2 reads them.

    Source: https://huggingface.co/meetkai/functionary-medium-v3.2, chat template.
    """
    return "namespace functions {\n\n" + "".join(map(_signature, tools)) + "} // namespace functions"


def _signature(tool: Tool) -> str:
    properties = tool.parameters.get("properties")
    if not properties:
        return f"// {tool.description}\ntype {tool.name} = () => any;\n\n"
    fields = _fields(properties, tool.parameters.get("required") or (), 0)
    return f"// {tool.description}\ntype {tool.name} = (_: {{{fields}\n}}) => any;\n\n"


def _fields(properties: Mapping[str, Any], required: Sequence[str], depth: int) -> str:
    return "".join(
        _field(name if name in required else f"{name}?", name, schema, depth)
        for name, schema in properties.items()
        if isinstance(schema, Mapping)
    )


def _field(head: str, name: str, schema: Mapping[str, Any], depth: int) -> str:
    indent = "    " * depth
    lines = _comments(name, schema)
    kind = _kind(schema)
    text = "".join(f"\n{indent}{line}" for line in lines)
    if kind == "object":
        inner = _fields(schema.get("properties") or {}, schema.get("required") or (), depth + 1)
        return f"{text}\n{indent}{head}: {{{inner}\n{indent}}},"
    if kind == "array":
        declared = _array(head, schema, depth)
        return text + (declared if declared.endswith(",") else declared + ",")
    if "enum" in schema:
        kind = _choices(schema["enum"])
    if schema.get("nullable"):
        kind += " | null"
    return f"{text}\n{indent}{head}: {kind},"


def _comments(name: str, schema: Mapping[str, Any]) -> list[str]:
    noted = any(schema.get(key) for key, _ in _LIMITS)
    format = _format(schema)
    if not (noted or format is not None or any(key in schema for key in ("description", "default"))):
        return []
    text = "//"
    if "description" in schema:
        description = str(schema["description"])
        text += f" {description}" + ("" if description.endswith(".") else ".")
    if "default" in schema:
        default = f'"{schema["default"]}"' if schema.get("type") == "string" else schema["default"]
        text += f" Default={default}."
    if format is not None:
        text += f" Format={format}"
    text += "".join(f" {label}={schema[key]}" for key, label in _LIMITS if key in schema)
    examples = [f"Example {name}:", *schema["examples"]] if "examples" in schema else []
    return [text, *("// " + str(example).replace("'", '"') for example in examples)]


def _format(schema: Mapping[str, Any]) -> str | None:
    """The format, or those of the alternatives: "" where none of them has one, as the template has it."""
    branches = schema.get("oneOf")
    if "format" in schema or not branches:
        return str(schema["format"]) if "format" in schema else None
    named = [str(branch["format"]) for branch in branches if "format" in branch]
    return "".join(one if one == branches[-1].get("format") else f"{one} or " for one in named)


def _kind(schema: Mapping[str, Any]) -> str:
    declared = schema.get("type")
    if isinstance(declared, (list, tuple)):
        return " | ".join(map(str, declared))
    if declared is None:
        branches = schema.get("oneOf") or ()
        declared = " | ".join(dict.fromkeys(str(branch["type"]) for branch in branches if "type" in branch))
    return "number" if declared in ("integer", "float") else str(declared or "any")


def _array(head: str, schema: Mapping[str, Any], depth: int) -> str:
    indent = "    " * depth
    items = schema.get("items")
    if not isinstance(items, Mapping) or "type" not in items:
        return f"\n{indent}{head}: [],"
    kind = _kind(items)
    if kind == "object":
        inner = _fields(items.get("properties") or {}, items.get("required") or (), depth + 1)
        return f"\n{indent}{head}: {{{inner}\n{indent}}}[]"
    if kind == "array":
        return f"\n{indent}{head}: {_array('', items, depth + 1).strip().lstrip(': ').rstrip(',')}[]"
    if "enum" in items:
        return f"\n{indent}{head}: ({_choices(items['enum'])})[]"
    return f"\n{indent}{head}: {kind}[],"


def _choices(values: Sequence[Any]) -> str:
    return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in values)
