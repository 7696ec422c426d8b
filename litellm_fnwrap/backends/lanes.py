"""A pool of connections for each request that is under way, so that many at once do not hinder one another.

httpcore looks through all connections of a pool, for each of them, whenever a request begins or ends, and may promise
the same idle one to several requests, of which all but one queue again: of two hundred requests at once some wait many
times as long as others. A lane is a pool that serves one request at a time, to one server.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, cast

import httpx

IDLE: Final = 4.0
"""Seconds after which idle connections are dropped: before common servers do so (5), so that none is found dead."""

LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=IDLE)

T = TypeVar("T")
Origin = tuple[bytes, bytes, int | None]


@dataclass(slots=True, eq=False)
class _Lane(Generic[T]):
    """A pool for one server; left is when its last request ended, by the monotonic clock."""

    origin: Origin
    pool: T
    left: float = 0.0


class _Lanes(Generic[T]):
    """The lanes of one client: those that were used last are used again first."""

    def __init__(self, open_pool: Callable[[], T]) -> None:
        self._open_pool = open_pool
        self._lock = threading.Lock()
        self._idle: dict[Origin, deque[_Lane[T]]] = {}
        self.busy: set[_Lane[T]] = set()

    def take(self, request: httpx.Request) -> _Lane[T]:
        """A lane to the request's server that no other request has."""
        url = request.url
        origin = url.raw_scheme, url.raw_host, url.port
        with self._lock:
            idle = self._idle.get(origin)
            lane = idle.pop() if idle else _Lane(origin, self._open_pool())
            self.busy.add(lane)
            return lane

    def give_back(self, lane: _Lane[T]) -> list[T]:
        """Leave a lane to others; gives the pools that nobody has used for too long, to be closed."""
        now = lane.left = time.monotonic()
        with self._lock:
            if lane not in self.busy:  # all were closed meanwhile
                return [lane.pool]
            self.busy.remove(lane)
            self._idle.setdefault(lane.origin, deque()).append(lane)
            return [pool for idle in self._idle.values() for pool in _outdated(idle, now)]

    def empty(self) -> list[T]:
        """All pools, to be closed."""
        with self._lock:
            lanes = [*self.busy, *(lane for idle in self._idle.values() for lane in idle)]
            self._idle, self.busy = {}, set()
        return [lane.pool for lane in lanes]


def _outdated(idle: deque[_Lane[T]], now: float) -> Iterator[T]:
    while idle and now - idle[0].left > IDLE:
        yield idle.popleft().pool


class _Opening:
    """Tells whether a request opened a connection of its own; httpcore calls it for every step."""

    def __init__(self) -> None:
        self.opened = False

    def note(self, step: str, facts: object) -> None:
        self.opened = self.opened or step.startswith("connection.connect")

    async def anote(self, step: str, facts: object) -> None:
        self.note(step, facts)

    def stale(self, error: httpx.TransportError) -> bool:
        """Whether the server closed a kept connection at the very moment it was used again.

        llama.cpp's server does so after a hundred requests. Nothing was read, so the request can be sent once more.
        """
        dropped = isinstance(error, httpx.ReadError | httpx.WriteError) or "without sending a response" in str(error)
        return dropped and not self.opened


def _send(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
    opening = _Opening()
    request.extensions = {**request.extensions, "trace": opening.note}
    try:
        return transport.handle_request(request)
    except httpx.TransportError as error:
        if not opening.stale(error):
            raise
        return transport.handle_request(request)


async def _asend(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
    opening = _Opening()
    request.extensions = {**request.extensions, "trace": opening.anote}
    try:
        return await transport.handle_async_request(request)
    except httpx.TransportError as error:
        if not opening.stale(error):
            raise
        return await transport.handle_async_request(request)


class LaneTransport(httpx.BaseTransport):
    """Gives each request of any thread a lane of its own."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._lanes: _Lanes[httpx.HTTPTransport] = _Lanes(lambda: httpx.HTTPTransport(verify=trust, limits=LIMITS))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its lane is free again when the response is closed."""
        lane = self._lanes.take(request)
        try:
            response = _send(lane.pool, request)
        except BaseException:
            self._leave(lane)
            raise
        stream = cast(httpx.SyncByteStream, response.stream)
        response.stream = _Stream(stream, lambda: self._leave(lane))
        return response

    def close(self) -> None:
        """Close all connections."""
        for pool in self._lanes.empty():
            pool.close()

    def _leave(self, lane: _Lane[httpx.HTTPTransport]) -> None:
        for pool in self._lanes.give_back(lane):
            pool.close()


class AsyncLaneTransport(httpx.AsyncBaseTransport):
    """Gives each request of an event loop a lane of its own."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._lanes: _Lanes[httpx.AsyncHTTPTransport] = _Lanes(
            lambda: httpx.AsyncHTTPTransport(verify=trust, limits=LIMITS)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its lane is free again when the response is closed."""
        lane = self._lanes.take(request)
        try:
            response = await _asend(lane.pool, request)
        except BaseException:
            await self._leave(lane)
            raise
        stream = cast(httpx.AsyncByteStream, response.stream)
        response.stream = _AsyncStream(stream, lambda: self._leave(lane))
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._lanes.empty():
            await pool.aclose()

    async def _leave(self, lane: _Lane[httpx.AsyncHTTPTransport]) -> None:
        for pool in self._lanes.give_back(lane):
            await pool.aclose()


class _Stream(httpx.SyncByteStream):
    """A body that leaves its lane when it is closed."""

    def __init__(self, stream: httpx.SyncByteStream, left: Callable[[], None]) -> None:
        self._stream, self._left = stream, left
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                self._stream.close()
            finally:
                self._left()


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, left: Callable[[], Awaitable[None]]) -> None:
        self._stream, self._left = stream, left
        self._closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._stream.__aiter__()

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                await self._stream.aclose()
            finally:
                await self._left()
