"""Conversations as real clients send them."""

from __future__ import annotations

import copy
from typing import Any

import pydantic
import pytest

import litellm_fnwrap
from litellm_fnwrap.errors import InvalidMessagesError, InvalidRequestError, InvalidToolsError
from litellm_fnwrap.messages import ToolChoice, read_conversation, read_messages, read_tools

WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}


HI = {"role": "user", "content": "hi"}


def call(arguments: Any, id: str = "c1", name: str = "get_weather") -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


@pytest.mark.parametrize(
    ("message", "content"),
    [
        ({"role": "user", "content": "hi"}, "hi"),
        ({"role": "assistant"}, ""),
        ({"role": "assistant", "content": None}, ""),
        ({"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "ab"),
        ({"role": "user", "content": ["a", "b"]}, "ab"),
        ({"role": "tool", "content": {"degrees": 21}}, '{"degrees": 21}'),
        ({"role": "tool", "content": {"type": "rain", "mm": 2}}, '{"type": "rain", "mm": 2}'),
        ({"role": "tool", "content": [{"sky": "grey"}, 21]}, '[{"sky": "grey"}, 21]'),
        ({"role": "tool", "content": 21.5}, "21.5"),
        ({"role": "tool", "content": True}, "true"),
        ({"role": "tool", "content": []}, ""),
        ({"role": "user", "content": {"type": "text", "text": "a"}}, "a"),
        ({"role": "user", "content": ["a", None, {"type": "text", "text": None}]}, "a"),
        ({"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}, "No."),
        ({"role": "assistant", "content": None, "refusal": "No."}, "No."),
        (
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}]},
            "a",
        ),
    ],
    ids=[
        *("text", "missing", "none", "parts", "strings", "object", "object with a type", "data", "number", "boolean"),
        *("no parts", "one part", "nothing in parts", "refusal part", "refusal", "thinking part"),
    ],
)
def test_content_of_any_usual_shape_is_read_as_text(message: dict[str, Any], content: str) -> None:
    assert read_messages([message])[0].content == content


@pytest.mark.parametrize("kind", ["image_url", "input_audio", "file"])
def test_content_a_text_backend_cannot_take_is_refused_by_name(kind: str) -> None:
    with pytest.raises(InvalidMessagesError, match=rf"messages\[1\] holds '{kind}'"):
        read_messages([{"role": "user", "content": "hi"}, {"role": "user", "content": [{"type": kind}]}])


def test_developer_is_system_and_function_is_tool() -> None:
    roles = [message.role for message in read_messages([{"role": "developer"}, {"role": "function", "name": "f"}])]
    assert roles == ["system", "tool"]


def test_unknown_role_names_the_accepted_ones() -> None:
    with pytest.raises(InvalidMessagesError, match=r"'robot'.*system.*tool"):
        read_messages([{"role": "robot", "content": "beep"}])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [('{"a": 1}', '{"a": 1}'), ({"a": 1}, '{"a": 1}'), (None, "{}"), ("", "{}"), ("no JSON at all", "no JSON at all")],
    ids=["json", "object", "none", "empty", "sentence"],
)
def test_arguments_of_a_history_are_kept_whatever_they_are(arguments: Any, text: str) -> None:
    read = read_messages([{"role": "assistant", "tool_calls": [call(arguments)]}])
    assert read[0].tool_calls[0].arguments == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"name": "f", "args": {"a": 1}, "id": "c", "type": "tool_call"}, '{"a": 1}'),
        ({"id": "c", "type": "custom", "custom": {"name": "f", "input": "a: 1"}}, "a: 1"),
    ],
    ids=["LangChain's", "custom"],
)
def test_arguments_of_other_names_are_kept(given: dict[str, Any], text: str) -> None:
    read = read_messages([{"role": "assistant", "tool_calls": [given]}])[0].tool_calls[0]
    assert (read.id, read.name, read.arguments) == ("c", "f", text)


def test_thinking_among_the_parts_is_reasoning() -> None:
    parts = [{"type": "thinking", "thinking": "One.", "signature": "x"}, {"type": "thinking", "thinking": "Two."}]
    assert read_messages([{"role": "assistant", "content": parts}])[0].reasoning == "One.\nTwo."


class Function(pydantic.BaseModel):
    name: str = "f"
    arguments: str = "{}"


class Call(pydantic.BaseModel):
    id: str = "c1"
    function: Function = Function()


class Answer(pydantic.BaseModel):
    role: str = "assistant"
    content: str | None = None
    tool_calls: list[Call] = [Call()]


def test_objects_of_a_client_are_read_as_their_fields() -> None:
    read = read_messages([Answer(), {"role": "assistant", "tool_calls": [Call()]}])  # type: ignore[list-item]
    assert [[(one.id, one.name, one.arguments) for one in message.tool_calls] for message in read] == [
        [("c1", "f", "{}")],
        [("c1", "f", "{}")],
    ]


