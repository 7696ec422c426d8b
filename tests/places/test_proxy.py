"""LiteLLM's proxy in a process of its own, asked by the openai client: what its users can do with any model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import openai
import pytest

from e2e.tiny_model import serve, write_scripted_model
from e2e.tools import calls_of, joined
from places.proxy_process import KEY, Proxy, free_port, needs_proxy, run_proxy
from provider.asking import LYON, MESSAGES, PING, PINGED, TOOLS, WEATHER
from provider.scripted_ollama import Reply, ScriptedOllama, scripted_ollama

pytestmark = [needs_proxy, pytest.mark.timeout(900)]

CALLS = [("get_weather", {"city": "Lyon"}), ("ping", {})]
BACKEND_KEY = "sk-of-the-backend-77aa"


@dataclass(frozen=True)
class Place:
    """A proxy and the servers behind it."""

    proxy: Proxy
    main: ScriptedOllama
    spare: ScriptedOllama

    def client(self, **more: Any) -> openai.OpenAI:
        given = {"base_url": self.proxy.base_url, "api_key": KEY, "max_retries": 0, "timeout": 120.0, **more}
        return openai.OpenAI(**given)


def model(name: str, fnwrap: str, **options: Any) -> dict[str, Any]:
    return {"model_name": name, "litellm_params": {"model": f"fnwrap/{fnwrap}", **options}}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("proxy")
    scripted = write_scripted_model(
        folder / "scripted.gguf", {"\n": f"I look.\n{LYON}\n{PINGED}"}, later={"\n": "Sunny, says the tool."}
    )
    with ExitStack() as stack:
        llama = stack.enter_context(serve(scripted))
        main, spare = stack.enter_context(scripted_ollama()), stack.enter_context(scripted_ollama())
        dead, key = f"http://127.0.0.1:{free_port()}", {"api_key": BACKEND_KEY}
        models = [
            model("gpt-4o", "llamacpp+hermes/any", api_base=llama),
            model("toy", "local/demo"),
            model("mine", "ollama/m", api_base=main.base_url, wrapper="airoboros", num_ctx=1234, **key),
            model("balanced", "ollama+hermes/m", api_base=dead),
            model("balanced", "ollama+hermes/m", api_base=main.base_url),
            model("balanced", "ollama+hermes/m", api_base=spare.base_url),
            model("broken", "ollama+hermes/m", api_base=dead),
            model("fnwrap/*", "*", api_base=main.base_url),
        ]
        router = {"num_retries": 3, "retry_after": 0, "allowed_fails": 0, "cooldown_time": 60}
        proxy = stack.enter_context(
            run_proxy(folder, models, router_settings=router, litellm_settings={"fallbacks": [{"broken": ["gpt-4o"]}]})
        )
        yield Place(proxy, main, spare)


@pytest.fixture
def place(running: Place) -> Place:
    for server in (running.main, running.spare):
        server.bodies.clear()
        server.headers.clear()
    return running


def test_parallel_calls_run_and_their_results_are_answered(place: Place) -> None:
    client = place.client()
    first = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=TOOLS)
    turn = first.choices[0].message
    assert (first.model, first.choices[0].finish_reason) == ("gpt-4o", "tool_calls")
    assert turn.content.strip() == "I look."
    assert calls_of(turn) == CALLS
    assert len({call.id for call in turn.tool_calls}) == 2
    results = [{"role": "tool", "tool_call_id": call.id, "content": "21 degrees"} for call in turn.tool_calls]
    history = [*MESSAGES, turn.model_dump(exclude_none=True), *results]
    last = client.chat.completions.create(model="gpt-4o", messages=history, tools=TOOLS)
    assert (last.choices[0].message.content, last.choices[0].finish_reason) == ("Sunny, says the tool.", "stop")
    assert last.usage.prompt_tokens > first.usage.prompt_tokens > 0


def test_stream_is_the_whole_answer_piece_by_piece(place: Place) -> None:
    chunks = list(
        place.client().chat.completions.create(
            model="gpt-4o", messages=MESSAGES, tools=TOOLS, stream=True, stream_options={"include_usage": True}
        )
    )
    found = joined(chunks)
    assert found["content"].strip() == "I look."
    assert [(name, json.loads(arguments)) for name, arguments, _ in found["calls"]] == CALLS
    assert found["finish_reason"] == "tool_calls"
    assert len(chunks) > 5
    assert chunks[-1].usage.completion_tokens > 0


async def test_streaming_helper_of_the_async_client(place: Place) -> None:
    # The helper takes only tools that are called strict.
    strict: Any = [{"type": "function", "function": {**tool["function"], "strict": True}} for tool in TOOLS]
    async with (
        openai.AsyncOpenAI(base_url=place.proxy.base_url, api_key=KEY) as client,
        client.chat.completions.stream(model="gpt-4o", messages=MESSAGES, tools=strict) as stream,
    ):
        done = [event.arguments async for event in stream if event.type == "tool_calls.function.arguments.done"]
        final = await stream.get_final_completion()
    assert [json.loads(arguments) for arguments in done] == [arguments for _, arguments in CALLS]
    assert calls_of(final.choices[0].message) == CALLS


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_functions_are_answered_by_a_function_call(place: Place, stream: bool) -> None:
    functions = [WEATHER["function"], PING["function"]]
    given: Any = place.client().chat.completions.create(
        model="gpt-4o", messages=MESSAGES, functions=functions, stream=stream
    )
    if stream:
        chunks = [chunk.choices[0] for chunk in given if chunk.choices]
        pieces = [chunk.delta.function_call for chunk in chunks if chunk.delta.function_call]
        name, arguments = "".join(one.name or "" for one in pieces), "".join(one.arguments or "" for one in pieces)
        finish = next(chunk.finish_reason for chunk in chunks if chunk.finish_reason)
    else:
        call, finish = given.choices[0].message.function_call, given.choices[0].finish_reason
        name, arguments = call.name, call.arguments
    assert (name, json.loads(arguments), finish) == (*CALLS[0], "function_call")


def test_forced_call_of_the_embedded_model(place: Place) -> None:
    choice = {"type": "function", "function": {"name": "get_weather"}}
    given = place.client().chat.completions.create(
        model="toy", messages=MESSAGES, tools=TOOLS, tool_choice=choice, temperature=0, max_tokens=100
    )
    assert [name for name, _ in calls_of(given.choices[0].message)] == ["get_weather"]


FLAT: Any = [{"type": "function", **tool["function"]} for tool in TOOLS]


def test_responses_api(place: Place) -> None:
    given = place.client().responses.create(model="gpt-4o", input="Weather in Lyon?", tools=FLAT)
    calls = [(item.name, json.loads(item.arguments)) for item in given.output if item.type == "function_call"]
    assert calls == CALLS
    assert given.output_text.strip().startswith("I look.")


def test_responses_api_streams(place: Place) -> None:
    events = list(place.client().responses.create(model="gpt-4o", input="Weather in Lyon?", tools=FLAT, stream=True))
    last = events[-1]
    assert last.type == "response.completed"
    calls = [(item.name, json.loads(item.arguments)) for item in last.response.output if item.type == "function_call"]
    assert calls == CALLS
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta").startswith("I look.")


ANTHROPIC = {
    "model": "gpt-4o", "max_tokens": 200, "messages": MESSAGES,
    "tools": [{"name": tool["function"]["name"], "input_schema": tool["function"]["parameters"]} for tool in TOOLS],
}  # fmt: skip


def test_anthropic_messages_api(place: Place) -> None:
    reply = httpx.post(
        f"{place.proxy.base_url}/messages", json=ANTHROPIC, headers={"x-api-key": KEY}, timeout=120, trust_env=False
    ).raise_for_status()
    answer = reply.json()
    uses = [(block["name"], block["input"]) for block in answer["content"] if block["type"] == "tool_use"]
    assert uses == CALLS
    assert answer["stop_reason"] == "tool_use"


def test_anthropic_messages_api_streams(place: Place) -> None:
    reply = httpx.post(
        f"{place.proxy.base_url}/messages", json={**ANTHROPIC, "stream": True}, headers={"x-api-key": KEY},
        timeout=120, trust_env=False,
    ).raise_for_status()  # fmt: skip
    events = [json.loads(line[5:]) for line in reply.text.splitlines() if line.startswith("data:")]
    starts = [event["content_block"] for event in events if event["type"] == "content_block_start"]
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    assert [block["name"] for block in starts if block["type"] == "tool_use"] == ["get_weather", "ping"]
    assert "Lyon" in "".join(delta.get("partial_json", "") for delta in deltas)
    assert "message_stop" in [event["type"] for event in events]


def test_text_completions_api(place: Place) -> None:
    place.main.will_say("Sunny.")
    given = place.client().completions.create(model="mine", prompt="How is the weather?")
    assert given.choices[0].text.strip() == "Sunny."
    assert "How is the weather?" in place.main.bodies[0]["prompt"]


def test_options_of_a_model_are_used_and_a_request_overrides_them(place: Place) -> None:
    place.main.will_say("Hi.")
    client = place.client()
    client.chat.completions.create(model="mine", messages=MESSAGES)
    client.chat.completions.create(model="mine", messages=MESSAGES, extra_body={"wrapper": "chatml", "num_ctx": 4321})
    ours, theirs = place.main.bodies
    assert ours["prompt"].rstrip().endswith("ASSISTANT:")
    assert ours["options"]["num_ctx"] == 1234
    assert theirs["prompt"].endswith("<|im_start|>assistant\n")
    assert theirs["options"]["num_ctx"] == 4321


def test_wildcard_serves_any_model_string(place: Place) -> None:
    place.main.will_say(LYON)
    given = place.client().chat.completions.create(model="fnwrap/ollama+hermes/new", messages=MESSAGES, tools=TOOLS)
    assert calls_of(given.choices[0].message) == CALLS[:1]
    assert place.main.bodies[0]["model"] == "new"


def test_dead_backend_among_three_loses_no_request(place: Place) -> None:
    place.main.will_say("ok")
    place.spare.will_say("ok")
    client = place.client()
    texts = [
        client.chat.completions.create(model="balanced", messages=MESSAGES).choices[0].message.content
        for _ in range(20)
    ]
    assert texts == ["ok"] * 20
    assert len(place.main.bodies) + len(place.spare.bodies) == 20
    assert place.main.bodies
    assert place.spare.bodies


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_model_whose_only_backend_is_dead_falls_back(place: Place, stream: bool) -> None:
    given: Any = place.client().chat.completions.create(model="broken", messages=MESSAGES, tools=TOOLS, stream=stream)
    if stream:
        found = [(name, json.loads(arguments)) for name, arguments, _ in joined(given)["calls"]]
    else:
        found = calls_of(given.choices[0].message)
    assert found == CALLS


@pytest.mark.parametrize("key", ["sk-somebody-elses", ""], ids=["wrong", "none"])
def test_nobody_is_served_without_the_master_key(place: Place, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = {"model": "mine", "messages": MESSAGES}
    reply = httpx.post(
        f"{place.proxy.base_url}/chat/completions", json=body, headers=headers, timeout=60, trust_env=False
    )
    assert reply.status_code >= 400
    assert "choices" not in reply.text
    assert not place.main.bodies


def test_backend_refusing_its_key_is_an_authentication_error_without_the_key(place: Place) -> None:
    place.main.will_say(Reply(status=401, error=f"bad key {BACKEND_KEY}"))
    with pytest.raises(openai.AuthenticationError) as caught:
        place.client().chat.completions.create(model="mine", messages=MESSAGES)
    assert place.main.headers[0]["Authorization"] == f"Bearer {BACKEND_KEY}"
    assert BACKEND_KEY not in str(caught.value)
    assert BACKEND_KEY not in place.proxy.printed()


def test_misspelt_option_is_a_bad_request_that_offers_the_right_one(place: Place) -> None:
    with pytest.raises(openai.BadRequestError, match="wrapper"):
        place.client().chat.completions.create(model="gpt-4o", messages=MESSAGES, extra_body={"wraper": "hermes"})


def test_models_are_listed_under_their_names(place: Place) -> None:
    assert {"gpt-4o", "toy", "mine", "balanced", "broken"} <= {one.id for one in place.client().models.list()}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(
    ("model", "body", "words"),
    [
        ("mine", {"chat_template": "/etc/passwd", "wrapper": "template"}, "names a file of the proxy's machine"),
        ("mine", {"wrapper": "antigravity:webbrowser"}, "would import code of the proxy's machine"),
        ("fnwrap/ollama+antigravity:webbrowser/m", {}, "would import code of the proxy's machine"),
    ],
)
def test_stranger_reaches_no_file_and_no_code(
    place: Place, model: str, body: dict[str, Any], words: str, stream: bool
) -> None:
    place.main.will_say("hello")
    with pytest.raises(openai.APIStatusError, match=words):
        list(place.client().chat.completions.create(model=model, messages=MESSAGES, extra_body=body, stream=stream))
    assert not place.main.bodies


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("name", ["api_base", "base_url"])
@pytest.mark.parametrize("inside", [False, True], ids=["body", "extra_body"])
def test_stranger_sends_no_request_to_another_server(place: Place, name: str, inside: bool, stream: bool) -> None:
    body = {name: place.spare.base_url}
    with pytest.raises(openai.APIStatusError):
        list(
            place.client().chat.completions.create(
                model="mine", messages=MESSAGES, extra_body={"extra_body": body} if inside else body, stream=stream
            )
        )
    assert not place.main.bodies
    assert not place.spare.bodies
