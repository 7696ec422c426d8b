"""Nanbeige models: 4.1, which has Qwen 3's turns and its own texts where no system text is."""

from __future__ import annotations

from ...formats.spec import Format
from ...messages import Conversation
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns
from .chatml import CHATML


class Nanbeige(Turns):
    """Nanbeige: the tools follow its own text at once, and another's after a blank line."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn."""
        return super().head(system, native if system else native.lstrip("\n"), conversation, format, options)


register(
    Nanbeige(
        name="nanbeige4.1",
        source="https://huggingface.co/Nanbeige/Nanbeige4.1-3B, chat template",
        models=("nanbeige-4.1",),
        calls="hermes",
        **CHATML,
        default_system="你是南北阁，一款由BOSS直聘自主研发并训练的专业大语言模型。",
        with_tools_system="你是一位工具函数调用专家，你会得到一个问题和一组可能的工具函数。根据问题，你需要进行一个或多个函数/工具调用以"
        "实现目的，请尽量尝试探索通过工具解决问题。\n如果没有一个函数可以使用，请直接使用自然语言回复用户。\n如果给定的问题缺少函数所需的参数，"
        "请使用自然语言进行提问，向用户询问必要信息。\n如果调用结果已经足够回答用户问题，请对历史结果进行总结，使用自然语言回复用户。",
        think="<think>\n{reasoning}\n</think>\n\n",
        thinks="last",
        result="<tool_response>\n{content}\n</tool_response>",
        tools="\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided "
        "with function signatures within <tools></tools> XML tags:\n<tools>\n{tools}\n</tools>\n\nFor each function "
        "call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n"
        '<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>',
    )
)
