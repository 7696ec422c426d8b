"""Models of MiniMax: M1, M2, M2.1, M2.5, M2.7 and M3."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...formats.toolprompts import bare, bare_lines, dumped
from ...messages import Tool
from .. import register
from ..turns import Turns


def elements(tools: Iterable[Tool]) -> str:
    """Tools as MiniMax M2 reads them: an element each, the function alone as JSON."""
    return "\n".join(f"<tool>{dumped(bare(tool))}</tool>" for tool in tools)


register(
    Turns(
        name="minimax-m1",
        source="https://github.com/MiniMax-AI/MiniMax-M1, tokenizer_config.json; docs/function_call_guide.md, for "
        "calls and functions, which the template leaves to the caller",
        models=("~minimax-m1",),
        calls="minimax-m1",
        start="<begin_of_document>",
        stop=("<end_of_sentence>",),
        system="<beginning_of_sentence>system ai_setting=assistant\n{content}<end_of_sentence>\n",
        user="<beginning_of_sentence>user name=user\n{content}<end_of_sentence>\n",
        assistant="<beginning_of_sentence>ai name=assistant\n{content}<end_of_sentence>\n",
        results="<beginning_of_sentence>tool name=tools\n{content}<end_of_sentence>\n",
        result="tool name: {name}\ntool result: {content}\n\n",
        result_separator="",
        tools="You are provided with these tools:\n<tools>\n{tools}\n</tools>\n\nIf you need to call tools, please "
        "respond with <tool_calls></tool_calls> XML tags, and provide tool-name and json-object of arguments, "
        'following the format below:\n<tool_calls>\n{"name": <tool-name-1>, "arguments": <args-json-object-1>}\n...\n'
        "</tool_calls>",
        tool_list=bare_lines,
        tools_turn="<beginning_of_sentence>system tool_setting=tools\n{content}<end_of_sentence>\n",
        place="next",
    )
)

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

_NAMESPACE = "]<]minimax[>["

register(
    Turns(
        name="minimax-m3",
        source="https://huggingface.co/MiniMaxAI/MiniMax-M3, chat template; the model decides whether it thinks",
        models=("~minimax-m3",),
        calls="minimax-m3",
        start="]~!b[]~b]system\nYour model version is MiniMax-M3, developed by MiniMax. Knowledge cutoff: January "
        "2026. Founded in early 2022, MiniMax is a global AI foundation model company committed to advancing the "
        "frontiers of AI towards AGI.\n\n<thinking_instructions>\nYou have a thinking capability that allows you to "
        "reason step by step before responding. When thinking is enabled, wrap your reasoning in <mm:think></mm:think> "
        "tags before your response. When thinking is disabled, begin your response directly after the </mm:think> "
        "prefix. When thinking is adaptive, decide on your own whether to think for the current turn.\nCurrent "
        "thinking mode: adaptive. You are encouraged to think for complex decision-making, multi-step reasoning, or "
        "when analyzing function/tool results.\n</thinking_instructions>[e~[\n",
        stop=("[e~[",),
        system="]~b]developer\n{content}[e~[\n",
        user="]~b]user\n{content}[e~[\n",
        assistant="]~b]ai\n{content}[e~[\n",
        results="]~b]tool{content}[e~[\n",
        result="\n<response>{content}</response>",
        result_separator="",
        joint="",
        think="<mm:think>{reasoning}</mm:think>",
        think_empty="</mm:think>",
        thinks="always",
        tools="\n\n# Tools\nYou may call one or more tools to assist with the user query.\nHere are the tools "
        "available in JSONSchema format:\n\n<tools>\n{tools}\n</tools>\n\n"
        f"To call tools, wrap all invocations in a single {_NAMESPACE}<tool_call>{_NAMESPACE}</tool_call> block. "
        "Parameter values containing nested objects or arrays are recursively expanded into XML elements. Example:\n\n"
        f'{_NAMESPACE}<tool_call>\n{_NAMESPACE}<invoke name="tool-name-1">{_NAMESPACE}<param-1>value-1{_NAMESPACE}'
        f"</param-1>{_NAMESPACE}<param-2>{_NAMESPACE}<item>{_NAMESPACE}<key-a>val-a{_NAMESPACE}</key-a>{_NAMESPACE}"
        f"<key-b>val-b{_NAMESPACE}</key-b>{_NAMESPACE}</item>{_NAMESPACE}</param-2>{_NAMESPACE}</invoke>\n{_NAMESPACE}"
        f'<invoke name="tool-name-2">{_NAMESPACE}<param-1>value-1{_NAMESPACE}</param-1>{_NAMESPACE}</invoke>\n'
        f"{_NAMESPACE}</tool_call>",
        tool_list=elements,
        default_system="You are a helpful assistant.",
    )
)
