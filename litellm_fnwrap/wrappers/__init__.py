"""Wrappers: how a whole conversation is written for one family of models.

A wrapper of the catalog is one file in wrappers/catalog; other packages add theirs by the entry-point group
"litellm_fnwrap.wrappers", or with WRAPPERS.add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Registry, callable_package

if TYPE_CHECKING:
    from .base import LLMChatCompletionWrapper, Wrapper
    from .resolve import Choice, get_wrapper, resolve_wrapper, wants_template

WRAPPERS: Registry[Any] = Registry(
    "wrapper", package="litellm_fnwrap.wrappers.catalog", entry_point="litellm_fnwrap.wrappers"
)

_WHERE = {
    "LLMChatCompletionWrapper": "base",
    "Wrapper": "base",
    "Choice": "resolve",
    "get_wrapper": "resolve",
    "resolve_wrapper": "resolve",
    "wants_template": "resolve",
}

__all__ = [
    "WRAPPERS",
    "Choice",
    "LLMChatCompletionWrapper",
    "Wrapper",
    "get_wrapper",
    "register",
    "resolve_wrapper",
    "wants_template",
]


def register(wrapper: Wrapper, *aliases: str) -> Wrapper:
    """Make a wrapper known under its name and aliases; raises ValueError if a name is taken."""
    WRAPPERS.add(wrapper.name, wrapper, aliases)
    return wrapper


def __getattr__(name: str) -> Any:
    """The names of this package whose modules are imported on first use."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


callable_package(__name__, WRAPPERS)
