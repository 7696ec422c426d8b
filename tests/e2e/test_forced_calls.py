"""A model of noise, bound by the constraint: every answer is a call that fulfils the tool's schema."""

from __future__ import annotations

import litellm
import pytest

import litellm_fnwrap
from e2e.tools import QUESTION, TOOLS, check_call, forced, joined

GENERATIONS = 50
pytestmark = pytest.mark.timeout(900)  # fifty long texts; a busy machine takes its time over them


@pytest.fixture(autouse=True, scope="module")
def registered() -> None:
    litellm_fnwrap.register()


@pytest.mark.parametrize("wrapper", ["chatml", "llama3", "generic", "airoboros"])
def test_forced_call_of_noise_is_always_valid(random_server: str, wrapper: str) -> None:
    for seed in range(GENERATIONS):
        answer = litellm.completion(
            model=f"fnwrap/llamacpp+{wrapper}/noise",
            api_base=random_server,
            messages=QUESTION,
            tools=TOOLS,
            tool_choice=forced("get_forecast"),
            max_tokens=3000,
            temperature=2.0,
            seed=seed,
        )
        message = answer.choices[0].message
        assert answer.choices[0].finish_reason == "tool_calls"
        for call in message.tool_calls:
            assert call.function.name == "get_forecast"
            check_call(call.function.name, call.function.arguments)


def test_forced_call_of_noise_is_always_valid_when_streamed(random_server: str) -> None:
    for seed in range(GENERATIONS):
        stream = litellm.completion(
            model="fnwrap/llamacpp+chatml/noise",
            api_base=random_server,
            messages=QUESTION,
            tools=TOOLS,
            tool_choice="required",
            max_tokens=3000,
            temperature=2.0,
            seed=seed,
            stream=True,
        )
        turn = joined(stream)
        assert turn["finish_reason"] == "tool_calls"
        assert turn["calls"]
        for name, arguments, _ in turn["calls"]:
            check_call(name, arguments)


def test_call_of_noise_without_a_forced_choice_never_costs_content(random_server: str) -> None:
    answer = litellm.completion(
        model="fnwrap/llamacpp+chatml/noise",
        api_base=random_server,
        messages=QUESTION,
        tools=TOOLS,
        tool_choice="none",
        max_tokens=30,
        seed=1,
    )
    assert answer.choices[0].message.content
    assert not answer.choices[0].message.tool_calls
