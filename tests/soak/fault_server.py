"""A server of five kinds that fails as its client asks it to: the prompt names the fault ("fault: reset").

    python tests/soak/fault_server.py

It prints its port and runs until it is ended; a process of its own, so that its memory is not the client's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import struct
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backends.wire import WIRES

ROUTES = {
    "/api/generate": "ollama",
    "/completion": "llamacpp",
    "/v1/completions": "vllm",
    "/v1/chat/completions": "openai_chat",
    "/generate": "tgi",
    "/generate_stream": "tgi",
}
ANSWER = ["It is ", "sunny ", "in Lyon."]
CALL = ['<tool_call>\n{"name": "get_', 'weather", "arguments": {"city"', ': "Lyon"}}\n</tool_call>']
STATUSES = {"s400": 400, "s401": 401, "s404": 404, "s429": 429, "s500": 500, "s502": 502, "s503": 503}
STALL = 20.0
BODIES = {
    "garbage": (bytes(range(256)) * 4, "application/json"),
    "html": (b"<html>hello</html>", "text/html"),
    "error_inside": (b'{"error": {"message": "it went wrong"}}', "application/json"),
}


class Gone(Exception):
    """The connection is to be closed, or has been."""


def pieces_of(body: dict[str, Any]) -> list[str]:
    return CALL if "get_weather" in json.dumps(body) else ANSWER


def is_stream(path: str, body: dict[str, Any]) -> bool:
    return path == "/generate_stream" or bool(body.get("stream"))


async def send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def answer(writer: asyncio.StreamWriter, status: int, body: bytes, kind: str = "application/json") -> None:
    extra = b"Retry-After: 3\r\n" if status == 429 else b""
    top = f"HTTP/1.1 {status} Whatever\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n".encode()
    await send(writer, top + extra + b"\r\n" + body)


async def stall(reader: asyncio.StreamReader) -> None:
    """Say nothing until the client has gone."""
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(reader.read(1), STALL)
    raise Gone


def reset(writer: asyncio.StreamWriter) -> None:
    wire = writer.get_extra_info("socket")
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Gone


async def stream(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, pieces: list[str], fault: str
) -> None:
    kind = "application/x-ndjson" if name == "ollama" else "text/event-stream"
    await send(writer, f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    events = [event.encode() for event in WIRES[name].stream(pieces, "stop")]
    for number, event in enumerate(events):
        await send(writer, b"%x\r\n%s\r\n" % (len(event), event))
        if number == 1 and fault == "cut":
            raise Gone
        if number == 1 and fault == "stall_later":
            await stall(reader)
        if number == 1 and fault == "error_later":
            error = WIRES[name].error.encode()
            await send(writer, b"%x\r\n%s\r\n" % (len(error), error))
            break
        await asyncio.sleep(0.5 if fault == "slow" and number == 0 else 0)
    await send(writer, b"0\r\n\r\n")


async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    path = head.split(" ")[1]
    length = int((re.search(r"content-length: *(\d+)", head, re.IGNORECASE) or [0, 0])[1])
    raw = await reader.readexactly(length) if length else b"{}"
    if path not in ROUTES:
        return await answer(writer, 404, b'{"error": "no such route"}')
    body, name = json.loads(raw), ROUTES[path]
    fault = (re.search(rb"fault: (\w+)", raw) or [b"", b"none"])[1].decode()
    pieces = pieces_of(body)
    whole = json.dumps(WIRES[name].reply("".join(pieces), "stop")).encode()
    if fault in ("reset", "closed", "stall"):
        await leave(reader, writer, fault)
    elif fault in BODIES:
        await answer(writer, 200, *BODIES[fault])
    elif fault in STATUSES:
        await answer(writer, STATUSES[fault], b'{"error": {"message": "so it is"}}')
    elif is_stream(path, body):
        await stream(reader, writer, name, pieces, fault)
    elif fault in ("cut", "stall_later"):
        await send(writer, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n" + whole)
        await leave(reader, writer, "stall" if fault == "stall_later" else "closed")
    elif fault == "error_later":
        await answer(writer, 200, b'{"error": "it went wrong"}')
    else:
        await asyncio.sleep(0.5 if fault == "slow" else 0)
        await answer(writer, 200, whole)


async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, how: str) -> None:
    """End the connection without an answer."""
    if how == "reset":
        reset(writer)
    elif how == "stall":
        await stall(reader)
    raise Gone


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            await one(reader, writer)
    except (Gone, asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
