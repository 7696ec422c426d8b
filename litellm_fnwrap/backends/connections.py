"""HTTP clients: one for all threads of a process, one for each event loop, and a background loop for what has none.

A client keeps its connections open between requests. Clients of a loop are closed when the loop shuts down its
asynchronous generators (asyncio.run and servers built on it do), all others at exit. After a fork the child starts with
none: the parent's sockets are not its own.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import heapq
import itertools
import os
import ssl
import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.request import getproxies

import httpx

from .pool import LIMITS, AsyncPool, Pool

_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")

T = TypeVar("T")
Transport = TypeVar("Transport", httpx.BaseTransport, httpx.AsyncBaseTransport)


@dataclass(slots=True)
class _Open:
    """What one process has open."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    client: Client | None = None
    clients: dict[asyncio.AbstractEventLoop, AsyncClient] = field(default_factory=dict)
    keepers: dict[asyncio.AbstractEventLoop, AsyncGenerator[None, None]] = field(default_factory=dict)
    background: BackgroundLoop | None = None


class Connections:
    """The clients of this process; made on first use, thread-safe."""

    def __init__(self) -> None:
        self._open = _Open()
        self._inherited: list[_Open] = []

    def client(self) -> Client:
        """The client of all threads."""
        mine = self._open
        if mine.client is None:
            with mine.lock:
                if mine.client is None:
                    mine.client = Client()
        return mine.client

    async def async_client(self) -> AsyncClient:
        """The client of the running event loop."""
        loop, mine = asyncio.get_running_loop(), self._open
        client = mine.clients.get(loop)
        if client is None:
            with mine.lock:
                for stale in [other for other in mine.clients if other.is_closed()]:
                    del mine.clients[stale], mine.keepers[stale]
            client = AsyncClient()
            mine.clients[loop] = client
            keeper = mine.keepers[loop] = _keep(mine, loop, client)
            await keeper.__anext__()
        return client

    def background(self) -> BackgroundLoop:
        """The event loop of the package's own thread."""
        mine = self._open
        with mine.lock:
            if mine.background is None:
                mine.background = BackgroundLoop()
            return mine.background

    def close(self) -> None:
        """Close what can be closed from here: the threads' client, and the background loop with its client."""
        mine = self._open
        with mine.lock:
            client, mine.client = mine.client, None
            background, mine.background = mine.background, None
        if client is not None:
            client.close()
        if background is not None:
            background.stop()

    def after_fork(self) -> None:
        """Start afresh in a child process; what the parent opened is kept unclosed, for closing may disturb it."""
        self._inherited.append(self._open)
        self._open = _Open()


@functools.cache
def _trust() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes long enough to do it once for all clients."""
    return httpx.create_ssl_context()


def _routes(transport: Transport) -> dict[str, Transport]:
    """What goes straight to its server: all for which the environment names no proxy, and this machine always."""
    return dict.fromkeys(("all://", "all://localhost", "all://127.0.0.1", "all://[::1]"), transport)


class Client(httpx.Client):
    """A client whose pool can be used without it: for what needs no proxy and no login in the URL.

    Redirects, cookies and hooks are never wanted here, and a client that looks after them takes longer than the rest of
    a request.
    """

    def __init__(self) -> None:
        self._pool, self._proxied = Pool(_trust), bool(getproxies())
        if self._proxied:
            super().__init__(verify=_trust(), limits=LIMITS, mounts=_routes(self._pool))
        else:
            super().__init__(transport=self._pool)

    def pool_for(self, url: httpx.URL) -> Pool | None:
        """The pool, if it is enough for a request to this address."""
        return self._pool if _is_direct(url, self._proxied) else None


class AsyncClient(httpx.AsyncClient):
    """As Client, on an event loop."""

    def __init__(self) -> None:
        self._pool, self._proxied = AsyncPool(_trust), bool(getproxies())
        if self._proxied:
            super().__init__(verify=_trust(), limits=LIMITS, mounts=_routes(self._pool))
        else:
            super().__init__(transport=self._pool)

    def pool_for(self, url: httpx.URL) -> AsyncPool | None:
        """As Client.pool_for."""
        return self._pool if _is_direct(url, self._proxied) else None


def _is_direct(url: httpx.URL, proxied: bool) -> bool:
    return url.scheme in ("http", "https") and not url.userinfo and not (proxied and url.host not in _THIS_MACHINE)


async def _keep(
    opened: _Open, loop: asyncio.AbstractEventLoop, client: httpx.AsyncClient
) -> AsyncGenerator[None, None]:
    """Suspended while the loop lives: loops close their generators before they stop, and so the client."""
    try:
        yield
    finally:
        opened.clients.pop(loop, None)
        opened.keepers.pop(loop, None)
        await client.aclose()


class BackgroundLoop:
    """An event loop that runs in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._run, name="litellm-fnwrap-io", daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine there; the future is for threads (wrap it to await it)."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Call a quick function there after some seconds.

        The loop is woken only where nothing is due before: to wake it for each of many streams, which end in time, took
        as long as reading some of their pieces.
        """
        due = time.monotonic() + seconds
        with self._lock:
            is_next = not self._due or due < self._due[0][0]
            heapq.heappush(self._due, (due, next(self._numbers), action))
        if is_next:
            self.loop.call_soon_threadsafe(self._call_due)

    def _call_due(self) -> None:
        with self._lock:
            while self._due and self._due[0][0] <= time.monotonic():
                self.loop.call_soon(heapq.heappop(self._due)[-1])
            if self._due:
                self.loop.call_later(self._due[0][0] - time.monotonic(), self._call_due)

    def stop(self) -> None:
        """Cancel what runs, close the loop's client, and end the thread."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.run_until_complete(self._wind_up())
            self.loop.close()

    async def _wind_up(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(Exception):
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_asyncgens()


CONNECTIONS = Connections()
atexit.register(CONNECTIONS.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=CONNECTIONS.after_fork)
