"""FunctionGemma of Google: Gemma 3's turns, a developer's among them, and tools as declarations with bare keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...formats import get_format
from ...formats.spec import Format
from ...formats.writer import write_arguments
from ...messages import Conversation, Message, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns
from .gemma import literal

_SWITCH = "You are a model that can do function calling with the following functions"
_BARE = {"quote_all": False, "sorted_keys": True}


def declarations(tools: Sequence[Tool]) -> str:
    """Tools as FunctionGemma reads them: one declaration behind the other, strings between escape tokens."""
    return "".join(f"<start_function_declaration>{_declaration(tool)}<end_function_declaration>" for tool in tools)


def _declaration(tool: Tool) -> str:
    schema = tool.parameters
    parts = [f"properties:{_properties(schema['properties'])}"] if schema.get("properties") else []
    parts += [*_required(schema), f"type:{_escaped(str(schema.get('type', 'object')).upper())}"]
    return f"declaration:{tool.name}{{description:{_escaped(tool.description)},parameters:{{{','.join(parts)}}}}}"


def _properties(properties: Mapping[str, Any]) -> str:
    return "{" + ",".join(f"{key}:{{{_property(properties[key])}}}" for key in sorted(properties, key=str.lower)) + "}"


def _property(schema: Any) -> str:
    """A parameter: what it means, an empty text where nothing says so; what is inside it; its type in capitals."""
    schema = schema if isinstance(schema, Mapping) else {}
    declared = schema.get("type") or "string"
    kind = str(declared[0] if isinstance(declared, (list, tuple)) else declared).upper()
    parts = [f"description:{_escaped(schema.get('description') or '')}"]
    if kind == "STRING" and schema.get("enum"):
        parts.append(f"enum:{_escaped(list(schema['enum']))}")
    if kind == "OBJECT":
        parts += [f"properties:{_properties(schema.get('properties') or {})}", *_required(schema)]
    if kind == "ARRAY" and isinstance(schema.get("items"), Mapping):
        parts.append(f"items:{{{','.join(_items(schema['items']))}}}")
    return ",".join([*parts, f"type:{_escaped(kind)}"])


def _items(schema: Mapping[str, Any]) -> Iterator[str]:
    """What a list holds: whatever its schema says, in the order of the keywords."""
    for key in sorted(schema, key=str.lower):
        value = schema[key]
        if key == "properties" and isinstance(value, Mapping):
            yield f"properties:{_properties(value)}"
        elif key == "type":
            upper = [str(one).upper() for one in value] if isinstance(value, list) else str(value).upper()
            yield f"type:{_escaped(upper)}"
        elif value is not None:
            yield f"{key}:{_escaped(value)}"


def _required(schema: Mapping[str, Any]) -> list[str]:
    return [f"required:{_escaped(list(schema['required']))}"] if schema.get("required") else []


def _escaped(value: Any) -> str:
    return literal(value, "<escape>")


class FunctionGemma(Turns):
    """FunctionGemma: calls, their results and what follows are one turn of the model's, which a result does not end."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The developer's turn; the sentence that lets the model call is said once, also where it is in the request."""
        if native and system.endswith(_SWITCH):
            system = system.removesuffix(_SWITCH).rstrip()
        return super().head(system, native, conversation, format, options)

    def result_text(self, message: Message) -> str:
        """A result: the members of a JSON object, any other text as the one member value."""
        try:
            value = json.loads(message.content)
        except ValueError:
            value = None
        members = value if isinstance(value, dict) else {"value": self.trimmed(message.content)}
        written = write_arguments(get_format(self.calls).with_(**_BARE), members)
        return f"<start_function_response>response:{message.name}{written}<end_function_response>"


register(
    FunctionGemma(
        name="functiongemma",
        source="https://ai.google.dev/gemma/docs/functiongemma/formatting-and-best-practices, and Full function "
        "calling sequence beside it, which prints what the model's chat template renders",
        models=("~function-gemma",),
        calls="functiongemma",
        bos="<bos>",
        stop=("<end_of_turn>", "<start_function_response>"),
        marks=(
            *("<escape>", "<start_function_response>", "<end_function_response>"),
            *("<start_function_declaration>", "<end_function_declaration>"),
        ),
        system="<start_of_turn>developer\n{content}<end_of_turn>\n",
        user="<start_of_turn>user\n{content}<end_of_turn>\n",
        assistant="<start_of_turn>model\n{content}<end_of_turn>\n",
        calling="<start_of_turn>model\n{content}",
        after_results="",
        results="{content}",
        result_separator="",
        history=_BARE,
        joint="",
        trim=True,
        tools=f"\n{_SWITCH}{{tools}}",
        tool_list=declarations,
    )
)
