"""One generation, read as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

from ..errors import UnknownToolError, nearest
from ..events import CallStart, Event
from ..formats.parser import StreamParser
from ..generation import Chunk, Usage
from ..messages import Conversation
from ..options import Options
from .answer import Collector, newest_usage
from .plan import Plan
from .structured import Structured
from .thinking import thinking


class Attempt:
    """Turns the chunks of one reply into events, and keeps what the reply was."""

    def __init__(self, plan: Plan, conversation: Conversation, options: Options) -> None:
        offered = conversation.offered
        self._strict = options.unknown_tool == "error" and bool(offered)
        self._declared = frozenset(tool.name for tool in offered) if self._strict else frozenset()
        if self._strict:
            # A call must be recognised as one before it can be refused.
            options = replace(options, unknown_tool="pass")
        elif not offered and options.unknown_tool != "content":
            options = replace(options, unknown_tool="content")
        self._parser = plan.wrapper.answering(conversation).parser(
            offered, options=options, prompt_tail=plan.prompt.prefill, parallel=conversation.parallel
        )
        if conversation.prefix and isinstance(self._parser, StreamParser):
            self._parser.continue_text()
        self._routes = list[Callable[[list[Event]], list[Event]]]()
        if options.reasoning != "separate":
            self._routes.append(thinking(options.reasoning, plan.format).route)
        # What follows a beginning that the request gave is no whole value.
        schema = None if conversation.prefix else conversation.response_schema
        if options.repair and schema is not None:
            self._routes.append(Structured(schema, coerce=options.coerce).route)
        self._raw: list[str] = []
        self._finish: Literal["stop", "length"] | None = None
        self.collected = Collector()
        self.usage: Usage | None = None
        self.logprobs: Any = None

    @property
    def raw(self) -> str:
        """What the model has written so far."""
        return "".join(self._raw)

    def feed(self, chunk: Chunk) -> list[Event]:
        """The events in the next chunk; raises UnknownToolError where undeclared calls are errors."""
        if chunk.usage is not None:
            self.usage = newest_usage(self.usage, chunk.usage)
        if chunk.logprobs is not None:
            self.logprobs = _joined_logprobs(self.logprobs, chunk.logprobs)
        self._finish = chunk.finish_reason or self._finish
        if not chunk.text:
            return []
        self._raw.append(chunk.text)
        return self._take(self._parser.feed(chunk.text))

    def close(self) -> list[Event]:
        """The last events: the reply is over."""
        return self._take(self._parser.close(self._finish))

    def _take(self, events: list[Event]) -> list[Event]:
        for route in self._routes:
            events = route(events)
        if self._strict:
            self._refuse_undeclared(events)
        self.collected.events += events
        return events

    def _refuse_undeclared(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, CallStart) and event.name not in self._declared:
                near = nearest(event.name, self._declared, limit=1)
                hint = f" The nearest declared tool is {near[0]!r}." if near else ""
                raise UnknownToolError(
                    f"The model called {event.name!r}, which the request does not declare.{hint} Declared: "
                    f"{', '.join(sorted(self._declared))}. Use unknown_tool='content' or 'pass' to get such calls.",
                    raw=self.raw,
                )


def _joined_logprobs(one: Any, other: Any) -> Any:
    """Token lists of a stream put together: OpenAI's {"content": [...]} or plain lists; else the newest."""
    if isinstance(one, list) and isinstance(other, list):
        return one + other
    if isinstance(one, dict) and isinstance(other, dict):
        first, second = one.get("content"), other.get("content")
        if isinstance(first, list) and isinstance(second, list):
            return {**other, "content": first + second}
    return other
