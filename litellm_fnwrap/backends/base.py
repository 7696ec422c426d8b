"""The source of text that the engine and the provider see, whatever serves it.

An Opener stands for one kind of source and is known by its name in the model string; it opens a TextSource for a model.
Servers spoken to over HTTP are a Backend each (backend.py); local and litellm open sources of their own.

Who may call what, from where:

    complete, stream, info                 any thread; they block
    acomplete, astream, ainfo              any event loop; awaited
    astream_from_thread                    a thread WITHOUT a loop: blocks until connection and status are settled, and
                                           returns a stream that is then iterated on any event loop. This is what a
                                           plain (non-async) CustomLLM.astreaming needs, because LiteLLM calls it in
                                           an executor thread.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Literal

from ..generation import Chunk, Dialect, Generation, ModelInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a server can do, as facts that the engine decides by.

    raw                 it takes a prompt as text; False: chat messages only.
    dialects            constraint dialects, best first; () where output cannot be constrained.
    lazy                a grammar can sleep until a call begins (tool_choice "auto" under constraint).
    shows_special       markers that are special tokens stay visible in the text, or can be asked for.
    roles               roles of chat messages the server takes; also what a chat-only server is sent.
    max_tokens_default  the token limit sent when the caller gave none; servers' own defaults are 16, 100, or endless.
    stop_limit          how many stop strings the server takes; the rest is cut on this side. None: no limit.
    parameters          OpenAI parameter names that reach the server.
    extra               names of the server's own parameters that are passed on, or "any".
    """

    raw: bool = True
    dialects: tuple[Dialect, ...] = ()
    lazy: bool = False
    shows_special: bool = False
    roles: tuple[str, ...] = ("system", "user", "assistant")
    max_tokens_default: int = 2048
    stop_limit: int | None = None
    parameters: frozenset[str] = frozenset()
    extra: frozenset[str] | Literal["any"] = frozenset()

    @property
    def binds_auto(self) -> bool:
        """Whether calls that the model makes by its own choice are constrained too, in any format with a mark.

        A lazy grammar waits for the mark, a structural tag too; other texts describe what stands before it. A JSON
        schema is the whole answer, so it binds only calls in an envelope.
        """
        return any(dialect != "json_schema" for dialect in self.dialects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a caller gives to get at a model.

    timeout      seconds, an httpx.Timeout, or None: for the whole answer, or for each piece of a stream.
    client       an httpx client of the caller's own, or LiteLLM's holder of one.
    environment  where base URLs and keys are looked up that the caller does not give.
    """

    model: str
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: Any = None
    client: Any = field(default=None, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    drop_params: bool = False


class Opener(ABC):
    """A kind of text source, known by its name in the model string."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    @abstractmethod
    def open(self, opening: Opening) -> TextSource:
        """The source of a model; nothing is connected or started yet."""


class ChunkStream(ABC):
    """A streamed reply, read by blocking iteration. close() aborts the request at once; it may be called twice."""

    def __iter__(self) -> Iterator[Chunk]:
        return self

    @abstractmethod
    def __next__(self) -> Chunk: ...

    @abstractmethod
    def close(self) -> None:
        """Abort the request, if it still runs, and give its connection back."""

    def __enter__(self) -> ChunkStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncChunkStream(ABC):
    """A streamed reply, read on an event loop. aclose() aborts the request at once; it may be called twice."""

    def __aiter__(self) -> AsyncIterator[Chunk]:
        return self

    @abstractmethod
    async def __anext__(self) -> Chunk: ...

    @abstractmethod
    async def aclose(self) -> None:
        """Abort the request, if it still runs, and give its connection back."""

    async def __aenter__(self) -> AsyncChunkStream:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class TextSource(ABC):
    """A model that continues text. Safe to share between threads and event loops; holds no connection itself.

    One generation is one answer: "n" is never sent, the caller asks n times.
    Every method raises only BackendError or InvalidRequestError classes.
    """

    name: str
    model: str
    capabilities: Capabilities

    @abstractmethod
    def complete(self, generation: Generation) -> Chunk:
        """The whole text with its finish_reason, and usage where the server tells it."""

    @abstractmethod
    async def acomplete(self, generation: Generation) -> Chunk:
        """As complete, on an event loop."""

    @abstractmethod
    def stream(self, generation: Generation) -> ChunkStream:
        """The text piece by piece; connection and HTTP status are settled when this returns."""

    @abstractmethod
    async def astream(self, generation: Generation) -> AsyncChunkStream:
        """As stream, on an event loop; awaiting it settles connection and status."""

    @abstractmethod
    def astream_from_thread(self, generation: Generation) -> AsyncChunkStream:
        """As astream, but called from a thread without a loop; iterate the result on any loop afterwards."""

    @abstractmethod
    def info(self) -> ModelInfo:
        """Facts about the model, cached per server and model; empty where the server tells none. Never raises."""

    @abstractmethod
    async def ainfo(self) -> ModelInfo:
        """As info, on an event loop."""
