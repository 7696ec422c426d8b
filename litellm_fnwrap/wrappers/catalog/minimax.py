"""Models of MiniMax: M2, M2.1, M2.5 and M2.7."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...formats.toolprompts import bare, dumped
from ...messages import Tool
from .. import register
from ..turns import Turns


def elements(tools: Iterable[Tool]) -> str:
    """Tools as MiniMax M2 reads them: an element each, the function alone as JSON."""
    return "\n".join(f"<tool>{dumped(bare(tool))}</tool>" for tool in tools)


_M2 = Turns(
    name="minimax-m2",
    source="https://huggingface.co/MiniMaxAI/MiniMax-M2, chat template",
    models=("~minimax-m2",),
    calls="minimax-m2",
    start="]~!b[",
    stop=("[e~[",),
    system="]~b]system\n{content}[e~[\n",
    user="]~b]user\n{content}[e~[\n",
    assistant="]~b]ai\n{content}[e~[\n",
    results="]~b]tool{content}[e~[\n",
    result="\n<response>{content}</response>",
    result_separator="",
    # The line feed is there also where nothing was said before the calls.
    history={"section": "\n<minimax:tool_call>\n{calls}\n</minimax:tool_call>"},
    joint="",
    think="<think>\n{reasoning}\n</think>\n\n",
    thinks="last",
    prefill="<think>\n",
    tools="\n\n# Tools\nYou may call one or more tools to assist with the user query.\nHere are the tools available in "
    "JSONSchema format:\n\n<tools>\n{tools}\n</tools>\n\nWhen making tool calls, use XML format to invoke tools and "
    'pass parameters:\n\n<minimax:tool_call>\n<invoke name="tool-name-1">\n<parameter name="param-key-1">param-value-1'
    '</parameter>\n<parameter name="param-key-2">param-value-2</parameter>\n...\n</invoke>\n</minimax:tool_call>',
    tool_list=elements,
    default_system="You are a helpful assistant.",
)
register(_M2)

for version in ("M2.1", "M2.5", "M2.7"):
    register(
        replace(
            _M2,
            name=f"minimax-{version.lower()}",
            source=f"https://huggingface.co/MiniMaxAI/MiniMax-{version}, the default system text; the turns are M2's",
            models=(f"~minimax-{version.lower()}",),
            default_system=f"You are a helpful assistant. Your name is MiniMax-{version} and is built by MiniMax.",
        )
    )
