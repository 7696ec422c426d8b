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
            entry: dict[str, Any] = {"litellm_provider": "fnwrap", "mode": "chat", **dict.fromkeys(_CAN, True)}
            if context_window is not None:
                entry["max_input_tokens"] = context_window
            limit = max_output_tokens if max_output_tokens is not None else context_window
            if limit is not None:
                entry["max_output_tokens"] = entry["max_tokens"] = limit
            litellm.register_model({model: entry})
        _described.add(model)
