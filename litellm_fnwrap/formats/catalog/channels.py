"""Formats in which every part of a turn says whom it is for: gpt-oss' harmony, DeepSeek's and PLaMo's blocks."""

from __future__ import annotations

from itertools import product

from .. import register_format
from ..spec import Format


def _harmony_calls() -> tuple[str, ...]:
    """The spellings of a call's header: whom it is for stands before the channel or behind it, in either channel, with
    or without what the arguments are written in. The declared tools are "functions"; the built-in ones have no such
    prefix.
    """
    kinds = (" <|constrain|>json", " json", "", " <|constrain|>code", " code")
    orders = ("<|channel|>{channel} to={whom}{kind}", " to={whom}<|channel|>{channel}{kind}")
    headers = (
        order.replace("{channel}", channel).replace("{whom}", f"{prefix}{{name}}").replace("{kind}", kind)
        for prefix, order, channel, kind in product(("functions.", ""), orders, ("commentary", "analysis"), kinds)
    )
    return tuple(f"{header}<|message|>{{arguments}}<|call|>" for header in headers)


register_format(
    Format(
        name="gpt-oss",
        aliases=("harmony", "openai", "gptoss"),
        models="gpt-oss-20b, gpt-oss-120b",
        source="https://cookbook.openai.com/articles/openai-harmony, section Receiving tool calls",
        sample="<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>"
        '{"city": "Lyon"}<|call|><|start|>assistant<|channel|>commentary to=functions.ping <|constrain|>json<|message|>'
        "{}<|call|>",
        call=(*_harmony_calls(), "commentary to=functions.{name} json{arguments}"),
        separator="<|start|>assistant",
        reasoning="<|channel|>analysis<|message|>{reasoning}<|end|>",
        content=(
            "<|channel|>final<|message|>{content}<|end|>",
            "<|channel|>final<|message|>{content}<|return|>",
            "<|channel|>final <|constrain|>json<|message|>{content}<|end|>",
            "<|channel|>final json<|message|>{content}<|end|>",
            "<|channel|>commentary<|message|>{content}<|end|>",
        ),
        drop=("<|start|>assistant", "<|channel|>commentary to=assistant", "<|end|>", "<|return|>", "<|call|>"),
        stop=("<|call|>", "<|return|>"),
        special=("<|channel|>", "<|message|>", "<|constrain|>", "<|call|>", "<|start|>"),
        builtin=("python", "browser.*", "container.*"),
    )
)


def _deepseek_marks(name: str) -> tuple[str, ...]:
    """Spellings of a DeepSeek mark, the model's own first; distilled models vary bars and joints."""
    joints = ("▁", "_", " ")
    return tuple(f"<{bar}{name.replace(' ', joint)}{bar}>" for bar, joint in product("｜|", joints))


_SPECIAL = (
    "<｜tool▁calls▁begin｜>",
    "<｜tool▁calls▁end｜>",
    "<｜tool▁call▁begin｜>",
    "<｜tool▁sep｜>",
    "<｜tool▁call▁end｜>",
)
_SECTIONS = tuple(
    f"{begin}{{calls}}{end}"
    for begin, end in zip(_deepseek_marks("tool calls begin"), _deepseek_marks("tool calls end"), strict=True)
)

register_format(
    Format(
        name="deepseek-v3",
        aliases=("deepseekv3", "deepseek-r1", "deepseek", "deepseek-v3-0324"),
        models="DeepSeek V3-0324, R1-0528, the R1 distilled models",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V3-0324, chat template",
        sample="<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n"
        '{"city": "Lyon"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>ping\n```json\n{}\n'
        "```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        section=(*_SECTIONS, "<｜tool▁calls｜>{calls}<｜tool▁calls▁end｜>"),
        section_optional=True,
        call=tuple(
            f"{begin}function{sep}{{name}}\n```json\n{{arguments}}\n```{end}"
            for begin, sep, end in zip(
                _deepseek_marks("tool call begin"),
                _deepseek_marks("tool sep"),
                _deepseek_marks("tool call end"),
                strict=True,
            )
        ),
        separator="\n",
        reasoning="<think>\n{reasoning}\n</think>\n\n",
        drop=("<｜end▁of▁sentence｜>",),
        stop=("<｜end▁of▁sentence｜>",),
        special=_SPECIAL,
    )
)

register_format(
    Format(
        name="deepseek-v3.1",
        aliases=("deepseek-v31", "deepseekv31"),
        models="DeepSeek V3.1",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V3.1, section ToolCall",
        sample='<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Lyon"}<｜tool▁call▁end｜>'
        "<｜tool▁call▁begin｜>ping<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        section=_SECTIONS,
        section_optional=True,
        call="<｜tool▁call▁begin｜>{name}<｜tool▁sep｜>{arguments}<｜tool▁call▁end｜>",
        drop=("<｜end▁of▁sentence｜>",),
        stop=("<｜end▁of▁sentence｜>",),
        special=_SPECIAL,
    )
)

register_format(
    Format(
        name="plamo3",
        aliases=("plamo",),
        models="PLaMo 3",
        source="https://github.com/vllm-project/vllm, reasoning/plamo3_reasoning_parser.py, the tags",
        sample="<|plamo:begin_tool_requests:plamo|><|plamo:begin_tool_request:plamo|><|plamo:begin_tool_name:plamo|>"
        "get_weather<|plamo:end_tool_name:plamo|><|plamo:begin_tool_arguments:plamo|><|plamo:constrain|>json"
        '<|plamo:msg|>{"city": "Lyon"}<|plamo:end_tool_arguments:plamo|><|plamo:end_tool_request:plamo|>'
        "<|plamo:begin_tool_request:plamo|><|plamo:begin_tool_name:plamo|>ping<|plamo:end_tool_name:plamo|>"
        "<|plamo:begin_tool_arguments:plamo|><|plamo:constrain|>json<|plamo:msg|>{}"
        "<|plamo:end_tool_arguments:plamo|><|plamo:end_tool_request:plamo|><|plamo:end_tool_requests:plamo|>",
        section="<|plamo:begin_tool_requests:plamo|>{calls}<|plamo:end_tool_requests:plamo|>",
        call="<|plamo:begin_tool_request:plamo|><|plamo:begin_tool_name:plamo|>{name}<|plamo:end_tool_name:plamo|>"
        "<|plamo:begin_tool_arguments:plamo|><|plamo:constrain|>json<|plamo:msg|>{arguments}"
        "<|plamo:end_tool_arguments:plamo|><|plamo:end_tool_request:plamo|>",
        reasoning="<|plamo:begin_think:plamo|>{reasoning}<|plamo:end_think:plamo|>",
        drop=("<|plamo:tag|>",),
        stop=("<|plamo:tag|>",),
    )
)
