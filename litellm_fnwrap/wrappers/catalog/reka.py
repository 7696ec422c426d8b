"""Reka Edge of Reka AI."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ...formats.spec import Format
from ...formats.toolprompts import openai
from ...messages import Conversation, Message, Tool
from .. import register
from ..turns import Turns


def ascii_lines(tools: Sequence[Tool]) -> str:
    """One OpenAI tool a line, with escapes for what is not ASCII."""
    return "\n".join(json.dumps(openai(tool)) for tool in tools)


@dataclass(frozen=True, kw_only=True, eq=False)
class RekaEdge(Turns):
    """Reka Edge: an answer ends with a blank line, which a past one may still have."""

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """The turn without the blank line that its mark adds."""
        return super().assistant_text(message, latest, conversation, format).rstrip("\n")


register(
    RekaEdge(
        name="reka-edge",
        source="https://huggingface.co/RekaAI/reka-edge, chat template",
        models=("reka-edge",),
        calls="hermes",
        stop=("<sep>",),
        system="system: {content}\n\n<sep>",
        user="human: {content}<sep>",
        assistant="assistant: {content}\n\n<sep>",
        opening="assistant:",
        history={"separator": "", "ascii": True},
        result="<tool_response>\n{content}\n</tool_response>",
        result_separator="",
        tools="\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided "
        "with function signatures within <tools></tools> XML tags:\n<tools>\n{tools}\n</tools>\n\nFor each function "
        "call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n"
        '<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>',
        tool_list=ascii_lines,
    )
)
