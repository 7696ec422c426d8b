"""A LiteLLM provider that turns any text-generating model into one that calls functions.

Importing this package costs milliseconds: its names are bound when they are first used, and litellm is imported with
the first of register, register_model, handler and FnWrap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import backends, formats, wrappers
    from .api import (
        LLMChatCompletionWrapper,
        StreamParser,
        constraint,
        derive,
        parse,
        register_wrapper,
        render,
    )
    from .errors import FnWrapError
    from .events import Parsed, ToolCall
    from .formats import register_format
    from .formats.spec import Format
    from .generation import Prompt
    from .provider import FnWrap, register, register_model
    from .provider.handler import handler
    from .wrappers.base import Wrapper

__version__ = "0.1.0"

_HOMES = {
    "FnWrap": "provider",
    "handler": "provider",
    "register": "provider",
    "register_model": "provider",
    "FnWrapError": "errors",
    "Format": "formats.spec",
    "register_format": "formats",
    "Parsed": "events",
    "ToolCall": "events",
    "Prompt": "generation",
    "LLMChatCompletionWrapper": "wrappers.base",
    "Wrapper": "wrappers.base",
    "StreamParser": "api",
    "backends": "backends",
    "constraint": "api",
    "derive": "api",
    "formats": "formats",
    "parse": "api",
    "register_wrapper": "api",
    "render": "api",
    "wrappers": "wrappers",
}

__all__ = [
    "FnWrap",
    "FnWrapError",
    "Format",
    "LLMChatCompletionWrapper",
    "Parsed",
    "Prompt",
    "StreamParser",
    "ToolCall",
    "Wrapper",
    "backends",
    "constraint",
    "derive",
    "formats",
    "handler",
    "parse",
    "register",
    "register_format",
    "register_model",
    "register_wrapper",
    "render",
    "wrappers",
]

# backends, formats and wrappers are packages that can be called for the names they hold.


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f".{_HOMES[name]}", __name__)
    return home if _HOMES[name] == name else getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
