"""A server on a real socket that does exactly what a test tells it, byte by byte, and watches what the client does."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Wait:
    """Say nothing for some seconds, or until the client goes away."""

    seconds: float


class Reset:
    """Break the connection with a TCP reset."""


class Close:
    """Close the connection without another word."""


Action = bytes | Wait | Reset | Close
RESET, CLOSE = Reset(), Close()


@dataclass(slots=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    port: int


def reply(body: Any, status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """A whole reply, headers and body in one piece."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return head(status, kind, content_length=str(len(data)), **headers) + data


def head(status: int = 200, kind: str = "text/event-stream", **headers: str) -> bytes:
    """The beginning of a reply."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def chunked(*parts: str | bytes) -> list[bytes]:
    """Pieces of a reply in chunked encoding, its end not included."""
    data = [part.encode() if isinstance(part, str) else part for part in parts]
    return [b"%x\r\n%s\r\n" % (len(part), part) for part in data if part]


def streamed(*parts: str | bytes, kind: str = "text/event-stream") -> list[bytes]:
    """A whole streamed reply."""
    return [head(kind=kind, transfer_encoding="chunked"), *chunked(*parts), b"0\r\n\r\n"]


@dataclass
class WildServer:
    """Answers each request with the actions that answer gives for it.

    requests   all requests so far, in order.
    abandoned  how often a client went away while the server still had something to do.
    answering  how many requests are being answered now.
    """

    answer: Callable[[Request], Iterable[Action]] = lambda request: [reply({}, 404)]
    requests: list[Request] = field(default_factory=list)
    abandoned: int = 0
    answering: int = 0

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="wild-server", daemon=True)
        self._thread.start()

    @property
    def connections(self) -> int:
        """How many connections are open."""
        with self._lock:
            return len(self._open)

    def close(self) -> None:
        """Stop listening and break what is open."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, (_, port) = self._socket.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection, port), daemon=True).start()

    def _serve(self, connection: socket.socket, port: int) -> None:
        with contextlib.suppress(OSError):
            for request in _requests(connection, port):
                with self._lock:
                    self.requests.append(request)
                    self.answering += 1
                try:
                    if not self._play(connection, self.answer(request)):
                        break
                finally:
                    with self._lock:
                        self.answering -= 1
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _play(self, connection: socket.socket, actions: Iterable[Action]) -> bool:
        """Do what the test wants; False when the connection is over."""
        for action in actions:
            if isinstance(action, bytes):
                if not self._send(connection, action):
                    return False
            elif isinstance(action, Wait):
                if select.select([connection], [], [], action.seconds)[0]:
                    return self._left()
            else:
                if isinstance(action, Reset):
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
        return True

    def _send(self, connection: socket.socket, data: bytes) -> bool:
        try:
            connection.sendall(data)
        except OSError:
            return self._left()
        return True

    def _left(self) -> bool:
        with self._lock:
            self.abandoned += 1
        return False


def _requests(connection: socket.socket, port: int) -> Iterator[Request]:
    """The requests of one connection, until the client closes it."""
    held = b""
    while True:
        while b"\r\n\r\n" not in held:
            data = connection.recv(65536)
            if not data:
                return
            held += data
        top, held = held.split(b"\r\n\r\n", 1)
        first, *lines = top.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(held) < length:
            held += connection.recv(65536)
        body, held = held[:length], held[length:]
        method, path, _ = first.split(" ")
        yield Request(method, path, headers, json.loads(body) if body else None, port)


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True
