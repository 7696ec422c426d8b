from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.asked import WAYS, carried_out, check_shown, request
from litellm_fnwrap.engine.structured import Structured
from litellm_fnwrap.events import Event, Finish, FinishReason, Repair, Text
from provider.scripted_ollama import ScriptedOllama, says

PERSON = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}


def read(text: str, *, schema: Any = PERSON, size: int = 1000, reason: FinishReason = "stop") -> tuple[str, list[str]]:
    """The content that comes out, and the kinds of repairs."""
    structured = Structured(schema, coerce=True)
    events: list[Event] = []
    for start in range(0, len(text), size):
        events += structured.route([Text(text[start : start + size])])
    events += structured.route([Finish(reason)])
    assert isinstance(events[-1], Finish)
    content = "".join(event.text for event in events if isinstance(event, Text))
    return content, [event.kind for event in events if isinstance(event, Repair)]


@pytest.mark.parametrize("size", [1, 3, 1000], ids=["by-character", "by-three", "at-once"])
@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        pytest.param('{"name": "Ada", "age": 36}', {"name": "Ada", "age": 36}, set(), id="strict"),
        pytest.param('```json\n{"name": "Ada"}\n```', {"name": "Ada"}, set(), id="fenced"),
        pytest.param('Here it is: {"name": "Ada"}', {"name": "Ada"}, {"text_before_json"}, id="introduced"),
        pytest.param('{"name": "Ada"}\nI hope this helps!', {"name": "Ada"}, {"text_after_json"}, id="commented"),
        pytest.param("{name: 'Ada', age: 36,}", {"name": "Ada", "age": 36}, None, id="javascript"),
        pytest.param('{"name": "Ada", "age": "36"}', {"name": "Ada", "age": 36}, None, id="number-as-text"),
        pytest.param('{"name": "Ada", "age": 36', {"name": "Ada", "age": 36}, {"unclosed"}, id="unclosed"),
        pytest.param('{"name": "a { b } ``` c"}', {"name": "a { b } ``` c"}, set(), id="marks-inside-a-string"),
    ],
)
def test_content_becomes_strict_json_in_any_chunking(
    text: str, value: Any, repairs: set[str] | None, size: int
) -> None:
    content, kinds = read(text, size=size)
    assert json.loads(content) == value
    assert kinds if repairs is None else set(kinds) == repairs


@pytest.mark.parametrize("size", [1, 1000], ids=["by-character", "at-once"])
@pytest.mark.parametrize("text", ["I cannot answer that.", "", "   "], ids=["refusal", "nothing", "blank"])
def test_text_without_json_comes_out_as_it_is(text: str, size: int) -> None:
    assert read(text, size=size) == (text, [])


@pytest.mark.parametrize("size", [1, 2, 1000], ids=["by-character", "by-two", "at-once"])
@pytest.mark.parametrize("text", ["{1}", "{ 1} and more"], ids=["braces", "blank-and-more"])
def test_braces_around_no_json_are_kept(text: str, size: int) -> None:
    assert read(text, size=size) == (text, ["unreadable_json"])


def test_json_cut_by_the_token_limit_is_not_passed_off_as_whole() -> None:
    content, kinds = read('{"name": "Ada", "age": 3', reason="length")
    assert content.startswith('{"name": "Ada"')
    assert not content.endswith("}")
    assert kinds == []


def test_list_is_looked_for_where_the_schema_is_of_a_list() -> None:
    content, _ = read("Sure {ok}: [1, 2]", schema={"type": "array", "items": {"type": "integer"}})
    assert json.loads(content) == [1, 2]


@given(st.text("{}[]\":,\\`'a1-. \n", max_size=40), st.integers(1, 7), st.sampled_from(["stop", "length"]))
def test_any_text_is_read_alike_in_any_chunking(text: str, size: int, reason: FinishReason) -> None:
    assert read(text, size=size, reason=reason)[0] == read(text, reason=reason)[0]


@pytest.mark.parametrize("way", WAYS)
async def test_fenced_answer_is_json_in_every_way(ollama: ScriptedOllama, way: str) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "person", "schema": PERSON}}
    ollama.will_say(says("Sure!\n``", '`json\n{"name": ', '"Ada"}\n', "```"))
    answer, events = await carried_out(way, request(ollama, response_format=form))
    assert json.loads(answer.parsed.content or "") == {"name": "Ada"}
    assert "text_before_json" in {repair.kind for repair in answer.parsed.repairs}
    check_shown(answer, events)


async def test_without_repair_content_stays_as_the_model_wrote_it(ollama: ScriptedOllama) -> None:
    ollama.will_say("```json\n{}\n```")
    answer, _ = await carried_out(
        "whole", request(ollama, response_format={"type": "json_object"}, options={"repair": False})
    )
    assert answer.parsed.content == "```json\n{}\n```"
