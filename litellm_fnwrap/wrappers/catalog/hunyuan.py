"""Hunyuan models of Tencent: A13B and 7B, whose texts begin anew with each question; 0.5B, 1.8B and 4B; Hy3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import json_array, json_lines
from ...messages import Conversation, Message, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns

_BOS = "<|startoftext|>"
_CALLS = (
    '<tool_calls>[{"name": "func_name1", "arguments": {"argument1": "value1", "argument2": "value2"}},...]</tool_calls>'
)
_TOOLS = (
    "你是一位函数组合专家。你会得到一个问题和一组可能的函数。根据问题，你需要进行一个或多个函数/工具调用以实现目的。\n"
    "如果没有一个函数可以使用，请直接使用自然语言回复用户，以助手：开头。\n"
    "如果给定的问题缺少函数所需的参数，请使用自然语言进行提问，向用户询问必要信息，以助手：开头。\n"
    "如果调用结果已经足够回答用户问题，请对历史结果进行总结，使用自然语言回复用户，以助手：开头。\n"
    "你应该只在工具调用部分返回函数调用。如果你决定调用任何函数，你必须将其格式化为"
    f"{_CALLS}。你不应该在回复中包含任何其他文本。以下是你可以调用的函数列表，格式为JSON。\n\n{{tools}}\n"
)
_FORMAT = f"\n如果你决定返回函数调用，请将其格式化为{_CALLS}，不得包含其他文本。"
_FORMAT_FIRST = "如果额外要求里有格式要求，请忽略，以此处为准。"
_ELSE = "\n否则，请参考开头说的三种情况，以助手：开头进行回复。"


@dataclass(frozen=True, kw_only=True, eq=False)
class Hunyuan(Turns):
    """Hunyuan A13B: the system's text stands among the tools; where there are some, turns begin with who speaks."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn: tools, further demands, and the format of calls once more."""
        text = self.told(system, native, conversation, format, options)
        if not native:
            return [Turn("system", text)] if text else []
        if not text:
            return [Turn("system", native + _FORMAT + _ELSE)]
        return [Turn("system", f"{native}\n额外要求：\n{text}\n{_FORMAT}{_FORMAT_FIRST}{_ELSE}")]

    def body(self, messages: Sequence[Message], conversation: Conversation, format: Format) -> list[Turn]:
        """The turns, with what their marks begin with as their names; without tools each question begins a new text."""
        turns = super().body(messages, conversation, format)
        if not conversation.offered:
            return [replace(turn, name=_BOS) if n and turn.kind == "user" else turn for n, turn in enumerate(turns)]
        names = {"user": "用户：", "assistant": "助手："}
        return [turn if turn.calls else replace(turn, name=names.get(turn.kind, "")) for turn in turns]

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn, behind its name."""
        return turn.name + super().mark_of(turn, last)


register(
    Hunyuan(
        name="hunyuan-a13b",
        source="https://huggingface.co/tencent/Hunyuan-A13B-Instruct, chat template without its date",
        models=("~hunyuan-a13b",),
        calls="hunyuan-a13b",
        bos=_BOS,
        stop=("<|eos|>",),
        system="{content}<|extra_4|>",
        user="{content}<|extra_0|>",
        assistant="{content}<|eos|>",
        opening="",
        joint="",
        results="{content}<|extra_0|>",
        result="<tool_response>{content}</tool_response>",
        result_separator="<|extra_0|>",
        tools=_TOOLS,
        tool_list=json_array,
    )
)


def lines(tools: Sequence[Tool]) -> str:
    """One tool a line, but the second on the line of the first."""
    return json_lines(tools).replace("\n", "", 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Dense(Turns):
    """Hunyuan of one expert: what the user and tools say ends with the mark that opens the answer.

    answers  that mark; behind anything else the prompt ends with it.
    anew     what questions and results begin with, but for the first question.
    """

    answers: str
    anew: str = ""

    def body(self, messages: Sequence[Message], conversation: Conversation, format: Format) -> list[Turn]:
        """The turns, with what they begin with as their names."""
        turns = super().body(messages, conversation, format)
        first = next((n for n, turn in enumerate(turns) if turn.kind == "user"), None)
        heads = {"user": self.anew, "results": self.anew}
        return [replace(turn, name="" if n == first else heads.get(turn.kind, "")) for n, turn in enumerate(turns)]

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn, behind its name."""
        return turn.name + super().mark_of(turn, last)

    def generation_mark(self, turns: Sequence[Turn]) -> str:
        """Nothing behind what opens the answer already."""
        return "" if turns and turns[-1].kind in ("user", "results") else self.answers


