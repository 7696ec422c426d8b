"""Any other LiteLLM provider as the source of text: "litellm/together_ai/mistralai/Mixtral-8x7B-Instruct-v0.1".

Source: https://docs.litellm.ai (completion, text_completion) of 1.60 to 1.106. Providers with a text route that LiteLLM
knows get the prompt as it is; for all others, and under a constraint, the conversation goes as chat messages:

    litellm.text_completion(model="together_ai/...", prompt="[INST] ... [/INST]", max_tokens=2048, stop=["</s>"])
    litellm.completion(model="groq/...", messages=[{"role": "user", "content": "..."}], max_tokens=2048)

LiteLLM translates the parameters for the provider, refuses or drops what that one lacks, and fetches the text itself.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final

from ..errors import (
    AuthenticationError,
    BadRequestError,
    ConnectError,
    ContextWindowError,
    FnWrapError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ReadTimeoutError,
    ServerError,
    UnavailableError,
)
from ..generation import Chunk, Generation, ModelInfo
from . import BACKENDS
from .backend import Reading, Target
from .base import AsyncChunkStream, Capabilities, ChunkStream, Opener, Opening, TextSource
from .chat_messages import arrange
from .constraint import refuse_dialect
from .failures import is_overflow, scrubbed
from .openai_chat import as_response_format
from .openai_text import OpenAIText
from .parameters import split_stops, stops_of, translate
from .reply import sound
from .stopping import StopCutter

_TEXT: Final = frozenset({"text-completion-openai", "text-completion-codestral", "azure_text"})
_KINDS: Final[tuple[tuple[str, type[FnWrapError]], ...]] = (
    ("ContextWindowExceededError", ContextWindowError),
    ("AuthenticationError", AuthenticationError),
    ("PermissionDeniedError", PermissionDeniedError),
    ("NotFoundError", NotFoundError),
    ("RateLimitError", RateLimitError),
    ("Timeout", ReadTimeoutError),
    ("ServiceUnavailableError", UnavailableError),
    ("APIConnectionError", ConnectError),
    ("BadRequestError", BadRequestError),
    ("UnprocessableEntityError", BadRequestError),
)
_READER: Final = OpenAIText()
_STOP_LIMIT: Final = 4
"""Stop strings that every provider takes; the rest is cut here."""


class LiteLLM(Opener):
    """Opens models of every provider that LiteLLM knows."""

    name: ClassVar[str] = "litellm"
    capabilities: ClassVar[Capabilities] = Capabilities(raw=False, dialects=("json_schema",), extra="any")

    def open(self, opening: Opening) -> TextSource:
        """The source of a LiteLLM model; raises NotFoundError where LiteLLM knows no such provider."""
        return LiteLLMSource(opening)


class LiteLLMSource(TextSource):
    """A model of another LiteLLM provider."""

    def __init__(self, opening: Opening) -> None:
        self.name, self.model, self._opening = LiteLLM.name, opening.model, opening
        self._litellm: Any = importlib.import_module("litellm")
        provider = self._provider()
        self._raw = provider in _TEXT or provider in self._litellm.openai_text_completion_compatible_providers
        self._counts = "stream_options" in (self._litellm.get_supported_openai_params(opening.model) or ())
        dialects = LiteLLM.capabilities.dialects if self._litellm.supports_response_schema(opening.model) else ()
        self.capabilities = replace(LiteLLM.capabilities, raw=self._raw, dialects=dialects)

    def complete(self, generation: Generation) -> Chunk:
        """The whole text with its finish_reason and usage."""
        route, arguments = self._request(replace(generation, stream=False))
        try:
            return self._read(getattr(self._litellm, route)(**arguments), generation)
        except Exception as error:
            raise self.meaning(error) from error

    async def acomplete(self, generation: Generation) -> Chunk:
        """As complete, on an event loop."""
        route, arguments = self._request(replace(generation, stream=False))
        try:
            return self._read(await getattr(self._litellm, f"a{route}")(**arguments), generation)
        except Exception as error:
            raise self.meaning(error) from error

    def stream(self, generation: Generation) -> ChunkStream:
        """The text piece by piece."""
        route, arguments = self._request(replace(generation, stream=True))
        try:
            return _Stream(self, getattr(self._litellm, route)(**arguments), generation)
        except Exception as error:
            raise self.meaning(error) from error

    async def astream(self, generation: Generation) -> AsyncChunkStream:
        """As stream, on an event loop."""
        route, arguments = self._request(replace(generation, stream=True))
        try:
            return _AsyncStream(self, await getattr(self._litellm, f"a{route}")(**arguments), generation)
        except Exception as error:
            raise self.meaning(error) from error

    def astream_from_thread(self, generation: Generation) -> AsyncChunkStream:
        """As astream, from a thread without a loop; any loop iterates."""
        from .relay import open_from_thread

        return open_from_thread(partial(self.astream, generation))

    def info(self) -> ModelInfo:
        """The context window in LiteLLM's own list of models."""
        try:
            known = self._litellm.get_model_info(self.model)
        except Exception:
            known = {}
        return ModelInfo(name=self.model, context_window=known.get("max_input_tokens") or known.get("max_tokens"))

    async def ainfo(self) -> ModelInfo:
        """As info, on an event loop."""
        return await asyncio.to_thread(self.info)

    def _provider(self) -> str:
        try:
            return str(self._litellm.get_llm_provider(self.model, api_base=self._opening.api_base)[1])
        except Exception:
            raise NotFoundError(
                f"LiteLLM knows no provider for {self.model!r}. Write fnwrap/litellm/<provider>/<model>.",
                backend=self.name,
            ) from None

    def _request(self, generation: Generation) -> tuple[str, dict[str, Any]]:
        """The name of LiteLLM's function, and its arguments."""
        opening = self._opening
        target = Target(base_url="", model=self.model, drop_params=opening.drop_params)
        given = translate(generation, target, self.capabilities, {}, backend=self.name)
        arguments: dict[str, Any] = {
            "model": self.model,
            "max_tokens": given.limit,
            "api_base": opening.api_base,
            "api_key": opening.api_key,
            "timeout": opening.timeout,
            "extra_headers": dict(opening.headers) or None,
            "drop_params": opening.drop_params or None,
            "stop": list(split_stops(given.stops, _STOP_LIMIT)[0]) or None,
            "extra_body": dict(given.body) or None,
            **given.rest,
        }
        if generation.stream:
            arguments |= {"stream": True, "stream_options": {"include_usage": True} if self._counts else None}
        if generation.constraint is not None:
            refuse_dialect(generation.constraint, self.capabilities, self.name)
            arguments["response_format"] = as_response_format(generation.constraint.value)
        elif self._raw:
            return "text_completion", _given({**arguments, "prompt": generation.prompt.text})
        messages = arrange(generation.prompt, self.capabilities.roles)
        return "completion", _given({**arguments, "messages": messages})

    def _read(self, response: Any, generation: Generation) -> Chunk:
        chunk = sound(_READER.read_reply(response.model_dump(), Reading(generation)))
        return _cutter(generation).cut(chunk)

    def meaning(self, error: Exception) -> FnWrapError:
        """The class of this package that means what LiteLLM's exception means."""
        if isinstance(error, FnWrapError):
            return error
        names = [cls.__name__ for cls in type(error).__mro__]
        words = str(getattr(error, "message", error))
        kind = next((kind for name, kind in _KINDS if name in names), None)
        if kind in (None, BadRequestError) and is_overflow(words):
            kind = ContextWindowError
        headers = getattr(getattr(error, "response", None), "headers", None) or {}
        wait = headers.get("retry-after", "")
        failed = (kind or ServerError)(
            f"LiteLLM could not get text from {self.model}: {words}",
            backend=self.name,
            raw=words,
            retry_after=float(wait) if wait.replace(".", "", 1).isdigit() else None,
        )
        return scrubbed(failed, self._opening.api_key)


