"""The same request in every way: bare httpx, LiteLLM with handlers that do next to nothing, fnwrap, other providers.

The handler that only fetches is the floor of any custom provider that has a server: it asks by httpx, and builds the
objects that a handler has to build. LiteLLM knows its model as it knows fnwrap's, so that what LiteLLM itself does for
a call is the same for both. What a handler costs that asks nobody, and bare httpx, do not add up to that: after a wait
for a server a processor runs the same code slower.
"""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import httpx
import litellm
from litellm.litellm_core_utils.thread_pool_executor import executor
from litellm.llms.custom_llm import CustomLLM
from litellm.types.utils import Delta, ModelResponseStream, StreamingChoices

import litellm_fnwrap.provider

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
# As long a prompt as fnwrap sends.
BODY = {"model": "m", "prompt": "x" * 1500, "raw": True, "options": {"num_predict": 2048}}
MODELS = {
    "floor": "floor/m",
    "fetching": "fetching/m",
    "fnwrap": "fnwrap/ollama+hermes/m",
    "ollama_chat": "ollama_chat/m",
    "openai": "openai/m",
}


class Floor(CustomLLM):
    """Answers at once, in the shape that fnwrap answers in."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def completion(self, *args: Any, **given: Any) -> Any:
        """One call of a tool."""
        response = given["model_response"]
        function = {"name": "get_weather_0", "arguments": '{"city": "Lyon"}'}
        call = {"id": "call_1", "type": "function", "function": function}
        message = litellm.Message(content=None, role="assistant", tool_calls=[call])
        response.choices = [litellm.Choices(finish_reason="tool_calls", index=0, message=message)]
        response.usage = litellm.Usage(prompt_tokens=50, completion_tokens=10, total_tokens=60)
        response.model = "m"
        return response

    async def acompletion(self, *args: Any, **given: Any) -> Any:
        """As completion."""
        return self.completion(**given)

    def streaming(self, *args: Any, **given: Any) -> Iterator[Any]:
        """The texts, from a list."""
        for text in self.texts:
            yield self._chunk(None, Delta(content=text))
        yield self._chunk("stop", Delta())

    async def astreaming(self, *args: Any, **given: Any) -> AsyncIterator[Any]:  # type: ignore[override]
        """As streaming."""
        for chunk in self.streaming():
            yield chunk

    def _chunk(self, finish: str | None, delta: Any) -> Any:
        choice = StreamingChoices(finish_reason=finish, index=0, delta=delta)
        return ModelResponseStream(id="chatcmpl-1", created=1, model="m", choices=[choice])


class Fetching(Floor):
    """The floor, with an answer of the server's fetched and read as JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.client = httpx.Client(timeout=30)
        self.clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()

    def completion(self, *args: Any, **given: Any) -> Any:
        """One call of a tool, after an answer has come."""
        self.client.post(f"{given['api_base']}/api/generate", json={**BODY, "stream": False}).json()
        return super().completion(**given)

    async def acompletion(self, *args: Any, **given: Any) -> Any:
        """As completion."""
        (await self._client().post(f"{given['api_base']}/api/generate", json={**BODY, "stream": False})).json()
        return super().completion(**given)

    def streaming(self, *args: Any, **given: Any) -> Iterator[Any]:
        """The texts, one for each line of the server's."""
        for line in lines(self.client, f"{given['api_base']}/api/generate"):
            yield self._of_line(line)

    async def astreaming(self, *args: Any, **given: Any) -> AsyncIterator[Any]:  # type: ignore[override]
        """As streaming."""
        async for line in lines_async(self._client(), f"{given['api_base']}/api/generate"):
            yield self._of_line(line)

    def _of_line(self, line: Any) -> Any:
        done = line["done"]
        return self._chunk("stop" if done else None, Delta() if done else Delta(content=line["response"]))

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if loop not in self.clients:
            self.clients[loop] = httpx.AsyncClient(timeout=30)
        return self.clients[loop]


def lines(client: httpx.Client, url: str) -> Iterator[Any]:
    """The JSON values of a stream, by httpx."""
    with client.stream("POST", url, json={**BODY, "stream": True}) as reply:
        yield from map(json.loads, reply.iter_lines())


async def lines_async(client: httpx.AsyncClient, url: str) -> AsyncIterator[Any]:
    """As lines, on the loop."""
    async with client.stream("POST", url, json={**BODY, "stream": True}) as reply:
        async for line in reply.aiter_lines():
            yield json.loads(line)


