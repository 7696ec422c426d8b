"""Histories as agents really send them."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest

from litellm_fnwrap.messages import Message, read_conversation, read_messages
from litellm_fnwrap.wrappers import WRAPPERS, get_wrapper
from litellm_fnwrap.wrappers.roles import alternating, arguments_of, first_system, tidy
from wrappers.scenarios import SYSTEM, TOOLS, USER, call

CALL = call("call_9", "get_weather", {"city": "Lyon"})


def _tidy(*messages: dict[str, Any], **how: Any) -> tuple[Message, ...]:
    return tidy(read_conversation(list(messages), tools=TOOLS), **how).messages


def test_text_and_call_in_two_messages_become_one() -> None:
    said, called = {"role": "assistant", "content": "Let me look."}, {"role": "assistant", "tool_calls": [CALL]}
    merged = _tidy(USER, said, called)
    assert [message.role for message in merged] == ["user", "assistant"]
    assert merged[1].content == "Let me look."
    assert [one.name for one in merged[1].tool_calls] == ["get_weather"]


def test_parallel_calls_in_several_messages_become_one() -> None:
    other = call("call_10", "ping", {})
    merged = _tidy(USER, {"role": "assistant", "tool_calls": [CALL]}, {"role": "assistant", "tool_calls": [other]})
    assert [one.name for one in merged[1].tool_calls] == ["get_weather", "ping"]


def test_answer_after_a_call_without_result_stays_after_it() -> None:
    kept = _tidy(USER, {"role": "assistant", "tool_calls": [CALL]}, {"role": "assistant", "content": "Never mind."})
    assert [message.content for message in kept] == [USER["content"], "", "Never mind."]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        pytest.param("plain words", {"input": "plain words"}, id="a sentence"),
        pytest.param("[1, 2]", {"input": [1, 2]}, id="a list"),
        pytest.param('{"a": "x\ny"}', {"a": "x\ny"}, id="a raw line feed in a string"),
        pytest.param("", {}, id="nothing"),
        pytest.param("null", {}, id="null"),
        pytest.param('""', {}, id="an empty text"),
        pytest.param(json.dumps('{"a": 1}'), {"a": 1}, id="JSON of JSON"),
        pytest.param("{'a': True, 'b': None}", {"a": True, "b": None}, id="Python's spelling"),
        pytest.param('{"a": 1,}', {"a": 1}, id="a comma too many"),
        pytest.param('{"a": "cut o', {"input": '{"a": "cut o'}, id="cut off"),
        pytest.param('{"a": 1} and so on', {"input": '{"a": 1} and so on'}, id="an object and words"),
        pytest.param("{'a':" * 5000, {"input": "{'a':" * 5000}, id="open without end"),
        pytest.param({"a": 1}, {"a": 1}, id="an object"),
    ],
)
def test_arguments_become_an_object(arguments: Any, wanted: dict[str, Any]) -> None:
    calling = {"id": "x", "function": {"name": "ping", "arguments": arguments}}
    read = _tidy(USER, {"role": "assistant", "tool_calls": [calling]})
    assert arguments_of(read[1].tool_calls[0]) == wanted
    assert json.loads(read[1].tool_calls[0].arguments) == wanted


@pytest.mark.parametrize(
    "result",
    [
        pytest.param({"role": "tool", "tool_call_id": "call_9", "content": "sunny"}, id="by id"),
        pytest.param({"role": "tool", "tool_call_id": "lost", "content": "sunny"}, id="id of nobody, by position"),
        pytest.param({"role": "function", "name": "get_weather", "content": "sunny"}, id="legacy, by name"),
        pytest.param({"role": "tool", "content": [{"type": "text", "text": "sunny"}]}, id="parts, no id"),
    ],
)
def test_result_finds_its_call(result: dict[str, Any]) -> None:
    found = _tidy(USER, {"role": "assistant", "content": None, "tool_calls": [CALL]}, result)[2]
    assert (found.role, found.name, found.tool_call_id, found.content) == ("tool", "get_weather", "call_9", "sunny")


def test_results_in_another_order_are_brought_into_that_of_their_calls() -> None:
    other = call("call_10", "ping", {})
    results = [{"role": "tool", "tool_call_id": id, "content": id} for id in ("call_10", "call_9")]
    found = _tidy(USER, {"role": "assistant", "tool_calls": [CALL, other]}, *results)[2:]
    assert [(one.name, one.content) for one in found] == [("get_weather", "call_9"), ("ping", "call_10")]


def test_result_without_any_call_is_said_by_the_user() -> None:
    found = _tidy(USER, {"role": "tool", "name": "ping", "tool_call_id": "x", "content": "pong"})[1]
    assert (found.role, found.content) == ("user", "Result of ping:\npong")


def test_legacy_call_without_id_gets_one() -> None:
    legacy = {"role": "assistant", "content": None, "function_call": {"name": "ping", "arguments": "{}"}}
    message, result = _tidy(USER, legacy, {"role": "function", "name": "ping", "content": "pong"})[1:]
    assert message.tool_calls[0].id == result.tool_call_id != ""


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        pytest.param("[a-zA-Z0-9]{9}", "[a-zA-Z0-9]{9}", id="mistral"),
        pytest.param(r"functions\.[\w.-]+:\d+", r"functions\.get_weather:0", id="kimi"),
        pytest.param("call_9", "call_9", id="already right"),
    ],
)
def test_ids_become_native_in_call_and_result(pattern: str, wanted: str) -> None:
    result = {"role": "tool", "tool_call_id": "call_9", "content": "sunny"}
    message, answer = _tidy(USER, {"role": "assistant", "tool_calls": [CALL]}, result, id_pattern=pattern)[1:]
    assert re.fullmatch(wanted, message.tool_calls[0].id)
    assert answer.tool_call_id == message.tool_calls[0].id


def test_native_ids_of_many_calls_differ() -> None:
    calls = [call(f"call_{n}", "ping", {}) for n in range(200)]
    message = _tidy(USER, {"role": "assistant", "tool_calls": calls}, id_pattern="[a-zA-Z0-9]{9}")[1]
    assert len({one.id for one in message.tool_calls}) == 200


def test_several_calls_become_a_turn_each_before_its_result() -> None:
    other = call("call_10", "ping", {})
    results = [{"role": "tool", "tool_call_id": id, "content": id} for id in ("call_9", "call_10")]
    turns = _tidy(USER, {"role": "assistant", "content": "Two.", "tool_calls": [CALL, other]}, *results, parallel=False)
    shown = [(turn.role, turn.content, [one.name for one in turn.tool_calls]) for turn in turns[1:]]
    assert shown == [
        ("assistant", "Two.", ["get_weather"]),
        ("tool", "call_9", []),
        ("assistant", "", ["ping"]),
        ("tool", "call_10", []),
    ]


def test_alternation_starts_with_the_user_and_folds_the_system() -> None:
    messages = [
        {"role": "assistant", "content": "Hello."},
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi."},
        {"role": "user", "content": "There?"},
    ]
    assert alternating(messages) == [
        {"role": "user", "content": ""},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Be brief.\n\nHi.\n\nThere?"},
    ]


@pytest.mark.parametrize(
    ("mark", "first", "rest"),
    [
        ("<|system|>\n{content}</s>\n", "A", ["system B", "user Hi.", "system C"]),
        ("{content}\n\n", "A\n\nB", ["user Hi.", "user C"]),
        ("", "A\n\nB", ["user Hi.", "user C"]),
        ("{content}", "A\n\nB\n\nC", ["user Hi."]),
    ],
    ids=["tags", "words", "none of its own", "nothing around"],
)
def test_system_texts_stand_where_they_cannot_be_mistaken(mark: str, first: str, rest: list[str]) -> None:
    told = [{"role": "system", "content": text} for text in "ABC"]
    messages = read_messages([*told[:2], {"role": "user", "content": "Hi."}, told[2]])
    text, others = first_system(messages, mark)
    assert (text, [f"{message.role} {message.content}" for message in others]) == (first, rest)


OPEN_INTERPRETER: list[dict[str, Any]] = [
    SYSTEM,
    USER,
    {"role": "assistant", "content": "I will run code."},
    {"role": "assistant", "content": "", "tool_calls": [call("toolu_1", "get_weather", {"city": "Lyon"})]},
    {"role": "tool", "name": "get_weather", "tool_call_id": "toolu_1", "content": "No output"},
    {"role": "assistant", "tool_calls": [{"id": "toolu_2", "function": {"name": "ping", "arguments": "print it"}}]},
    {"role": "tool", "name": "ping", "tool_call_id": "toolu_2", "content": ""},
    {"role": "user", "content": [{"type": "text", "text": "Go "}, {"type": "text", "text": "on."}]},
]


@pytest.mark.parametrize("name", WRAPPERS.names())
def test_history_of_open_interpreter_renders_and_nothing_is_lost(name: str) -> None:
    prompt = get_wrapper(name).render(read_conversation(OPEN_INTERPRETER, tools=TOOLS))
    for said in ("brief", "Lyon", "I will run code.", "No output", "print it", "Go on."):
        assert said in prompt.text
        assert any(said in message["content"] for message in prompt.messages)


@pytest.mark.parametrize("name", WRAPPERS.names())
def test_chat_messages_have_plain_roles_and_no_neighbours_of_one_role(name: str) -> None:
    prompt = get_wrapper(name).render(read_conversation(OPEN_INTERPRETER, tools=TOOLS))
    roles = [message["role"] for message in prompt.messages]
    assert set(roles) <= {"system", "user", "assistant"}
    assert all(one != other for one, other in pairwise(roles))
