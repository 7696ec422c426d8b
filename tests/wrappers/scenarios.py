"""The conversations every wrapper is shown with."""

from __future__ import annotations

import json
from typing import Any

from litellm_fnwrap.messages import Conversation, read_conversation

WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather of a city",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "Name of the city"},
                "days": {"type": "integer", "description": "How many days ahead"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "description": "Unit of temperature"},
            },
            "required": ["city"],
        },
    },
}
PING: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "ping",
        "description": "Check that the service answers",
        "parameters": {"type": "object", "properties": {}},
    },
}
TOOLS = [WEATHER, PING]

EVERY_TYPE: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "plan_trip",
        "description": "Plan a trip",
        "parameters": {
            "type": "object",
            "properties": {
                "from": {"type": "string", "description": "Where it begins.", "minLength": 2, "maxLength": 40},
                "when": {"type": "string", "format": "date", "description": "Day of departure"},
                "class": {"type": "string", "enum": ["first", "second"], "default": "second"},
                "seats": {"type": "integer", "minimum": 1, "maximum": 9, "default": 1},
                "budget": {"type": "number"},
                "direct": {"type": "boolean", "description": "No change of trains"},
                "via": {"type": "array", "items": {"type": "string"}, "description": "Places between"},
                "days": {"type": "array", "items": {"type": "integer"}},
                "note": {"type": "string", "nullable": True},
                "pace": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                "stops": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
                "extra": {"type": "object"},
                "most": {"type": "integer", "description": "Most changes", "examples": [1, 2]},
                "hotel": {
                    "type": "object",
                    "description": "Where to sleep",
                    "properties": {
                        "stars": {"type": "integer"},
                        "city": {"type": "string", "description": "City of the hotel"},
                        "rooms": {"type": "array", "items": {"type": "string", "enum": ["single", "double"]}},
                    },
                    "required": ["city"],
                },
                "people": {
                    "type": "array",
                    "description": "Who travels",
                    "items": {
                        "type": "object",
                        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
                        "required": ["name"],
                    },
                },
            },
            "required": ["from", "when"],
        },
    },
}

SYSTEM = {"role": "system", "content": "You are brief."}
USER = {"role": "user", "content": "What is the weather in Lyon?"}


def call(id: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """A call as OpenAI's clients send it."""
    return {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


ONE = {
    "role": "assistant",
    "content": "",
    "tool_calls": [call("abcdefghi", "get_weather", {"city": "Lyon", "days": 2})],
}
TWO = {
    "role": "assistant",
    "content": "",
    "tool_calls": [call("abcdefghi", "get_weather", {"city": "Lyon"}), call("jklmnopqr", "ping", {})],
}
SUNNY = {"role": "tool", "tool_call_id": "abcdefghi", "name": "get_weather", "content": '{"sky": "sunny", "high": 24}'}
PONG = {"role": "tool", "tool_call_id": "jklmnopqr", "name": "ping", "content": '"pong"'}
ANSWER = {"role": "assistant", "content": "Sunny, 24 degrees."}
THANKS = {"role": "user", "content": "And tomorrow?"}
HERE = {"role": "user", "content": "And here?"}

SCENARIOS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]] | None]] = {
    "plain": ([USER], None),
    "system": ([SYSTEM, USER], None),
    "tools": ([SYSTEM, USER], TOOLS),
    "one_call": ([SYSTEM, USER, ONE, SUNNY], TOOLS),
    "parallel_calls": ([SYSTEM, USER, TWO, SUNNY, PONG], TOOLS),
    "results": ([SYSTEM, USER, ONE, SUNNY, ANSWER, THANKS], TOOLS),
    "reasoning": ([SYSTEM, USER, {**ONE, "reasoning_content": "I must look it up."}, SUNNY], TOOLS),
    "unicode": ([SYSTEM, {"role": "user", "content": "Wie wird das Wetter in Zürich? 天气 🌦"}], TOOLS),
    "empty_content": ([SYSTEM, USER, {"role": "assistant", "content": ""}, THANKS], None),
    "no_system": ([USER], TOOLS),
    "no_tools": ([SYSTEM, USER, ANSWER, THANKS], None),
    "multi_turn": ([SYSTEM, USER, ANSWER, THANKS, ONE, SUNNY, ANSWER, HERE], TOOLS),
}


def conversation(name: str, **request: Any) -> Conversation:
    """A scenario, read."""
    messages, tools = SCENARIOS[name]
    return read_conversation(messages, tools=tools, **request)
