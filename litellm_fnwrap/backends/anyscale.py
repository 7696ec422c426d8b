"""Anyscale Endpoints, POST /v1/completions, and its chat route where the answer is to be constrained.

Source: Anyscale's documentation of 2023-24 (the public service ended on 2024-08-01; private installations remain).
The text route takes a formatted prompt for every chat model; JSON mode is a matter of the chat route, which
permits the roles system, assistant and user, and no top_p beside a schema:

    {"model": "mistralai/Mixtral-8x7B-Instruct-v0.1", "prompt": "[INST] ... [/INST]", "max_tokens": 2048}
    {"model": "...", "messages": [...], "response_format": {"type": "json_object", "schema": {...}}}
    {"detail": [{"loc": ["messages", 2, "role"], "msg": "unexpected value", "type": "value_error.const",
                 "ctx": {"given": "function", "permitted": ["system", "assistant", "user"]}}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from ..errors import BadRequestError, FnWrapError
from ..generation import Constraint, Generation, ModelInfo
from . import BACKENDS
from .backend import HttpRequest, Target
from .base import Capabilities
from .failures import Failure, classify
from .openai_chat import OpenAIChat
from .openai_text import NAMES, OpenAIText
from .parameters import Parameters

_NAMES: Final = {name: to for name, to in NAMES.items() if name != "seed"}
_FACTS: Final = Capabilities(
    dialects=("json_schema",), stop_limit=4, parameters=frozenset(_NAMES), extra=frozenset({"top_k"})
)


class AnyscaleChat(OpenAIChat):
    """The chat route in JSON mode."""

    name: ClassVar[str] = "anyscale"
    default_base: ClassVar[str] = "https://api.endpoints.anyscale.com/v1"
    names: ClassVar[Mapping[str, str]] = _NAMES
    capabilities: ClassVar[Capabilities] = _FACTS

    def constraint_members(self, constraint: Constraint, info: ModelInfo | None) -> dict[str, Any]:
        """JSON mode with a schema, in Anyscale's own shape."""
        return {"response_format": {"type": "json_object", "schema": constraint.value}}

    def _sampling(self, given: Parameters, generation: Generation) -> dict[str, Any]:
        rest = super()._sampling(given, generation)
        return {name: value for name, value in rest.items() if name not in ("top_p", "top_k")}


class Anyscale(OpenAIText):
    """Anyscale's OpenAI routes."""

    name: ClassVar[str] = "anyscale"
    default_base: ClassVar[str] = AnyscaleChat.default_base
    base_names: ClassVar[tuple[str, ...]] = ("ANYSCALE_API_BASE", "ANYSCALE_BASE_URL")
    key_names: ClassVar[tuple[str, ...]] = ("ANYSCALE_API_KEY",)
    names: ClassVar[Mapping[str, str]] = _NAMES
    capabilities: ClassVar[Capabilities] = _FACTS
    chat: ClassVar[OpenAIChat] = AnyscaleChat()

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /v1/completions, or /v1/chat/completions under a constraint."""
        if generation.constraint is not None:
            return self.chat.request(generation, target, info)
        return super().request(generation, target, info)

    def error(self, failure: Failure, target: Target) -> FnWrapError:
        """A refused role is a message that no wrapper has rendered."""
        if "permitted" in failure.raw and "role" in failure.raw:
            advice = (
                "This server has no roles for functions and tools; a wrapper writes their messages as text. Do not "
                "send such messages past it."
            )
            return classify(failure, backend=self.name, kind=BadRequestError, advice=advice)
        return classify(failure, backend=self.name)


BACKENDS.add(Anyscale.name, Anyscale())
