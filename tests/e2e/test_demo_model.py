"""The bundled model reads its prompt: tools, requests and results that nobody trained it on word for word."""

from __future__ import annotations

import importlib.resources
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import httpx
import litellm
import pytest

import litellm_fnwrap
from litellm_fnwrap.backends.local import engine_of
from litellm_fnwrap.chat_template import ChatTemplate, load_chat_template
from litellm_fnwrap.cli.python_tools import describe
from litellm_fnwrap.demo import weather

DEMO = Path(str(importlib.resources.files("litellm_fnwrap.demo")))
FILE = DEMO / "demo.gguf"
SOURCE = Path(__file__).resolve().parents[2] / "examples" / "train_demo_model" / "chat_template.jinja"

PROMPT = """\
<|im_start|>system
<tools>
// Get the current weather
get_current_weather(location, format: "celsius"|"fahrenheit")
// Add two numbers
add(a: number, b: number)
</tools><|im_end|>
<|im_start|>user
weather in Paris and Oslo<|im_end|>
<|im_start|>assistant
<tool_call>{"name": "get_current_weather", "arguments": {"location": "Paris", "format": "celsius"}}</tool_call>
<tool_call>{"name": "get_current_weather", "arguments": {"location": "Oslo", "format": "celsius"}}</tool_call><|im_end|>
<|im_start|>tool
9 degrees<|im_end|>
<|im_start|>assistant
"""


def tool(name: str, description: str, required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(required or properties)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


CITY = {"type": "string"}
TIME = tool("get_time", "Get the local time of a city", city=CITY)
RIDE = tool("order_taxi", "Order a taxi", ("to",), to=CITY, time={"type": "string"})
LIGHT = tool("set_light", "Switch a light on or off", room=CITY, on={"type": "boolean"})
TOOLS = [TIME, RIDE, LIGHT]


@pytest.fixture(scope="module")
def template() -> ChatTemplate:
    return load_chat_template(str(FILE))


@pytest.mark.parametrize("as_text", [True, False], ids=["arguments-as-text", "arguments-as-object"])
def test_template_writes_what_the_model_was_trained_on(template: ChatTemplate, as_text: bool) -> None:
    calls = []
    for number, city in enumerate(("Paris", "Oslo")):
        arguments = {"location": city, "format": "celsius"}
        function = {"name": "get_current_weather", "arguments": json.dumps(arguments) if as_text else arguments}
        calls.append({"id": f"call_{number}", "type": "function", "function": function})
    messages = [
        {"role": "user", "content": "weather in Paris and Oslo"},
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_0", "content": "9 degrees"},
    ]
    assert template.render(messages, [describe(weather.get_current_weather), describe(weather.add)]) == PROMPT


def test_template_without_tools_has_no_list_of_them(template: ChatTemplate) -> None:
    shown = template.render([{"role": "user", "content": "hello"}])
    assert shown == "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        ({"type": "string"}, "x"),
        ({"type": "integer", "description": "How\nmany"}, "x: integer (How many)"),
        ({"enum": [1, "two"]}, 'x: 1|"two"'),
        ({"type": "array", "items": {"type": "number"}}, "x: number[]"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "x: integer"),
        ({"type": "object", "properties": {"y": {}}}, 'x: {"type": "object", "properties": {"y": {}}}'),
        ({}, "x: {}"),
        (True, "x: true"),
    ],
    ids=lambda value: json.dumps(value) if not isinstance(value, str) else value,
)
def test_template_shows_parameters_of_any_schema(template: ChatTemplate, schema: Any, shown: str) -> None:
    prompt = template.render([{"role": "user", "content": "hello"}], [tool("f", "", x=schema)])
    assert f"<tools>\nf({shown})\n</tools>" in prompt


def test_template_marks_what_may_be_left_out_and_bears_tools_that_say_little(template: ChatTemplate) -> None:
    tools = [RIDE, {"type": "function", "function": {"name": "ping"}}]
    prompt = template.render([{"role": "user", "content": "hello"}], tools)
    assert "<tools>\n// Order a taxi\norder_taxi(to, time?)\nping()\n</tools>" in prompt


def test_template_in_the_file_is_the_one_that_trains() -> None:
    field = gguf.GGUFReader(FILE).fields["tokenizer.chat_template"]
    assert field.contents() == SOURCE.read_text(encoding="utf-8").rstrip("\n")


