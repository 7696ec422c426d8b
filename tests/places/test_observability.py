"""What people who watch their calls see: LiteLLM's callbacks, the one logger, how often was mended."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import litellm
import pytest
from litellm.integrations.custom_logger import CustomLogger

import litellm_fnwrap
from provider.asking import MESSAGES, TOOLS, calls_of
from provider.scripted_ollama import Reply, ScriptedOllama, says, scripted_ollama

pytestmark = pytest.mark.litellm

KEY = "open-sesame-4711"
BROKEN = '<tool_call>\n{name: \'get_weather\', "arguments": {"city": "Lyon",}}\n</tool_call>'


class Watcher(CustomLogger):
    """A callback class, as users write it."""

    def __init__(self) -> None:
        super().__init__()
        self.forget()

    def forget(self) -> None:
        self.prompts: list[str] = []
        self.raw: list[str] = []
        self.answers: list[Any] = []
        self.failures: list[str] = []

    def log_pre_api_call(self, model: Any, messages: Any, kwargs: Any) -> None:
        self.prompts.append(kwargs["input"])

    def log_post_api_call(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        self.raw.append(kwargs["original_response"])

    def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        # LiteLLM may still be telling of another test's text completion, which has no message.
        if hasattr(response_obj.choices[0], "message"):
            self.answers.append(response_obj)

    async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        self.log_success_event(kwargs, response_obj, start_time, end_time)

    def log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        self.failures.append(f"{kwargs['exception']}")


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with scripted_ollama() as server:
        yield server


CALLBACKS = (
    "callbacks", "input_callback", "success_callback", "failure_callback", "service_callback",
    "_async_input_callback", "_async_success_callback", "_async_failure_callback",
)  # fmt: skip


@pytest.fixture(scope="module")
def watching() -> Iterator[Watcher]:
    """One for all tests: LiteLLM keeps the first callback of a class that it is given.

    What Routers of other modules leave behind is out of its way.
    """
    litellm_fnwrap.register()
    one = Watcher()
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLBACKS:
            patch.setattr(litellm, name, [])
        litellm.callbacks.append(one)
        yield one


@pytest.fixture
def watcher(watching: Watcher) -> Watcher:
    watching.forget()
    return watching


async def ask(server: ScriptedOllama, *, on_loop: bool, stream: bool) -> None:
    given: dict[str, Any] = {
        "model": "fnwrap/ollama+hermes/m", "messages": MESSAGES, "tools": TOOLS, "api_base": server.base_url,
        "api_key": KEY, "stream": stream,
    }  # fmt: skip
    if on_loop:
        response: Any = await litellm.acompletion(**given)
        if stream:
            async for _ in response:
                pass
    else:
        response = await asyncio.to_thread(litellm.completion, **given)
        if stream:
            await asyncio.to_thread(list, response)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("on_loop", [False, True], ids=["sync", "async"])
async def test_callbacks_see_prompt_raw_text_calls_and_usage(
    ollama: ScriptedOllama, watcher: Watcher, on_loop: bool, stream: bool
) -> None:
    ollama.will_say(says(*(BROKEN[n : n + 7] for n in range(0, len(BROKEN), 7))))
    await ask(ollama, on_loop=on_loop, stream=stream)
    # LiteLLM tells its callbacks from other threads and tasks, soon after the answer.
    for _ in range(400):
        if any(calls_of(answer.choices[0].message) for answer in watcher.answers):
            break
        await asyncio.sleep(0.05)
    assert watcher.prompts == [ollama.bodies[0]["prompt"]]
    assert watcher.raw == [BROKEN]
    answer = watcher.answers[-1]
    ((name, arguments),) = calls_of(answer.choices[0].message)
    assert (name, json.loads(arguments)) == ("get_weather", {"city": "Lyon"})
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 7)


def test_log_counts_repairs_under_one_name(ollama: ScriptedOllama, caplog: pytest.LogCaptureFixture) -> None:
    litellm_fnwrap.register()
    ollama.will_say(BROKEN)
    with caplog.at_level(logging.DEBUG):
        response: Any = litellm.completion(
            model="fnwrap/ollama+hermes/m", messages=MESSAGES, tools=TOOLS, api_base=ollama.base_url
        )
    repairs = response._hidden_params["fnwrap"]["repairs"]
    lines = [record.getMessage() for record in caplog.records if record.name == "litellm_fnwrap"]
    assert repairs
    assert any(f"{len(repairs)} repairs" in line for line in lines)
    assert any("hermes" in line and "ollama" in line for line in lines)
    assert not [record.name for record in caplog.records if record.name.startswith("litellm_fnwrap.")]


def test_key_is_in_no_log_and_no_error_even_if_the_server_repeats_it(
    ollama: ScriptedOllama, watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    ollama.will_say(Reply(status=401, error=f"{KEY} is no key of ours"))
    with caplog.at_level(logging.DEBUG), pytest.raises(litellm.AuthenticationError) as caught:
        litellm.completion(model="fnwrap/ollama+hermes/m", messages=MESSAGES, api_base=ollama.base_url, api_key=KEY)
    assert ollama.headers[0]["Authorization"] == f"Bearer {KEY}"
    told = [record.getMessage() for record in caplog.records if record.name.startswith("litellm_fnwrap")]
    assert KEY not in "\n".join([str(caught.value), *told, *watcher.failures])
