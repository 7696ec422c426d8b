"""The llama.cpp engine in this process: a GGUF file, or the bundled demo model, without any server to start.

Source: the PyPI package xllamacpp (2026.10), which holds llama.cpp's own server. It listens on a free loopback port
with a random key, so the llamacpp backend serves it unchanged. Model strings: "local/demo", "local/path/to/model.gguf".
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import importlib.resources
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from ..errors import ConnectError, InvalidRequestError, MissingExtraError, ServerError
from ..generation import Chunk, Generation, ModelInfo
from . import BACKENDS
from .backend import HttpRequest, Target
from .base import AsyncChunkStream, ChunkStream, Opener, Opening, TextSource
from .llamacpp import LlamaCpp

CONTEXT: Final = 8192
"""Tokens of context by default: a model's own maximum can need more memory than the model itself."""

SLOTS: Final = 4
START_LIMIT: Final = 600.0
_SMALL: Final = 64 * 1024 * 1024


class LocalServer(LlamaCpp):
    """The llamacpp backend under the name that users know it by here."""

    name: ClassVar[str] = "local"
    base_names: ClassVar[tuple[str, ...]] = ()
    key_names: ClassVar[tuple[str, ...]] = ()


class Local(Opener):
    """Opens GGUF files."""

    name: ClassVar[str] = "local"
    capabilities = LlamaCpp.capabilities

    def open(self, opening: Opening) -> TextSource:
        """The source of a GGUF file; the engine starts with the first request."""
        return LocalSource(opening)


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine; it stops when nothing refers to server any more."""

    server: Any = field(repr=False)
    address: str
    key: str = field(repr=False)


class LocalSource(TextSource):
    """A GGUF file on the engine of this process. All sources of one file share one engine."""

    def __init__(self, opening: Opening) -> None:
        self.name, self.model, self.capabilities = Local.name, opening.model, Local.capabilities
        self._opening = opening
        self._source: TextSource | None = None

    def complete(self, generation: Generation) -> Chunk:
        """The whole text with its finish_reason and usage."""
        return self._started().complete(generation)

    async def acomplete(self, generation: Generation) -> Chunk:
        """As complete, on an event loop."""
        return await (await self._astarted()).acomplete(generation)

    def stream(self, generation: Generation) -> ChunkStream:
        """The text piece by piece."""
        return self._started().stream(generation)

    async def astream(self, generation: Generation) -> AsyncChunkStream:
        """As stream, on an event loop."""
        return await (await self._astarted()).astream(generation)

    def astream_from_thread(self, generation: Generation) -> AsyncChunkStream:
        """As astream, from a thread without a loop."""
        return self._started().astream_from_thread(generation)

    def info(self) -> ModelInfo:
        """What the engine tells about the model; empty if it cannot be started."""
        with contextlib.suppress(InvalidRequestError, ConnectError, ServerError):
            return replace(self._started().info(), name=self.model)
        return ModelInfo(name=self.model)

    async def ainfo(self) -> ModelInfo:
        """As info, on an event loop."""
        return await asyncio.to_thread(self.info)

    def _started(self) -> TextSource:
        if self._source is None:
            engine = engine_of(model_file(self.model), self._opening.environment)
            opening = replace(self._opening, api_base=engine.address, api_key=engine.key, environment={})
            self._source = LocalServer().open(opening)
        return self._source

    async def _astarted(self) -> TextSource:
        if self._source is None:
            await asyncio.to_thread(self._started)
        return self._started()


_engines: dict[Path, Engine] = {}
_starting = threading.Lock()
atexit.register(_engines.clear)


def model_file(model: str) -> Path:
    """The GGUF file that a model string names; raises InvalidRequestError where there is none."""
    if model == "demo":
        path = Path(str(importlib.resources.files("litellm_fnwrap.demo").joinpath("demo.gguf")))
    else:
        path = Path(model).expanduser()
    if not path.is_file():
        raise InvalidRequestError(
            f"There is no model file {str(path)!r}. Give the path of a GGUF file, or local/demo for the bundled model.",
            backend=Local.name,
        )
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise InvalidRequestError(
                f"{str(path)!r} is no GGUF file. The local engine reads only GGUF.", backend="local"
            )
    return path.resolve()


def engine_of(path: Path, environment: Mapping[str, str]) -> Engine:
    """The engine of a model file, started on first use; later calls get the same one, whatever their environment."""
    with _starting:
        if path not in _engines:
            _engines[path] = _start(path, environment)
        return _engines[path]


def _start(path: Path, environment: Mapping[str, str]) -> Engine:
    try:
        import xllamacpp
    except ImportError:
        raise MissingExtraError("The local engine", "local") from None
    key = secrets.token_hex(16)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.api_keys = [key]
    params.port = 0
    params.endpoint_props = True
    params.warmup = False
    params.fit_params = False
    params.verbosity = -1
    params.n_parallel = SLOTS
    params.kv_unified = True
    params.n_ctx = _number(environment, CONTEXT, "FNWRAP_CONTEXT_WINDOW", "LLAMA_ARG_CTX_SIZE")
    params.n_gpu_layers = _number(environment, params.n_gpu_layers, "LLAMA_ARG_N_GPU_LAYERS")
    # Threads of a small model spend their time waiting for each other.
    default_threads = 1 if path.stat().st_size < _SMALL else params.cpuparams.n_threads
    threads = _number(environment, default_threads, "LLAMA_ARG_THREADS")
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    try:
        server = xllamacpp.Server(params)
    except Exception as error:
        raise ServerError(
            f"The local engine cannot load {str(path)!r} ({error}). Check that the file is complete and that its "
            "architecture is known to the installed xllamacpp.",
            backend=Local.name,
        ) from error
    engine = Engine(server, server.listening_address, key)
    _await_health(engine, path)
    return engine


def _await_health(engine: Engine, path: Path) -> None:
    from .runner import HttpSource

    target = Target(base_url=engine.address, model=str(path), api_key=engine.key)
    source, deadline = HttpSource(LocalServer(), target), time.monotonic() + START_LIMIT
    while not source.answers(HttpRequest(path="/health", method="GET")):
        if time.monotonic() > deadline:
            raise ServerError(
                f"The local engine did not load {str(path)!r} in {START_LIMIT:g} seconds.", backend="local"
            )
        time.sleep(0.02)


def _number(environment: Mapping[str, str], default: int, *names: str) -> int:
    for name in names:
        if environment.get(name):
            try:
                return int(environment[name])
            except ValueError:
                raise InvalidRequestError(f"{name}={environment[name]!r} is no whole number.") from None
    return default


BACKENDS.add(Local.name, Local())
