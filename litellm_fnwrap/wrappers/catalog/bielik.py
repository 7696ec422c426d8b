"""Bielik models of SpeakLeash: 3."""

from __future__ import annotations

from collections.abc import Sequence

from ...formats.toolprompts import dumped, openai
from ...messages import Tool
from .. import register
from .chatml import CHATML
from .qwen import QwQ


def array(tools: Sequence[Tool]) -> str:
    """Tools as Bielik reads them: one JSON list, each tool on a line."""
    return "[" + ",\n".join(dumped(openai(tool)) for tool in tools) + "]"


# QwQ's turns too have the blank lines before the tools where no system text is.
register(
    QwQ(
        name="bielik3",
        source="https://huggingface.co/speakleash/Bielik-11B-v3.0-Instruct, chat template; not thinking, as it is by "
        "default, and with every turn of results closed (the template counts wrongly where there is system text)",
        # The smaller ones of that number came before it; their template is not known to be this one.
        models=("bielik-11b-v3",),
        calls="hermes",
        **CHATML,
        bos="<s>",
        history={"call": "\n<tool_call>\n{object}\n</tool_call>", "separator": ""},
        joint="",
        think="<think>\n{reasoning}\n</think>\n",
        thinks="always",
        result="<|function_output|>{content}",
        result_separator="",
        tools="\n\nMasz dostęp do następujących narzędzi. Definicje narzędzi znajdują się poniżej wewnątrz znaczników "
        "<|function_list|>:\n<|function_list|>\n{tools}\n<|function_list|>\n\nAby wywołać narzędzie, użyj formatu "
        '<tool_call>{"name": "nazwa_narzędzia", "arguments": {"argument": "wartość"}}</tool_call>. Wyniki działania '
        "narzędzi zostaną przekazane z markerem <|function_output|>.\n",
        tool_list=array,
    )
)
