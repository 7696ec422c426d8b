"""litellm.completion for the package's own commands, which are users of LiteLLM like any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import litellm

from .registration import register
from .streams import Stream


def stream_completion(
    model: str, messages: list[dict[str, Any]], **parameters: Any
) -> tuple[dict[str, Any], Iterator[Any]]:
    """How the answer comes about as far as that is known before its first piece, and its chunks as LiteLLM gives them.

    The report is empty for a model of another provider. Raises litellm exceptions.
    """
    register()
    litellm.suppress_debug_info = True
    chunks: Any = litellm.completion(model=model, messages=messages, stream=True, **parameters)
    source = getattr(chunks, "completion_stream", None)
    return (source.report if isinstance(source, Stream) else {}), chunks
