from __future__ import annotations

import asyncio
import dataclasses
import json

import pytest

from engine.asked import WAYS, carried_out, check_shown, request
from litellm_fnwrap import engine
from litellm_fnwrap.engine import Plan
from litellm_fnwrap.errors import NotFoundError, UnknownToolError
from provider.asking import LYON, PINGED, TOOLS
from provider.scripted_ollama import Reply, ScriptedOllama, says

every_way = pytest.mark.parametrize("way", WAYS)
TEXT = f"<think>\nhm\n</think>\n\nLet me look.\n{LYON}\n{PINGED}"


@every_way
@pytest.mark.parametrize("size", [1, 7, 1000], ids=["by-character", "by-seven", "at-once"])
async def test_every_way_and_chunking_gives_the_same_answer(ollama: ScriptedOllama, way: str, size: int) -> None:
    ollama.will_say(says(*(TEXT[n : n + size] for n in range(0, len(TEXT), size))))
    answer, events = await carried_out(way, request(ollama, tools=TOOLS))
    parsed = answer.parsed
    assert (parsed.content or "").strip() == "Let me look."
    assert (parsed.reasoning_content or "").strip() == "hm"
    assert [(call.name, json.loads(call.arguments)) for call in parsed.tool_calls] == [
        ("get_weather", {"city": "Lyon"}),
        ("ping", {}),
    ]
    assert parsed.finish_reason == "tool_calls"
    assert answer.raw == TEXT
    assert answer.prompt.text == ollama.bodies[0]["prompt"]
    assert (answer.wrapper, answer.format, answer.constraint) == ("hermes", "hermes", None)
    check_shown(answer, events)


@every_way
@pytest.mark.parametrize(
    ("mode", "content", "reasoning"),
    [
        pytest.param("separate", "Sunny.", "hm", id="separate"),
        pytest.param("content", "<think>\nhm\n</think>\n\nSunny.", None, id="content"),
        pytest.param("drop", "Sunny.", None, id="drop"),
    ],
)
async def test_reasoning_goes_where_the_option_says(
    ollama: ScriptedOllama, way: str, mode: str, content: str, reasoning: str | None
) -> None:
    ollama.will_say(says("<think>\nh", "m\n</think>", "\n\nSunny."))
    answer, events = await carried_out(way, request(ollama, options={"reasoning": mode}))
    thoughts = answer.parsed.reasoning_content
    assert (thoughts.strip() if thoughts else thoughts) == reasoning
    assert "".join((answer.parsed.content or "").split()) == "".join(content.split())
    check_shown(answer, events)


@every_way
async def test_undeclared_tool_raises_where_it_is_an_error(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say('<tool_call>\n{"name": "launch_rocket", "arguments": {}}\n</tool_call>')
    with pytest.raises(UnknownToolError, match="launch_rocket") as raised:
        await carried_out(way, request(ollama, tools=TOOLS, options={"unknown_tool": "error"}))
    assert (raised.value.backend, raised.value.wrapper) == ("ollama", "hermes")
    assert "launch_rocket" in raised.value.raw


@every_way
async def test_second_of_parallel_calls_is_left_out_where_one_is_wanted(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say(says(LYON, "\n", PINGED))
    answer, _ = await carried_out(way, request(ollama, tools=TOOLS, parallel_tool_calls=False))
    assert [call.name for call in answer.parsed.tool_calls] == ["get_weather"]


@every_way
async def test_with_tool_choice_none_nothing_is_a_call(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say(says(LYON))
    answer, _ = await carried_out(way, request(ollama, tools=TOOLS, tool_choice="none"))
    assert answer.parsed.tool_calls == []
    assert "get_weather" in (answer.parsed.content or "")
    assert "get_weather" not in ollama.bodies[0]["prompt"]


@every_way
async def test_every_attempt_is_announced_before_it_is_sent(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say("Sunny.", LYON)
    plans: list[tuple[str, int]] = []

    def announce(plan: Plan) -> None:
        plans.append((plan.prompt.text, len(ollama.bodies)))

    asked = request(ollama, tools=TOOLS, tool_choice="required", options={"corrections": 1})
    await carried_out(way, dataclasses.replace(asked, on_plan=announce))
    assert [sent for _, sent in plans] == [0, 1]
    assert [prompt for prompt, _ in plans] == [body["prompt"] for body in ollama.bodies]


async def opened(way: str, asked: engine.Request) -> None:
    """Open a stream without reading it."""
    if way == "stream":
        engine.stream(asked)
    elif way == "stream-async":
        await engine.astream(asked)
    else:
        await asyncio.to_thread(engine.astream_from_thread, asked)


@pytest.mark.parametrize("way", WAYS[2:])
async def test_refusal_of_the_server_is_raised_before_any_event(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say(Reply(status=404, error="model 'm' not found"))
    with pytest.raises(NotFoundError):
        await opened(way, request(ollama))


async def test_servers_facts_are_not_asked_for_where_the_wrapper_is_named(ollama: ScriptedOllama) -> None:
    ollama.will_say("x")
    await carried_out("whole", request(ollama))
    assert ollama.asked_about == 0
    await carried_out("whole", request(ollama, options={"wrapper": None}))
    assert ollama.asked_about == 1
