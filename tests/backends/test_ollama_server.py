"""The ollama backend against a faithful stand-in on a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from backends.ollama_server import SPLITS, Ollama, serve
from faults.modes import MODES, STREAMS
from faults.wild_server import WildServer
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.backends.base import TextSource
from litellm_fnwrap.errors import BadRequestError, ContextWindowError, NotFoundError, ServerError
from litellm_fnwrap.generation import Constraint, Generation, Prompt, Usage

TEXT = "Héllo \U0001f600 <tool_call> 中文 done."
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


@pytest.fixture
def running() -> Iterator[tuple[WildServer, Ollama]]:
    server, script = serve(says=TEXT)
    yield server, script
    server.close()


def source(server: WildServer, model: str = "llama3.1") -> TextSource:
    return open_source("ollama", model=model, environment={"OLLAMA_HOST": f"127.0.0.1:{server.port}"}, timeout=10)


def wanted(model: str = "llama3.1", prompt: str = "Hi there", **changes: Any) -> Generation:
    return Generation(model=model, prompt=Prompt(text=prompt), **changes)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("split", SPLITS)
def test_answer_is_the_same_however_it_is_cut(running: tuple[WildServer, Ollama], split: int, mode: str) -> None:
    server, script = running
    script.split = split
    chunk = MODES[mode](source(server), wanted())
    assert (chunk.text, chunk.finish_reason, chunk.usage) == (TEXT, "stop", Usage(2, 5))


@pytest.mark.parametrize("mode", MODES)
def test_token_limit_ends_with_length(running: tuple[WildServer, Ollama], mode: str) -> None:
    chunk = MODES[mode](source(running[0]), wanted(parameters={"max_tokens": 2}))
    assert (chunk.text, chunk.finish_reason, chunk.usage) == ("Héllo \U0001f600 ", "length", Usage(2, 2))


@pytest.mark.parametrize("mode", MODES)
def test_stop_string_ends_the_text(running: tuple[WildServer, Ollama], mode: str) -> None:
    chunk = MODES[mode](source(running[0]), wanted(stop=("<tool_call>",)))
    assert (chunk.text, chunk.finish_reason) == ("Héllo \U0001f600 ", "stop")


@pytest.mark.parametrize("mode", MODES)
def test_thinking_model_keeps_its_thoughts_out_of_raw_text(running: tuple[WildServer, Ollama], mode: str) -> None:
    server, script = running
    script.thoughts = "Let me see."
    assert MODES[mode](source(server), wanted()).text == TEXT
    assert script.asked[-1]["think"] is False
    chunk = MODES[mode](source(server), wanted(extra={"think": True}))
    assert chunk.text == f"<think>Let me see.</think>{TEXT}"


@pytest.mark.parametrize("mode", MODES)
def test_model_that_is_not_there_asks_for_a_pull(running: tuple[WildServer, Ollama], mode: str) -> None:
    with pytest.raises(NotFoundError, match="ollama pull qwen9:7b") as caught:
        MODES[mode](source(running[0], "qwen9:7b"), wanted("qwen9:7b"))
    assert caught.value.status == 404


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("old", [False, True], ids=["refused", "cut_silently"])
def test_prompt_that_is_too_long_is_a_context_error(running: tuple[WildServer, Ollama], old: bool, mode: str) -> None:
    server, script = running
    script.old = old
    with pytest.raises(ContextWindowError, match=r"num_ctx|context"):
        MODES[mode](source(server), wanted(prompt="word " * 100, extra={"num_ctx": 50}))


@pytest.mark.parametrize("mode", MODES)
def test_prompt_may_be_cut_if_the_caller_says_so(running: tuple[WildServer, Ollama], mode: str) -> None:
    options = {"num_ctx": 50, "truncate": True}
    assert MODES[mode](source(running[0]), wanted(prompt="word " * 100, extra=options)).usage == Usage(50, 5)


@pytest.mark.parametrize("mode", STREAMS)
@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize("split", [1, 0])
def test_error_in_the_middle_of_a_stream_is_raised(
    running: tuple[WildServer, Ollama], split: int, at: int, mode: str
) -> None:
    server, script = running
    script.breaks, script.split = at, split
    with pytest.raises(ServerError, match="while running the model"):
        MODES[mode](source(server), wanted())


@pytest.mark.parametrize("mode", STREAMS)
def test_stream_that_breaks_off_is_raised(running: tuple[WildServer, Ollama], mode: str) -> None:
    running[1].breaks = -1
    with pytest.raises(ServerError, match=r"broke off|without a finish reason"):
        MODES[mode](source(running[0]), wanted())


@pytest.mark.parametrize("mode", MODES)
def test_schema_goes_out_as_format(running: tuple[WildServer, Ollama], mode: str) -> None:
    server, script = running
    constraint = Constraint(dialect="json_schema", value=SCHEMA)
    assert MODES[mode](source(server), wanted(constraint=constraint)).text == '{"city": "Paris"}'
    assert script.asked[-1]["format"] == SCHEMA


def test_request_is_raw_and_bounded(running: tuple[WildServer, Ollama]) -> None:
    server, script = running
    source(server).complete(wanted(extra={"keep_alive": "5m", "num_ctx": 8192}, parameters={"temperature": 0}))
    body = script.asked[-1]
    assert body["raw"] is True
    assert body["keep_alive"] == "5m"
    assert body["options"] == {"num_predict": 2048, "num_ctx": 8192, "temperature": 0}


def test_bad_option_is_a_bad_request(running: tuple[WildServer, Ollama]) -> None:
    body = {"options": {"num_predict": "many"}}
    with pytest.raises(BadRequestError, match="must be of type integer"):
        source(running[0]).complete(wanted(extra={"extra_body": body}))


def test_model_facts_are_read_and_remembered(running: tuple[WildServer, Ollama]) -> None:
    server, _ = running
    info = source(server).info()
    assert (info.chat_template, info.adds_bos, info.context_window, info.version) == (
        "{{ .Prompt }}",
        True,
        4096,
        "0.33.0",
    )
    before = len(server.requests)
    assert source(server).info() == info
    assert len(server.requests) == before


def test_bos_is_left_to_a_server_that_writes_it(running: tuple[WildServer, Ollama]) -> None:
    server, script = running
    source(server).complete(Generation(model="llama3.1", prompt=Prompt(text="Hi", bos="<s>")))
    assert script.asked[-1]["prompt"] == "Hi"
