from __future__ import annotations

import asyncio
import json
from typing import Any

import litellm
import pytest

from litellm_fnwrap.provider.versions import LITELLM
from provider.asking import LYON, MESSAGES, PINGED, TOOLS, WEATHER, Joined, request
from provider.scripted_ollama import ScriptedOllama, says

pytestmark = pytest.mark.litellm
both = pytest.mark.parametrize("how", ["sync", "async"])


async def streamed(how: str, asked: dict[str, Any]) -> Joined:
    """The chunks of either of LiteLLM's two streams, joined."""
    asked = {**asked, "stream": True}
    if how == "sync":
        return Joined(list(litellm.completion(**asked)))
    return Joined([chunk async for chunk in await litellm.acompletion(**asked)])


@both
@pytest.mark.parametrize("size", [1, 3, 1000], ids=["by-character", "by-three", "at-once"])
async def test_parallel_calls_have_index_id_and_strict_arguments(ollama: ScriptedOllama, how: str, size: int) -> None:
    text = f"Let me look.\n{LYON}\n{PINGED}"
    ollama.will_say(says(*(text[n : n + size] for n in range(0, len(text), size))))
    got = await streamed(how, request(ollama, tools=TOOLS))
    assert got.content.strip() == "Let me look."
    assert [(name, json.loads(arguments)) for name, arguments in got.named_calls] == [
        ("get_weather", {"city": "Lyon"}),
        ("ping", {}),
    ]
    assert sorted(got.calls) == [0, 1]
    assert len({call["id"] for call in got.calls.values()}) == 2
    assert all(call["id"] for call in got.calls.values())
    assert got.finish == "tool_calls"
    assert got.role == "assistant"


@both
async def test_usage_comes_where_it_is_asked_for(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says("It is ", "sunny."))
    got = await streamed(how, request(ollama, stream_options={"include_usage": True}))
    assert (got.content, got.finish) == ("It is sunny.", "stop")
    assert (got.usage.prompt_tokens, got.usage.completion_tokens) == (11, 7)


@both
async def test_functions_stream_as_function_call(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says(LYON[:40], LYON[40:]))
    got = await streamed(how, request(ollama, functions=[WEATHER["function"]]))
    assert got.function["name"] == "get_weather"
    assert json.loads(got.function["arguments"]) == {"city": "Lyon"}
    assert got.finish in ("function_call", "tool_calls" if LITELLM < (1, 89, 0) else "function_call")


@both
async def test_reasoning_streams_apart(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says("<think>\nh", "m\n</thi", "nk>\n\nSunny."))
    got = await streamed(how, request(ollama))
    assert (got.reasoning.strip(), got.content.strip()) == ("hm", "Sunny.")


@both
async def test_answer_that_the_request_has_begun_streams_what_follows(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says(" Par", "is is. ", LYON[:20], LYON[20:]))
    begun = {"role": "assistant", "content": "The capital of France", "prefix": True}
    got = await streamed(how, request(ollama, messages=[*MESSAGES, begun], tools=TOOLS))
    assert got.content.rstrip() == " Paris is."
    assert [(name, json.loads(arguments)) for name, arguments in got.named_calls] == [("get_weather", {"city": "Lyon"})]
    assert ollama.bodies[-1]["prompt"].endswith("<|im_start|>assistant\nThe capital of France")


@both
async def test_cut_answer_ends_with_length(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says("It is su", done_reason="length"))
    assert (await streamed(how, request(ollama, max_tokens=3))).finish == "length"


@pytest.mark.skipif(LITELLM < (1, 89, 0), reason="this LiteLLM gives every chunk of dicts an id of its own making")
@both
async def test_chunks_share_one_id(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says("It ", "is ", LYON))
    assert len((await streamed(how, request(ollama, tools=TOOLS))).ids) == 1


def test_stream_builder_gives_the_whole_answer_back(ollama: ScriptedOllama) -> None:
    ollama.will_say(says(f"Look.\n{LYON}", f"\n{PINGED}"))
    chunks = list(litellm.completion(**request(ollama, tools=TOOLS, stream=True)))
    built: Any = litellm.stream_chunk_builder(chunks)
    calls = [(call.function.name, json.loads(call.function.arguments)) for call in built.choices[0].message.tool_calls]
    assert calls == [("get_weather", {"city": "Lyon"}), ("ping", {})]


@both
async def test_stream_arrives_while_the_model_writes(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says(*(f"word{n} " for n in range(5)), pause=0.05))
    asked = request(ollama, stream=True)
    if how == "sync":
        chunks = [chunk.choices[0].delta.content for chunk in litellm.completion(**asked) if chunk.choices]
    else:
        chunks = [c.choices[0].delta.content async for c in await litellm.acompletion(**asked) if c.choices]
    assert len([chunk for chunk in chunks if chunk]) >= 3


