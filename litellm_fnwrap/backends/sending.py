"""Requests that leave in one piece: head and body are written together, when the reply is first waited for.

httpcore writes them one after the other. Each write wakes the server, which on a busy machine reads half a request and
waits for its turn again; and each lets go of Python's interpreter lock, for which a hundred threads queue.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Final

import httpcore

_LONG: Final = 1 << 18
"""What has more bytes than this is written as it comes, rather than copied to be gathered."""


class WireRequest(httpcore.Request):
    """A request of parts that are bytes already; httpcore's own looks at each of them again."""

    def __init__(
        self,
        method: bytes,
        url: httpcore.URL,
        headers: list[tuple[bytes, bytes]],
        content: bytes,
        extensions: dict[str, Any],
    ) -> None:
        """headers have Host and the content's length."""
        self.method, self.url, self.headers = method, url, headers
        self.stream = _Content(content)
        self.extensions = extensions


class _Content:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


class Network(httpcore.SyncBackend):
    """httpcore's sockets, with writes that are gathered."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """As httpcore.SyncBackend.connect_tcp."""
        return _Stream(super().connect_tcp(host, port, timeout, local_address, socket_options))


class AsyncNetwork(httpcore.AnyIOBackend):
    """As Network, on an event loop."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """As httpcore.AnyIOBackend.connect_tcp."""
        return _AsyncStream(await super().connect_tcp(host, port, timeout, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    """A write that fails is passed over: a server may refuse a request before it has read it, and the reply says why.

    httpcore passes over failed writes too, and reads.
    """

    def __init__(self, wire: httpcore.NetworkStream) -> None:
        self._wire = wire
        self._gathered = b""
        self._timeout: float | None = None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if len(buffer) <= _LONG:
            self._gathered += buffer
            self._timeout = timeout
        else:
            self._send()
            self._wire.write(buffer, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._gathered:
            with contextlib.suppress(httpcore.WriteError):
                self._send()
        return self._wire.read(max_bytes, timeout)

    def _send(self) -> None:
        gathered, self._gathered = self._gathered, b""
        self._wire.write(gathered, self._timeout)

    def close(self) -> None:
        self._wire.close()

    def get_extra_info(self, info: str) -> Any:
        return self._wire.get_extra_info(info)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._wire.start_tls(ssl_context, server_hostname, timeout))


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, wire: httpcore.AsyncNetworkStream) -> None:
        self._wire = wire
        self._gathered = b""
        self._timeout: float | None = None

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if len(buffer) <= _LONG:
            self._gathered += buffer
            self._timeout = timeout
        else:
            await self._send()
            await self._wire.write(buffer, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._gathered:
            with contextlib.suppress(httpcore.WriteError):
                await self._send()
        return await self._wire.read(max_bytes, timeout)

    async def _send(self) -> None:
        gathered, self._gathered = self._gathered, b""
        await self._wire.write(gathered, self._timeout)

    async def aclose(self) -> None:
        await self._wire.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._wire.get_extra_info(info)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(await self._wire.start_tls(ssl_context, server_hostname, timeout))
