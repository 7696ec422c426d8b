"""Servers that decode without special tokens hide marks; calls are then known by their shape and a declared name."""

from __future__ import annotations

import json

import pytest
from formats.transcript import PING, WEATHER, read, sample_calls

from litellm_fnwrap.formats import FORMATS, get_format

NAMES = [name for name in FORMATS.names() if get_format(name).special]


def hidden(name: str) -> str:
    """A sample as a server shows it that hides special tokens."""
    format = get_format(name)
    text = format.sample
    for mark in sorted(format.special, key=len, reverse=True):
        text = text.replace(mark, "")
    return text


@pytest.mark.parametrize("sizes", [(1 << 30,), (1,), (5,)], ids=["whole", "ones", "fives"])
@pytest.mark.parametrize("name", NAMES)
def test_call_is_found_without_its_special_marks(name: str, sizes: tuple[int, ...]) -> None:
    transcript = read(name, hidden(name), [WEATHER, PING], sizes=sizes)
    assert transcript.calls == [(call.name, json.loads(call.arguments)) for call in sample_calls(get_format(name))]


@pytest.mark.parametrize("name", NAMES)
def test_call_of_an_undeclared_tool_stays_content_without_its_marks(name: str) -> None:
    transcript = read(name, hidden(name).replace("ping", "pong"), [PING], sizes=(3,))
    assert transcript.calls == []
    assert "Lyon" in (transcript.parsed.content or "")
