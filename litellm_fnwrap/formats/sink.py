"""Where a parser puts what it finds: events for the stream, and the whole answer they make up.

Blanks next to calls are markup: they are held back until it is clear what follows.
"""

from __future__ import annotations

import secrets

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


def new_call_id() -> str:
    """A call id that no other call has, in OpenAI's manner."""
    return "call_" + secrets.token_hex(12)


class _Flow:
    """Text whose outer blanks, and blanks around calls inside it, are dropped."""

    __slots__ = ("blanks", "broken", "gap", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.blanks: list[str] = []
        self.gap = ""
        self.broken = False

    @property
    def blank(self) -> str:
        """The blanks that are held."""
        return "".join(self.blanks)

    def add(self, text: str) -> str:
        """What of the text may be shown now; blanks at its end are held."""
        body = text.rstrip()
        if not body:
            self.blanks.append(text)
            return ""
        lead = text[: len(text) - len(text.lstrip())]
        before, self.blanks = self.blank, [text[len(body) :]]
        if not self.pieces:
            shown = body.lstrip()
        elif self.broken:
            shown = _joined(self.gap, before + lead) + body.lstrip()
        else:
            shown = before + body
        self.broken = False
        self.pieces.append(shown)
        return shown

    def interrupt(self) -> None:
        """A call stands here."""
        if not self.broken:
            self.gap, self.blanks = self.blank, []
        self.broken = True


def _joined(before: str, after: str) -> str:
    """The blanks between two texts that a call has separated; line breaks next to a call count once."""
    blanks = before + after
    lines = max(before.count("\n"), after.count("\n"))
    return "\n" * lines if lines else blanks


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
        self._content = _Flow()
        self._reasoning = _Flow()
        self._started = 0
        self._name = ""
        self._id = ""
        self._arguments: list[str] = []
        self._ids: set[str] = set()
        self._held: list[Event] | None = None
        self._told: set[tuple[str, str]] = set()
        self._finish: FinishReason = "stop"
        self._given = ""

    def expect_given(self, text: str) -> None:
        """Text that the prompt ended with comes first; where it is no part of a call it is not content either."""
        self._given = text

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
        """Whether the open call is not shown yet."""
        return self._held is not None

    @property
    def repeats(self) -> bool:
        """Whether the open call is not shown yet, and one before it was the same."""
        if self._held is None:
            return False
        return (self._name, "".join(self._arguments)) in self._told

    def start_call(self, name: str, id: str, *, hold: bool = False) -> None:
        """A call begins; a native id is kept unless it was used before. A held one is shown when it is complete."""
        self._given = ""
        self._name = name
        self._id = id if id and id not in self._ids else new_call_id()
        self._ids.add(self._id)
        self._arguments = []
        self._held = [] if hold else None
        if not hold:
            self._content.interrupt()
        self._show(CallStart(self._started, self._id, name))
        self._started += 1

    def arguments(self, text: str) -> None:
        """A piece of the open call's arguments."""
        self._arguments.append(text)
        self._show(ArgumentsDelta(self._started - 1, text))

    def end_call(self) -> None:
        """The open call is complete."""
        if self._held is not None:
            self._content.interrupt()
            self.events.extend(self._held)
            self._held = None
        self.calls.append(ToolCall(self._id, self._name, "".join(self._arguments)))
        self._told.add((self._name, self.calls[-1].arguments))
        self.events.append(CallEnd(self._started - 1))

    def drop_call(self) -> None:
        """The open call was not shown, and shall not be."""
        self._held = None
        self._started -= 1
        self._content.interrupt()

    def _show(self, event: Event) -> None:
        (self.events if self._held is None else self._held).append(event)

    def finish(self, cut_off: bool) -> None:
        """The answer is over."""
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
