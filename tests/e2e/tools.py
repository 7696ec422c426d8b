"""Tools and messages of the e2e tests, and reading answers of LiteLLM."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema

FORECAST: dict[str, Any] = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 1, "maxLength": 20},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        "days": {"type": "integer", "minimum": 1, "maximum": 14},
        "hourly": {"type": "boolean"},
        "places": {"type": "array", "items": {"type": "string", "maxLength": 8}, "maxItems": 2},
    },
    "required": ["city", "unit", "days"],
    "additionalProperties": False,
}
WEATHER: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string", "maxLength": 20}},
    "required": ["city"],
    "additionalProperties": False,
}
SCHEMAS = {"get_forecast": FORECAST, "get_weather": WEATHER, "ping": {"type": "object", "properties": {}}}


def tool(name: str) -> dict[str, Any]:
    """One of the tools as OpenAI's API declares it."""
    function = {"name": name, "description": f"The tool {name}.", "parameters": SCHEMAS[name]}
    return {"type": "function", "function": function}


TOOLS = [tool(name) for name in SCHEMAS]
QUESTION = [{"role": "user", "content": "How is the weather in Lyon and Oslo?"}]


def forced(name: str) -> dict[str, Any]:
    """The tool choice that demands one tool."""
    return {"type": "function", "function": {"name": name}}


def check_call(name: str, arguments: str) -> None:
    """A call is one of a declared tool, and its arguments fulfil the tool's schema."""
    jsonschema.validate(json.loads(arguments), SCHEMAS[name])


def calls_of(message: Any) -> list[tuple[str, Any]]:
    """Name and decoded arguments of a message's calls."""
    return [(call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or ()]


def joined(chunks: Iterable[Any]) -> dict[str, Any]:
    """A stream put together: content, calls by index as name, id and arguments, and the finish reason."""
    content, calls, finish = "", {}, None
    for chunk in chunks:
        for choice in chunk.choices:
            content += choice.delta.content or ""
            finish = choice.finish_reason or finish
            for piece in choice.delta.tool_calls or ():
                call = calls.setdefault(piece.index, {"name": "", "id": "", "arguments": ""})
                call["name"] += piece.function.name or ""
                call["id"] = piece.id or call["id"]
                call["arguments"] += piece.function.arguments or ""
    return {"content": content, "calls": [_plain(calls[index]) for index in sorted(calls)], "finish_reason": finish}


def _plain(call: Mapping[str, Any]) -> tuple[str, str, str]:
    return call["name"], call["arguments"], call["id"]