def test_card_tells_the_size_of_the_file() -> None:
    card = (DEMO / "CARD.md").read_text(encoding="utf-8")
    parameters = sum(math.prod(tensor.shape.tolist()) for tensor in gguf.GGUFReader(FILE).tensors)
    size = FILE.stat().st_size
    assert size < 6_000_000
    assert f"{parameters / 1e6:.1f} million parameters" in card
    assert f"{size / 1e6:.1f} MB" in card


def test_engine_reads_a_word_as_the_same_pieces_wherever_it_stands() -> None:
    engine = engine_of(FILE, {})

    def pieces(text: str) -> list[int]:
        sent = {"headers": {"Authorization": f"Bearer {engine.key}"}, "json": {"content": text}, "trust_env": False}
        tokens: list[int] = httpx.post(f"{engine.address}/tokenize", **sent).json()["tokens"]
        return tokens

    for word in ("Paris", "Kolatrind", "feed", "name"):
        alone = pieces(word)
        for before in (" ", '"', "(", "/", "_", ", ", "\n"):
            assert pieces(before + word)[-len(alone) :] == alone


@pytest.fixture
def ask() -> Callable[..., Any]:
    litellm_fnwrap.register()

    def completion(messages: list[dict[str, Any]], **more: Any) -> Any:
        return litellm.completion(
            model="fnwrap/local/demo", messages=messages, tools=TOOLS, temperature=0, max_tokens=200, **more
        )

    return completion


def whole(response: Any) -> dict[str, Any]:
    turn: dict[str, Any] = response.choices[0].message.model_dump()
    return turn


def streamed(chunks: Any) -> dict[str, Any]:
    return whole(litellm.stream_chunk_builder(list(chunks)))


WAYS = [pytest.param({}, whole, id="whole"), pytest.param({"stream": True}, streamed, id="streamed")]
REQUESTS = [
    ("what time is it in Kolatrind?", [("get_time", {"city": "Kolatrind"})]),
    ("what time is it in Oslo and Vebrastow?", [("get_time", {"city": "Oslo"}), ("get_time", {"city": "Vebrastow"})]),
    ("turn off the kitchen light", [("set_light", {"room": "kitchen", "on": False})]),
    ("taxi to Harmoni", [("order_taxi", {"to": "Harmoni"})]),
]


def calls(turn: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (call["function"]["name"], json.loads(call["function"]["arguments"])) for call in turn.get("tool_calls") or ()
    ]


@pytest.mark.parametrize(("options", "read"), WAYS)
@pytest.mark.parametrize(("question", "wanted"), REQUESTS, ids=[question for question, _ in REQUESTS])
def test_model_calls_what_is_asked_for(
    ask: Callable[..., Any], question: str, wanted: Any, options: dict[str, Any], read: Callable[[Any], dict[str, Any]]
) -> None:
    assert calls(read(ask([{"role": "user", "content": question}], **options))) == wanted


@pytest.mark.parametrize(("options", "read"), WAYS)
def test_call_result_and_answer_go_round(
    ask: Callable[..., Any], options: dict[str, Any], read: Callable[[Any], dict[str, Any]]
) -> None:
    messages = [{"role": "user", "content": "what time is it in Kolatrind and Oslo?"}]
    turn = read(ask(messages, **options))
    messages.append(turn)
    for call, result in zip(turn["tool_calls"], ('{"time": "07:42", "day": "Monday"}', "18:05"), strict=True):
        messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})
    answer = read(ask(messages, **options))
    assert not answer.get("tool_calls")
    for told in ("07:42", "Monday", "18:05"):
        assert told in answer["content"]
    messages += [answer, {"role": "user", "content": "thank you"}]
    assert read(ask(messages, **options))["content"] == "You are welcome."


@pytest.mark.parametrize("said", ["hello", "Good morning!", "thanks a lot", "who are you?"])
def test_small_talk_is_answered_without_a_call(ask: Callable[..., Any], said: str) -> None:
    turn = whole(ask([{"role": "system", "content": "Be kind."}, {"role": "user", "content": said}]))
    assert not turn.get("tool_calls")
    assert re.fullmatch(r"[A-Z][^<>]+[.?!]", turn["content"])
