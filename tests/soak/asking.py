"""The server of a soak, and how the answers of litellm and of the openai client are judged, which look alike."""

from __future__ import annotations

import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from soak.calls import RIGHT, Call, Tally, answered, is_late_connection


@contextmanager
def fault_server() -> Iterator[str]:
    """The address of a server that fails as it is asked to."""
    program = str(Path(__file__).with_name("fault_server.py"))
    process = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def base_of(backend: str, url: str) -> str:
    return f"{url}/v1" if backend.startswith(("openai", "vllm")) else url


class Collected:
    """The pieces of a stream put together."""

    def __init__(self) -> None:
        self.content, self.named = "", list[str]()

    def take(self, chunk: Any) -> None:
        for choice in chunk.choices:
            self.content += choice.delta.content or ""
            self.named += [call.function.name for call in choice.delta.tool_calls or () if call.function.name]


def judged(call: Call, response: Any) -> str:
    """What is wrong with a whole answer."""
    message = response.choices[0].message
    return answered(call, message.content or "", [one.function.name for one in message.tool_calls or ()])


def judged_stream(call: Call, response: Any, close: Callable[[], None]) -> str:
    """What is wrong with a streamed answer; an abandoned one is closed after its first chunk."""
    collected = Collected()
    for chunk in response:
        collected.take(chunk)
        if call.abandoned:
            close()
            return ""
    return answered(call, collected.content, collected.named)


async def judged_async_stream(call: Call, response: AsyncIterator[Any], close: Callable[[], Awaitable[None]]) -> str:
    collected = Collected()
    async for chunk in response:
        collected.take(chunk)
        if call.abandoned:
            await close()
            return ""
    return answered(call, collected.content, collected.named)


def failed(call: Call, error: Exception) -> str:
    """What is wrong with an exception of litellm's; what ends a begun stream may be wrapped in another."""
    kinds = {type(error).__name__, type(getattr(error, "original_exception", error)).__name__}
    if RIGHT[call.fault] in kinds or is_late_connection(call, str(error)):
        return ""
    return "".join(traceback.format_exception_only(error)).strip()[:400]


async def noted(tally: Tally, call: Call, asking: Awaitable[str], judge: Callable[[Call, Any], str] = failed) -> None:
    """Await a call and note how it ended."""
    began = time.monotonic()
    try:
        wrong = await asking
    except Exception as error:
        wrong = judge(call, error)
    tally.note(call, wrong, time.monotonic() - began)
