"""Names and what they stand for."""

from __future__ import annotations

import pytest

from litellm_fnwrap.errors import UnknownNameError
from litellm_fnwrap.registry import Registry


def registry() -> Registry[int]:
    made: Registry[int] = Registry("number")
    made.add("llama3-json", 1, ["llama3.1"])
    made.add("hermes", 2)
    return made


@pytest.mark.parametrize("name", ["llama3-json", "llama3_json", "LLAMA3-JSON", " llama3-json ", "llama3.1"])
def test_names_are_found_in_any_usual_writing(name: str) -> None:
    assert registry().get(name) == 1


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"No number is called 'hermse'. Did you mean 'hermes'\?"):
        registry().get("hermse")


def test_name_that_is_taken_is_refused_unless_replaced() -> None:
    made = registry()
    with pytest.raises(ValueError, match=r"'llama3.1' is already used by 'llama3-json'"):
        made.add("other", 3, ["llama3.1"])
    with pytest.raises(ValueError, match="'hermes' is registered twice"):
        made.add("hermes", 3)
    made.add("hermes", 3, replace=True)
    assert made.get("hermes") == 3


def test_aliases_are_listed_apart_from_names() -> None:
    assert registry().names() == ["hermes", "llama3-json"]
    assert registry().aliases("llama3-json") == ["llama3.1"]
    assert "llama3.1" in registry()


def test_the_packages_answer_a_call_with_their_names() -> None:
    import litellm_fnwrap

    assert "hermes" in litellm_fnwrap.formats()
    assert "chatml" in litellm_fnwrap.wrappers()
    assert {"ollama", "llamacpp", "local"} <= set(litellm_fnwrap.backends())
