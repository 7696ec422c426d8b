"""A local server in a process of its own that answers at once, in the words of Ollama and of OpenAI.

Whole answers hold one tool call; streams so many words. How a stream comes is said by the first part of the path:

    /burst/...  all pieces in one go
    /paced/...  a millisecond between pieces, so that each travels alone
    /stamped/...  one piece that says when it was sent, by the clock that all processes of a machine share
    /slow/...   the headers after 50 milliseconds
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

CALL = '<tool_call>\n{"name": "get_weather_0", "arguments": {"city": "Lyon"}}\n</tool_call>'
_OPENAI_CALL = {"id": "c1", "type": "function", "function": {"name": "get_weather_0", "arguments": '{"city": "Lyon"}'}}
_OLLAMA_CALL = {"function": {"name": "get_weather_0", "arguments": {"city": "Lyon"}}}
_CREATED = {"model": "m", "created_at": "2024-01-01T00:00:00Z"}
_COUNTS = {"prompt_eval_count": 50, "eval_count": 10}
_USAGE = {"prompt_tokens": 50, "completion_tokens": 10, "total_tokens": 60}
_LAST = {**_CREATED, "done": True, "done_reason": "stop", **_COUNTS}
_OTHER = {"version": "0.12.0", "template": "", "model_info": {}, "capabilities": ["completion", "tools"]}


def whole(path: str) -> dict[str, Any]:
    """The whole answer of a route."""
    if path.endswith("/api/generate"):
        return {**_LAST, "response": CALL}
    if path.endswith("/api/chat"):
        return {**_LAST, "message": {"role": "assistant", "content": "", "tool_calls": [_OLLAMA_CALL]}}
    if path.endswith("/chat/completions"):
        message = {"role": "assistant", "content": None, "tool_calls": [_OPENAI_CALL]}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
        return {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [choice],
            "usage": _USAGE,
        }
    return _OTHER


def piece(path: str, text: str | None) -> bytes:
    """One piece of a stream; None: its end."""
    if path.endswith("/api/generate"):
        value: dict[str, Any] = {**_LAST, "response": ""} if text is None else {**_CREATED, "response": text}
    elif path.endswith("/api/chat"):
        message = {"role": "assistant", "content": text or ""}
        value = {**(_LAST if text is None else {**_CREATED, "done": False}), "message": message}
    else:
        choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": None if text else "stop"}
        value = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        return b"data: " + json.dumps(value).encode() + b"\n\n" + (b"" if text else b"data: [DONE]\n\n")
    return json.dumps({"done": False, **value}).encode() + b"\n"


async def pieces(path: str, count: int) -> AsyncIterator[bytes]:
    """The pieces of a stream, as they are to be sent."""
    if path.startswith("/stamped/"):
        await asyncio.sleep(0.01)
        yield piece(path, f"{time.monotonic_ns()} ")
        await asyncio.sleep(0.01)
    else:
        # Different words: LiteLLM takes the same chunk again and again for a model that has run away.
        for number in range(count):
            yield piece(path, f" word{number}")
            if path.startswith("/paced/"):
                await asyncio.sleep(0.001)
    yield piece(path, None)


def serve(port: int, count: int) -> None:
    """Answer until the process ends."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    kind = {True: b"text/event-stream", False: b"application/x-ndjson"}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while asked := await reader.readuntil(b"\r\n\r\n"):
            fields = asked.lower().split(b"content-length:")
            body = await reader.readexactly(int(fields[1].split(b"\r\n")[0])) if len(fields) > 1 else b"{}"
            path = asked.split(b" ", 2)[1].decode()
            openai = path.endswith("completions")
            if path.startswith("/slow/"):
                await asyncio.sleep(0.05)
            if not json.loads(body or b"{}").get("stream", path.endswith(("generate", "chat"))):
                reply = json.dumps(whole(path)).encode()
                writer.write(head + b"Content-Length: %d\r\n\r\n" % len(reply) + reply)
                continue
            writer.write(head.replace(b"application/json", kind[openai]) + b"Transfer-Encoding: chunked\r\n\r\n")
            async for data in pieces(path, count):
                if writer.is_closing():
                    return
                writer.write(b"%x\r\n%b\r\n" % (len(data), data))
            writer.write(b"0\r\n\r\n")

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await answer(reader, writer)
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(guarded, "127.0.0.1", port, backlog=1024)
        await server.serve_forever()

    asyncio.run(run())


@contextlib.contextmanager
def running(count: int) -> Iterator[str]:
    """The address of a server whose streams have so many pieces; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, str(port), str(count)])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise SystemExit("The server of the benchmarks did not start.")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
