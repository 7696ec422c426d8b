from __future__ import annotations

from typing import Any

import litellm
import pytest

from litellm_fnwrap.errors import InvalidRequestError
from litellm_fnwrap.provider import handler, known_models, register, register_model
from provider.asking import LYON, TOOLS, calls_of, request
from provider.scripted_ollama import ScriptedOllama

pytestmark = pytest.mark.litellm


@pytest.fixture
def provider_map(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    entries: list[Any] = []
    monkeypatch.setattr(litellm, "custom_provider_map", entries)
    return entries


def test_registering_twice_enters_the_provider_once(provider_map: list[Any]) -> None:
    assert register() is register() is handler
    assert provider_map == [{"provider": "fnwrap", "custom_handler": handler}]


def test_other_providers_stay(provider_map: list[Any]) -> None:
    other = {"provider": "other", "custom_handler": litellm.CustomLLM()}
    provider_map.append(other)
    register()
    assert provider_map[0] is other
    assert len(provider_map) == 2


def test_stale_handlers_are_replaced_in_place(provider_map: list[Any]) -> None:
    provider_map.append({"provider": "fnwrap", "custom_handler": litellm.CustomLLM()})
    register()
    assert provider_map == [{"provider": "fnwrap", "custom_handler": handler}]


def test_registered_provider_is_known_to_litellms_helpers(provider_map: list[Any]) -> None:
    register()
    assert litellm.get_llm_provider("fnwrap/ollama/x")[1] == "fnwrap"


@pytest.mark.parametrize("model", ["fnwrap/ollama/planned", "tgi+hermes/planned"], ids=["full", "without-provider"])
def test_model_can_be_described_before_the_first_call(model: str) -> None:
    full = "fnwrap/" + model.removeprefix("fnwrap/")
    assert not litellm.supports_function_calling(full)
    register_model(model, context_window=8192)
    assert litellm.supports_function_calling(full)
    assert litellm.supports_response_schema(full)
    assert litellm.model_cost[full]["supports_parallel_function_calling"]
    info = litellm.get_model_info(full)
    assert (info["max_input_tokens"], info["max_output_tokens"]) == (8192, 8192)


def test_description_can_be_given_again() -> None:
    register_model("fnwrap/ollama/again", context_window=100)
    register_model("fnwrap/ollama/again", context_window=200, max_output_tokens=50)
    info = litellm.get_model_info("fnwrap/ollama/again")
    assert (info["max_input_tokens"], info["max_output_tokens"]) == (200, 50)


def test_model_string_without_backend_is_refused() -> None:
    with pytest.raises(InvalidRequestError):
        register_model("fnwrap/")


def test_callers_cannot_fill_litellms_table_with_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_models, "_LIMIT", 0)
    known_models.describe("fnwrap/ollama/one-too-many")
    assert "fnwrap/ollama/one-too-many" not in litellm.model_cost
    register_model("fnwrap/ollama/one-too-many")
    assert "fnwrap/ollama/one-too-many" in litellm.model_cost


@pytest.mark.parametrize("on_loop", [False, True], ids=["sync", "async"])
async def test_model_with_openai_put_before_it_is_the_model(ollama: ScriptedOllama, on_loop: bool) -> None:
    ollama.will_say(LYON)
    model = "fnwrap/ollama+hermes/detour"
    register_model(model, context_window=2048)
    assert litellm.supports_function_calling(f"openai/{model}")
    assert litellm.get_model_info(f"openai/{model}")["max_input_tokens"] == 2048
    given = request(ollama, model=f"openai/{model}", tools=TOOLS)
    response: Any = await litellm.acompletion(**given) if on_loop else litellm.completion(**given)
    assert calls_of(response.choices[0].message)[0][0] == "get_weather"
    assert ollama.bodies[0]["model"] == "detour"
