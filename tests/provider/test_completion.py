from __future__ import annotations

import asyncio
import json
from typing import Any

import litellm
import pytest

from provider.asking import LYON, MESSAGES, PING, PINGED, TOOLS, WEATHER, calls_of, request
from provider.scripted_ollama import ScriptedOllama, says

pytestmark = pytest.mark.litellm


async def answered(how: str, asked: dict[str, Any]) -> Any:
    """The response by either of LiteLLM's two ways to a whole answer."""
    return litellm.completion(**asked) if how == "sync" else await litellm.acompletion(**asked)


both = pytest.mark.parametrize("how", ["sync", "async"])


@both
async def test_tool_call_comes_back_as_openai_says_it(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(f"Let me look.\n{LYON}\n{PINGED}")
    response = await answered(how, request(ollama, tools=TOOLS))
    choice = response.choices[0]
    assert [name for name, _ in calls_of(choice.message)] == ["get_weather", "ping"]
    assert [json.loads(arguments) for _, arguments in calls_of(choice.message)] == [{"city": "Lyon"}, {}]
    assert len({call.id for call in choice.message.tool_calls}) == 2
    assert choice.message.content.strip() == "Let me look."
    assert choice.finish_reason == "tool_calls"
    assert response.model == "ollama+hermes/m"
    assert (response.usage.prompt_tokens, response.usage.completion_tokens, response.usage.total_tokens) == (11, 7, 18)


@both
async def test_plain_answer_is_content_with_finish_stop(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say("It is sunny.")
    choice = (await answered(how, request(ollama, tools=TOOLS))).choices[0]
    assert (choice.message.content, choice.message.tool_calls, choice.finish_reason) == ("It is sunny.", None, "stop")


@both
async def test_functions_get_function_call_back(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(LYON)
    choice = (await answered(how, request(ollama, functions=[WEATHER["function"], PING["function"]]))).choices[0]
    assert choice.message.function_call.name == "get_weather"
    assert json.loads(choice.message.function_call.arguments) == {"city": "Lyon"}
    assert choice.finish_reason == "function_call"
    assert not choice.message.tool_calls


@both
async def test_hidden_params_tell_how_the_answer_came_about(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(LYON)
    response = await answered(how, request(ollama, tools=TOOLS))
    report = response._hidden_params["fnwrap"]
    assert report["raw"] == LYON
    assert report["prompt"] == ollama.bodies[0]["prompt"]
    assert "get_weather" in report["prompt"]
    assert report["format"] == "hermes"
    assert report["wrapper"]
    assert report["reason"]
    assert report["repairs"] == []


@both
async def test_reasoning_is_kept_apart(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say("<think>\nhm\n</think>\n\nSunny.")
    response = await answered(how, request(ollama))
    message = response.choices[0].message
    fields = {**(message.provider_specific_fields or {}), **message.model_dump()}
    assert fields["reasoning_content"].strip() == "hm"
    assert message.content.strip() == "Sunny."


@both
async def test_answer_cut_by_the_token_limit_says_so(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(says(f"{PINGED}\n<tool_call>\n" + '{"name": "get_weather", "arg', done_reason="length"))
    choice = (await answered(how, request(ollama, tools=TOOLS, max_tokens=5))).choices[0]
    assert choice.finish_reason == "length"
    assert [name for name, _ in calls_of(choice.message)] == ["ping"]
    assert ollama.bodies[0]["options"]["num_predict"] == 5


@both
async def test_several_answers_are_several_requests(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say("one", "two", "three")
    response = await answered(how, request(ollama, n=3))
    assert sorted(choice.message.content for choice in response.choices) == ["one", "three", "two"]
    assert [choice.index for choice in response.choices] == [0, 1, 2]
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == (11, 21)
    assert len(ollama.bodies) == 3


@both
async def test_nothing_of_litellms_reaches_the_server(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say("ok")
    await answered(
        how,
        request(
            ollama,
            metadata={"team": "a"},
            user="someone",
            temperature=0.5,
            num_ctx=512,
            extra_body={"top_k": 7, "new_switch": True},
            headers={"X-Mine": "yes"},
            max_retries=0,
        ),
    )
    (body,) = ollama.bodies
    sent = json.dumps(body)
    assert not any(word in sent for word in ("max_retries", "metadata", "someone", "stream_options", "litellm"))
    assert {name: body["options"].get(name) for name in ("temperature", "num_ctx", "top_k")} == {
        "temperature": 0.5,
        "num_ctx": 512,
        "top_k": 7,
    }
    assert body["new_switch"] is True
    assert ollama.headers[0].get("X-Mine") == "yes"


def test_missing_token_counts_are_counted_here(ollama: ScriptedOllama) -> None:
    ollama.will_say(says("It is a sunny day in Lyon.", counts=False))
    usage = litellm.completion(**request(ollama)).usage
    assert usage.completion_tokens == litellm.token_counter(model="", text="It is a sunny day in Lyon.")
    assert usage.prompt_tokens > 5


def test_model_is_known_to_litellm_from_the_first_call_on(ollama: ScriptedOllama) -> None:
    ollama.will_say("ok")
    assert not litellm.supports_function_calling("fnwrap/ollama+hermes/first")
    litellm.completion(**request(ollama, model="fnwrap/ollama+hermes/first"))
    assert litellm.supports_function_calling("fnwrap/ollama+hermes/first")


def test_loggers_see_prompt_and_raw_text(ollama: ScriptedOllama, monkeypatch: pytest.MonkeyPatch) -> None:
    from litellm.integrations.custom_logger import CustomLogger

    seen: dict[str, Any] = {}

    class Logger(CustomLogger):
        def log_pre_api_call(self, model: Any, messages: Any, kwargs: Any) -> None:
            seen["prompt"] = kwargs["input"]

        def log_post_api_call(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
            seen["raw"] = kwargs["original_response"]

    monkeypatch.setattr(litellm, "callbacks", [Logger()])
    ollama.will_say(LYON)
    litellm.completion(**request(ollama, tools=TOOLS, api_key="sk-very-secret-key"))
    assert seen["prompt"] == ollama.bodies[0]["prompt"]
    assert seen["raw"] == LYON
    assert ollama.headers[0].get("Authorization") == "Bearer sk-very-secret-key"


def test_text_completion_continues_the_prompt_as_a_question(ollama: ScriptedOllama) -> None:
    ollama.will_say("Sunny.")
    response = litellm.text_completion(
        model="fnwrap/ollama+hermes/m", prompt="What is the weather?", api_base=ollama.base_url
    )
    assert response.choices[0].text == "Sunny."
    assert "What is the weather?" in ollama.bodies[0]["prompt"]


async def test_text_completion_works_on_an_event_loop(ollama: ScriptedOllama) -> None:
    ollama.will_say("Sunny.")
    response = await litellm.atext_completion(
        model="fnwrap/ollama+hermes/m", prompt="What is the weather?", api_base=ollama.base_url
    )
    assert response.choices[0].text == "Sunny."


def test_batch_of_conversations_is_answered(ollama: ScriptedOllama) -> None:
    ollama.will_say(LYON)
    responses = litellm.batch_completion(
        model="fnwrap/ollama+hermes/m", messages=[MESSAGES, MESSAGES], api_base=ollama.base_url, tools=TOOLS
    )
    assert [calls_of(response.choices[0].message)[0][0] for response in responses] == ["get_weather"] * 2


def test_json_schema_of_the_answer_binds_the_server(ollama: ScriptedOllama) -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    ollama.will_say('{"age": 40}')
    form = {"type": "json_schema", "json_schema": {"name": "person", "schema": schema}}
    response = litellm.completion(**request(ollama, response_format=form))
    assert json.loads(response.choices[0].message.content) == {"age": 40}
    assert ollama.bodies[0]["format"]["properties"] == {"age": {"type": "integer"}}
    assert response._hidden_params["fnwrap"]["constraint"] == "json_schema"


def test_context_window_that_the_server_reports_is_known_to_litellm(ollama: ScriptedOllama) -> None:
    ollama.will_say("ok")
    ollama.facts = {"llama.context_length": 4096}
    litellm.completion(**request(ollama, model="fnwrap/ollama/hermes-windowed"))
    assert litellm.get_model_info("fnwrap/ollama/hermes-windowed")["max_input_tokens"] == 4096


def test_environment_gives_default_options(ollama: ScriptedOllama, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FNWRAP_WRAPPER", "llama3")
    ollama.will_say("ok")
    litellm.completion(**request(ollama, model="fnwrap/ollama/m"))
    assert "<|start_header_id|>" in ollama.bodies[0]["prompt"]


async def test_many_calls_at_once_are_kept_apart(ollama: ScriptedOllama) -> None:
    ollama.will_say(LYON)
    asked = [
        {**request(ollama, tools=TOOLS), "messages": [{"role": "user", "content": f"Question {n}"}]} for n in range(40)
    ]
    responses = await asyncio.gather(*(litellm.acompletion(**one) for one in asked))
    prompts = [response._hidden_params["fnwrap"]["prompt"] for response in responses]
    assert all(f"Question {n}<|im_end|>" in prompt for n, prompt in enumerate(prompts))
    assert len({response.choices[0].message.tool_calls[0].id for response in responses}) == 40


@both
async def test_answer_that_the_request_has_begun_holds_what_follows(ollama: ScriptedOllama, how: str) -> None:
    ollama.will_say(" Paris.")
    messages = [*MESSAGES, {"role": "assistant", "content": "The capital is", "prefix": True}]
    response = await answered(how, request(ollama, messages=messages, tools=TOOLS))
    assert response.choices[0].message.content == " Paris."
    assert ollama.bodies[-1]["prompt"].endswith("<|im_start|>assistant\nThe capital is")