def test_stream_that_is_let_go_of_aborts_the_request(ollama: ScriptedOllama) -> None:
    ollama.will_say(says(*["word "] * 500, pause=0.02))
    stream = litellm.completion(**request(ollama, stream=True))
    next(stream)
    stream.completion_stream.close()
    assert ollama.aborted.wait(5)


async def test_async_stream_that_is_closed_aborts_the_request(ollama: ScriptedOllama) -> None:
    ollama.will_say(says(*["word "] * 500, pause=0.02))
    stream = await litellm.acompletion(**request(ollama, stream=True))
    await stream.__anext__()
    await stream.completion_stream.aclose()
    assert ollama.aborted.wait(5)


@pytest.mark.parametrize("begun", [True, False], ids=["after-a-chunk", "unread"])
def test_stream_that_nobody_holds_any_more_aborts_the_request(ollama: ScriptedOllama, begun: bool) -> None:
    ollama.will_say(says(*(f"word{n} " for n in range(500)), pause=0.02))
    stream: Any = litellm.completion(**request(ollama, stream=True)).completion_stream
    if begun:
        next(stream)
    del stream
    assert ollama.aborted.wait(5)


@pytest.mark.parametrize("begun", [True, False], ids=["after-a-chunk", "unread"])
async def test_async_stream_that_nobody_holds_any_more_aborts_the_request(ollama: ScriptedOllama, begun: bool) -> None:
    ollama.will_say(says(*(f"word{n} " for n in range(500)), pause=0.02))
    stream: Any = (await litellm.acompletion(**request(ollama, stream=True))).completion_stream
    if begun:
        await stream.__anext__()
    del stream
    assert await asyncio.to_thread(ollama.aborted.wait, 5)


def test_report_of_a_stream_is_on_its_inner_stream(ollama: ScriptedOllama) -> None:
    ollama.will_say(says(LYON[:20], LYON[20:]))
    stream = litellm.completion(**request(ollama, tools=TOOLS, stream=True))
    inner = stream.completion_stream
    list(stream)
    report = inner.report
    assert (report["raw"], report["prompt"]) == (LYON, ollama.bodies[0]["prompt"])


@pytest.mark.skipif(LITELLM < (1, 89, 0), reason="this LiteLLM makes the chunks itself")
@both
async def test_report_of_a_stream_is_on_its_chunks(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says("Look.", LYON))
    asked = request(ollama, tools=TOOLS, stream=True)
    if how == "sync":
        chunks = list(litellm.completion(**asked))
    else:
        chunks = [chunk async for chunk in await litellm.acompletion(**asked)]
    assert chunks[0]._hidden_params["fnwrap"]["raw"] == f"Look.{LYON}"


def test_several_answers_cannot_be_streamed(ollama: ScriptedOllama) -> None:
    ollama.will_say("x")
    with pytest.raises(litellm.BadRequestError, match="n=2 is not possible with stream=True"):
        litellm.completion(**request(ollama, n=2, stream=True))
    assert not ollama.bodies


async def test_text_completion_streams(ollama: ScriptedOllama) -> None:
    ollama.will_say(says("Sun", "ny."))
    asked = {"model": "fnwrap/ollama+hermes/m", "prompt": "Hi", "api_base": ollama.base_url, "stream": True}
    assert "".join(chunk.choices[0].text or "" for chunk in litellm.text_completion(**asked)) == "Sunny."
    pieces = [chunk.choices[0].text or "" async for chunk in await litellm.atext_completion(**asked)]
    assert "".join(pieces) == "Sunny."


async def test_many_streams_at_once_are_kept_apart(ollama: ScriptedOllama) -> None:
    ollama.will_say(says(*(LYON[n : n + 4] for n in range(0, len(LYON), 4)), pause=0.002))

    async def one(n: int) -> tuple[Joined, Any]:
        messages = [{"role": "user", "content": f"Question {n}"}]
        stream = await litellm.acompletion(**{**request(ollama, tools=TOOLS, stream=True), "messages": messages})
        inner = stream.completion_stream
        return Joined([chunk async for chunk in stream]), inner.report

    answers = await asyncio.gather(*(one(n) for n in range(30)))
    assert all(json.loads(got.named_calls[0][1]) == {"city": "Lyon"} for got, _ in answers)
    assert all(f"Question {n}<|im_end|>" in report["prompt"] for n, (_, report) in enumerate(answers))
    assert len({got.calls[0]["id"] for got, _ in answers}) == 30
