"""Building constraints, beside llama.cpp's own conversion of the same schemas."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from samples import definitions
from timing import Row, at_most

from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.messages import Tool, ToolChoice, read_tools

TOOLS = 100
CHOSEN = ("hermes", "llama3-json", "pythonic", "qwen3-coder", "gemma4")


def build(tools: tuple[Tool, ...], name: str) -> None:
    """The grammar of a call that must come."""
    build_constraint(get_format(name), tools, ToolChoice("required"), dialect="gbnf")


def constraining(rounds: int, every: bool) -> Iterator[Row]:
    """For 100 tools of 10 parameters: built for tools that were never seen, and found again for the same."""
    seeds = max(rounds // 3, 5)
    requests = [definitions(TOOLS, seed) for seed in range(seeds + 1)]
    known = read_tools(requests[0])
    for name in FORMATS.names() if every else CHOSEN:
        build(known, name)
        ours, theirs = [], []
        for request in requests[1:]:
            tools = read_tools(json.loads(json.dumps(request)))
            ours.append(_milliseconds(partial(build, tools, name)))
            theirs.append(_milliseconds(partial(_converted, request)))
        figures: dict[str, Any] = {
            "unit": "ms",
            "peer": "llama.cpp's converter (C++)",
            "theirs": statistics.median(theirs),
        }
        row = Row(what=f"grammar of {TOOLS} tools, {name}", ours=statistics.median(ours), **figures)
        yield at_most(row, 50, of="ours")
    again = statistics.median(_milliseconds(partial(build, known, CHOSEN[0])) for _ in range(200))
    anew = statistics.median(_milliseconds(lambda: build(read_tools(requests[0]), CHOSEN[0])) for _ in range(50))
    dumped = statistics.median(_milliseconds(partial(json.dumps, requests[0])) for _ in range(50))
    figures = {"unit": "ms", "peer": "json.dumps of the tools", "theirs": dumped}
    yield Row(what="grammar found again by the same tools", ours=again, **figures)
    yield at_most(Row(what="grammar found again by equal tools, read anew", ours=anew, **figures), 1)


def _converted(tools: list[dict[str, Any]]) -> None:
    from xllamacpp import json_schema_to_grammar

    calls = [
        {
            "type": "object",
            "properties": {"name": {"const": tool["function"]["name"]}, "arguments": tool["function"]["parameters"]},
            "required": ["name", "arguments"],
        }
        for tool in tools
    ]
    json_schema_to_grammar(json.dumps({"anyOf": calls}))


def _milliseconds(action: Callable[[], object]) -> float:
    began = time.process_time()
    action()
    return (time.process_time() - began) * 1000
