"""Every format, cut at every character: nothing raises, nothing is invented, what was complete is kept."""

from __future__ import annotations

import json

import pytest

from formats.transcript import PING, WEATHER, read, sample_calls
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.writer import write_call, write_calls

NAMES = FORMATS.names()


def ends_of_calls(name: str, text: str) -> list[int]:
    """Where the text of each call of a sample ends."""
    format = get_format(name)
    ends: list[int] = []
    for index, call in enumerate(sample_calls(format)):
        written = write_call(format, call, index)
        ends.append(text.index(written, ends[-1] if ends else 0) + len(written))
    return ends


@pytest.mark.parametrize("name", NAMES)
def test_cut_by_the_limit_keeps_complete_calls_only(name: str) -> None:
    format = get_format(name)
    expected = [(call.name, json.loads(call.arguments)) for call in sample_calls(format)]
    ends = ends_of_calls(name, format.sample)
    for cut in range(len(format.sample) + 1):
        transcript = read(format, format.sample[:cut], [WEATHER, PING], sizes=(7,), finish_reason="length")
        complete = sum(end <= cut for end in ends)
        assert transcript.calls == expected[: len(transcript.calls)], cut
        assert len(transcript.calls) >= complete, cut
        assert transcript.parsed.finish_reason == "length", cut


@pytest.mark.parametrize("name", NAMES)
def test_cut_without_a_reason_invents_no_tool(name: str) -> None:
    format = get_format(name)
    expected = [call.name for call in sample_calls(format)]
    ends = ends_of_calls(name, format.sample)
    for cut in range(len(format.sample) + 1):
        transcript = read(format, format.sample[:cut], [WEATHER, PING], sizes=(5,))
        names = [called for called, _ in transcript.calls]
        assert names == expected[: len(names)], cut
        assert len(names) >= sum(end <= cut for end in ends), cut


@pytest.mark.parametrize("name", NAMES)
def test_cut_string_is_never_passed_off_as_whole(name: str) -> None:
    format = get_format(name)
    at = format.sample.index("Lyon") + 2
    transcript = read(format, format.sample[:at], [WEATHER, PING], sizes=(3,), finish_reason="length")
    assert transcript.calls == []


@pytest.mark.parametrize("name", NAMES)
def test_one_character_lost_anywhere_never_raises(name: str) -> None:
    format = get_format(name)
    declared = {"get_weather", "ping"}
    for lost in range(len(format.sample)):
        text = format.sample[:lost] + format.sample[lost + 1 :]
        transcript = read(format, text, [WEATHER, PING], sizes=(6,))
        assert {called for called, _ in transcript.calls} <= declared
        assert transcript.said == read(format, text, [WEATHER, PING]).said


@pytest.mark.parametrize("name", NAMES)
def test_two_answers_in_a_row_are_all_calls(name: str) -> None:
    format = get_format(name)
    if not format.parallel or format.envelope:
        pytest.skip("a turn of this format holds one block")
    text = write_calls(format, sample_calls(format), [WEATHER, PING])
    transcript = read(format, f"{text}\n{text}", [WEATHER, PING], sizes=(4,))
    assert [called for called, _ in transcript.calls] == ["get_weather", "ping", "get_weather", "ping"]
