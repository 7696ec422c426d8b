"""Two thousand requests, two hundred at once, against a server that answers each after 50 milliseconds."""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import server
from timing import Row, at_most

from litellm_fnwrap.backends import open_source
from litellm_fnwrap.generation import Generation, Prompt

REQUESTS, AT_ONCE, PIECES = 2000, 200, 5
WANTED = Generation(model="m", prompt=Prompt(text="Hi"))
WORDS = "".join(f" word{n}" for n in range(PIECES))


@dataclass(slots=True)
class Load:
    """Milliseconds of each request, how many failed, and kilobytes that the second half added to the process."""

    taken: list[float] = field(default_factory=list)
    failed: int = 0
    grown: int = 0

    @property
    def spread(self) -> float:
        """The 99th percentile divided by the median."""
        return statistics.quantiles(self.taken, n=100)[98] / statistics.median(self.taken)


def load() -> Iterator[Row]:
    """Whole answers and streams on an event loop, and streams by threads, beside bare httpx doing the same."""
    with server.running(PIECES) as base:
        source = open_source("ollama", model="m", api_base=f"{base}/slow")
        url = f"{base}/slow/api/generate"

        async def whole() -> str:
            return (await source.acomplete(WANTED)).text

        async def streamed() -> str:
            return "".join([chunk.text async for chunk in await source.astream(WANTED)])

        def by_thread() -> str:
            return "".join(chunk.text for chunk in source.stream(WANTED))

        yield from _rows("whole answers, async", _on_loop(whole, server.CALL), asyncio.run(_bare(url, stream=False)))
        bare = asyncio.run(_bare(url, stream=True))
        yield from _rows("streams, async", _on_loop(streamed, WORDS), bare)
        yield from _rows("streams, threads", _in_threads(by_thread, WORDS), _in_threads(_bare_thread(url), None))


def _rows(what: str, ours: Load, bare: Load) -> Iterator[Row]:
    title = f"{REQUESTS} {what}, {AT_ONCE} at once"
    middle = {"ours": statistics.median(ours.taken), "theirs": statistics.median(bare.taken)}
    yield Row(what=f"{title}: median", unit="ms", kind="wall", peer="httpx", **middle)
    spread = Row(
        what=f"{title}: p99 / median", ours=ours.spread, unit="", kind="wall", peer="httpx", theirs=bare.spread
    )
    yield at_most(spread, 2, of="ours")
    failed = Row(what=f"{title}: failures", ours=ours.failed, unit="", kind="count", peer="httpx", theirs=bare.failed)
    yield at_most(failed, 0, of="ours")
    grown = {"ours": ours.grown / 1000, "theirs": bare.grown / 1000}
    yield Row(what=f"{title}: growth of the 2nd half", unit="MB", kind="memory", peer="httpx", **grown)


def _on_loop(fetch: Callable[[], Awaitable[str]], expected: str) -> Load:
    async def run() -> Load:
        # With the connections open already, as they are in a server that runs.
        await asyncio.gather(*(fetch() for _ in range(AT_ONCE)))
        return await _loaded(fetch, expected)

    return asyncio.run(run())


async def _bare(url: str, *, stream: bool) -> Load:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:

        async def fetch() -> str:
            return (await client.post(url, json={"stream": stream})).text

        await asyncio.gather(*(fetch() for _ in range(AT_ONCE)))
        return await _loaded(fetch, None)


async def _loaded(fetch: Callable[[], Awaitable[str]], expected: str | None) -> Load:
    gate, found, halfway = asyncio.Semaphore(AT_ONCE), Load(), 0

    async def one() -> None:
        nonlocal halfway
        async with gate:
            began = time.perf_counter()
            try:
                text = await fetch()
                found.failed += expected is not None and text != expected
            except Exception as error:
                found.failed += 1
                print("failed:", repr(error))
            found.taken.append((time.perf_counter() - began) * 1000)
            if len(found.taken) == REQUESTS // 2:
                halfway = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    await asyncio.gather(*(one() for _ in range(REQUESTS)))
    found.grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - halfway
    return found


def _in_threads(fetch: Callable[[], str], expected: str | None) -> Load:
    found, halfway = Load(), 0

    def one(number: int) -> None:
        nonlocal halfway
        began = time.perf_counter()
        try:
            text = fetch()
            found.failed += expected is not None and text != expected
        except Exception as error:
            found.failed += 1
            print("failed:", repr(error))
        if number >= AT_ONCE:
            found.taken.append((time.perf_counter() - began) * 1000)
        if number == REQUESTS // 2:
            halfway = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(REQUESTS + AT_ONCE)))
    found.grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - halfway
    return found


def _bare_thread(url: str) -> Callable[[], str]:
    client = httpx.Client(timeout=60, limits=httpx.Limits(max_connections=None, max_keepalive_connections=None))
    return lambda: client.post(url, json={"stream": True}).text
