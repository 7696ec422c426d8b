"""Connections that are kept open, each for one request at a time: what was used last is used again first.

This is httpx's transport without httpcore's pool. That one looks through all connections, for each of them, whenever a
request begins or ends, and promises the same idle one to several requests, of which all but one queue anew: of two
hundred requests at once, some waited five times as long as others.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar, cast

import httpcore
import httpx

from .sending import AsyncNetwork, Network

IDLE: Final = 4.0
"""Seconds after which idle connections are closed: before common servers do so (5), so that none is found dead."""

LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=IDLE)
"""The same for what takes another way than this pool."""

_FAILURES: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


Trust = Callable[[], ssl.SSLContext]


class _Checkable(Protocol):
    def is_idle(self) -> bool: ...
    def has_expired(self) -> bool: ...


Connection = TypeVar("Connection", bound=_Checkable)


@dataclass(slots=True, eq=False)
class _Lane(Generic[Connection]):
    """A connection to one server; left is when its last request ended, by the monotonic clock."""

    origin: httpcore.Origin
    connection: Connection
    is_new: bool = True
    left: float = 0.0


@dataclass(slots=True)
class _Lanes(Generic[Connection]):
    """The connections of one client. What is to be closed is handed out, since only its owner knows how."""

    connect: Callable[[httpcore.Origin], Connection]
    lock: threading.Lock = field(default_factory=threading.Lock)
    idle: dict[tuple[bytes, bytes, int], deque[_Lane[Connection]]] = field(default_factory=dict)
    busy: set[_Lane[Connection]] = field(default_factory=set)

    def take(self, origin: httpcore.Origin, refused: list[Connection], *, new: bool = False) -> _Lane[Connection]:
        """A connection that no other request has; idle ones that are no good any more are added to refused."""
        with self.lock:
            idle = None if new else self.idle.get(_key(origin))
            while idle:
                lane = idle.pop()
                if lane.connection.has_expired():
                    refused.append(lane.connection)
                    continue
                lane.is_new = False
                self.busy.add(lane)
                return lane
            lane = _Lane(origin, self.connect(origin))
            self.busy.add(lane)
            return lane

    def give_back(self, lane: _Lane[Connection]) -> list[Connection]:
        """Leave a connection to others; gives those that nobody has used for too long, or that are of no more use."""
        now = lane.left = time.monotonic()
        with self.lock:
            if lane not in self.busy:  # all were closed meanwhile
                return [lane.connection]
            self.busy.remove(lane)
            if not lane.connection.is_idle():
                return [lane.connection]
            self.idle.setdefault(_key(lane.origin), deque()).append(lane)
            return [connection for idle in self.idle.values() for connection in _outdated(idle, now)]

    def empty(self) -> list[Connection]:
        """All connections."""
        with self.lock:
            lanes = [*self.busy, *(lane for idle in self.idle.values() for lane in idle)]
            self.idle, self.busy = {}, set()
        return [lane.connection for lane in lanes]


def _for(origin: httpcore.Origin, trust: Trust) -> ssl.SSLContext | None:
    return trust() if origin.scheme == b"https" else None


def _key(origin: httpcore.Origin) -> tuple[bytes, bytes, int]:
    return origin.scheme, origin.host, origin.port


def _outdated(idle: deque[_Lane[Connection]], now: float) -> Iterator[Connection]:
    while idle and now - idle[0].left > IDLE:
        yield idle.popleft().connection


def _asked(request: httpx.Request) -> httpcore.Request:
    url = request.url
    if url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol(f"{url.scheme!r} is no protocol of the web; http or https is needed.")
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _told(error: Exception) -> httpx.TransportError:
    """A failure in httpx's words, which are httpcore's too."""
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    return kind(str(error))


def _was_dropped(lane: _Lane[Connection], error: Exception) -> bool:
    """Whether the server closed a kept connection at the very moment it was used again.

    llama.cpp's server does so after a hundred requests. Nothing was read, so the request can be sent once more.
    """
    broken = isinstance(error, httpcore.ReadError | httpcore.WriteError) or "without sending a response" in str(error)
    return broken and not lane.is_new


class Pool(httpx.BaseTransport):
    """The connections of all threads.

    trust  gives the certificates that are trusted; asked when a connection needs them, since to read them takes longer
           than all else that a first request over plain HTTP does.
    """

    def __init__(self, trust: Trust) -> None:
        self._lanes = _Lanes(
            lambda origin: httpcore.HTTPConnection(origin, _for(origin, trust), IDLE, network_backend=Network())
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As send, for httpx's requests."""
        return self.send(_asked(request))

    def send(self, asked: httpcore.Request) -> httpx.Response:
        """Send a request; its connection is free again when the response is closed."""
        lane = self._take(asked)
        try:
            try:
                response = lane.connection.handle_request(asked)
            except _FAILURES as error:
                if not _was_dropped(lane, error):
                    raise
                self._leave(lane)
                lane = self._take(asked, new=True)
                response = lane.connection.handle_request(asked)
        except BaseException as error:
            self._leave(lane)
            if isinstance(error, _FAILURES):
                raise _told(error) from error
            raise
        body = _Body(response, lambda: self._leave(lane))
        return httpx.Response(response.status, headers=response.headers, stream=body, extensions=response.extensions)

    def close(self) -> None:
        """Close all connections."""
        for connection in self._lanes.empty():
            connection.close()

    def _take(self, asked: httpcore.Request, *, new: bool = False) -> _Lane[httpcore.HTTPConnection]:
        refused: list[httpcore.HTTPConnection] = []
        lane = self._lanes.take(asked.url.origin, refused, new=new)
        for connection in refused:
            connection.close()
        return lane

    def _leave(self, lane: _Lane[httpcore.HTTPConnection]) -> None:
        for connection in self._lanes.give_back(lane):
            connection.close()


