"""Granite models of IBM: 3.0 to 3.3, 4.0 and 4.1."""

from __future__ import annotations

from typing import Any

from ...formats.toolprompts import indented_array
from .. import register
from ..turns import Turns

_TURNS: dict[str, Any] = {
    "stop": ("<|end_of_text|>",),
    "system": "<|start_of_role|>system<|end_of_role|>{content}<|end_of_text|>\n",
    "user": "<|start_of_role|>user<|end_of_role|>{content}<|end_of_text|>\n",
    "assistant": "<|start_of_role|>assistant<|end_of_role|>{content}<|end_of_text|>\n",
}
_WHO = "Knowledge Cutoff Date: April 2024. You are Granite, developed by IBM. "

register(
    Turns(
        name="granite3",
        source="https://huggingface.co/ibm-granite/granite-3.3-2b-instruct, chat template without its date",
        models=("~granite-3", "~granite"),
        calls="granite",
        **_TURNS,
        results="{content}",
        result="<|start_of_role|>tool<|end_of_role|>{content}<|end_of_text|>\n",
        result_separator="",
        joint="",
        default_system=_WHO + "You are a helpful AI assistant.",
        with_tools_system=_WHO
        + "You are a helpful assistant with access to the following tools. When a tool is required to answer the "
        "user's query, respond only with <|tool_call|> followed by a JSON list of tools used. If a tool does not "
        "exist in the "
        "provided list of tools, notify the user that you do not have the ability to fulfill the request.",
        tools="{tools}",
        tool_list=indented_array,
        tools_turn="<|start_of_role|>available_tools<|end_of_role|>{content}<|end_of_text|>\n",
        place="next",
    ),
    "granite3.3",
)

_FOUR: dict[str, Any] = {
    **_TURNS,
    "calls": "granite-4",
    "results": "<|start_of_role|>user<|end_of_role|>\n{content}<|end_of_text|>\n",
    "result": "<tool_response>\n{content}\n</tool_response>",
    "tools": "\n\nYou are a helpful assistant with access to the following tools. You may call one or more tools to "
    "assist with the user query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n"
    "<tools>\n{tools}\n</tools>\n\nFor each tool call, return a json object with function name and arguments "
    'within <tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": '
    "<args-json-object>}\n</tool_call>. If a tool does not exist in the provided list of tools, notify the user "
    "that you do not have the ability to fulfill the request.",
}

register(
    Turns(
        name="granite4",
        source="https://huggingface.co/ibm-granite/granite-4.0-micro, chat template",
        models=("~granite-4",),
        **_FOUR,
        default_system="You are a helpful assistant. Please ensure responses are professional, accurate, and safe.",
        with_tools_system="",
    ),
    "granite4.0",
)

register(
    Turns(
        name="granite4.1",
        source="https://huggingface.co/ibm-granite/granite-4.1-3b, chat template",
        models=("~granite-4.1",),
        **_FOUR,
    )
)
