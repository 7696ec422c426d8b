"""GLM models of Zhipu (Z.ai): 4 and 4.5."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        models=("glm-4.5", "glm-4.6", "glm-4.7"),
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
