"""Phi models of Microsoft: 3 and 3.5, 4, and 4-mini."""

from __future__ import annotations

from ...formats.toolprompts import bare_array
from .. import register
from ..turns import Turns

register(
    Turns(
        name="phi3",
        source="https://huggingface.co/microsoft/Phi-3.5-mini-instruct, chat template",
        models=("~phi-3", "~phi-3.5"),
        calls="generic",
        stop=("<|end|>", "<|endoftext|>"),
        system="<|system|>\n{content}<|end|>\n",
        user="<|user|>\n{content}<|end|>\n",
        assistant="<|assistant|>\n{content}<|end|>\n",
    ),
    "phi3.5",
)

register(
    Turns(
        name="phi4",
        source="https://huggingface.co/microsoft/phi-4, chat template",
        models=("~phi-4",),
        calls="generic",
        stop=("<|im_end|>", "<|endoftext|>"),
        system="<|im_start|>system<|im_sep|>{content}<|im_end|>",
        user="<|im_start|>user<|im_sep|>{content}<|im_end|>",
        assistant="<|im_start|>assistant<|im_sep|>{content}<|im_end|>",
    )
)

register(
    Turns(
        name="phi4-mini",
        source="https://huggingface.co/microsoft/Phi-4-mini-instruct, section Tool-enabled function-calling format",
        models=("phi-4-mini",),
        calls="phi4-mini",
        stop=("<|end|>", "<|endoftext|>"),
        system="<|system|>{content}<|end|>",
        user="<|user|>{content}<|end|>",
        assistant="<|assistant|>{content}<|end|>",
        results="{content}",
        result="<|tool_response|>{content}<|end|>",
        result_separator="",
        with_tools_system="You are a helpful assistant with some tools.",
        tools="<|tool|>{tools}<|/tool|>",
        tool_list=bare_array,
    )
)
