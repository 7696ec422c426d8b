"""Streams asked for in a thread, as LiteLLM does: read where they are iterated, whatever loop that is."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backends.wire import WIRES
from faults.modes import collected, generation, source
from faults.wild_server import Action, Request, Wait, WildServer, chunked, eventually, head, reply, streamed
from litellm_fnwrap.backends.base import AsyncChunkStream, TextSource
from litellm_fnwrap.errors import FnWrapError

SHORT = streamed(*WIRES["llamacpp"].stream(["Hel", "lo"], "stop"))
WHOLE = [reply(WIRES["llamacpp"].reply("Hello", "stop"))]
ENDLESS: list[Action] = [head(transfer_encoding="chunked")]
for _ in range(200):
    ENDLESS += [*chunked(WIRES["llamacpp"].stream(["token "], "stop")[0]), Wait(0.05)]


def both(request: Request) -> list[Action]:
    return SHORT if request.body["stream"] else WHOLE


async def opened(text: TextSource, pool: ThreadPoolExecutor) -> AsyncChunkStream:
    return await asyncio.get_running_loop().run_in_executor(pool, text.astream_from_thread, generation())


@pytest.fixture
def pool() -> Any:
    """One thread, so that each stream comes from the same one."""
    with ThreadPoolExecutor(1) as one:
        yield one


def test_second_stream_of_a_thread_is_read_on_the_loop_itself(server: WildServer, pool: ThreadPoolExecutor) -> None:
    server.answer = both
    text = source("llamacpp", server.url)

    async def ask() -> None:
        await text.acomplete(generation())
        for _ in range(3):
            assert (await collected(await opened(text, pool))).text == "Hello"

    asyncio.run(ask())
    of_the_loop, first, *later = [request.port for request in server.requests]
    assert first != of_the_loop, "the first stream is the background loop's"
    assert later == [of_the_loop] * 2, "the others use the connection that the loop has kept"


def test_thread_that_serves_two_loops_at_once_gives_each_its_text(server: WildServer, pool: ThreadPoolExecutor) -> None:
    server.answer = both
    text = source("llamacpp", server.url)

    async def ask() -> list[str]:
        return [(await collected(await opened(text, pool))).text for _ in range(20)]

    with ThreadPoolExecutor(2) as loops:
        texts = list(loops.map(lambda _: asyncio.run(ask()), range(2)))
    assert texts == [["Hello"] * 20] * 2


def test_thread_whose_loop_has_ended_serves_the_next(server: WildServer, pool: ThreadPoolExecutor) -> None:
    server.answer = both
    text = source("llamacpp", server.url)

    async def ask() -> str:
        await collected(await opened(text, pool))
        return (await collected(await opened(text, pool))).text

    assert [asyncio.run(ask()) for _ in range(3)] == ["Hello"] * 3


def test_loop_that_ends_while_a_stream_is_opened_leaves_no_thread_waiting(
    server: WildServer, pool: ThreadPoolExecutor
) -> None:
    server.answer = both
    text = source("llamacpp", server.url)
    loop = asyncio.new_event_loop()

    def on_loop(work: Coroutine[Any, Any, Any]) -> Any:
        return loop.run_until_complete(work)

    on_loop(collected(on_loop(opened(text, pool))))
    server.answer = lambda request: [Wait(20)]
    asked = pool.submit(text.astream_from_thread, generation())
    on_loop(asyncio.sleep(0.2))
    # The loop stands still now, as after a program's run_until_complete.
    with pytest.raises(FnWrapError, match="ended before the stream was open"):
        asked.result(5)
    on_loop(asyncio.sleep(0.1))
    on_loop(loop.shutdown_asyncgens())
    loop.close()
    assert eventually(lambda: server.answering == 0, 2.0)


@pytest.mark.parametrize("iterated", [True, False])
@pytest.mark.parametrize("how", ["closed", "forgotten", "cancelled"])
def test_abandoned_stream_of_a_known_loop_closes_its_connection_at_once(
    server: WildServer, pool: ThreadPoolExecutor, how: str, iterated: bool
) -> None:
    text = source("llamacpp", server.url)

    async def ask() -> None:
        server.answer = both
        await collected(await opened(text, pool))
        server.answer = lambda request: ENDLESS
        stream = await opened(text, pool)
        if iterated:
            assert (await stream.__anext__()).text == "token "
        if how == "closed":
            await stream.aclose()
            await stream.aclose()
        elif how == "cancelled":
            reading = asyncio.ensure_future(collected(stream))
            await asyncio.sleep(0.1)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
        del stream
        gc.collect()
        await asyncio.sleep(0.05)
        assert await asyncio.to_thread(eventually, lambda: server.answering == 0, 2.0)

    asyncio.run(ask())
    assert server.abandoned == 1


def test_stream_may_be_iterated_by_another_loop_than_it_was_opened_for(
    server: WildServer, pool: ThreadPoolExecutor
) -> None:
    server.answer = both
    text = source("llamacpp", server.url)
    ready, handed = threading.Event(), list[AsyncChunkStream]()

    async def first() -> None:
        await collected(await opened(text, pool))
        handed.append(await opened(text, pool))
        await asyncio.to_thread(ready.wait, 10)

    async def second() -> str:
        while not handed:
            await asyncio.sleep(0.01)
        return (await collected(handed.pop())).text

    with ThreadPoolExecutor(1) as other:
        running = other.submit(asyncio.run, first())
        try:
            assert asyncio.run(second()) == "Hello"
        finally:
            ready.set()
        running.result(10)
