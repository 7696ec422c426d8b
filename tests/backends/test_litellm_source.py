"""Any LiteLLM provider as the source of text, through LiteLLM itself to a server on a real socket."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from typing import Any

import litellm
import pytest

from backends.wire import WIRES
from faults.modes import collected, joined
from faults.wild_server import CLOSE, Action, Request, Wait, WildServer, chunked, eventually, head, reply, streamed
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.backends.base import TextSource
from litellm_fnwrap.errors import (
    AuthenticationError,
    BackendError,
    BadRequestError,
    ConstraintError,
    ContextWindowError,
    FnWrapError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnavailableError,
)
from litellm_fnwrap.generation import Chunk, Constraint, Generation, Prompt

pytestmark = pytest.mark.filterwarnings("ignore")  # what LiteLLM and its clients warn of is theirs

TEXT = "Héllo \U0001f600 there"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


def whole(source: TextSource, wanted: Generation) -> Chunk:
    return source.complete(wanted)


def stream(source: TextSource, wanted: Generation) -> Chunk:
    return joined(list(source.stream(wanted)))


def awaited(source: TextSource, wanted: Generation) -> Chunk:
    return asyncio.run(source.acomplete(wanted))


def async_stream(source: TextSource, wanted: Generation) -> Chunk:
    async def read() -> Chunk:
        return await collected(await source.astream(wanted))

    return asyncio.run(read())


def from_thread(source: TextSource, wanted: Generation) -> Chunk:
    async def read() -> Chunk:
        return await collected(await asyncio.to_thread(source.astream_from_thread, wanted))

    return asyncio.run(read())


MODES: dict[str, Callable[[TextSource, Generation], Chunk]] = {
    mode.__name__: mode for mode in (whole, stream, awaited, async_stream, from_thread)
}


def talk(request: Request) -> list[Action]:
    wire = WIRES["openai_chat" if "chat" in request.path else "openai_text"]
    if request.body.get("stream"):
        return streamed(*wire.stream([TEXT[:3], TEXT[3:]], "stop"))
    return [reply(wire.reply(TEXT, "stop"))]


_LEFT_OPEN: list[Any] = []


@pytest.fixture(scope="module", autouse=True)
def _thread_that_had_a_loop() -> Iterator[None]:
    """In a thread that never had a loop, LiteLLM's sync functions make one and leave it open.

    LiteLLM leaves clients open with each loop, too. Their connections are held here to the end of the process, since
    another test would be blamed for them when they are collected; all else is collected at once.
    """
    asyncio.run(asyncio.sleep(0))
    create = asyncio.BaseEventLoop.create_connection

    async def held(loop: asyncio.BaseEventLoop, *args: Any, **how: Any) -> Any:
        made = await create(loop, *args, **how)
        _LEFT_OPEN.append(made)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.BaseEventLoop, "create_connection", held)
        yield
    litellm.in_memory_llm_clients_cache.flush_cache()
    for _ in range(5):  # what a finalizer holds on to is garbage only afterwards
        gc.collect()


@pytest.fixture
def server() -> Iterator[WildServer]:
    wild = WildServer(answer=talk)
    yield wild
    wild.close()


def source(server: WildServer, model: str = "openai/gpt-4o-mini", **changes: Any) -> TextSource:
    return open_source(
        "litellm", model=model, api_base=f"{server.url}/v1", api_key="sk-test-1234", timeout=5, **changes
    )


def wanted(**changes: Any) -> Generation:
    messages = [{"role": "system", "content": "Tools."}, {"role": "user", "content": "Hi"}]
    return Generation(model="any", prompt=Prompt(text="<user>Hi", stop=["<end>"], chat=lambda: messages), **changes)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("openai/gpt-4o-mini", "/v1/chat/completions"),
        ("hosted_vllm/mistral", "/v1/completions"),
        ("text-completion-openai/gpt-3.5-turbo-instruct", "/v1/completions"),
    ],
)
def test_provider_gives_its_text(server: WildServer, model: str, path: str, mode: str) -> None:
    text = source(server, model)
    chunk = MODES[mode](text, wanted(parameters={"temperature": 0.5, "max_tokens": 9}))
    assert (chunk.text, chunk.finish_reason) == (TEXT, "stop")
    assert chunk.usage is not None
    request = server.requests[-1]
    assert request.path == path
    assert request.headers["authorization"] == "Bearer sk-test-1234"
    assert request.body["model"] == model.partition("/")[2]
    assert (request.body["temperature"], request.body["max_tokens"], request.body["stop"]) == (0.5, 9, ["<end>"])
    if text.capabilities.raw:
        assert request.body["prompt"] == "<user>Hi"
    else:
        assert [message["role"] for message in request.body["messages"]] == ["system", "user"]


@pytest.mark.parametrize("mode", MODES)
def test_schema_goes_out_as_response_format(server: WildServer, mode: str) -> None:
    text = source(server)
    assert text.capabilities.dialects == ("json_schema",)
    MODES[mode](text, wanted(constraint=Constraint(dialect="json_schema", value=SCHEMA)))
    assert server.requests[-1].body["response_format"]["json_schema"]["schema"] == SCHEMA
    with pytest.raises(ConstraintError):
        MODES[mode](text, wanted(constraint=Constraint(dialect="gbnf", value="root ::= .")))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "hosted_vllm/mistral"])
def test_fifth_stop_string_is_cut_here(server: WildServer, model: str, mode: str) -> None:
    stops = ("a1", "b2", "c3", "\U0001f600 t", "there")
    chunk = MODES[mode](source(server, model), wanted(stop=stops))
    assert server.requests[-1].body["stop"] == ["<end>", "a1", "b2", "c3"]
    assert (chunk.text, chunk.finish_reason, chunk.stop_text) == ("Héllo ", "stop", "\U0001f600 t")
    chunk = MODES[mode](source(server, model), wanted(stop=("a1", "b2", "c3", "d4", "there is")))
    assert (chunk.text, chunk.finish_reason) == (TEXT, "stop")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "no good", BadRequestError),
        (400, "This model's maximum context length is 9 tokens", ContextWindowError),
        (401, "Incorrect API key provided: sk-test-1234", AuthenticationError),
        (404, "no such model", NotFoundError),
        (429, "slow down", RateLimitError),
        (500, "broken", ServerError),
        (503, "busy", UnavailableError),
    ],
)
def test_refusal_keeps_its_meaning(
    server: WildServer, mode: str, status: int, message: str, kind: type[FnWrapError]
) -> None:
    server.answer = lambda request: [reply({"error": {"message": message}}, status)]
    with pytest.raises(FnWrapError) as caught:
        MODES[mode](source(server), wanted(extra={"max_retries": 0}))
    assert type(caught.value) is kind, repr(caught.value)
    assert "sk-test-1234" not in str(caught.value) + caught.value.raw


@pytest.mark.parametrize("mode", MODES)
def test_server_that_closes_is_backend_trouble(server: WildServer, mode: str) -> None:
    server.answer = lambda request: [CLOSE]
    with pytest.raises(BackendError) as caught:
        MODES[mode](source(server), wanted(extra={"max_retries": 0}))
    assert caught.value.retryable


@pytest.mark.parametrize("mode", ["stream", "async_stream", "from_thread"])
def test_abandoned_stream_is_closed(server: WildServer, mode: str) -> None:
    pieces = WIRES["openai_chat"].stream(["token "], "stop")[:2]
    server.answer = lambda request: [head(transfer_encoding="chunked"), *chunked(*pieces), Wait(20)]
    text = source(server)
    if mode == "stream":
        with text.stream(wanted()) as chunks:
            assert next(chunks).text == "token "
    else:

        async def leave() -> None:
            opened = (
                text.astream(wanted())
                if mode == "async_stream"
                else asyncio.to_thread(text.astream_from_thread, wanted())
            )
            async with await opened as chunks:
                assert (await chunks.__anext__()).text == "token "

        asyncio.run(leave())
    assert eventually(lambda: server.answering == 0, 3.0)


def test_unknown_provider_is_a_clear_error(server: WildServer) -> None:
    with pytest.raises(NotFoundError, match="fnwrap/litellm/<provider>/<model>"):
        source(server, "no-such-provider/model")


def test_context_window_comes_from_the_list_of_models(server: WildServer) -> None:
    assert (source(server).info().context_window or 0) > 10_000
    assert asyncio.run(source(server, "hosted_vllm/unheard-of").ainfo()).context_window is None
