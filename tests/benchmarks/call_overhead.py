"""What a call through fnwrap costs beside the same call through others, against one local server.

    python tests/benchmarks/call_overhead.py [--rounds 200] [--chunks 200]

In one process, in turns, with one server process that answers at once: bare httpx; LiteLLM with a custom handler that
does nothing (the floor for any custom provider); fnwrap's ollama backend; LiteLLM's own ollama_chat. Times are medians,
ratios are to floor and httpx together; "own" is the median over the rounds of fnwrap less floor less httpx in the same
round. Processor time is this process's, and still tells something on a busy machine, where the clock does not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the weather in Lyon?"}]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": f"get_weather_{n}",
            "description": "The weather of a city.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "description": "A city."}, "days": {"type": "integer"}},
                "required": ["city"],
            },
        },
    }
    for n in range(2)
]
CALL = '<tool_call>\n{"name": "get_weather_0", "arguments": {"city": "Lyon"}}\n</tool_call>'
STARTUP = 20


def serve(port: int, chunks: int) -> None:
    """Answer /api/generate and /api/chat at once: whole with one call, streamed with so many words."""
    call = {"function": {"name": "get_weather_0", "arguments": {"city": "Lyon"}}}
    last = {"model": "m", "done": True, "done_reason": "stop", "prompt_eval_count": 50, "eval_count": chunks}
    created = {"created_at": "2024-01-01T00:00:00Z"}
    words = [f" word{n}" for n in range(chunks)]  # LiteLLM takes the same chunk again and again for a runaway model
    generate = [{"model": "m", **created, "response": word, "done": False} for word in words]
    chat = [
        {"model": "m", **created, "message": {"role": "assistant", "content": word}, "done": False} for word in words
    ]
    replies = {
        ("/api/generate", False): _whole({**last, **created, "response": CALL}),
        ("/api/chat", False): _whole(
            {**last, **created, "message": {"role": "assistant", "content": "", "tool_calls": [call]}}
        ),
        ("/api/generate", True): _lines([*generate, {**last, **created, "response": ""}]),
        ("/api/chat", True): _lines([*chat, {**last, **created, "message": {"role": "assistant", "content": ""}}]),
    }
    other = _whole({"version": "0.12.0", "template": "", "model_info": {}, "capabilities": ["completion", "tools"]})

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while head := await reader.readuntil(b"\r\n\r\n"):
            fields = head.lower().split(b"content-length:")
            body = await reader.readexactly(int(fields[1].split(b"\r\n")[0])) if len(fields) > 1 else b"{}"
            path = head.split(b" ", 2)[1].decode()
            parts = replies.get((path, json.loads(body or b"{}").get("stream") is not False), other)
            for part in parts:
                writer.write(part)
            await writer.drain()

    async def run() -> None:
        async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await answer(reader, writer)
            except (OSError, asyncio.IncompleteReadError):
                writer.close()

        server = await asyncio.start_server(guarded, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


def _whole(value: dict[str, Any]) -> list[bytes]:
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return [head.encode() + body]


def _lines(values: list[dict[str, Any]]) -> list[bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    lines = [json.dumps(value).encode() + b"\n" for value in values]
    return [head, *(b"%x\r\n%b\r\n" % (len(line), line) for line in lines), b"0\r\n\r\n"]


class Contenders:
    """The same request in every way, whole and streamed, blocking and on a loop."""

    def __init__(self, base: str, chunks: int) -> None:
        import httpx
        import litellm
        from litellm.llms.custom_llm import CustomLLM
        from litellm.types.utils import Delta, ModelResponseStream, StreamingChoices

        import litellm_fnwrap.provider

        class Floor(CustomLLM):
            """Answers at once, in the shape that fnwrap answers in."""

            def _fill(self, response: Any) -> Any:
                function = {"name": "get_weather_0", "arguments": '{"city": "Lyon"}'}
                call = {"id": "call_1", "type": "function", "function": function}
                message = litellm.Message(content=None, role="assistant", tool_calls=[call])
                response.choices = [litellm.Choices(finish_reason="tool_calls", index=0, message=message)]
                response.usage = litellm.Usage(prompt_tokens=50, completion_tokens=10, total_tokens=60)
                response.model = "m"
                return response

            def completion(self, *args: Any, **given: Any) -> Any:
                return self._fill(given["model_response"])

            async def acompletion(self, *args: Any, **given: Any) -> Any:
                return self._fill(given["model_response"])

            def _chunks(self) -> Iterator[Any]:
                for n in range(chunks):
                    yield self._chunk(None, Delta(content=f" word{n}"))
                yield self._chunk("stop", Delta())

            def _chunk(self, finish: str | None, delta: Any) -> Any:
                choice = StreamingChoices(finish_reason=finish, index=0, delta=delta)
                return ModelResponseStream(id="chatcmpl-1", created=1, model="m", choices=[choice])

            def streaming(self, *args: Any, **given: Any) -> Iterator[Any]:
                return self._chunks()

            async def astreaming(self, *args: Any, **given: Any) -> AsyncIterator[Any]:  # type: ignore[override]
                for chunk in self._chunks():
                    yield chunk

        litellm.suppress_debug_info = True
        litellm_fnwrap.provider.register()
        litellm.custom_provider_map.append({"provider": "floor", "custom_handler": Floor()})
        self.litellm, self.base = litellm, base
        self.client, self.async_client = httpx.Client(timeout=30), httpx.AsyncClient(timeout=30)
        self.body = {"model": "m", "prompt": "x" * 1500, "raw": True, "options": {"num_predict": 2048}}

    def asked(self, name: str, stream: bool) -> dict[str, Any]:
        """Keyword arguments of LiteLLM for a contender."""
        model = {"floor": "floor/m", "fnwrap": "fnwrap/ollama+hermes/m", "ollama_chat": "ollama_chat/m"}[name]
        return {"model": model, "messages": MESSAGES, "tools": TOOLS, "api_base": self.base, "stream": stream}

    def whole(self, name: str) -> None:
        """One whole answer."""
        if name == "httpx":
            self.client.post(f"{self.base}/api/generate", json={**self.body, "stream": False}).json()
        else:
            assert self.litellm.completion(**self.asked(name, False)).choices[0].message.tool_calls

    def stream(self, name: str) -> None:
        """One streamed answer, read to its end."""
        if name == "httpx":
            with self.client.stream("POST", f"{self.base}/api/generate", json={**self.body, "stream": True}) as reply:
                assert sum(1 for line in reply.iter_lines() if json.loads(line)) > 1
        else:
            assert sum(1 for _ in self.litellm.completion(**self.asked(name, True))) > 1

    async def whole_async(self, name: str) -> None:
        """One whole answer on the loop."""
        if name == "httpx":
            url = f"{self.base}/api/generate"
            (await self.async_client.post(url, json={**self.body, "stream": False})).json()
        else:
            assert (await self.litellm.acompletion(**self.asked(name, False))).choices[0].message.tool_calls

    async def stream_async(self, name: str) -> None:
        """One streamed answer on the loop, read to its end."""
        if name == "httpx":
            url, count = f"{self.base}/api/generate", 0
            async with self.async_client.stream("POST", url, json={**self.body, "stream": True}) as reply:
                async for line in reply.aiter_lines():
                    count += bool(json.loads(line))
        else:
            async for _ in await self.litellm.acompletion(**self.asked(name, True)):
                pass


NAMES = ("httpx", "floor", "fnwrap", "ollama_chat")
Times = dict[str, list[float]]


async def in_turns(contend: Callable[[str], Awaitable[None] | None], rounds: int) -> tuple[Times, Times]:
    """Seconds by the clock, and of this process's processor time, of every contender in every round.

    Who begins changes from round to round, and the first rounds do not count.
    """
    wall: Times = {name: [] for name in NAMES}
    work: Times = {name: [] for name in NAMES}
    for count in range(rounds + STARTUP):
        for shift in range(len(NAMES)):
            name = NAMES[(count + shift) % len(NAMES)]
            start, worked = time.perf_counter(), time.process_time()
            pending = contend(name)
            if pending is not None:
                await pending
            if count >= STARTUP:
                wall[name].append(time.perf_counter() - start)
                work[name].append(time.process_time() - worked)
    return wall, work


def report(title: str, times: tuple[Times, Times], scale: float, unit: str) -> None:
    """Print one table: by the clock and in processor time, with ratios to floor and httpx together."""
    print(f"\n{title} ({unit})")
    print(f"  {'':14}{'clock':>9}{'25 %':>9}{'75 %':>9}{'ratio':>7}{'processor':>12}{'ratio':>7}")
    base = [[low + http for low, http in zip(each["floor"], each["httpx"], strict=True)] for each in times]
    for name in NAMES:
        row = f"  {name:14}"
        for each, least in zip(times, base, strict=True):
            low, middle, high = (value * scale for value in statistics.quantiles(each[name], n=4))
            ratio = statistics.median(each[name]) / statistics.median(least)
            row += (
                f"{middle:9.3f}{low:9.3f}{high:9.3f}{ratio:7.2f}" if each is times[0] else f"{middle:12.3f}{ratio:7.2f}"
            )
        print(row)
    for each, least, clock in zip(times, base, ("clock", "processor"), strict=True):
        own = statistics.median(mine - low for mine, low in zip(each["fnwrap"], least, strict=True)) * scale
        faster = statistics.median(each["ollama_chat"]) / statistics.median(each["fnwrap"])
        print(f"  {clock:10} own {own:8.3f}   ollama_chat takes {faster:.2f} times as long as fnwrap")


def own_work(chunks: int) -> None:
    """Print what the engine and the encoder cost a chunk, without HTTP and without LiteLLM's objects."""
    from litellm_fnwrap.backends import open_source
    from litellm_fnwrap.engine import Request
    from litellm_fnwrap.engine.session import Session
    from litellm_fnwrap.generation import Chunk
    from litellm_fnwrap.messages import read_conversation
    from litellm_fnwrap.options import Options

    arguments = ["{", '"city"', ": ", '"Ly', 'on"', "}"]
    calls = ["<tool_call>", "\n", '{"name": "get_weather_0", "arguments": ', *arguments, "}", "\n", "</tool_call>"]
    for title, pieces in (("text", [" word"] * chunks), ("calls", calls * (chunks // len(calls)))):
        request = Request(
            conversation=read_conversation(MESSAGES, tools=TOOLS),
            source=open_source("ollama", model="m"),
            options=Options(wrapper="hermes"),
        )
        took = []
        for _ in range(50):
            session = Session(request, None, stream=True)
            fed = [Chunk(piece) for piece in pieces]
            start = time.perf_counter()
            for chunk in fed:
                session.feed(chunk)
            took.append((time.perf_counter() - start) / len(fed))
        print(f"  engine alone, {title:6} {statistics.median(took) * 1e6:7.2f} microseconds a chunk")


def main() -> None:
    """Run all measurements and print them."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--chunks", type=int, default=200)
    options.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        serve(given.serve, given.chunks)
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, __file__, "--serve", str(port), "--chunks", str(given.chunks)]
    server = subprocess.Popen(command)
    try:
        _await_port(port)
        asyncio.run(_measure(Contenders(f"http://127.0.0.1:{port}", given.chunks), given.rounds, given.chunks))
        own_work(given.chunks)
    finally:
        server.terminate()
        server.wait()


async def _measure(contenders: Contenders, rounds: int, chunks: int) -> None:
    streams = max(rounds // 10, 10)
    report("one whole answer, blocking", await in_turns(contenders.whole, rounds), 1e3, "ms")
    report("one whole answer, async", await in_turns(contenders.whole_async, rounds), 1e3, "ms")
    report("one streamed chunk, blocking", await in_turns(contenders.stream, streams), 1e6 / chunks, "microseconds")
    report("one streamed chunk, async", await in_turns(contenders.stream_async, streams), 1e6 / chunks, "microseconds")


def _await_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("The server of the benchmark did not start.")


if __name__ == "__main__":
    main()
