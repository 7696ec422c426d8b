"""What is read, rendered and constrained: tools, conversations and calls of any size."""

from __future__ import annotations

import json
from typing import Any

from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.messages import Tool

LINE = 'def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)  # "quoted" \\ done\n'
WRITE = Tool(
    name="write_file",
    parameters={"type": "object", "properties": {"path": {"type": "string"}, "text": {"type": "string"}}},
)
KINDS: list[dict[str, Any]] = [
    {"type": "string", "description": "Some text."},
    {"type": "integer", "minimum": 0, "maximum": 100},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "string", "enum": ["small", "medium", "large"]},
    {"type": "array", "items": {"type": "string"}},
    {"type": "string", "format": "date"},
    {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}, "required": ["x", "y"]},
    {"anyOf": [{"type": "string"}, {"type": "null"}]},
    {"type": "string", "maxLength": 40},
]


def call_of(size: int, number: int = 0) -> ToolCall:
    """A call with a string argument of so many characters; of calls that say the same, only the first ones count."""
    text = (LINE * (size // len(LINE) + 1))[:size]
    return ToolCall(f"call_{number}", WRITE.name, json.dumps({"path": f"a{number}.py", "text": text}))


def definitions(count: int, seed: int = 0, parameters: int = 10) -> list[dict[str, Any]]:
    """Tools as a request has them, different for every seed."""
    tools = []
    for tool in range(count):
        properties = {f"p{n}_{seed}": KINDS[(tool + n) % len(KINDS)] for n in range(parameters)}
        schema = {"type": "object", "properties": properties, "required": list(properties)[: tool % parameters]}
        function = {"name": f"tool_{tool}", "description": f"Does the thing number {tool}. " * 3, "parameters": schema}
        tools.append({"type": "function", "function": function})
    return tools


def history(count: int, *, text: bool) -> list[dict[str, Any]]:
    """Rounds of a question, a call, its result and an answer; arguments as objects, or as JSON text."""
    out: list[dict[str, Any]] = []
    for n in range(count // 4):
        arguments: Any = {"p0_0": f"value {n}", "p1_0": "x" * 40}
        call = {"name": f"tool_{n % 7}", "arguments": json.dumps(arguments) if text else arguments}
        id = f"abcdef{n:03d}"
        result = {"role": "tool", "tool_call_id": id, "name": call["name"]}
        out += [
            {"role": "user", "content": f"Question {n}: " + "what is the case? " * 10},
            {"role": "assistant", "content": "", "tool_calls": [{"id": id, "type": "function", "function": call}]},
            {**result, "content": f"Result {n}: " + "this is so. " * 10},
            {"role": "assistant", "content": f"Answer {n}: " + "it is the case. " * 10},
        ]
    return [*out, {"role": "user", "content": "And now?"}][: max(count, 1)]