_DENSE: dict[str, Any] = {
    "calls": "hunyuan-dense",
    "joint": "",
    "result": "<tool_response>{content}</tool_response>",
    "tools": "\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided "
    "with function signatures within <tools></tools> XML tags:\n<tools>\n{tools}\n</tools>\n\nFor function call "
    "returns, you should first print <tool_calls>For each function call, you should return object like:\n"
    "<tool_call>function_name\n```json\nfunction_arguments_in_json_format\n```</tool_call>At the end of function call "
    "returns, you should print </tool_calls>",
}

register(
    Dense(
        name="hunyuan-dense",
        source="https://huggingface.co/tencent/Hunyuan-1.8B-Instruct, chat template",
        models=("hunyuan-0.5b", "hunyuan-1.8b", "hunyuan-4b"),
        **_DENSE,
        bos="<｜hy_begin▁of▁sentence｜>",
        stop=("<｜hy_place▁holder▁no▁2｜>",),
        system="{content}<｜hy_place▁holder▁no▁3｜>",
        user="<｜hy_User｜>{content}<｜hy_Assistant｜>",
        assistant="{content}<｜hy_place▁holder▁no▁2｜>",
        results="<｜hy_User｜><tool_responses>{content}</tool_responses><｜hy_Assistant｜>",
        answers="<｜hy_Assistant｜>",
        tool_list=lines,
    )
)

register(
    Dense(
        name="hunyuan-7b",
        source="https://huggingface.co/tencent/Hunyuan-7B-Instruct, chat template",
        models=("hunyuan-7b",),
        **_DENSE,
        bos=_BOS,
        stop=("<|eos|>",),
        system="{content}<|extra_4|>",
        user="{content}<|extra_0|>",
        assistant="{content}<|eos|>",
        results="<tool_responses>{content}</tool_responses><|extra_0|>",
        answers="<|extra_0|>",
        anew=_BOS,
    )
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Hy3(Turns):
    """Hy3: the system's text is always there, and ends with how much the model is to think.

    effort  that end.
    """

    effort: str

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn with its end."""
        turns = super().head(system, native, conversation, format, options)
        return [Turn("system", "".join(turn.text for turn in turns) + self.effort)]


register(
    Hy3(
        name="hy3",
        source="https://huggingface.co/tencent/Hy3-preview, chat template, which lets the model not think",
        models=("hy-3-preview",),
        calls="hunyuan-v3",
        bos="<｜hy_begin▁of▁sentence｜>",
        stop=("<｜hy_eos｜>",),
        marks=("<｜reasoning_mode｜>",),
        effort="<｜reasoning_mode｜>reasoning_effort:no_think",
        system="{content}",
        user="<｜hy_User｜>{content}",
        assistant="<｜hy_Assistant｜><think></think>{content}<｜hy_eos｜>",
        joint="",
        results="<tool_responses>\n{content}</tool_responses>",
        result="<tool_response>\n{content}\n</tool_response>\n",
        result_separator="",
        tools="\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided "
        "with function signatures within <tools></tools> XML tags:\n<tools>\n{tools}\n</tools>\n\nFor function call "
        "returns, you should first print <tool_calls>\nFor each function call, you should return object like:\n"
        "<tool_call>{function-name}<tool_sep>\n<arg_key>{arg-key-1}</arg_key>\n<arg_value>{arg-value-1}</arg_value>\n"
        "<arg_key>{arg-key-2}</arg_key>\n<arg_value>{arg-value-2}</arg_value>\n...\n</tool_call>\n"
        "At the end of function call returns, you should print </tool_calls>",
    )
)
