"""Reading a text with a format in any chunking, and what a caller sees of it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from litellm_fnwrap.events import ArgumentsDelta, CallEnd, CallStart, Event, Finish, Parsed, Reasoning, Text, ToolCall
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.messages import Tool

WEATHER = Tool(
    name="get_weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
)
PING = Tool(name="ping", parameters={"type": "object", "properties": {}})
SAMPLE_CALLS = (
    ToolCall(id="call_a", name="get_weather", arguments='{"city": "Lyon"}'),
    ToolCall(id="call_b", name="ping", arguments="{}"),
)


def sample_calls(format: Format) -> tuple[ToolCall, ...]:
    """The calls a declaration's sample shows."""
    return SAMPLE_CALLS if format.parallel else SAMPLE_CALLS[:1]


def pieces(text: str, sizes: Iterable[int]) -> Iterator[str]:
    """The text cut into pieces of the given sizes, which are repeated for ever."""
    at = 0
    for size in itertools.cycle(sizes):
        if at >= len(text):
            return
        yield text[at : at + size]
        at += size


@dataclass(frozen=True)
class Transcript:
    """What reading a text said: the result, and every event in order."""

    parsed: Parsed
    events: list[Event]

    @property
    def calls(self) -> list[tuple[str, Any]]:
        return [(call.name, json.loads(call.arguments)) for call in self.parsed.tool_calls]

    @property
    def said(self) -> tuple[str, str, list[tuple[str, str]], str]:
        """All that must not depend on the chunking."""
        parsed = self.parsed
        return (
            parsed.content or "",
            parsed.reasoning_content or "",
            [(call.name, call.arguments) for call in parsed.tool_calls],
            parsed.finish_reason,
        )

    def check(self) -> None:
        """The events say the same as the result, in an order a client can follow."""
        text = {Text: "", Reasoning: ""}
        started: dict[int, CallStart] = {}
        arguments: dict[int, str] = {}
        ended: list[int] = []
        for event in self.events:
            if isinstance(event, (Text, Reasoning)):
                text[type(event)] += event.text
            elif isinstance(event, CallStart):
                assert event.index == len(started)
                started[event.index], arguments[event.index] = event, ""
            elif isinstance(event, ArgumentsDelta):
                assert event.index in started
                assert event.index not in ended
                arguments[event.index] += event.text
            elif isinstance(event, CallEnd):
                ended.append(event.index)
        whole = [ToolCall(started[n].id, started[n].name, arguments[n]) for n in sorted(ended)]
        assert whole == self.parsed.tool_calls
        assert len({call.id for call in whole}) == len(whole)
        assert text[Text] == (self.parsed.content or "")
        assert text[Reasoning] == (self.parsed.reasoning_content or "")
        assert [event for event in self.events if isinstance(event, Finish)] == [Finish(self.parsed.finish_reason)]
        assert isinstance(self.events[-1], Finish)


def read(
    format: str | Format,
    text: str,
    tools: Sequence[Tool] | None,
    *,
    sizes: Iterable[int] = (1 << 30,),
    finish_reason: str | None = None,
    **options: Any,
) -> Transcript:
    """The transcript of a text read in pieces of the given sizes, whole by default."""
    parser = StreamParser(get_format(format), tools, **options)
    events: list[Event] = []
    for piece in pieces(text, sizes):
        events += parser.feed(piece)
    events += parser.close(finish_reason)  # type: ignore[arg-type]
    transcript = Transcript(parser.result, events)
    transcript.check()
    return transcript
