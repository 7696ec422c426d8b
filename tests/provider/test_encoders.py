from __future__ import annotations

from typing import Any

import litellm
import pytest
from litellm.types.utils import Delta, ModelResponseStream, StreamingChoices

from litellm_fnwrap.engine import Answer
from litellm_fnwrap.events import (
    ArgumentsDelta,
    CallEnd,
    CallStart,
    Event,
    Finish,
    Parsed,
    Reasoning,
    Repair,
    Text,
    ToolCall,
)
from litellm_fnwrap.generation import Prompt, Usage
from litellm_fnwrap.provider.encoders import DictEncoder, ObjectEncoder, encoder
from litellm_fnwrap.provider.versions import LITELLM

TWO_CALLS: list[Event] = [
    Reasoning("hm"),
    Text("Let "),
    Text("me see."),
    CallStart(0, "call_a", "f"),
    ArgumentsDelta(0, '{"x":'),
    Repair("unquoted_key", "x", 3),
    ArgumentsDelta(0, " 1}"),
    CallEnd(0),
    CallStart(1, "call_b", "g"),
    ArgumentsDelta(1, "{}"),
    CallEnd(1),
    Finish("tool_calls"),
]
ANSWER = Answer(
    parsed=Parsed(tool_calls=[ToolCall("call_a", "f", "{}")], finish_reason="tool_calls"),
    prompt=Prompt(text="p"),
    raw="r",
    wrapper="w",
    reason="",
    format="f",
    usage=Usage(3, 4),
)
needs_objects = pytest.mark.skipif(LITELLM < (1, 89, 0), reason="this LiteLLM reads dicts only")


def plain(delta: Any) -> dict[str, Any]:
    fields = delta.model_dump(exclude_none=True)
    for call in fields.get("tool_calls", ()):
        call.pop("type", None)
    return {name: value for name, value in fields.items() if name in KEYS}


KEYS = {"content", "reasoning_content", "tool_calls", "function_call", "role"}


@needs_objects
def test_objects_join_neighbours_of_one_kind_and_keep_the_order() -> None:
    deltas = [plain(chunk.choices[0].delta) for chunk in ObjectEncoder("m", legacy=False).encode(TWO_CALLS)]
    assert deltas == [
        {"role": "assistant", "reasoning_content": "hm"},
        {"content": "Let me see."},
        {
            "tool_calls": [
                {"index": 0, "id": "call_a", "function": {"name": "f", "arguments": '{"x": 1}'}},
                {"index": 1, "id": "call_b", "function": {"name": "g", "arguments": "{}"}},
            ]
        },
    ]


@needs_objects
def test_objects_name_a_call_once_and_its_index_always() -> None:
    encode = ObjectEncoder("m", legacy=False)
    chunks = [chunk for event in TWO_CALLS[3:7] for chunk in encode.encode([event])]
    assert [plain(chunk.choices[0].delta)["tool_calls"] for chunk in chunks] == [
        [{"index": 0, "id": "call_a", "function": {"name": "f", "arguments": ""}}],
        [{"index": 0, "function": {"arguments": '{"x":'}}],
        [{"index": 0, "function": {"arguments": " 1}"}}],
    ]


@needs_objects
def test_objects_have_one_id_one_time_and_the_model() -> None:
    encode = ObjectEncoder("m", legacy=False)
    chunks = [*encode.encode(TWO_CALLS), *encode.end(ANSWER)]
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert chunks[0].model == "m"


@needs_objects
def test_objects_are_those_that_litellms_constructors_make() -> None:
    encode = ObjectEncoder("m", legacy=False)
    call = {"index": 0, "id": "call_a", "type": "function", "function": {"name": "f", "arguments": ""}}
    deltas: list[dict[str, Any]] = [
        {"content": "a", "role": "assistant"},
        {"content": "b"},
        {"reasoning_content": "c"},
        {"tool_calls": [call]},
    ]
    events = [Text("a"), Text("b"), Reasoning("c"), CallStart(0, "call_a", "f")]
    chunks = [*(chunk for event in events for chunk in encode.encode([event])), encode.end(ANSWER)[-1]]
    for chunk, delta in zip(chunks, [*deltas, {}], strict=True):
        finish = "tool_calls" if chunk is chunks[-1] else None
        choice = StreamingChoices(finish_reason=finish, index=0, delta=Delta(**delta))
        made = ModelResponseStream(id=chunk.id, created=chunk.created, model="m", choices=[choice])
        made._hidden_params = chunk._hidden_params
        assert chunk == made
        assert repr(chunk) == repr(made)