class _Pieces:
    """LiteLLM's chunks read by the rules of OpenAI's streams; an answer without an end is an error."""

    def __init__(self, source: LiteLLMSource, pieces: Any, generation: Generation) -> None:
        self._source, self._pieces, self._reading = source, pieces, Reading(generation)
        self._cutter = _cutter(generation)
        self._end: Chunk | None = None
        self._over = False

    def _take(self, piece: Any) -> Chunk | None:
        """The text of a piece; what ends the answer is kept until nothing can follow it."""
        chunk = sound(_READER.read_event(piece.model_dump(), self._reading))
        if chunk is None:
            return None
        text, known = self._cutter.feed(chunk.text), self._end or Chunk()
        if self._cutter.found is not None:
            chunk = replace(chunk, finish_reason="stop", stop_text=self._cutter.found)
        if chunk.finish_reason or chunk.usage:
            self._end = Chunk(
                "",
                chunk.finish_reason or known.finish_reason,
                chunk.usage or known.usage,
                chunk.stop_text or known.stop_text,
            )
        return Chunk(text, logprobs=chunk.logprobs) if text else None

    def _last(self) -> Chunk:
        """What was held back as the possible beginning of a stop string, then the end."""
        if (held := self._cutter.close()) and self._end is not None:
            return Chunk(held)
        self._over = True
        if self._end is None or self._end.finish_reason is None:
            raise ServerError(f"The stream of {self._source.model} ended without a finish reason.", backend="litellm")
        return self._end


class _Stream(_Pieces, ChunkStream):
    def __next__(self) -> Chunk:
        if self._over:
            raise StopIteration
        try:
            for piece in self._pieces:
                if (chunk := self._take(piece)) is not None:
                    return chunk
                if self._cutter.found is not None:
                    self.close()
                    break
        except Exception as error:
            self._over = True
            raise self._source.meaning(error) from error
        return self._last()

    def close(self) -> None:
        self._over = True
        for close in _closers(self._pieces, "close"):
            close()


class _AsyncStream(_Pieces, AsyncChunkStream):
    async def __anext__(self) -> Chunk:
        if self._over:
            raise StopAsyncIteration
        try:
            async for piece in self._pieces:
                if (chunk := self._take(piece)) is not None:
                    return chunk
                if self._cutter.found is not None:
                    await self.aclose()
                    break
        except Exception as error:
            self._over = True
            raise self._source.meaning(error) from error
        return self._last()

    async def aclose(self) -> None:
        self._over = True
        for close in _closers(self._pieces, "aclose", "close"):
            done = close()
            if inspect.isawaitable(done):
                await done


def _cutter(generation: Generation) -> StopCutter:
    return StopCutter(split_stops(stops_of(generation), _STOP_LIMIT)[1])


def _closers(pieces: Any, *names: str) -> list[Any]:
    """What closes a stream of LiteLLM, which keeps the provider's own stream inside."""
    inner = getattr(pieces, "completion_stream", None) or pieces
    found = (getattr(inner, name, None) for name in names)
    return [close for close in found if callable(close)][:1]


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


BACKENDS.add(LiteLLM.name, LiteLLM())
