"""Requests leave in one piece, whatever their length, and one that is refused unread still gets its answer."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest

from backends.wire import WIRES
from faults.modes import MODES, source
from faults.wild_server import WildServer, reply
from litellm_fnwrap.backends import connections
from litellm_fnwrap.backends.sending import _AsyncStream, _Stream
from litellm_fnwrap.errors import ConnectError, FnWrapError
from litellm_fnwrap.generation import Generation, Prompt

ANSWER = reply(WIRES["llamacpp"].reply("Hello", "stop"))
LONG = b"x" * (1 << 19)
CERTIFICATE = Path(__file__).with_name("localhost.pem")


class Secure(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.wfile.write(reply(WIRES["llamacpp"].reply(f"read {len(body['prompt'])}", "stop")))

    def log_message(self, *args: Any) -> None:
        pass


def asking(prompt: str) -> Generation:
    return Generation(model="m", prompt=Prompt(text=prompt))


class Wire(httpcore.NetworkStream):
    """Keeps what is written; a broken one writes nothing, and can still be read."""

    def __init__(self, *, broken: bool = False) -> None:
        self.written: list[bytes] = []
        self.broken = broken

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self.broken:
            raise httpcore.WriteError("broken pipe")
        self.written.append(buffer)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return b"HTTP/1.1 413 Too Long\r\n\r\n"


class AsyncWire(httpcore.AsyncNetworkStream):
    def __init__(self, *, broken: bool = False) -> None:
        self._wire = Wire(broken=broken)
        self.written = self._wire.written

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._wire.write(buffer, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._wire.read(max_bytes, timeout)


def exchanged(parts: list[bytes], *, on_loop: bool, broken: bool = False) -> tuple[list[bytes], bytes]:
    """What is written when the parts of a request are, and what is read then."""
    if not on_loop:
        wire = Wire(broken=broken)
        stream = _Stream(wire)
        for part in parts:
            stream.write(part, 1.0)
        return wire.written, stream.read(1024, 1.0)

    async def work() -> tuple[list[bytes], bytes]:
        wire = AsyncWire(broken=broken)
        stream = _AsyncStream(wire)
        for part in parts:
            await stream.write(part, 1.0)
        return wire.written, await stream.read(1024, 1.0)

    return asyncio.run(work())


@pytest.mark.parametrize("on_loop", [False, True], ids=["thread", "loop"])
def test_head_and_body_are_written_together(on_loop: bool) -> None:
    written, _ = exchanged([b"POST / HTTP/1.1\r\n\r\n", b"{}", b""], on_loop=on_loop)
    assert written == [b"POST / HTTP/1.1\r\n\r\n{}"]


@pytest.mark.parametrize("on_loop", [False, True], ids=["thread", "loop"])
def test_long_body_is_written_after_its_head(on_loop: bool) -> None:
    written, _ = exchanged([b"head", LONG, b"tail"], on_loop=on_loop)
    assert b"".join(written) == b"head" + LONG + b"tail"


@pytest.mark.parametrize("on_loop", [False, True], ids=["thread", "loop"])
def test_reply_to_a_request_that_could_not_be_written_is_read(on_loop: bool) -> None:
    written, read = exchanged([b"head", b"body"], on_loop=on_loop, broken=True)
    assert (written, read) == ([], b"HTTP/1.1 413 Too Long\r\n\r\n")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("length", [0, 1000, 1 << 18, 3 << 20])
def test_prompt_of_any_length_arrives_whole(server: WildServer, mode: str, length: int) -> None:
    server.answer = lambda request: [ANSWER]
    prompt = "ä" * length
    assert MODES[mode](source("llamacpp", server.url), asking(prompt)).text == "Hello"
    assert server.requests[-1].body["prompt"] == prompt


@pytest.fixture
def secure(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that speaks TLS, with a certificate that the environment trusts."""
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(CERTIFICATE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Secure)
    server.daemon_threads = True
    server.socket = served.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setattr(connections, "_trust", httpx.create_ssl_context)
    monkeypatch.setattr(connections.CONNECTIONS, "_open", connections._Open())
    yield f"https://localhost:{server.server_address[1]}"
    connections.CONNECTIONS.close()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_request_over_plain_http_reads_no_certificates(
    server: WildServer, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    server.answer = lambda request: [ANSWER]
    asked: list[str] = []
    monkeypatch.setattr(connections, "_trust", lambda: asked.append("read"))
    monkeypatch.setattr(connections, "getproxies", dict)
    monkeypatch.setattr(connections.CONNECTIONS, "_open", connections._Open())
    assert MODES[mode](source("llamacpp", server.url), asking("Hi")).text == "Hello"
    assert asked == []
    connections.CONNECTIONS.close()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_requests_go_through_tls(secure: str, mode: str) -> None:
    text = source("llamacpp", secure)
    for prompt in ("Hi", "x" * (1 << 20), "Hi"):
        assert MODES[mode](text, asking(prompt)).text == f"read {len(prompt)}"


def test_certificate_that_nobody_trusts_is_refused(secure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        source("llamacpp", secure).complete(asking("Hi"))


@pytest.mark.parametrize(
    "more",
    [{}, {"api_key": "sk-1"}, {"headers": {"X-Trace": "7", "Host": "models.example", "content-type": "text/json"}}],
    ids=["plain", "key", "headers"],
)
def test_request_is_the_one_that_a_client_of_the_callers_own_sends(server: WildServer, more: dict[str, Any]) -> None:
    server.answer = lambda request: [ANSWER]
    source("llamacpp", server.url, **more).complete(asking("Hi"))
    with httpx.Client(trust_env=False) as own:
        source("llamacpp", server.url, client=own, **more).complete(asking("Hi"))
    ours, theirs = (request for request in server.requests if request.path == "/completion")
    assert (ours.method, ours.path, ours.body) == (theirs.method, theirs.path, theirs.body)
    assert ours.headers == theirs.headers


@pytest.mark.parametrize("base", ["http://[::1", "http://host:99999", "http://exa mple", "ftp://127.0.0.1"])
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_address_that_is_none_is_refused_in_words(base: str, mode: str) -> None:
    with pytest.raises(FnWrapError, match=r"api_base|address"):
        MODES[mode](source("llamacpp", base), asking("Hi"))
