"""Events as LiteLLM's stream chunks, in the two shapes that its versions understand.

ModelResponseStream objects work from 1.89.0 on and pass LiteLLM nearly verbatim. Before that only
GenericStreamingChunk dicts do, with one piece of one call in each.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final

from litellm.types.utils import Delta, ModelResponseStream, StreamingChoices

from ..engine import Answer
from ..events import ArgumentsDelta, CallStart, Event, Reasoning, Text
from .responses import finish_reason, report, usage_of
from .versions import LITELLM

FIRST_WITH_OBJECTS = (1, 89, 0)

_FIELDS: Final[dict[type[Event], str]] = {
    Text: "content",
    Reasoning: "reasoning_content",
    CallStart: "tool_calls",
    ArgumentsDelta: "tool_calls",
}


class ObjectEncoder:
    """Chunks as ModelResponseStream objects: one id and one creation time for all, neighbouring pieces joined.

    _hidden_params["fnwrap"] of the first one tells how the answer came about, as soon as the stream has ended. Not of
    the last: LiteLLM puts one of its own in its place.

    Every chunk is a copy of one that is blank, with its delta filled in: to make one anew takes twice as long, and
    more than all else that is done for a chunk.
    """

    def __init__(self, model: str, legacy: bool) -> None:
        self._legacy = legacy
        self._delta, self._choice = Delta(), StreamingChoices(index=0)
        self._blank = ModelResponseStream(
            id=f"chatcmpl-{uuid.uuid4()}", created=int(time.time()), model=model, choices=[]
        )
        self._begun = False
        self._report: dict[str, Any] = {}

    def encode(self, events: Sequence[Event]) -> list[ModelResponseStream]:
        """The chunks of the events that came together."""
        if len(events) == 1 and isinstance(events[0], Text):
            return [self._chunk(self._delta.model_copy(update={"content": events[0].text}))]
        return [self._chunk(Delta(**delta)) for delta in _deltas(events, self._legacy)]

    def end(self, answer: Answer) -> list[ModelResponseStream]:
        """Usage, then the finish: LiteLLM loses what stands beside a finish reason, or after it."""
        usage = self._copy(choices=[])
        usage.usage = usage_of(answer)
        self._report.update(report(answer))
        last = self._chunk(Delta())
        last.choices[0].finish_reason = finish_reason(answer.parsed.finish_reason, self._legacy)
        return [usage, last]

    def _chunk(self, delta: Delta) -> ModelResponseStream:
        first, self._begun = not self._begun, True
        if first:
            delta.role = "assistant"
        chunk = self._copy(choices=[self._choice.model_copy(update={"delta": delta})])
        if first:
            chunk._hidden_params["fnwrap"] = self._report
        return chunk

    def _copy(self, choices: list[StreamingChoices]) -> ModelResponseStream:
        chunk = self._blank.model_copy(update={"choices": choices})
        chunk._hidden_params = {}
        return chunk


class DictEncoder:
    """Chunks as GenericStreamingChunk dicts, for LiteLLM before 1.89.0."""

    def __init__(self, model: str, legacy: bool) -> None:
        self._legacy = legacy

    def encode(self, events: Sequence[Event]) -> list[dict[str, Any]]:
        """The chunks of the events that came together."""
        return [chunk for delta in _deltas(events, False) for chunk in _dicts(delta)]

    def end(self, answer: Answer) -> list[dict[str, Any]]:
        """The finish, which carries the usage."""
        usage = usage_of(answer)
        counts = {name: getattr(usage, name) for name in ("prompt_tokens", "completion_tokens", "total_tokens")}
        reason = finish_reason(answer.parsed.finish_reason, self._legacy)
        return [_dict(is_finished=True, finish_reason=reason, usage=counts)]


Encoder = ObjectEncoder | DictEncoder


def encoder(model: str, *, legacy: bool, version: tuple[int, ...] = LITELLM) -> Encoder:
    """The encoder that the installed LiteLLM understands."""
    return (ObjectEncoder if version >= FIRST_WITH_OBJECTS else DictEncoder)(model, legacy)


def _deltas(events: Sequence[Event], legacy: bool) -> Iterator[dict[str, Any]]:
    """The fields of each delta: text, thoughts and calls stay in order, neighbours of one kind become one delta.

    Clients that look at the first of content and calls only would miss the other, so no delta has both.
    """
    kind, pieces = "", list[Event]()
    for event in events:
        now = _FIELDS.get(type(event))
        if now is None:
            continue
        if now != kind and pieces:
            yield _delta(kind, pieces, legacy)
            pieces = []
        kind = now
        pieces.append(event)
    if pieces:
        yield _delta(kind, pieces, legacy)


def _delta(kind: str, pieces: Sequence[Event], legacy: bool) -> dict[str, Any]:
    if kind != "tool_calls":
        return {kind: "".join(piece.text for piece in pieces if isinstance(piece, Text | Reasoning))}
    calls: dict[int, dict[str, Any]] = {}
    for piece in pieces:
        if isinstance(piece, CallStart):
            function = {"name": piece.name, "arguments": ""}
            calls[piece.index] = {"index": piece.index, "id": piece.id, "type": "function", "function": function}
        elif isinstance(piece, ArgumentsDelta):
            call = calls.setdefault(piece.index, {"index": piece.index, "function": {"arguments": ""}})
            call["function"]["arguments"] += piece.text
    if legacy:
        return {"function_call": calls[min(calls)]["function"]}
    return {kind: list(calls.values())}


def _dicts(delta: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "content" in delta:
        yield _dict(text=delta["content"])
    elif "reasoning_content" in delta:
        yield _dict(provider_specific_fields={"reasoning_content": delta["reasoning_content"]})
    for call in delta.get("tool_calls", ()):
        arguments = call["function"]["arguments"]
        if "id" in call:
            yield _dict(tool_use=_piece(call, ""))
        # Apart from the call's start: LiteLLM's chunk builder of this age adds what comes with it to the call before.
        if arguments:
            yield _dict(tool_use=_piece({"index": call["index"], "function": {}}, arguments))


def _piece(call: dict[str, Any], arguments: str) -> dict[str, Any]:
    function = {"name": call["function"].get("name"), "arguments": arguments}
    return {"id": call.get("id"), "type": "function", "index": call["index"], "function": function}


def _dict(**fields: Any) -> dict[str, Any]:
    return {
        "text": "",
        "tool_use": None,
        "is_finished": False,
        "finish_reason": "",
        "usage": None,
        "index": 0,
        **fields,
    }
