"""What a parser says while text streams in; the same events make up the whole answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]


@dataclass(slots=True, frozen=True)
class Text:
    """A piece of the answer's content."""

    text: str


@dataclass(slots=True, frozen=True)
class Reasoning:
    """A piece of the model's reasoning."""

    text: str


@dataclass(slots=True, frozen=True)
class CallStart:
    """A tool call begins. The name is complete and final; index counts calls from 0."""

    index: int
    id: str
    name: str


@dataclass(slots=True, frozen=True)
class ArgumentsDelta:
    """A piece of a call's arguments; the pieces of one index joined are strict JSON text."""

    index: int
    text: str


@dataclass(slots=True, frozen=True)
class CallEnd:
    """The call is complete. A call that never ends was cut off and is no call."""

    index: int


@dataclass(slots=True, frozen=True)
class Repair:
    """Something in the model's text was mended.

    kind    a short constant such as "unquoted_key".
    detail  what was found, and what it was read as.
    where   offset in characters from the start of the model's output.
    """

    kind: str
    detail: str
    where: int


@dataclass(slots=True, frozen=True)
class Finish:
    """The answer is over."""

    reason: FinishReason


Event = Text | Reasoning | CallStart | ArgumentsDelta | CallEnd | Repair | Finish


@dataclass(slots=True, frozen=True)
class ToolCall:
    """One call of a tool; arguments is JSON text of an object."""

    id: str
    name: str
    arguments: str


@dataclass(slots=True)
class Parsed:
    """A whole answer, read."""

    content: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[ToolCall] = field(default_factory=list)
    finish_reason: FinishReason = "stop"
    repairs: list[Repair] = field(default_factory=list)
