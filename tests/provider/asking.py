"""What the tests of the provider ask, and how they read what comes back on every LiteLLM."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from provider.scripted_ollama import ScriptedOllama

MESSAGES = [{"role": "user", "content": "What is the weather in Lyon?"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city"],
        },
    },
}
PING = {"type": "function", "function": {"name": "ping", "parameters": {"type": "object", "properties": {}}}}
TOOLS = [WEATHER, PING]
LYON = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>'
PINGED = '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>'


def request(server: ScriptedOllama, **more: Any) -> dict[str, Any]:
    """Keyword arguments for litellm.completion and its like."""
    return {"model": "fnwrap/ollama+hermes/m", "messages": MESSAGES, "api_base": server.base_url, **more}


def calls_of(message: Any) -> list[tuple[str, str]]:
    return [(call.function.name, call.function.arguments) for call in message.tool_calls or ()]


class Joined:
    """A stream's chunks put together the way a client of OpenAI's does it."""

    def __init__(self, chunks: Iterable[Any]) -> None:
        self.content, self.reasoning, self.finish, self.role = "", "", None, None
        self.calls: dict[int, dict[str, str]] = {}
        self.function: dict[str, str] = {}
        self.usage: Any = None
        self.ids: set[str] = set()
        self.deltas: list[Any] = []
        for chunk in chunks:
            self.ids.add(chunk.id)
            self.usage = getattr(chunk, "usage", None) or self.usage
            for choice in chunk.choices:
                self.finish = choice.finish_reason or self.finish
                self._take(choice.delta)

    def _take(self, delta: Any) -> None:
        self.deltas.append(delta)
        self.role = self.role or getattr(delta, "role", None)
        self.content += delta.content or ""
        extra = getattr(delta, "provider_specific_fields", None) or {}
        self.reasoning += getattr(delta, "reasoning_content", None) or extra.get("reasoning_content") or ""
        for call in delta.tool_calls or ():
            into = self.calls.setdefault(call.index, {"id": "", "name": "", "arguments": ""})
            into["id"] += call.id or ""
            into["name"] += call.function.name or ""
            into["arguments"] += call.function.arguments or ""
        if delta.function_call:
            for field in ("name", "arguments"):
                piece = getattr(delta.function_call, field) or ""
                self.function[field] = self.function.get(field, "") + piece

    @property
    def named_calls(self) -> list[tuple[str, str]]:
        return [(call["name"], call["arguments"]) for _, call in sorted(self.calls.items())]
