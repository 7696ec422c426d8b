"""InternLM models of Shanghai AI Laboratory."""

from __future__ import annotations

from ...formats.toolprompts import bare_array
from .. import register
from ..turns import Turns
from .chatml import CHATML

register(
    Turns(
        name="internlm2",
        source="https://github.com/InternLM/InternLM, chat/chat_format.md, section Function Call",
        models=("internlm-2", "internlm-3", "internlm"),
        calls="internlm",
        **CHATML,
        bos="<s>",
        joint="",
        results="<|im_start|>environment name=<|plugin|>\n{content}<|im_end|>\n",
        result="{content}",
        result_separator="<|im_end|>\n<|im_start|>environment name=<|plugin|>\n",
        tools="{tools}",
        tool_list=bare_array,
        tools_turn="<|im_start|>system name=<|plugin|>\n{content}<|im_end|>\n",
        place="next",
    ),
    "internlm2.5",
    "internlm3",
)
