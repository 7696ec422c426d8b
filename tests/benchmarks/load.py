"""Two thousand requests, two hundred at once, against a local server: failures, latencies, memory.

    python tests/benchmarks/load.py

One line a way of fetching: how many failed, the median and the 99th percentile in milliseconds, and how much the
process grew between the first and the second thousand. The server is a process of its own, answers each request 50
milliseconds after it came, and streams in five pieces.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from litellm_fnwrap.backends import open_source
from litellm_fnwrap.backends.base import TextSource
from litellm_fnwrap.generation import Generation, Prompt

REQUESTS, AT_ONCE = 2000, 200
WANTED = Generation(model="m", prompt=Prompt(text="Hi"))

SERVER = r"""
import asyncio, json
PIECE = json.dumps({"response": "token ", "done": False}) + "\n"
END = json.dumps({"response": "", "done": True, "done_reason": "stop", "prompt_eval_count": 1, "eval_count": 5}) + "\n"
WHOLE = json.dumps({**json.loads(END), "response": "token " * 5}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"

async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            await asyncio.sleep(0.05)
            if not body["stream"]:
                writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE)
                continue
            writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            for part in [PIECE] * 5 + [END]:
                writer.write(b"%x\r\n%s\r\n" % (len(part), part.encode()))
                await asyncio.sleep(0.005)
            writer.write(b"0\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


async def complete(source: TextSource) -> str:
    return (await source.acomplete(WANTED)).text


async def stream(source: TextSource) -> str:
    return "".join([chunk.text async for chunk in await source.astream(WANTED)])


async def load(source: TextSource, fetch: Callable[[TextSource], Awaitable[str]]) -> tuple[list[float], int, int]:
    """Milliseconds of each request, how many failed, and how many kilobytes the second half added."""
    gate, failed, halfway = asyncio.Semaphore(AT_ONCE), 0, 0
    taken: list[float] = []

    async def one() -> None:
        nonlocal failed, halfway
        async with gate:
            began = time.perf_counter()
            try:
                assert await fetch(source) == "token " * 5
            except Exception as error:
                failed += 1
                print("failed:", repr(error))
            taken.append((time.perf_counter() - began) * 1000)
            if len(taken) == REQUESTS // 2:
                halfway = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    await asyncio.gather(*(one() for _ in range(REQUESTS)))
    return taken, failed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - halfway


async def warm(source: TextSource, fetch: Callable[[TextSource], Awaitable[str]]) -> tuple[list[float], int, int]:
    """As load, with the connections open already, as they are in a server that runs."""
    await asyncio.gather(*(fetch(source) for _ in range(AT_ONCE)))
    return await load(source, fetch)


def load_threads(source: TextSource) -> list[float]:
    """Milliseconds of each request, fetched by threads."""

    def one(_: int) -> float:
        began = time.perf_counter()
        assert "".join(chunk.text for chunk in source.stream(WANTED)) == "token " * 5
        return (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(REQUESTS)))


def show(name: str, taken: list[float], failed: int = 0, grown: int = 0) -> None:
    """One line of the result."""
    median, slow = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
    row = {"failed": failed, "median_ms": round(median), "p99_ms": round(slow), "p99/median": round(slow / median, 2)}
    print(name.ljust(16), json.dumps({**row, "grown_kb": grown}))


def main() -> None:
    """Run all ways of fetching against one server."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        source = open_source("ollama", model="m", api_base=f"http://127.0.0.1:{server.stdout.readline().strip()}")
        try:
            for name, fetch in (("async", complete), ("async stream", stream)):
                show(name, *asyncio.run(warm(source, fetch)))
            show("threads, stream", load_threads(source))
        finally:
            server.kill()


if __name__ == "__main__":
    main()
