"""What the handler does with each of LiteLLM's calls; importing this imports the engine and all that it needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litellm.types.utils import ModelResponse

from .. import engine
from ..errors import FnWrapError
from .call import Call, read_call, secrets_of
from .failures import to_litellm
from .responses import fill
from .streams import AsyncStream, Stream, prepare


class Answering:
    """The four ways of answering a call, given as the keyword arguments of a CustomLLM method.

    Every method raises litellm exceptions.
    """

    def complete(self, given: dict[str, Any]) -> ModelResponse:
        """The whole answer."""
        try:
            call = read_call(given, stream=False)
            if call.count == 1:
                answers = [engine.complete(call.request)]
            else:
                with ThreadPoolExecutor(call.count) as pool:
                    answers = list(pool.map(engine.complete, [call.request] * call.count))
        except FnWrapError as error:
            raise _raised(error, given) from error
        return _filled(call, answers, given)

    async def acomplete(self, given: dict[str, Any]) -> ModelResponse:
        """The whole answer, on an event loop."""
        try:
            call = read_call(given, stream=False)
            if call.count == 1:
                answers = [await engine.acomplete(call.request)]
            else:
                answers = await asyncio.gather(*(engine.acomplete(call.request) for _ in range(call.count)))
        except FnWrapError as error:
            raise _raised(error, given) from error
        return _filled(call, answers, given)

    def stream(self, given: dict[str, Any]) -> Iterator[Any]:
        """The answer as it comes; what the server refuses is raised here, before the first chunk."""
        try:
            call = read_call(given, stream=True)
            prepare(call)
            return Stream(call, engine.stream(call.request))
        except FnWrapError as error:
            raise _raised(error, given) from error

    def astream(self, given: dict[str, Any]) -> AsyncIterator[Any]:
        """As stream, to be iterated on an event loop.

        Not a coroutine function: LiteLLM calls it in a thread without a loop, and its Router falls back for every
        kind of error only if it is raised here. So this blocks until connection and status are settled.
        """
        try:
            call = read_call(given, stream=True)
            prepare(call)
            return AsyncStream(call, engine.astream_from_thread(call.request))
        except FnWrapError as error:
            raise _raised(error, given) from error


def _filled(call: Call, answers: list[engine.Answer], given: dict[str, Any]) -> ModelResponse:
    for answer in answers:
        call.answered(answer)
    return fill(given["model_response"], answers, model=call.model, legacy=call.legacy)


def _raised(error: FnWrapError, given: dict[str, Any]) -> Exception:
    return to_litellm(error, given["model"], *secrets_of(given))
