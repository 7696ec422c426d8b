"""EXAONE models of LG: 3.5, 4.0 and K-EXAONE."""

from __future__ import annotations

from collections.abc import Sequence

from ...formats.toolprompts import dumped, openai
from ...messages import Message, Tool
from .. import register
from ..turns import Turns
from .system_first import SystemFirst


def tagged(tools: Sequence[Tool]) -> str:
    """Tools as EXAONE reads them: one a line, between tags."""
    return "".join(f"<tool>{dumped(openai(tool))}</tool>\n" for tool in tools)


register(
    SystemFirst(
        name="exaone3.5",
        source="https://huggingface.co/LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct, chat template (which shows no tools)",
        models=("~exaone-3.5",),
        stop=("[|endofturn|]",),
        system="[|system|]{content}[|endofturn|]\n",
        user="[|user|]{content}\n",
        assistant="[|assistant|]{content}[|endofturn|]\n",
    )
)

_ON_ONE_LINE = {"call": "<tool_call>{object}</tool_call>"}

register(
    Turns(
        name="exaone4",
        source="https://huggingface.co/LGAI-EXAONE/EXAONE-4.0-32B, chat template; not thinking, as it is by default",
        models=("~exaone-4", "~exaone-4.0"),
        calls="hermes",
        stop=("[|endofturn|]",),
        system="[|system|]\n{content}[|endofturn|]\n",
        user="[|user|]\n{content}[|endofturn|]\n",
        assistant="[|assistant|]\n<think>\n\n</think>\n\n{content}[|endofturn|]\n",
        history=_ON_ONE_LINE,
        results="[|tool|]\n{content}[|endofturn|]\n",
        result='<tool_result>{"result": {json}}</tool_result>',
        tools="\n\n# Available Tools\nYou can use none, one, or multiple of the following tools by calling them as "
        "functions to help with the user’s query.\nHere are the tools available to you in JSON format within <tool> "
        "and </tool> tags:\n{tools}\nFor each function call you want to make, return a JSON object with function name "
        "and arguments within <tool_call> and </tool_call> tags, like:\n"
        '<tool_call>{"name": function_1_name, "arguments": {argument_1_name: argument_1_value, argument_2_name: '
        'argument_2_value}}</tool_call>\n<tool_call>{"name": function_2_name, "arguments": {...}}</tool_call>\n...\n'
        "Note that if no argument name is specified for a tool, you can just print the argument value directly, "
        "without the argument name or JSON formatting.",
        tool_list=tagged,
    )
)


class KExaone(Turns):
    """K-EXAONE: past turns from before the last question show empty thoughts in place of their own."""

    def thought(self, message: Message, latest: bool) -> str:
        """The turn's thoughts, or empty ones."""
        return super().thought(message, latest) if latest else self.think_empty


register(
    KExaone(
        name="k-exaone",
        source="https://huggingface.co/LGAI-EXAONE/K-EXAONE-236B-A23B, chat template",
        models=("~k-exaone",),
        calls="hermes",
        stop=("<|endofturn|>",),
        system="<|system|>\n{content}<|endofturn|>\n",
        user="<|user|>\n{content}<|endofturn|>\n",
        assistant="<|assistant|>\n{content}<|endofturn|>\n",
        history=_ON_ONE_LINE,
        think="<think>\n{reasoning}\n</think>\n\n",
        think_empty="<think>\n\n</think>\n\n",
        thinks="always",
        prefill="<think>\n",
        results="<|tool|>\n{content}<|endofturn|>\n",
        result="<tool_result>{content}</tool_result>",
        tools="# Tools\n{tools}",
        tool_list=tagged,
        tools_turn="<|tool_declare|>\n{content}<|endofturn|>\n",
        place="own",
    )
)
