"""Where text comes from: one module per kind of server.

source = open_source("ollama", model="qwen2.5:7b", environment=os.environ)
source.complete(Generation(model="qwen2.5:7b", prompt=Prompt(text="Once upon a time")))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..registry import Registry, callable_package
from .base import Capabilities, Opener, Opening, TextSource

BACKENDS: Registry[Opener] = Registry("backend", package=__name__, entry_point="litellm_fnwrap.backends")
"""Every kind of text source by its name in the model string."""

__all__ = ["BACKENDS", "Capabilities", "Opener", "Opening", "TextSource", "open_source"]


def open_source(
    name: str,
    *,
    model: str,
    api_base: str | None = None,
    api_key: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: Any = None,
    client: Any = None,
    environment: Mapping[str, str] | None = None,
    drop_params: bool = False,
) -> TextSource:
    """The source of text for a model behind one kind of server; cheap, and nothing is connected yet.

    timeout is in seconds (or an httpx.Timeout): for the whole answer, or for each piece of a stream; None: 600.
    drop_params leaves out parameters that the server lacks instead of raising UnsupportedParameterError.
    Raises UnknownNameError for a name that is no backend.
    """
    return BACKENDS.get(name).open(
        Opening(
            model=model,
            api_base=api_base,
            api_key=api_key,
            headers=headers or {},
            timeout=timeout,
            client=client,
            environment=environment or {},
            drop_params=drop_params,
        )
    )


callable_package(__name__, BACKENDS)
