"""The six ways in which a text is fetched, made alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from litellm_fnwrap.backends import open_source, relay
from litellm_fnwrap.backends.base import AsyncChunkStream, TextSource
from litellm_fnwrap.generation import Chunk, Generation, Prompt


def generation(**changes: Any) -> Generation:
    return Generation(model="m", prompt=Prompt(text="Hi"), **changes)


def source(name: str, url: str, **changes: Any) -> TextSource:
    return open_source(name, **{"model": "m", "api_base": url, "timeout": 5.0, **changes})


def joined(chunks: list[Chunk]) -> Chunk:
    last = chunks[-1]
    return Chunk("".join(chunk.text for chunk in chunks), last.finish_reason, last.usage, last.stop_text)


def whole(text: TextSource, wanted: Generation) -> Chunk:
    return text.complete(wanted)


def stream(text: TextSource, wanted: Generation) -> Chunk:
    return joined(list(text.stream(wanted)))


def awaited(text: TextSource, wanted: Generation) -> Chunk:
    return run(text.acomplete(wanted))


def async_stream(text: TextSource, wanted: Generation) -> Chunk:
    async def read() -> Chunk:
        return await collected(await text.astream(wanted))

    return run(read())


def relayed(text: TextSource, wanted: Generation) -> Chunk:
    async def read() -> Chunk:
        return await collected(await asyncio.to_thread(text.astream_from_thread, wanted))

    return run(read())


def from_known_thread(text: TextSource, wanted: Generation) -> Chunk:
    """As relayed, from a thread whose streams the same loop has iterated before."""

    async def read() -> Chunk:
        loop = asyncio.get_running_loop()

        def known() -> AsyncChunkStream:
            relay._homes.home.learn(loop)
            return text.astream_from_thread(wanted)

        return await collected(await asyncio.to_thread(known))

    return run(read())


async def collected(chunks: AsyncChunkStream) -> Chunk:
    return joined([chunk async for chunk in chunks])


def run(work: Any) -> Any:
    """Run on a loop of its own and see to it that nothing is left running there."""

    async def watched() -> Any:
        try:
            return await work
        finally:
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, left

    return asyncio.run(watched())


MODES: dict[str, Callable[[TextSource, Generation], Chunk]] = {
    "sync": whole,
    "stream": stream,
    "async": awaited,
    "async_stream": async_stream,
    "from_thread": relayed,
    "from_known_thread": from_known_thread,
}
STREAMS = ("stream", "async_stream", "from_thread", "from_known_thread")
