"""Connections: reused, given back, closed at once when a stream is abandoned, and none across forks and loops."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from backends.wire import WIRES
from faults.modes import MODES, generation, run, source
from faults.wild_server import Action, Request, Wait, WildServer, chunked, eventually, head, reply, streamed
from litellm_fnwrap.backends.connections import CONNECTIONS, BackgroundLoop
from litellm_fnwrap.errors import InvalidRequestError, ServerError, UnavailableError

WHOLE = reply(WIRES["llamacpp"].reply("Hello", "stop"))
SHORT = streamed(*WIRES["llamacpp"].stream(["Hel", "lo"], "stop"))
OPENAI = streamed(*WIRES["openai_text"].stream(["Hel", "lo"], "stop"))
ENDLESS: list[Action] = [head(transfer_encoding="chunked")]
for _ in range(200):
    ENDLESS += [*chunked(WIRES["llamacpp"].stream(["token "], "stop")[0]), Wait(0.05)]


def both(request: Request) -> list[Action]:
    streaming = (request.body or {}).get("stream")
    if "completions" in request.path:
        return OPENAI if streaming else [reply(WIRES["openai_text"].reply("Hello", "stop"))]
    return SHORT if streaming else [WHOLE]


@pytest.mark.parametrize("name", ["llamacpp", "openai_text"])
@pytest.mark.parametrize("mode", ["sync", "stream", "from_thread"])
def test_connection_serves_one_request_after_the_other(server: WildServer, name: str, mode: str) -> None:
    server.answer = both
    text = source(name, server.url)
    for _ in range(5):
        assert MODES[mode](text, generation()).text == "Hello"
    assert len({request.port for request in server.requests}) == 1


@pytest.mark.parametrize("name", ["llamacpp", "openai_text"])
def test_connection_serves_one_request_after_the_other_on_a_loop(server: WildServer, name: str) -> None:
    server.answer = both
    text = source(name, server.url)

    async def several() -> None:
        for _ in range(3):
            assert (await text.acomplete(generation())).text == "Hello"
            async with await text.astream(generation()) as chunks:
                assert "".join([chunk.text async for chunk in chunks]) == "Hello"

    run(several())
    assert len({request.port for request in server.requests}) == 1
    assert eventually(lambda: server.connections == 0), "the loop is gone, but its connection is open"


def test_every_loop_has_its_own_client_and_leaves_none(server: WildServer) -> None:
    server.answer = both
    text = source("llamacpp", server.url)

    async def one() -> httpx.AsyncClient:
        assert (await text.acomplete(generation())).text == "Hello"
        return await CONNECTIONS.async_client()

    with ThreadPoolExecutor(4) as pool:
        clients = list(pool.map(lambda _: asyncio.run(one()), range(8)))
    assert len({id(client) for client in clients}) == 8
    assert all(client.is_closed for client in clients)
    assert eventually(lambda: server.connections == 0)


def test_loop_that_was_closed_carelessly_is_forgotten(server: WildServer) -> None:
    server.answer = both
    text = source("llamacpp", server.url)
    for _ in range(3):
        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(text.acomplete(generation())).text == "Hello"
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
    assert asyncio.run(text.acomplete(generation())).text == "Hello"
    assert len(CONNECTIONS._open.clients) <= 1


def abandon_stream(url: str, how: str) -> None:
    stream = source("llamacpp", url).stream(generation())
    assert next(stream).text == "token "
    if how == "closed":
        stream.close()
        stream.close()
    elif how == "context":
        with stream:
            next(stream)
    del stream


def abandon_async(url: str, how: str, *, from_thread: bool) -> None:
    async def read() -> None:
        text = source("llamacpp", url)
        if from_thread:
            stream = await asyncio.to_thread(text.astream_from_thread, generation())
        else:
            stream = await text.astream(generation())
        assert (await stream.__anext__()).text == "token "
        if how == "closed":
            await stream.aclose()
            await stream.aclose()
        elif how == "context":
            async with stream:
                await stream.__anext__()
        elif how == "cancelled":
            reading = asyncio.ensure_future(collect(stream))
            await asyncio.sleep(0.1)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
        del stream
        gc.collect()
        await asyncio.sleep(0.05)

    async def collect(stream: object) -> None:
        async for _ in stream:  # type: ignore[attr-defined]
            pass

    asyncio.run(read())


@pytest.mark.parametrize("how", ["closed", "context", "forgotten"])
@pytest.mark.parametrize("mode", ["stream", "async_stream", "from_thread"])
def test_abandoned_stream_closes_its_connection_at_once(server: WildServer, mode: str, how: str) -> None:
    server.answer = lambda request: ENDLESS
    if mode == "stream":
        abandon_stream(server.url, how)
    else:
        abandon_async(server.url, how, from_thread=mode == "from_thread")
    gc.collect()
    assert eventually(lambda: server.answering == 0, 2.0)
    assert server.abandoned == 1


@pytest.mark.parametrize("from_thread", [False, True])
def test_cancelled_reader_closes_its_connection(server: WildServer, from_thread: bool) -> None:
    server.answer = lambda request: ENDLESS
    abandon_async(server.url, "cancelled", from_thread=from_thread)
    assert eventually(lambda: server.answering == 0, 2.0)


def test_cancelled_request_closes_its_connection(server: WildServer) -> None:
    server.answer = lambda request: [Wait(20)]

    async def give_up() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(source("llamacpp", server.url).acomplete(generation()), 0.1)

    run(give_up())
    assert eventually(lambda: server.answering == 0, 2.0)
    assert server.abandoned == 1


def test_stream_closed_by_another_thread_wakes_its_reader(server: WildServer) -> None:
    first = WIRES["llamacpp"].stream(["token "], "stop")[0]
    server.answer = lambda request: [head(transfer_encoding="chunked"), *chunked(first), Wait(30)]
    stream = source("llamacpp", server.url, timeout=20).stream(generation())
    assert next(stream).text == "token "
    ended = threading.Event()

    def read() -> None:
        with contextlib.suppress(ServerError):
            list(stream)
        ended.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert not ended.wait(0.1)
    stream.close()
    assert ended.wait(3)
    reader.join()


def test_closed_stream_gives_nothing_more(server: WildServer) -> None:
    server.answer = both
    stream = source("llamacpp", server.url).stream(generation())
    stream.close()
    assert [chunk.text for chunk in stream if chunk.finish_reason] == []


CHILD = """
import os, sys
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.generation import Generation, Prompt

