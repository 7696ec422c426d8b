"""Streams that are opened in a thread and iterated on an event loop.

LiteLLM asks for a stream in a thread of its event loop's executor, while the loop itself is free. The first stream of
such a thread is opened on the background loop, which hands piece after piece to the loop that iterates it: two changes
of thread for each. That loop is then known, and since a thread serves one executor for life, the next stream is opened
on the loop itself, where nothing has to be handed over. An executor may be shared by several loops; streams that its
threads open stay on the background loop, since no other is known to outlive them.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ..errors import ConnectError
from ..generation import Chunk
from .base import AsyncChunkStream
from .connections import CONNECTIONS

T = TypeVar("T")

PATIENCE: Final = 0.5
"""Seconds after which a thread looks whether the loop it waits for still runs."""


@dataclass(slots=True)
class _Home:
    """The loop that iterates the streams which one thread opens, and whether others have done so too."""

    known: weakref.ref[asyncio.AbstractEventLoop] | None = None
    shared: bool = False

    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The only loop that has iterated streams so far, if it runs."""
        loop = self.known() if self.known is not None and not self.shared else None
        return loop if loop is not None and loop.is_running() else None

    def learn(self, loop: asyncio.AbstractEventLoop) -> None:
        """A loop begins to iterate a stream. One that comes after a closed one takes its place."""
        known = self.known() if self.known is not None else None
        if known is loop:
            return
        self.shared = self.shared or (known is not None and not known.is_closed())
        self.known = weakref.ref(loop)


class _Homes(threading.local):
    def __init__(self) -> None:
        self.home = _Home()


_homes = _Homes()


def open_from_thread(open_stream: Callable[[], Coroutine[Any, Any, AsyncChunkStream]]) -> AsyncChunkStream:
    """The stream that a coroutine function opens, for a thread without a loop; any loop may iterate it.

    Blocks until the stream is open, and raises what opening it raises.
    """
    home = _homes.home
    loop = home.loop()
    opening = None if loop is None else _begun(open_stream(), loop)
    if loop is None or opening is None:
        background = CONNECTIONS.background()
        return OpenedStream(background.submit(open_stream()).result(), background.loop, home)
    while not wait([opening], PATIENCE).done and loop.is_running():
        pass
    if opening.cancel() or opening.cancelled():
        raise ConnectError("The event loop that asked for a stream ended before the stream was open.")
    return OpenedStream(opening.result(), loop, home)


def _begun(work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> Future[T] | None:
    """A coroutine under way on a loop of another thread; None if that loop is closed."""
    try:
        return asyncio.run_coroutine_threadsafe(work, loop)
    except RuntimeError:
        work.close()
        return None


class OpenedStream(AsyncChunkStream):
    """A stream that one loop has opened: read directly there, and relayed to any other."""

    def __init__(self, stream: AsyncChunkStream, loop: asyncio.AbstractEventLoop, home: _Home) -> None:
        self._stream, self._loop, self._home = stream, loop, home
        self._reader: AsyncChunkStream | None = None
        self._over = False

    def __anext__(self) -> Coroutine[Any, Any, Chunk]:
        """The next chunk; raises what the server says went wrong, once."""
        return self._first() if self._reader is None else self._reader.__anext__()

    async def _first(self) -> Chunk:
        if self._over:
            raise StopAsyncIteration
        self._reader = self._settled()
        return await self._reader.__anext__()

    async def aclose(self) -> None:
        """Abort the request, if it still runs."""
        self._over = True
        if self._reader is not None:
            await self._reader.aclose()
        elif asyncio.get_running_loop() is self._loop:
            await self._stream.aclose()
        else:
            self._close_from_afar()

    def _settled(self) -> AsyncChunkStream:
        """How the loop that runs gets at the chunks; it is remembered as the home of the thread that opened them."""
        loop = asyncio.get_running_loop()
        self._home.learn(loop)
        return self._stream if loop is self._loop else Relay(self._stream, self._loop)

    def _close_from_afar(self) -> None:
        # Where the loop is gone, its client has closed all connections.
        _begun(self._stream.aclose(), self._loop)

    def __del__(self) -> None:
        if getattr(self, "_reader", self) is None and not self._over:
            self._close_from_afar()


class _Mailbox:
    """Chunks that one loop leaves for another; the last item is None, or the error that ended the stream."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: list[Chunk | BaseException | None] = []
        self._waiter: Future[None] | None = None

    def put(self, item: Chunk | BaseException | None) -> None:
        with self._lock:
            self._items.append(item)
            waiter, self._waiter = self._waiter, None
        if waiter is not None and waiter.set_running_or_notify_cancel():
            waiter.set_result(None)

    async def empty(self) -> list[Chunk | BaseException | None]:
        """All that has come since the last time, at least one item."""
        while True:
            with self._lock:
                if self._items:
                    items, self._items = self._items, []
                    return items
                waiter = self._waiter = Future()
            await asyncio.wrap_future(waiter)


class Relay(AsyncChunkStream):
    """A stream that one loop reads and another iterates."""

    def __init__(self, stream: AsyncChunkStream, loop: asyncio.AbstractEventLoop) -> None:
        self._mail = _Mailbox()
        self._come: deque[Chunk | BaseException | None] = deque()
        self._over = False
        self._reading = asyncio.run_coroutine_threadsafe(_forward(stream, self._mail), loop)

    async def __anext__(self) -> Chunk:
        """The next chunk; raises what the server says went wrong, once."""
        if self._over:
            raise StopAsyncIteration
        if not self._come:
            self._come.extend(await self._mail.empty())
        item = self._come.popleft()
        if isinstance(item, Chunk):
            return item
        self._over = True
        if item is None:
            raise StopAsyncIteration
        raise item

    async def aclose(self) -> None:
        """Abort the request, if it still runs."""
        self._over = True
        self._reading.cancel()

    def __del__(self) -> None:
        if (reading := getattr(self, "_reading", None)) is not None:
            reading.cancel()


async def _forward(stream: AsyncChunkStream, mail: _Mailbox) -> None:
    try:
        async for chunk in stream:
            mail.put(chunk)
        mail.put(None)
    except BaseException as error:
        mail.put(error)
        if isinstance(error, asyncio.CancelledError):
            raise
    finally:
        await stream.aclose()
