from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.engine.faults import corrected, find_faults
from litellm_fnwrap.events import Parsed, ToolCall
from litellm_fnwrap.messages import read_conversation
from provider.asking import MESSAGES, TOOLS

LYON = ToolCall("call_a", "get_weather", '{"city": "Lyon"}')
NOWHERE = ToolCall("call_b", "get_weather", "{}")


@pytest.mark.parametrize(
    ("parsed", "asked", "faults"),
    [
        pytest.param(Parsed(tool_calls=[LYON]), {}, [], id="valid-call"),
        pytest.param(Parsed(tool_calls=[LYON, NOWHERE]), {}, ["'city' is a required"], id="one-of-two-invalid"),
        pytest.param(Parsed(content="x"), {}, [], id="text-where-a-call-is-free"),
        pytest.param(Parsed(content="x"), {"tool_choice": "required"}, ["get_weather or ping"], id="required"),
        pytest.param(
            Parsed(content="x"),
            {"tool_choice": {"type": "function", "function": {"name": "ping"}}},
            ["must be a call of ping,"],
            id="named",
        ),
        pytest.param(
            Parsed(content="x", finish_reason="length"), {"tool_choice": "required"}, [], id="cut-by-the-limit"
        ),
    ],
)
def test_faults_are_what_would_break_the_caller(parsed: Parsed, asked: dict[str, Any], faults: list[str]) -> None:
    found = find_faults(parsed, read_conversation(MESSAGES, tools=TOOLS, **asked))
    assert len(found) == len(faults)
    assert all(words in fault.message for words, fault in zip(faults, found, strict=True))


@pytest.mark.parametrize(
    ("schema", "content", "valid"),
    [
        pytest.param({"type": "object"}, "{}", True, id="object"),
        pytest.param({"type": "object"}, "[]", False, id="array-for-object"),
        pytest.param({"type": "object"}, "{", False, id="no-json"),
        pytest.param({"type": "object", "properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "null"}}},
                     '{"a": 1}', False, id="reference"),
        pytest.param({"type": 5}, "{}", True, id="schema-that-is-none"),
        pytest.param({"$ref": "https://example.invalid/x"}, "{}", True, id="reference-out-of-reach"),
    ],
)  # fmt: skip
def test_content_is_checked_against_the_response_schema(schema: dict[str, Any], content: str, valid: bool) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    conversation = read_conversation(MESSAGES, response_format=form)
    assert (find_faults(Parsed(content=content), conversation) == []) is valid


def test_every_call_of_a_faulty_answer_gets_a_result() -> None:
    conversation = read_conversation(MESSAGES, tools=TOOLS)
    parsed = Parsed(content="Look.", tool_calls=[LYON, NOWHERE])
    again = corrected(conversation, parsed, "raw", find_faults(parsed, conversation))
    turn, first, second = again.messages[1:]
    assert (turn.role, turn.content, turn.tool_calls) == ("assistant", "Look.", (LYON, NOWHERE))
    assert (first.role, first.tool_call_id, second.tool_call_id) == ("tool", "call_a", "call_b")
    assert first.content.startswith("Not executed")
    assert "'city' is a required property" in second.content
    assert conversation.messages == read_conversation(MESSAGES, tools=TOOLS).messages


@pytest.mark.parametrize("parameters", [{"$ref": "#"}, {"$ref": "#/$defs/none"}, {"type": "no such type"}])
def test_schema_that_cannot_be_checked_finds_no_fault(parameters: dict[str, Any]) -> None:
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": parameters}}]
    assert find_faults(Parsed(tool_calls=[LYON]), read_conversation(MESSAGES, tools=tools)) == []
