"""Tools as text that a model reads: JSON, TypeScript signatures, or the YAML-like list of the Airoboros models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from ..messages import Tool
from ..schema import Schema, resolve, type_name
from .typescript import namespace

Style = Literal["json", "typescript", "yaml"]


def describe(tools: Sequence[Tool], style: Style = "json") -> str:
    """The tools in one of the styles that work with any model."""
    if style == "typescript":
        return namespace(tools)
    return yaml_like(tools) if style == "yaml" else json_lines(tools)


def openai(tool: Tool) -> dict[str, Any]:
    """A tool as templates get it: OpenAI's element, its keys in the order models saw in training."""
    return {"type": "function", "function": bare(tool)}


def bare(tool: Tool) -> dict[str, Any]:
    """The function of a tool alone: name, description (where there is one), parameters."""
    described = {"description": tool.description} if tool.description else {}
    return {"name": tool.name, **described, "parameters": tool.parameters}


def json_lines(tools: Iterable[Tool]) -> str:
    """One OpenAI tool a line."""
    return "\n".join(dumped(openai(tool)) for tool in tools)


def json_array(tools: Iterable[Tool]) -> str:
    """All OpenAI tools as one JSON list on a line."""
    return dumped([openai(tool) for tool in tools])


def bare_lines(tools: Iterable[Tool]) -> str:
    """One function a line, without the "function" type around it."""
    return "\n".join(dumped(bare(tool)) for tool in tools)


def bare_array(tools: Iterable[Tool]) -> str:
    """All functions, without the "function" type around them, as one JSON list on a line."""
    return dumped([bare(tool) for tool in tools])


def indented(tools: Iterable[Tool]) -> str:
    """One OpenAI tool after the other, indented by four, a blank line between."""
    return "\n\n".join(dumped(openai(tool), indent=4) for tool in tools)


def indented_array(tools: Iterable[Tool]) -> str:
    """All OpenAI tools as one JSON list, indented by four."""
    return dumped([openai(tool) for tool in tools], indent=4)


def dumped(value: Any, indent: int | None = None) -> str:
    """JSON as chat templates write it: no ASCII escapes, a blank after : and (on one line) after the comma."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def yaml_like(tools: Iterable[Tool], *, thoughts: str = "") -> str:
    """The list Airoboros was trained on; types and choices, which its own form lacks, follow the description.

        get_weather:
          description: Get the weather
          params:
            city: Name of the city
            unit: (one of "celsius", "fahrenheit"; optional)

    thoughts: the text of an inner_thoughts parameter that every function gets first; "" for none.
    """
    blocks = []
    for tool in tools:
        lines = [f"{tool.name}:"]
        if tool.description:
            lines.append(f"  description: {_one_line(tool.description)}")
        lines.append("  params:")
        if thoughts:
            lines.append(f"    inner_thoughts: {thoughts}")
        lines += _yaml_properties(tool.parameters, tool.parameters, "    ", 0)
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def _yaml_properties(schema: Schema, root: Schema, indent: str, depth: int) -> list[str]:
    read = resolve(schema, root)
    properties = read.get("properties") if isinstance(read, Mapping) else None
    if not isinstance(read, Mapping) or not isinstance(properties, Mapping) or depth > 8:
        return []
    lines = []
    for key, value in properties.items():
        inner = resolve(value, root)
        remark = _remark(inner, key in (read.get("required") or ()))
        lines.append(f"{indent}{key}:{remark}")
        items = inner.get("items") if isinstance(inner, Mapping) else None
        lines += _yaml_properties(items if isinstance(items, Mapping) else inner, root, indent + "  ", depth + 1)
    return lines


def _remark(schema: Schema, required: bool) -> str:
    if not isinstance(schema, Mapping):
        return "" if required else " (optional)"
    facts = []
    if schema.get("enum"):
        facts.append("one of " + ", ".join(dumped(value) for value in schema["enum"]))
    else:
        declared = schema.get("type")
        names = [type_name(name) for name in (declared if isinstance(declared, list) else [declared]) if name]
        # A description alone reads as a string's; so only other types are named beside one.
        if names != ["string"] or not schema.get("description"):
            facts += [" or ".join(name for name in names if name)] if any(names) else []
    if not required:
        facts.append("optional")
    text = _one_line(str(schema.get("description") or ""))
    return "".join(f" {part}" for part in (text, f"({'; '.join(facts)})" if facts else "") if part)


def _one_line(text: str) -> str:
    return " ".join(text.split())