@needs_objects
def test_objects_share_nothing_that_whoever_gets_one_could_change() -> None:
    encode = ObjectEncoder("m", legacy=False)
    encode.encode([Text("first")])
    kept = encode.encode([Text("kept")])[0]
    before = repr(kept), kept.model_dump_json(), dict(kept._hidden_params)
    changed = encode.encode([Text("changed")])[0]
    changed.choices[0].delta.content = changed.choices[0].delta.audio = "x"
    changed.choices[0].delta.reasoning_content = "x"
    changed.choices[0].finish_reason = "stop"
    changed.choices.append(StreamingChoices())
    changed._hidden_params["x"] = 1
    changed.usage = litellm.Usage(prompt_tokens=1)
    changed.x = 1
    assert (repr(kept), kept.model_dump_json(), dict(kept._hidden_params)) == before
    anew = encode.encode([Text("kept")])[0]
    assert (repr(anew), anew.model_dump_json(), dict(anew._hidden_params)) == before


@needs_objects
def test_objects_end_with_usage_and_then_an_empty_finish() -> None:
    usage, finish = ObjectEncoder("m", legacy=False).end(ANSWER)
    assert (usage.choices, usage.usage.total_tokens) == ([], 7)
    assert finish.choices[0].finish_reason == "tool_calls"
    assert not plain(finish.choices[0].delta).keys() - {"role"}


@needs_objects
def test_objects_of_a_legacy_call_have_function_call() -> None:
    encode = ObjectEncoder("m", legacy=True)
    deltas = [plain(chunk.choices[0].delta) for chunk in encode.encode(TWO_CALLS[3:7])]
    assert [delta.get("function_call") for delta in deltas] == [{"name": "f", "arguments": '{"x": 1}'}]
    assert encode.end(ANSWER)[-1].choices[0].finish_reason == "function_call"


def test_dicts_hold_one_piece_of_one_call_each() -> None:
    chunks = DictEncoder("m", legacy=False).encode(TWO_CALLS)
    pieces = [chunk["tool_use"] for chunk in chunks if chunk["tool_use"]]
    assert [(piece["index"], piece["id"], *piece["function"].values()) for piece in pieces] == [
        (0, "call_a", "f", ""),
        (0, None, None, '{"x": 1}'),
        (1, "call_b", "g", ""),
        (1, None, None, "{}"),
    ]
    assert [chunk["text"] for chunk in chunks if not chunk["tool_use"]] == ["", "Let me see."]
    assert chunks[0]["provider_specific_fields"] == {"reasoning_content": "hm"}
    required = {"text", "tool_use", "is_finished", "finish_reason", "usage", "index"}
    assert all(required <= chunk.keys() for chunk in chunks)


def test_dicts_end_with_finish_and_usage_together() -> None:
    (finish,) = DictEncoder("m", legacy=False).end(ANSWER)
    assert (finish["is_finished"], finish["finish_reason"], finish["text"]) == (True, "tool_calls", "")
    assert finish["usage"] == {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}


@pytest.mark.parametrize(
    ("version", "kind"),
    [((1, 60, 8), DictEncoder), ((1, 88, 6), DictEncoder), ((1, 89, 0), ObjectEncoder), ((1, 106, 2), ObjectEncoder)],
    ids=["1.60.8", "1.88.6", "1.89.0", "1.106.2"],
)
def test_encoder_is_chosen_by_litellms_version(version: tuple[int, ...], kind: type) -> None:
    assert type(encoder("m", legacy=False, version=version)) is kind
