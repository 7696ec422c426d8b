from __future__ import annotations

import json
from typing import Any

import pytest

from engine.asked import WAYS, carried_out, check_shown, request
from provider.asking import LYON, PINGED, TOOLS
from provider.scripted_ollama import ScriptedOllama, says

every_way = pytest.mark.parametrize("way", WAYS)
NO_CITY = '<tool_call>\n{"name": "get_weather", "arguments": {"days": 3}}\n</tool_call>'
BAD_DAYS = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon", "days": "soon"}}\n</tool_call>'


def called(answer: Any) -> list[tuple[str, Any]]:
    return [(call.name, json.loads(call.arguments)) for call in answer.parsed.tool_calls]


@every_way
async def test_missing_required_call_is_asked_for_again(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say(says("It is ", "sunny."), LYON)
    answer, events = await carried_out(
        way, request(ollama, tools=TOOLS, tool_choice="required", options={"corrections": 2})
    )
    assert called(answer) == [("get_weather", {"city": "Lyon"})]
    assert answer.parsed.content is None
    assert answer.rejected == ("It is sunny.",)
    assert answer.faults == ()
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (22, 14)
    assert len(ollama.bodies) == 2
    again = ollama.bodies[1]["prompt"]
    assert again.startswith(ollama.bodies[0]["prompt"])
    assert "It is sunny." in again
    assert "must be a call of get_weather or ping" in again
    check_shown(answer, events)


@every_way
@pytest.mark.parametrize("wrong", [NO_CITY, BAD_DAYS], ids=["required-property", "type"])
async def test_invalid_arguments_are_sent_back_as_a_failing_tool(ollama: ScriptedOllama, way: str, wrong: str) -> None:
    ollama.will_say(wrong, LYON)
    answer, events = await carried_out(way, request(ollama, tools=TOOLS, options={"corrections": 1}))
    assert called(answer) == [("get_weather", {"city": "Lyon"})]
    again = ollama.bodies[1]["prompt"]
    assert "The arguments of get_weather are not valid" in again
    assert "Nothing was executed" in again
    assert "<tool_response>" in again
    check_shown(answer, events)


@every_way
async def test_text_before_an_invalid_call_is_shown_once(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say(says("Let me ", f"look.\n{NO_CITY}"), f"I will look again.\n{LYON}")
    answer, events = await carried_out(way, request(ollama, tools=TOOLS, options={"corrections": 1}))
    assert (answer.parsed.content or "").strip() == "Let me look."
    assert called(answer) == [("get_weather", {"city": "Lyon"})]
    assert answer.parsed.finish_reason == "tool_calls"
    check_shown(answer, events)


@every_way
async def test_text_instead_of_the_corrected_call_is_kept(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say(f"Let me look.\n{NO_CITY}", "I cannot.")
    answer, events = await carried_out(way, request(ollama, tools=TOOLS, options={"corrections": 1}))
    assert [line for line in (answer.parsed.content or "").split("\n") if line] == ["Let me look.", "I cannot."]
    assert (called(answer), answer.parsed.finish_reason) == ([], "stop")
    check_shown(answer, events)


@every_way
async def test_valid_sibling_of_an_invalid_call_is_called_again_too(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say(f"{PINGED}\n{NO_CITY}", f"{PINGED}\n{LYON}")
    answer, events = await carried_out(way, request(ollama, tools=TOOLS, options={"corrections": 1}))
    assert called(answer) == [("ping", {}), ("get_weather", {"city": "Lyon"})]
    assert "another call of the same answer was invalid" in ollama.bodies[1]["prompt"]
    check_shown(answer, events)


@every_way
async def test_last_answer_is_returned_with_its_faults_when_corrections_run_out(
    ollama: ScriptedOllama, way: str
) -> None:
    ollama.will_say("Sunny.", "Very sunny.", "Extremely sunny.")
    answer, events = await carried_out(
        way, request(ollama, tools=TOOLS, tool_choice="required", options={"corrections": 2})
    )
    assert answer.parsed.content == "Extremely sunny."
    assert answer.rejected == ("Sunny.", "Very sunny.")
    assert "no complete, readable call" in answer.faults[0]
    assert len(ollama.bodies) == 3
    check_shown(answer, events)


@every_way
async def test_content_that_fails_its_schema_is_asked_for_again(ollama: ScriptedOllama, way: str) -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    form = {"type": "json_schema", "json_schema": {"name": "person", "schema": schema}}
    ollama.will_say('{"age": "old"}', '{"age": 40}')
    answer, events = await carried_out(way, request(ollama, response_format=form, options={"corrections": 1}))
    assert answer.parsed.content == '{"age": 40}'
    assert "at $.age" in ollama.bodies[1]["prompt"]
    check_shown(answer, events)


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        pytest.param("Sunny.", {"tools": TOOLS}, id="text-where-a-call-is-free"),
        pytest.param(LYON, {"tools": TOOLS, "tool_choice": "required"}, id="valid-call"),
        pytest.param("Sunny.", {}, id="no-tools"),
        pytest.param(says("<tool_call>\n{", done_reason="length"), {"tools": TOOLS}, id="cut-by-the-limit"),
    ],
)
async def test_answers_with_nothing_to_correct_are_not_asked_again(
    ollama: ScriptedOllama, reply: Any, asked: dict[str, Any]
) -> None:
    ollama.will_say(reply)
    answer, _ = await carried_out("whole", request(ollama, **asked, options={"corrections": 3}))
    assert len(ollama.bodies) == 1
    assert answer.faults == ()


@every_way
async def test_without_corrections_the_answer_is_taken_as_it_is(ollama: ScriptedOllama, way: str) -> None:
    ollama.will_say("Sunny.")
    answer, events = await carried_out(way, request(ollama, tools=TOOLS, tool_choice="required"))
    assert (answer.parsed.content, answer.rejected, len(ollama.bodies)) == ("Sunny.", (), 1)
    check_shown(answer, events)


async def test_text_streams_on_while_a_correction_is_still_possible(ollama: ScriptedOllama) -> None:
    from litellm_fnwrap import engine

    ollama.will_say(says("It is ", "sunny ", "in Lyon.", pause=0.05))
    batches = list(engine.stream(request(ollama, tools=TOOLS, options={"corrections": 2})))
    assert len(batches) >= 3
