"""Jamba models of AI21: 1.5, 1.6 and 1.7; Jamba Reasoning has other turns."""

from __future__ import annotations

from collections.abc import Sequence

from ...formats.toolprompts import bare, dumped
from ...messages import Tool
from .. import register
from .system_first import SystemFirst


def definitions(tools: Sequence[Tool]) -> str:
    """Tools as Jamba reads them: the functions, indented by two, a blank line before each."""
    return "".join(f"\n\n{dumped(bare(tool), indent=2)}" for tool in tools)


register(
    SystemFirst(
        name="jamba",
        source="https://huggingface.co/ai21labs/AI21-Jamba-Mini-1.7, chat template",
        models=(
            *("jamba-1.5", "jamba-1.6", "jamba-1.7"),
            *("jamba-mini-1.5", "jamba-mini-1.6", "jamba-mini-1.7"),
            *("jamba-large-1.5", "jamba-large-1.6", "jamba-large-1.7"),
        ),
        calls="jamba",
        bos="<|startoftext|>",
        stop=("<|eom|>", "<|endoftext|>"),
        system="<|bom|><|system|> {content}<|eom|>",
        user="<|bom|><|user|> {content}<|eom|>",
        assistant="<|bom|><|assistant|> {content}<|eom|>",
        # The model writes the blank behind the mark itself.
        opening="<|bom|><|assistant|>",
        history={"section": "<tool_calls>[\n    {calls}\n]</tool_calls>"},
        joint="",
        results="{content}",
        result="<|bom|><|tool|> ({name}){content}<|eom|>",
        result_separator="",
        tools="\n\n<tool_definitions>\n# Tools\n\n## Functions{tools}\n</tool_definitions>",
        tool_list=definitions,
    ),
    "jamba-1.5",
)
