"""The public names are these, they can be had, and no others are promised."""

from __future__ import annotations

import inspect

import pytest

import litellm_fnwrap

NAMES = {
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
}


def test_exported_names_are_the_promised_ones() -> None:
    assert set(litellm_fnwrap.__all__) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_name_can_be_had_and_is_documented(name: str) -> None:
    assert name in dir(litellm_fnwrap)
    assert inspect.getdoc(getattr(litellm_fnwrap, name))


@pytest.mark.parametrize(
    ("name", "known"), [("backends", "llamacpp"), ("formats", "hermes"), ("wrappers", "chatml")], ids=lambda v: v
)
def test_catalogs_can_be_called_for_their_names(name: str, known: str) -> None:
    assert known in getattr(litellm_fnwrap, name)()


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="renderr"):
        litellm_fnwrap.renderr  # noqa: B018
