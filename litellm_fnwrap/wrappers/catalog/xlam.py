"""xLAM models of Salesforce, the first that call functions: xLAM-1b-fc-r and xLAM-7b-fc-r."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from ...formats.answers import write_turn
from ...formats.spec import Format
from ...messages import Conversation, Message, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns


def properties(tools: Sequence[Tool]) -> str:
    """Tools as xLAM reads them: a JSON list in ASCII, and of the parameters' schema its properties alone."""
    return json.dumps(
        [
            {"name": tool.name, "description": tool.description, "parameters": tool.parameters.get("properties") or {}}
            for tool in tools
        ]
    )


class XLam(Turns):
    """xLAM: the turn that the tools stand in calls what the user says a query; text beside calls is a thought."""

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """Text and calls, in the spelling of the format that has room for both."""
        if message.content and message.tool_calls and format == self.format:
            thinking = format.with_(envelope=format.envelope[1:])
            return write_turn(thinking, message.content, message.tool_calls, conversation.tools)
        return super().assistant_text(message, latest, conversation, format)

    def turns(self, conversation: Conversation, format: Format, options: Options) -> list[Turn]:
        """The turns, with the marks of a query in the one that begins with the tools."""
        native = self.native_tools(conversation, format, options)
        return [
            replace(turn, text=f"{native}[BEGIN OF QUERY]\n{turn.text.removeprefix(native)}\n[END OF QUERY]\n\n")
            if native and turn.kind == "user" and turn.text.startswith(native)
            else turn
            for turn in super().turns(conversation, format, options)
        ]


register(
    XLam(
        name="xlam-1",
        source="https://huggingface.co/Salesforce/xLAM-1b-fc-r, model card and chat template (which shows no tools)",
        models=("xlam-1b-fc", "xlam-7b-fc"),
        calls="xlam-json",
        stop=("<|EOT|>",),
        # The first stands right behind the system text, whatever that ends with.
        marks=("### Instruction:", "### Response:", "[BEGIN OF QUERY]", "[END OF QUERY]"),
        system="{content}",
        user="### Instruction:\n{content}\n### Response:",
        assistant="\n{content}\n<|EOT|>\n",
        opening="",
        default_system="You are an AI assistant for function calling.\n",
        tools="[BEGIN OF TASK INSTRUCTION]\nYou are an expert in composing functions. You are given a question and a "
        "set of possible functions. \nBased on the question, you will need to make one or more function/tool calls to "
        "achieve the purpose. \nIf none of the functions can be used, point it out and refuse to answer. \nIf the "
        "given question lacks the parameters required by the function, also point it out.\n[END OF TASK INSTRUCTION]"
        "\n\n[BEGIN OF AVAILABLE TOOLS]\n{tools}\n[END OF AVAILABLE TOOLS]\n\n[BEGIN OF FORMAT INSTRUCTION]\nThe "
        "output MUST strictly adhere to the following JSON format, and NO other text MUST be included.\nThe example "
        "format is as follows. Please make sure the parameter type is correct. If no function call is needed, please "
        "make tool_calls an empty list '[]'.\n```\n{\n    \"tool_calls\": [\n"
        '    {"name": "func_name1", "arguments": {"argument1": "value1", "argument2": "value2"}},\n'
        "    ... (more tool calls as required)\n    ]\n}\n```\n[END OF FORMAT INSTRUCTION]\n\n",
        tool_list=properties,
        # The card knows one question; in a longer talk the tools stand with the latest.
        place="last",
    )
)
