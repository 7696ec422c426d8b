"""Messages for chat-only servers: permitted roles, turns, text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults.modes import MODES
from faults.wild_server import Action, Request, WildServer, reply
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.backends.chat_messages import arrange
from litellm_fnwrap.errors import BadRequestError
from litellm_fnwrap.generation import Constraint, Generation, Prompt

ALL = ("system", "user", "assistant")
Turns = list[tuple[str, Any]]


def arranged(turns: Turns, roles: tuple[str, ...] = ALL) -> Turns:
    prompt = Prompt(text="the text", chat=lambda: [{"role": role, "content": content} for role, content in turns])
    return [(message["role"], message["content"]) for message in arrange(prompt, roles)]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([], [("user", "the text")]),
        ([("user", "a")], [("user", "a")]),
        ([("user", "a"), ("user", "b")], [("user", "a\n\nb")]),
        ([("system", "s"), ("system", "t"), ("user", "a")], [("system", "s\n\nt"), ("user", "a")]),
        ([("user", "a"), ("system", "s"), ("user", "b")], [("user", "a\n\ns\n\nb")]),
        ([("user", "a"), ("assistant", None), ("user", "b")], [("user", "a"), ("assistant", ""), ("user", "b")]),
        ([("function", "a")], [("user", "a")]),
        ([("developer", "d"), ("tool", "a")], [("system", "d"), ("user", "a")]),
        ([("assistant", "a"), ("user", "b")], [("user", "Hello."), ("assistant", "a"), ("user", "b")]),
        ([("user", "a"), ("assistant", "b")], [("user", "a"), ("assistant", "b"), ("user", "Go on.")]),
        ([("system", "s")], [("system", "s"), ("user", "Hello.")]),
        ([("user", [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])], [("user", "a\nb")]),
    ],
)
def test_messages_become_turns(turns: Turns, expected: Turns) -> None:
    assert arranged(turns) == expected


def test_system_message_joins_the_user_where_the_role_is_not_permitted() -> None:
    assert arranged([("system", "s"), ("user", "a")], ("user", "assistant")) == [("user", "s\n\na")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["system", "user", "assistant", "tool", "function", "developer", "ipython"]), st.text()
        ),
        max_size=8,
    ),
    st.sampled_from([ALL, ("user", "assistant")]),
)
def test_any_history_keeps_the_rules_of_the_strictest_server(turns: Turns, roles: tuple[str, ...]) -> None:
    result = arranged(turns, roles)
    after_system = [role for role, _ in result if role != "system"]
    assert [role for role, _ in result[1:]].count("system") == 0
    assert after_system == ["user", "assistant"] * (len(after_system) // 2) + ["user"]
    for _, content in turns:
        assert content in "\n\n".join(text for _, text in result)


def strict_server(request: Request) -> list[Action]:
    """Anyscale's check of the messages, as its users met it."""
    for index, message in enumerate(request.body.get("messages", [])):
        if message["role"] not in ALL:
            context = {"given": message["role"], "permitted": ["system", "assistant", "user"]}
            entry = {"loc": ["messages", index, "role"], "msg": "unexpected value", "type": "value_error.const"}
            return [reply({"detail": [{**entry, "ctx": context}]}, 422)]
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"}]}
    return [reply(answer)]


HISTORY = [
    {"role": "system", "content": "Tools: ..."},
    {"role": "user", "content": "Weather?"},
    {"role": "assistant", "content": '{"function": "weather"}'},
    {"role": "function", "name": "weather", "content": "sunny"},
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["openai_chat", "llama_factory", "anyscale"])
def test_server_of_three_roles_never_sees_another(name: str, mode: str) -> None:
    server = WildServer(answer=strict_server)
    try:
        constraint = Constraint(dialect="json_schema", value={"type": "object"}) if name == "anyscale" else None
        generation = Generation(model="m", prompt=Prompt(text="x", chat=lambda: HISTORY), constraint=constraint)
        assert MODES[mode](open_source(name, model="m", api_base=server.url), generation).text == "{}"
        sent = server.requests[-1].body["messages"]
        assert [message["role"] for message in sent] == ["system", "user", "assistant", "user"]
        assert sent[-1]["content"] == "sunny"
    finally:
        server.close()


def test_refused_role_is_explained() -> None:
    server = WildServer(answer=strict_server)
    try:
        body = {"messages": HISTORY}
        constraint = Constraint(dialect="json_schema", value={"type": "object"})
        generation = Generation(model="m", prompt=Prompt(text="x"), constraint=constraint, extra={"extra_body": body})
        with pytest.raises(BadRequestError, match="no roles for functions") as caught:
            open_source("anyscale", model="m", api_base=server.url).complete(generation)
        assert json.loads(caught.value.raw)["detail"][0]["ctx"]["given"] == "function"
    finally:
        server.close()
