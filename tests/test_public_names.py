"""The public names are these, they can be had, and no others are promised."""

from __future__ import annotations

import inspect

import pytest

import litellm_fnwrap

NAMES = {
    "Event",
    "FnWrapError",
    "Format",
    "LLMChatCompletionWrapper",
    "Parsed",
    "Prompt",
    "StreamParser",
    "ToolCall",
    "backends",
    "constraint",
    "derive",
    "errors",
    "formats",
    "handler",
    "parse",
    "register",
    "register_wrapper",
    "render",
    "wrappers",
}


def test_exported_names_are_the_promised_ones() -> None:
    assert set(litellm_fnwrap.__all__) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_name_can_be_had_and_is_documented(name: str) -> None:
    value = getattr(litellm_fnwrap, name)
    assert name in dir(litellm_fnwrap)
    assert name == "Event" or inspect.getdoc(value)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="renderr"):
        litellm_fnwrap.renderr  # noqa: B018
