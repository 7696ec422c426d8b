"""Servers that mean harm, or are broken beyond hope: an error of ours, soon, in bounded memory, without secrets."""

from __future__ import annotations

import gzip
import json
import logging
import re
import subprocess
import sys
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from backends.wire import WIRES
from faults.modes import MODES, STREAMS, generation, source
from faults.wild_server import Action, Request, WildServer, chunked, eventually, head, reply
from litellm_fnwrap.backends import exchange, framing, runner
from litellm_fnwrap.errors import BadRequestError, FnWrapError, NotFoundError, RateLimitError, ServerError

MEGABYTE = 1024 * 1024
DEEP = b"[" * 200_000
every_mode = pytest.mark.parametrize("mode", MODES)
every_stream = pytest.mark.parametrize("mode", STREAMS)


def fail(server: WildServer, mode: str, actions: list[Action], name: str = "llamacpp", **changes: Any) -> FnWrapError:
    """The error of a text that is fetched from a server which answers with these actions."""
    server.answer = lambda request: actions
    with pytest.raises(FnWrapError) as caught:
        MODES[mode](source(name, server.url, **changes), generation())
    return caught.value


def bomb(megabytes: int, layers: int = 1) -> bytes:
    """Blanks, packed so that a few bytes become many megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return packed


BOMB = bomb(1000)


@every_mode
def test_gzip_bomb_is_unpacked_no_further_than_a_reply_may_be_long(server: WildServer, mode: str) -> None:
    kind = "text/event-stream" if mode in STREAMS else "application/json"
    actions: list[Action] = [reply(BOMB, kind=kind, content_encoding="gzip")]
    tracemalloc.start()
    try:
        error = fail(server, mode, actions)
        most = tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()
    assert isinstance(error, ServerError)
    # A stream's line has a bound of its own; which of the two is met first depends on how the bytes arrive.
    assert re.search("longer than|a line of more than", str(error))
    assert most < 450


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd", "identity, gzip", "made-up"])
@every_mode
def test_packing_that_knows_no_bound_is_not_unpacked(server: WildServer, mode: str, packing: str, status: int) -> None:
    error = fail(server, mode, [reply(bomb(64, layers=2), status, content_encoding=packing)])
    assert isinstance(error, ServerError)
    if status == 200:
        assert f"compressed as {packing!r}, which was not asked for" in str(error)


@pytest.mark.parametrize("status", [200, 400, 500])
@every_mode
def test_json_nested_without_end_is_an_error_of_the_server(server: WildServer, mode: str, status: int) -> None:
    kind = "text/event-stream" if mode in STREAMS and status == 200 else "application/json"
    body = (b"data: " + DEEP + b"\n\n") if kind == "text/event-stream" else DEEP
    error = fail(server, mode, [reply(body, status, kind=kind)])
    assert isinstance(error, BadRequestError if status == 400 else ServerError)
    assert len(str(error)) < 3000


@every_mode
def test_model_facts_nested_without_end_are_no_facts(server: WildServer, mode: str) -> None:
    server.answer = lambda request: (
        [reply(DEEP)] if request.method == "GET" else [reply(WIRES["ollama"].reply("Hello", "stop"))]
    )
    text = source("ollama", server.url)
    assert text.info().context_window is None
    assert MODES[mode](text, generation()).text == "Hello"


@every_stream
def test_line_without_end_is_bounded(server: WildServer, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_LINE", MEGABYTE)
    endless = [head(transfer_encoding="chunked"), *chunked("data: "), *chunked("x" * 65_000) * 100]
    began = time.monotonic()
    error = fail(server, mode, endless)
    assert isinstance(error, ServerError)
    assert f"a line of more than {MEGABYTE} bytes" in str(error)
    assert time.monotonic() - began < 4


@every_stream
def test_stream_of_pings_without_end_is_bounded(server: WildServer, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_BODY", MEGABYTE)
    error = fail(server, mode, [head(transfer_encoding="chunked"), *chunked(": ping\n\n" * 5000) * 100])
    assert isinstance(error, ServerError)
    assert f"longer than {MEGABYTE} bytes" in str(error)


@every_mode
def test_headers_without_end_are_bounded(server: WildServer, mode: str) -> None:
    error = fail(server, mode, [b"HTTP/1.1 200 OK\r\n", *[b"X-Filler: %s\r\n" % (b"x" * 10_000)] * 100])
    assert error.retryable


@every_mode
def test_error_of_a_megabyte_is_told_in_brief(server: WildServer, mode: str) -> None:
    for body in (json.dumps({"error": "n_keep " * 150_000}), "<html>" + "<" * MEGABYTE, "word " * 200_000):
        began = time.process_time()
        error = fail(server, mode, [reply(body, 500)])
        assert isinstance(error, ServerError)
        assert len(str(error)) < 3000
        assert len(error.raw) <= 2000
        assert time.process_time() - began < 2, "the words of a server were searched for too long"


@pytest.mark.parametrize(
    "detail",
    [
        [{"loc": None, "msg": None}],
        [{"loc": 5, "ctx": {"permitted": 3}}],
        [{"loc": ["a"], "ctx": []}],
        [None, 1, "x"],
        {"error": {"code": "\u00b2", "message": ["x"]}},
        {"error": {"code": "9" * 5000, "type": {"a": 1}}},
        {"error": {"message": {"deep": [1]}, "code": True}},
        5,
    ],
)
@every_mode
def test_error_body_of_any_shape_is_an_error_of_its_status(server: WildServer, mode: str, detail: Any) -> None:
    assert isinstance(fail(server, mode, [reply({"detail": detail}, 400)]), BadRequestError)
    assert isinstance(fail(server, mode, [reply({"detail": detail, "error": detail}, 500)], "ollama"), ServerError)


@pytest.mark.parametrize("where", ["http://[nowhere", "http://a:b:c/", "", "//", "\x7f", "javascript:alert(1)"])
@every_mode
def test_redirect_to_nowhere_is_refused_as_any_other(server: WildServer, mode: str, where: str) -> None:
    assert isinstance(fail(server, mode, [reply("", 302, location=where)]), NotFoundError)


@every_mode
def test_redirect_sends_nothing_to_the_other_address(server: WildServer, mode: str) -> None:
    other = WildServer()
    try:
        for status in (301, 302, 303, 307, 308):
            error = fail(server, mode, [reply("", status, location=f"{other.url}/v1?key=sk-1")], api_key="sk-1")
            assert isinstance(error, NotFoundError)
            assert f"{other.url}/v1" in str(error)
            assert "sk-1" not in str(error)
        assert not other.requests
    finally:
        other.close()


@pytest.mark.parametrize(
    ("header", "seconds"), [("inf", None), ("nan", None), ("1e400", None), ("12", 12.0), ("Mon, 99 Abc", None)]
)
@every_mode
def test_seconds_to_wait_are_a_number_or_unknown(
    server: WildServer, mode: str, header: str, seconds: float | None
) -> None:
    error = fail(server, mode, [reply("{}", 429, retry_after=header)])
    assert isinstance(error, RateLimitError)
    assert error.retry_after == seconds


@every_mode
def test_halves_of_characters_can_be_written_everywhere(server: WildServer, mode: str) -> None:
    wire = WIRES["ollama"]
    halves = ("\ud83d", "\ude00 \ud83d\ude00", "\udfff!")
    if mode in STREAMS:
        body = "".join(json.dumps({"response": half, "done": False}) + "\n" for half in halves)
        body += json.dumps(wire.reply("", "stop")) + "\n"
        server.answer = lambda request: [reply(body, kind="application/x-ndjson")]
    else:
        server.answer = lambda request: [reply(json.dumps(wire.reply("".join(halves), "stop")))]
    text = MODES[mode](source("ollama", server.url), generation()).text
    assert text.encode("utf-8").decode().endswith("\ufffd!")
    assert "\U0001f600" in text


@pytest.mark.parametrize("count", ["9", -1, 2.5, True, None, [1], {}])
@every_mode
def test_count_that_is_no_number_is_no_count(server: WildServer, mode: str, count: Any) -> None:
    last = {**WIRES["ollama"].reply("Hello", "stop"), "prompt_eval_count": count, "eval_count": count}
    server.answer = lambda request: [reply(last)]
    usage = MODES[mode](source("ollama", server.url), generation()).usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens) == (None, None)


@pytest.mark.parametrize("text", [5, ["x"], {"a": 1}, True])
@pytest.mark.parametrize("name", ["llamacpp", "koboldcpp", "openai_text", "openai_chat", "tgi", "sglang", "ollama"])
def test_text_that_is_no_string_is_an_error_of_the_server(server: WildServer, name: str, text: Any) -> None:
    body = json.dumps(WIRES[name].reply("PLACE", "length")).replace('"PLACE"', json.dumps(text))
    for mode in MODES:
        assert isinstance(fail(server, mode, [reply(body)], name), ServerError)


@every_mode
def test_login_in_the_address_is_sent_and_never_shown(
    server: WildServer, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = server.url.replace("http://", "http://someone:pass%40word@")
    error = fail(server, mode, [reply({"error": "no"}, 401)], api_base=url, api_key="sk-verysecret")
    assert server.requests[-1].headers["authorization"] == "Basic c29tZW9uZTpwYXNzQHdvcmQ="
    shown = f"{error!r} {error} {error.raw} {caplog.text} {error.__cause__!r}"
    for secret in ("pass%40word", "pass@word", "c29tZW9uZTpwYXNzQHdvcmQ", "sk-verysecret"):
        assert secret not in shown


@every_mode
def test_key_is_sent_and_never_logged(server: WildServer, mode: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fail(server, mode, [reply({"error": "key sk-verysecret is wrong"}, 401)], api_key="sk-verysecret")
    assert server.requests[-1].headers["authorization"] == "Bearer sk-verysecret"
    assert "sk-verysecret" not in caplog.text


@pytest.mark.parametrize("named", ["Authorization", "authorization", "AUTHORIZATION"])
def test_callers_own_authorization_is_the_only_one(server: WildServer, named: str) -> None:
    sent: list[str] = []

    def answer(request: Request) -> list[Action]:
        sent.append(request.headers["authorization"])
        return [reply(WIRES["llamacpp"].reply("Hello", "stop"))]

    server.answer = answer
    url = server.url.replace("http://", "http://someone:else@")
    source("llamacpp", url, api_key="sk-1", headers={named: "Token mine"}).complete(generation())
    assert sent == ["Token mine"]


def test_facts_about_models_are_kept_for_a_bounded_number(server: WildServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "INFO_LIMIT", 10)
    server.answer = lambda request: [reply({"max_total_tokens": 9})]
    for number in range(50):
        assert source("tgi", server.url, model=f"m{number}").info().context_window == 9
    assert len(runner._known) == 10


PATIENT = """
import resource, sys, threading
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.errors import FnWrapError
from litellm_fnwrap.generation import Generation, Prompt

source = open_source("openai_text", model="m", api_base=sys.argv[1], timeout=60)
source.info()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    for chunk in source.stream(Generation(model="m", prompt=Prompt(text="Hi"))):
        pass
except FnWrapError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_endless_stream_costs_a_process_no_more_than_its_bound(server: WildServer) -> None:
    def forever() -> Iterator[Action]:
        yield head(transfer_encoding="chunked")
        yield from chunked("data: ")
        while True:
            yield from chunked("x" * 65_536)

    server.answer = lambda request: forever() if request.method == "POST" else [reply({}, 404)]
    done = subprocess.run([sys.executable, "-c", PATIENT, server.url], capture_output=True, timeout=60, text=True)
    said, grown = done.stdout.splitlines()
    assert "a line of more than" in said, done.stderr
    assert int(grown) < 150, "megabytes"
    assert eventually(lambda: server.answering == 0)
