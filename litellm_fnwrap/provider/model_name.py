"""The model string: <backend>[+<wrapper>]/<model>, what LiteLLM leaves of it after "fnwrap/"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ..errors import InvalidRequestError

PREFIX = "fnwrap/"


@dataclass(frozen=True, slots=True)
class ModelName:
    """The parts of a model string; wrapper is None where it names none, model "" for a server's only model."""

    backend: str
    wrapper: str | None
    model: str


@lru_cache(maxsize=1024)
def read_model_name(text: str) -> ModelName:
    """The parts of "ollama+hermes/qwen2.5:7b", with or without "fnwrap/"; raises InvalidRequestError without a backend.

    The model may hold slashes itself: "litellm/together_ai/mistralai/Mixtral-8x7B", "local//models/tiny.gguf".
    """
    head, _, model = text.removeprefix(PREFIX).partition("/")
    backend, plus, wrapper = head.partition("+")
    if not backend or (plus and not wrapper):
        raise InvalidRequestError(
            f"The model {text!r} cannot be read. Expected fnwrap/<backend>/<model> or "
            "fnwrap/<backend>+<wrapper>/<model>, for example fnwrap/ollama/llama3.1 or fnwrap/tgi+hermes/my-model."
        )
    return ModelName(backend, wrapper or None, model)
