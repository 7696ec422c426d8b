"""One request and its reply, as far as it needs no waiting: shared by the sync and the async side of the runner."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

import httpcore
import httpx

from ..errors import ConnectError, FnWrapError, InvalidRequestError, NotFoundError, ReadTimeoutError, ServerError
from ..generation import Generation, ModelInfo
from .backend import Backend, HttpRequest, Target
from .failures import Failure, scrubbed, unreadable
from .received import Head
from .reply import ReplyReader
from .sending import WireRequest

MAX_BODY: Final = 64 * 1024 * 1024
MAX_ERROR_BODY: Final = 64 * 1024
TRANSPORT_ERRORS: Final = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError)
_HEADERS: Final = httpx.Headers(
    {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "litellm-fnwrap"}
)
_KNOWN: Final = frozenset(name.lower() for name, _ in _HEADERS.raw)
_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class Address(NamedTuple):
    """Where a request goes, as httpx and as httpcore take it, and the host that is told to the server."""

    url: httpx.URL
    wire: httpcore.URL
    host: bytes


class Limits:
    """Seconds to wait: connect for a connection, read for an answer, or for the next piece of a stream."""

    def __init__(self, timeout: Any = None) -> None:
        """From what LiteLLM hands in: seconds, an httpx.Timeout, or None for 600 seconds."""
        read = getattr(timeout, "read", timeout)
        connect = getattr(timeout, "connect", None)
        self.read = 600.0 if read is None else float(read)
        self.connect = min(10.0, self.read) if connect is None else float(connect)

    def extension(self) -> dict[str, float | None]:
        """The limits as httpx takes them with a request."""
        return {"connect": self.connect, "read": self.read, "write": self.read, "pool": None}


class Exchange:
    """One request, and the judgement of its reply.

    started  whether the reply has begun: what breaks before is an unreachable server, what breaks later a failed one.
    """

    def __init__(
        self, backend: Backend, target: Target, request: HttpRequest, limits: Limits, reader: ReplyReader | None = None
    ) -> None:
        self.backend, self.target, self.limits, self.plan = backend, target, limits, request
        self._reader = reader
        self._extensions = {"timeout": limits.extension()}
        self.started = False
        self.deadline = time.monotonic() + limits.read

    @classmethod
    def of_generation(
        cls, backend: Backend, target: Target, generation: Generation, info: ModelInfo | None, limits: Limits
    ) -> Exchange:
        """The exchange that fetches the text of a generation."""
        plan = backend.request(generation, target, info)
        return cls(backend, target, plan, limits, ReplyReader(backend, target, plan, generation, info))

    @property
    def reader(self) -> ReplyReader:
        """What reads the text of the reply; only an exchange of a generation has one."""
        if self._reader is None:
            raise TypeError("this exchange fetches no text")
        return self._reader

    def request(self) -> httpx.Request:
        """The request to send; raises InvalidRequestError where the URL, a header or the body is impossible."""
        return httpx.Request(
            self.plan.method,
            self.address.url,
            content=self._content(),
            headers=self._headers(),
            extensions=self._extensions,
        )

    def wire_request(self) -> WireRequest:
        """The same request as a connection takes it; making httpx's of it first takes as long as half of sending it."""
        address, content, headers = self.address, self._content(), self._headers()
        raw = headers.raw
        named = _KNOWN if headers is _HEADERS else {name.lower() for name, _ in raw}
        if b"host" not in named:
            raw.insert(0, (b"Host", address.host))
        if b"content-length" not in named and (content is not None or self.plan.method != "GET"):
            raw.append((b"Content-Length", b"%d" % len(content or b"")))
        return WireRequest(self.plan.method.encode(), address.wire, raw, content or b"", self._extensions)

    @property
    def address(self) -> Address:
        """Where the request goes; raises InvalidRequestError for what is no address."""
        try:
            return _address(self.target.base_url + self.plan.path)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise self._malformed(error) from None

    def _content(self) -> bytes | None:
        try:
            return None if self.plan.body is None else _encode(self.plan.body).encode("utf-8", "replace")
        except (TypeError, ValueError, RecursionError) as error:
            raise self._impossible(f"a parameter has no JSON form ({error})") from None

    def _headers(self) -> httpx.Headers:
        own = self.backend.headers(self.target)
        if not own:
            return _HEADERS
        headers = _HEADERS.copy()
        try:
            headers.update(own)
        except UnicodeError as error:
            raise self._malformed(error) from None
        if not all(map(str.isprintable, own.values())):
            raise self._malformed(UnicodeError())
        return headers

    def is_stream(self, reply: Head) -> bool:
        """Whether the reply is to be read piece by piece; a server may answer a stream request with plain JSON."""
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        return self.plan.framing != "json" and kind not in ("application/json", "text/html")

    def is_sound(self, reply: Head) -> bool:
        """Whether the reply is an answer that can be read."""
        return reply.is_success and not reply.packing

    def shorten(self) -> None:
        """Let a body be waited for only as long as the answer's deadline is away."""
        self._extensions["timeout"]["read"] = max(0.001, self.deadline - time.monotonic())

    def refusal(self, reply: Head, body: bytes) -> FnWrapError:
        """The exception of a reply that is no success, or that is not to be unpacked."""
        if 300 <= reply.status < 400:
            return self._redirected(_shown(reply.headers.get("location", "")) or "nowhere")
        if reply.is_success:
            what = f"it is compressed as {reply.packing[:100]!r}, which was not asked for"
            return unreadable(self.backend.name, what)
        failure = Failure.of_reply(reply.status, body.decode("utf-8", "replace"), reply.headers)
        return scrubbed(self.backend.error(failure, self.target), self.target.api_key)

    def enough(self, length: int, *, cut: bool) -> bool:
        """Whether a body of this length need not be read on; raises what is wrong with one that is late or too long."""
        if time.monotonic() > self.deadline:
            raise self.late()
        self.check_length(length)
        return cut and length > MAX_ERROR_BODY

    def check_length(self, length: int) -> None:
        """Raise what is wrong with a reply that does not end."""
        if length > MAX_BODY:
            raise unreadable(self.backend.name, f"it is longer than {MAX_BODY} bytes")

    def late(self) -> FnWrapError:
        """The exception of an answer, or a piece of one, that did not come in time."""
        return ReadTimeoutError(
            f"{self.backend.name} at {self.where} did not answer within {self.limits.read:g} seconds. "
            "Raise timeout, or ask for less.",
            backend=self.backend.name,
        )

    def broken(self, error: Exception) -> FnWrapError:
        """The exception that a transport failure means."""
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        if isinstance(error, httpx.InvalidURL) or "URL in location header" in reason:
            return self._redirected("an address that is no URL")
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
            return self._unreachable("cannot be reached", reason)
        if isinstance(error, httpx.TimeoutException):
            return self.late()
        if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError | UnicodeError):
            return self._malformed(error)
        if not self.started:
            return self._unreachable("closed the connection before it answered", reason)
        return ServerError(
            f"{self.backend.name} at {self.where} broke off its reply ({reason}). Try again.",
            backend=self.backend.name,
        )

    @property
    def where(self) -> str:
        """The server's address as it may be shown: without user name, password and query."""
        return _shown(self.target.base_url)

    def _redirected(self, to: str) -> NotFoundError:
        return NotFoundError(
            f"{self.backend.name} at {self.where} redirects to {to}. Redirects are not followed, because they would "
            "carry the key along. Give the final address as api_base.",
            backend=self.backend.name,
        )

    def _unreachable(self, what: str, reason: str) -> ConnectError:
        return ConnectError(
            f"{self.backend.name} at {self.where} {what} ({reason}). Start the server, or give its address as "
            f"api_base{self._base_hint()}.",
            backend=self.backend.name,
        )

    def _base_hint(self) -> str:
        return f" or in {self.backend.base_names[0]}" if self.backend.base_names else ""

    def _malformed(self, error: Exception) -> InvalidRequestError:
        return self._impossible(f"api_base or a header is malformed ({type(error).__name__})")

    def _impossible(self, what: str) -> InvalidRequestError:
        return InvalidRequestError(f"No request to {self.backend.name} can be made: {what}.", backend=self.backend.name)


def _shown(url: str) -> str:
    try:
        return str(httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None))
    except httpx.InvalidURL:
        return "an address that is no URL"


def _address(text: str) -> Address:
    """An address, taken apart once where it cannot hold a key or a password: every request has it."""
    return _apart(text) if "@" in text or "?" in text else _plain_address(text)


def _apart(text: str) -> Address:
    url = httpx.URL(text)
    wire = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    return Address(url, wire, url.netloc)


_plain_address = lru_cache(maxsize=256)(_apart)


def read_whole(exchange: Exchange, body: Iterator[bytes], *, cut: bool = False) -> bytes:
    """A body of bounded length, read within the deadline; a longer one is refused, or cut if its beginning will do."""
    read = bytearray()
    for data in body:
        read += data
        if exchange.enough(len(read), cut=cut):
            break
    return bytes(read)


async def read_whole_async(exchange: Exchange, body: AsyncIterator[bytes], *, cut: bool = False) -> bytes:
    """As read_whole, on an event loop."""
    read = bytearray()
    async for data in body:
        read += data
        if exchange.enough(len(read), cut=cut):
            break
    return bytes(read)
