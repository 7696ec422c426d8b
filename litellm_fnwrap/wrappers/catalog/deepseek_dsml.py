"""DeepSeek models that write their calls as DSML, and come with an encoder in place of a template: V3.2, V4, V4.1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import bare_lines
from ...messages import Conversation, Message
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns

_END = "<｜end▁of▁sentence｜>"


@dataclass(frozen=True, kw_only=True, eq=False)
class Dsml(Turns):
    """DeepSeek V3.2 as it answers at once: its text that offers tools stands two lines below the system text, also
    where there is none.
    """

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """What stands in front of all turns, the tools' blank lines included; it needs no mark of its own."""
        turns = super().head(system, native, conversation, format, options)
        alone = native and turns[0].text == native.lstrip("\n")
        return [replace(turn, text=native if alone else turn.text, name="head") for turn in turns]

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn, none around what stands in front."""
        return "{content}" if turn.name else super().mark_of(turn, last)


@dataclass(frozen=True, kw_only=True, eq=False)
class ThinkingDsml(Dsml):
    """The same where the model thinks: of thoughts that are not kept, the mark that closes them stays."""

    def thought(self, message: Message, latest: bool) -> str:
        """A past turn's reasoning between its marks, or the mark behind the reasoning left out."""
        return super().thought(message, latest) if latest else self.think_empty.removeprefix(self.prefill)

    def prefilled(self, conversation: Conversation, format: Format) -> str:
        """Thoughts are opened behind results too."""
        return self.prefill or super().prefilled(conversation, format)


@dataclass(frozen=True, kw_only=True, eq=False)
class MergedDsml(ThinkingDsml):
    """DeepSeek V4: results are what the user says, thoughts are kept where tools are offered, and are else those since
    the user, or a result, was last heard.
    """

    def body(self, messages: Sequence[Message], conversation: Conversation, format: Format) -> list[Turn]:
        """The turns, neighbouring results and words of the user as one."""
        turns: list[Turn] = []
        for heard, neighbours in groupby(super().body(messages, conversation, format), _is_heard):
            those = list(neighbours)
            turns += [Turn("user", "\n\n".join(turn.text for turn in those))] if heard else those
        return turns

    def since(self, messages: Sequence[Message]) -> int:
        """The last message that is not the model's own."""
        return max((n for n, message in enumerate(messages) if message.role != "assistant"), default=-1)

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """A past answer, its thoughts included where tools are offered."""
        return super().assistant_text(message, latest or bool(conversation.offered), conversation, format)


def _is_heard(turn: Turn) -> bool:
    return turn.kind in ("user", "results")


def _past(section: str, invoke: str) -> dict[str, str]:
    """How past calls are written: two lines below the text, and with a line for arguments that are none."""
    return {
        "section": f"\n\n<｜DSML｜{section}>\n{{calls}}\n</｜DSML｜{section}>",
        "empty_call": f'<｜DSML｜{invoke} name="{{name}}">\n\n</｜DSML｜{invoke}>',
    }


_TURNS: dict[str, Any] = {
    "bos": "<｜begin▁of▁sentence｜>",
    "stop": (_END,),
    "system": "{content}",
    "user": "<｜User｜>{content}",
    "joint": "",
    "tool_list": bare_lines,
}
_THINKING: dict[str, Any] = {
    "assistant": f"<｜Assistant｜>{{content}}{_END}",
    "think": "<think>{reasoning}</think>",
    "think_empty": "<think></think>",
    "thinks": "last",
    "prefill": "<think>",
}
_V3: dict[str, Any] = {
    **_TURNS,
    "calls": "deepseek-v3.2",
    "results": "\n\n<function_results>{content}\n</function_results>\n\n",
    "after_results": "",
    "result": "\n<result>{content}</result>",
    "result_separator": "",
    "history": _past("function_calls", "invoke"),
    "tools": "\n\n## Tools\nYou have access to a set of tools you can use to answer the user's question.\nYou can "
    'invoke functions by writing a "<｜DSML｜function_calls>" block like the following as part of your reply to the '
    'user:\n<｜DSML｜function_calls>\n<｜DSML｜invoke name="$FUNCTION_NAME">\n<｜DSML｜parameter '
    'name="$PARAMETER_NAME" string="true|false">$PARAMETER_VALUE</｜DSML｜parameter>\n...\n</｜DSML｜invoke>\n'
    '<｜DSML｜invoke name="$FUNCTION_NAME2">\n...\n</｜DSML｜invoke>\n</｜DSML｜function_calls>\nString and scalar '
    "parameters should be specified as is without any escaping or quotes, while lists and objects should use JSON "
    'format. The "string" attribute should be set to "true" for string type parameters and "false" for other types '
    "(numbers, booleans, arrays, objects).\nIf the thinking_mode is enabled, then after function results you should "
    "strongly consider outputting a thinking block. Here is an example:\n<｜DSML｜function_calls>\n...\n"
    "</｜DSML｜function_calls>\n<function_results>\n...\n</function_results>\n<think>...thinking about results</think>"
    "\nHere are the functions available in JSONSchema format:\n<functions>\n{tools}\n</functions>\n",
}

