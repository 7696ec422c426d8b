from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import litellm
import pytest

from provider.asking import LYON, MESSAGES, TOOLS, Joined, calls_of
from provider.scripted_ollama import Reply, ScriptedOllama, scripted_ollama

pytestmark = pytest.mark.litellm


@pytest.fixture
def other() -> Iterator[ScriptedOllama]:
    with scripted_ollama() as server:
        yield server


def deployment(name: str, server: ScriptedOllama, **more: Any) -> dict[str, Any]:
    params = {"model": "fnwrap/ollama+hermes/m", "api_base": server.base_url, **more}
    return {"model_name": name, "litellm_params": params}


BROKEN = [
    pytest.param(Reply(status=400, error="invalid options"), id="400"),
    pytest.param(Reply(status=401, error="unauthorized"), id="401"),
    pytest.param(Reply(status=404, error="model 'm' not found"), id="404"),
    pytest.param(Reply(status=429, error="slow down"), id="429"),
    pytest.param(Reply(status=500, error="runner died"), id="500"),
    pytest.param(Reply(status=503, error="busy"), id="503"),
    pytest.param(Reply(wait=5.0), id="timeout"),
]


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
async def test_fallback_is_used_for_every_kind_of_failure(
    ollama: ScriptedOllama, other: ScriptedOllama, broken: Reply, stream: bool
) -> None:
    ollama.will_say(broken)
    other.will_say(LYON)
    router = litellm.Router(
        model_list=[deployment("main", ollama, timeout=0.3), deployment("spare", other)],
        fallbacks=[{"main": ["spare"]}],
        num_retries=0,
    )
    response: Any = await router.acompletion(model="main", messages=MESSAGES, tools=TOOLS, stream=stream)
    if stream:
        assert Joined([chunk async for chunk in response]).named_calls[0][0] == "get_weather"
    else:
        assert calls_of(response.choices[0].message)[0][0] == "get_weather"
    assert len(other.bodies) == 1


def test_sync_stream_falls_back_before_the_first_chunk(ollama: ScriptedOllama, other: ScriptedOllama) -> None:
    ollama.will_say(Reply(status=503, error="busy"))
    other.will_say(LYON)
    router = litellm.Router(
        model_list=[deployment("main", ollama), deployment("spare", other)],
        fallbacks=[{"main": ["spare"]}],
        num_retries=0,
    )
    response: Any = router.completion(model="main", messages=MESSAGES, tools=TOOLS, stream=True)
    assert Joined(list(response)).named_calls[0][0] == "get_weather"


async def test_three_deployments_share_the_load_and_outlive_a_broken_one(
    ollama: ScriptedOllama, other: ScriptedOllama
) -> None:
    with scripted_ollama() as third:
        # LiteLLM leaves a deployment alone at once after this status, so that no run of bad luck uses up the retries.
        ollama.will_say(Reply(status=429, error="slow down"))
        other.will_say("two")
        third.will_say("three")
        router = litellm.Router(
            model_list=[deployment("main", server) for server in (ollama, other, third)], num_retries=3
        )
        texts = [
            (await router.acompletion(model="main", messages=MESSAGES)).choices[0].message.content for _ in range(12)
        ]
        assert set(texts) == {"two", "three"}
        assert len(other.bodies) + len(third.bodies) == 12


async def test_wildcard_model_and_options_of_a_deployment(ollama: ScriptedOllama) -> None:
    ollama.will_say(LYON)
    router = litellm.Router(
        model_list=[
            {
                "model_name": "fnwrap/*",
                "litellm_params": {"model": "fnwrap/*", "api_base": ollama.base_url, "wrapper": "hermes"},
            }
        ]
    )
    response: Any = await router.acompletion(model="fnwrap/ollama/anything", messages=MESSAGES, tools=TOOLS)
    assert calls_of(response.choices[0].message)[0][0] == "get_weather"
    assert ollama.bodies[0]["model"] == "anything"
