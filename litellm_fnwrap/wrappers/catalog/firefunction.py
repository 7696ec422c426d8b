"""Firefunction, Fireworks' Llama 3 that calls functions."""

from __future__ import annotations

from ...formats.toolprompts import indented_array
from .. import register
from ..turns import Turns
from .llama import HEADERS

register(
    Turns(
        name="firefunction-v2",
        source="https://huggingface.co/fireworks-ai/llama-3-firefunction-v2, chat template without its last line, "
        "the date",
        models=("firefunction",),
        calls="firefunction-v2",
        **HEADERS,
        results="<|start_header_id|>tool<|end_header_id|>\n\n{content}<|eot_id|>",
        result="{content}",
        result_separator="<|eot_id|><|start_header_id|>tool<|end_header_id|>\n\n",
        joint="",
        with_tools_system="You are a helpful assistant with access to functions.",
        tools="\nIn addition to plain text responses, you can chose to call one or more of the provided functions.\n\n"
        "Use the following rule to decide when to call a function:\n  * if the response can be generated from your "
        'internal knowledge (e.g., as in the case of queries like "What is the capital of Poland?"), do so\n'
        "  * if you need external information that can be obtained by calling one or more of the provided functions, "
        "generate a function calls\n\nIf you decide to call functions:\n  * prefix function calls with functools "
        "marker "
        "(no closing marker required)\n  * all function calls should be generated in a single JSON list formatted as "
        'functools[{"name": [function name], "arguments": [function arguments as JSON]}, ...]\n  * follow the provided '
        "JSON schema. Do not hallucinate arguments or values. Do to blindly copy values from the provided samples\n"
        "  * respect the argument type formatting. E.g., if the type if number and format is float, write value 7 as "
        "7.0\n  * make sure you pick the right functions that match the user intent\n\nAvailable functions as JSON "
        "spec:\n{tools}",
        tool_list=indented_array,
    ),
    "firefunction",
)
