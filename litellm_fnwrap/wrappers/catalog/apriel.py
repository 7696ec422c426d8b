"""Apriel models of ServiceNow: Nemotron 15b Thinker, 1.5 and 1.6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import openai
from ...formats.writer import python_literal
from ...messages import Conversation, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns

# Source: https://huggingface.co/ServiceNow-AI/Apriel-1.5-15b-Thinker, chat template.
_REASON = (
    "You are a thoughtful and systematic AI assistant built by ServiceNow Language Models (SLAM) lab. Before providing "
    "an answer, analyze the problem carefully and present your reasoning step by step. After explaining your thought "
    "process, provide the final solution in the following format: [BEGIN FINAL RESPONSE] ... [END FINAL RESPONSE]."
)
_CALL = (
    "\nReturn all function calls as a list of json objects within <tool_call></tool_call> XML tags. Each json object "
    "should contain a function name and arguments as follows:\n"
    '<tool_calls>[{"name": <function-name-1>, "arguments": <args-dict-1>}, '
    '{"name": <function-name-2>, "arguments": <args-dict-2>},...]</tool_calls>'
)

# Source: https://huggingface.co/ServiceNow-AI/Apriel-1.6-15b-Thinker, chat template; its indentation included.
_REASON_1_6 = (
    "You are a thoughtful, systematic AI assistant from ServiceNow Language Models (SLAM) lab.\n    Analyze each "
    "question carefully, present your reasoning step-by-step, then provide the final\n    response after the marker "
    "[BEGIN FINAL RESPONSE]."
)


def python_lines(tools: Sequence[Tool]) -> str:
    """Tools as Apriel 1.5 reads them: one a line, as Python shows a dict."""
    return "\n".join(python_literal(openai(tool)) for tool in tools)


def python_row(tools: Sequence[Tool]) -> str:
    """Tools as Apriel 1.6 reads them: as Python shows dicts, with nothing between."""
    return "".join(python_literal(openai(tool)) for tool in tools)


@dataclass(frozen=True, kw_only=True, eq=False)
class Apriel(Turns):
    """Apriel: a system turn, in whose marks the model is asked to reason, is there also where nothing is told."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn."""
        return super().head(system, native, conversation, format, options) or [Turn("system", "")]

    def chat(self, turns: Sequence[Turn]) -> list[dict[str, Any]]:
        """The turns as messages, without a system turn that is only its marks."""
        return super().chat([turn for turn in turns if turn.text or turn.kind != "system"])


@dataclass(frozen=True, kw_only=True, eq=False)
class Apriel15(Apriel):
    """Apriel 1.5: without system text the tools have a system turn before the usual, which alone shows a call."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turns."""
        turns = super().head(system, native, conversation, format, options)
        if native and not system:
            return [Turn("system", turns[0].text + _CALL), Turn("system", "")]
        return turns


@dataclass(frozen=True, kw_only=True, eq=False)
class Apriel16(Apriel):
    """Apriel 1.6: what is told in a system turn stands on lines of its own."""

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn."""
        mark = super().mark_of(turn, last)
        return mark.replace("{content}", "\n{content}") if turn.kind == "system" and turn.text else mark


_CALLS: dict[str, Any] = {
    "calls": "apriel",
    "bos": "<s>",
    "stop": ("<|end|>", "</s>"),
    "joint": "",
    "history": {
        "section": "\n<tool_calls>[{calls}]</tool_calls>",
        "object": '{"name": {name}, "arguments": {arguments}, "id": {id}}',
    },
    "result": "{content}",
}

register(
    Apriel15(
        name="apriel",
        source="https://huggingface.co/ServiceNow-AI/Apriel-1.5-15b-Thinker, chat template as Unsloth mended it",
        models=("apriel-1.5", "apriel-1p5", "apriel-nemotron"),
        **_CALLS,
        system=f"<|system|>\n{_REASON}{{content}}\n<|end|>\n",
        user="<|user|>\n{content}\n<|end|>\n",
        assistant="<|assistant|>\n{content}\n<|end|>\n</s>",
        results="<|tool_result|>\n{content}\n<|end|>\n",
        result_separator="\n<|end|>\n<|tool_result|>\n",
        tools="\nYou are provided with function signatures within <available_tools></available_tools> XML tags. You "
        "may call one or more functions to assist with the user query. Don't make assumptions about the arguments. You "
        "should infer the argument values from previous user responses and the system message. Here are the available "
        "tools:\n<available_tools>\n{tools}\n</available_tools>",
        tool_list=python_lines,
    ),
    "apriel1.5",
)

register(
    Apriel16(
        name="apriel1.6",
        source="https://huggingface.co/ServiceNow-AI/Apriel-1.6-15b-Thinker, chat template as llama.cpp mended it",
        models=("apriel-1.6", "apriel-1p6"),
        **_CALLS,
        system=f"<|begin_system|>\n{_REASON_1_6}{{content}}\n",
        user="<|begin_user|>\n{content}",
        assistant="\n<|begin_assistant|>\n{content}\n<|end|>\n",
        prefill="Here are my reasoning steps:\n",
        results="<|begin_tool_result|>\n{content}\n\n\n",
        result_separator="\n\n\n<|begin_tool_result|>\n",
        tools="\nYou are provided with function signatures within <available_tools></available_tools> XML tags.\n"
        "        You may call one or more functions to assist with the user query.\n        Don't make assumptions "
        "about the arguments. You should infer the argument values from previous\n        user responses and the "
        "system message.\n        Here are the available tools: \n        <available_tools>\n{tools}        \n"
        "        </available_tools>.\n\n        Return all function calls as a list of JSON objects within "
        "<tool_calls></tool_calls> XML tags.\n        Each JSON object should contain a function name and arguments "
        'as follows:\n        <tool_calls>[\n            {"name": <function-name-1>, "arguments": <args-dict-1>},\n'
        '            {"name": <function-name-2>, "arguments": <args-dict-2>},\n            ...\n'
        "        ]</tool_calls>",
        tool_list=python_row,
    )
)
