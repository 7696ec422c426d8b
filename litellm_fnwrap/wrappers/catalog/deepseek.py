"""DeepSeek models: V3 and R1 (with the models distilled from it), and V3.1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...formats.toolprompts import dumped
from ...messages import Tool
from .. import register
from ..turns import Turns

_TURNS: dict[str, Any] = {
    "bos": "<｜begin▁of▁sentence｜>",
    "stop": ("<｜end▁of▁sentence｜>",),
    "system": "{content}",
    "user": "<｜User｜>{content}",
    "joint": "",
    "after_results": "",
}
_V3: dict[str, Any] = {
    **_TURNS,
    "assistant": "<｜Assistant｜>{content}<｜end▁of▁sentence｜>",
    "results": "<｜tool▁outputs▁begin｜>{content}<｜tool▁outputs▁end｜>",
    "result": "<｜tool▁output▁begin｜>{content}<｜tool▁output▁end｜>",
}

register(
    Turns(
        name="deepseek-v3",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V3-0324, chat template (which shows no tools)",
        models=("deepseek-v3", "deepseek-v2.5", "~deepseek"),
        calls="deepseek-v3",
        **_V3,
    )
)

register(
    Turns(
        name="deepseek-r1",
        source="https://huggingface.co/deepseek-ai/DeepSeek-R1-Distill-Llama-8B, chat template (which shows no tools)",
        models=("deepseek-r1", "deepscaler", "deepcoder", "r1-1776"),
        calls="deepseek-v3",
        **_V3,
        prefill="<think>\n",
    )
)


def sections(tools: Sequence[Tool]) -> str:
    """Tools as DeepSeek V3.1 reads them: a heading each, description, parameters on one line."""
    return "".join(
        f"\n### {tool.name}\nDescription: {tool.description}\n\nParameters: {dumped(tool.parameters)}\n"
        for tool in tools
    )


register(
    Turns(
        name="deepseek-v3.1",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V3.1, section ToolCall; the chat template as llama.cpp "
        "keeps "
        "it, which opens and closes the thoughts (the model card's only closes them)",
        models=("deepseek-v3.1", "deepseek-v3.2-exp"),
        calls="deepseek-v3.1",
        **_TURNS,
        assistant="<｜Assistant｜><think></think>{content}<｜end▁of▁sentence｜>",
        results="{content}",
        result="<｜tool▁output▁begin｜>{content}<｜tool▁output▁end｜>",
        result_separator="",
        tools="\n\n## Tools\nYou have access to the following tools:\n{tools}\nIMPORTANT: ALWAYS adhere to this exact "
        "format for tool use:\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>tool_call_name<｜tool▁sep｜>"
        "tool_call_arguments<｜tool▁call▁end｜>{additional_tool_calls}<｜tool▁calls▁end｜>\n\nWhere:\n"
        "- `tool_call_name` must be an exact match to one of the available tools\n- `tool_call_arguments` must be "
        "valid JSON that strictly follows the tool's Parameters Schema\n- For multiple tool calls, chain them directly "
        "without separators or spaces",
        tool_list=sections,
    )
)
