"""Bytes to JSON values: both framings, any chunking, and everything that is not data."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_fnwrap.backends import framing
from litellm_fnwrap.backends.framing import NOTHING, Events, FramingError

VALUES: list[Any] = [{"a": "é\U0001f600中"}, {"b": [1, 2]}, {"c": "line\nbreak"}, {"d": ""}]
SSE = "".join(f"data: {json.dumps(value, ensure_ascii=False)}\n\n" for value in VALUES)
NDJSON = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in VALUES)


def values(events: Events, data: bytes, *, final: bool = False) -> Iterator[Any]:
    for line in events.lines(data, final=final):
        value = NOTHING if events.ended else events.value(line)
        if value is not NOTHING:
            yield value


def read(kind: Literal["sse", "ndjson"], parts: list[bytes]) -> list[Any]:
    events = Events(kind)
    return [value for part in [*parts, None] for value in values(events, part or b"", final=part is None)]


@pytest.mark.parametrize(
    "text",
    [
        SSE,
        SSE.replace("data: ", "data:"),
        SSE.replace("\n", "\r\n"),
        SSE.rstrip("\n"),
        ": ping\n\n" + SSE.replace("data:", "event: message\nid: 7\nretry: 10\ndata:"),
        SSE + "data: [DONE]\n\ndata: {not read any more\n\n",
        SSE + "data: [DONE]",
        "\n\n\n" + SSE.replace("\n\n", "\n"),
        SSE + "data:\n\ndata: \n\n",
    ],
    ids=["plain", "no_blank", "crlf", "no_end", "comments", "done", "done_at_end", "single_breaks", "empty_data"],
)
def test_events_are_read_whatever_surrounds_them(text: str) -> None:
    data = text.encode()
    assert read("sse", [data]) == VALUES
    assert read("sse", [data[n : n + 1] for n in range(len(data))]) == VALUES


@pytest.mark.parametrize("text", [NDJSON, NDJSON.replace("\n", "\r\n\r\n"), NDJSON.rstrip("\n"), "\n \n" + NDJSON])
def test_lines_are_read_whatever_surrounds_them(text: str) -> None:
    data = text.encode()
    assert read("ndjson", [data]) == VALUES
    assert read("ndjson", [data[n : n + 1] for n in range(len(data))]) == VALUES


@given(cuts=st.lists(st.integers(0, len(SSE.encode())), max_size=12), kind=st.sampled_from(["sse", "ndjson"]))
def test_any_chunking_gives_the_same(cuts: list[int], kind: Literal["sse", "ndjson"]) -> None:
    data = (SSE if kind == "sse" else NDJSON).encode()
    marks = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    assert read(kind, [data[a:b] for a, b in itertools.pairwise(marks)]) == VALUES


def test_terminator_is_told_from_the_end_of_the_bytes() -> None:
    events = Events("sse")
    assert list(values(events, SSE.encode())) == VALUES
    assert not events.ended
    assert not list(values(events, b"data: [DO"))
    assert not events.ended
    assert not list(values(events, b"NE]\n"))
    assert events.ended


def test_error_line_of_early_2025_is_a_failure() -> None:
    assert read("sse", [b'error: {"code": 500, "message": "m"}\n\n']) == [{"error": {"code": 500, "message": "m"}}]


@pytest.mark.parametrize(
    ("kind", "data"), [("sse", b"data: {oops\n\n"), ("ndjson", b"<html>\n"), ("ndjson", b'{"cut": ')]
)
def test_what_is_no_json_is_an_error_that_shows_it(kind: Literal["sse", "ndjson"], data: bytes) -> None:
    with pytest.raises(FramingError) as caught:
        read(kind, [data])
    assert caught.value.raw


def test_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_LINE", 1000)
    events = Events("ndjson")
    for _ in range(100):
        assert list(values(events, b"x" * 10)) == []
    with pytest.raises(FramingError, match="more than 1000"):
        list(values(events, b"x"))


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    assert read("ndjson", [b'{"a": "\xff\xc3"}\n']) == [{"a": "��"}]
