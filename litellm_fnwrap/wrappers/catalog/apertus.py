"""Apertus models of the Swiss AI initiative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...formats.spec import Format
from ...messages import Conversation, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns
from .gpt_oss import harmony_types

_CLOSED = "\n}) => any;"


def typed_tools(tools: Sequence[Tool]) -> str:
    """Tools as Apertus reads them: gpt-oss's types without the namespace, no comma behind the last property."""
    return "\n".join(map(_signature, tools))


def _signature(tool: Tool) -> str:
    text = harmony_types([tool]).removeprefix("namespace functions {\n\n").removesuffix("\n\n} // namespace functions")
    return text.removesuffix(f",{_CLOSED}") + _CLOSED if text.endswith(f",{_CLOSED}") else text


@dataclass(frozen=True, kw_only=True, eq=False)
class Apertus(Turns):
    """Apertus: a developer turn is always there, and calls, results and the text after them are one turn."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn and the developer's, which without tools says so."""
        offered = native or "Tool Capabilities: disabled"
        told = self.told(system, native, conversation, format, options)
        return [Turn("system", told), Turn("tools", f"Deliberation: disabled\n{offered}")]

    def generation_mark(self, turns: Sequence[Turn]) -> str:
        """The turn's mark, which the template repeats where results have come before."""
        return self.assistant.partition("{content}")[0]


register(
    Apertus(
        name="apertus",
        source="https://huggingface.co/swiss-ai/Apertus-8B-Instruct-2509, chat template without its date",
        models=("~apertus",),
        calls="apertus",
        bos="<s>",
        stop=("<|assistant_end|>",),
        system="<|system_start|>{content}<|system_end|>",
        tools_turn="<|developer_start|>{content}<|developer_end|>",
        user="<|user_start|>{content}<|user_end|>",
        assistant="<|assistant_start|>{content}<|assistant_end|>",
        calling="<|assistant_start|>{content}",
        after_results="",
        results="[{content}]",
        result="{content}",
        result_separator=", ",
        joint="",
        default_system="You are Apertus, a helpful assistant created by the SwissAI initiative.\n"
        "Knowledge cutoff: 2024-04",
        tools="Tool Capabilities:\n{tools}",
        tool_list=typed_tools,
    )
)
