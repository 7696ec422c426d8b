"""gpt-oss of OpenAI, in its harmony format: channels, recipients, tools as TypeScript."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...formats.answers import write_turn
from ...formats.spec import Format
from ...messages import Conversation, Message, Tool
from ...options import Options
from .. import register
from ..layout import Turn, fill, joined
from ..turns import Turns

_BREAK = "\n" + 16 * " "  # which the template leaves between a member's name and its type
_SIMPLE = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean"}


def harmony_types(tools: Sequence[Tool]) -> str:
    """Tools as gpt-oss reads them.

    Source: https://huggingface.co/openai/gpt-oss-120b, chat template.
    """
    return "namespace functions {\n\n" + "".join(map(_signature, tools)) + "} // namespace functions"


def _signature(tool: Tool) -> str:
    properties = tool.parameters.get("properties")
    head = f"// {tool.description}\ntype {tool.name} = "
    if not properties:
        return head + "() => any;\n\n"
    required = tool.parameters.get("required") or ()
    fields = "".join(_field(name, schema, name in required) for name, schema in properties.items())
    return f"{head}(_: {{\n{fields}}}) => any;\n\n"


def _field(name: str, schema: Any, required: bool) -> str:
    schema = schema if isinstance(schema, Mapping) else {}
    text = f"// {schema['description']}\n" if schema.get("description") else ""
    text += f"{name}{'' if required else '?'}: {_type(schema)}"
    if "default" in schema:
        default = schema["default"] if schema.get("enum") else json.dumps(schema["default"], ensure_ascii=False)
        text += f", // default: {default}"
    return text + ",\n"


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    null = " | null" if schema.get("nullable") else ""
    if kind == "array":
        return _array(schema.get("items")) + null
    if isinstance(kind, (list, tuple)) and kind:
        return " | ".join(map(str, kind))
    if schema.get("oneOf"):
        branches = schema["oneOf"]
        mixed = len(branches) > 1 and any(branch.get("type") == "object" for branch in branches)
        return "any" if mixed else " | \n".join(map(_type, branches))
    if kind == "string" and schema.get("enum"):
        return '"' + '" | "'.join(map(str, schema["enum"])) + '"'
    if kind == "object":
        return _object(schema)
    return _SIMPLE.get(str(kind), "any") + (null if kind == "string" else "")


def _array(items: Any) -> str:
    if not isinstance(items, Mapping) or not items:
        return "any[]"
    inner = _SIMPLE.get(str(items.get("type"))) or _type(items)
    # The template gives up on long item types, and so did the model's training.
    return "any[]" if inner == "object | object" or len(inner) > 50 else f"{inner}[]"


def _object(schema: Mapping[str, Any]) -> str:
    properties = schema.get("properties")
    if not properties:
        return "object"
    required = schema.get("required") or ()
    fields = (f"{name}{'' if name in required else '?'}: {_BREAK}{_type(inner)}" for name, inner in properties.items())
    return "{\n" + ", ".join(fields) + "}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Harmony(Turns):
    """Harmony: a fixed system turn about channels, the system's own text and the tools in a developer turn.

    today  the current date as YYYY-MM-DD; "" leaves the line out, as the format allows.
    """

    today: str = ""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn and, where there is something in it, the developer turn."""
        told = self.told(system, native, conversation, format, options)
        date = f"Current date: {self.today}\n" if self.today else ""
        channels = "# Valid channels: analysis, commentary, final. Channel must be included for every message."
        if native:
            channels += "\nCalls to these tools must go to the commentary channel: 'functions'."
        fixed = (
            "You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\n"
            f"{date}\nReasoning: medium\n\n{channels}"
        )
        instructions = f"# Instructions\n\n{told}\n\n" if told else ""
        developer = instructions + native
        return [Turn("system", fixed), *([Turn("tools", developer)] if developer else [])]

    def since(self, messages: Sequence[Message]) -> int:
        """The last answer in the final channel: what led to it is shown no more."""
        final = (n for n, one in enumerate(messages) if one.role == "assistant" and not one.tool_calls)
        return max(final, default=-1)

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """Text in the final channel; text and thoughts beside a call in the analysis channel, while the turn lasts."""
        if format == self.format and not message.tool_calls and not message.content:
            return fill(self.said, content="")
        if not message.tool_calls or format != self.format:
            return super().assistant_text(message, latest, conversation, format)
        thought = joined(message.reasoning, message.content) if latest else ""
        said = f"<|channel|>analysis<|message|>{thought}<|end|>" if thought else ""
        written = format.with_(**self.history)
        return write_turn(written, said, message.tool_calls, conversation.tools, joint=self.joint)


register(
    Harmony(
        name="gpt-oss",
        source="https://huggingface.co/openai/gpt-oss-120b, chat template; "
        "https://cookbook.openai.com/articles/openai-harmony",
        models=("gpt-oss",),
        calls="gpt-oss",
        stop=("<|return|>", "<|call|>"),
        system="<|start|>system<|message|>{content}<|end|>",
        tools_turn="<|start|>developer<|message|>{content}<|end|>",
        user="<|start|>user<|message|>{content}<|end|>",
        assistant="<|start|>assistant{content}",
        said="<|channel|>final<|message|>{content}<|end|>",
        joint="<|start|>assistant",
        one_by_one=True,
        history={"call": " to=functions.{name}<|channel|>commentary json<|message|>{arguments}<|call|>"},
        results="{content}",
        result="<|start|>functions.{name} to=assistant<|channel|>commentary<|message|>{json}<|end|>",
        result_separator="",
        tools="# Tools\n\n## functions\n\n{tools}",
        tool_list=harmony_types,
    ),
    "harmony",
)
