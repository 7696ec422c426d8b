"""From a conversation to an answer: render, constrain, fetch text, read it, ask again where it is wrong.

Knows no LiteLLM. Everything but `running` is free of I/O, and sync and async differ in `running` only.
"""

from __future__ import annotations

from .answer import Answer
from .plan import Plan, make_plan
from .request import Request
from .running import AsyncEventStream, EventStream, acomplete, astream, astream_from_thread, complete, stream

__all__ = [
    "Answer",
    "AsyncEventStream",
    "EventStream",
    "Plan",
    "Request",
    "acomplete",
    "astream",
    "astream_from_thread",
    "complete",
    "make_plan",
    "stream",
]
