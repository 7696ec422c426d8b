"""A call and a chunk through fnwrap, beside the same through others, against one local server."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import server
from contenders import Contenders, Fetching, handed_over, set_up, settle, settle_async
from timing import Row, Times, at_most, in_turns, in_turns_async

import litellm_fnwrap

CHUNKS, AT_ONCE = 100, 100
NAMES = ("httpx", "floor", "fetching", "fnwrap", "ollama_chat", "openai")
# A program asks through one provider; with others in between, whatever a processor keeps at hand is theirs.
PAIR = ("fetching", "fnwrap")
FLOOR = "a handler that only fetches"


def rows_of(what: str, times: Times, scale: float, unit: str, own: float) -> Iterator[Row]:
    """The comparisons of one way of asking; own is how much fnwrap may add, in the unit."""
    figures: dict[str, Any] = {"ours": times.median("fnwrap") * scale, "unit": unit}
    floor = times.median("fetching") * scale
    yield at_most(Row(what=what, peer=FLOOR, theirs=floor, **figures), 1.3)
    yield Row(what=what, peer="a handler that asks nobody", theirs=times.median("floor") * scale, **figures)
    yield Row(what=what, peer="httpx", theirs=times.median("httpx") * scale, **figures)
    yield at_most(Row(what=what, peer="ollama_chat", theirs=times.median("ollama_chat") * scale, **figures), 1)
    yield Row(what=what, peer="openai", theirs=times.median("openai") * scale, **figures)
    rest = times.beyond("fnwrap", "fetching") * scale
    yield at_most(Row(what=f"{what}: of our own", ours=rest, unit=unit, peer=FLOOR, theirs=floor), own, of="ours")


def contend(work: Callable[..., Any], *given: Any, names: tuple[str, ...] = NAMES) -> Mapping[str, Callable[[], Any]]:
    """The contenders of one way of asking, by name."""
    return {name: partial(work, name, *given) for name in names}


def calls(rounds: int) -> Iterator[Row]:
    """One whole answer: one at a time and a hundred at once, blocking and on an event loop."""
    with server.running(CHUNKS) as base:
        set_up(CHUNKS)
        ask = Contenders(base)
        times = in_turns(contend(ask.whole), 4 * rounds, settle=settle)
        yield from rows_of("a call, blocking", times, 1e3, "ms", 0.5)
        times = in_turns(contend(ask.whole, names=PAIR), 8 * rounds, settle=settle)
        yield _own("a call, blocking, no other provider between", times, 1e3, "ms", 0.5)

        async def alone(names: tuple[str, ...], rounds: int) -> Times:
            return await in_turns_async(contend(ask.whole_async, names=names), rounds, settle=settle_async)

        yield from rows_of("a call, async", asyncio.run(alone(NAMES, 4 * rounds)), 1e3, "ms", 0.5)
        times = asyncio.run(alone(PAIR, 8 * rounds))
        yield _own("a call, async, no other provider between", times, 1e3, "ms", 0.5)
        with ThreadPoolExecutor(AT_ONCE) as pool:

            def many(name: str) -> None:
                list(pool.map(lambda _: ask.whole(name), range(AT_ONCE)))

            times = in_turns(contend(many), max(rounds // 5, 4), warm=1, settle=settle)
        yield from rows_of(f"a call of {AT_ONCE} at once, threads", times, 1e3 / AT_ONCE, "ms", 0.5)

        async def many_async(name: str) -> None:
            await asyncio.gather(*(ask.whole_async(name) for _ in range(AT_ONCE)))

        async def crowd() -> Times:
            ask.async_client = type(ask.async_client)(timeout=30)
            return await in_turns_async(contend(many_async), max(rounds // 5, 4), warm=1, settle=settle_async)

        yield from rows_of(f"a call of {AT_ONCE} at once, async", asyncio.run(crowd()), 1e3 / AT_ONCE, "ms", 0.5)


def chunks(rounds: int) -> Iterator[Row]:
    """One piece of a streamed answer: where pieces come one by one, and where all have come at once."""
    with server.running(CHUNKS) as base:
        fetching = set_up(CHUNKS)
        for way, what in (("paced", "a chunk that comes alone"), ("burst", "a chunk of many that come at once")):
            ask = Contenders(base)
            times = in_turns(contend(ask.stream, way), rounds, settle=settle)
            yield from rows_of(f"{what}, blocking", times, 1e6 / CHUNKS, "us", 20)
            times = in_turns(contend(ask.stream, way, names=PAIR), 2 * rounds, settle=settle)
            yield _own(f"{what}, blocking, no other provider between", times, 1e6 / CHUNKS, "us", 20)

            async def streamed(names: tuple[str, ...], rounds: int, ask: Contenders = ask, way: str = way) -> Times:
                return await in_turns_async(contend(ask.stream_async, way, names=names), rounds, settle=settle_async)

            yield from rows_of(f"{what}, async", asyncio.run(streamed(NAMES, rounds)), 1e6 / CHUNKS, "us", 20)
            times = asyncio.run(streamed(PAIR, 2 * rounds))
            yield _own(f"{what}, async, no other provider between", times, 1e6 / CHUNKS, "us", 20)
            yield from handler_rows(ask, fetching, what, way, rounds)


def handler_rows(ask: Contenders, fetching: Fetching, what: str, way: str, rounds: int) -> Iterator[Row]:
    """A piece as the handler hands it to LiteLLM, beside the floor's handler and the reading of the stream."""
    handler, given = litellm_fnwrap.handler, handed_over(ask.base, way)

    def drained(chunks: Any) -> None:
        for _ in chunks:
            pass

    contenders = {
        "fetching": lambda: drained(fetching.streaming(api_base=f"{ask.base}/{way}")),
        "fnwrap": lambda: drained(handler.streaming(**given)),
    }
    times = in_turns(contenders, 2 * rounds)
    yield _own(f"{what}, as handed to LiteLLM, blocking", times, 1e6 / CHUNKS, "us", 20)

    async def drained_async(chunks: Any) -> None:
        async for _ in chunks:
            pass

    async def asked() -> None:
        loop = asyncio.get_running_loop()
        await drained_async(await loop.run_in_executor(None, lambda: handler.astreaming(**given)))

    async def measured() -> Times:
        by_name = {
            "fetching": lambda: drained_async(fetching.astreaming(api_base=f"{ask.base}/{way}")),
            "fnwrap": asked,
        }
        return await in_turns_async(by_name, 2 * rounds)

    times = asyncio.run(measured())
    yield _own(f"{what}, as handed to LiteLLM, async", times, 1e6 / CHUNKS, "us", 20)


