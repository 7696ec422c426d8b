"""Models of inclusionAI: Ling 2 and 3, and Ring 2 that thinks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...formats.spec import Format
from ...messages import Conversation
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns

_OFFERED = (
    "\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function "
    "signatures within <tools></tools> XML tags:\n<tools>\n{tools}\n</tools>\n\n"
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ling(Turns):
    """Ling's first turn is always there, and its last line says whether the model is to think.

    thinking  that line.
    """

    thinking: str

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn with its last line."""
        turns = super().head(system, native, conversation, format, options)
        return [Turn("system", "\n".join((*(turn.text for turn in turns), self.thinking)))]


_TURNS: dict[str, Any] = {
    "stop": ("<|role_end|>", "<|endoftext|>"),
    "system": "<role>SYSTEM</role>{content}<|role_end|>",
    "user": "<role>HUMAN</role>{content}<|role_end|>",
    "assistant": "<role>ASSISTANT</role>{content}<|role_end|>",
    "results": "<role>OBSERVATION</role>{content}<|role_end|>",
    "result": "\n<tool_response>\n{content}\n</tool_response>",
    "result_separator": "",
}

register(
    Ling(
        name="ling2",
        source="https://huggingface.co/inclusionAI/Ling-mini-2.0, chat template",
        models=("ling-mini-2", "ling-flash-2", "ling-1t"),
        calls="hermes",
        **_TURNS,
        thinking="detailed thinking off",
        think="\n<think>\n{reasoning}\n</think>\n\n",
        thinks="last",
        tools=_OFFERED + "For each function call, return a json object with function name and arguments within "
        '<tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n'
        "</tool_call>",
    )
)

register(
    Ling(
        name="ling3",
        source="https://huggingface.co/inclusionAI/Ling-3.0-flash, chat template",
        models=("ling-3",),
        calls="glm-4.5",
        **_TURNS,
        thinking="detailed thinking on",
        history={
            "call": "<tool_call>{name}\n{arguments}\n</tool_call>",
            "parameter": "<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>",
        },
        think="\n<think>{reasoning}</think>",
        think_empty="\n<think></think>",
        thinks="always",
        prefill="\n<think>",
        tools=_OFFERED + "If none of the functions can be used, point it out. If the given question lacks the "
        "parameters required by the function, also point it out.\nIf you need to use a function, for each "
        "function call, output the function name and arguments within the following XML format:\n"
        "<tool_call>{function-name}\n"
        "<arg_key>{arg-key-1}</arg_key>\n<arg_value>{arg-value-1}</arg_value>\n<arg_key>{arg-key-2}</arg_key>\n"
        "<arg_value>{arg-value-2}</arg_value>\n...\n</tool_call>",
    )
)

register(
    Turns(
        name="ring2",
        source="https://huggingface.co/inclusionAI/Ring-flash-2.0, chat template (which shows no tools)",
        models=("ring-flash-2",),
        calls="hermes",
        stop=("<|endoftext|>", "<|role_end|>"),
        system="<role>SYSTEM</role>{content}",
        user="<role>HUMAN</role>{content}",
        assistant="<role>ASSISTANT</role>{content}",
        results="<role>TOOL</role>{content}",
        result="{content}",
        result_separator="<role>TOOL</role>",
    )
)
