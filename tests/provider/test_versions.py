from __future__ import annotations

import importlib.util
import warnings
from typing import Any

import pytest

from litellm_fnwrap.provider.versions import read_version, warn_of_missing_mcp


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1.89.0", (1, 89, 0)), ("1.89.0rc1", (1, 89, 0)), ("1.60", (1, 60))],
    ids=["final", "candidate", "short"],
)
def test_version_is_read_as_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert read_version(text) == numbers


@pytest.fixture
def without_mcp(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def find_spec(name: str, *more: Any) -> Any:
        return None if name == "mcp" else found(name, *more)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)


@pytest.mark.usefixtures("without_mcp")
@pytest.mark.parametrize("version", [(1, 106, 0), (1, 106, 2), (1, 108, 3)], ids=str)
def test_litellm_that_needs_mcp_is_warned_of_with_the_install_line(version: tuple[int, ...]) -> None:
    with pytest.warns(RuntimeWarning, match=r"pip install 'litellm-fnwrap\[mcp\]'"):
        warn_of_missing_mcp(version)


@pytest.mark.usefixtures("without_mcp")
@pytest.mark.parametrize("version", [(1, 60, 8), (1, 105, 7), (1, 108, 4), (1, 109, 1)], ids=str)
def test_other_litellms_are_not_warned_of(version: tuple[int, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_missing_mcp(version)
