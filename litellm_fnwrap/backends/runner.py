"""The only code that sends requests: makes a TextSource out of any Backend. Sync and async differ in waiting alone."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from functools import partial
from typing import Any, Final

import httpx

from ..errors import BackendError, ConnectError, FnWrapError, ReadTimeoutError
from ..generation import Chunk, Generation, ModelInfo
from .backend import Backend, HttpRequest, Target
from .base import AsyncChunkStream, ChunkStream, TextSource
from .connections import CONNECTIONS, AsyncClient, Client
from .exchange import TRANSPORT_ERRORS, Exchange, Limits, read_whole, read_whole_async
from .json_text import read_json
from .received import AsyncReply, Reply
from .relay import open_from_thread
from .streams import HttpAsyncChunkStream, HttpChunkStream

INFO_AGE: Final = 300.0
"""Seconds for which facts about a model are believed; a server may be restarted with another one."""

INFO_LIMIT: Final = 1000
"""Models about which facts are kept: clients of a proxy may choose their names."""

INFO_WAIT: Final = 10.0

_known: dict[tuple[str, str, str], tuple[float, ModelInfo]] = {}


class HttpSource(TextSource):
    """A model behind an HTTP server, spoken to as a Backend says."""

    def __init__(self, backend: Backend, target: Target, *, timeout: Any = None, client: Any = None) -> None:
        """timeout: seconds or httpx.Timeout; client: an httpx.Client or AsyncClient (or LiteLLM's holder of one)."""
        self.name, self.model, self.capabilities = backend.name, target.model, backend.capabilities
        self._backend, self._target, self._limits = backend, target, Limits(timeout)
        own = client if isinstance(client, httpx.Client | httpx.AsyncClient) else getattr(client, "client", None)
        self._client = own if isinstance(own, httpx.Client) else None
        self._async_client = own if isinstance(own, httpx.AsyncClient) else None

    def complete(self, generation: Generation) -> Chunk:
        """The whole text with its finish_reason and usage."""
        exchange = self._exchange(generation, self._needed(generation) or self.info(), stream=False)
        return exchange.reader.read(self._fetch(exchange))

    async def acomplete(self, generation: Generation) -> Chunk:
        """As complete, on an event loop."""
        exchange = self._exchange(generation, self._needed(generation) or await self.ainfo(), stream=False)
        return exchange.reader.read(await self._afetch(exchange))

    def stream(self, generation: Generation) -> ChunkStream:
        """The text piece by piece; what the server says first has arrived when this returns."""
        exchange = self._exchange(generation, self._needed(generation) or self.info(), stream=True)
        stream = HttpChunkStream(exchange, self._open(exchange))
        stream.settle()
        return stream

    async def astream(self, generation: Generation) -> AsyncChunkStream:
        """As stream, on an event loop."""
        exchange = self._exchange(generation, self._needed(generation) or await self.ainfo(), stream=True)
        stream = HttpAsyncChunkStream(exchange, await self._aopen(exchange))
        await stream.settle()
        return stream

    def astream_from_thread(self, generation: Generation) -> AsyncChunkStream:
        """As astream, from a thread without a loop; any loop iterates."""
        return open_from_thread(partial(self.astream, generation))

    def info(self) -> ModelInfo:
        """Facts about the model, believed for five minutes; never raises."""
        return self._cached() or self._learned([self._ask(plan) for plan in self._backend.info_requests(self._target)])

    async def ainfo(self) -> ModelInfo:
        """As info, on an event loop."""
        plans = self._backend.info_requests(self._target)
        return self._cached() or self._learned([await self._aask(plan) for plan in plans])

    def answers(self, plan: HttpRequest) -> bool:
        """Whether the server answers a request with success."""
        return not isinstance(self._ask(plan), FnWrapError)

    def _needed(self, generation: Generation) -> ModelInfo | None:
        """What is known without asking; None where the request depends on facts that must be asked for first."""
        return self._cached() or (None if self._backend.needs_info(generation) else ModelInfo(name=self.model))

    def _exchange(self, generation: Generation, info: ModelInfo, *, stream: bool) -> Exchange:
        if generation.stream is not stream:
            generation = dataclasses.replace(generation, stream=stream)
        return Exchange.of_generation(self._backend, self._target, generation, info, self._limits)

    def _fetch(self, exchange: Exchange) -> bytes:
        reply = self._open(exchange)
        exchange.shorten()
        with contextlib.closing(reply):
            try:
                return read_whole(exchange, reply.body)
            except TRANSPORT_ERRORS as error:
                raise exchange.broken(error) from error

    async def _afetch(self, exchange: Exchange) -> bytes:
        reply = await self._aopen(exchange)
        exchange.shorten()
        async with contextlib.aclosing(reply):
            try:
                return await read_whole_async(exchange, reply.body)
            except TRANSPORT_ERRORS as error:
                raise exchange.broken(error) from error

    def _open(self, exchange: Exchange) -> Reply:
        """Send the request and settle the status; the reply is open when this returns."""
        try:
            reply = self._send(exchange)
        except TRANSPORT_ERRORS as error:
            raise exchange.broken(error) from error
        exchange.started = True
        if not exchange.is_sound(reply):
            with contextlib.closing(reply):
                words = b""
                with contextlib.suppress(BackendError, *TRANSPORT_ERRORS):
                    words = read_whole(exchange, reply.body, cut=True)
                raise exchange.refusal(reply, words)
        return reply

    async def _aopen(self, exchange: Exchange) -> AsyncReply:
        try:
            reply = await self._asend(exchange)
        except TRANSPORT_ERRORS as error:
            raise exchange.broken(error) from error
        exchange.started = True
        if not exchange.is_sound(reply):
            async with contextlib.aclosing(reply):
                words = b""
                with contextlib.suppress(BackendError, *TRANSPORT_ERRORS):
                    words = await read_whole_async(exchange, reply.body, cut=True)
                raise exchange.refusal(reply, words)
        return reply

    def _send(self, exchange: Exchange) -> Reply:
        """The reply to a request, its body unread: by the caller's client, or by our own, or past it."""
        client = self._client or CONNECTIONS.client()
        pool = client.pool_for(exchange.address.url) if isinstance(client, Client) else None
        if pool is not None:
            return pool.send(exchange.wire_request())
        return Reply.of(client.send(exchange.request(), stream=True, follow_redirects=False))

    async def _asend(self, exchange: Exchange) -> AsyncReply:
        client = self._async_client or await CONNECTIONS.async_client()
        pool = client.pool_for(exchange.address.url) if isinstance(client, AsyncClient) else None
        if pool is not None:
            return await pool.send(exchange.wire_request())
        return AsyncReply.of(await client.send(exchange.request(), stream=True, follow_redirects=False))

    def _ask(self, plan: HttpRequest) -> Any:
        """The JSON of a reply about the model; None where the server refuses, the error where it is not there."""
        try:
            return read_json(self._fetch(self._inquiry(plan)))
        except (FnWrapError, ValueError) as error:
            return error

    async def _aask(self, plan: HttpRequest) -> Any:
        try:
            return read_json(await self._afetch(self._inquiry(plan)))
        except (FnWrapError, ValueError) as error:
            return error

    def _inquiry(self, plan: HttpRequest) -> Exchange:
        limits = Limits(min(self._limits.read, INFO_WAIT))
        return Exchange(self._backend, self._target, plan, limits)

    def _cached(self) -> ModelInfo | None:
        learned, info = _known.get(self._key, (0.0, None))
        return info if time.monotonic() - learned < INFO_AGE else None

    def _learned(self, answers: list[Any]) -> ModelInfo:
        """The facts in the answers; remembered unless the server was not there to give them."""
        replies = [None if isinstance(answer, Exception) else answer for answer in answers]
        try:
            info = self._backend.read_info(replies, self._target)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError):
            info = ModelInfo(name=self.model)
        if not any(isinstance(answer, ConnectError | ReadTimeoutError) for answer in answers):
            if len(_known) >= INFO_LIMIT:
                _known.pop(next(iter(_known), self._key), None)
            _known[self._key] = (time.monotonic(), info)
        return info

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.name, self._target.base_url, self.model
