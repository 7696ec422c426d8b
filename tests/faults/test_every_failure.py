"""Every failure, for every backend, in every way of fetching a text: the class, in time, and nothing left behind."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable
from typing import Any

import httpx
import pytest

from backends.wire import WIRES
from faults.modes import MODES, STREAMS, generation, source
from faults.wild_server import (
    CLOSE,
    RESET,
    Action,
    Request,
    Wait,
    WildServer,
    chunked,
    eventually,
    head,
    reply,
    streamed,
)
from litellm_fnwrap.backends import exchange
from litellm_fnwrap.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectError,
    FnWrapError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ReadTimeoutError,
    ServerError,
    UnavailableError,
)

NAMES = sorted(WIRES)
PATIENCE = 0.06
HTML = "<!DOCTYPE html><html><body>nginx says no</body></html>"
MESSAGE = {"error": {"message": "so it is"}}


def is_generation(request: Request) -> bool:
    return request.method == "POST" and request.path not in ("/tokenize", "/api/show")


def answer_with(server: WildServer, actions: Iterable[Action]) -> None:
    """Answer the request for text with these actions, and know nothing about models."""
    listed = list(actions)
    server.answer = lambda request: listed if is_generation(request) else [reply({"error": "no such route"}, 404)]


def kind_of(name: str) -> str:
    return "application/x-ndjson" if name == "ollama" else "text/event-stream"


def is_streaming(name: str, mode: str) -> bool:
    return mode in STREAMS and name != "webui_2023"


def pieces(name: str, count: int = 2) -> list[str]:
    return WIRES[name].stream(["Hel", "lo ", "there"], "stop")[:count]


def body_of(name: str) -> str:
    return json.dumps(WIRES[name].reply("Hello there", "stop"))


def before_the_answer(name: str, mode: str) -> dict[str, tuple[list[Action], type[FnWrapError], str]]:
    """Failures that look the same whether a stream is wanted or not."""
    return {
        "closed_at_once": ([CLOSE], ConnectError, "before it answered"),
        "reset_at_once": ([RESET], ConnectError, "before it answered"),
        "half_a_status_line": ([b"HTTP/1.1 2", CLOSE], ConnectError, "before it answered"),
        "no_http": ([b"SSH-2.0-OpenSSH_9.6\r\n", CLOSE], ConnectError, "before it answered"),
        "silence": ([Wait(5)], ReadTimeoutError, "within 0.06 seconds"),
        "silence_after_headers": (
            [head(kind=kind_of(name), transfer_encoding="chunked"), Wait(5)], ReadTimeoutError, "0.06"),
        "html_page": ([reply(HTML, kind="text/html")], ServerError, "HTML page"),
        "html_bad_gateway": ([reply(HTML, 502, "text/html")], UnavailableError, "HTML page"),
        "redirect": ([reply("", 307, location="https://u:p@elsewhere/x?key=1")], NotFoundError, "https://elsewhere/x"),
        "rate_limit": ([reply(MESSAGE, 429, retry_after="7")], RateLimitError, "so it is"),
        "no_key": ([reply(MESSAGE, 401)], AuthenticationError, "api_key"),
        "forbidden": ([reply(MESSAGE, 403)], PermissionDeniedError, "so it is"),
        "not_found": ([reply(MESSAGE, 404)], NotFoundError, "so it is"),
        "bad_request": ([reply(MESSAGE, 400)], BadRequestError, "so it is"),
        "loading": ([reply(MESSAGE, 503)], UnavailableError, "so it is"),
        "crashed": ([reply("Internal Server Error", 500, "text/plain")], ServerError, "Internal Server Error"),
        "empty_error": ([reply("", 500)], ServerError, "empty reply"),
        "error_cut_short": ([head(500, content_length="99") + b"oh", CLOSE], ServerError, "500"),
        "endless_error": ([head(500, content_length="99"), b"oh", Wait(5)], ServerError, "500"),
        "error_inside_200": ([reply({"error": {"message": "so it is"}})], ServerError, "so it is"),
        "no_json": ([reply("Hello there")], ServerError, "no JSON"),
        "empty_body": ([reply("")], ServerError, "cannot be read"),
        "other_json": ([reply({"hello": 1})], ServerError, "not what"),
    }  # fmt: skip


def in_a_reply(name: str) -> dict[str, tuple[list[Action], type[FnWrapError], str]]:
    body = body_of(name).encode()
    start = head(kind="application/json", content_length=str(len(body)))
    return {
        "cut_body": ([start + body[:20], CLOSE], ServerError, "broke off"),
        "reset_body": ([start + body[:20], RESET], ServerError, "broke off"),
        "stalled_body": ([start + body[:20], Wait(5)], ReadTimeoutError, "0.06"),
        "dripping_body": ([start, *_drip(body)], ReadTimeoutError, "0.06"),
    }


def _drip(body: bytes) -> list[Action]:
    return [action for byte in body for action in (bytes([byte]), Wait(0.05))]


def in_a_stream(name: str) -> dict[str, tuple[list[Action], type[FnWrapError], str]]:
    start = [head(kind=kind_of(name), transfer_encoding="chunked"), *chunked(*pieces(name))]
    pings = [item for _ in range(50) for item in (*chunked("\n" if name == "ollama" else ": ping\n\n"), Wait(0.02))]
    return {
        "cut_between_chunks": ([*start, CLOSE], ServerError, "broke off"),
        "cut_inside_a_chunk": ([*start, b"40\r\nhalf", CLOSE], ServerError, "broke off"),
        "reset_in_the_middle": ([*start, RESET], ServerError, "broke off"),
        "stalled_between_tokens": ([*start, Wait(5)], ReadTimeoutError, "0.06"),
        "only_pings": ([*start, *pings, Wait(5)], ReadTimeoutError, "0.06"),
        "ends_without_an_end": (streamed(*pieces(name), kind=kind_of(name)), ServerError, "without a finish reason"),
        "empty_stream": (streamed(kind=kind_of(name)), ServerError, "before any text"),
        "error_first": (streamed(WIRES[name].error, kind=kind_of(name)), ServerError, "it went wrong"),
        "error_after_text": (
            streamed(*pieces(name), WIRES[name].error, kind=kind_of(name)), ServerError, "it went wrong"),
        "broken_json": (streamed(*pieces(name), 'data: {"a\n\n', kind=kind_of(name)), ServerError, "no JSON"),
        "html_in_a_stream": (streamed(HTML, kind=kind_of(name)), ServerError, "cannot be read"),
    }  # fmt: skip


def failures(name: str, mode: str) -> dict[str, tuple[list[Action], type[FnWrapError], str]]:
    own = in_a_stream(name) if is_streaming(name, mode) else in_a_reply(name)
    return before_the_answer(name, mode) | own


def cases() -> list[Any]:
    found = []
    for name in NAMES:
        for mode in MODES:
            for case in failures(name, mode):
                found.append(pytest.param(name, mode, case, id=f"{name}-{mode}-{case}"))
    return found


def times_sent(server: WildServer) -> int:
    """How often the text was asked for, not counting a request on a kept connection that broke under it."""
    asked = [request for request in server.requests if is_generation(request)]
    kept = {request.port for request in server.requests if not is_generation(request)}
    return len(asked) - (len(asked) > 1 and asked[0].port in kept)


@pytest.mark.parametrize(("name", "mode", "case"), cases())
def test_failure_is_its_exception_in_time(server: WildServer, name: str, mode: str, case: str) -> None:
    actions, kind, words = failures(name, mode)[case]
    answer_with(server, actions)
    patience = PATIENCE if kind is ReadTimeoutError else 1.0 if "endless" in case else 10.0
    text = source(name, server.url, timeout=httpx.Timeout(patience, connect=10.0))
    began = time.monotonic()
    with pytest.raises(FnWrapError) as caught:
        MODES[mode](text, generation())
    assert type(caught.value) is kind, f"{type(caught.value).__name__}: {caught.value}"
    assert words in str(caught.value)
    assert caught.value.backend == name
    assert time.monotonic() - began < 4, "the server was waited for"
    assert "u:p@" not in str(caught.value)
    if case == "rate_limit":
        assert caught.value.retry_after == 7
    # On a busy machine the server may find a request only after the client has lost its patience.
    assert eventually(lambda: times_sent(server) > 0, 2.0)
    assert times_sent(server) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
def test_server_that_is_not_there_is_unreachable(name: str, mode: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectError, match=f"127.0.0.1:{port}.* cannot be reached") as caught:
        MODES[mode](source(name, f"http://user:secret@127.0.0.1:{port}", api_key="sk-1"), generation())
    assert caught.value.status == 503
    for shown in (str(caught.value), repr(caught.value)):
        assert "secret" not in shown
        assert "sk-1" not in shown


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
def test_answer_in_single_bytes_is_the_answer(server: WildServer, name: str, mode: str) -> None:
    parts = ["H\u00e9l", "\U0001f600 \u4e2d", "\u6587"]
    if is_streaming(name, mode):
        data = "".join(WIRES[name].stream(parts, "stop")).encode()
        answer_with(server, streamed(*(data[n : n + 1] for n in range(len(data))), kind=kind_of(name)))
    else:
        body = json.dumps(WIRES[name].reply("".join(parts), "stop"), ensure_ascii=False).encode()
        start = head(kind="application/json", content_length=str(len(body)))
        answer_with(server, [start, *(body[n : n + 1] for n in range(len(body)))])
    chunk = MODES[mode](source(name, server.url), generation())
    assert (chunk.text, chunk.finish_reason) == ("".join(parts), "stop")


@pytest.mark.parametrize("mode", STREAMS)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "webui_2023"])
def test_whole_answer_to_a_stream_request_is_taken(server: WildServer, name: str, mode: str) -> None:
    answer_with(server, [reply(body_of(name))])
    chunk = MODES[mode](source(name, server.url), generation())
    assert (chunk.text, chunk.finish_reason) == ("Hello there", "stop")


@pytest.mark.parametrize("mode", MODES)
def test_reply_that_does_not_end_is_bounded(server: WildServer, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_BODY", 1_000_000)
    if mode in STREAMS:
        piece = "".join(WIRES["vllm"].stream(["x" * 10_000], "stop")[:1])
        answer_with(server, [head(transfer_encoding="chunked"), *chunked(*[piece] * 1000)])
    else:
        answer_with(server, [head(kind="application/json", content_length="9999999"), *[b" " * 10_000] * 999])
    with pytest.raises(ServerError, match="longer than 1000000 bytes"):
        MODES[mode](source("vllm", server.url), generation())


@pytest.mark.parametrize("mode", STREAMS)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "webui_2023"])
def test_server_that_does_not_end_its_reply_is_not_waited_for(server: WildServer, name: str, mode: str) -> None:
    events = WIRES[name].stream(["Hello"], "stop")
    answer_with(server, [head(kind=kind_of(name), transfer_encoding="chunked"), *chunked(*events), Wait(20)])
    began = time.monotonic()
    chunk = MODES[mode](source(name, server.url, timeout=15), generation())
    assert (chunk.text, chunk.finish_reason) == ("Hello", "stop")
    assert time.monotonic() - began < 5
