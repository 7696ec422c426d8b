"""Models that think unless the conversation says /no_think."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ...formats.spec import Format
from ...messages import Conversation
from ...options import Options
from ..base import Written
from ..turns import Turns

_SWITCH = re.compile(r"(?<!\S)/(?:no_)?think(?!\S)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Switched(Turns):
    """Turns whose last /think or /no_think says whether the model thinks; the model is not shown the words themselves.

    switches  the roles whose texts may hold them.
    quiet     the fields that differ where the model is not to think.
    """

    switches: tuple[str, ...] = ("system",)
    quiet: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def unthinking(self) -> Switched:
        """The same with thoughts switched off."""
        return replace(self, **self.quiet)

    def write(self, conversation: Conversation, format: Format, options: Options) -> Written:
        """The conversation without its switches, as the last of them wants it."""
        said: list[str] = []
        messages = []
        for message in conversation.messages:
            if message.role in self.switches:
                said += _SWITCH.findall(message.content)
                message = replace(message, content=_SWITCH.sub("", message.content).strip())
            messages.append(message)
        turns = self.unthinking if said[-1:] == ["/no_think"] else self
        return Turns.write(turns, replace(conversation, messages=tuple(messages)), format, options)
