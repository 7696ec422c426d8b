"""A server that speaks Ollama's /api/generate over real sockets and says what a test has told it to say."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer of the server.

    pieces  the text, in the pieces that a streamed answer has.
    status  of HTTP; an error's message is then in error.
    wait    seconds before the first byte; pause: before every piece.
    broken  the connection ends after the pieces, without the last object.
    counts  whether the last object says how many tokens there were.
    """

    pieces: tuple[str, ...] = ("",)
    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    pause: float = 0.0
    broken: bool = False
    counts: bool = True
    done_reason: str = "stop"


def says(*pieces: str, **details: Any) -> Reply:
    return Reply(pieces=pieces, **details)


class ScriptedOllama:
    """The server: queue replies with will_say; the last one is repeated.

    bodies       the requests for text so far.
    asked_about  how often it was asked for facts about a model.
    template     what it says of the model's template; facts: of the model itself.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.template = ""
        self.facts: dict[str, Any] = {}
        self.asked_about = 0
        self.aborted = threading.Event()
        self._replies: deque[Reply] = deque()
        self._lock = threading.Lock()

    def will_say(self, *replies: Reply | str) -> None:
        self._replies = deque(reply if isinstance(reply, Reply) else says(reply) for reply in replies)

    def next_reply(self) -> Reply:
        with self._lock:
            return self._replies.popleft() if len(self._replies) > 1 else self._replies[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536
    script: ScriptedOllama

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *args: Any) -> None: ...

    def do_GET(self) -> None:
        self._json(200, {"version": "0.12.0"} if self.path == "/api/version" else {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            self.script.asked_about += 1
            self._json(200, {"template": self.script.template, "model_info": self.script.facts})
            return
        assert self.path == "/api/generate", self.path
        self.script.bodies.append(body)
        self.script.headers.append(dict(self.headers.items()))
        reply = self.script.next_reply()
        time.sleep(reply.wait)
        if reply.status != 200:
            self._json(reply.status, {"error": reply.error}, reply.headers)
        elif body.get("stream") is False:
            self._json(200, {"model": body["model"], "response": "".join(reply.pieces), **_last(reply)})
        else:
            self._stream(body, reply)

    def _stream(self, body: dict[str, Any], reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        try:
            for piece in reply.pieces:
                time.sleep(reply.pause)
                self._chunk({"model": body["model"], "response": piece, "done": False})
            if reply.broken:
                self.close_connection = True
                return
            self._chunk({"model": body["model"], "response": "", **_last(reply)})
            self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        except OSError:
            self.script.aborted.set()
            self.close_connection = True

    def _chunk(self, value: dict[str, Any]) -> None:
        line = json.dumps(value).encode() + b"\n"
        self.wfile.write(b"%x\r\n%b\r\n" % (len(line), line))
        self.wfile.flush()

    def _json(self, status: int, value: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        payload = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(payload)
        self.wfile.flush()


def _last(reply: Reply) -> dict[str, Any]:
    counts = {"prompt_eval_count": 11, "eval_count": 7} if reply.counts else {}
    return {"done": True, "done_reason": reply.done_reason, **counts}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what some tests are about."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


@contextmanager
def scripted_ollama() -> Iterator[ScriptedOllama]:
    """A running server, stopped at the end."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    handler.script = ScriptedOllama(f"http://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield handler.script  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
