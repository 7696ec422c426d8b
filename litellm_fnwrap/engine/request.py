"""What the engine is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..backends.base import TextSource
from ..messages import Conversation
from ..options import Options

if TYPE_CHECKING:
    from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One answer wanted from one model.

    parameters  sampling and limits under OpenAI's names; stop, n and stream excluded.
    extra       server parameters under the server's own names.
    stop        the caller's stop strings; the wrapper's own are added.
    on_plan     told of every attempt just before it is sent.
    """

    conversation: Conversation
    source: TextSource
    options: Options = field(default_factory=Options)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    stop: tuple[str, ...] = ()
    on_plan: Callable[[Plan], None] | None = None