def _own(what: str, times: Times, scale: float, unit: str, limit: float) -> Row:
    ours, floor = times.beyond("fnwrap", "fetching") * scale, times.median("fetching") * scale
    row = Row(what=f"{what}: of our own", ours=ours, unit=unit, peer=FLOOR, theirs=floor)
    return at_most(row, limit, of="ours")


def first_chunk(rounds: int) -> Iterator[Row]:
    """How long after it was sent the first piece of a stream is in the hands of its reader.

    Through LiteLLM it waits for what LiteLLM does between the handler's return and the first chunk; fnwrap's handler
    returns when the first piece is there, so that what goes wrong before it can be answered by another deployment.
    """
    with server.running(1) as base:
        set_up(1)
        ask, handler, given = Contenders(base), litellm_fnwrap.handler, handed_over(base, "stamped")
        delays: dict[str, list[float]] = {"httpx": [], "handed to LiteLLM": [], "through LiteLLM": []}
        for number in range(4 * rounds + 3):
            streams: dict[str, Callable[[], Any]] = {
                "httpx": lambda: ask.chunks("httpx", "stamped"),
                "handed to LiteLLM": lambda: handler.streaming(**given),
                "through LiteLLM": lambda: ask.chunks("fnwrap", "stamped"),
            }
            for name in list(streams)[:: -1 if number % 2 else 1]:
                taken = _delay(streams[name]())
                settle()
                if number >= 3:
                    delays[name].append(taken)
    bare = delays["httpx"]
    for name in ("handed to LiteLLM", "through LiteLLM"):
        later = statistics.median(mine - theirs for mine, theirs in zip(delays[name], bare, strict=True))
        figures = {"unit": "ms", "kind": "wall", "peer": "httpx, from sent to read", "theirs": statistics.median(bare)}
        row = Row(what=f"first chunk, {name}: later than httpx", ours=later, **figures)  # type: ignore[arg-type]
        yield at_most(row, 1, of="ours") if name == "handed to LiteLLM" else row


def _delay(chunks: Any) -> float:
    """Milliseconds from the sending of the first piece to its arrival here."""
    found = 0.0
    for chunk in chunks:
        now = time.monotonic_ns()
        text = chunk.get("response") if isinstance(chunk, dict) else chunk.choices and chunk.choices[0].delta.content
        if text and not found:
            found = (now - int(text)) / 1e6
    return found
