"""One turn of a model through LiteLLM, shown while it streams."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..events import ToolCall
from . import screen
from .imports import at_once
from .python_tools import Functions, carry_out, to_text

Message = dict[str, Any]


@dataclass
class Turn:
    """What the model answered; report says how it came about, {} for a model of another provider."""

    content: str = ""
    reasoning: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    finish_reason: str | None = None
    report: dict[str, Any] = field(default_factory=dict)

    def message(self) -> Message:
        """The turn as a message of the conversation."""
        message: Message = {"role": "assistant", "content": self.content or None}
        if self.calls:
            message["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in self.calls
            ]
        return message


def start() -> Callable[..., tuple[Iterator[Any], Callable[[], dict[str, Any]]]]:
    """What ask() asks with. Importing LiteLLM takes seconds, and it does not survive being interrupted at that."""
    with screen.waiting("LiteLLM starts"), at_once():
        from ..provider.asking import stream_completion
    return stream_completion


def ask(
    model: str,
    messages: Sequence[Message],
    *,
    show: bool = True,
    on_prompt: Callable[[str], None] | None = None,
    **parameters: Any,
) -> Turn:
    """One streamed completion; every piece is shown as it arrives.

    on_prompt  is told the prompt that was sent, before the first piece.
    """
    stream_completion = start()

    turn = Turn()
    with screen.waiting(f"{model} is being reached or loaded"):
        chunks, report = stream_completion(model, list(messages), **parameters)
    if on_prompt and report():
        on_prompt(report()["prompt"])
    for chunk in _awaited(model, chunks):
        if not chunk.choices:
            continue
        choice = chunk.choices[0]
        _add(turn, choice.delta, show)
        turn.finish_reason = choice.finish_reason or turn.finish_reason
    turn.report = report()
    if show:
        screen.flow(")\n" if turn.calls else "\n")
    return turn


def _awaited(model: str, chunks: Iterator[Any]) -> Iterator[Any]:
    """The chunks; the time until the first comes is shown."""
    with screen.waiting(f"{model} is reading"):
        first = next(chunks, None)
    return chunks if first is None else itertools.chain([first], chunks)


def results(calls: Sequence[ToolCall], functions: Functions, shown: Callable[[ToolCall, Any], None]) -> list[Any]:
    """What each call returned, in order; each is shown as it comes."""
    found = []
    for call in calls:
        found.append(carry_out(call, functions))
        shown(call, found[-1])
    return found


def result_messages(calls: Sequence[ToolCall], found: Sequence[Any]) -> list[Message]:
    """Results as the messages that answer their calls."""
    return [
        {"role": "tool", "tool_call_id": call.id, "name": call.name, "content": to_text(result)}
        for call, result in zip(calls, found, strict=True)
    ]


def _add(turn: Turn, delta: Any, show: bool) -> None:
    reasoning = getattr(delta, "reasoning_content", None)
    if reasoning:
        turn.reasoning += reasoning
        _flow(reasoning, "bright_black", show)
    if delta.content:
        turn.content += delta.content
        _flow(delta.content, None, show)
    for piece in delta.tool_calls or ():
        _add_piece(turn, piece, show)


def _add_piece(turn: Turn, piece: Any, show: bool) -> None:
    name, text = piece.function.name, piece.function.arguments or ""
    if piece.index == len(turn.calls):
        turn.calls.append(ToolCall(piece.id or "", name or "", text))
        lead = ")\n" if len(turn.calls) > 1 else "\n" if turn.content else ""
        _flow(f"{lead}{name}(", "cyan", show)
    else:
        known = turn.calls[piece.index]
        turn.calls[piece.index] = ToolCall(known.id, known.name, known.arguments + text)
    _flow(text, "cyan", show)


def _flow(text: str, colour: str | None, show: bool) -> None:
    if show:
        screen.flow(text, colour=colour)
