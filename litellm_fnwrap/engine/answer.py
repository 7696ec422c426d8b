"""The engine's answer: what was read, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..events import ArgumentsDelta, CallEnd, CallStart, Event, Finish, Parsed, Reasoning, Repair, Text, ToolCall
from ..generation import Prompt, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer and its history.

    parsed       what the caller gets: content, reasoning, calls, finish reason, repairs.
    prompt       what the model read, of the last attempt.
    raw          what the model wrote, of the last attempt; the opened part of its turn (prompt.prefill) excluded.
    rejected     what it wrote in the attempts that were sent back for correction, oldest first.
    faults       what is still wrong with the answer after the last correction; () unless corrections were asked for.
    wrapper      name of the wrapper; reason says why it was chosen.
    format       name of the format in which calls were written.
    constraint   dialect of the constraint that was sent, None if there was none; widened says what it leaves open,
                 and why there was none where one was wanted.
    usage        tokens of all attempts together; None where the server did not say.
    logprobs     as the server gave them, of the last attempt.
    """

    parsed: Parsed
    prompt: Prompt
    raw: str
    wrapper: str
    reason: str
    format: str
    constraint: str | None = None
    widened: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    logprobs: Any = None


class Collector:
    """Events put together again, so that an answer read whole is the one that was streamed.

    events  all so far. They are put together when somebody asks: most streams are asked once, at their end.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []

    @property
    def content(self) -> str:
        """The text so far."""
        return "".join(event.text for event in self.events if isinstance(event, Text))

    @property
    def begun(self) -> bool:
        """Whether there is anything yet that a reader has seen: text or thoughts."""
        return any(isinstance(event, Text | Reasoning) for event in self.events)

    @property
    def repairs(self) -> list[Repair]:
        """What was mended so far."""
        return [event for event in self.events if isinstance(event, Repair)]

    @property
    def parsed(self) -> Parsed:
        """The answer so far; a call that never ended is none."""
        parsed = Parsed()
        content, reasoning = list[str](), list[str]()
        unfinished: dict[int, tuple[str, str, list[str]]] = {}
        for event in self.events:
            match event:
                case Text(text):
                    content.append(text)
                case ArgumentsDelta(index, text):
                    unfinished[index][2].append(text)
                case Reasoning(text):
                    reasoning.append(text)
                case CallStart(index, call_id, name):
                    unfinished[index] = (call_id, name, [])
                case CallEnd(index):
                    call_id, name, arguments = unfinished.pop(index)
                    parsed.tool_calls.append(ToolCall(call_id, name, "".join(arguments)))
                case Repair():
                    parsed.repairs.append(event)
                case Finish(reason):
                    parsed.finish_reason = reason
        parsed.content = "".join(content) or None
        parsed.reasoning_content = "".join(reasoning) or None
        return parsed


def newest_usage(known: Usage | None, told: Usage) -> Usage:
    """The tokens of one attempt: servers that count while they stream repeat the total, and the newest figure holds."""
    if known is None:
        return told
    return Usage(
        known.prompt_tokens if told.prompt_tokens is None else told.prompt_tokens,
        known.completion_tokens if told.completion_tokens is None else told.completion_tokens,
    )


def total_usage(attempts: Iterable[Usage | None]) -> Usage:
    """The tokens of several attempts together."""
    told = [usage for usage in attempts if usage is not None]
    if len(told) == 1:
        return told[0]
    return Usage(_sum(usage.prompt_tokens for usage in told), _sum(usage.completion_tokens for usage in told))


def _sum(counts: Iterable[int | None]) -> int | None:
    """Their sum; None where nobody counted."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
