"""LiteLLM's Router over servers on real sockets: one dies amid the work, others fail in every way there is."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import litellm
import pytest

from backends.wire import WIRES
from faults.wild_server import CLOSE, RESET, Action, Request, Wait, WildServer, chunked, head, reply, streamed

pytestmark = pytest.mark.filterwarnings("ignore")  # what LiteLLM warns of is its own
MESSAGES = [{"role": "user", "content": "Hi"}]
WIRE = WIRES["ollama"]
KIND = "application/x-ndjson"
PIECES = ["one ", "two ", "three"]


@pytest.fixture
def servers() -> Iterator[list[WildServer]]:
    three = [WildServer() for _ in range(3)]
    yield three
    for server in three:
        server.close()


def is_generation(request: Request) -> bool:
    return request.path == "/api/generate"


def well(request: Request) -> list[Action]:
    """A good answer, in a few pieces and a little time."""
    if not is_generation(request):
        return [reply({"error": "no such route"}, 404)]
    if not request.body["stream"]:
        return [Wait(0.01), reply(WIRE.reply("".join(PIECES), "stop"))]
    start: list[Action] = [head(kind=KIND, transfer_encoding="chunked")]
    pieces = [action for piece in WIRE.stream(PIECES, "stop") for action in (*chunked(piece), Wait(0.005))]
    return [*start, *pieces, b"0\r\n\r\n"]


class Mortal:
    """A server that answers well until it dies: what it is at then breaks off, what comes later is refused."""

    def __init__(self, server: WildServer, *, after: int) -> None:
        self._server, self._left, self._lock = server, after, threading.Lock()
        self.begun_before_death = 0

    def __call__(self, request: Request) -> list[Action]:
        if not is_generation(request):
            return well(request)
        with self._lock:
            self._left -= 1
            dying = self._left <= 0
        if not dying:
            return well(request)
        threading.Thread(target=self._server.close).start()
        if request.body["stream"] and self._left % 2:
            self.begun_before_death += 1
            return [head(kind=KIND, transfer_encoding="chunked"), *chunked(*WIRE.stream(PIECES, "stop")[:1]), RESET]
        return [RESET]


def router_of(servers: list[WildServer], *, cooldown: float = 60) -> litellm.Router:
    models = [
        {"model_name": "main", "litellm_params": {"model": "fnwrap/ollama+chatml/m", "api_base": server.url}}
        for server in servers
    ]
    # Left alone from its first failure on: otherwise chance may send one request to the dead server four times.
    return litellm.Router(
        model_list=models, num_retries=3, retry_after=0, timeout=20, allowed_fails=0, cooldown_time=cooldown
    )


async def ask(router: litellm.Router, stream: bool) -> tuple[str, Exception | None]:
    """The text, and the error that ended it after its first chunk; one before that is raised."""
    response: Any = await router.acompletion(model="main", messages=MESSAGES, stream=stream)
    if not stream:
        return response.choices[0].message.content, None
    text = ""
    try:
        async for chunk in response:
            text += chunk.choices[0].delta.content or "" if chunk.choices else ""
    except Exception as error:
        return text, error
    return text, None


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_no_request_is_lost_before_its_first_chunk_when_a_deployment_dies(
    servers: list[WildServer], stream: bool
) -> None:
    mortal = Mortal(servers[0], after=12)
    servers[0].answer, servers[1].answer, servers[2].answer = mortal, well, well

    async def work() -> list[tuple[str, Exception | None]]:
        router = router_of(servers)
        return [one for _ in range(6) for one in await asyncio.gather(*(ask(router, stream) for _ in range(20)))]

    answers = asyncio.run(work())
    assert len(answers) == 120
    whole = [text for text, error in answers if error is None]
    assert set(whole) == {"".join(PIECES)}
    broken = [text for text, error in answers if error is not None]
    assert all(broken), "a stream failed without a single chunk, and was not asked for elsewhere"
    assert len(broken) <= mortal.begun_before_death + 20
    assert len(whole) >= 100 if stream else len(whole) == 120
    assert min(sum(map(is_generation, server.requests)) for server in servers[1:]) > 20


def asked(server: WildServer) -> int:
    """How many texts a server was asked for."""
    return sum(map(is_generation, server.requests))


@pytest.mark.parametrize("failure", ["late", "crashed", "busy", "reset"])
def test_failing_deployment_is_left_alone_and_the_other_one_asked(servers: list[WildServer], failure: str) -> None:
    bad, good, _ = servers
    bad.answer = lambda request: FAILURES[failure] if is_generation(request) else [reply({}, 404)]
    good.answer = well
    router = router_of([bad, good], cooldown=600)

    async def work() -> list[tuple[str, Exception | None]]:
        return [await ask(router, stream=False) for _ in range(20)]

    assert asyncio.run(work()) == [("".join(PIECES), None)] * 20
    # The Router learns of a failure beside the work: one request may meet it in all of its tries, no later one does.
    assert 1 <= asked(bad) <= 4
    assert asked(good) == 20


def test_deployment_that_was_left_alone_is_asked_again_after_its_cooldown(servers: list[WildServer]) -> None:
    mended, good, _ = servers
    mended.answer = lambda request: FAILURES["crashed"] if is_generation(request) else [reply({}, 404)]
    good.answer = well
    router = router_of([mended, good], cooldown=1)

    async def work() -> None:
        while not asked(mended):
            await ask(router, stream=False)
        mended.answer = well
        await asyncio.sleep(1.5)
        while asked(mended) < 3:
            await ask(router, stream=False)

    asyncio.run(asyncio.wait_for(work(), 60))


def test_threads_lose_no_request_when_a_deployment_dies(servers: list[WildServer]) -> None:
    servers[0].answer, servers[1].answer, servers[2].answer = Mortal(servers[0], after=8), well, well
    router = router_of(servers)

    def one(_: int) -> str:
        response: Any = router.completion(model="main", messages=MESSAGES)
        return str(response.choices[0].message.content)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(60))) == ["".join(PIECES)] * 60


MESSAGE = {"error": "so it is"}
FAILURES: dict[str, list[Action]] = {
    "refused": [reply(MESSAGE, 400)],
    "no_key": [reply(MESSAGE, 401)],
    "forbidden": [reply(MESSAGE, 403)],
    "no_model": [reply(MESSAGE, 404)],
    "late": [reply(MESSAGE, 408)],
    "unprocessable": [reply(MESSAGE, 422)],
    "rate": [reply(MESSAGE, 429, retry_after="1")],
    "crashed": [reply(MESSAGE, 500)],
    "bad_gateway": [reply("<html>bad</html>", 502, "text/html")],
    "busy": [reply(MESSAGE, 503)],
    "gateway_late": [reply("<html>late</html>", 504, "text/html")],
    "redirect": [reply("", 307, location="http://127.0.0.1:9/")],
    "closed": [CLOSE],
    "reset": [RESET],
    "silence": [Wait(9)],
    "html": [reply("<html>hello</html>", kind="text/html")],
    "garbage": [reply("Hello there", kind="text/plain")],
    "empty": [reply("")],
    "error_inside": [reply(MESSAGE)],
    "empty_stream": streamed(kind=KIND),
    "error_first": streamed(WIRE.error, kind=KIND),
    "cut_body": [head(kind="application/json", content_length="99") + b'{"resp', CLOSE],
    "packed": [reply(b"\x28\xb5\x2f\xfd", content_encoding="zstd")],
    "nested": [reply("[" * 100_000)],
    "prompt_too_long": [reply({"error": "prompt is longer than the context length"}, 400)],
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("way", ["async", "sync"])
@pytest.mark.parametrize("failure", FAILURES)
def test_fallback_is_used_for_every_failure(servers: list[WildServer], failure: str, way: str, stream: bool) -> None:
    bad, good, _ = servers
    bad.answer = lambda request: FAILURES[failure] if is_generation(request) else [reply({}, 404)]
    good.answer = well
    models = [
        {"model_name": name, "litellm_params": {"model": "fnwrap/ollama+chatml/m", "api_base": url, "timeout": wait}}
        for name, url, wait in (("main", bad.url, 1.5 if failure == "silence" else 20), ("spare", good.url, 20))
    ]
    router = litellm.Router(
        model_list=models,
        fallbacks=[{"main": ["spare"]}],
        context_window_fallbacks=[{"main": ["spare"]}],
        num_retries=0,
    )
    if way == "async":
        text, error = asyncio.run(ask(router, stream))
    else:
        response: Any = router.completion(model="main", messages=MESSAGES, stream=stream)
        chunks = list(response) if stream else []
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        text, error = text or response.choices[0].message.content, None
    assert (text, error) == ("".join(PIECES), None)
    assert any(map(is_generation, bad.requests))


def test_seconds_that_a_server_asks_to_wait_reach_the_caller(servers: list[WildServer]) -> None:
    servers[0].answer = lambda request: FAILURES["rate"]
    asked = {"model": "fnwrap/ollama+chatml/m", "messages": MESSAGES, "api_base": servers[0].url}
    with pytest.raises(litellm.RateLimitError) as caught:
        litellm.completion(**asked)
    assert caught.value.response.headers["retry-after"] == "1"
    assert json.loads(json.dumps(caught.value.litellm_response_headers)) == {"retry-after": "1"}  # type: ignore[attr-defined]
