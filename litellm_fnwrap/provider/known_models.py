"""LiteLLM's table of models: what it says of ours."""

from __future__ import annotations

import threading
from typing import Any

import litellm

_CAN = (
    "supports_function_calling",
    "supports_parallel_function_calling",
    "supports_tool_choice",
    "supports_response_schema",
    "supports_system_messages",
    "supports_native_streaming",
)
# Behind a proxy's wildcard model callers choose the names, and LiteLLM's table must not grow without end.
_LIMIT = 10_000
_lock = threading.Lock()
_described: set[str] = set()


def describe(
    model: str, context_window: int | None = None, max_output_tokens: int | None = None, *, replace: bool = False
) -> None:
    """Enter a model (its full string) into LiteLLM's table, once; what a user has entered stays unless replaced.

    No prices are given: LiteLLM then reports a cost of 0.
    """
    if not replace and (model in _described or len(_described) >= _LIMIT):
        return
    with _lock:
        if replace or (model not in _described and model not in litellm.model_cost):
            litellm.register_model({model: _entry("fnwrap", context_window, max_output_tokens)})
        _described.add(model)


def lead_back(model: str, context_window: int | None = None, max_output_tokens: int | None = None) -> None:
    """Have "openai/" + model mean model (its full string), in calls and in LiteLLM's table.

    Open Interpreter 0.4.3 writes it that way as soon as it is given an api_base: `interpreter --model fnwrap/ollama/x
    --api_base http://host:11434` asks for "openai/fnwrap/ollama/x".
    """
    litellm.model_alias_map[f"openai/{model}"] = model
    litellm.register_model({f"openai/{model}": _entry("openai", context_window, max_output_tokens)})


def _entry(provider: str, context_window: int | None, max_output_tokens: int | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"litellm_provider": provider, "mode": "chat", **dict.fromkeys(_CAN, True)}
    if context_window is not None:
        entry["max_input_tokens"] = context_window
    limit = max_output_tokens if max_output_tokens is not None else context_window
    if limit is not None:
        entry["max_output_tokens"] = entry["max_tokens"] = limit
    return entry
