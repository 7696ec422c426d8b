"""What is made of one reply's chunks: events, usage, log probabilities, and calls that nobody declared."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.backends import open_source
from litellm_fnwrap.engine import Request, make_plan
from litellm_fnwrap.engine.attempt import Attempt
from litellm_fnwrap.errors import UnknownToolError
from litellm_fnwrap.events import CallStart, Text
from litellm_fnwrap.generation import Chunk, Usage
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from provider.asking import MESSAGES, TOOLS


def attempt(*, tools: Any = TOOLS, **options: Any) -> Attempt:
    conversation = read_conversation(MESSAGES, tools=tools)
    request = Request(
        conversation=conversation,
        source=open_source("ollama", model="m"),
        options=Options(**{"wrapper": "hermes", **options}),
        stop=(),
    )
    return Attempt(make_plan(request, None), conversation, request.options)


CALL = '<tool_call>{{"name": "{}", "arguments": {{}}}}</tool_call>'


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        ([None, None], None),
        ([[1], [2]], [1, 2]),
        ([{"content": [1], "a": 0}, {"content": [2], "b": 0}], {"content": [1, 2], "b": 0}),
        ([{"content": [1]}, {"content": None}], {"content": None}),
        ([{"content": [1]}, {"tokens": [2]}], {"tokens": [2]}),
        ([[1], {"content": [2]}], {"content": [2]}),
        ([None, [2]], [2]),
        ([[1], None], [1]),
    ],
)
def test_log_probabilities_of_a_stream_are_put_together(parts: list[Any], joined: Any) -> None:
    one = attempt()
    for part in parts:
        one.feed(Chunk(text="x", logprobs=part))
    assert one.logprobs == joined


def test_reply_is_kept_as_it_came_with_the_newest_usage() -> None:
    one = attempt()
    assert one.feed(Chunk(text="Hel")) == [Text("Hel")]
    assert one.feed(Chunk(usage=Usage(prompt_tokens=3, completion_tokens=1))) == []
    assert one.feed(Chunk(text="lo", finish_reason="stop", usage=Usage(prompt_tokens=3, completion_tokens=2))) == [
        Text("lo")
    ]
    one.close()
    assert one.raw == "Hello"
    assert one.usage == Usage(prompt_tokens=3, completion_tokens=2)


@pytest.mark.parametrize(
    ("called", "hint"),
    [("get_wether", " The nearest declared tool is 'get_weather'."), ("zzzzzzzzzzzz", "")],
)
def test_undeclared_call_is_an_error_where_that_is_asked_for(called: str, hint: str) -> None:
    one = attempt(unknown_tool="error", repair=False)
    with pytest.raises(UnknownToolError) as caught:
        one.feed(Chunk(text=CALL.format(called)))
    assert f"called {called!r}, which the request does not declare.{hint} Declared: get_weather" in str(caught.value)
    assert caught.value.raw == CALL.format(called)


def test_declared_call_is_none() -> None:
    events = attempt(unknown_tool="error").feed(Chunk(text=CALL.format("get_weather")))
    assert [event.name for event in events if isinstance(event, CallStart)] == ["get_weather"]


def test_what_looks_like_a_call_is_content_where_no_tools_are() -> None:
    one = attempt(tools=None, unknown_tool="pass")
    one.feed(Chunk(text=CALL.format("get_weather")))
    one.close()
    assert one.collected.parsed.tool_calls == []
    assert one.collected.parsed.content == CALL.format("get_weather")
