"""Hammer models of MadeAgents: 2.1."""

from __future__ import annotations

from collections.abc import Sequence

from ...formats.toolprompts import openai
from ...messages import Tool
from .. import register
from ..turns import Turns
from .chatml import CHATML


def python_list(tools: Sequence[Tool]) -> str:
    """Tools as Hammer reads them: the list as Python prints it, which is what its template's filter makes of it."""
    return str([openai(tool) for tool in tools])


register(
    Turns(
        name="hammer2.1",
        source="https://huggingface.co/MadeAgents/Hammer2.1-7b, chat template (which shows no calls)",
        models=("hammer-2.1",),
        calls="xlam",
        **CHATML,
        default_system="You are a helpful assistant.",
        # The model answers with the fenced list that it is shown in the text below.
        history={"section": "```\n[{calls}]\n```"},
        results="<|im_start|>tool\n{content}<|im_end|>\n",
        result="{content}",
        result_separator="<|im_end|>\n<|im_start|>tool\n",
        tools="[BEGIN OF TASK INSTRUCTION]\nYou are a tool calling assistant. In order to complete the user's request, "
        "you need to select one or more appropriate tools from the following tools and fill in the correct values for "
        "the tool parameters. Your specific tasks are:\n1. Make one or more function/tool calls to meet the request "
        "based on the question.\n2. If none of the function can be used, point it out and refuse to answer.\n3. If the "
        "given question lacks the parameters required by the function, also point it out.\n\nThe following are "
        "characters that may interact with you\n1. user: Provides query or additional information.\n2. tool: Returns "
        "the results of the tool calling.\n\n[END OF TASK INSTRUCTION]\n\n[BEGIN OF AVAILABLE_TOOLS]\n{tools}\n"
        "[END OF AVAILABLE_TOOLS]\n\n\n[BEGIN OF TASK INSTRUCTION]\nThe output MUST strictly adhere to the following "
        "JSON format, and NO other text MUST be included.\nThe example format is as follows. Please make sure the "
        "parameter type is correct. If no function call is needed, please directly output an empty list '[]'\n```\n[\n"
        '    {"name": "func_name1", "arguments": {"argument1": "value1", "argument2": "value2"}},\n'
        "    ... (more tool calls as required)\n]\n```\n\n[END OF TASK INSTRUCTION]\n\n",
        tool_list=python_list,
        place="first",
        # The template leaves a line feed of its own before the turn.
        tools_turn="\n<|im_start|>user\n{content}<|im_end|>\n",
    )
)
