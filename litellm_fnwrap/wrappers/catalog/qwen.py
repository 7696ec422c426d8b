"""Qwen models of Alibaba: 2.5, 3, 3-Coder and 3.5, and models that kept their template."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...formats.spec import Format
from ...messages import Conversation, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns
from .chatml import CHATML

# Source: https://huggingface.co/Qwen/Qwen2.5-7B-Instruct, chat template; Qwen 3 has the same text.
_TOOLS = (
    "\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with "
    "function signatures within <tools></tools> XML tags:\n<tools>\n{tools}\n</tools>\n\nFor each function call, "
    "return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n"
    '{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
)
_RESPONSE = "<tool_response>\n{content}\n</tool_response>"

_QWEN25 = Turns(
    name="qwen2.5",
    source="https://huggingface.co/Qwen/Qwen2.5-7B-Instruct, chat template",
    models=(
        *("~qwen-2.5", "~qwen-2", "~qwen", "~codeqwen", "~athene-v2", "~marco-o1", "~openthinker"),
        *("~xlam-2", "cogito-14b", "cogito-32b", "arch-function-1.5b", "arch-function-3b", "arch-function-7b"),
    ),
    calls="hermes",
    **CHATML,
    default_system="You are Qwen, created by Alibaba Cloud. You are a helpful assistant.",
    result=_RESPONSE,
    tools=_TOOLS,
)
register(_QWEN25, "qwen2", "qwen")

register(
    replace(
        _QWEN25,
        name="arch-agent",
        source="https://github.com/ShishirPatil/gorilla, the chat template in Katanemo's model_handler "
        "local_inference/arch.py; https://huggingface.co/katanemo/Arch-Agent-1.5B, model card",
        models=("arch-agent",),
        default_system="You are a helpful assistant designed to assist with the user query by making one or more "
        "function calls if needed.",
    )
)


class QwQ(Turns):
    """Qwen 2.5's turns; the blank lines before the tools are there also where no system text is."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn, with the template's blank lines."""
        turns = super().head(system, native, conversation, format, options)
        return [Turn("system", native)] if native and turns[0].text == native.lstrip("\n") else turns


register(
    QwQ(
        name="qwq",
        source="https://huggingface.co/Qwen/QwQ-32B, chat template",
        models=("~qwq",),
        calls="hermes",
        **CHATML,
        prefill="<think>\n",
        result=_RESPONSE,
        tools=_TOOLS,
    )
)

register(
    Turns(
        name="mimo-vl",
        source="https://huggingface.co/XiaomiMiMo/MiMo-VL-7B-RL, chat template",
        models=("mimo-vl",),
        calls="hermes",
        **CHATML,
        default_system="You are MiMo, an AI assistant developed by Xiaomi.",
        result=_RESPONSE,
        tools=_TOOLS,
    )
)

_QWEN3 = Turns(
    name="qwen3",
    source="https://huggingface.co/Qwen/Qwen3-0.6B, chat template",
    models=("~qwen-3",),
    calls="hermes",
    **CHATML,
    think="<think>\n{reasoning}\n</think>\n\n",
    thinks="last",
    result=_RESPONSE,
    tools=_TOOLS,
)
register(_QWEN3)

_THINKING_SIZES = ("4b", "30b-a3b", "30b", "235b-a22b", "235b", "next-80b-a3b", "next-80b", "next")
_THINKING_EYES = ("vl-2b", "vl-4b", "vl-8b", "vl-30b-a3b", "vl-30b", "vl-32b", "vl-235b-a22b", "vl-235b")

register(
    replace(
        _QWEN3,
        name="qwen3-thinking",
        source="https://huggingface.co/Qwen/Qwen3-4B-Thinking-2507, chat template",
        models=tuple(f"~qwen-3-{size}-thinking" for size in _THINKING_SIZES + _THINKING_EYES),
        prefill="<think>\n",
    )
)

# Source: https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct, chat template; Qwen 3.5 and Nemotron 3 have it too.
CODER_FORMAT = (
    "\n\nIf you choose to call a function ONLY reply in the following format with NO suffix:\n\n<tool_call>\n"
    "<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n"
    "<parameter=example_parameter_2>\nThis is the value for the second parameter\nthat can span\nmultiple lines\n"
    "</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n- Function calls MUST follow the specified "
    "format: an inner <function=...></function> block must be nested within <tool_call></tool_call> XML tags\n"
    "- Required parameters MUST be specified\n- You may provide optional reasoning for your function call in natural "
    "language BEFORE the function call, but NOT after\n- If there is no function call available, answer the question "
    "like normal with your current knowledge and do not tell the user about function calls\n</IMPORTANT>"
)


def xml_tools(tools: Sequence[Tool]) -> str:
    """Tools as Qwen3-Coder reads them: XML elements, a schema's further keywords as elements of their own."""
    return "\n".join(map(_xml_tool, tools))


def _xml_tool(tool: Tool) -> str:
    lines = [f"<function>\n<name>{tool.name}</name>", f"<description>{tool.description.strip()}</description>"]
    lines.append("<parameters>")
    for name, schema in (tool.parameters.get("properties") or {}).items():
        lines += _xml_parameter(name, schema if isinstance(schema, Mapping) else {})
    lines += [*_further(tool.parameters, ("type", "properties")), "</parameters>", "</function>"]
    return "\n".join(lines)


def _xml_parameter(name: str, schema: Mapping[str, Any]) -> list[str]:
    lines = ["<parameter>", f"<name>{name}</name>"]
    if "type" in schema:
        lines.append(f"<type>{schema['type']}</type>")
    if "description" in schema:
        lines.append(f"<description>{str(schema['description']).strip()}</description>")
    return [*lines, *_further(schema, ("name", "type", "description")), "</parameter>"]


def _further(schema: Mapping[str, Any], told: Sequence[str]) -> list[str]:
    """An element for each keyword that has not been told; objects and lists as JSON, the rest as Jinja spells it."""
    elements = []
    for key, value in schema.items():
        if key not in told:
            text = json.dumps(value, ensure_ascii=False) if isinstance(value, (Mapping, list, tuple)) else str(value)
            elements.append(f"<{key}>{text}</{key}>")
    return elements


register(
    Turns(
        name="qwen3-coder",
        source="https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct, chat template",
        models=("qwen-3-coder",),
        calls="qwen3-coder",
        **CHATML,
        with_tools_system="You are Qwen, a helpful AI assistant that can interact with a computer to solve tasks.",
        joint="\n\n",
        results="<|im_start|>user\n{content}\n<|im_end|>\n",
        result=_RESPONSE,
        tools="\n\n# Tools\n\nYou have access to the following functions:\n\n<tools>\n{tools}\n</tools>" + CODER_FORMAT,
        tool_list=xml_tools,
    )
)

register(
    Turns(
        name="qwen3.5",
        source="https://huggingface.co/Qwen/Qwen3.5-4B, chat template",
        models=("~qwen-3.5", "~qwen-3.6"),
        calls="qwen3-coder",
        **CHATML,
        trim=True,
        joint="\n\n",
        think="<think>\n{reasoning}\n</think>\n\n",
        think_empty="<think>\n\n</think>\n\n",
        thinks="last",
        prefill="<think>\n",
        result=_RESPONSE,
        tools="# Tools\n\nYou have access to the following functions:\n\n<tools>\n{tools}\n</tools>"
        + CODER_FORMAT
        + "\n\n",
        place="before",
    )
)
