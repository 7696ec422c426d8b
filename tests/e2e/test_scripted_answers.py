"""Known text through the real server: what the model says is what the caller gets, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import litellm
import pytest

import litellm_fnwrap
from e2e.tools import QUESTION, TOOLS, calls_of, joined

Start = Callable[..., str]

LYON = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>'
OSLO = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call>'
BOTH = [("get_weather", {"city": "Lyon"}), ("get_weather", {"city": "Oslo"})]


@pytest.fixture(autouse=True, scope="module")
def registered() -> None:
    litellm_fnwrap.register()


def ask(base_url: str, wrapper: str, messages: Any = QUESTION, **parameters: Any) -> Any:
    """One completion of a scripted model, which says the same at every temperature."""
    return litellm.completion(
        model=f"fnwrap/llamacpp+{wrapper}/scripted", api_base=base_url, messages=messages, tools=TOOLS, **parameters
    )


CASES = {
    "text-before-a-call": ("chatml", f"Let me look.\n{LYON}", {}, "Let me look.", BOTH[:1]),
    "parallel-calls": ("chatml", f"{LYON}\n{OSLO}", {}, None, BOTH),
    "no-call": ("chatml", "It rains in both of them.", {}, "It rains in both of them.", []),
    "hidden-token": (
        "llama3",
        '<|python_tag|>{"name": "get_weather", "parameters": {"city": "Lyon"}}',
        {"after": "\n", "end": "<|eot_id|>"},
        None,
        BOTH[:1],
    ),
}


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_scripted_answer_is_read(scripted_server: Start, case: Any, streamed: bool) -> None:
    wrapper, text, options, content, calls = case
    base_url = scripted_server(text, **options)
    if streamed:
        turn = joined(ask(base_url, wrapper, stream=True))
        found = [(name, json.loads(arguments)) for name, arguments, _ in turn["calls"]]
        said, finish = turn["content"] or None, turn["finish_reason"]
    else:
        choice = ask(base_url, wrapper).choices[0]
        found, said, finish = calls_of(choice.message), choice.message.content, choice.finish_reason
    assert found == calls
    assert (said or "").strip() == (content or "")
    assert finish == ("tool_calls" if calls else "stop")


def test_parallel_calls_have_ids_of_their_own(scripted_server: Start) -> None:
    base_url = scripted_server(f"{LYON}\n{OSLO}")
    streamed = joined(ask(base_url, "chatml", stream=True))
    whole = ask(base_url, "chatml").choices[0].message.tool_calls
    assert len({call_id for _, _, call_id in streamed["calls"]}) == 2
    assert len({call.id for call in whole}) == 2


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_result_of_a_call_is_answered(scripted_server: Start, streamed: bool) -> None:
    base_url = scripted_server(LYON, then="It is 21 degrees in Lyon.")
    call = ask(base_url, "chatml").choices[0].message.tool_calls[0]
    messages = [
        *QUESTION,
        {"role": "assistant", "content": None, "tool_calls": [call.model_dump()]},
        {"role": "tool", "tool_call_id": call.id, "content": '{"temperature": 21}'},
    ]
    answer = ask(base_url, "chatml", messages, stream=streamed)
    content = joined(answer)["content"] if streamed else answer.choices[0].message.content
    assert content == "It is 21 degrees in Lyon."


async def test_stream_on_an_event_loop_is_the_same(scripted_server: Start) -> None:
    base_url = scripted_server(f"Let me look.\n{LYON}")
    stream = await litellm.acompletion(
        model="fnwrap/llamacpp+chatml/scripted", api_base=base_url, messages=QUESTION, tools=TOOLS, stream=True
    )
    turn = joined([chunk async for chunk in stream])
    assert [(name, json.loads(arguments)) for name, arguments, _ in turn["calls"]] == BOTH[:1]
    assert turn["content"].strip() == "Let me look."


def test_functions_are_answered_by_a_function_call(scripted_server: Start) -> None:
    answer = litellm.completion(
        model="fnwrap/llamacpp+chatml/scripted",
        api_base=scripted_server(LYON),
        messages=QUESTION,
        functions=[tool["function"] for tool in TOOLS],
    )
    assert answer.choices[0].finish_reason == "function_call"
    assert answer.choices[0].message.function_call.name == "get_weather"
    assert json.loads(answer.choices[0].message.function_call.arguments) == {"city": "Lyon"}
