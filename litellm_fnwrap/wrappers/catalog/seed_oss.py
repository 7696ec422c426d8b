"""Seed-OSS models of ByteDance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...messages import Tool
from .. import register
from ..turns import Turns

_PYTHON = {"string": "str", "number": "int", "integer": "int", "boolean": "bool", "array": "list"}


def functions(tools: Sequence[Tool]) -> str:
    """Tools as Seed-OSS reads them: the head of a Python function each, a docstring with what is required (必填)."""
    return "".join(map(_function, tools))


def _function(tool: Tool) -> str:
    properties = tool.parameters.get("properties") or {}
    required = tool.parameters.get("required") or ()
    head = ",".join(f"{name}: {_type(schema)}" for name, schema in properties.items())
    args = "".join(
        f"\n    - {name} ({_type(schema)}) [{'必填' if name in required else '选填'}]: {_description(schema)}"
        for name, schema in properties.items()
    )
    told = f"{tool.description.strip()}\n\n" + (f"    Args:{args}" if args else "")
    return f'\n\nFunction:\ndef {tool.name}({head}):\n    """\n    {told}\n\n    """'


def _type(schema: Any) -> str:
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    return _PYTHON.get(str(kind), "Any")


def _description(schema: Any) -> str:
    return str(schema.get("description") or "") if isinstance(schema, Mapping) else ""


register(
    Turns(
        name="seed-oss",
        source="https://huggingface.co/ByteDance-Seed/Seed-OSS-36B-Instruct, chat template",
        models=("~seed-oss",),
        calls="seed-oss",
        # Every turn begins with the BOS token, which the tokenizer does not add.
        system="<seed:bos>system\n{content}<seed:eos>",
        user="<seed:bos>user\n{content}<seed:eos>",
        assistant="<seed:bos>assistant\n{content}<seed:eos>",
        stop=("<seed:eos>",),
        results="<seed:bos>tool\n{content}<seed:eos>",
        result="{content}",
        result_separator="<seed:eos><seed:bos>tool\n",
        joint="\n\n",
        history={"python_values": ("array", "boolean", "null", "object")},
        think="<seed:think>{reasoning}</seed:think>\n",
        thinks="always",
        with_tools_system="You are Doubao, a helpful AI assistant. You may call one or more functions to assist with "
        "the user query.",
        tools="{tools}\n工具调用请遵循如下格式:\n<seed:tool_call>\n<function=example_function_name>\n"
        "<parameter=example_parameter_1>value_1</parameter>\n<parameter=example_parameter_2>This is the value for the "
        "second parameter\nthat can span\nmultiple lines</parameter>\n</function>\n</seed:tool_call>\n",
        tool_list=functions,
    )
)