class AsyncPool(httpx.AsyncBaseTransport):
    """The connections of one event loop; trust as for Pool."""

    def __init__(self, trust: Trust) -> None:
        self._lanes = _Lanes(
            lambda origin: httpcore.AsyncHTTPConnection(
                origin, _for(origin, trust), IDLE, network_backend=AsyncNetwork()
            )
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As send, for httpx's requests."""
        return await self.send(_asked(request))

    async def send(self, asked: httpcore.Request) -> httpx.Response:
        """Send a request; its connection is free again when the response is closed."""
        lane = await self._take(asked)
        try:
            try:
                response = await lane.connection.handle_async_request(asked)
            except _FAILURES as error:
                if not _was_dropped(lane, error):
                    raise
                await self._leave(lane)
                lane = await self._take(asked, new=True)
                response = await lane.connection.handle_async_request(asked)
        except BaseException as error:
            await self._leave(lane)
            if isinstance(error, _FAILURES):
                raise _told(error) from error
            raise
        body = _AsyncBody(response, self, lane)
        return httpx.Response(response.status, headers=response.headers, stream=body, extensions=response.extensions)

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in self._lanes.empty():
            await connection.aclose()

    async def _take(self, asked: httpcore.Request, *, new: bool = False) -> _Lane[httpcore.AsyncHTTPConnection]:
        refused: list[httpcore.AsyncHTTPConnection] = []
        lane = self._lanes.take(asked.url.origin, refused, new=new)
        for connection in refused:
            await connection.aclose()
        return lane

    async def _leave(self, lane: _Lane[httpcore.AsyncHTTPConnection]) -> None:
        for connection in self._lanes.give_back(lane):
            await connection.aclose()


class _Body(httpx.SyncByteStream):
    """A body that leaves its connection when it is closed."""

    def __init__(self, response: httpcore.Response, leave: Callable[[], None]) -> None:
        self._response, self._leave = response, leave
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from cast(Iterable[bytes], self._response.stream)
        except _FAILURES as error:
            raise _told(error) from error

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                self._response.close()
            finally:
                self._leave()


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response, pool: AsyncPool, lane: _Lane[httpcore.AsyncHTTPConnection]) -> None:
        self._response, self._pool, self._lane = response, pool, lane
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in cast(AsyncIterable[bytes], self._response.stream):
                yield data
        except _FAILURES as error:
            raise _told(error) from error

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                await self._response.aclose()
            finally:
                await self._pool._leave(self._lane)