def test_messages_that_were_read_are_taken_as_they_are() -> None:
    read = read_messages([{"role": "assistant", "tool_calls": [call("{}")]}])
    assert read_messages(list(read)) == read  # type: ignore[arg-type]
    again = read_messages([{"role": "assistant", "tool_calls": list(read[0].tool_calls)}])
    assert again[0].tool_calls == read[0].tool_calls


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ("hi", "messages is str; a list"),
        ({"role": "user"}, "messages is dict; a list"),
        (None, "messages is NoneType; a list"),
        (["hi"], r"messages\[0\] is str; an object with a role"),
        ([HI, {"role": "assistant", "tool_calls": [{"id": "c"}]}], r"messages\[1\] has a tool call without"),
        ([{"role": "assistant", "tool_calls": ["f"]}], r"messages\[0\] has a tool call without"),
    ],
    ids=["text", "object", "nothing", "string", "nameless", "string-call"],
)
def test_messages_of_another_shape_are_refused_with_their_place(messages: Any, told: str) -> None:
    with pytest.raises(InvalidMessagesError, match=told):
        read_messages(messages)


def test_class_of_an_answer_gives_its_schema() -> None:
    asked = read_conversation([HI], response_format=Function)
    assert asked.response_schema == Function.model_json_schema()


def test_legacy_function_call_is_a_call() -> None:
    read = read_messages([{"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}])
    assert [one.name for one in read[0].tool_calls] == ["f"]


def test_result_without_a_name_takes_it_from_the_call_it_answers() -> None:
    history = [
        {"role": "assistant", "tool_calls": [call("{}", "a", "f"), call("{}", "b", "g")]},
        {"role": "tool", "tool_call_id": "b", "content": "2"},
        {"role": "tool", "tool_call_id": "lost", "content": "?"},
    ]
    assert [message.name for message in read_messages(history)[1:]] == ["g", ""]


def test_reading_changes_nothing_in_the_request() -> None:
    messages = [{"role": "assistant", "content": None, "tool_calls": [call({"a": [1]})]}]
    tools = [copy.deepcopy(WEATHER)]
    before = copy.deepcopy((messages, tools))
    read_conversation(messages, tools=tools, tool_choice="auto")
    assert (messages, tools) == before


@pytest.mark.parametrize(
    ("tools", "problem"),
    [
        ("get_weather", "tools is str"),
        ({"name": "f"}, "tools is dict"),
        (["f"], r"tools\[0\] is str"),
        ([WEATHER, {"type": "function"}], r"tools\[1\] has no function name"),
        ([{"type": "function", "function": {"name": ""}}], r"tools\[0\] has no function name"),
        ([{"type": "function", "function": {"name": "f", "parameters": []}}], "parameters must be a JSON Schema"),
        ([{"type": "retrieval", "function": {"name": "f"}}], "type 'retrieval'"),
        ([WEATHER, WEATHER], "Two tools are called 'get_weather'"),
    ],
    ids=["text", "mapping", "name", "no-function", "empty-name", "list-parameters", "type", "twice"],
)
def test_malformed_tools_are_refused_with_their_place(tools: Any, problem: str) -> None:
    with pytest.raises(InvalidToolsError, match=problem):
        read_tools(tools)


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"properties": ["q"]}, r"tools\[0\] \(f\): parameters.properties is list, and an object is needed"),
        ({"properties": {"q": {"enum": 5}}}, "parameters.properties.q.enum is int, and a list is needed"),
        ({"$defs": {"A": {"anyOf": {"type": "null"}}}}, r"parameters.\$defs.A.anyOf is dict"),
        ({"properties": {"q": {"items": {"allOf": "x"}}}}, "parameters.properties.q.items.allOf is str"),
        ({"properties": {}, "required": True}, "parameters.required is bool"),
    ],
    ids=["properties", "enum", "definition", "items", "required"],
)
def test_schemas_nobody_could_read_are_refused_with_their_place(parameters: Any, problem: str) -> None:
    with pytest.raises(InvalidToolsError, match=problem):
        read_tools([{"name": "f", "parameters": parameters}])


@pytest.mark.parametrize(
    "parameters",
    [
        {"type": "dict", "properties": {"q": {"type": "float", "required": True}}},
        {"properties": {"q": {"items": [{"type": "string"}, {}], "required": None}}, "required": []},
        {"properties": {"q": {"type": "objct"}, "r": True, "s": "string"}},
    ],
    ids=["older-drafts", "tuple", "unknown-types"],
)
def test_schemas_with_a_meaning_in_spite_of_slips_are_taken(parameters: Any) -> None:
    assert read_tools([{"name": "f", "parameters": parameters}])[0].parameters == parameters