text = open_source("llamacpp", model="m", api_base=sys.argv[1])
wanted = Generation(model="m", prompt=Prompt(text="Hi"))
assert text.complete(wanted).text == "Hello"
list(text.stream(wanted))
child = os.fork()
if child == 0:
    assert text.complete(wanted).text == "Hello"
    list(text.stream(wanted))
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert text.complete(wanted).text == "Hello"
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_forked_child_opens_its_own_connections(server: WildServer) -> None:
    server.answer = both
    # Python 3.12 and later warn whoever forks a process that has threads, here the one that watches streams.
    warned = ("-W", "error::ResourceWarning", "-W", "ignore:This process:DeprecationWarning")
    done = subprocess.run([sys.executable, *warned, "-c", CHILD, server.url], capture_output=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")
    ports = [request.port for request in server.requests]
    assert len(ports) == 5
    assert ports[0] == ports[1] == ports[4]
    assert ports[2] == ports[3] != ports[0]


LEAVE = """
import asyncio, sys
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.generation import Generation, Prompt

text = open_source("llamacpp", model="m", api_base=sys.argv[1])
wanted = Generation(model="m", prompt=Prompt(text="Hi"))
held = text.stream(wanted)
next(held)

async def read():
    stream = await asyncio.to_thread(text.astream_from_thread, wanted)
    return await stream.__anext__()

asyncio.run(read())
text.complete(wanted)
"""


def test_process_leaves_quietly_with_streams_open(server: WildServer) -> None:
    server.answer = lambda request: ENDLESS if request.body["stream"] else [WHOLE]
    done = subprocess.run([sys.executable, "-W", "error", "-c", LEAVE, server.url], capture_output=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, b"")
    assert eventually(lambda: server.connections == 0)


def test_callers_own_client_is_used(server: WildServer) -> None:
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return httpx.Response(200, json=WIRES["ollama"].reply("Hello", "stop"))

    with httpx.Client(transport=httpx.MockTransport(handle)) as client:
        assert source("ollama", "http://nowhere.invalid", client=client).complete(generation()).text == "Hello"

    async def on_a_loop() -> str:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as client:
            return (await source("ollama", "http://nowhere.invalid", client=client).acomplete(generation())).text

    assert run(on_a_loop()) == "Hello"
    assert seen == ["/api/generate"] * 2


@pytest.mark.parametrize("mode", MODES)
def test_impossible_request_is_refused_before_it_is_sent(mode: str) -> None:
    for changes in ({"api_key": "schl\u00fcssel\n"}, {"headers": {"X": "a\r\nb"}}):
        with pytest.raises(InvalidRequestError) as caught:
            MODES[mode](source("llamacpp", "http://127.0.0.1:9", **changes), generation())
        assert "schl" not in str(caught.value)
    for value in (float("nan"), object()):
        with pytest.raises(InvalidRequestError, match="no JSON form"):
            MODES[mode](source("llamacpp", "http://127.0.0.1:9"), generation(extra={"min_p": value}))
    with pytest.raises(InvalidRequestError):
        MODES[mode](source("llamacpp", "gopher://127.0.0.1:9"), generation())


def test_lone_surrogate_in_a_prompt_does_not_stop_the_request(server: WildServer) -> None:
    server.answer = both
    wanted = generation()
    prompt = type(wanted.prompt)(text="a\ud800b")
    assert source("llamacpp", server.url).complete(type(wanted)(model="m", prompt=prompt)).text == "Hello"
    assert server.requests[-1].body["prompt"] == "a?b"


def test_compressed_reply_is_read_all_the_same(server: WildServer) -> None:
    import gzip

    body = gzip.compress(json.dumps(WIRES["llamacpp"].reply("Hello", "stop")).encode())
    server.answer = lambda request: [reply(body, content_encoding="gzip")]
    for mode in ("sync", "async"):
        assert MODES[mode](source("llamacpp", server.url), generation()).text == "Hello"


def test_two_hundred_at_once_all_arrive(server: WildServer) -> None:
    server.answer = both
    text = source("llamacpp", server.url, timeout=60)

    async def many() -> list[str]:
        return [chunk.text for chunk in await asyncio.gather(*(text.acomplete(generation()) for _ in range(200)))]

    assert run(many()) == ["Hello"] * 200
    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(lambda _: text.complete(generation()).text, range(200))) == ["Hello"] * 200


