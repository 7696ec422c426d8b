"""MiMo V2 models of Xiaomi; MiMo-VL, which has Qwen 2.5's turns, is in qwen.py."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...messages import Message
from .. import register
from ..turns import Turns
from .qwen import xml_tools


@dataclass(frozen=True, kw_only=True, eq=False)
class MimoV2(Turns):
    """MiMo V2: a past turn whose thoughts are shown no more has empty ones."""

    def thought(self, message: Message, latest: bool) -> str:
        """A past turn's reasoning, or the marks alone."""
        return super().thought(message, latest) or self.think_empty


_FLASH = MimoV2(
    name="mimo-v2",
    source="https://huggingface.co/XiaomiMiMo/MiMo-V2-Flash, chat template, which thinks where it is told to",
    models=("mimo-v2",),
    calls="mimo",
    stop=("<|im_end|>", "<|endoftext|>"),
    system="<|im_start|>system\n{content}<|im_end|>",
    user="<|im_start|>user\n{content}<|im_end|>",
    assistant="<|im_start|>assistant\n{content}<|im_end|>",
    opening="<|im_start|>assistant\n<think></think>",
    results="<|im_start|>tool\n{content}<|im_end|>",
    result="<tool_response>\n{content}\n</tool_response>\n",
    result_separator="",
    joint="",
    history={"separator": "", "python_values": ("boolean", "null")},
    think="<think>{reasoning}</think>",
    think_empty="<think></think>",
    thinks="last",
    default_system="You are MiMo, a helpful AI assistant engineered by Xiaomi.",
    tools="\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou have access to the "
    "following functions:\n\n<tools>\n{tools}\n</tools>\n\nFor each function call, output the function name and "
    "arguments in the following format:\n<tool_call>\n<function=example_function_name>\n"
    "<parameter=example_parameter_1>value_1</parameter>\n<parameter=example_parameter_2>This is the value for the "
    "second parameter\nthat can span\nmultiple lines</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\n"
    "- Function calls MUST follow the specified format: an inner <function=...></function> block must be nested "
    "within <tool_call></tool_call> XML tags\n- DO NOT use function calls inside <think></think> tags.\n"
    "- The value enclosed between parameter tags is preserved exactly as-is, including newlines and spaces.\n"
    "</IMPORTANT>",
    tool_list=xml_tools,
)
register(_FLASH, "mimo-v2-flash")

register(
    replace(
        _FLASH,
        name="mimo-v2.5",
        source="https://huggingface.co/XiaomiMiMo/MiMo-V2.5, chat template: V2's, told to think and to keep thoughts",
        models=("mimo-v2.5",),
        opening=None,
        thinks="always",
    )
)