def test_tool_without_parameters_takes_none() -> None:
    (tool,) = read_tools([{"type": "function", "function": {"name": "ping"}}])
    assert tool.parameters == {"type": "object", "properties": {}}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, ToolChoice("auto")),
        ("none", ToolChoice("none")),
        ("required", ToolChoice("required")),
        ("any", ToolChoice("required")),
        ({"type": "function", "function": {"name": "get_weather"}}, ToolChoice("named", "get_weather")),
        ({"name": "get_weather"}, ToolChoice("named", "get_weather")),
        ({"type": "any"}, ToolChoice("required")),
        ({"type": "tool", "name": "get_weather"}, ToolChoice("named", "get_weather")),
    ],
    ids=["missing", "none", "required", "any", "named", "legacy-named", "anthropic-any", "anthropic-named"],
)
def test_tool_choice_in_every_spelling(given: Any, read: ToolChoice) -> None:
    assert read_conversation([HI], tools=[WEATHER], tool_choice=given).tool_choice == read


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        ({"tool_choice": "required"}, "declares no tools"),
        ({"tools": [WEATHER], "tool_choice": "sometimes"}, "'sometimes' is unknown"),
        ({"tools": [WEATHER], "tool_choice": {"function": {"name": "fly"}}}, r"'fly'.*get_weather"),
        ({"tools": [WEATHER], "functions": [{"name": "f"}]}, "both tools and functions"),
        ({"tools": [WEATHER], "tool_choice": {"type": "allowed_tools", "tools": []}}, "allows no tool"),
        ({"tools": [WEATHER], "tool_choice": {"type": "allowed_tools", "tools": [{"name": "fly"}]}}, "'fly'"),
        ({"response_format": {"type": "xml"}}, "'xml' is unknown"),
        ({"response_format": {"type": "json_schema"}}, "json_schema needs"),
    ],
    ids=[
        "required-without-tools",
        "unknown-choice",
        "undeclared",
        "both",
        "no-tool-allowed",
        "undeclared-allowed",
        "format-type",
        "format-without-schema",
    ],
)
def test_requests_that_contradict_themselves_are_refused(request_: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        read_conversation([HI], **request_)


def test_offered_tools_follow_the_choice() -> None:
    ping = {"type": "function", "function": {"name": "ping"}}
    offered = {
        choice if isinstance(choice, str) else "named": [
            tool.name for tool in read_conversation([HI], tools=[WEATHER, ping], tool_choice=choice).offered
        ]
        for choice in ("auto", "none", {"function": {"name": "ping"}})
    }
    assert offered == {"auto": ["get_weather", "ping"], "none": [], "named": ["ping"]}


def test_functions_allow_one_call_at_a_time() -> None:
    assert not read_conversation([HI], functions=[{"name": "f"}]).parallel
    assert read_conversation([HI], tools=[WEATHER]).parallel
    assert not read_conversation([HI], tools=[WEATHER], parallel_tool_calls=False).parallel


@pytest.mark.parametrize("flat", [True, False])
def test_allowed_tools_are_the_only_ones_that_may_be_called(flat: bool) -> None:
    ping = {"type": "function", "function": {"name": "ping"}}
    allowed = {"mode": "required", "tools": [{"type": "function", "name": "ping"} if flat else ping]}
    choice = {"type": "allowed_tools", **(allowed if flat else {"allowed_tools": allowed})}
    read = read_conversation([HI], tools=[WEATHER, ping], tool_choice=choice)
    assert (read.tool_choice, [tool.name for tool in read.offered]) == (ToolChoice("required"), ["ping"])


def test_conversation_without_a_message_is_refused() -> None:
    with pytest.raises(InvalidMessagesError, match="Give at least one"):
        read_conversation([], tools=[WEATHER])


def nested(levels: int, schema: bool) -> Any:
    value: Any = {"type": "string"} if schema else 1
    for _ in range(levels):
        value = {"type": "object", "properties": {"a": value}} if schema else {"a": [value]}
    return value


@pytest.mark.parametrize("levels", [51, 500, 100_000])
def test_values_that_nest_too_deeply_are_refused_in_words(levels: int) -> None:
    schema, text = nested(levels, schema=True), '{"a":' * (2 * levels) + "1" + "}" * (2 * levels)
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    with pytest.raises(InvalidToolsError, match=r"tools\[0\] \(f\): parameters nest more than 100"):
        read_tools([tool])
    for kind in ({"type": "json_schema", "json_schema": {"schema": schema}}, {"type": "json_object", "schema": schema}):
        with pytest.raises(InvalidRequestError, match="response_format nests more than 100"):
            read_conversation([{"role": "user", "content": "x"}], response_format=kind)
    for arguments in (text, nested(levels, schema=False)):
        calls = [call(arguments, name="f")]
        with pytest.raises(InvalidMessagesError, match=r"messages\[0\] has a call of 'f' whose arguments nest"):
            read_messages([{"role": "assistant", "content": None, "tool_calls": calls}])


def test_values_that_nest_as_deeply_as_allowed_are_carried_through_everything() -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": nested(49, schema=True)}}
    read_tools([tool])
    litellm_fnwrap.render([{"role": "user", "content": "x"}], [tool], wrapper="hermes")
    for dialect in ("gbnf", "regex"):
        assert litellm_fnwrap.constraint([tool], wrapper="hermes", dialect=dialect)
