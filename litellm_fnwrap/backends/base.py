"""What every text backend is: a pure description of a server's wire, and the source of text that the engine sees.

Two classes meet here. A Backend knows one kind of server and does no I/O: it builds requests and reads replies,
streams, errors and model facts. A TextSource is what the engine and the provider call; runner.HttpSource makes one
out of any Backend, and backends without HTTP of their own (litellm) implement it directly.

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
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Literal

from ..errors import FnWrapError, InvalidRequestError
from ..generation import Chunk, Dialect, Generation, ModelInfo
from .failures import Failure, classify

Framing = Literal["json", "sse", "ndjson"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where requests go, and what does not change between the requests of one source.

    base_url     without a trailing slash.
    drop_params  parameters that the server lacks are left out instead of refused.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    drop_params: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request, ready to be sent.

    framing    how the reply is read: one JSON value, server-sent events, or one JSON value a line.
    cut        stop strings to be searched on this side, because the server leaves them in or takes too few.
    """

    path: str
    body: Mapping[str, Any] | None = None
    method: str = "POST"
    framing: Framing = "json"
    cut: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """What a backend may remember while it reads one reply.

    seen    text of a cumulative stream so far.
    pieces  how many events carried text.
    """

    generation: Generation
    info: ModelInfo | None = None
    seen: str = ""
    pieces: int = 0


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


class Backend(Opener):
    """One kind of server: how it is asked and how its answers are read. Pure: no I/O, no clock, no environment.

    default_base  where the server listens unless told otherwise.
    base_names    environment names of its base URL, strongest first.
    key_names     environment names of its API key, strongest first.
    """

    default_base: ClassVar[str]
    base_names: ClassVar[tuple[str, ...]] = ()
    key_names: ClassVar[tuple[str, ...]] = ()

    def open(self, opening: Opening) -> TextSource:
        """The source of a model on this kind of server."""
        from .runner import HttpSource

        return HttpSource(self, self.target(opening), timeout=opening.timeout, client=opening.client)

    def target(self, opening: Opening) -> Target:
        """Where the requests of a source go."""
        return Target(
            base_url=self.base_url(opening.api_base, opening.environment),
            model=opening.model,
            api_key=self.api_key(opening.api_key, opening.environment),
            headers=opening.headers,
            drop_params=opening.drop_params,
        )

    def base_url(self, given: str | None, environment: Mapping[str, str]) -> str:
        """The base URL: the caller's, else the environment's, else the server's default; no trailing slash.

        Raises InvalidRequestError for what is no address.
        """
        names = (environment[name] for name in self.base_names if environment.get(name))
        base = (given or next(names, None) or self.default_base).strip()
        try:
            return self.normal_base(base)
        except ValueError:
            raise InvalidRequestError(
                f"The address of {self.name} is no URL: {base.rpartition('@')[2]!r}. Accepted: http://host:port.",
                backend=self.name,
            ) from None

    def normal_base(self, base: str) -> str:
        """A base URL as users spell it, in the form that paths are appended to."""
        return (base if "://" in base else f"http://{base}").rstrip("/")

    def api_key(self, given: str | None, environment: Mapping[str, str]) -> str | None:
        """The API key: the caller's, else the environment's, else None."""
        return given or next((environment[name] for name in self.key_names if environment.get(name)), None)

    def headers(self, target: Target) -> dict[str, str]:
        """Headers of every request: the bearer key, then the caller's own."""
        key = {"Authorization": f"Bearer {target.api_key}"} if target.api_key else {}
        return {**key, **target.headers}

    def needs_info(self, generation: Generation) -> bool:
        """Whether the request depends on facts about the model that info() holds."""
        return False

    @abstractmethod
    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """The request for a generation.

        Raises UnsupportedParameterError for a parameter that the server lacks (unless target.drop_params) and
        ConstraintError for a constraint in a dialect that it does not take.
        """

    @abstractmethod
    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The whole answer in one chunk, from the JSON of a reply that is no failure."""

    @abstractmethod
    def read_event(self, event: Any, reading: Reading) -> Chunk | None:
        """The chunk in one JSON value of a stream; None where it carries nothing."""

    def failure_of(self, reply: Any) -> Failure | None:
        """The failure that a reply or stream event of HTTP 200 carries; None for a good one."""
        return Failure.inside(reply)

    def error(self, failure: Failure, target: Target) -> FnWrapError:
        """The exception that a failure means here; overridden where a server's signals differ from the usual."""
        return classify(failure, backend=self.name)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """The requests that tell about the model; () where the server tells nothing."""
        return ()

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """What the replies to info_requests say; a reply is None where its request failed."""
        return ModelInfo(name=target.model)


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
