"""Two proxies, three backends, one Redis; a backend is killed while requests are under way. Nothing is lost.

apt-get install redis-server; pip install 'litellm-fnwrap[local,mcp,proxy]' redis
python examples/scale_out/scale_out.py [how many requests]

The same with hosts of your own: one config.yaml for all proxies, the backends' and Redis' addresses in the environment,
any load balancer in front of the proxies. More workers on one host: litellm --config config.yaml --num_workers 4
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import redis

HERE = Path(__file__).parent
KEY = "sk-scale-out-83b1"
PROXY = "import sys; from litellm.proxy.proxy_cli import run_server; sys.exit(run_server())"
STRING = {"type": "string"}
WEATHER = {
    "name": "get_current_weather",
    "description": "Get the current weather",
    "parameters": {
        "type": "object",
        "properties": {"location": STRING, "format": {**STRING, "enum": ["celsius", "fahrenheit"]}},
        "required": ["location", "format"],
    },
}
AT_ONCE = 6


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def process(*command: str, heard: bool = False, **environment: str) -> Iterator[subprocess.Popen[str]]:
    output = subprocess.PIPE if heard else subprocess.DEVNULL
    started = subprocess.Popen(
        command, stdout=output, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **environment}
    )
    try:
        yield started
    finally:
        started.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(30)
        started.kill()
        started.communicate()


def wait_for(proxy: int, limit: float = 400.0) -> None:
    began = time.monotonic()
    while time.monotonic() - began < limit:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{proxy}/health/liveliness", timeout=5).close()
            return
        time.sleep(0.5)
    raise TimeoutError(f"The proxy at port {proxy} did not start in {limit:g} seconds.")


async def ask(clients: list[openai.AsyncOpenAI], count: int, victim: subprocess.Popen[str]) -> dict[str, Any]:
    """Send requests, some at once, to the proxies in turn; after a third of them are answered, kill a backend."""
    found: dict[str, Any] = {"answered": 0, "called": 0, "lost": [], "backends": collections.Counter()}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        messages: Any = [{"role": "user", "content": f"weather in Paris in celsius, question {number}"}]
        async with gate:
            try:
                raw = await clients[number % len(clients)].chat.completions.with_raw_response.create(
                    model="weather",
                    messages=messages,
                    tools=[{"type": "function", "function": WEATHER}],
                    tool_choice="required",
                    max_tokens=100,
                )
            except openai.OpenAIError as error:
                found["lost"].append(str(error))
                return
        found["answered"] += 1
        found["called"] += bool(raw.parse().choices[0].message.tool_calls)
        found["backends"][raw.headers.get("x-litellm-model-api-base", "?")] += 1
        if found["answered"] == count // 3:
            victim.kill()

    await asyncio.gather(*(one(number) for number in range(count)))
    return found


async def ask_all(ports: list[int], count: int, victim: subprocess.Popen[str]) -> dict[str, Any]:
    async with contextlib.AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=KEY, max_retries=0, timeout=120)
            )
            for port in ports
        ]
        return await ask(clients, count, victim)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 120
    with contextlib.ExitStack() as stack:
        store, ports = free_port(), [free_port(), free_port()]
        stack.enter_context(process("redis-server", "--port", str(store), "--save", "", "--bind", "127.0.0.1"))
        start = (sys.executable, str(HERE / "backend.py"))
        backends = [stack.enter_context(process(*start, heard=True)) for _ in range(3)]
        addresses = [backend.stdout.readline().strip() for backend in backends if backend.stdout]
        known = {f"BACKEND_{n}": address for n, address in enumerate(addresses, 1)}
        known |= {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(store), "LITELLM_MASTER_KEY": KEY}
        known |= {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        options = ["--config", str(HERE / "config.yaml"), "--host", "127.0.0.1", "--telemetry", "False"]
        for port in ports:
            stack.enter_context(process(sys.executable, "-c", PROXY, *options, "--port", str(port), **known))
        for port in ports:
            wait_for(port)
        found = asyncio.run(ask_all(ports, count, backends[0]))
        cooling = len(list(redis.Redis(port=store).scan_iter("*cooldown*")))
        served = [found["backends"][address] for address in addresses]
    print(f"sent {count}, answered {found['answered']}, of these with a call {found['called']}")
    print(f"by the backends {served}; the first was killed after {count // 3} answers")
    print(f"left alone by agreement of the proxies: {cooling}")
    for error in found["lost"]:
        print("lost:", error)
    return len(found["lost"])


if __name__ == "__main__":
    sys.exit(main())
