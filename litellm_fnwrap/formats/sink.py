"""Where a parser puts what it finds: events for the stream, and the whole answer they make up.

Calls that say what an earlier one has said are held back until it is clear what follows, since models that cannot stop
say the same calls again and again, up to the token limit.
"""

from __future__ import annotations

import os

from ..events import (
    ArgumentsDelta,
    CallEnd,
    CallStart,
    Event,
    Finish,
    FinishReason,
    Parsed,
    Reasoning,
    Repair,
    Text,
    ToolCall,
)
from .flow import ContentFlow, Flow


def new_call_id() -> str:
    """A call id that no other call has, in OpenAI's manner."""
    return "call_" + os.urandom(12).hex()


_MOST_REPEATED = 2
"""So many calls at the end of an answer may all have been made before; more of them are a model that cannot stop."""


def _without_given(text: str, given: str) -> tuple[str, str]:
    """The text without what was given, as far as it begins with that, and what of it is still to come."""
    if given.startswith(text):
        return "", given[len(text) :]
    return (text[len(given) :] if text.startswith(given) else text), ""


class Sink:
    """Collects events and the answer."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.repairs: list[Repair] = []
        self.calls: list[ToolCall] = []
        self._content = ContentFlow()
        self._reasoning = Flow()
        self._started = 0
        self._name = ""
        self._id = ""
        self._arguments: list[str] = []
        self._ids: set[str] = set()
        self._held: list[Event] | None = None
        self._doubtful = False
        self._like: list[str] = []
        self._size = 0
        self._waiting: list[tuple[ToolCall, list[Event]]] = []
        self._told: set[tuple[str, str]] = set()
        self._finish: FinishReason = "stop"
        self._given = ""

    def expect_given(self, text: str) -> None:
        """Text that the prompt ended with comes first; where it is no part of a call it is not content either."""
        self._given = text

    def forget_text(self) -> None:
        """What has been said so far stands in the prompt, and is no part of the answer."""
        self.events = []
        self._content, self._reasoning = ContentFlow(), Flow()

    def continue_text(self) -> None:
        """The content goes on in the middle of a text: its first blanks are no markup."""
        self._content.pieces.append("")

    def drain(self) -> list[Event]:
        """The events since the last call."""
        events, self.events = self.events, []
        return events

    def text(self, text: str) -> None:
        """Content."""
        if self._given:
            text, self._given = _without_given(text, self._given)
        shown = self._content.add(text)
        if shown:
            self.events.append(Text(shown))

    def reasoning(self, text: str) -> None:
        """Reasoning."""
        shown = self._reasoning.add(text)
        if shown:
            self.events.append(Reasoning(shown))

    @property
    def in_fence(self) -> bool:
        """Whether the content has opened a code fence that it has not closed."""
        return self._content.in_fence

    @property
    def has_content(self) -> bool:
        """Whether any content but blanks has been seen."""
        return bool(self._content.pieces)

    @property
    def started(self) -> int:
        """How many calls have been started."""
        return self._started

    def repair(self, kind: str, detail: str, where: int) -> None:
        """Something was mended."""
        repair = Repair(kind, detail, where)
        self.repairs.append(repair)
        self.events.append(repair)

    @property
    def talks(self) -> bool:
        """Whether content has been said since the last call."""
        return bool(self.calls) and not self._content.broken

    @property
    def holding(self) -> bool:
        """Whether the open call is doubtful, and not shown yet."""
        return self._held is not None and self._doubtful

    @property
    def repeats(self) -> bool:
        """Whether the open call is not shown yet, and one before it was the same."""
        if not self.holding:
            return False
        return (self._name, "".join(self._arguments)) in self._told

    def start_call(self, name: str, id: str, *, hold: bool, watch: bool) -> None:
        """A call begins; a native id is kept unless it was used before.

        hold   the call is doubtful, and shown when it is complete.
        watch  it is not shown as long as it says what an earlier call has said.
        """
        self._given = ""
        self._name = name
        self._id = id if id and id not in self._ids else new_call_id()
        self._ids.add(self._id)
        self._arguments = []
        self._size = 0
        self._like = [told for known, told in self._told if known == name] if watch else []
        self._doubtful = hold
        if not self._like:
            self._release()
        self._held = [] if hold or self._like else None
        if self._held is None:
            self._interrupt()
        self._show(CallStart(self._started, self._id, name))
        self._started += 1

    def arguments(self, text: str) -> None:
        """A piece of the open call's arguments."""
        self._arguments.append(text)
        self._show(ArgumentsDelta(self._started - 1, text))
        if self._like:
            self._like = [told for told in self._like if told.startswith(text, self._size)]
            self._size += len(text)
            if not self._like and not self._doubtful:
                self._show_held()

    def end_call(self) -> None:
        """The open call is complete."""
        call = ToolCall(self._id, self._name, "".join(self._arguments))
        if self._held is not None and call.arguments in self._like:
            self._waiting.append((call, [*self._held, CallEnd(self._started - 1)]))
            self._held, self._like = None, []
            return
        if self._held is not None:
            self._show_held()
        self._like = []
        self.calls.append(call)
        self._told.add((self._name, call.arguments))
        self.events.append(CallEnd(self._started - 1))

    def _show_held(self) -> None:
        """Show the open call, and those before it that have waited."""
        held, self._held = self._held or [], None
        self._release()
        self._interrupt()
        self.events.extend(held)

    def _release(self) -> None:
        """Show the calls that have waited: they were meant."""
        for call, events in self._waiting:
            self._interrupt()
            self.calls.append(call)
            self.events.extend(events)
        self._waiting.clear()

    def _interrupt(self) -> None:
        """A call stands here, in the content."""
        shown = self._content.interrupt()
        if shown:
            self.events.append(Text(shown))

    def abandon_call(self) -> None:
        """The open call has turned out unreadable; if it was not shown, it never is."""
        if self._held is not None:
            self.drop_call()

    def drop_call(self) -> None:
        """The open call was not shown, and shall not be."""
        self._held, self._like = None, []
        self._started -= 1
        self._interrupt()

    def _show(self, event: Event) -> None:
        (self.events if self._held is None else self._held).append(event)

    def finish(self, cut_off: bool) -> None:
        """The answer is over."""
        if self._waiting and (cut_off or len(self._waiting) > _MOST_REPEATED):
            self._interrupt()
            self.repair("runaway", f"{len(self._waiting)} calls that had been made before left out", 0)
            self._waiting.clear()
        self._release()
        rest = self._content.rest()
        if rest:
            self.events.append(Text(rest))
        if self._content.pieces and not self._content.broken and self._content.blank and not self._started:
            self._content.pieces.append(self._content.blank)
            self.events.append(Text(self._content.blank))
        self._finish = "length" if cut_off else "tool_calls" if self.calls else "stop"
        self.events.append(Finish(self._finish))

    def parsed(self) -> Parsed:
        """The answer so far."""
        return Parsed(
            content="".join(self._content.pieces) or None,
            reasoning_content="".join(self._reasoning.pieces) or None,
            tool_calls=list(self.calls),
            finish_reason=self._finish,
            repairs=list(self.repairs),
        )