def test_dying_server_loses_no_later_request(server: WildServer) -> None:
    """A kept connection that the server has closed meanwhile is noticed before it is used."""
    server.answer = both
    text = source("llamacpp", server.url)
    assert text.complete(generation()).text == "Hello"
    server.answer = lambda request: [reply({"error": "busy"}, 503, connection="close")]
    with pytest.raises(UnavailableError):
        text.complete(generation())
    server.answer = both
    assert text.complete(generation()).text == "Hello"


def test_watch_of_a_finished_stream_leaves_the_next_request_alone(server: WildServer) -> None:
    server.answer = both
    text = source("llamacpp", server.url)
    done = text.stream(generation())
    assert [chunk.finish_reason for chunk in done][-1] == "stop"
    after = text.stream(generation())
    done._expire()  # type: ignore[attr-defined]
    done.close()
    assert "".join(chunk.text for chunk in after) == "Hello"
    assert len({request.port for request in server.requests}) == 1


def test_requests_at_once_have_a_connection_each_and_later_ones_use_those_again(server: WildServer) -> None:
    server.answer = lambda request: [Wait(0.05), *both(request)]
    text = source("llamacpp", server.url)

    async def twice() -> None:
        for _ in range(2):
            await asyncio.gather(*(text.acomplete(generation()) for _ in range(20)))

    run(twice())
    assert len({request.port for request in server.requests}) <= 21, "20, and perhaps the one that asked for facts"


