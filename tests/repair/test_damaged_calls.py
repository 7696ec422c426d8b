"""Calls with one character lost, doubled or too many: what is read, and what is told of it, hangs on no chunking."""

from __future__ import annotations

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from repair.damage import CALLS, damaged, line, mistakes, path_of, table
from repair.test_call_repair import TOOLS

KNOWN = dict(row.rsplit(": ", 1) for row in path_of("mistakes").read_text(encoding="utf-8").splitlines())
MISTAKES = {name: (format, text) for name, format, text in mistakes()}
ANEW = "If that is meant: python tests/repair/damage.py --write"


def outcome(format: str, text: str, size: int) -> object:
    """All that a caller sees of a text read in pieces of a size."""
    parser = StreamParser(get_format(format), TOOLS)
    for at in range(0, len(text), size):
        parser.feed(text[at : at + size])
    parser.close("stop")
    read = parser.result
    calls = [(call.name, call.arguments) for call in read.tool_calls]
    return read.content, read.reasoning_content, calls, read.finish_reason, read.repairs


@pytest.mark.parametrize("format", CALLS)
def test_damaged_calls_are_read_as_their_table_says(format: str) -> None:
    expected = path_of(format).read_text(encoding="utf-8")
    assert table(format) == expected, ANEW


@pytest.mark.parametrize("mistake", KNOWN)
def test_call_with_two_mistakes_is_read_as_its_table_says(mistake: str) -> None:
    assert line(*MISTAKES[mistake]) == KNOWN[mistake], ANEW


@pytest.mark.parametrize(("format", "text"), CALLS.items(), ids=CALLS)
def test_damaged_call_is_read_and_told_alike_in_any_chunking(format: str, text: str) -> None:
    for broken in dict.fromkeys(damaged(text)):
        assert outcome(format, broken, 1) == outcome(format, broken, len(text) + 1), broken


@pytest.mark.parametrize(("format", "text"), MISTAKES.values(), ids=MISTAKES)
def test_mistaken_call_that_breaks_off_is_read_and_told_alike_in_any_chunking(format: str, text: str) -> None:
    for at in range(len(text) + 1):
        assert outcome(format, text[:at], 1) == outcome(format, text[:at], len(text) + 1), text[:at]


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("pythonic", "[get_forecast(city_name='Lyon', days\n=3)]"),
        ("pythonic", "[get_forecast(city_name='Lyon', days==3)]"),
        ("hermes", '<tool_call>\n{"name": "get_\nforecast", "arguments": {"city_name": "Lyon"}}\n</tool_call>'),
        ("hermes", '<tool_call>\n{"na\\me": "get_forecast", "arguments": {"city_name": "Lyon"}}\n</tool_call>'),
        ("claude-2", CALLS["claude-2"].replace("forecast<", 'forecast"<')),
        ("qwen3-coder", CALLS["qwen3-coder"].replace("=city", '="city')),
        ("glm-4.5", CALLS["glm-4.5"].replace(">city", ">'city")),
    ],
)
def test_text_that_was_once_read_otherwise_in_pieces_is_not(format: str, text: str) -> None:
    # Found by the tables above: a quote mark, a backslash or a line's end where one piece ends and the next begins.
    assert outcome(format, text, 1) == outcome(format, text, 3) == outcome(format, text, len(text))
