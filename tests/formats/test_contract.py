"""What every format keeps: what is written is read, in any chunking, and prose is no call."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from formats.transcript import PING, WEATHER, read
from formats.values import marks, tools_and_calls
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.writer import write_calls

NAMES = FORMATS.names()
SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=6)
# FNWRAP_EXAMPLES=1000 looks further than there is time for in every run, and shrinks what it finds.
EXAMPLES = int(os.environ.get("FNWRAP_EXAMPLES", "12"))
RANDOM = settings(
    max_examples=EXAMPLES,
    phases=(Phase.generate, Phase.shrink) if EXAMPLES > 12 else (Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", NAMES)
@RANDOM
@given(data=st.data())
def test_written_calls_are_read_back(name: str, data: st.DataObject) -> None:
    format = get_format(name)
    tools, calls = data.draw(tools_and_calls(format))
    text = write_calls(format, calls, tools)
    whole = read(format, text, tools)
    assert whole.calls == [(call.name, json.loads(call.arguments)) for call in calls]
    assert (whole.parsed.content or "").strip() == ""
    assert whole.parsed.repairs == []
    assert whole.parsed.finish_reason == "tool_calls"
    assert read(format, text, tools, sizes=data.draw(SIZES)).said == whole.said
    assert read(format, text, tools, sizes=(1,)).said == whole.said


@pytest.mark.parametrize("name", NAMES)
@RANDOM
@given(data=st.data())
def test_any_text_reads_the_same_in_any_chunking(name: str, data: st.DataObject) -> None:
    format = get_format(name)
    piece = st.one_of(
        st.sampled_from(marks(format)) if marks(format) else st.nothing(),
        st.sampled_from(
            ["\n", " ", "{", "}", "[", "]", '"', ",", "ping", "get_weather", "(", ")", "Lyon", format.sample]
        ),
        st.sampled_from(
            ['{"name": "ping", "arguments": {}}', '"city": "Lyon"', "city='Lyon'", "ping()", "\n\n", "```"]
        ),
    )
    text = "".join(data.draw(st.lists(piece, max_size=14)))
    whole = read(format, text, [WEATHER, PING])
    assert read(format, text, [WEATHER, PING], sizes=data.draw(SIZES)).said == whole.said
    assert read(format, text, [WEATHER, PING], sizes=(1,)).said == whole.said


@pytest.mark.parametrize("name", NAMES)
@RANDOM
@given(words=st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), max_size=8), sizes=SIZES)
def test_prose_is_content_and_no_call(name: str, words: list[str], sizes: list[int]) -> None:
    text = " ".join(words).strip()
    format = get_format(name)
    # A mark that ends a turn is no text; hypothesis finds such marks in the source.
    assume(not any(mark in text for mark in (*format.drop, *format.stop)))
    transcript = read(name, text, [WEATHER, PING], sizes=sizes)
    assert transcript.calls == []
    assert (transcript.parsed.content or "").strip() == text
    assert transcript.parsed.finish_reason == "stop"


TALK = [
    "I could call get_weather for that.",
    'The answer is in the list [a, b] and the map {"unit": "celsius"}.',
    "With f(x) = 2 we have g(y=3).",
    "A tag such as",
    "is written before the call, and",
    'after it; see `ping` and its "arguments".',
    '{"name": "Ana", "age": 31}',
    "Use get_weather(city) with a city!",
]


@pytest.mark.parametrize("name", NAMES)
@RANDOM
@given(data=st.data())
def test_prose_about_the_marks_is_no_call(name: str, data: st.DataObject) -> None:
    format = get_format(name)
    piece = st.one_of(st.sampled_from(TALK), st.sampled_from(TALK), st.sampled_from(marks(format) or ["."]))
    text = " ".join(data.draw(st.lists(piece, max_size=8)))
    transcript = read(format, text, [WEATHER, PING], sizes=data.draw(SIZES))
    assert transcript.calls == []
    assert transcript.parsed.finish_reason == "stop"


@pytest.mark.parametrize("name", NAMES)
def test_undeclared_tool_is_no_call_and_not_lost(name: str) -> None:
    format = get_format(name)
    transcript = read(format, format.sample, [PING], sizes=(2,))
    assert [called for called, _ in transcript.calls] == [n for n in ("ping",) if format.parallel]
    kept = (transcript.parsed.content or "") + "".join(repair.detail for repair in transcript.parsed.repairs)
    assert "get_weather" in kept


@pytest.mark.parametrize("name", [n for n in NAMES if get_format(n).parallel])
def test_parallel_false_yields_one_call(name: str) -> None:
    format = get_format(name)
    transcript = read(format, format.sample, [WEATHER, PING], sizes=(5,), parallel=False)
    assert transcript.calls == [("get_weather", {"city": "Lyon"})]


@pytest.mark.parametrize("name", [n for n in NAMES if get_format(n).reasoning])
def test_reasoning_is_told_from_the_calls(name: str) -> None:
    format = get_format(name)
    if format.envelope or format.prefill:
        pytest.skip("the answer begins with something else in this format")
    mark = format.reasoning if isinstance(format.reasoning, str) else format.reasoning[0]
    joint = format.separator if "<" in format.separator else ""  # the head of the next message
    text = mark.replace("{reasoning}", "They ask for Lyon; 3 < 4.") + joint + format.sample
    transcript = read(format, text, [WEATHER, PING], sizes=(3,))
    assert (transcript.parsed.reasoning_content or "").strip() == "They ask for Lyon; 3 < 4."
    assert transcript.calls == read(format, format.sample, [WEATHER, PING]).calls
    assert (transcript.parsed.content or "").strip() == ""