def test_connections_that_nobody_uses_any_more_are_closed(server: WildServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litellm_fnwrap.backends.pool.IDLE", 0.2)
    server.answer = lambda request: [Wait(0.05), *both(request)]
    text = source("llamacpp", server.url)

    async def ask() -> None:
        await asyncio.gather(*(text.acomplete(generation()) for _ in range(5)))
        transport = transport_of(await CONNECTIONS.async_client())
        await asyncio.sleep(0.3)
        await text.acomplete(generation())
        assert [len(lanes) for lanes in transport._lanes.idle.values()] == [1]

    run(ask())


def test_connections_of_many_servers_are_not_mixed_up(server: WildServer) -> None:
    server.answer = both
    other = server.url.replace("127.0.0.1", "localhost")
    for _ in range(3):
        for url in (server.url, other):
            assert source("llamacpp", url).complete(generation()).text == "Hello"
    ports = [request.port for request in server.requests if request.path == "/completion"]
    assert len(set(ports[::2])) == len(set(ports[1::2])) == 1
    assert ports[0] != ports[1]


def test_every_request_leaves_its_lane(server: WildServer) -> None:
    server.answer = lambda request: both(request) if request.body["prompt"] == "Hi" else [reply({}, 500)]
    text = source("llamacpp", server.url)
    bad = type(generation())(model="m", prompt=type(generation().prompt)(text="Bad"))

    async def all_ways() -> None:
        await asyncio.gather(*(text.acomplete(generation()) for _ in range(30)))
        for wanted in (generation(), bad):
            with contextlib.suppress(ServerError):
                async with await text.astream(wanted) as chunks:
                    await chunks.__anext__()
        assert not transport_of(await CONNECTIONS.async_client())._lanes.busy

    run(all_ways())
    with ThreadPoolExecutor(30) as pool:
        list(pool.map(lambda _: text.complete(generation()), range(30)))
    for wanted in (generation(), bad):
        with contextlib.suppress(ServerError), text.stream(wanted) as chunks:
            next(chunks)
    assert not transport_of(CONNECTIONS.client())._lanes.busy


def transport_of(client: httpx.Client | httpx.AsyncClient) -> Any:
    return client._transport


def test_proxy_of_the_environment_is_not_asked_for_this_machine(server: WildServer) -> None:
    server.answer = both
    program = (
        "import sys\n"
        "from litellm_fnwrap.backends import open_source\n"
        "from litellm_fnwrap.generation import Generation, Prompt\n"
        "source = open_source('llamacpp', model='m', api_base=sys.argv[1])\n"
        "print(source.complete(Generation(model='m', prompt=Prompt(text='Hi'))).text)\n"
    )
    proxies = {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", program, server.url], capture_output=True, timeout=30, env={**os.environ, **proxies}
    )
    assert done.stdout.strip() == b"Hello", done.stderr


def test_what_is_due_later_wakes_the_loop_only_where_nothing_is_due_before(monkeypatch: pytest.MonkeyPatch) -> None:
    background, woken, called = BackgroundLoop(), list[Any](), list[str]()
    wake = background.loop.call_soon_threadsafe
    monkeypatch.setattr(background.loop, "call_soon_threadsafe", lambda *given: (woken.append(given), wake(*given)))
    background.loop.set_exception_handler(lambda _loop, told: called.append(type(told["exception"]).__name__))
    done = threading.Event()

    def fail() -> None:
        raise ValueError("an action that fails keeps no other from being called")

    try:
        for seconds in (1000, 2000, 3000):
            background.later(seconds, lambda: called.append("too early"))
        assert len(woken) == 1
        background.later(0, fail)
        background.later(0, done.set)
        assert done.wait(10)
        assert called == ["ValueError"]
    finally:
        background.stop()
