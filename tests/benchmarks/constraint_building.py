"""How long it takes to build the constraint for 100 tools of 10 parameters, and to find it again.

Run: python tests/benchmarks/constraint_building.py
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.messages import Tool, ToolChoice, read_tools

TOOLS, PARAMETERS = 100, 10
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


def definitions(seed: int) -> list[dict[str, Any]]:
    """Tools as a request has them, different for every seed."""
    tools = []
    for tool in range(TOOLS):
        properties = {f"p{n}_{seed}": KINDS[(tool + n) % len(KINDS)] for n in range(PARAMETERS)}
        parameters = {"type": "object", "properties": properties, "required": list(properties)[: tool % PARAMETERS]}
        tools.append({"type": "function", "function": {"name": f"tool_{tool}", "parameters": parameters}})
    return tools


def milliseconds(action: Callable[[], object]) -> float:
    """How long one run of an action takes."""
    start = time.process_time()
    action()
    return (time.process_time() - start) * 1000


def build(tools: tuple[Tool, ...], name: str) -> None:
    """The constraint of a call that must come."""
    build_constraint(get_format(name), tools, ToolChoice("required"), dialect="gbnf")


def measure(name: str) -> tuple[float, float, float]:
    """Milliseconds to build for new tools, to find by the same tools, and by equal tools that were read anew."""
    requests = [json.dumps(definitions(seed)) for seed in range(10)]
    build(read_tools(json.loads(requests[0])), name)
    fresh = [read_tools(json.loads(text)) for text in requests[1:]]
    anew = [read_tools(json.loads(requests[-1])) for _ in range(20)]
    built = [milliseconds(partial(build, tools, name)) for tools in fresh]
    same = [milliseconds(partial(build, fresh[-1], name)) for _ in range(200)]
    again = [milliseconds(partial(build, tools, name)) for tools in anew]
    return statistics.median(built), statistics.median(same), statistics.median(again)


def main() -> None:
    """Print the figures for some formats."""
    for name in ("hermes", "llama3-json", "pythonic", "qwen3-coder", "gemma4"):
        built, same, again = measure(name)
        print(
            f"{name:12} {TOOLS} tools x {PARAMETERS} parameters: built in {built:.1f} ms, "
            f"found again in {same:.3f} ms, after reading the tools anew in {again:.3f} ms"
        )


if __name__ == "__main__":
    main()