def set_up(chunks: int) -> Fetching:
    """Make fnwrap and the floors known to LiteLLM."""
    floor, fetching = _made_known()
    floor.texts = fetching.texts = [f" word{n}" for n in range(chunks)]
    return fetching


@functools.cache
def _made_known() -> tuple[Floor, Fetching]:
    # Once: LiteLLM forgets what it has looked up whenever a model is registered.
    litellm.suppress_debug_info = True
    litellm_fnwrap.provider.register()
    handlers = Floor(), Fetching()
    for name, handler in zip(("floor", "fetching"), handlers, strict=True):
        litellm.custom_provider_map.append({"provider": name, "custom_handler": handler})
        known = {"litellm_provider": name, "mode": "chat", "supports_function_calling": True}
        litellm.register_model({f"{name}/m": known})
    return handlers


class Contenders:
    """Ways to get an answer from the server; stream reads one to its end, and way is the first part of the path."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.client, self.async_client = httpx.Client(timeout=30), httpx.AsyncClient(timeout=30)

    def asked(self, name: str, way: str, *, stream: bool) -> dict[str, Any]:
        """Keyword arguments of LiteLLM for a contender."""
        base = f"{self.base}/{way}" + ("/v1" if name == "openai" else "")
        given = {"model": MODELS[name], "messages": MESSAGES, "tools": TOOLS, "api_base": base, "stream": stream}
        return {**given, "api_key": "none"} if name == "openai" else given

    def url(self, way: str) -> str:
        """Where httpx asks."""
        return f"{self.base}/{way}/api/generate"

    def whole(self, name: str, way: str = "burst") -> None:
        """One whole answer."""
        if name == "httpx":
            self.client.post(self.url(way), json={**BODY, "stream": False}).json()
        else:
            assert litellm.completion(**self.asked(name, way, stream=False)).choices[0].message.tool_calls

    async def whole_async(self, name: str, way: str = "burst") -> None:
        """One whole answer on the loop."""
        if name == "httpx":
            (await self.async_client.post(self.url(way), json={**BODY, "stream": False})).json()
        else:
            answer = await litellm.acompletion(**self.asked(name, way, stream=False))
            assert answer.choices[0].message.tool_calls

    def chunks(self, name: str, way: str) -> Iterator[Any]:
        """The chunks that a program gets of a streamed answer."""
        if name == "httpx":
            return lines(self.client, self.url(way))
        return litellm.completion(**self.asked(name, way, stream=True))

    async def chunks_async(self, name: str, way: str) -> AsyncIterator[Any]:
        """As chunks, on the loop."""
        if name == "httpx":
            return lines_async(self.async_client, self.url(way))
        chunks: AsyncIterator[Any] = await litellm.acompletion(**self.asked(name, way, stream=True))
        return chunks

    def stream(self, name: str, way: str) -> None:
        """One streamed answer, read to its end."""
        assert sum(1 for _ in self.chunks(name, way)) > 1

    async def stream_async(self, name: str, way: str) -> None:
        """As stream, on the loop."""
        async for _ in await self.chunks_async(name, way):
            pass


def handed_over(base: str, way: str) -> dict[str, Any]:
    """What LiteLLM hands to fnwrap's handler for a streamed answer, caught on its way."""
    caught: dict[str, Any] = {}
    handler = litellm_fnwrap.provider.handler
    streaming: Callable[..., Any] = type(handler).streaming

    def catch(self: Any, *args: Any, **given: Any) -> Any:
        caught.update(given)
        return streaming(self, *args, **given)

    type(handler).streaming = catch  # type: ignore[method-assign]
    try:
        Contenders(base).stream("fnwrap", way)
    finally:
        type(handler).streaming = streaming  # type: ignore[method-assign]
    return caught


def settle() -> None:
    """Wait until LiteLLM's logging threads have nothing left to do."""
    import time

    while executor._work_queue.qsize() or executor._idle_semaphore._value < len(executor._threads):
        time.sleep(0.0005)


async def settle_async() -> None:
    """As settle, for what LiteLLM leaves on the loop."""
    for _ in range(5):
        await asyncio.sleep(0)
    while executor._work_queue.qsize() or executor._idle_semaphore._value < len(executor._threads):
        await asyncio.sleep(0.0005)
