"""LFM models of Liquid AI: 2 and 2.5."""

from __future__ import annotations

from typing import Any

from ...formats.toolprompts import json_array
from .. import register
from ..turns import Turns
from .chatml import CHATML

_TURNS: dict[str, Any] = {
    **CHATML,
    "bos": "<|startoftext|>",
    "joint": "",
    "results": "<|im_start|>tool\n{content}<|im_end|>\n",
    "result_separator": "<|im_end|>\n<|im_start|>tool\n",
    "tool_list": json_array,
}

register(
    Turns(
        name="lfm2",
        source="https://huggingface.co/LiquidAI/LFM2-1.2B, section Tool use and chat template",
        models=("lfm-2",),
        calls="lfm2",
        **_TURNS,
        result="<|tool_response_start|>{content}<|tool_response_end|>",
        tools="\nList of tools: <|tool_list_start|>{tools}<|tool_list_end|>",
    )
)

register(
    Turns(
        name="lfm2.5",
        source="https://huggingface.co/LiquidAI/LFM2.5-8B-A1B, chat template",
        models=("lfm-2.5",),
        calls="lfm2",
        **_TURNS,
        result="{content}",
        think="<think>{reasoning}</think>",
        thinks="last",
        tools="\nList of tools: {tools}",
    )
)
