"""Formats whose calls are marked JSON objects that carry the name: <tool_call>{"name": ..., "arguments": ...}."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="hermes",
        aliases=("hermes-2-pro", "hermes-3", "qwen", "qwen25", "qwen2.5", "qwen3-json"),
        models="Hermes 2 Pro, Hermes 3, Qwen 2.5, Qwen 3 (not Coder), QwQ, MiMo-VL, Reka Edge, and many finetunes",
        source="https://huggingface.co/NousResearch/Hermes-2-Pro-Llama-3-8B, chat template tool_use",
        sample='<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>\n'
        '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>',
        call="<tool_call>\n{object}\n</tool_call>",
        separator="\n",
        object=('{"name": {name}, "arguments": {arguments}}', '{"name": {name}, "parameters": {arguments}}'),
        reasoning=("<think>\n{reasoning}\n</think>\n\n", "<scratch_pad>\n{reasoning}\n</scratch_pad>\n"),
        drop=("<|im_end|>",),
        stop=("<|im_end|>",),
        special=("<tool_call>", "</tool_call>"),
    )
)
