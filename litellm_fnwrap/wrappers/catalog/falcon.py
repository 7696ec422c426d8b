"""Falcon models of TII: 3."""

from __future__ import annotations

from collections.abc import Sequence

from ...formats.toolprompts import dumped, openai
from ...messages import Tool
from .. import register
from ..turns import Turns


def array(tools: Sequence[Tool]) -> str:
    """Tools as Falcon 3 reads them: one JSON list, indented by two."""
    return dumped([openai(tool) for tool in tools], indent=2)


register(
    Turns(
        name="falcon3",
        source="https://huggingface.co/tiiuae/Falcon3-7B-Instruct, chat template; past calls as it tells the model to "
        "write them",
        models=("~falcon-3",),
        calls="hermes",
        stop=("<|endoftext|>",),
        system="<|system|>\n{content}\n",
        user="<|user|>\n{content}\n",
        assistant="<|assistant|>\n{content}<|endoftext|>\n",
        history={
            "section": "<tool_call>\n[\n  {calls}\n]\n</tool_call>",
            "call": "{object}",
            "separator": ",\n  ",
            "array": True,
        },
        results="{content}",
        result="<|assistant|>\n<tool_response>\n{content}\n</tool_response>\n",
        result_separator="",
        tools="You are a Falcon assistant skilled in function calling. You are helpful, respectful, and concise.\n\n"
        "# Tools\n\nYou have access to the following functions. You MUST use them to answer questions when needed. For "
        "each function call, you MUST return a JSON object inside <tool_call></tool_call> tags.\n\n"
        "<tools>{tools}</tools>\n\n# Output Format\n\nYour response MUST follow this format when making function calls:"
        '\n<tool_call>\n[\n  {"name": "function_name", "arguments": {"arg1": "value1", "arg2": "value2"}},\n'
        '  {"name": "another_function", "arguments": {"arg": "value"}}\n]\n</tool_call>\n'
        "If no function calls are needed, respond normally without the tool_call tags.",
        tool_list=array,
    )
)
