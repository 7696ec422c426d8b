"""FastChat, POST /v1/completions.

Source: https://github.com/lm-sys/FastChat, fastchat/serve/openai_api_server.py of April 2025 and PyPI 0.2.36. Special
tokens never show, nothing constrains, streams are not counted; every refusal has status 400 and a code that tells more:

    {"model": "vicuna-7b", "prompt": "...", "max_tokens": 2048, "stop": ["</s>"]}
    data: {"choices": [{"index": 0, "text": "Hi", "logprobs": null, "finish_reason": null}]}
    {"object": "error", "message": "This model's maximum context length is 2048 tokens. ...", "code": 40303}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from ..errors import (
    BadRequestError,
    ContextWindowError,
    FnWrapError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnavailableError,
)
from . import BACKENDS
from .backend import Target
from .base import Capabilities
from .failures import Failure, classify
from .openai_text import NAMES, OpenAIText
from .parameters import words

_NAMES: Final = {name: to for name, to in NAMES.items() if name not in ("seed", "logit_bias")}
_KINDS: Final[dict[int, type[FnWrapError]]] = {
    40001: BadRequestError,
    40301: NotFoundError,
    40302: BadRequestError,
    40303: ContextWindowError,
    50004: UnavailableError,
}


class FastChat(OpenAIText):
    """FastChat's OpenAI server."""

    name: ClassVar[str] = "fastchat"
    default_base: ClassVar[str] = "http://127.0.0.1:8000"
    prefix: ClassVar[str] = "/v1"
    base_names: ClassVar[tuple[str, ...]] = ("FASTCHAT_API_BASE",)
    key_names: ClassVar[tuple[str, ...]] = ("FASTCHAT_API_KEY",)
    names: ClassVar[Mapping[str, str]] = _NAMES
    stream_usage: ClassVar[bool] = False
    capabilities: ClassVar[Capabilities] = Capabilities(
        parameters=frozenset(_NAMES), extra=words("top_k best_of use_beam_search")
    )

    def error(self, failure: Failure, target: Target) -> FnWrapError:
        """The code says what the status, always 400, does not."""
        code = failure.code or 0
        kind = _KINDS.get(code)
        if kind is None and code // 100 == 429:
            kind = RateLimitError
        if kind is None and code // 1000 == 50:
            kind = ServerError
        return classify(failure, backend=self.name, kind=kind)


BACKENDS.add(FastChat.name, FastChat())
