"""Gemma models of Google: 2 and 3 (no system turn, no calls of their own) and 4 (both)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...messages import Tool
from .. import register
from ..layout import Turn
from ..turns import Turns

_TURNS: dict[str, Any] = {
    "bos": "<bos>",
    "stop": ("<end_of_turn>",),
    "user": "<start_of_turn>user\n{content}<end_of_turn>\n",
    "assistant": "<start_of_turn>model\n{content}<end_of_turn>\n",
    "trim": True,
    "strict": True,
}

register(
    Turns(
        name="gemma2",
        source="https://huggingface.co/google/gemma-2-2b-it, chat template",
        models=("~gemma-2", "~gemma", "~codegemma"),
        calls="generic",
        **_TURNS,
    ),
    "gemma",
)

register(
    Turns(
        name="gemma3",
        source="https://huggingface.co/google/gemma-3-4b-it, chat template; "
        "calls as https://ai.google.dev/gemma/docs/capabilities/function-calling, Python style",
        models=("~gemma-3", "~gemma-3n"),
        calls="pythonic",
        **_TURNS,
    )
)

_QUOTE = '<|"|>'


def declarations(tools: Sequence[Tool]) -> str:
    """Tools as Gemma 4 reads them: declarations with bare keys, strings between quote tokens, types in capitals."""
    return "".join(f"<|tool>{_declaration(tool)}<tool|>" for tool in tools)


def _declaration(tool: Tool) -> str:
    schema = tool.parameters
    parts = []
    if schema.get("properties"):
        parts.append(f"properties:{{{_properties(schema['properties'])}}},")
    if schema.get("required"):
        parts.append(f"required:{literal(list(schema['required']))},")
    parts.append(f"type:{literal(str(schema.get('type', 'object')).upper())}")
    description = literal(tool.description)
    return f"declaration:{tool.name}{{description:{description},parameters:{{{''.join(parts)}}}}}"


def _properties(properties: Mapping[str, Any]) -> str:
    return ",".join(f"{key}:{{{_property(properties[key])}}}" for key in sorted(properties, key=str.lower))


def _property(schema: Any) -> str:
    schema = schema if isinstance(schema, Mapping) else {}
    declared = schema.get("type") or "string"
    kind = str(declared[0] if isinstance(declared, (list, tuple)) else declared).upper()
    parts = [f"description:{literal(schema['description'])}"] if schema.get("description") else []
    if schema.get("nullable"):
        parts.append("nullable:true")
    if kind == "STRING" and schema.get("enum"):
        parts.append(f"enum:{literal(list(schema['enum']))}")
    if kind == "OBJECT":
        parts.append(f"properties:{{{_properties(schema.get('properties') or {})}}}")
        if schema.get("required"):
            parts.append(f"required:{literal(list(schema['required']))}")
    if kind == "ARRAY" and isinstance(schema.get("items"), Mapping):
        parts.append(f"items:{{{_items(schema['items'])}}}")
    return ",".join([*parts, f"type:{literal(kind)}"])


def _items(schema: Mapping[str, Any]) -> str:
    parts = []
    for key in sorted(schema, key=str.lower):
        value = schema[key]
        if key == "properties" and isinstance(value, Mapping):
            parts.append(f"properties:{{{_properties(value)}}}")
        elif key == "type":
            upper = [one.upper() for one in value] if isinstance(value, (list, tuple)) else str(value).upper()
            parts.append(f"type:{literal(upper)}")
        elif value is not None:
            parts.append(f"{key}:{literal(value)}")
    return ",".join(parts)


def literal(value: Any, quote: str = _QUOTE) -> str:
    """A value in a declaration as Gemma models read it, keys and strings between quote tokens."""
    if isinstance(value, str):
        return f"{quote}{value}{quote}"
    if isinstance(value, Mapping):
        pairs = (f"{quote}{key}{quote}:{literal(value[key], quote)}" for key in sorted(value, key=str.lower))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(literal(one, quote) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Gemma4(Turns):
    """Gemma 4: calls, their results and what follows are one turn of the model's, which a result does not end."""

    def generation_mark(self, turns: Sequence[Turn]) -> str:
        """The opened turn, its channel of thoughts closed again: thinking is off. Behind results the turn goes on."""
        return "" if turns and turns[-1].kind == "results" else "<|turn>model\n<|channel>thought\n<channel|>"


register(
    Gemma4(
        name="gemma4",
        source="https://huggingface.co/google/gemma-4-31B-it, chat template",
        models=("~gemma-4",),
        calls="gemma4",
        bos="<bos>",
        stop=("<turn|>",),
        marks=(_QUOTE, "<|tool_response>", "<tool_response|>", "<|channel>", "<channel|>", "<|tool>", "<tool|>"),
        system="<|turn>system\n{content}<turn|>\n",
        user="<|turn>user\n{content}<turn|>\n",
        assistant="<|turn>model\n{content}<turn|>\n",
        calling="<|turn>model\n{content}",
        after_results="",
        results="{content}",
        result=f"<|tool_response>response:{{name}}{{value:{_QUOTE}{{content}}{_QUOTE}}}<tool_response|>",
        result_separator="",
        joint="",
        think="<|channel>thought\n{reasoning}\n<channel|>",
        thinks="last",
        trim=True,
        tools="{tools}",
        tool_list=declarations,
    )
)
