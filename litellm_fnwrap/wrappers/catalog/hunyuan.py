"""Hunyuan A13B of Tencent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...formats.spec import Format
from ...formats.toolprompts import json_array
from ...messages import Conversation, Message
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
