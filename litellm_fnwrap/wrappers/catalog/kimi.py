"""Kimi models of Moonshot AI: K2 Instruct, K2 Thinking, K2.5, K2.7 Code and Linear."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import openai
from ...messages import Conversation, Message, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns
from .kimi_types import declared


@dataclass(frozen=True, kw_only=True, eq=False)
class Kimi(Turns):
    """Kimi K2: calls are numbered through the conversation, results say which call they are of, and thoughts, kept
    since the last answer without calls, are empty before it.
    """

    def body(self, messages: Sequence[Message], conversation: Conversation, format: Format) -> list[Turn]:
        """The turns, calls and results under the ids that the model gives."""
        return super().body(_numbered(messages), conversation, format)

    def since(self, messages: Sequence[Message]) -> int:
        """The last answer that is no step on the way to one."""
        answers = (n for n, one in enumerate(messages) if one.role == "assistant" and not one.tool_calls)
        return max(answers, default=-1)

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """A past answer, its calls counted on from those before."""
        if message.tool_calls and format == self.format:
            first = message.tool_calls[0].id.rpartition(":")[2]
            format = format.with_(first_index=int(first))
        return super().assistant_text(message, latest, conversation, format)

    def thought(self, message: Message, latest: bool) -> str:
        """A past turn's reasoning, or the empty one."""
        return super().thought(message, latest) or self.think_empty


def _numbered(messages: Iterable[Message]) -> list[Message]:
    """The messages with ids as the model counts: functions.get_weather:0, functions.ping:1, ..."""
    numbers = count()
    ids: dict[str, str] = {}
    out = []
    for message in messages:
        calls = []
        for call in message.tool_calls:
            ids[call.id] = f"functions.{call.name}:{next(numbers)}"
            calls.append(replace(call, id=ids[call.id]))
        answers = ids.get(message.tool_call_id, message.tool_call_id)
        out.append(replace(message, tool_calls=tuple(calls), tool_call_id=answers))
    return out


@dataclass(frozen=True, kw_only=True, eq=False)
class KimiInstruct(Kimi):
    """Kimi K2 Instruct, whose template leaves a line feed behind the system turn that it adds itself."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The tools and the system's turn, which has a name where it is the template's own."""
        turns = super().head(system, native, conversation, format, options)
        return turns if system else [*turns[:-1], replace(turns[-1], name="system")]

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn, and what is behind the one with a name."""
        mark = super().mark_of(turn, last)
        return mark + "\n" if turn.name else mark


def compact_array(tools: Iterable[Tool]) -> str:
    """All OpenAI tools as one JSON list without blanks."""
    return json.dumps([openai(tool) for tool in tools], ensure_ascii=False, separators=(",", ":"))


_TURNS: dict[str, Any] = {
    "calls": "kimi-k2",
    "stop": ("<|im_end|>",),
    "system": "<|im_system|>system<|im_middle|>{content}<|im_end|>",
    "user": "<|im_user|>user<|im_middle|>{content}<|im_end|>",
    "assistant": "<|im_assistant|>assistant<|im_middle|>{content}<|im_end|>",
    "results": "{content}",
    "result": "<|im_system|>{name}<|im_middle|>## Return of {id}\n{content}<|im_end|>",
    "result_separator": "",
    "joint": "",
    "tools": "{tools}",
    "tool_list": compact_array,
    "tools_turn": "<|im_system|>tool_declare<|im_middle|>{content}<|im_end|>",
    "place": "own",
}
_WHO = "You are Kimi, an AI assistant created by Moonshot AI."
_THINKING: dict[str, Any] = {
    **_TURNS,
    "default_system": _WHO,
    "think": "<think>{reasoning}</think>",
    "think_empty": "<think></think>",
    "thinks": "last",
}

register(
    KimiInstruct(
        name="kimi-k2",
        source="https://huggingface.co/moonshotai/Kimi-K2-Instruct, chat template since October 2025, with calls "
        "numbered as in llama.cpp's copy of it",
        models=("~kimi-k2",),
        **_TURNS,
        default_system=_WHO,
    )
)

register(
    Kimi(
        name="kimi-k2-thinking",
        source="https://huggingface.co/moonshotai/Kimi-K2-Thinking, chat template, with calls numbered as in "
        "llama.cpp's copy of it",
        models=("~kimi-k2-thinking",),
        **_THINKING,
    )
)

register(
    Kimi(
        name="kimi-k2.5",
        source="https://huggingface.co/moonshotai/Kimi-K2.5, chat template and tokenization_kimi.py",
        models=("~kimi-k2.5", "~kimi-k2.6"),
        **{**_THINKING, "tool_list": declared},
        prefill="<think>",
    )
)

register(
    Kimi(
        name="kimi-k2.7",
        source="https://huggingface.co/moonshotai/Kimi-K2.7-Code, chat template and tokenization_kimi.py",
        models=("~kimi-k2.7",),
        **{**_THINKING, "tool_list": declared, "default_system": "", "thinks": "always"},
        prefill="<think>",
    )
)

register(
    Kimi(
        name="kimi-linear",
        source="https://huggingface.co/moonshotai/Kimi-Linear-48B-A3B-Instruct, chat template",
        models=("~kimi-linear",),
        **_TURNS,
    )
)
