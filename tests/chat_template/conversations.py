"""Twelve conversations in OpenAI's form that every chat template is rendered with."""

from __future__ import annotations

import json
from typing import Any

_PARAMETERS = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "description": "Où? <b>'quoted'</b> \"twice\""},
        "days": {"type": "integer", "description": "How many", "default": 1},
        "unit": {"type": "string", "enum": ["C", "F"]},
        "where": {"type": "object", "properties": {"lat": {"type": "number"}}},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["city"],
}
TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {"name": "get_weather", "description": "Weather of a city", "parameters": _PARAMETERS},
    },
    {
        "type": "function",
        "function": {"name": "ping", "description": "Ping", "parameters": {"type": "object", "properties": {}}},
    },
]
_SYSTEM = {"role": "system", "content": "You are terse."}
_USER = {"role": "user", "content": "Weather in Lyon?"}


def _call(id: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _result(id: str, name: str, content: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "name": name, "content": content}


def _thought(text: str) -> dict[str, str]:
    """Reasoning under both names templates read; transformers copies one to the other since 5.23."""
    return {"thinking": text, "reasoning_content": text}


_LYON = _call("abcdefgh1", "get_weather", {"city": "Lyon", "days": 2, "tags": ["a", "b"]})
_PING = _call("abcdefgh2", "ping", {})
_ONE = {"role": "assistant", "content": "", "tool_calls": [_LYON]}
_TWO = {"role": "assistant", "content": "Let me see.", "tool_calls": [_LYON, _PING]}

CONVERSATIONS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]] | None]] = {
    "plain": (
        [_SYSTEM, _USER, {"role": "assistant", "content": "Sunny."}, {"role": "user", "content": "Thanks"}],
        None,
    ),
    "system": ([_SYSTEM, _USER], None),
    "tools": ([_SYSTEM, _USER], TOOLS),
    "one_call": ([_SYSTEM, _USER, _ONE], TOOLS),
    "parallel_calls": ([_SYSTEM, _USER, _TWO], TOOLS),
    "results": (
        [
            _USER,
            _ONE,
            _result("abcdefgh1", "get_weather", '{"sky": "clear"}'),
            {"role": "assistant", "content": "Clear."},
            _USER,
        ],
        TOOLS,
    ),
    "reasoning": (
        [_USER, {"role": "assistant", "content": "Sunny.", **_thought("It is summer.")}, _USER],
        None,
    ),
    "unicode": ([{"role": "user", "content": "Zürich 東京 😀 <|im_end|> {{ x }} \u2028\t\\n"}], TOOLS),
    "empty_content": ([_USER, {"role": "assistant", "content": ""}, {"role": "user", "content": ""}], None),
    "no_system": ([_USER], TOOLS),
    "no_tools": ([_USER, {"role": "assistant", "content": "Sunny."}, _USER], []),
    "many_turns": (
        [
            _SYSTEM,
            _USER,
            _TWO,
            _result("abcdefgh1", "get_weather", "clear"),
            _result("abcdefgh2", "ping", "pong"),
            {"role": "assistant", "content": "Clear.", **_thought("Both came back.")},
            {"role": "user", "content": "And Rome?"},
            {"role": "assistant", "content": None, "tool_calls": [_call("abcdefgh3", "get_weather", {"city": "Rome"})]},
            _result("abcdefgh3", "get_weather", "rain"),
        ],
        TOOLS,
    ),
}


def with_text_arguments(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with arguments as JSON text, as OpenAI writes them."""
    out = json.loads(json.dumps(messages))
    for message in out:
        for call in message.get("tool_calls") or ():
            call["function"]["arguments"] = json.dumps(call["function"]["arguments"])
    return out
