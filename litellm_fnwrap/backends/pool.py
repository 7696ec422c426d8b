"""Connections that are kept open, each for one request at a time: what was used last is used again first.

This is httpx's transport without httpcore's pool. That one looks through all connections, for each of them, whenever a
request begins or ends, and promises the same idle one to several requests, of which all but one queue anew: of two
hundred requests at once, some waited five times as long as others.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Final, cast

import httpcore
import httpx

from .lanes import IDLE, Connection, Lane, Lanes
from .received import AsyncReply, Reply, read_headers
from .sending import AsyncNetwork, Network

LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=IDLE)
"""For what takes another way than this pool: idle connections are closed as early."""

_FAILURES: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)

Trust = Callable[[], ssl.SSLContext]


def _for(origin: httpcore.Origin, trust: Trust) -> ssl.SSLContext | None:
    return trust() if origin.scheme == b"https" else None


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


def _for_httpx(response: httpcore.Response, body: _Body | _AsyncBody) -> httpx.Response:
    return httpx.Response(response.status, headers=response.headers, stream=body, extensions=response.extensions)


def _told(error: Exception) -> httpx.TransportError:
    """A failure in httpx's words, which are httpcore's too."""
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    return kind(str(error))


def _was_dropped(lane: Lane[Connection], error: Exception) -> bool:
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
        self._lanes = Lanes(
            lambda origin: httpcore.HTTPConnection(origin, _for(origin, trust), IDLE, network_backend=Network())
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As send, for httpx."""
        response, body = self._sent(_asked(request))
        return _for_httpx(response, body)

    def send(self, asked: httpcore.Request) -> Reply:
        """Send a request; its connection is free again when the reply is closed."""
        response, body = self._sent(asked)
        headers = read_headers(response.headers)
        if "content-encoding" in headers:
            return Reply.of(_for_httpx(response, body))
        return Reply(response.status, headers, iter(body), body.close, response.extensions.get("network_stream"))

    def _sent(self, asked: httpcore.Request) -> tuple[httpcore.Response, _Body]:
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
        return response, _Body(response, lambda: self._leave(lane))

    def close(self) -> None:
        """Close all connections."""
        for connection in self._lanes.empty():
            connection.close()

    def _take(self, asked: httpcore.Request, *, new: bool = False) -> Lane[httpcore.HTTPConnection]:
        refused: list[httpcore.HTTPConnection] = []
        lane = self._lanes.take(asked.url.origin, refused, new=new)
        for connection in refused:
            connection.close()
        return lane

    def _leave(self, lane: Lane[httpcore.HTTPConnection]) -> None:
        for connection in self._lanes.give_back(lane):
            connection.close()


class AsyncPool(httpx.AsyncBaseTransport):
    """The connections of one event loop; trust as for Pool."""

    def __init__(self, trust: Trust) -> None:
        self._lanes = Lanes(
            lambda origin: httpcore.AsyncHTTPConnection(
                origin, _for(origin, trust), IDLE, network_backend=AsyncNetwork()
            )
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As send, for httpx."""
        response, body = await self._sent(_asked(request))
        return _for_httpx(response, body)

    async def send(self, asked: httpcore.Request) -> AsyncReply:
        """Send a request; its connection is free again when the reply is closed."""
        response, body = await self._sent(asked)
        headers = read_headers(response.headers)
        if "content-encoding" in headers:
            return AsyncReply.of(_for_httpx(response, body))
        return AsyncReply(response.status, headers, body.__aiter__(), body.aclose)

    async def _sent(self, asked: httpcore.Request) -> tuple[httpcore.Response, _AsyncBody]:
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
        return response, _AsyncBody(response, self, lane)

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in self._lanes.empty():
            await connection.aclose()

    async def _take(self, asked: httpcore.Request, *, new: bool = False) -> Lane[httpcore.AsyncHTTPConnection]:
        refused: list[httpcore.AsyncHTTPConnection] = []
        lane = self._lanes.take(asked.url.origin, refused, new=new)
        for connection in refused:
            await connection.aclose()
        return lane

    async def _leave(self, lane: Lane[httpcore.AsyncHTTPConnection]) -> None:
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
    def __init__(self, response: httpcore.Response, pool: AsyncPool, lane: Lane[httpcore.AsyncHTTPConnection]) -> None:
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
