"""Requests to the engine, and the ways of carrying them out."""

from __future__ import annotations

import asyncio
from typing import Any

from litellm_fnwrap import engine
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.engine import Answer, Request
from litellm_fnwrap.engine.answer import Collector
from litellm_fnwrap.events import Event
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from provider.asking import MESSAGES
from provider.scripted_ollama import ScriptedOllama

WAYS = ["whole", "whole-async", "stream", "stream-async", "stream-from-thread"]


def request(server: ScriptedOllama, *, options: dict[str, Any] | None = None, **conversation: Any) -> Request:
    messages = conversation.pop("messages", MESSAGES)
    return Request(
        conversation=read_conversation(messages, **conversation),
        source=open_source("ollama", model="m", api_base=server.base_url),
        options=Options(**{"wrapper": "hermes", "constrain": "never", **(options or {})}),
    )


async def carried_out(way: str, asked: Request) -> tuple[Answer, list[Event]]:
    """The answer, and the events that were shown (none for an answer that comes whole)."""
    if way == "whole":
        return await asyncio.to_thread(engine.complete, asked), []
    if way == "whole-async":
        return await engine.acomplete(asked), []
    if way == "stream":
        stream = await asyncio.to_thread(engine.stream, asked)
        shown = await asyncio.to_thread(list, stream)
        return stream.answer, [event for events in shown for event in events]
    if way == "stream-async":
        opened = await engine.astream(asked)
    else:
        opened = await asyncio.to_thread(engine.astream_from_thread, asked)
    events = [event async for events in opened for event in events]
    return opened.answer, events


def check_shown(answer: Answer, events: list[Event]) -> None:
    """What was shown, put together, is the answer."""
    if events:
        collected = Collector()
        collected.events += events
        assert collected.parsed == answer.parsed
