"""K2-Think of MBZUAI."""

from __future__ import annotations

from .. import register
from ..turns import Turns
from .chatml import CHATML

register(
    Turns(
        name="k2-think",
        source="https://huggingface.co/LLM360/K2-Think, chat template (which shows no tools)",
        models=("~k2-think",),
        calls="hermes",
        **CHATML,
        default_system="You are K2-Think, a helpful assistant trained by MBZUAI. To answer the user's question, you "
        "first think about the reasoning process and then provide the user with the answer. The reasoning process and "
        "answer are enclosed within <think> </think> and <answer> </answer> tags, respectively, i.e., <think> "
        "reasoning process here </think> <answer> answer here </answer>.",
        result="<tool_response>\n{content}\n</tool_response>",
    )
)
