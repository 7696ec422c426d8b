"""Servers of three roles that take turns: histories of agents reach them through LiteLLM without an error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import litellm
import pytest

from backends.wire import WIRES
from faults.wild_server import Action, Request, WildServer, reply, streamed
from provider.asking import LYON, MESSAGES, TOOLS, Joined, calls_of

pytestmark = pytest.mark.litellm
PERMITTED = ["system", "assistant", "user"]
CALL = {"name": "get_weather", "arguments": '{"city": "Lyon"}'}
TOOL_CALL = {"id": "c1", "type": "function", "function": CALL}
HISTORIES: dict[str, list[dict[str, Any]]] = {
    "functions": [
        {"role": "system", "content": "Be brief."},
        *MESSAGES,
        {"role": "assistant", "content": None, "function_call": CALL},
        {"role": "function", "name": "get_weather", "content": "21 degrees"},
    ],
    "tools": [
        {"role": "developer", "content": "Be brief."},
        *MESSAGES,
        {"role": "assistant", "content": None, "tool_calls": [TOOL_CALL, {**TOOL_CALL, "id": "c2"}]},
        {"role": "tool", "tool_call_id": "c1", "content": "21 degrees"},
        {"role": "tool", "tool_call_id": "c2", "content": "22 degrees"},
    ],
    "careless": [
        *MESSAGES,
        {"role": "user", "content": "Quick!"},
        {"role": "assistant", "content": "Wait."},
        {"role": "assistant", "content": "I look.", "tool_calls": [TOOL_CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "21 degrees"},
        {"role": "assistant", "content": "Done?"},
        {"role": "system", "content": "Answer in French."},
    ],
    "only a system message": [{"role": "system", "content": "What is the weather in Lyon?"}],
}


def strict(request: Request) -> list[Action]:
    """Anyscale's refusal of roles as its users met it, LLaMA-Factory's of turns, then a call."""
    messages = (request.body or {}).get("messages")
    if messages is None:
        return [reply({"detail": "Not Found"}, 404)]
    for index, message in enumerate(messages):
        if message["role"] not in PERMITTED:
            context = {"given": message["role"], "permitted": PERMITTED}
            entry = {"loc": ["messages", index, "role"], "msg": "unexpected value", "type": "value_error.const"}
            return [reply({"detail": [{**entry, "ctx": context}]}, 422)]
        if not isinstance(message["content"], str):
            return [reply({"detail": "content must be a string"}, 422)]
    turns = [message["role"] for message in messages[messages[0]["role"] == "system" :]]
    if turns != ["user", "assistant"] * (len(turns) // 2) + ["user"]:
        return [reply({"detail": "Only supports u/a/u/a/u..."}, 400)]
    if request.body.get("stream"):
        return streamed(*WIRES["openai_chat"].stream([LYON[:20], LYON[20:]], "stop"))
    return [reply(WIRES["openai_chat"].reply(LYON, "stop"))]


@pytest.fixture
def server() -> Iterator[WildServer]:
    wild = WildServer(answer=strict)
    yield wild
    wild.close()


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("backend", ["openai_chat", "llama_factory"])
@pytest.mark.parametrize("wrapper", ["hermes", "chatml", "llama3.1", "generic", "mistral-v3"])
def test_history_reaches_a_server_of_three_roles(
    server: WildServer, wrapper: str, backend: str, history: str, stream: bool
) -> None:
    functions = [tool["function"] for tool in TOOLS]
    asked: dict[str, Any] = {"functions": functions} if history == "functions" else {"tools": TOOLS}
    response: Any = litellm.completion(
        model=f"fnwrap/{backend}+{wrapper}/m", api_base=server.url, messages=HISTORIES[history], format="hermes",
        stream=stream, **asked,
    )  # fmt: skip
    if stream:
        joined = Joined(list(response))
        named = joined.named_calls or [(joined.function["name"], joined.function["arguments"])]
    else:
        message = response.choices[0].message
        function = getattr(message, "function_call", None)
        named = calls_of(message) or [(function.name, function.arguments)]
    assert [(name, json.loads(arguments)) for name, arguments in named] == [("get_weather", {"city": "Lyon"})]
    sent = json.dumps(server.requests[-1].body["messages"])
    assert "get_weather" in sent, "the tools are told to the model in the messages"
    assert "21 degrees" in sent or history.startswith("only")
