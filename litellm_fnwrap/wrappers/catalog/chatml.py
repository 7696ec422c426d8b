"""ChatML turns, and the families of Nous Research that call functions in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...formats.toolprompts import dumped
from ...messages import Tool
from .. import register
from ..turns import Turns

# Source: https://github.com/openai/openai-python/blob/release-v0.28.0/chatml.md, and any ChatML model's template.
CHATML: dict[str, Any] = {
    "system": "<|im_start|>system\n{content}<|im_end|>\n",
    "user": "<|im_start|>user\n{content}<|im_end|>\n",
    "assistant": "<|im_start|>assistant\n{content}<|im_end|>\n",
    "stop": ("<|im_end|>", "<|endoftext|>"),
}

_PYTHON = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"}


def _python_type(schema: Any) -> str:
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if isinstance(kind, list):
        return "Union[" + ",".join(_python_type({"type": one}) for one in kind) + "]"
    if kind == "array":
        return f"list[{_python_type(schema.get('items'))}]"
    if kind == "object":
        extra = schema.get("additionalProperties")
        return f"dict[str, {_python_type(extra)}]" if isinstance(extra, Mapping) else "dict"
    return _PYTHON.get(str(kind), "Any")


def signatures(tools: Sequence[Tool]) -> str:
    """Tools as Hermes reads them: JSON whose description is a Python signature with a docstring (raw line feeds)."""
    return "\n".join(_signature(tool) for tool in tools)


def _signature(tool: Tool) -> str:
    properties = tool.parameters.get("properties") or {}
    types = ", ".join(f"{name}: {_python_type(schema)}" for name, schema in properties.items())
    args = "".join(
        f"        {name}({_python_type(schema)}): {str(schema.get('description') or '').strip()}"
        for name, schema in properties.items()
        if isinstance(schema, Mapping)
    )
    description = f"{tool.name}({types}) - {tool.description}\n\n" + (f"    Args:\n{args}" if args else "")
    parameters = dumped(tool.parameters) if properties else "{}"
    return (
        f'{{"type": "function", "function": {{"name": "{tool.name}", "description": "{description}"'
        f', "parameters": {parameters}}}'
    )


# Source: https://huggingface.co/NousResearch/Hermes-2-Pro-Llama-3-8B, chat template tool_use.
_HERMES_TOOLS = (
    "You are a function calling AI model. You are provided with function signatures within <tools></tools> XML tags. "
    "You may call one or more functions to assist with the user query. Don't make assumptions about what values to "
    "plug into functions. Here are the available tools: <tools> {tools} </tools>Use the following pydantic model json "
    'schema for each tool call you will make: {"properties": {"name": {"title": "Name", "type": "string"}, '
    '"arguments": {"title": "Arguments", "type": "object"}}, "required": ["name", "arguments"], "title": '
    '"FunctionCall", "type": "object"}}\nFor each function call return a json object with function name and arguments '
    "within <tool_call></tool_call> XML tags as follows:\n<tool_call>\n"
    '{"name": <function-name>, "arguments": <args-dict>}\n</tool_call>'
)

register(
    Turns(
        name="hermes",
        source="https://huggingface.co/NousResearch/Hermes-2-Pro-Llama-3-8B, model card and chat template",
        models=("hermes", "hermes-2", "hermes-3", "hermes-4", "openhermes", "deephermes", "deephermes-3"),
        calls="hermes",
        **CHATML,
        # The template ends a tool turn without the line feed that every other turn has.
        results="<|im_start|>tool\n{content}\n<|im_end|>",
        results_last="<|im_start|>tool\n{content}<|im_end|>",
        result="<tool_response>\n{content}\n</tool_response>",
        tools=_HERMES_TOOLS,
        tool_list=signatures,
        place="own",
    ),
    "hermes-2-pro",
    "hermes-3",
    "tools_hermes_2_pro",
)

register(
    Turns(
        name="chatml",
        source="https://github.com/openai/openai-python/blob/release-v0.28.0/chatml.md",
        models=(
            *("~chatml", "~yi", "openorca", "~orca-2", "~smollm", "~smollm-2", "nous-hermes-2", "~stablelm-2"),
            "arcee-agent",
        ),
        calls="hermes",
        **CHATML,
        result="<tool_response>\n{content}\n</tool_response>",
    )
)

register(
    Turns(
        name="dolphin",
        source="https://huggingface.co/cognitivecomputations/dolphin-2.9-llama3-8b, model card",
        models=("dolphin", "dolphin-3"),
        calls="hermes",
        **CHATML,
        default_system="You are Dolphin, a helpful AI assistant.",
        result="<tool_response>\n{content}\n</tool_response>",
    )
)
