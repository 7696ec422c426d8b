"""litellm.completion for the package's own commands, which are users of LiteLLM like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import litellm

from .registration import register
from .streams import Stream


def quiet() -> None:
    """Keep LiteLLM from printing its advice about providers on standard output, where a command's result goes."""
    litellm.suppress_debug_info = True


def stream_completion(
    model: str, messages: list[dict[str, Any]], **parameters: Any
) -> tuple[Iterator[Any], Callable[[], dict[str, Any]]]:
    """An answer's chunks as LiteLLM gives them, and how it comes about, as far as that is known when it is called.

    The report is as response._hidden_params["fnwrap"], and empty for a model of another provider. Raises litellm
    exceptions.
    """
    register()
    quiet()
    chunks: Any = litellm.completion(model=model, messages=messages, stream=True, **parameters)
    source = getattr(chunks, "completion_stream", None)
    return chunks, lambda: source.report if isinstance(source, Stream) else {}
