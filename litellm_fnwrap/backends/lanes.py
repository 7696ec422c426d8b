"""Connection pools side by side, for many requests at once.

httpcore looks through all connections of a pool, for each of them, whenever a request begins or ends: two hundred
requests at once cost five milliseconds each that way. A lane is a pool that is given only a few requests at a time.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final, Generic, TypeVar, cast

import httpx

WIDTH: Final = 12
"""Requests at once in one lane."""

LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=4.0)
"""Idle connections are dropped before common servers drop them (after 5 seconds), so none is found dead on use."""

T = TypeVar("T")


class _Lane(Generic[T]):
    def __init__(self, transport: T) -> None:
        self.transport = transport
        self.busy = 0


class _Lanes(Generic[T]):
    """The lanes of one client; a request takes the first that is not full, so that few requests share connections."""

    def __init__(self, open_lane: Callable[[], T]) -> None:
        self._open_lane = open_lane
        self._lock = threading.Lock()
        self.lanes: list[_Lane[T]] = []

    def take(self) -> _Lane[T]:
        with self._lock:
            lane = next((lane for lane in self.lanes if lane.busy < WIDTH), None)
            if lane is None:
                lane = _Lane(self._open_lane())
                self.lanes.append(lane)
            lane.busy += 1
            return lane

    def give_back(self, lane: _Lane[T]) -> None:
        with self._lock:
            lane.busy -= 1


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
    """Spreads the requests of threads over lanes."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._lanes: _Lanes[httpx.HTTPTransport] = _Lanes(lambda: httpx.HTTPTransport(verify=trust, limits=LIMITS))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request in a lane that is not full."""
        lane = self._lanes.take()
        try:
            response = _send(lane.transport, request)
        except BaseException:
            self._lanes.give_back(lane)
            raise
        stream = cast(httpx.SyncByteStream, response.stream)
        response.stream = _Stream(stream, lambda: self._lanes.give_back(lane))
        return response

    def close(self) -> None:
        """Close all connections."""
        for lane in self._lanes.lanes:
            lane.transport.close()


class AsyncLaneTransport(httpx.AsyncBaseTransport):
    """Spreads the requests of an event loop over lanes."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._lanes: _Lanes[httpx.AsyncHTTPTransport] = _Lanes(
            lambda: httpx.AsyncHTTPTransport(verify=trust, limits=LIMITS)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request in a lane that is not full."""
        lane = self._lanes.take()
        try:
            response = await _asend(lane.transport, request)
        except BaseException:
            self._lanes.give_back(lane)
            raise
        stream = cast(httpx.AsyncByteStream, response.stream)
        response.stream = _AsyncStream(stream, lambda: self._lanes.give_back(lane))
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        for lane in self._lanes.lanes:
            await lane.transport.aclose()


class _Stream(httpx.SyncByteStream):
    """A body that gives its place in the lane back when it is closed."""

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
    def __init__(self, stream: httpx.AsyncByteStream, left: Callable[[], None]) -> None:
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
                self._left()
