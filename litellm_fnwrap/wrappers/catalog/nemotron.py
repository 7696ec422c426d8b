"""Nemotron models of NVIDIA: Nano 2, and 3 with what follows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import bare_array
from ...messages import Conversation, Message, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns
from .chatml import CHATML
from .qwen import CODER_FORMAT
from .think_switch import Switched


@dataclass(frozen=True, kw_only=True, eq=False)
class Headed(Turns):
    """Turns that begin with the system's, be there anything in it or not."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn, at times an empty one."""
        return super().head(system, native, conversation, format, options) or [Turn("system", "")]


@dataclass(frozen=True, kw_only=True, eq=False)
class NanoV2(Headed, Switched):
    """Nemotron Nano 2: thoughts can be switched off, past ones are not shown."""


register(
    NanoV2(
        name="nemotron-nano-v2",
        source="https://huggingface.co/nvidia/NVIDIA-Nemotron-Nano-9B-v2, chat template",
        models=("nemotron-nano-9b-v2", "nemotron-nano-12b-v2", "nemotron-nano-v2"),
        calls="nemotron-v2",
        system="<SPECIAL_10>System\n{content}\n\n",
        user="<SPECIAL_11>User\n{content}\n",
        assistant="<SPECIAL_11>Assistant\n{content}\n<SPECIAL_12>\n",
        stop=("<SPECIAL_12>",),
        results="<SPECIAL_11>User\n<TOOL_RESPONSE>[{content}]</TOOL_RESPONSE>",
        result="{content}",
        result_separator=", ",
        prefill="<think>\n",
        switches=("system", "user"),
        quiet={"prefill": "", "opening": "<SPECIAL_11>Assistant\n<think></think>"},
        tools="\n\nYou can use the following tools to assist the user if required:\n<AVAILABLE_TOOLS>{tools}"
        "</AVAILABLE_TOOLS>\n\nIf you decide to call any tool(s), use the following format:\n"
        '<TOOLCALL>[{{"name": "tool_name1", "arguments": "tool_args1"}}, {{"name": "tool_name2", "arguments": '
        '"tool_args2"}}]</TOOLCALL>\n\nThe user will execute tool-calls and return responses from tool(s) in this '
        'format:\n<TOOL_RESPONSE>[{{"tool_response1"}}, {{"tool_response2"}}]</TOOL_RESPONSE>\n\nBased on the tool '
        "responses, you can call additional tools if needed, correct tool calls if any errors are found, or just "
        "respond to the user.",
        tool_list=bare_array,
    )
)


def xml_tools(tools: Sequence[Tool]) -> str:
    """Tools as Nemotron 3 reads them: XML elements, further keywords of a schema behind the ones models know best."""
    return "\n".join(map(_xml_tool, tools))


def _xml_tool(tool: Tool) -> str:
    known = {"name": tool.name, **({"description": tool.description} if tool.description else {})}
    properties = tool.parameters.get("properties")
    lines = ["<function>", *_elements(known, known), "<parameters>"]
    for name, schema in properties.items() if isinstance(properties, Mapping) else ():
        lines += _xml_parameter(name, schema if isinstance(schema, Mapping) else {})
    further = [key for key in tool.parameters if key not in ("type", "properties", "required")]
    lines += _elements(tool.parameters, [*further, "required"])
    return "\n".join([*lines, "</parameters>", "</function>"])


def _xml_parameter(name: str, schema: Mapping[str, Any]) -> list[str]:
    first = ("type", "description", "enum")
    further = [key for key in schema if key not in ("name", *first)]
    return ["<parameter>", f"<name>{name}</name>", *_elements(schema, [*first, *further]), "</parameter>"]


def _elements(schema: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    return [f"<{key}>{_xml_value(key, schema[key])}</{key}>" for key in keys if key in schema]


def _xml_value(key: str, value: Any) -> str:
    """Objects and lists as JSON, the rest (and a list of types) as Jinja spells it."""
    if key != "type" and isinstance(value, (Mapping, list, tuple)):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip() if key == "description" else str(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Nemotron3(Headed):
    """Nemotron 3: every past turn begins with its thoughts, empty ones where there were none or they are over."""

    def thought(self, message: Message, latest: bool) -> str:
        """The thoughts, with the line break that the template leaves between them and what follows."""
        thought = super().thought(message, latest) or "<think></think>"
        if message.tool_calls:
            return thought if message.content else thought.rstrip("\n") + "\n"
        dropped = message.reasoning and not latest
        return thought + self.think.partition("</think>")[2] if dropped else thought


_NEMOTRON3 = Nemotron3(
    name="nemotron-3",
    source="https://huggingface.co/nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16, chat template; Super has the same turns",
    models=("nemotron-3-nano", "nemotron-3-super", "nemotron-nano-3"),
    calls="nemotron-3",
    **CHATML,
    calling="<|im_start|>assistant\n{content}\n<|im_end|>\n",
    history={"python_values": ("boolean", "null")},
    results="<|im_start|>user\n{content}\n<|im_end|>\n",
    result="<tool_response>\n{content}\n</tool_response>",
    think="<think>\n{reasoning}\n</think>\n",
    thinks="last",
    prefill="<think>\n",
    tools="\n\n# Tools\n\nYou have access to the following functions:\n\n<tools>\n{tools}\n</tools>" + CODER_FORMAT,
    tool_list=xml_tools,
)
register(_NEMOTRON3)

register(
    replace(
        _NEMOTRON3,
        name="nemotron-3-ultra",
        source="https://huggingface.co/nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16, chat template; "
        "3.5 Lightning has the same turns",
        models=("nemotron-3-ultra", "nemotron-3.5-lightning"),
        think="<think>\n{reasoning}</think>",
    )
)

register(
    replace(
        _NEMOTRON3,
        name="nemotron-cascade-2",
        source="https://huggingface.co/nvidia/Nemotron-Cascade-2-30B-A3B, chat template",
        models=("nemotron-cascade-2",),
        default_system="You are a helpful and harmless assistant.\n\nYou are not allowed to use any tools.",
        # The template says the same in front of the tools it offers.
        with_tools_system="",
    )
)
