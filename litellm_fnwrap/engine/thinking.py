"""Where a model's reasoning goes that is not given apart: into the content, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ..events import Event, Finish, Reasoning, Repair, Text
from ..formats.spec import Format, Hole, segments, spellings


class InContent:
    """Reasoning as part of the content, between the marks the model's format has for it."""

    def __init__(self, format: Format) -> None:
        self._opening, self._closing = _marks(format)
        self._inside = False

    def route(self, events: Iterable[Event]) -> list[Event]:
        """The events with reasoning turned to text."""
        out: list[Event] = []
        for event in events:
            if isinstance(event, Reasoning):
                out.append(Text(event.text if self._inside else self._opening + event.text))
                self._inside = True
                continue
            if self._inside and not isinstance(event, Repair):
                # Cut off while thinking: the model never closed its reasoning, and neither is it closed here.
                cut = isinstance(event, Finish) and event.reason == "length"
                if not cut:
                    out.append(Text(self._closing))
                self._inside = False
            out.append(event)
        return out


class Dropped:
    """Reasoning that nobody sees."""

    def route(self, events: Iterable[Event]) -> list[Event]:
        """The events without reasoning."""
        return [event for event in events if not isinstance(event, Reasoning)]


def thinking(mode: Literal["content", "drop"], format: Format) -> InContent | Dropped:
    """The treatment of reasoning that an option's value names; where it is kept apart, it needs none."""
    return InContent(format) if mode == "content" else Dropped()


def _marks(format: Format) -> tuple[str, str]:
    opening, closing, inside = "", "", True
    for part in segments(next(iter(spellings(format.reasoning)), "{reasoning}")):
        if isinstance(part, Hole):
            inside = False
        elif inside:
            opening += part.text
        else:
            closing += part.text
    return opening, closing
