"""Servers that decode without special tokens hide marks; calls are then known by their shape and a declared name."""

from __future__ import annotations

import json

import pytest

from formats.transcript import PING, SAMPLE_CALLS, WEATHER, read
from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.writer import write_calls

# Without its marks Solar's call begins with the digits of an id that run into the name.
UNREADABLE = {"solar-open"}
NAMES = [name for name in FORMATS.names() if get_format(name).special and name not in UNREADABLE]
# A call without arguments is no more than a name once its marks are gone, so these two have some.
CALLS = (SAMPLE_CALLS[0], ToolCall("call_c", "get_weather", '{"city": "Oslo; [Norway]"}'))


def hidden(name: str) -> str:
    """Calls as a server shows them that hides special tokens."""
    format = get_format(name)
    text = write_calls(format, CALLS if format.parallel else CALLS[:1], [WEATHER])
    for mark in sorted(format.special, key=len, reverse=True):
        text = text.replace(mark, "")
    return text


@pytest.mark.parametrize("sizes", [(1 << 30,), (1,), (5,)], ids=["whole", "ones", "fives"])
@pytest.mark.parametrize("name", NAMES)
def test_call_is_found_without_its_special_marks(name: str, sizes: tuple[int, ...]) -> None:
    transcript = read(name, hidden(name), [WEATHER, PING], sizes=sizes, finish_reason="stop")
    expected = CALLS if get_format(name).parallel else CALLS[:1]
    assert transcript.calls == [(call.name, json.loads(call.arguments)) for call in expected]


@pytest.mark.parametrize("name", NAMES)
def test_call_of_an_undeclared_tool_stays_content_without_its_marks(name: str) -> None:
    transcript = read(name, hidden(name), [PING], sizes=(3,))
    assert transcript.calls == []
    assert "Lyon" in (transcript.parsed.content or "")
