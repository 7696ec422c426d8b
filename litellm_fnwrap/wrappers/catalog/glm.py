"""GLM models of Zhipu (Z.ai): 4 to 5.3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import bare, dumped, json_lines
from ...messages import Conversation, Message, Tool
from .. import register
from ..turns import Turns


def sections(tools: Sequence[Tool]) -> str:
    """Tools as GLM-4 reads them: a heading each, the function indented, and the sentence that asks for JSON."""
    asked = "在调用上述函数时，请使用 Json 格式表示调用的参数。"
    return "".join(f"\n\n## {tool.name}\n\n{dumped(bare(tool), indent=4)}\n{asked}" for tool in tools)


register(
    Turns(
        name="glm4",
        source="https://huggingface.co/THUDM/glm-4-9b-chat-hf, chat template",
        models=("~glm-4", "~glm-z1", "~chatglm"),
        calls="glm-4",
        start="[gMASK]<sop>",
        stop=("<|observation|>", "<|user|>", "<|endoftext|>"),
        system="<|system|>\n{content}",
        user="<|user|>\n{content}",
        assistant="<|assistant|>\n{content}",
        calling="<|assistant|>{content}",
        opening="<|assistant|>",
        results="<|observation|>\n{content}",
        result="{content}",
        result_separator="<|observation|>\n",
        joint="<|assistant|>",
        tools="你是一个名为 ChatGLM 的人工智能助手。你是基于智谱AI训练的语言模型 GLM-4 模型开发的，"
        "你的任务是针对用户的问题和要求提供适当的答复和支持。\n\n# 可用工具{tools}",
        tool_list=sections,
        place="own",
    )
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Glm45(Turns):
    """GLM 4.5: a past turn begins with its thoughts, empty ones included; text and calls have lines of their own."""

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """Thoughts, text, calls."""
        thought = message.reasoning.strip() if latest else ""
        text = super().assistant_text(message, latest, conversation, format)
        return f"\n<think>{thought}</think>" + (f"\n{text}" if text else "")


register(
    Glm45(
        name="glm4.5",
        source="https://huggingface.co/zai-org/GLM-4.5-Air, chat template; 4.6 has the same turns",
        models=("glm-4.5", "glm-4.6"),
        calls="glm-4.5",
        start="[gMASK]<sop>",
        stop=("<|user|>", "<|observation|>", "<|endoftext|>"),
        marks=("<think>", "</think>"),
        system="<|system|>\n{content}",
        user="<|user|>\n{content}",
        assistant="<|assistant|>{content}",
        results="<|observation|>\n{content}",
        result="<tool_response>\n{content}\n</tool_response>",
        tools="# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with "
        "function signatures within <tools></tools> XML tags:\n<tools>\n{tools}\n</tools>\n\nFor each function call, "
        "output the function name and arguments within the following XML format:\n<tool_call>{function-name}\n"
        "<arg_key>{arg-key-1}</arg_key>\n<arg_value>{arg-value-1}</arg_value>\n<arg_key>{arg-key-2}</arg_key>\n"
        "<arg_value>{arg-value-2}</arg_value>\n...\n</tool_call>",
        tool_list=json_lines,
        place="own",
    ),
    "glm4.6",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Glm47(Turns):
    """GLM 4.7 and later: nothing stands between marks, thoughts, text and calls.

    unshown  what a past turn begins with whose thoughts are not shown.
    """

    unshown: str = ""

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """The same without blanks around the text, which are kept around all others."""
        message = replace(message, content=message.content.strip())
        return super().assistant_text(message, latest, conversation, format)

    def thought(self, message: Message, latest: bool) -> str:
        """Thoughts, or what stands in their place."""
        return super().thought(message, latest) or self.unshown


def functions(tools: Sequence[Tool]) -> str:
    """One function a line, without the "function" type around it."""
    return "\n".join(dumped(bare(tool)) for tool in tools)


_START = "[gMASK]<sop>"
_EFFORT = "<|system|>Reasoning Effort: Max"
_TURNS: dict[str, Any] = {
    "calls": "glm-4.7",
    "stop": ("<|user|>", "<|observation|>", "<|endoftext|>"),
    "marks": ("<think>", "</think>"),
    "system": "<|system|>{content}",
    "user": "<|user|>{content}",
    "assistant": "<|assistant|>{content}",
    "joint": "",
    "results": "<|observation|>{content}",
    "result": "<tool_response>{content}</tool_response>",
    "result_separator": "",
    "think": "<think>{reasoning}</think>",
    "prefill": "<think>",
    "tools": "\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with "
    "function signatures within <tools></tools> XML tags:\n<tools>\n{tools}\n</tools>\n\nFor each function call, "
    "output the function name and arguments within the following XML format:\n<tool_call>{function-name}"
    "<arg_key>{arg-key-1}</arg_key><arg_value>{arg-value-1}</arg_value>"
    "<arg_key>{arg-key-2}</arg_key><arg_value>{arg-value-2}</arg_value>...</tool_call>",
    "place": "own",
}

register(
    Glm47(
        name="glm4.7",
        source="https://huggingface.co/zai-org/GLM-4.7, chat template; GLM-5 has the same",
        models=("glm-4.7", "glm-5"),
        start=_START,
        **_TURNS,
        tool_list=json_lines,
        thinks="last",
        unshown="</think>",
    ),
    "glm5",
)

register(
    Glm47(
        name="glm5.1",
        source="https://huggingface.co/zai-org/GLM-5.1, chat template",
        models=("glm-5.1",),
        start=_START,
        **_TURNS,
        tool_list=functions,
        thinks="last",
        think_empty="<think></think>",
        unshown="</think>",
    )
)

register(
    Glm47(
        name="glm5.2",
        source="https://huggingface.co/zai-org/GLM-5.2, chat template",
        models=("glm-5.2",),
        start=_START + _EFFORT,
        **_TURNS,
        tool_list=functions,
        thinks="last",
        unshown="<think></think>",
    )
)

register(
    Glm47(
        name="glm5.3",
        source="https://huggingface.co/zai-org/GLM-5.3-Flash, chat template",
        models=("glm-5.3",),
        start=_START + _EFFORT,
        **_TURNS,
        tool_list=functions,
        thinks="always",
        unshown="<think></think>",
    )
)
