"""The engine's only I/O: a session driven by a text source, blocking, on an event loop, whole or streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ..backends.base import AsyncChunkStream, ChunkStream
from ..errors import FnWrapError
from ..events import Event
from ..generation import ModelInfo
from .answer import Answer
from .plan import needs_info
from .request import Request
from .session import Session


def complete(request: Request) -> Answer:
    """The whole answer; raises FnWrapError classes."""
    session = Session(request, _info(request))
    while (generation := session.generation) is not None:
        try:
            chunk = request.source.complete(generation)
        except FnWrapError as error:
            session.recover(error)
            continue
        session.feed(chunk)
        session.close()
    return session.answer


async def acomplete(request: Request) -> Answer:
    """As complete, on an event loop."""
    session = Session(request, await _ainfo(request))
    while (generation := session.generation) is not None:
        try:
            chunk = await request.source.acomplete(generation)
        except FnWrapError as error:
            session.recover(error)
            continue
        session.feed(chunk)
        session.close()
    return session.answer


def stream(request: Request) -> EventStream:
    """The answer as it comes; connection and HTTP status of the first attempt are settled when this returns."""
    session = Session(request, _info(request), stream=True)
    return EventStream(session, request, _opened(session, request))


async def astream(request: Request) -> AsyncEventStream:
    """As stream, on an event loop; awaiting it settles connection and status."""
    session = Session(request, await _ainfo(request), stream=True)
    return AsyncEventStream(session, request, await _aopened(session, request))


def astream_from_thread(request: Request) -> AsyncEventStream:
    """As astream, called from a thread without a loop: it blocks until connection and status are settled.

    LiteLLM calls a plain CustomLLM.astreaming in such a thread, and only errors raised there reach its fallbacks.
    """
    session = Session(request, _info(request), stream=True)
    assert session.generation is not None
    try:
        opened = request.source.astream_from_thread(session.generation)
    except FnWrapError as error:
        opened = request.source.astream_from_thread(session.recover(error))
    return AsyncEventStream(session, request, opened)


class EventStream(Iterator[list[Event]]):
    """The events of an answer, those of one chunk at a time; close() aborts the request."""

    def __init__(self, session: Session, request: Request, opened: ChunkStream) -> None:
        self._session, self._request, self._chunks = session, request, opened

    @property
    def answer(self) -> Answer:
        """The answer as far as it has come."""
        return self._session.answer

    def __next__(self) -> list[Event]:
        session = self._session
        while session.generation is not None:
            try:
                chunk = next(self._chunks, None)
            except FnWrapError as error:
                self._chunks = self._request.source.stream(session.recover(error))
                continue
            if chunk is not None:
                events = session.feed(chunk)
            else:
                events = session.close()
                if session.generation is not None:
                    self._chunks = _opened(session, self._request)
            if events:
                return events
        raise StopIteration

    def close(self) -> None:
        """Abort the request, if it still runs."""
        self._chunks.close()


class AsyncEventStream(AsyncIterator[list[Event]]):
    """As EventStream, on an event loop."""

    def __init__(self, session: Session, request: Request, opened: AsyncChunkStream) -> None:
        self._session, self._request, self._chunks = session, request, opened

    @property
    def answer(self) -> Answer:
        """The answer as far as it has come."""
        return self._session.answer

    async def __anext__(self) -> list[Event]:
        session = self._session
        while session.generation is not None:
            try:
                chunk = await self._chunks.__anext__()
            except StopAsyncIteration:
                chunk = None
            except FnWrapError as error:
                self._chunks = await self._request.source.astream(session.recover(error))
                continue
            if chunk is not None:
                events = session.feed(chunk)
            else:
                events = session.close()
                if session.generation is not None:
                    self._chunks = await _aopened(session, self._request)
            if events:
                return events
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Abort the request, if it still runs."""
        await self._chunks.aclose()


def _opened(session: Session, request: Request) -> ChunkStream:
    assert session.generation is not None
    try:
        return request.source.stream(session.generation)
    except FnWrapError as error:
        return request.source.stream(session.recover(error))


async def _aopened(session: Session, request: Request) -> AsyncChunkStream:
    assert session.generation is not None
    try:
        return await request.source.astream(session.generation)
    except FnWrapError as error:
        return await request.source.astream(session.recover(error))


def _info(request: Request) -> ModelInfo | None:
    return request.source.info() if needs_info(request.options) else None


async def _ainfo(request: Request) -> ModelInfo | None:
    return await request.source.ainfo() if needs_info(request.options) else None
