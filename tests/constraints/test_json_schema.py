from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from constraints.sampling import Sampler
from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint, prefill_for
from litellm_fnwrap.constraints.build import Demand, answer
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.errors import ConstraintError
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.messages import Tool, ToolChoice

NAMES = ["llama3-json", "generic", "required", "llama-cpp-generic", "openai-echo", "xlam-json"]


def schema(name: str, tools: str, mode: str = "required", **more: Any) -> dict[str, Any]:
    found = build_constraint(
        get_format(name),
        TOOLSETS[tools],
        ToolChoice(mode),  # type: ignore[arg-type]
        dialect="json_schema",
        **more,
    )
    assert found is not None
    assert isinstance(found.value, dict)
    return found.value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tools", list(TOOLSETS))
def test_schema_admits_what_the_grammar_does(name: str, tools: str) -> None:
    format = get_format(name)
    judge = jsonschema.Draft202012Validator(schema(name, tools))
    judge.check_schema(judge.schema)
    parallel = format.array or bool(format.envelope)
    demand = Demand(
        format=format, tools=TOOLSETS[tools], forced=True, parallel=parallel, response_schema=None, prefill=""
    )
    grammar = answer(demand, Rules())
    assert grammar is not None
    sampler = Sampler(grammar, seed=5)
    for _ in range(10):
        text = sampler.draw()
        assert judge.is_valid(json.loads(text)), text


@pytest.mark.parametrize("name", NAMES)
def test_schema_refuses_wrong_calls(name: str) -> None:
    judge = jsonschema.Draft202012Validator(schema(name, "simple"))
    good = get_format(name).sample
    if name == "llama3-json":
        good = good.partition("; ")[0]
    assert judge.is_valid(json.loads(good))
    assert not judge.is_valid(json.loads(good.replace("get_weather", "rm")))
    assert not judge.is_valid(json.loads(good.replace('"city"', '"town"')))


def test_calls_or_result_are_one_object_at_the_top() -> None:
    found = schema("generic", "simple", "auto")
    assert found["type"] == "object"
    assert set(found["properties"]) == {"thought_about_next_step_only", "next_step"}
    judge = jsonschema.Draft202012Validator(found)
    assert judge.is_valid({"thought_about_next_step_only": "", "next_step": {"result": "Hi"}})
    assert not judge.is_valid({"thought_about_next_step_only": "", "next_step": {"result": 3}})


def test_auto_without_envelope_is_not_expressed() -> None:
    found = build_constraint(get_format("llama3-json"), TOOLSETS["simple"], ToolChoice("auto"), dialect="json_schema")
    assert found is None


PING, CITY = (
    Tool(name="ping"),
    Tool(name="find", parameters={"type": "object", "properties": {"city": {"type": "string"}}}),
)
ONE = {"name": "ping", "parameters": {}}


def numbered(number: Any) -> list[Any]:
    return [{"tool_call_id": number, "tool_name": "ping", "parameters": {}}]


SHOWN: dict[str, tuple[str, tuple[Tool, ...], Any, list[Any], list[Any]]] = {
    "an object": (
        "llama3-json", (PING,), {},
        [{"name": "ping", "parameters": {}}],
        [{"name": "ping", "parameters": {}, "id": 1}, {"name": "ping"}, {"parameters": {}}, []],
    ),
    "one of two tools": (
        "llama3-json", (PING, CITY), {},
        [{"name": "ping", "parameters": {}}, {"name": "find", "parameters": {"city": "Lyon"}}],
        [{"name": "find", "parameters": {"city": 1}}, {"name": "rm", "parameters": {}}],
    ),
    "tools alike": (
        "llama3-json", (PING, Tool(name="pong")), {},
        [{"name": "ping", "parameters": {}}, {"name": "pong", "parameters": {}}],
        [{"name": "pang", "parameters": {}}, {"name": "pong", "parameters": {}, "x": 1}],
    ),
    "a list": (
        "required", (PING, CITY), {},
        [[ONE], [ONE, {"name": "find", "parameters": {}}]],
        [[], ONE, [{**ONE, "x": 1}]],
    ),
    "a list of one": ("required", (PING,), {"parallel": False}, [[ONE]], [[], [ONE, ONE]]),
    "the name is a key": (
        "apertus", (PING, CITY), {}, [[{"ping": {}}, {"find": {"city": "x"}}]], [[{"ping": {}, "find": {}}], [{}]]
    ),
    "numbered": (
        "cohere", (PING,), {}, [numbered("0"), numbered("123")], [numbered("x"), numbered("1234"), numbered(0)]
    ),
    "an envelope": (
        "llama-cpp-generic", (PING,), {},
        [{"tool_calls": [{"name": "ping", "arguments": {}}]}],
        [{"tool_calls": []}, {"tool_calls": [{"name": "ping", "arguments": {}}], "x": 1}, {"response": "x"}],
    ),
    "behind the name": ("functionary-v3.1", (CITY,), {}, [{"city": "Lyon"}, {}], [{"city": 1}, []]),
}  # fmt: skip


def built(name: str, tools: tuple[Tool, ...], **more: Any) -> dict[str, Any]:
    choice = ToolChoice("required")
    prefill = prefill_for(get_format(name), tools, choice)
    found = build_constraint(get_format(name), tools, choice, dialect="json_schema", prefill=prefill, **more)
    assert found is not None
    assert isinstance(found.value, dict)
    return found.value


