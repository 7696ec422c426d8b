"""Making the provider and its models known to LiteLLM."""

from __future__ import annotations

import threading
from typing import Any

import litellm
from litellm.utils import custom_llm_setup

from .handler import FnWrap, handler
from .known_models import describe, lead_back
from .model_name import PREFIX, read_model_name
from .versions import warn_of_missing_mcp

_lock = threading.Lock()
_warned = False


def register() -> FnWrap:
    """Make the provider "fnwrap" known to LiteLLM and return its handler.

    May be called again, also after somebody has replaced litellm.custom_provider_map; other providers stay.
    """
    global _warned
    with _lock:
        entries: list[Any] = litellm.custom_provider_map
        ours = [entry for entry in entries if entry["provider"] == "fnwrap"]
        for entry in ours:
            entry["custom_handler"] = handler
        if not ours:
            entries.append({"provider": "fnwrap", "custom_handler": handler})
        custom_llm_setup()  # type: ignore[no-untyped-call]
        if not _warned:
            _warned = True
            warn_of_missing_mcp()
    return handler


def register_model(model: str, *, context_window: int | None = None, max_output_tokens: int | None = None) -> None:
    """Tell LiteLLM what a model can do, before the first call does it.

    For programs that plan by litellm.supports_function_calling and litellm.get_model_info. From then on the model is
    also meant by "openai/" + model, which Open Interpreter makes of it when it is given an api_base.

    model              the full model string, as given to litellm.completion.
    context_window     tokens of prompt and answer together.
    max_output_tokens  tokens of an answer; None: as many as the context window has.

    Raises InvalidRequestError for a model string that names no backend.
    """
    read_model_name(model)
    register()
    full = PREFIX + model.removeprefix(PREFIX)
    describe(full, context_window, max_output_tokens, replace=True)
    lead_back(full, context_window, max_output_tokens)