register(
    Dsml(
        name="deepseek-v3.2",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V3.2, encoding/encoding_dsv32.py, in its mode chat, which "
        "vLLM and SGLang use unless asked to think",
        models=("deepseek-v3.2",),
        **{**_V3, "results": _V3["results"] + "</think>"},
        assistant=f"<｜Assistant｜></think>{{content}}{_END}",
    )
)

register(
    ThinkingDsml(
        name="deepseek-v3.2-speciale",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V3.2-Speciale, which only thinks; "
        "encoding/encoding_dsv32.py of V3.2, in its mode thinking",
        models=("deepseek-v3.2-speciale",),
        **_V3,
        **_THINKING,
    )
)


def _offer(section: str, invoke: str, parameter: str) -> str:
    """The text that offers tools, the same in V4 and V4.1 but for the names of the tags."""
    return (
        "\n\n## Tools\n\nYou have access to a set of tools to help answer the user's question. You can invoke tools by "
        f'writing a "<｜DSML｜{section}>" block like the following:\n\n<｜DSML｜{section}>\n<｜DSML｜{invoke} '
        f'name="$TOOL_NAME">\n<｜DSML｜{parameter} name="$PARAMETER_NAME" string="true|false">$PARAMETER_VALUE'
        f'</｜DSML｜{parameter}>\n...\n</｜DSML｜{invoke}>\n<｜DSML｜{invoke} name="$TOOL_NAME2">\n...\n'
        f"</｜DSML｜{invoke}>\n</｜DSML｜{section}>\n\nString parameters should be specified as is and set "
        '`string="true"`. For all other types (numbers, booleans, arrays, objects), pass the value in JSON format and '
        'set `string="false"`.\n\nIf thinking_mode is enabled (triggered by <think>), you MUST output your complete '
        "reasoning inside <think>...</think> BEFORE any tool calls or final response.\n\nOtherwise, output directly "
        "after </think> with tool calls or final response.\n\n### Available Tool Schemas\n\n{tools}\n\nYou MUST "
        "strictly follow the above defined tool name and parameter schemas to invoke tool calls.\n"
    )


_V4: dict[str, Any] = {**_TURNS, **_THINKING, "result": "<tool_result>{content}</tool_result>"}

register(
    MergedDsml(
        name="deepseek-v4",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V4-Pro, encoding/encoding_dsv4.py, in its mode thinking, "
        "without the line of its greatest effort",
        models=("deepseek-v4",),
        calls="deepseek-v4",
        **_V4,
        history=_past("tool_calls", "invoke"),
        tools=_offer("tool_calls", "invoke", "parameter"),
    )
)

register(
    MergedDsml(
        name="deepseek-v4.1",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V4.1-Flash, chat template; "
        "https://github.com/deepseek-ai/deepseek-recipe",
        models=("deepseek-v4.1",),
        calls="deepseek-v4.1",
        **{**_V4, "system": "<｜System｜>{content}"},
        start="<｜System｜>Reasoning Effort: 75 (range 1-100, the higher the value, the more thorough the reasoning)"
        "\n\n",
        history=_past(" calls", " invoke"),
        tools=_offer(" calls", " invoke", " parameter"),
    )
)