@pytest.mark.parametrize(("name", "tools", "more", "good", "bad"), SHOWN.values(), ids=SHOWN)
def test_schema_is_of_calls_and_nothing_beside_them(
    name: str, tools: tuple[Tool, ...], more: dict[str, Any], good: list[Any], bad: list[Any]
) -> None:
    judge = jsonschema.Draft202012Validator(built(name, tools, **more))
    judge.check_schema(judge.schema)
    assert [value for value in good if not judge.is_valid(value)] == []
    assert [value for value in bad if judge.is_valid(value)] == []


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("hermes", "<tool_call>\n"),
        ("mistral", "[TOOL_CALLS]"),
        ("command-r-plus", "Action:\n```json\n"),
        ("functionary-v3.1", "<function=ping>"),
        ("kimi-k2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.ping:0<|tool_call_argument_begin|>"),
        ("inkling", '<|message_model|>ping<|content_invoke_tool_json|>{"name":"ping","args":'),
        ("react", "Action: ping\nAction Input: "),
        ("llama-cpp-generic", ""),
    ],
)
def test_prompt_ends_with_all_that_stands_before_the_json(name: str, mark: str) -> None:
    assert prefill_for(get_format(name), (PING,), ToolChoice("required")) == mark


@pytest.mark.parametrize("name", ["pythonic", "qwen3-coder", "glm-4.5", "gemma4"])
def test_calls_that_are_no_json_are_refused(name: str) -> None:
    with pytest.raises(ConstraintError, match=f"'{name}' is no JSON"):
        prefill_for(get_format(name), (PING,), ToolChoice("required"))


def test_name_before_the_json_cannot_be_left_to_the_model() -> None:
    with pytest.raises(ConstraintError, match="is no JSON"):
        prefill_for(get_format("functionary-v3.1"), (PING, CITY), ToolChoice("required"))


def required(name: str, prefill: str) -> object:
    return build_constraint(get_format(name), (PING,), ToolChoice("required"), dialect="json_schema", prefill=prefill)


def test_other_blanks_before_the_json_do_not_matter_and_other_texts_do() -> None:
    assert required("hermes", "<|im_start|>assistant\n<tool_call>") is not None
    for prefill in ("", "<|im_start|>assistant\n", "<tool_call> {"):
        with pytest.raises(ConstraintError, match=r"opens a call with '<tool_call>\\n'"):
            required("hermes", prefill)


def test_answer_that_the_prompt_has_begun_is_no_json_any_more() -> None:
    assert required("airoboros", "ASSISTANT: ") is not None
    with pytest.raises(ConstraintError, match="a JSON schema cannot demand that"):
        required("airoboros", 'ASSISTANT: {\n  "function":')


def test_references_lead_to_the_definitions_of_their_own_tool() -> None:
    def tool(name: str, kind: str) -> Tool:
        node = {"type": "object", "properties": {"x": {"type": kind}, "in": {"$ref": "#/$defs/n"}}}
        whole = {
            "type": "object",
            "properties": {"a": {"$ref": "#/$defs/n"}, "list": {"type": "array", "items": {"$ref": "#"}}},
        }
        return Tool(name=name, parameters={**whole, "$defs": {"n": node}, "additionalProperties": False})

    judge = jsonschema.Draft202012Validator(built("llama3-json", (tool("a/b~c", "string"), tool("d", "integer"))))
    deep = {"a": {"x": "s", "in": {"x": "s"}}, "list": [{"a": {"x": "s"}}]}
    assert judge.is_valid({"name": "a/b~c", "parameters": deep})
    assert not judge.is_valid({"name": "d", "parameters": deep})
    assert judge.is_valid({"name": "d", "parameters": {"a": {"in": {"x": 1}}}})
    assert not judge.is_valid({"name": "a/b~c", "parameters": {"list": [{"a": {"x": 1}}]}})
    assert not judge.is_valid({"name": "a/b~c", "parameters": {"list": [{"b": 1}]}})


def test_schema_of_an_answer_is_given_as_it_is() -> None:
    def answer(schema: Any) -> Any:
        found = build_constraint(
            get_format("hermes"), (), ToolChoice("none"), dialect="json_schema", response_schema=schema
        )
        assert found is not None
        return found.value

    assert answer({"type": "integer"}) == {"type": "integer"}
    assert answer(True) == {"type": "object"}


def test_answer_in_an_envelope_may_refer_to_its_definitions() -> None:
    wanted = {"$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}}
    judge = jsonschema.Draft202012Validator(schema("generic", "simple", "auto", response_schema=wanted))
    thought = {"thought_about_next_step_only": ""}
    assert judge.is_valid({**thought, "next_step": {"result": 3}})
    assert not judge.is_valid({**thought, "next_step": {"result": "x"}})
    assert not judge.is_valid({**thought, "next_step": {"result": 3, "tool_calls": []}})
    assert judge.is_valid({**thought, "next_step": {"tool_calls": [{"name": "ping", "arguments": {}}]}})


def test_open_reasoning_leaves_no_room_for_a_json_schema() -> None:
    with pytest.raises(ConstraintError, match="has opened the model's reasoning"):
        required("hermes", "<think>\n<tool_call>")
