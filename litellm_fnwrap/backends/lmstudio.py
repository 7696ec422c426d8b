"""LM Studio, POST /v1/completions, and its chat route where the answer is to be constrained.

Source: https://lmstudio.ai/docs/developer of April 2026 (0.4). The text route takes a prompt as it is, but only the
chat route has structured output, so a constrained answer is asked for there, from the conversation's messages:

    {"model": "qwen2.5-7b-instruct", "prompt": "<|im_start|>user ...", "max_tokens": 2048, "stop": ["<|im_end|>"]}
    data: {"choices": [{"index": 0, "text": "Hi", "finish_reason": null}]}
    {"model": "...", "messages": [...], "response_format": {"type": "json_schema", "json_schema": {...}}}

A prompt that is too long may come back as an empty stream, which is an error here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from ..errors import FnWrapError, UnavailableError
from ..generation import Generation, ModelInfo
from . import BACKENDS
from .backend import HttpRequest, Target
from .base import Capabilities
from .failures import Failure, classify
from .openai_chat import OpenAIChat
from .openai_text import NAMES, OpenAIText
from .parameters import words

_NAMES: Final = {name: to for name, to in NAMES.items() if not name.endswith("logprobs")}
_FACTS: Final = Capabilities(
    dialects=("json_schema",),
    parameters=frozenset(_NAMES),
    extra=words("top_k min_p repeat_penalty ttl draft_model"),
)


class LMStudioChat(OpenAIChat):
    """The chat route."""

    name: ClassVar[str] = "lmstudio"
    default_base: ClassVar[str] = "http://127.0.0.1:1234"
    prefix: ClassVar[str] = "/v1"
    names: ClassVar[Mapping[str, str]] = _NAMES
    capabilities: ClassVar[Capabilities] = _FACTS


class LMStudio(OpenAIText):
    """LM Studio's OpenAI routes."""

    name: ClassVar[str] = "lmstudio"
    default_base: ClassVar[str] = LMStudioChat.default_base
    prefix: ClassVar[str] = "/v1"
    base_names: ClassVar[tuple[str, ...]] = ("LM_STUDIO_API_BASE",)
    key_names: ClassVar[tuple[str, ...]] = ("LM_STUDIO_API_KEY", "LM_API_TOKEN")
    names: ClassVar[Mapping[str, str]] = _NAMES
    capabilities: ClassVar[Capabilities] = _FACTS
    chat: ClassVar[OpenAIChat] = LMStudioChat()

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /v1/completions, or /v1/chat/completions under a constraint."""
        if generation.constraint is not None:
            return self.chat.request(generation, target, info)
        return super().request(generation, target, info)

    def error(self, failure: Failure, target: Target) -> FnWrapError:
        """Without a loaded model the request is called bad, though it is the server that is not ready."""
        if "no models loaded" in failure.message.lower():
            advice = "Load a model in LM Studio, or with: lms load"
            return classify(failure, backend=self.name, kind=UnavailableError, advice=advice)
        return classify(failure, backend=self.name)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """GET /api/v0/models, beside the OpenAI routes."""
        return (HttpRequest(path="/api/v0/models", method="GET"),)

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """The window of the model as loaded, else the most it can take."""
        listed = replies[0].get("data") or [] if isinstance(replies[0], Mapping) else []
        found: Mapping[str, Any] = next((row for row in listed if row.get("id") == target.model), {})
        window = found.get("loaded_context_length") or found.get("max_context_length")
        return ModelInfo(name=target.model, context_window=window)


BACKENDS.add(LMStudio.name, LMStudio(), aliases=("lm_studio",))
