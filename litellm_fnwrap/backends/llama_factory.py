"""LLaMA-Factory's API server, POST /v1/chat/completions, its only route.

Source: https://github.com/hiyouga/LLaMA-Factory, src/llamafactory/api of August 2026 and PyPI 0.9.5. The model name is
ignored. After a system message the user and the assistant must take turns, the user first and last; a stream that
breaks this rule is empty, with status 200. presence_penalty would become the repetition penalty, so it is never sent:

    {"model": "m", "messages": [{"role": "system", "content": "..."}, {"role": "user", "content": "..."}],
     "max_tokens": 2048, "stop": ["Observation:"]}
    data: {"choices": [{"index": 0, "delta": {"role": null, "content": "Hi"}, "finish_reason": null}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from ..generation import ModelInfo
from . import BACKENDS
from .backend import HttpRequest, Target
from .base import Capabilities
from .openai_chat import OpenAIChat

_NAMES: Final = {"temperature": "temperature", "top_p": "top_p"}


class LlamaFactory(OpenAIChat):
    """LLaMA-Factory's chat route."""

    name: ClassVar[str] = "llama_factory"
    default_base: ClassVar[str] = "http://127.0.0.1:8000"
    prefix: ClassVar[str] = "/v1"
    base_names: ClassVar[tuple[str, ...]] = ("LLAMA_FACTORY_API_BASE",)
    key_names: ClassVar[tuple[str, ...]] = ("LLAMA_FACTORY_API_KEY",)
    names: ClassVar[Mapping[str, str]] = _NAMES
    stream_usage: ClassVar[bool] = False
    capabilities: ClassVar[Capabilities] = Capabilities(raw=False, parameters=frozenset(_NAMES))

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """Nothing: the list of models holds a made-up name."""
        return ()

    def read_info(self, replies: object, target: Target) -> ModelInfo:
        """The name the caller uses."""
        return ModelInfo(name=target.model)


BACKENDS.add(LlamaFactory.name, LlamaFactory(), aliases=("llamafactory",))
