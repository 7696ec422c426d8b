"""Kimi K3 of Moonshot AI, in its XTML: messages and channels between marks that name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...formats.spec import Format
from ...formats.toolprompts import openai
from ...messages import Conversation, Message, Tool
from ...options import Options
from .. import register
from ..layout import Turn, fill
from ..turns import Turns
from .kimi_types import compact, sorted_keys


def sorted_array(tools: Iterable[Tool]) -> str:
    """All OpenAI tools as one JSON list without blanks, their keys in order."""
    return compact([sorted_keys(openai(tool)) for tool in tools])


@dataclass(frozen=True, kw_only=True, eq=False)
class KimiK3(Turns):
    """Kimi K3: an answer has its channels also where nothing is in them, results are counted in each round of calls,
    and how much to think is said below the tools.

    effort  the turn that says it, between its marks.
    """

    effort: str = ""

    def turns(self, conversation: Conversation, format: Format, options: Options) -> list[Turn]:
        """The turns, that about the effort in its place."""
        turns = super().turns(conversation, format, options)
        at = 1 if turns and turns[0].kind == "tools" else 0
        return [*turns[:at], Turn("system", self.effort, name="effort"), *turns[at:]]

    def body(self, messages: Sequence[Message], conversation: Conversation, format: Format) -> list[Turn]:
        """The turns, every result under its number."""
        return super().body(_counted(messages), conversation, format)

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn, none around the one that has its own."""
        return "{content}" if turn.name else super().mark_of(turn, last)

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """A past answer, its response also where nothing was said."""
        text = super().assistant_text(message, latest, conversation, format)
        if message.content:
            return text
        thought = self.thought(message, latest)
        return thought + fill(self.said, content="") + text.removeprefix(thought)


def _counted(messages: Iterable[Message]) -> list[Message]:
    """The messages, the id of every result its number since the last answer."""
    out: list[Message] = []
    number = 0
    for message in messages:
        number = number + 1 if message.role == "tool" else 0 if message.role == "assistant" else number
        out.append(replace(message, tool_call_id=str(number)) if message.role == "tool" else message)
    return out


_END = "<|close|>message<|sep|><|end_of_msg|>"
register(
    KimiK3(
        name="kimi-k3",
        source="https://huggingface.co/moonshotai/Kimi-K3, encoding_k3.py, with the greatest effort, its default",
        models=("~kimi-k3",),
        calls="kimi-k3",
        stop=("<|end_of_msg|>",),
        system=f'<|open|>message role="system"<|sep|>{{content}}{_END}',
        user=f'<|open|>message role="user"<|sep|>{{content}}{_END}',
        assistant=f'<|open|>message role="assistant"<|sep|>{{content}}{_END}',
        said="<|open|>response<|sep|>{content}<|close|>response<|sep|>",
        joint="",
        think="<|open|>think<|sep|>{reasoning}<|close|>think<|sep|>",
        think_empty="<|open|>think<|sep|><|close|>think<|sep|>",
        thinks="always",
        prefill="<|open|>think<|sep|>",
        results="{content}",
        result=f'<|open|>message role="tool" tool="{{name}}" index="{{id}}"<|sep|>{{content}}{_END}',
        result_separator="",
        tools="# Tools\nHere are the available tools, described in JSONSchema.\n\n```json\n{tools}\n```",
        tool_list=sorted_array,
        tools_turn=f'<|open|>message role="system" type="tool-declare"<|sep|>{{content}}{_END}',
        place="own",
        effort='<|open|>message role="system" type="thinking-effort"<|sep|>`thinking_effort` guides on how much to '
        "think in your thinking channel (not including the response channel), supported values include `low`, "
        f"`medium`, `high`, and `max`.\nNow the system is invoked with `thinking_effort=max`.{_END}",
    )
)
