"""Streamed answers as the iterators LiteLLM reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator
from typing import Any

from ..engine import Answer, AsyncEventStream, EventStream
from ..errors import FnWrapError
from .call import Call
from .encoders import Encoder, encoder
from .failures import to_litellm
from .responses import report


def prepare(call: Call) -> None:
    """Tell LiteLLM's stream wrapper that the caller used functions, which versions before 1.70 do not find out."""
    known = getattr(call.logging, "optional_params", None)
    if call.legacy and isinstance(known, dict):
        known["litellm_param_is_function_call"] = True


class Stream(Iterator[Any]):
    """The chunks of an answer. close(), or letting go of it, aborts the request.

    report  how the answer came about, as response._hidden_params["fnwrap"] says it of a whole answer; LiteLLM's
            stream object holds this one as completion_stream, some versions only until it has ended.
    """

    def __init__(self, call: Call, events: EventStream) -> None:
        self._events = events
        self._chunks = _encoded(call, events)

    @property
    def report(self) -> dict[str, Any]:
        """How the answer came about, as far as it has come."""
        return report(self._events.answer)

    def __next__(self) -> Any:
        return next(self._chunks)

    def close(self) -> None:
        """Abort the request, if it still runs."""
        self._chunks.close()
        self._events.close()


class AsyncStream(AsyncIterator[Any]):
    """As Stream, on an event loop."""

    def __init__(self, call: Call, events: AsyncEventStream) -> None:
        self._events = events
        self._chunks = _encoded_async(call, events)

    @property
    def report(self) -> dict[str, Any]:
        """How the answer came about, as far as it has come."""
        return report(self._events.answer)

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._chunks

    def __anext__(self) -> Awaitable[Any]:
        return self._chunks.__anext__()

    async def aclose(self) -> None:
        """Abort the request, if it still runs."""
        await self._chunks.aclose()
        await self._events.aclose()


# Functions, not methods: a generator that held its own stream could not be let go of without the garbage collector,
# and the request of a stream that nobody reads would run on.


def _encoded(call: Call, events: EventStream) -> Generator[Any, None, None]:
    encode = encoder(call.model, legacy=call.legacy)
    try:
        for together in events:
            yield from encode.encode(together)
    except FnWrapError as error:
        raise to_litellm(error, call.model, *call.secrets) from error
    finally:
        events.close()
    yield from _end(call, encode, events.answer)


async def _encoded_async(call: Call, events: AsyncEventStream) -> AsyncGenerator[Any, None]:
    encode = encoder(call.model, legacy=call.legacy)
    try:
        async for together in events:
            for chunk in encode.encode(together):
                yield chunk
    except FnWrapError as error:
        raise to_litellm(error, call.model, *call.secrets) from error
    finally:
        await events.aclose()
    for chunk in _end(call, encode, events.answer):
        yield chunk


def _end(call: Call, encode: Encoder, answer: Answer) -> list[Any]:
    call.answered(answer)
    return list(encode.end(answer))
