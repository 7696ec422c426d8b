"""Readers as state machines: fed in any pieces, looked at in between, closed at any moment, they read as if fed whole.

FNWRAP_EXAMPLES=1000 looks further than there is time for in every run.
"""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from litellm_fnwrap.events import ArgumentsDelta, CallEnd, CallStart, Event, Finish, Reasoning, Text
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.readers.json import JsonReader
from litellm_fnwrap.formats.readers.strict import Unreadable
from litellm_fnwrap.messages import read_tools
from litellm_fnwrap.schema import SchemaReader

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": "integer"}, "l": {"type": "array"}}}
TOOLS = read_tools([{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}])
NAMES = sorted(FORMATS)
JSON = [
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    ",",
    ":",
    " ",
    "\n",
    '"a": ',
    "a",
    "1",
    "-2e3",
    "true",
    "None",
    "\\",
    "\\u00e",
    "é",
]
MARKS = [
    "<tool_call>",
    "</tool_call>",
    "f(",
    ")",
    "a=",
    '{"name": "f", "arguments": {"a": "x"}}',
    "<think>",
    "</think>",
]
EXAMPLES = int(os.environ.get("FNWRAP_EXAMPLES", "25"))


def whole(name: str, text: str, reason: Any) -> StreamParser:
    parser = StreamParser(get_format(name), TOOLS)
    parser.feed(text)
    parser.close(reason)
    return parser


class ParserMachine(RuleBasedStateMachine):
    """One answer in one format."""

    @initialize(name=st.sampled_from(NAMES))
    def begin(self, name: str) -> None:
        self.name, self.text, self.closed, self.events = name, "", False, list[Event]()
        self.parser = StreamParser(get_format(name), TOOLS)

    @rule(pieces=st.lists(st.sampled_from([*JSON, *MARKS]), max_size=4))
    @precondition(lambda self: not self.closed)
    def feed(self, pieces: list[str]) -> None:
        self.text += "".join(pieces)
        self.events += self.parser.feed("".join(pieces))

    @rule(data=st.data())
    @precondition(lambda self: not self.closed)
    def feed_marks_of_the_format(self, data: st.DataObject) -> None:
        piece = data.draw(st.sampled_from(get_format(self.name).sample.split() or ["x"]))
        self.text += piece
        self.events += self.parser.feed(piece)

    @rule(reason=st.sampled_from([None, "stop", "length"]))
    @precondition(lambda self: not self.closed)
    def close(self, reason: Any) -> None:
        self.closed = True
        self.events += self.parser.close(reason)
        assert self.parser.close(reason) == []
        once, read = whole(self.name, self.text, reason).result, self.parser.result
        assert (read.content, read.reasoning_content, read.finish_reason) == (
            once.content, once.reasoning_content, once.finish_reason,
        )  # fmt: skip
        assert [(c.name, c.arguments) for c in read.tool_calls] == [(c.name, c.arguments) for c in once.tool_calls]
        assert isinstance(self.events[-1], Finish)

    @rule()
    def look(self) -> None:
        assert self.parser.result == self.parser.result

    @invariant()
    def events_are_in_order_and_add_up(self) -> None:
        texts, thoughts, calls, open_calls = "", "", dict[int, str](), set[int]()
        for event in self.events:
            if isinstance(event, Text):
                texts += event.text
            elif isinstance(event, Reasoning):
                thoughts += event.text
            elif isinstance(event, CallStart):
                assert event.index not in calls
                calls[event.index] = ""
                open_calls.add(event.index)
            elif isinstance(event, ArgumentsDelta):
                assert event.index in open_calls
                calls[event.index] += event.text
            elif isinstance(event, CallEnd):
                open_calls.remove(event.index)
                json.loads(calls[event.index])
        result = self.parser.result
        assert texts == (result.content or "")
        assert thoughts == (result.reasoning_content or "")
        if self.closed:
            assert not open_calls
            assert [calls[index] for index in sorted(calls)] == [call.arguments for call in result.tool_calls]


class JsonMachine(RuleBasedStateMachine):
    """One JSON value, mended where it is wrong."""

    @initialize(repair=st.booleans(), coerce=st.booleans(), typed=st.booleans())
    def begin(self, repair: bool, coerce: bool, typed: bool) -> None:
        self.options: dict[str, Any] = {"repair": repair, "coerce": coerce}
        self.schema = SCHEMA if typed else None
        self.held, self.text, self.given_up = "", "", False
        self.reader = self.new_reader()

    def new_reader(self) -> JsonReader:
        return JsonReader(self.schema, SchemaReader(SCHEMA), **self.options)

    @rule(pieces=st.lists(st.sampled_from(JSON), max_size=4))
    @precondition(lambda self: not self.given_up and not self.reader.done)
    def feed(self, pieces: list[str]) -> None:
        self.text += "".join(pieces)
        self.held += "".join(pieces)
        self.take(final=False)

    @rule()
    @precondition(lambda self: not self.given_up and not self.reader.done)
    def finish(self) -> None:
        self.take(final=True)
        self.given_up = True
        once, failed = self.new_reader(), False
        try:
            once.feed(self.text, 0, True)
        except Unreadable:
            failed = True
        assert failed == self.failed
        if not failed:
            assert "".join(once.out) == "".join(self.reader.out)

    def take(self, *, final: bool) -> None:
        self.failed = False
        try:
            read = self.reader.feed(self.held, 0, final)
        except Unreadable:
            self.failed = self.given_up = True
            return
        assert 0 <= read <= len(self.held)
        self.held = self.held[read:]

    @rule()
    def look(self) -> None:
        assert isinstance(self.reader.done, bool)

    @invariant()
    def a_value_that_is_done_is_json(self) -> None:
        if self.reader.done and not self.given_up:
            json.loads("".join(self.reader.out))


TestParser = ParserMachine.TestCase
TestParser.settings = settings(max_examples=EXAMPLES, stateful_step_count=25)
TestJson = JsonMachine.TestCase
TestJson.settings = settings(max_examples=EXAMPLES * 4, stateful_step_count=25)
