"""Streamed replies while they are read: by a thread, and by an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable
from typing import Final

from ..generation import Chunk
from .base import AsyncChunkStream, ChunkStream
from .connections import CONNECTIONS
from .exchange import TRANSPORT_ERRORS, Exchange, read_whole, read_whole_async
from .intake import ENDS, Intake
from .received import AsyncReply, Reply

GRACE: Final = 1.0
"""Seconds that a server may take to end a reply after its answer is complete."""


class HttpChunkStream(ChunkStream):
    """A reply read by blocking. A server that does not end its reply after the answer is cut off by the watch."""

    def __init__(self, exchange: Exchange, reply: Reply) -> None:
        self._exchange, self._reply = exchange, reply
        self._intake = Intake(exchange)
        self._lock = threading.Lock()
        self._ended = self._watched = False

    def settle(self) -> None:
        """Wait for the first thing the server says, so that what fails at once is raised at once."""
        if not self._exchange.is_stream(self._reply):
            self._guarded_whole()
        while not self._intake.settled:
            self._pull()

    def __next__(self) -> Chunk:
        """The next chunk; raises what the server says went wrong, once."""
        intake = self._intake
        while not intake.chunks:
            if intake.over:
                self._drain()
                raise StopIteration
            self._pull()
        return intake.chunks.popleft()

    def close(self) -> None:
        """Abort the request, if it still runs: a thread that waits for it wakes up, and the server sees the end."""
        self._intake.over = True
        self._expire()
        self._finish()

    def _guarded_whole(self) -> None:
        try:
            self._intake.whole(read_whole(self._exchange, self._reply.body))
        except TRANSPORT_ERRORS as error:
            raise self._exchange.broken(error) from error
        finally:
            self._finish()

    def _pull(self) -> None:
        try:
            self._intake.take(next(self._reply.body))
        except BaseException as reason:
            self._finish()
            if not self._intake.stop(reason):
                raise
        if self._intake.complete:
            self._watch()

    def _drain(self) -> None:
        """Read to the end of the reply, so that its connection can serve the next request."""
        if not self._ended:
            self._watch()
            with contextlib.suppress(*TRANSPORT_ERRORS):
                for _ in self._reply.body:
                    pass
            self._finish()

    def _watch(self) -> None:
        if not self._watched and not self._ended:
            self._watched = True
            CONNECTIONS.background().later(GRACE, self._expire)

    def _expire(self) -> None:
        """End the connection, unless it is given back already and may be another request's."""
        with self._lock:
            if not self._ended:
                self._shut_down()

    def _shut_down(self) -> None:
        """End the connection under a read that may be waiting in another thread; closing alone would not wake it."""
        wire = self._reply.wire.get_extra_info("socket") if self._reply.wire is not None else None
        if wire is not None:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def _finish(self) -> None:
        with self._lock:
            if not self._ended:
                self._ended = True
                self._reply.close()

    def __del__(self) -> None:
        if not getattr(self, "_ended", True):
            self.close()


class HttpAsyncChunkStream(AsyncChunkStream):
    """A reply read on an event loop."""

    def __init__(self, exchange: Exchange, reply: AsyncReply) -> None:
        self._exchange, self._reply = exchange, reply
        self._intake = Intake(exchange)
        self._loop = asyncio.get_running_loop()
        self._ended = False

    async def settle(self) -> None:
        """Wait for the first thing the server says, so that what fails at once is raised at once."""
        if not self._exchange.is_stream(self._reply):
            await self._guarded_whole()
        while not self._intake.settled:
            await self._pull()

    async def __anext__(self) -> Chunk:
        """The next chunk; raises what the server says went wrong, once."""
        intake = self._intake
        while not intake.chunks:
            if intake.over:
                await self._drain()
                raise StopAsyncIteration
            await self._pull()
        return intake.chunks.popleft()

    async def aclose(self) -> None:
        """Abort the request, if it still runs."""
        self._intake.over = True
        if not self._ended:
            await self._finish()

    async def _guarded_whole(self) -> None:
        try:
            self._intake.whole(await read_whole_async(self._exchange, self._reply.body))
        except TRANSPORT_ERRORS as error:
            raise self._exchange.broken(error) from error
        finally:
            await self._finish()

    async def _pull(self) -> None:
        try:
            self._intake.take(await self._read())
        except BaseException as reason:
            await self._finish()
            if not self._intake.stop(reason):
                raise

    def _read(self) -> Awaitable[bytes]:
        """The next bytes; once the answer is complete, they are not waited for any longer."""
        reading = self._reply.body.__anext__()
        return asyncio.wait_for(reading, GRACE) if self._intake.complete else reading

    async def _drain(self) -> None:
        """Read to the end of the reply, so that its connection can serve the next request."""
        if not self._ended:
            with contextlib.suppress(*TRANSPORT_ERRORS, *ENDS):
                while True:
                    await self._read()
            await self._finish()

    async def _finish(self) -> None:
        self._ended = True
        await self._reply.aclose()

    def __del__(self) -> None:
        if not getattr(self, "_ended", True) and not self._loop.is_closed():
            reply, loop = self._reply, self._loop
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(lambda: loop.create_task(reply.aclose()))
