"""Replies whose body has still to be read: what the pool gives, and what a client of httpx gives, made alike.

httpx's own response is not made of what the pool gives unless its body must be unpacked: it looks at every header
several times, which takes as long as reading a short reply.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx


@dataclass(slots=True, eq=False)
class Head:
    """How a reply begins; headers have names in lower case, and several of one name are one, with commas."""

    status: int
    headers: Mapping[str, str]

    @property
    def is_success(self) -> bool:
        """Whether the server did what it was asked for."""
        return 200 <= self.status < 300

    @property
    def packing(self) -> str:
        """How the body is compressed, if in a way that may unpack without bound; "" for a sound one.

        None is asked for. One layer of gzip grows a piece from the wire a thousandfold at most, which the bound on
        replies then catches; layers upon layers, and what newer codecs pack, know no such limit.
        """
        layers = self.headers.get("content-encoding", "identity").strip().lower()
        return "" if layers in ("identity", "gzip", "deflate", "") else layers


@dataclass(slots=True, eq=False)
class Reply(Head):
    """A reply to be read by blocking. close ends it, read or not; wire is its connection, where that is known."""

    body: Iterator[bytes]
    close: Callable[[], None]
    wire: Any = None

    @classmethod
    def of(cls, response: httpx.Response) -> Reply:
        """From a client of httpx, or from its words for a reply."""
        head = _head(response)
        # Not iter_raw: that gives the connection back by itself, before a stream knows that it is its own no longer.
        raw = iter(cast(Iterable[bytes], response.stream))
        body = response.iter_bytes() if _needs_unpacking(response, head) else raw
        return cls(head.status, head.headers, body, response.close, response.extensions.get("network_stream"))


@dataclass(slots=True, eq=False)
class AsyncReply(Head):
    """As Reply, on an event loop."""

    body: AsyncIterator[bytes]
    aclose: Callable[[], Coroutine[Any, Any, None]]

    @classmethod
    def of(cls, response: httpx.Response) -> AsyncReply:
        """As Reply.of."""
        head = _head(response)
        raw = cast(AsyncIterable[bytes], response.stream).__aiter__()
        body = response.aiter_bytes() if _needs_unpacking(response, head) else raw
        return cls(head.status, head.headers, body, response.aclose)


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers of a reply as they came over the wire."""
    headers: dict[str, str] = {}
    for key, value in raw:
        name, text = key.decode("ascii").lower(), value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


def _head(response: httpx.Response) -> Head:
    return Head(response.status_code, {name.lower(): value for name, value in response.headers.items()})


def _needs_unpacking(response: httpx.Response, head: Head) -> bool:
    """Whether the bytes of a reply are not simply those on the wire: compressed, or there already (mocks)."""
    return ("content-encoding" in head.headers and not head.packing) or response.is_stream_consumed
