"""Tools that came before are known again, and nothing that is remembered can go stale."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import litellm_fnwrap
from litellm_fnwrap.messages import Tool, ToolChoice, read_conversation, read_tools
from litellm_fnwrap.remembered import LONGEST, MOST, Memory, Remembered, once

TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "parameters": {"type": "object", "properties": {"city": {"type": "string", "default": "Lyon"}}},
        },
    }
    for name in ("weather", "time")
]
MESSAGES = [{"role": "user", "content": "Hi"}]


def changed(value: Any) -> list[dict[str, Any]]:
    tools = copy.deepcopy(TOOLS)
    tools[0]["function"]["parameters"]["properties"]["city"]["default"] = value
    return tools


def test_equal_tools_are_the_same_tools() -> None:
    assert read_tools(copy.deepcopy(TOOLS)) is read_tools(copy.deepcopy(TOOLS))
    assert read_tools(TOOLS) == tuple(read_tools([tool])[0] for tool in TOOLS)


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False), ("1", 1), ([1], 1), (None, "null")])
def test_values_that_only_compare_equal_are_told_apart(one: Any, other: Any) -> None:
    for value in (one, other):
        read = read_tools(changed(value))[0].parameters["properties"]["city"]["default"]
        assert (read, type(read)) == (value, type(value))


def test_order_of_properties_is_part_of_the_tools() -> None:
    tools = [{"name": "f", "parameters": {"type": "object", "properties": {"a": {}, "b": {}}}}]
    turned = [{"name": "f", "parameters": {"type": "object", "properties": {"b": {}, "a": {}}}}]
    assert list(read_tools(tools)[0].parameters["properties"]) == ["a", "b"]
    assert list(read_tools(turned)[0].parameters["properties"]) == ["b", "a"]


def test_tools_changed_in_place_are_read_anew() -> None:
    tools = changed("Paris")
    before = litellm_fnwrap.render(MESSAGES, tools, wrapper="hermes").text
    tools[0]["function"]["parameters"]["properties"]["city"]["default"] = "Oslo"
    after = litellm_fnwrap.render(MESSAGES, tools, wrapper="hermes").text
    assert after == before.replace("Paris", "Oslo")
    assert litellm_fnwrap.render(MESSAGES, changed("Paris"), wrapper="hermes").text == before


def test_schema_given_out_may_be_changed_without_harm() -> None:
    given = litellm_fnwrap.constraint(TOOLS, format="generic", dialect="json_schema")
    assert isinstance(given, dict)
    known = copy.deepcopy(given)
    given.clear()
    assert litellm_fnwrap.constraint(TOOLS, format="generic", dialect="json_schema") == known


def test_foreign_wrapper_may_change_its_functions_without_harm() -> None:
    class Careless:
        def chat_completion_to_prompt(self, messages: Any, functions: Any) -> str:
            names = ",".join(function["parameters"]["properties"].pop("city")["default"] for function in functions)
            functions.clear()
            return names

        def output_to_chat_completion_response(self, raw_llm_output: str) -> dict[str, Any]:
            return {"role": "assistant", "content": raw_llm_output}

    texts = [litellm_fnwrap.render(MESSAGES, TOOLS, wrapper=Careless()).text for _ in range(2)]
    assert texts == ["Lyon,Lyon"] * 2


def test_named_tool_is_found_again_too() -> None:
    choice = {"type": "function", "function": {"name": "time"}}
    one, other = (read_conversation(MESSAGES, tools=copy.deepcopy(TOOLS), tool_choice=choice) for _ in range(2))
    assert [tool.name for tool in one.offered] == ["time"]
    assert one.offered is other.offered
    assert one.tool_choice == ToolChoice("named", "time")


def test_objects_that_others_hold_are_not_remembered() -> None:
    tool = Tool(name="f")
    assert read_tools([tool]) is not read_tools([tool])
    assert not isinstance(read_tools([tool]), Remembered)


def test_memory_is_bounded_in_number_and_size() -> None:
    memory: Memory[str] = Memory(lambda words: list(words))
    first = memory.get(["0"])
    for number in range(MOST):
        memory.get([str(number)])
        assert memory.get(["0"]) is first, "what is used stays"
    assert len(memory._known) == MOST
    long = ["x" * LONGEST]
    assert memory.get(long) == tuple(long)
    assert memory.get(long) is not memory.get(long)


def test_what_cannot_be_read_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(litellm_fnwrap.errors.InvalidToolsError, match="Two tools"):
            read_tools([TOOLS[0], TOOLS[0]])


def test_result_is_made_once_and_a_bounded_number_is_kept() -> None:
    values = Remembered([1, 2])
    assert once(values, "sum", lambda: [sum(values)]) is once(values, "sum", lambda: [sum(values)])
    assert once([1, 2], "sum", lambda: [3]) is not once([1, 2], "sum", lambda: [3])
    for number in range(100):
        assert once(values, number, lambda number=number: number) == number  # type: ignore[misc]
    assert len(values._made) <= 32
